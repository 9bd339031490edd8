"""What an office tells the rules of itself: what is its own, what binds it, what is on now.

The sheet of these keys of office.yaml, each checked by itself; docs/policies.md tells what each one
changes. Stored by `parapheur apply` and read back as a House.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic import model_validator as checked

from domain.detectors.numbers import bank_account
from domain.house import House

Jurisdiction = Literal["eu", "fr", "uk", "us-federal", "fec", "ca", "es", "de"]
RULED = Literal["blackout.election", "blackout.election_eve", "election.results_premature"]
STOPS = Literal["promotion", "everything", "paid", "inaugurations", "propaganda", "results"]


def _domain(text: str) -> str:
    labels = text.split(".")
    if len(labels) < 2 or not all(labels) or any(sign in text for sign in ":/@ "):
        raise ValueError("a domain alone, like example.org, without https:// and without a path")
    return text.casefold()


def _iban(text: str) -> str:
    if (found := bank_account(text)) is None:
        raise ValueError("an IBAN whose check digits hold")
    return found


Domain = Annotated[str, AfterValidator(_domain)]
Iban = Annotated[str, AfterValidator(_iban)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Said = Annotated[str, Field(min_length=1, max_length=300)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PoliticalNameSheet(Part):
    name: Said
    kind: Literal["party", "list", "candidate"] = "party"
    incumbent: bool = False


class RestrictionSheet(Part):
    rule: RULED
    opens: AwareDatetime
    closes: AwareDatetime
    legal_basis: Said
    stops: STOPS = "promotion"

    @checked(mode="after")
    def closes_after_it_opens(self) -> "RestrictionSheet":
        if self.closes <= self.opens:
            raise ValueError("a window closes after it opens")
        return self


class ElectionSheet(Part):
    id: Said
    votes: tuple[date, ...] = ()
    territory: str = ""
    general: bool = True
    restrictions: tuple[RestrictionSheet, ...] = ()

    @checked(mode="after")
    def says_when(self) -> "ElectionSheet":
        if not self.votes and not self.restrictions:
            raise ValueError("say when: votes (days), or restrictions (windows)")
        return self


class EmbargoSheet(Part):
    ref: Said
    until: AwareDatetime
    phrases: tuple[Said, ...] = ()
    owner: str = ""


class CrisisSheet(Part):
    active: bool = False
    reason: str = ""
    categories: tuple[str, ...] = ("emergency",)


class ThresholdsSheet(Part):
    emoji_max: Count = 5
    sentence_words_max: Annotated[int, Field(ge=5)] = 25
    duplicate_days: Count = 30
    version_minutes_max: Count = 15
    alt_chars_min: Count = 8
    token_days_max: Count = 90
    admins_max: Count = 5


class LimitsSheet(Part):
    length: Count = 0
    hashtags: Count = 0
    links: Count = 0
    media: Count = 0
    alt: Count = 0
    per_link: Count = 0


class FactsSheet(BaseModel):
    """Every key may be left out: the rules then know less and ask more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_phones: tuple[str, ...] = ()
    also_named: tuple[Said, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    speaks: Literal["en", "fr"] = "en"
    level: Literal["", "state", "region", "local"] = ""
    population: Count = 0
    official_domains: tuple[Domain, ...] = ()
    allowed_domains: tuple[Domain, ...] = ()
    official_shorteners: tuple[Domain, ...] = ()
    public_emails: tuple[Email, ...] = ()
    public_ibans: tuple[Iban, ...] = ()
    public_figures: tuple[Said, ...] = ()
    political_names: tuple[PoliticalNameSheet, ...] = ()
    elections: tuple[ElectionSheet, ...] = ()
    embargoes: tuple[EmbargoSheet, ...] = ()
    languages_required: tuple[Language, ...] = ()
    guardians_for_minors: Annotated[int, Field(ge=0, le=2)] = 0
    acronyms: tuple[Said, ...] = ()
    hashtags_as_they_are: tuple[Said, ...] = ()
    crisis: CrisisSheet = CrisisSheet()
    thresholds: ThresholdsSheet = ThresholdsSheet()
    channel_limits: dict[Name, LimitsSheet] = {}
    switched_off: tuple[str, ...] = ()


def misfits(
    facts: FactsSheet, country: str, channels: set[str], known: set[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What does not fit with the rest: its place in the sheet, and a sentence.

    `known` are the packs and rules that can be switched off.
    """
    for place, number in enumerate(facts.public_phones):
        try:
            phonenumbers.parse(number, country)
        except phonenumbers.NumberParseException:
            yield ("public_phones", place), f"{number!r} is no phone number"
    for channel in facts.channel_limits:
        if channel not in channels:
            there = ", ".join(sorted(channels)) or "none"
            yield ("channel_limits", channel), f"no channel {channel!r}; there are {there}"
    for place, name in enumerate(facts.switched_off):
        if name not in known:
            yield ("switched_off", place), f"no pack and no rule is called {name!r}"
    for kind, ids in (
        ("elections", [election.id for election in facts.elections]),
        ("embargoes", [embargo.ref for embargo in facts.embargoes]),
    ):
        for place, id in enumerate(ids):
            if id in ids[:place]:
                yield (kind, place), f"{id!r} stands here twice"


_houses = TypeAdapter(House)


def house_of(settings: dict[str, Any], name: str, platforms: Iterable[tuple[str, str]]) -> House:
    """The House behind stored settings; what a later release added has its default."""
    limits = [
        {"channel": channel, **told} for channel, told in settings.get("channel_limits", {}).items()
    ]
    told = {**settings, "name": name, "platforms": platforms, "limits": limits}
    return _houses.validate_python({**told, "zone": settings.get("time_zone", "UTC")})
