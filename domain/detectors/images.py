"""Detectors of consent, rights and artificial origin. They read declarations only."""

from collections.abc import Iterator

from domain.case import Case
from domain.declarations import Consent, MediumFacts, Person
from domain.detectors.reading import Hit, Reading


def _declared(reading: Reading) -> Iterator[tuple[int, MediumFacts]]:
    case = reading.case
    for place, medium in enumerate(case.content.media, start=1):
        yield place, case.declared.facts_of(medium.sha256)


def _holds(consent: Consent, case: Case) -> bool:
    """Given, not withdrawn, in its dates, and for every channel and purpose of the post."""
    started = consent.valid_from is None or consent.valid_from <= case.at
    lasts = consent.valid_to is None or case.at <= consent.valid_to
    kept = consent.revoked_at is None or case.at < consent.revoked_at
    there = not consent.channels or set(case.content.channels) <= set(consent.channels)
    category = case.declared.category.value
    meant = not consent.purposes or category in consent.purposes or category == "undeclared"
    paid = not case.declared.paid.paid or not consent.purposes or "paid" in consent.purposes
    return started and lasts and kept and there and meant and paid


def _valid(person: Person, by: tuple[str, ...], case: Case) -> int:
    return sum(consent.by in by and _holds(consent, case) for consent in person.consents)


def consents_missing(reading: Reading) -> Iterator[Hit]:
    """An identifiable private person or member of staff without a valid consent in scope.

    Officials in office and people in a crowd pass; so does anybody made unrecognisable. Minors have
    their own rule. `count` is the number of people of that image.
    """
    for place, facts in _declared(reading):
        missing = [
            person
            for person in facts.people
            if person.identifiable
            and not person.minor
            and person.role in ("private", "staff")
            and not _valid(person, ("self", "guardian"), reading.case)
        ]
        if missing:
            yield Hit(str(place), f"alt:{place}", "consent", count=len(missing))


def guardians_missing(reading: Reading) -> Iterator[Hit]:
    """An identifiable minor with fewer valid guardians' consents than the organisation requires.

    Two in France, one elsewhere, or as `guardians_for_minors` says. `count` is how many there are.
    """
    needed = reading.case.house.guardians
    for place, facts in _declared(reading):
        for person in facts.people:
            given = _valid(person, ("guardian",), reading.case)
            if person.minor and person.identifiable and given < needed:
                yield Hit(str(place), f"alt:{place}", "guardian", count=given, limit=needed)


def rights_missing(reading: Reading) -> Iterator[Hit]:
    """A medium of somebody else's without a licence. Own and public-domain media pass."""
    for place, facts in _declared(reading):
        if facts.rights.source == "third_party" and not facts.rights.licence.strip():
            yield Hit(str(place), f"alt:{place}", "licence")


def rights_undeclared(reading: Reading) -> Iterator[Hit]:
    """A medium of which nobody declared whose it is. Which ones need a licence nobody can see."""
    for place, facts in _declared(reading):
        if not facts.rights.source:
            yield Hit(str(place), f"alt:{place}", "source")


def licences_exceeded(reading: Reading) -> Iterator[Hit]:
    """A licence that does not cover this use; `kind`: channel, territory, expired, non_commercial
    (in a paid post), no_derivatives (after alteration). The last valid day is included.
    """
    case = reading.case
    for place, facts in _declared(reading):
        rights = facts.rights
        if rights.source != "third_party" or not rights.licence:
            continue
        name = rights.licence.upper()
        outside = set(case.content.channels) - set(rights.channels)
        reasons = {
            "channel": bool(rights.channels) and bool(outside),
            "territory": bool(rights.territory)
            and rights.territory not in ("world", case.house.country, case.declared.territory),
            "expired": rights.valid_to is not None and case.at.date() > rights.valid_to,
            "non_commercial": (rights.non_commercial or "-NC" in name) and case.declared.paid.paid,
            "no_derivatives": (rights.no_derivatives or "-ND" in name) and rights.altered,
        }
        for kind in (kind for kind, holds in reasons.items() if holds):
            yield Hit(rights.licence, f"alt:{place}", kind, str(place))


def credits_missing(reading: Reading) -> Iterator[Hit]:
    """A licence that requires a credit (CC BY and kin, or `credit_required`) whose line stands in
    no text and no alternative text. CC0 and own pictures pass.
    """
    said = reading.whole
    for place, facts in _declared(reading):
        rights = facts.rights
        name = rights.licence.upper()
        required = rights.credit_required or name.startswith(("CC BY", "CC-BY", "OGL", "ETALAB"))
        if rights.source != "third_party" or not rights.licence or not required:
            continue
        if not rights.credit or rights.credit.casefold() not in said:
            yield Hit(rights.credit or rights.licence, f"alt:{place}", "credit", str(place))


def ai_undisclosed(reading: Reading) -> Iterator[Hit]:
    """Realistic generated or manipulated media, or machine text on matters of public interest
    without human review and somebody responsible, with no disclosure. `kind`: `media` or `text`.

    Upscaling, spelling and layout are not generation: declare neither.
    """
    for place, facts in _declared(reading):
        ai = facts.ai
        if (ai.generated or ai.manipulated) and ai.realistic and not ai.disclosure.strip():
            yield Hit(str(place), f"alt:{place}", "media")
    text = reading.case.declared.ai_text
    answered_for = text.human_reviewed and text.editorial_responsibility
    if text.generated and text.public_interest and not answered_for and not text.disclosure:
        yield Hit(reading.case.content.text[:60], "text", "text")
