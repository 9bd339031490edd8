"""All that one transaction adds to a post's file, written in one statement.

Entries of the ledger, the rows that follow from them, notices and the row of the post go out
together: one trip to PostgreSQL instead of one for each. Lists travel as JSON, so that there is one
statement for any number of rows.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import plain
from domain.review.people import Signers
from records.owed import HistoryOwedRow
from records.tables import (
    DecisionRow,
    InvitationRow,
    LedgerRow,
    Owned,
    PostRow,
    RevisionRow,
    VerdictRow,
)

Rows = list[dict[str, Any]]
TABLES = (LedgerRow, RevisionRow, DecisionRow, InvitationRow, VerdictRow, HistoryOwedRow)
ADDED: dict[str, type[Owned]] = {table.__tablename__: table for table in TABLES}
NOTICES = "notices"

# Who is meant is told once, of what was said first.
TELL = """
    INSERT INTO notices (organisation, post, key, person, says)
    SELECT person.organisation, :post, news.key, person.id, news.says
    FROM jsonb_to_recordset(CAST(:notices AS jsonb))
        AS news (nth int, key text, says text, people text[], groups text[])
    JOIN people AS person ON person.organisation = :organisation AND person.active
        AND (person.id = ANY (news.people) OR person.groups && news.groups)
    ORDER BY news.nth
    ON CONFLICT DO NOTHING"""


@dataclass
class Growth:
    """What is to be written, in the order it was said."""

    added: dict[str, Rows] = field(default_factory=dict)

    def add(self, table: type[Owned], **values: Any) -> None:
        self.added.setdefault(table.__tablename__, []).append(values)

    def tell(self, audience: Signers, key: str, says: str) -> None:
        told = self.added.setdefault(NOTICES, [])
        told.append(
            {
                "nth": len(told),
                "key": key,
                "says": says,
                "people": audience.people,
                "groups": audience.groups,
            }
        )

    def holds(self, key: str) -> dict[str, Any] | None:
        """The body of the entry with this key, if it is about to be written."""
        entries = self.added.get(LedgerRow.__tablename__, [])
        return next((entry["body"] for entry in entries if entry["key"] == key), None)

    async def write(self, session: AsyncSession, row: dict[str, Any]) -> None:
        """Write it all, with the row of the post as it now stands; then there is nothing left."""
        told = {name: _json(rows) for name, rows in self.added.items()}
        named = {"organisation": row["organisation"], "post": row["id"]} if NOTICES in told else {}
        statement = _statement(tuple(sorted(told)))
        await session.execute(statement, {**told, **named, "row": _json(row)})
        self.added = {}


@cache
def _statement(names: tuple[str, ...]) -> TextClause:
    parts = [f"{name}_ AS ({TELL if name == NOTICES else _insert(ADDED[name])})" for name in names]
    return text((f"WITH {', '.join(parts)} " if parts else "") + _keep())


def _insert(table: type[Owned]) -> str:
    name, columns = table.__tablename__, _columns(table)
    return (
        f"INSERT INTO {name} ({columns}) SELECT {columns} "  # noqa: S608 the names are our own
        f"FROM jsonb_populate_recordset(NULL::{name}, CAST(:{name} AS jsonb))"
    )


def _keep() -> str:
    """A new row, or the one that is there as it now stands; it keeps when it was made."""
    columns = _columns(PostRow)
    moved = [name for name in _names(PostRow) if name not in ("organisation", "id", "created_at")]
    return (
        f"INSERT INTO posts ({columns}) SELECT {columns} "  # noqa: S608 the names are our own
        "FROM jsonb_populate_record(NULL::posts, CAST(:row AS jsonb)) "
        "ON CONFLICT (organisation, id) DO UPDATE SET "
        + ", ".join(f'"{name}" = excluded."{name}"' for name in moved)
    )


def _columns(table: type[Owned]) -> str:
    return ", ".join(f'"{name}"' for name in _names(table))


def _names(table: type[Owned]) -> list[str]:
    return [column.name for column in table.__table__.columns]


def _json(value: object) -> str:
    return json.dumps(value, default=plain, ensure_ascii=False)
