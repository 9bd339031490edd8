"""What an author declares beside the words: the law asks for it, and no detector can know it.

Every field may be left out. What is mandatory for a post of its kind is then a finding of the rules
(`findings`), never an error of the request; a value that makes no sense is an error at once.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from api.sound import Flag, Moment, sound
from domain.declarations import Category, Declarations

Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(sound)]
Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(sound)]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
MaybeTag = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$")]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]
Page = Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$", max_length=2_000)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
Channels = Annotated[tuple[Channel, ...], Field(max_length=20)]
Natural = Annotated[int, Field(strict=True, ge=0, le=2**53)]


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConsentShape(Declared):
    """A written yes to being shown: whose, where, for what, and until when."""

    by: Literal["self", "guardian", "child"]
    channels: Channels = Field(default=(), description="Empty: every channel.")
    purposes: Lines = Field(default=(), description="Categories, or paid. Empty: every purpose.")
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    revoked_at: Moment | None = None
    document: Line = Field(default="", description="Where the signed paper is.")


class PersonShape(Declared):
    """Somebody in a picture."""

    identifiable: Flag = True
    role: Literal["private", "staff", "official", "crowd"] = "private"
    minor: Flag = False
    consents: Annotated[tuple[ConsentShape, ...], Field(max_length=20)] = ()


class RightsShape(Declared):
    """Where a picture comes from and what its licence allows."""

    source: Literal["", "own", "third_party", "public_domain"] = ""
    licence: Line = ""
    credit: Line = ""
    channels: Channels = ()
    territory: Line = Field(default="", description="world, or a country as in FR.")
    valid_to: date | None = None
    credit_required: Flag = False
    no_derivatives: Flag = False
    non_commercial: Flag = False
    altered: Flag = Field(default=False, description="We cropped or edited it.")


class ArtificialShape(Declared):
    """How much of a medium a machine made. Upscaling and colours are not generation."""

    generated: Flag = False
    manipulated: Flag = False
    realistic: Flag = False
    disclosure: Line = ""


class ArtificialTextShape(Declared):
    """Text written by a machine, and the person who answers for it."""

    generated: Flag = False
    public_interest: Flag = True
    human_reviewed: Flag = False
    editorial_responsibility: Line = ""
    disclosure: Line = ""


class MediumDeclared(Declared):
    """What is known of one medium of this post, named by its sha256."""

    sha256: Sha256
    kind: Literal["image", "gif", "video", "audio"] = "image"
    file_name: Line = ""
    captions: Literal["", "open", "closed"] = ""
    captions_text: Words = ""
    captions_human_checked: Flag = False
    has_speech: Flag = False
    has_audio: Flag = False
    transcript: Words = ""
    ocr_text: Words = Field(default="", description="The words that can be read in it.")
    qr_payload: Line = ""
    flashes_per_second: Natural = 0
    people: Annotated[tuple[PersonShape, ...], Field(max_length=50)] = ()
    rights: RightsShape = RightsShape()
    ai: ArtificialShape = ArtificialShape()


class LanguageVersionShape(Declared):
    """The same message in another language, perhaps on a paired account."""

    language: Tag
    text: Words
    account: Line = ""
    publish_at: Moment | None = None


class RepostShape(Declared):
    """Somebody else's post that this one carries on."""

    author: Line = ""
    author_type: Literal["", "party", "candidate", "politician", "press", "agency", "citizen"] = ""
    text: Words = ""


class AdaptedShape(Declared):
    """A disclaimer shortened because the full one does not fit (11 CFR 110.11(g))."""

    payer_text: Line = ""
    indicator: Line = ""
    mechanism: Line = ""
    full_share_pct: Annotated[int, Field(strict=True, ge=0, le=100)] = 0


class TransparencyShape(Declared):
    """What Regulation (EU) 2024/900 wants beside a political advertisement."""

    label: Line = ""
    sponsor: Line = ""
    linked_to: Line = ""
    targeting_used: Flag = False
    notice_url: Page = ""


class PaidShape(Declared):
    """Money behind a post."""

    paid: Flag = False
    political: Flag = False
    political_category: Literal["", "electoral", "issue"] = ""
    payer: Line = ""
    payer_aliases: Lines = ()
    sponsor_type: Literal["agency", "committee", "advocacy", "electioneering"] = "agency"
    sponsor_country: Country = ""
    controlled_from: Country = ""
    amount: Natural = Field(default=0, description="In the currency's smallest unit: cents.")
    currency: Currency = ""
    budget_line: Line = ""
    starts: Moment | None = None
    ends: Moment | None = None
    targeting: Line = ""
    targeting_categories: Lines = ()
    profiling: Flag = False
    age_min: Annotated[int, Field(strict=True, ge=0, le=120)] = 0
    audience: Line = ""
    ad_country: Country = ""
    disclaimer: Line = ""
    authorised: Line = ""
    adapted: AdaptedShape = AdaptedShape()
    ttpa: TransparencyShape = TransparencyShape()
    vote_date: date | None = None
    partnership: Flag = False
    partner: Line = ""
    platform_tool_used: Flag = False

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> "PaidShape":
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValueError("a campaign ends after it starts")
        return self


class DeclarationsShape(Declared):
    """Everything an author signs beside the words. It is part of what approvers sign."""

    category: Category = Category.UNDECLARED
    topics: Lines = ()
    territory: Line = ""
    language: MaybeTag = ""
    versions: Annotated[tuple[LanguageVersionShape, ...], Field(max_length=20)] = ()
    event_start: Moment | None = None
    event_end: Moment | None = None
    repost_of: RepostShape = RepostShape()
    embargo_ref: Line = ""
    embargo_until: Moment | None = None
    media: Annotated[tuple[MediumDeclared, ...], Field(max_length=20)] = ()
    paid: PaidShape = PaidShape()
    ai_text: ArtificialTextShape = ArtificialTextShape()
    distribution: Literal["", "toolkit"] = Field(
        default="", description="toolkit: others will post it as their own words."
    )
    retention_class: Line = ""

    @model_validator(mode="after")
    def fits_together(self) -> "DeclarationsShape":
        if self.event_start and self.event_end and self.event_end < self.event_start:
            raise ValueError("an event ends after it starts")
        hashes = [medium.sha256 for medium in self.media]
        if len(set(hashes)) < len(hashes):
            raise ValueError("a medium is declared twice")
        return self

    def value(self) -> Declarations:
        return _values.validate_python(self.model_dump())

    @property
    def albums(self) -> set[str]:
        """The media it speaks of."""
        return {medium.sha256 for medium in self.media}


_values: TypeAdapter[Declarations] = TypeAdapter(Declarations)
