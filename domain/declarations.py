"""What an author must declare because no detector can know it.

Everything has a default, so that a post without declarations can be held against every rule; what
is mandatory is then a finding. Values only, all of them part of what approvers sign.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Category(StrEnum):
    """What a post is for. `undeclared` is a fact too: word lists then look closer."""

    UNDECLARED = "undeclared"
    SERVICE_INFO = "service_info"
    EMERGENCY = "emergency"
    PROMOTION = "achievements_promotion"
    EVENT = "event"
    RECRUITMENT = "recruitment"
    CONSULTATION = "consultation"
    RETROSPECTIVE = "retrospective"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Consent:
    """A written yes to being shown: whose, where, for what, and until when."""

    by: str  # "self", "guardian", "child"
    channels: tuple[str, ...] = ()  # empty: every channel
    purposes: tuple[str, ...] = ()  # empty: every category
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    revoked_at: datetime | None = None
    document: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody in a picture."""

    identifiable: bool = True
    role: str = "private"  # private, staff, official (in office), crowd
    minor: bool = False
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True)
class Rights:
    """Where a picture comes from and what its licence allows."""

    source: str = ""  # own, third_party, public_domain; empty: not declared
    licence: str = ""
    credit: str = ""
    channels: tuple[str, ...] = ()
    territory: str = ""
    valid_to: date | None = None
    credit_required: bool = False
    no_derivatives: bool = False
    non_commercial: bool = False
    altered: bool = False  # we cropped or edited it


@dataclass(frozen=True)
class Artificial:
    """How much of it a machine made."""

    generated: bool = False
    manipulated: bool = False
    realistic: bool = False
    disclosure: str = ""


@dataclass(frozen=True)
class ArtificialText:
    """Text written by a machine, and the person who answers for it."""

    generated: bool = False
    public_interest: bool = True
    human_reviewed: bool = False
    editorial_responsibility: str = ""
    disclosure: str = ""


@dataclass(frozen=True)
class MediumFacts:
    """What is known of one medium of the post, found by the hash of its bytes."""

    sha256: str
    kind: str = "image"  # image, gif, video, audio
    file_name: str = ""
    captions: str = ""  # empty, open, closed
    captions_text: str = ""
    captions_human_checked: bool = False
    has_speech: bool = False
    has_audio: bool = False
    transcript: str = ""
    ocr_text: str = ""
    qr_payload: str = ""
    exif_gps: bool = False
    flashes_per_second: int = 0
    people: tuple[Person, ...] = ()
    rights: Rights = Rights()
    ai: Artificial = Artificial()
    mime: str = ""  # this and what follows is read from the bytes themselves
    bytes: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class LanguageVersion:
    """The same message in another language, perhaps on a paired account."""

    language: str
    text: str
    account: str = ""
    publish_at: datetime | None = None


@dataclass(frozen=True)
class Repost:
    """Somebody else's post that we carry on."""

    author: str = ""
    author_type: str = ""  # party, candidate, politician, press, agency, citizen
    text: str = ""


@dataclass(frozen=True)
class Adapted:
    """A disclaimer shortened because the full one does not fit (11 CFR 110.11(g))."""

    payer_text: str = ""
    indicator: str = ""
    mechanism: str = ""
    full_share_pct: int = 0


@dataclass(frozen=True)
class Transparency:
    """What Regulation (EU) 2024/900 wants beside a political advertisement."""

    label: str = ""
    sponsor: str = ""
    linked_to: str = ""
    targeting_used: bool = False
    notice_url: str = ""


@dataclass(frozen=True)
class Paid:
    """Money behind a post. `amount` is in the currency's smallest unit."""

    paid: bool = False
    political: bool = False
    political_category: str = ""  # electoral, issue
    payer: str = ""
    payer_aliases: tuple[str, ...] = ()
    sponsor_type: str = "agency"  # agency, committee, advocacy, electioneering
    sponsor_country: str = ""
    controlled_from: str = ""
    amount: int = 0
    currency: str = ""
    budget_line: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    targeting: str = ""
    targeting_categories: tuple[str, ...] = ()
    profiling: bool = False
    age_min: int = 0
    audience: str = ""
    ad_country: str = ""
    disclaimer: str = ""
    authorised: str = ""  # "authorized by …" or "not authorized by any candidate"
    adapted: Adapted = Adapted()
    ttpa: Transparency = Transparency()
    vote_date: date | None = None
    partnership: bool = False
    partner: str = ""
    platform_tool_used: bool = False


@dataclass(frozen=True)
class Declarations:
    """Everything an author signs beside the words themselves."""

    category: Category = Category.UNDECLARED
    topics: tuple[str, ...] = ()
    territory: str = ""
    language: str = ""
    versions: tuple[LanguageVersion, ...] = ()
    event_start: datetime | None = None
    event_end: datetime | None = None
    repost_of: Repost = Repost()
    embargo_ref: str = ""
    embargo_until: datetime | None = None
    media: tuple[MediumFacts, ...] = ()
    paid: Paid = Paid()
    ai_text: ArtificialText = ArtificialText()
    distribution: str = ""  # toolkit: others will post it as their own words
    retention_class: str = ""

    def facts_of(self, sha256: str) -> MediumFacts:
        known = {medium.sha256: medium for medium in self.media}
        return known.get(sha256, MediumFacts(sha256))


NOTHING_DECLARED = Declarations()
