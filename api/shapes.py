"""What goes in and comes out over HTTP. Unknown fields are refused, so that a typo is not lost."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from api.declaring import DeclarationsShape
from api.sound import Counted, Flag, Moment, sound
from domain.acts import Found, Verdict
from domain.freezing import held_on
from domain.held import Held
from domain.lifecycle import Life
from domain.post import Content, Medium, Urgency, Variant, Window
from domain.review.marks import Vote, Waiver
from domain.waiting import because, state, waiting
from domain.waivers import waiver_of
from records.tables import LedgerRow, PostRow

Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(sound)]
Reason = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(sound)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2_000)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WindowShape(Shape):
    """The span in which the post may appear. Approvers sign it with the text."""

    opens: Moment
    closes: Moment

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "WindowShape":
        if self.closes <= self.opens:
            raise ValueError("a window closes after it opens")
        return self


class MediumShape(Shape):
    """An image uploaded before, by the sha256 that the upload answered with."""

    sha256: Hash
    alt: Text = ""
    decorative: Flag = False


class ContentShape(Shape):
    """Everything that reaches the public."""

    text: Text
    channels: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    variants: dict[Name, Text] = {}
    media: Annotated[tuple[MediumShape, ...], Field(max_length=20)] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=20)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    declared: DeclarationsShape = Field(
        default=DeclarationsShape(),
        description="What no detector can know: category, people, rights, money. "
        "What is mandatory and missing is a finding.",
    )
    release_at: Moment | None = Field(
        default=None, description="Its hour. Empty: as soon as it is approved."
    )
    window: WindowShape | None = Field(
        default=None,
        description="When it may appear. Empty: from its hour, as long as the organisation says.",
    )

    @model_validator(mode="after")
    def fits_together(self) -> "ContentShape":
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("a channel is named twice")
        if strangers := set(self.variants) - set(self.channels):
            named = ", ".join(sorted(strangers))
            raise ValueError(f"variants for channels that are not named: {named}")
        if strange := self.declared.albums - {medium.sha256 for medium in self.media}:
            named = ", ".join(sorted(strange))
            raise ValueError(f"declared.media names what is not in media: {named}")
        hour, window = self.release_at, self.window
        if hour and window and not window.opens <= hour < window.closes:
            raise ValueError("release_at lies outside the window")
        return self

    @property
    def album(self) -> tuple[Medium, ...]:
        return tuple(Medium(m.sha256, m.alt, m.decorative) for m in self.media)

    def content(self, window: Window) -> Content:
        return Content(
            self.text,
            self.channels,
            window,
            tuple(Variant(channel, text) for channel, text in sorted(self.variants.items())),
            self.album,
            self.links,
            self.languages,
            self.declared.value(),
        )


class NewPost(ContentShape):
    chain: Name | None = Field(default=None, description="Empty: the organisation's default.")
    author: Name | None = Field(default=None, description="For machines: the person who wrote it.")
    urgency: Urgency = Urgency.ROUTINE
    submit: Flag = Field(default=False, description="Draft and submit in one call.")


class NewRevision(ContentShape):
    seen: Counted = Field(description="The revision you started from.")
    author: Name | None = Field(default=None, description="For machines: the person who wrote it.")
    submit: Flag = Field(default=False, description="Revise and submit in one call.")
    touches: Annotated[tuple[Name, ...], Field(max_length=50)] | None = Field(
        default=None,
        description="Where the chain keeps approved branches: the levels whose subject this edit "
        "touches. Only these open again. Left out: all of them.",
    )


class Submission(Shape):
    revision: Counted


class Decision(Shape):
    verdict: Verdict
    revision: Counted = Field(description="The revision you read.")
    level: Name | None = Field(default=None, description="Empty: the level that is open.")
    reason: Reason = ""
    on_behalf_of: Name | None = Field(
        default=None, description="Whose seat you take, if somebody delegated theirs to you."
    )


class WaiverShape(Shape):
    """One rule that may pass, for this revision only."""

    rule: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(sound)]
    revision: Counted = Field(description="The revision you read.")
    reason: Reason = ""


class EmergencyShape(Shape):
    revision: Counted = Field(description="The revision you read.")
    reason: Reason = ""


class Withdrawal(Shape):
    reason: Reason = ""


class NewHour(Shape):
    release_at: Moment


class Settlement(Shape):
    """What became of a send whose answer was lost."""

    channel: Name
    found: Found
    url: Link | None = None

    @model_validator(mode="after")
    def says_where(self) -> "Settlement":
        if self.found is Found.LIVE and not self.url:
            raise ValueError("say where it is live: url")
        return self


class SignIn(Shape):
    organisation: Name
    person: Name
    password: str


class Session(BaseModel):
    token: str
    organisation: str
    person: str
    groups: tuple[str, ...]
    ends_at: datetime


class Awaited(BaseModel):
    """What has to happen next, who can make it happen, and until when."""

    says: str
    groups: tuple[str, ...]
    people: tuple[str, ...]
    until: datetime | None


class SendShape(BaseModel):
    channel: str
    state: str
    url: str
    because: str


class WaivedShape(BaseModel):
    """Who took a finding upon themselves, and why."""

    by: str
    reason: str
    at: datetime | None


class FindingShape(BaseModel):
    """What a rule found, with the clause behind it and who may waive it."""

    id: str = Field(description="The rule, with the channel or language it is about.")
    rule: str
    severity: str
    title: str
    says: str
    channel: str = ""
    piece: str = Field(default="", description="The words it is about, as they were written.")
    clause: str
    source: str
    waiver: str = Field(description="The groups that may waive it, as in legal|dpo; empty: nobody.")
    emergency: str = Field(description="holds, passes or exempts: what an emergency does to it.")
    pack: str
    waived: WaivedShape | None = Field(
        default=None, description="Somebody waived it for this revision; null: nobody did."
    )


class PostShape(BaseModel):
    id: str
    organisation: str
    state: str
    stage: str
    frozen: bool
    revision: int
    content_hash: str
    authors: tuple[str, ...]
    channels: tuple[str, ...]
    release_at: datetime | None
    window: WindowShape | None
    urgency: str
    chain: str | None
    chain_version: int | None
    round: int
    level: str | None
    signatures: list[dict[str, str]]
    waits_for: Awaited | None
    because: str
    sends: list[SendShape]
    created_at: datetime
    updated_at: datetime


class PostInFull(PostShape):
    """One post with what it says and what the rules found in it."""

    content: dict[str, Any]
    findings: list[FindingShape]


class PostList(BaseModel):
    posts: list[PostShape]
    next: str | None = Field(description="Pass it as `cursor` for the next page; empty at the end.")


class EntryShape(BaseModel):
    seq: int
    at: datetime
    actor: str
    done: str
    body: dict[str, Any]
    key: str
    hash: str


class LedgerPage(BaseModel):
    entries: list[EntryShape]
    next: int | None = Field(description="Pass it as `after` for the next page; empty at the end.")


def shown(row: PostRow, life: Life, held: Held) -> PostShape:
    awaited, post = waiting(life, held), life.post
    return PostShape(
        id=row.id,
        organisation=row.organisation,
        state=state(life),
        stage=life.stage,
        frozen=bool(held_on(life)),
        revision=post.revision,
        content_hash=post.content_hash,
        authors=post.authors,
        channels=post.channels,
        release_at=post.hour,
        window=WindowShape(opens=post.window.opens, closes=post.window.closes)
        if post.window
        else None,
        urgency=post.urgency,
        chain=life.chain.id if life.chain else None,
        chain_version=life.chain.version if life.chain else None,
        round=life.review.round,
        level=row.level,
        signatures=[_signature(vote) for vote in life.review.votes if vote.verdict == "approve"],
        waits_for=Awaited(
            says=awaited.says, groups=awaited.groups, people=awaited.people, until=awaited.until
        )
        if awaited
        else None,
        because=because(life),
        sends=[
            SendShape(channel=s.channel, state=s.state, url=s.url, because=s.because)
            for s in life.sends
        ],
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _signature(vote: Vote) -> dict[str, str]:
    stood_in = {"for": vote.seat} if vote.seat != vote.actor else {}
    return {"level": vote.level, "by": vote.actor, **stood_in}


def shown_in_full(
    row: PostRow, life: Life, held: Held, content: Content, findings: list[dict[str, Any]]
) -> PostInFull:
    return PostInFull(
        **vars(shown(row, life, held)),
        content=content.told,
        findings=shown_findings(findings, life.review.revision, life.review.waivers),
    )


def shown_findings(
    found: list[dict[str, Any]], revision: int = 0, waivers: Iterable[Waiver] = ()
) -> list[FindingShape]:
    """Findings as they were kept, each with who waived it in this revision."""
    return [_finding(told, revision, waivers) for told in found]


def _finding(told: dict[str, Any], revision: int, waivers: Iterable[Waiver]) -> FindingShape:
    id = ":".join(filter(None, (told["rule"], told.get("suffix") or told.get("channel"))))
    given = waiver_of(id, revision, waivers)
    waived = WaivedShape(by=given.by, reason=given.reason, at=given.at) if given else None
    return FindingShape.model_validate({"id": id, **told, "waived": waived})


def shown_entry(row: LedgerRow) -> EntryShape:
    return EntryShape(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        done=row.done,
        body=row.body,
        key=row.key,
        hash=row.hash,
    )
