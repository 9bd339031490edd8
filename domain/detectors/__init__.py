"""What a rule may ask about a post: every detector, by the name that a pack calls it.

A detector takes a `Reading` and yields hits. Its docstring is its documentation: docs/policies.md
carries each one, and a test holds the two together.
"""

from collections.abc import Callable, Iterator

from domain.detectors import (
    accessible,
    ads,
    hidden,
    images,
    languages,
    links,
    numbers,
    persons,
    plain,
    politics,
    private_life,
    secrets,
    timing,
    tone,
    watching,
)
from domain.detectors.reading import Hit, Reading

Detector = Callable[[Reading], Iterator[Hit]]

LISTED: tuple[Detector, ...] = (
    persons.phones, persons.emails, persons.birth_dates, persons.plates,
    private_life.home_addresses, private_life.sensitive,
    numbers.ibans, numbers.payment_cards, numbers.national_ids,
    secrets.credentials, secrets.classification_markings,
    links.links_shortened, links.links_unofficial, links.links_insecure, links.links_internal,
    links.links_tracking, links.links_lookalike,
    accessible.hashtags_lowercase, accessible.shouting, accessible.emoji_excess,
    accessible.fancy_letters, accessible.ascii_art, accessible.alt_poor,
    accessible.image_text_unsaid,
    plain.hard_reading, plain.vague_links, plain.placeholders, hidden.hidden_characters,
    languages.language_mismatch, languages.languages_missing, languages.versions_apart,
    languages.version_differences,
    tone.profanity, tone.hostility, tone.discrimination,
    politics.election_windows, politics.promotion, politics.partisan, politics.solicitation,
    politics.lobbying, politics.results, politics.guilt_presumed, politics.victims_named,
    politics.endorsement,
    ads.ads_metadata_missing, ads.ads_refused, ads.disclaimers_missing, ads.disclaimers_incomplete,
    ads.payer_mismatches, ads.eu_labels_missing, ads.special_targeting, ads.minors_targeted,
    ads.third_country_sponsors, ads.partnerships_undisclosed,
    timing.embargoes, timing.wrong_weekdays, timing.past_events, timing.emergency_numbers,
    timing.duplicates,
    images.consents_missing, images.guardians_missing, images.rights_missing,
    images.rights_undeclared, images.licences_exceeded, images.credits_missing,
    images.ai_undisclosed,
    watching.drifted, watching.vanished, watching.strangers, watching.moderation_gaps,
    watching.viewpoint_filters, watching.captures_incomplete, watching.disposals_unauthorised,
    watching.disposals_on_hold, watching.clocks_running_out, watching.accounts_unsafe,
)  # fmt: skip
DETECTORS = {detector.__name__: detector for detector in LISTED}
