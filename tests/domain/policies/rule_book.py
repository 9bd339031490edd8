"""Our rule book, told once more apart from the packs, so that neither can drift unseen.

One line a rule: how severe (b, w, i), how it is found (d, l, s: deterministic, lexical, semantic),
when it is asked (d, s, a, p, m, r: draft, submission, approval, publishing, monitoring,
reschedule), who may waive it, and what an emergency does to it (h, p, e: it holds, passes, or
exempts the category; . has none).
"""

from dataclasses import dataclass

LINES = """
pii.phone.personal               b d dsp    dpo h
pii.email.personal               b d dsp    dpo h
pii.iban                         b d dsp    - h
pii.payment_card                 b d dsp    - h
pii.national_id                  b d dsp    - h
pii.address.personal             w s dsp    dpo h
pii.dob                          w l dsp    dpo h
pii.sensitive                    b s dsp    dpo h
pii.vehicle_plate                w l dsp    dpo h
media.exif_gps                   w d dsp    editor p
security.credential_leak         b l dsp    ciso h
security.classification_marking  b l dsp    ciso h
links.shortener                  w d dsp    editor p
links.non_official_domain        w d dsp    editor p
links.lookalike_domain           b d dsp    ciso h
links.insecure                   w d dsp    editor p
links.internal_host              b d dsp    ciso h
links.tracking                   i d dsp    editor p
length.exceeded                  b d dsp    - h
content.empty                    b d dsp    - h
content.hidden_characters        b d dsp    - h
count.hashtags_exceeded          b d dsp    - h
count.links_exceeded             b d dsp    - h
media.required                   b d dsp    - h
media.count_exceeded             b d dsp    - h
accessibility.alt_text_missing   b d dsp    accessibility_lead p
accessibility.alt_text_quality   w d dsp    accessibility_lead p
accessibility.alt_text_too_long  b d dsp    accessibility_lead p
accessibility.captions_missing   b d dsp    accessibility_lead p
accessibility.transcript_missing w d dsp    accessibility_lead p
accessibility.hashtag_case       w l dsp    accessibility_lead p
accessibility.all_caps           w l dsp    accessibility_lead p
accessibility.emoji_overuse      w d dsp    accessibility_lead p
accessibility.unicode_fancy      w d dsp    accessibility_lead p
accessibility.ascii_art          w l dsp    accessibility_lead p
accessibility.text_in_image      w l dsp    accessibility_lead p
accessibility.flashing           b d dsp    - h
plain.readability_low            i l d      author p
plain.link_vague                 i l d      author p
language.missing                 b d dsp    official_languages_officer p
language.mismatch                w d dsp    official_languages_officer p
language.not_simultaneous        b d dsp    official_languages_officer p
language.version_inconsistent    w l dsp    official_languages_officer p
blackout.election                b l sapr   legal e
blackout.election_eve            b l sapr   - h
election.results_premature       b l sapr   - h
politics.partisan                b l sapr   ethics|legal h
politics.solicitation            b l sapr   - h
politics.lobbying_appeal         b l sapr   legal e
disclaimer.missing               b d sp     legal h
disclaimer.incomplete            b d sp     legal h
disclaimer.payer_mismatch        b d sp     legal h
ads.metadata_incomplete          b d sp     legal h
ads.platform_prohibited          b d sp     - h
ads.label_missing_eu             b d sp     legal h
ads.targeting_special_category   b d sp     legal h
ads.targeting_minors             b d sp     legal h
ads.sponsor_third_country        b d sp     - h
disclosure.partnership_missing   b d sp     legal h
tone.profanity                   b l ds     comms_lead p
tone.hostile                     b s ds     comms_lead p
tone.discriminatory              b s ds     comms_lead p
embargo.violated                 b d spr    head_of_statistics|embargo_owner h
schedule.in_past                 b d spr    - .
crisis.pause_active              b d spr    crisis_lead p
accuracy.date_mismatch           w d dsp    editor p
accuracy.event_past              w d dsp    editor p
accuracy.emergency_number        b l dsp    duty_officer h
content.placeholder              b l dsp    - h
content.duplicate                w d dsp    editor p
image.consent_missing            b d sp     legal p
image.minor_consent_missing      b d sp     - h
copyright.missing                b d sp     legal p
copyright.license_scope          b d sp     legal p
copyright.attribution_missing    w d sp     legal p
ai.disclosure_missing            b d sp     legal p
legal.presumption_of_innocence   b s a      legal h
legal.victim_identification      b s a      legal h
ethics.commercial_endorsement    w s a      legal h
monitor.content_drift            w d m      comms_lead .
monitor.deleted_outside          w d m      comms_lead .
monitor.unapproved_post          b d m      ciso .
monitor.moderation_reason_missing b d m     comms_lead .
monitor.viewpoint_filter         w l m      comms_lead .
records.capture_complete         b d dsapmr records_officer .
records.no_silent_delete         b d dsapmr records_officer .
records.hold                     b d dsapmr records_officer .
foi.clock                        w d dsapmr records_officer .
gdpr.sar_clock                   w d dsapmr dpo .
account.security_baseline        b d dsp    ciso h
disclosure.source_missing        b d sapr   legal e
records.opposition_space         i d sapr   legal e
"""
# Where a pack says otherwise, and why.
SOFTER = {
    "count.hashtags_exceeded": "Instagram's limit of five is still being brought in: it warns",
    "copyright.missing": "rights that nobody declared: it warns, since the picture may be ours",
}
ALSO_WAIVED_BY = {  # officers whom the law of a country names beside legal
    ("ca-elections", "blackout.election"): "head_of_communications",
    ("es-elections", "blackout.election"): "secretaria",
    ("uk-pre-election", "blackout.election"): "monitoring_officer|director_of_communications",
}
WITHIN_A_DAY = ("accessibility.", "language.", "ai.")  # what an emergency passes and then repairs


@dataclass(frozen=True)
class Line:
    id: str
    severity: str
    detection: str
    stages: str
    waiver: frozenset[str]
    emergency: str


def lines() -> tuple[Line, ...]:
    told = (line.split() for line in LINES.strip().splitlines())
    return tuple(
        Line(id, severity, detection, stages, frozenset(roles.split("|")) - {"-"}, emergency)
        for id, severity, detection, stages, roles, emergency in told
    )
