"""The sandbox: a platform of our own, for an office that wants to see before it connects anything.

It keeps what it "published" in a table and shows it on a page of the API (/sandbox).
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from activities.platforms import Letter, Live, Receipt, Refused
from domain.counting import overrun
from records.database import Database
from records.tables import SandboxPostRow


@dataclass(frozen=True)
class Sandbox:
    """One account on the sandbox."""

    database: Database
    organisation: str
    channel: str
    page: str  # where people see it, e.g. http://127.0.0.1:8000/sandbox
    settle: timedelta = timedelta()  # one database: what is committed shows at once
    knows_all: bool = True
    most_languages: int | None = None

    def links(self, text: str) -> tuple[str, ...]:
        return ()

    def new_remote_key(self, key: str, written_at: datetime) -> str:
        return key[:16]

    async def prepare(self, letter: Letter) -> None:
        return None

    async def send(self, letter: Letter) -> Receipt:
        """Publish. A second send of the same letter is the same post."""
        if says := overrun("sandbox", letter.text):
            raise Refused(f"The sandbox does not take it: {says}.")
        post = insert(SandboxPostRow).values(
            organisation=self.organisation,
            channel=self.channel,
            id=letter.remote_key,
            key=letter.key,
            text=letter.text,
            languages=list(letter.languages),
            pictures=[
                {"alt": p.alt, "src": f"data:{p.mime};base64,{b64encode(p.bytes).decode()}"}
                for p in letter.pictures
            ],
        )
        async with self.database.transaction(self.organisation) as session:
            await session.execute(post.on_conflict_do_nothing())
        return self._receipt(letter.remote_key)

    async def find(self, letter: Letter) -> Receipt | None:
        async with self.database.reading(self.organisation) as session:
            found = await self._row(session, letter.remote_key)
        return self._receipt(letter.remote_key) if found else None

    async def look(self, receipt: Receipt) -> Live | None:
        async with self.database.reading(self.organisation) as session:
            row = await self._row(session, receipt.remote_id)
        if row is None:
            return None
        alts = tuple(str(picture["alt"]) for picture in row.pictures)
        return Live(row.text, tuple(row.languages), alts)

    async def close(self) -> None:
        return None

    async def _row(self, session: AsyncSession, id: str) -> SandboxPostRow | None:
        asked = select(SandboxPostRow).where(
            SandboxPostRow.organisation == self.organisation,
            SandboxPostRow.channel == self.channel,
            SandboxPostRow.id == id,
        )
        return (await session.execute(asked)).scalar_one_or_none()

    def _receipt(self, id: str) -> Receipt:
        return Receipt(id, f"{self.page}/{self.channel}#{id}")
