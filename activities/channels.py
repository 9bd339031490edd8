"""Which platform stands behind a channel: one warm connection for each account."""

import json
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from activities.platforms import Platform
from activities.platforms.bluesky import Bluesky
from activities.platforms.sandbox import Sandbox
from records.database import Database
from records.keys import Vault
from records.organisations import Unknown
from records.tables import ChannelRow

CHANNEL = select(ChannelRow).where(
    ChannelRow.organisation == bindparam("organisation"), ChannelRow.id == bindparam("channel")
)


@dataclass
class Connections:
    """Connects on first use and stays connected; a changed channel is connected anew."""

    database: Database
    vault: Vault
    sandbox_page: str
    _open: dict[tuple[str, str], tuple[str, Platform]] = field(default_factory=dict)

    async def platform(self, organisation: str, channel: str) -> Platform:
        """The platform behind the channel. Raises Unknown if there is no such channel."""
        named = {"organisation": organisation, "channel": channel}
        async with self.database.reading(organisation) as session:
            row = (await session.execute(CHANNEL, named)).scalar_one_or_none()
        if row is None:
            raise Unknown(f"There is no channel {channel!r}.")
        told = json.dumps([row.platform, row.settings, row.secret], sort_keys=True)
        known, platform = self._open.get((organisation, channel), ("", None))
        if platform is None or known != told:
            if platform is not None:
                await platform.close()
            platform = self._connected(row)
            self._open[organisation, channel] = (told, platform)
        return platform

    def _connected(self, row: ChannelRow) -> Platform:
        if row.platform == "sandbox":
            return Sandbox(self.database, row.organisation, row.id, self.sandbox_page)
        if row.platform == "bluesky":
            secret = self.vault.decrypt(row.secret, organisation=row.organisation, channel=row.id)
            return Bluesky(row.settings["service"], row.settings["account"], secret.decode())
        raise Unknown(f"No connector for the platform {row.platform!r}.")

    async def close(self) -> None:
        for _, platform in self._open.values():
            await platform.close()
