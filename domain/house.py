"""What the rules must know of an organisation: what is its own, what binds it, what is on now."""

from dataclasses import dataclass
from datetime import date, datetime

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
PACKS_OF = {"GB": "uk", "US": "us-federal", "CA": "ca", "FR": "fr", "ES": "es", "DE": "de"}


@dataclass(frozen=True)
class Restriction:
    """A span before a vote in which one rule binds."""

    rule: str  # blackout.election, blackout.election_eve, election.results_premature
    opens: datetime
    closes: datetime
    legal_basis: str = ""
    stops: str = "promotion"  # promotion, everything, paid, inaugurations


@dataclass(frozen=True)
class Election:
    """A vote. French windows follow from its days; others are stated."""

    id: str
    votes: tuple[date, ...] = ()
    territory: str = ""  # empty: wherever the organisation speaks
    general: bool = True  # a general election or general renewal, not a by-election
    restrictions: tuple[Restriction, ...] = ()


@dataclass(frozen=True)
class Embargo:
    """Something that may not be said before its hour."""

    ref: str
    until: datetime
    phrases: tuple[str, ...] = ()  # words that give it away
    owner: str = ""


@dataclass(frozen=True)
class PoliticalName:
    """A party, a list or a candidate."""

    name: str
    kind: str = "party"  # party, list, candidate
    incumbent: bool = False


@dataclass(frozen=True)
class Crisis:
    """A pause: nothing but what the crisis needs goes out."""

    active: bool = False
    reason: str = ""
    categories: tuple[str, ...] = ("emergency",)


@dataclass(frozen=True)
class Thresholds:
    emoji_max: int = 5
    sentence_words_max: int = 25
    duplicate_days: int = 30
    version_minutes_max: int = 15
    alt_chars_min: int = 8
    token_days_max: int = 90
    admins_max: int = 5


@dataclass(frozen=True)
class ChannelLimits:
    """What this channel takes where it differs from its platform: an instance's own limits."""

    channel: str
    length: int = 0
    hashtags: int = 0
    links: int = 0
    media: int = 0
    alt: int = 0
    per_link: int = 0


@dataclass(frozen=True)
class House:
    """What the rules must know of an organisation: country, public numbers, channels."""

    country: str  # ISO 3166-1 alpha-2; how a national phone number is read
    public_phones: tuple[str, ...] = ()
    platforms: tuple[tuple[str, str], ...] = ()  # channel → platform
    name: str = ""
    also_named: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()  # empty: what follows from the country
    speaks: str = "en"  # the language of findings
    zone: str = "UTC"
    level: str = ""  # state, region, local
    population: int = 0
    official_domains: tuple[str, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    official_shorteners: tuple[str, ...] = ()
    public_emails: tuple[str, ...] = ()
    public_ibans: tuple[str, ...] = ()
    public_figures: tuple[str, ...] = ()
    political_names: tuple[PoliticalName, ...] = ()
    elections: tuple[Election, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    languages_required: tuple[str, ...] = ()
    guardians_for_minors: int = 0  # 0: two in France, one elsewhere
    acronyms: tuple[str, ...] = ()
    hashtags_as_they_are: tuple[str, ...] = ()  # brands and names that stay lower-case
    crisis: Crisis = Crisis()
    thresholds: Thresholds = Thresholds()
    limits: tuple[ChannelLimits, ...] = ()
    switched_off: tuple[str, ...] = ()  # packs or rules that counsel has switched off

    def platform(self, channel: str) -> str | None:
        return dict(self.platforms).get(channel)

    @property
    def bound_by(self) -> frozenset[str]:
        """The jurisdictions whose packs apply, "any" always among them."""
        stated = self.jurisdictions or tuple(filter(None, (PACKS_OF.get(self.country),)))
        european = ("eu",) if self.country in EU else ()
        return frozenset(("any", *stated, *european))

    @property
    def in_eu(self) -> bool:
        return self.country in EU

    @property
    def guardians(self) -> int:
        return self.guardians_for_minors or (2 if self.country == "FR" else 1)

    def own_limits(self, channel: str) -> ChannelLimits:
        stated = {limits.channel: limits for limits in self.limits}
        return stated.get(channel, ChannelLimits(channel))
