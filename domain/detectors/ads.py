"""Detectors of what a paid post must carry, and where it may not run. They read declarations
only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import regex

from domain.case import Case
from domain.declarations import Paid
from domain.detectors.reading import Hit, Reading
from domain.house import EU

MANDATORY: tuple[tuple[str, Callable[[Paid], object]], ...] = (
    ("payer", lambda paid: paid.payer),
    ("amount", lambda paid: paid.amount > 0 and paid.currency),
    ("period", lambda paid: paid.starts and paid.ends),
    ("targeting", lambda paid: paid.targeting or paid.targeting_categories),
    ("audience", lambda paid: paid.audience),
    ("ad_country", lambda paid: paid.ad_country),
    ("budget_line", lambda paid: paid.budget_line),
)


def ads_metadata_missing(reading: Reading) -> Iterator[Hit]:
    """A mandatory fact of a paid post that was not declared; `kind` and `piece` name it."""
    paid = reading.case.declared.paid
    for name, stated in MANDATORY:
        if paid.paid and not stated(paid):
            yield Hit(name, "paid", name)


@dataclass(frozen=True)
class Refusal:
    """A platform that does not take political advertising somewhere, from some instant."""

    platforms: tuple[str, ...]
    markets: frozenset[str] | None  # None: everywhere
    except_markets: frozenset[str] = frozenset()
    since: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    because: str = ""


X_TAKES = frozenset(
    ["AR", "CL", "CO", "EC", "ID", "IL", "JP", "MX", "PE", "SA", "ZA", "AE", "GB", "US"]
)
REFUSALS = (
    Refusal(
        ("facebook", "instagram", "threads"),
        EU,
        since=datetime(2025, 10, 6, 16, tzinfo=UTC),
        because="Meta takes no political, electoral or social issue ads in the EU",
    ),
    Refusal(
        ("youtube",),
        EU,
        since=datetime(2025, 9, 22, tzinfo=UTC),
        because="Google takes no political ads in the EU",
    ),
    Refusal(("x",), None, X_TAKES, because="X takes political ads in listed countries only"),
    Refusal(("tiktok", "linkedin"), None, because="this platform takes no political ads"),
)


def ads_refused(reading: Reading) -> Iterator[Hit]:
    """A channel that takes no paid political post in that country at that instant.

    `channel` names it, `detail` says why. Organic posts are never refused.
    """
    case = reading.case
    paid = case.declared.paid
    if not (paid.paid and paid.political):
        return
    country = paid.ad_country or case.house.country
    for channel in case.content.channels:
        platform = case.house.platform(channel) or channel
        for refusal in REFUSALS:
            there = refusal.markets is None or country in refusal.markets
            if (
                platform in refusal.platforms
                and there
                and country not in refusal.except_markets
                and (case.at >= refusal.since)
            ):
                yield Hit(country, "paid", platform, refusal.because, channel=channel)


def _folded(text: str) -> str:
    bare = normalize("NFD", normalize("NFKC", text).casefold())
    return " ".join(regex.sub(r"\p{M}", "", bare).split())


def _disclaimer(case: Case) -> str:
    """The disclaimer as declared, or as it stands in the text."""
    stated = case.declared.paid.disclaimer
    match = regex.search(
        r"(?i)(?:paid for by|payé par|financé par|pagado por|bezahlt von|financiado "
        r"por)[^\n.]{3,120}",
        case.content.text,
    )
    return stated or (match.group() if match else "")


def disclaimers_missing(reading: Reading) -> Iterator[Hit]:
    """A paid political post, or a paid post of a committee or advocate, without any disclaimer."""
    paid = reading.case.declared.paid
    bound = paid.paid and (paid.political or paid.sponsor_type != "agency")
    if bound and not _disclaimer(reading.case) and not paid.adapted.payer_text:
        yield Hit(paid.payer or "paid", "paid", "missing")


FEC_SPONSORS = ("committee", "advocacy", "electioneering")


def disclaimers_incomplete(reading: Reading) -> Iterator[Hit]:
    """A disclaimer without a required part; `kind` names it: payer, authorisation, indicator,
    mechanism, or adapted_needless (the full one would have fitted in 25 %).
    """
    paid = reading.case.declared.paid
    said = _disclaimer(reading.case)
    if not paid.paid or not (said or paid.adapted.payer_text):
        return
    if said:
        body = regex.sub(r"(?i)^.*?(?:by|par|por|von)\b", "", said).strip(" .:")
        if (paid.political or paid.sponsor_type in FEC_SPONSORS) and not body:
            yield Hit(said, "disclaimer", "payer")
        if paid.sponsor_type in FEC_SPONSORS and not (
            paid.authorised or regex.search(r"(?i)authori[sz]ed", said)
        ):
            yield Hit(said, "disclaimer", "authorisation")
        return
    adapted = paid.adapted
    for kind, part in (("indicator", adapted.indicator), ("mechanism", adapted.mechanism)):
        if not part:
            yield Hit(adapted.payer_text, "disclaimer", kind)
    if adapted.full_share_pct and adapted.full_share_pct <= 25:
        yield Hit(
            adapted.payer_text,
            "disclaimer",
            "adapted_needless",
            count=adapted.full_share_pct,
            limit=25,
        )


def payer_mismatches(reading: Reading) -> Iterator[Hit]:
    """A disclaimer that names somebody else than the payer. Accents, case and aliases aside."""
    paid = reading.case.declared.paid
    said = _disclaimer(reading.case) or paid.adapted.payer_text
    names = [_folded(name) for name in (paid.payer, *paid.payer_aliases) if name]
    if paid.paid and said and names and not any(name in _folded(said) for name in names):
        yield Hit(said, "disclaimer", "payer", paid.payer)


def eu_labels_missing(reading: Reading) -> Iterator[Hit]:
    """What Regulation (EU) 2024/900 wants on a political advertisement in the EU and is not there.

    `kind`: label, sponsor, linked_to, notice_url. Official messages on how and when to vote are
    outside (declare them as not political).
    """
    case = reading.case
    paid = case.declared.paid
    country = paid.ad_country or case.house.country
    if paid.paid and paid.political and country in EU:
        ttpa = paid.ttpa
        for kind, part in (
            ("label", ttpa.label),
            ("sponsor", ttpa.sponsor),
            ("linked_to", ttpa.linked_to),
            ("notice_url", ttpa.notice_url if ttpa.notice_url.startswith("https://") else ""),
        ):
            if not part:
                yield Hit(kind, "paid", kind)


SPECIAL = frozenset(
    [
        "political_opinion",
        "politics",
        "political",
        "health",
        "religion",
        "belief",
        "ethnic_origin",
        "race",
        "ethnicity",
        "union",
        "trade_union",
        "sexual_orientation",
        "sex_life",
        "biometric",
        "genetic",
    ]
)
SPECIAL_WORDS = regex.compile(
    r"(?i)(?<!\w)(?:political (?:opinion|leaning|affiliation)s?|(?:party|left|right)[- "
    r"]?(?:supporters|leaning|voters)|opinions? politiques?|"
    r"religion|muslims?|catholics?|jewish|jews|musulmans?|catholiques?|juifs?|health conditions?|"
    r"pregnan\w+|disabilit\w+|diabet\w+|cancer|"
    r"maladies?|handicap\w*|sexual orientation|lgbt\w*|trade unions?|syndicats?|ethnic\w*|"
    r"origine ethnique|sympathisants?)(?!\w)"
)


def special_targeting(reading: Reading) -> Iterator[Hit]:
    """Targeting by special-category data: opinions, health, religion, origin, union, sexuality."""
    paid = reading.case.declared.paid
    if not paid.paid:
        return
    for category in paid.targeting_categories:
        if category.casefold() in SPECIAL:
            yield Hit(category, "paid", "category")
    if match := SPECIAL_WORDS.search(paid.targeting):
        yield Hit(match.group(), "paid", "text")


VOTING_AGE = {"AT": 16, "MT": 16, "DE": 16, "BE": 16, "GR": 17}


def minors_targeted(reading: Reading) -> Iterator[Hit]:
    """A political ad aimed below the voting age minus one year, without a lower age, or profiled on
    minors. `count` is the age asked for, `limit` the lowest allowed.
    """
    case = reading.case
    paid = case.declared.paid
    if not paid.paid or not (paid.political or (paid.profiling and paid.age_min)):
        return
    lowest = VOTING_AGE.get(paid.ad_country or case.house.country, 18) - 1 if paid.political else 18
    if paid.age_min < lowest:
        yield Hit(str(paid.age_min), "paid", "age", count=paid.age_min, limit=lowest)


def third_country_sponsors(reading: Reading) -> Iterator[Hit]:
    """A sponsor outside the EU, or controlled from there, three months before a vote in the EU."""
    case = reading.case
    paid = case.declared.paid
    country = paid.ad_country or case.house.country
    if not (paid.paid and paid.political and country in EU and paid.vote_date):
        return
    three_months = timedelta(days=92)
    is_near = paid.vote_date - three_months <= case.at.date() <= paid.vote_date
    for kind, where in (("sponsor", paid.sponsor_country), ("control", paid.controlled_from)):
        if is_near and where and where not in EU:
            yield Hit(where, "paid", kind)
            return


DISCLOSED = regex.compile(
    r"(?i)(?<!\w)(?:#?(?:ad|advert|advertisement|sponsored|paidpartnership|publicité|pub|partenariatrémunéré|anzeige|werbung|publicidad|patrocinado)(?!\w)|"
    r"collaboration commerciale|partenariat rémunéré|paid partnership|in partnership with|"
    r"contenu sponsorisé|bezahlte partnerschaft|colaboración pagada)"
)


def partnerships_undisclosed(reading: Reading) -> Iterator[Hit]:
    """A paid partnership that no text calls by its name ("collaboration commerciale", #ad …).

    `kind` is `text`, or `tool` when the text says it and the platform's own label was not used.
    """
    paid = reading.case.declared.paid
    if not paid.partnership:
        return
    for channel in reading.case.content.channels:
        if not DISCLOSED.search(reading.case.content.text_on(channel)):
            yield Hit(paid.partner or channel, "text", "text", channel=channel)
