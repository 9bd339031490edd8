"""What an office holds back at once, whatever was approved: by a freeze, or a channel's switch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.held import Held
from records.tables import ChannelRow, FreezeRow, OrganisationRow


@dataclass(frozen=True)
class Hold:
    """Why nothing goes out now. Without a channel it covers all of them."""

    because: str
    channel: str = ""


@dataclass(frozen=True)
class Switches:
    hold: Hold | None
    was_frozen: bool  # whether a freeze that covered it has ended since its hour


async def switches(
    session: AsyncSession, organisation: str, channel: str, hour: datetime
) -> Switches:
    """Whether a freeze is on, or the channel is switched off; and what ended since its hour.

    The organisation's row is the lock: a freeze takes it whole, so one waits for the other.
    """
    await session.execute(LOCK, {"organisation": organisation})
    # Asked only now, so that it sees what we waited for.
    named = {"organisation": organisation, "channel": channel, "hour": hour}
    enabled, was_frozen = (await session.execute(SINCE, named)).one()
    if freeze := (await session.execute(FREEZE, named)).one_or_none():
        return Switches(Hold(f"A freeze is on: {freeze.reason}", freeze.channel), was_frozen)
    if not enabled:
        return Switches(Hold(f"The channel {channel} is switched off.", channel), was_frozen)
    return Switches(None, was_frozen)


async def held_now(session: AsyncSession, organisation: str) -> Held:
    """What an office holds back at this moment, for whoever asks why a post is not out."""
    named = {"organisation": organisation}
    frozen, off = (await session.execute(HELD, named)).one()
    return Held(tuple(frozen or ()), tuple(off or ()))


LOCK = (
    select(OrganisationRow.organisation)
    .where(OrganisationRow.organisation == bindparam("organisation"))
    .with_for_update(read=True)
)
COVERED = (
    FreezeRow.organisation == bindparam("organisation"),
    or_(FreezeRow.channel == "", FreezeRow.channel == bindparam("channel")),
)
# The widest first: what covers every channel holds the whole post.
FREEZE = (
    select(FreezeRow.reason, FreezeRow.channel)
    .where(*COVERED, FreezeRow.thawed_at.is_(None))
    .order_by(FreezeRow.channel)
    .limit(1)
)
SINCE = select(
    select(ChannelRow.enabled)
    .where(
        ChannelRow.organisation == bindparam("organisation"), ChannelRow.id == bindparam("channel")
    )
    .scalar_subquery(),
    exists().where(*COVERED, FreezeRow.thawed_at > bindparam("hour")),
)
HELD = select(
    select(func.array_agg(FreezeRow.channel))
    .where(FreezeRow.organisation == bindparam("organisation"), FreezeRow.thawed_at.is_(None))
    .scalar_subquery(),
    select(func.array_agg(ChannelRow.id))
    .where(ChannelRow.organisation == bindparam("organisation"), ChannelRow.enabled.is_(False))
    .scalar_subquery(),
)
