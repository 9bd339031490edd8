"""What an office holds back at once, whatever was approved: by a freeze, or a channel's switch."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import ChannelRow, FreezeRow, OrganisationRow


async def switches(
    session: AsyncSession, organisation: str, channel: str
) -> tuple[str | None, bool]:
    """Why a freeze is on, if one is; and whether the channel is switched on.

    The organisation's row is the lock: a freeze takes it whole, so one waits for the other.
    """
    await session.execute(LOCK, {"organisation": organisation})
    # Asked only now, so that it sees what we waited for.
    named = {"organisation": organisation, "channel": channel}
    reason, enabled = (await session.execute(ASKED, named)).one()
    return reason, bool(enabled)


LOCK = (
    select(OrganisationRow.organisation)
    .where(OrganisationRow.organisation == bindparam("organisation"))
    .with_for_update(read=True)
)
ASKED = select(
    select(FreezeRow.reason)
    .where(
        FreezeRow.organisation == bindparam("organisation"),
        FreezeRow.thawed_at.is_(None),
        or_(FreezeRow.channel == "", FreezeRow.channel == bindparam("channel")),
    )
    .limit(1)
    .scalar_subquery(),
    select(ChannelRow.enabled)
    .where(
        ChannelRow.organisation == bindparam("organisation"), ChannelRow.id == bindparam("channel")
    )
    .scalar_subquery(),
)
