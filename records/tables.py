"""The tables. Each row belongs to an organisation, and every key begins with it.

`posts` is a list view that can be rebuilt from the ledger; `ledger`, `decisions`, `contents`,
`revisions` and the rest of `EVIDENCE`: nobody updates or deletes them (migrations 0001, 0003).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 SQLAlchemy reads this from the class
        str: Text,
        int: BigInteger,
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
    }


class Owned(Base):
    """A row of an organisation."""

    __abstract__ = True
    organisation: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)


NOW = text("clock_timestamp()")


class Versioned(Owned):
    """A version of something an organisation set; versions are never changed once stored."""

    __abstract__ = True
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]
    applied_at: Mapped[datetime] = mapped_column(server_default=NOW)


# Who we are: loaded from the organisation's folder by `parapheur apply`.


class OrganisationRow(Owned):
    __tablename__ = "organisations"
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]  # country, time zone, public phones, default chain, window
    applied_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PersonRow(Owned):
    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    groups: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    traits: Mapped[list[str]] = mapped_column(server_default="{}")  # external, step_up


class CalendarRow(Versioned):
    """A working calendar, its public holidays written out."""

    __tablename__ = "calendars"


class DelegationRow(Owned):
    """Who stands in for whom, from when until when."""

    __tablename__ = "delegations"
    id: Mapped[str] = mapped_column(primary_key=True)
    giver: Mapped[str]
    taker: Mapped[str]
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    levels: Mapped[list[str]]  # none: every level
    revoked: Mapped[datetime | None]
    from_the_folder: Mapped[bool] = mapped_column(server_default=text("false"))


class ChainRow(Versioned):
    """A chain of signatures."""

    __tablename__ = "chains"


class ChannelRow(Owned):
    """An account on a platform. `secret` is encrypted by the vault; nothing else can read it."""

    __tablename__ = "channels"
    id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    settings: Mapped[dict[str, Any]]
    secret: Mapped[str] = mapped_column(server_default="")
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class ApiKeyRow(Owned):
    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hash: Mapped[str]  # sha256 of the key, which is shown once and never stored
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(server_default=NOW)


class FreezeRow(Owned):
    """While `thawed_at` is empty nothing covered goes out. An empty channel covers all."""

    __tablename__ = "freezes"
    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str]
    frozen_by: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    thawed_at: Mapped[datetime | None]


# What a post says.


class ContentRow(Owned):
    """Everything that reaches the public, by the hash of it. Written before any act names it."""

    __tablename__ = "contents"
    hash: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=NOW)


class MediumRow(Owned):
    """An image's facts. Its bytes are in the media store under the same hash."""

    __tablename__ = "media"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    mime: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(server_default=NOW)


# What became of it.


class PostRow(Owned):
    """Where a post is: the list view, and the lock that puts a post's writers in one queue."""

    __tablename__ = "posts"
    id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str]
    end: Mapped[str | None]
    aside: Mapped[str | None]
    revision: Mapped[int]
    content_hash: Mapped[str]
    author: Mapped[str]
    channels: Mapped[list[str]]
    urgency: Mapped[str]
    hour: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    level: Mapped[str | None]  # whose signature is awaited
    waits_for: Mapped[list[str]]  # groups and people who may act next
    life: Mapped[dict[str, Any]]  # the whole life, as the ledger folds into it
    last_seq: Mapped[int]
    last_hash: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("posts_newest", "organisation", "created_at", "id"),
        Index("posts_stage", "organisation", "stage", "hour"),
    )


class LedgerRow(Owned):
    __tablename__ = "ledger"
    post: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    done: Mapped[str]
    body: Mapped[dict[str, Any]]
    key: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (UniqueConstraint("organisation", "post", "key", name="ledger_once"),)


class RevisionRow(Owned):
    __tablename__ = "revisions"
    post: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
        ForeignKeyConstraint(
            ["organisation", "content_hash"], ["contents.organisation", "contents.hash"]
        ),
    )


class DecisionRow(Owned):
    """A decision with its seal. The ledger has it too; this is the form people ask for."""

    __tablename__ = "decisions"
    post: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    content_hash: Mapped[str]
    round: Mapped[int]
    level: Mapped[str]
    actor: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    seal_key: Mapped[str]
    seal: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
    )


class VerdictRow(Owned):
    """What one examination found: which rules, under which pack version, of which content."""

    __tablename__ = "verdicts"
    post: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # the act or send that asked
    content_hash: Mapped[str]
    stage: Mapped[str]
    pack_version: Mapped[str]
    input_hash: Mapped[str] = mapped_column(server_default="")  # of all that the rules were told
    findings: Mapped[list[dict[str, Any]]]
    at: Mapped[datetime]


class PublicationRow(Owned):
    """The intent log of one content on one channel (docs/lifecycle.md, "Publishing")."""

    __tablename__ = "publications"
    post: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    state: Mapped[str]
    fence: Mapped[int] = mapped_column(server_default=text("0"))
    key: Mapped[str]
    remote_key: Mapped[str]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    remote_id: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str] = mapped_column(server_default="")
    how: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
        Index("publications_in_flight", "organisation", "state", "lease_until"),
    )


class MeasureRow(Owned):
    """What a look at a live post saw."""

    __tablename__ = "measures"
    post: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    look: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    state: Mapped[str]  # as_approved, changed, gone, out_of_reach
    counts: Mapped[dict[str, Any]]


class CheckpointRow(Owned):
    """The heads of all files that moved since the checkpoint before, signed."""

    __tablename__ = "checkpoints"
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    heads: Mapped[list[dict[str, Any]]]
    before: Mapped[str]  # the hash of the checkpoint before
    hash: Mapped[str]
    key: Mapped[str]
    signature: Mapped[str]


# What we still have to do, and what we already answered.


class NoticeRow(Owned):
    """Somebody has to be told. Written with the act that caused it, delivered by the worker."""

    __tablename__ = "notices"
    post: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    says: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=NOW)
    sent_at: Mapped[datetime | None]

    __table_args__ = (Index("notices_waiting", "at", postgresql_where=text("sent_at IS NULL")),)


class RequestRow(Owned):
    """A request we accepted under an Idempotency-Key, so that its repetition is the same one."""

    __tablename__ = "requests"
    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    heard_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InvitationRow(Owned):
    """A link for somebody outside the house. Only the hash of its token is kept."""

    __tablename__ = "invitations"
    hash: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str]
    id: Mapped[str]  # the act that invited
    person: Mapped[str]
    level: Mapped[str]
    revision: Mapped[int]
    expires: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
    )


class RefusalRow(Owned):
    """An act that was refused: who tried what, and why not."""

    __tablename__ = "refusals"
    id: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str]
    actor: Mapped[str]
    act: Mapped[str]
    code: Mapped[str]
    says: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index("refusals_of_a_post", "organisation", "post", "at"),)


class RemarkRow(Owned):
    """What somebody noted beside a post: for the house only, or for outside approvers, too."""

    __tablename__ = "remarks"
    post: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    author: Mapped[str]
    visibility: Mapped[str]  # internal, external
    revision: Mapped[int]
    says: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
    )


class SandboxPostRow(Owned):
    """What the sandbox platform "published". It stands in for a platform's own database."""

    __tablename__ = "sandbox_posts"
    channel: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    text: Mapped[str]
    languages: Mapped[list[str]]
    pictures: Mapped[list[dict[str, Any]]]
    at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("organisation", "channel", "key", name="sandbox_once"),)


EVIDENCE = (
    "ledger", "decisions", "contents", "revisions", "verdicts", "checkpoints", "chains",
    "calendars", "refusals", "remarks",
)  # fmt: skip
