"""One post as a folder that proves itself: what was hashed and signed, byte by byte."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Draft, Revise
from domain.canonical import as_bytes, canonical, instant
from domain.post import Content
from records import reading
from records.checkpoints import hashed, message
from records.database import Database
from records.filing import entries
from records.histories import Read, kept
from records.keys import RETIRED, Kind
from records.tables import (
    CheckpointRow,
    ContentRow,
    DecisionRow,
    LedgerRow,
    MeasureRow,
    MediumRow,
    PublicationRow,
    RefusalRow,
    RemarkRow,
    RevisionRow,
    VerdictRow,
)

README = Path(__file__).with_name("export_readme.md")
TABLES = (RevisionRow, DecisionRow, VerdictRow, PublicationRow, MeasureRow, RefusalRow, RemarkRow)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

Files = dict[str, bytes]


class CannotExport(Exception):
    """Something is missing, or in the way. The text says what."""


@dataclass(frozen=True)
class Sources:
    """Where the record is: tables, public keys, and what is stored beside the tables."""

    database: Database
    keys: Path
    pictures: Read
    histories: Read


async def gathered(told: Sources, organisation: str, post: str) -> Files:
    """Everything about one post, by file name. Raises CannotExport."""
    async with told.database.transaction(organisation) as session:
        lines = await entries(session, organisation, post)
        if not lines:
            raise CannotExport(f"{organisation} has no post {post}.")
        contents = await _contents(session, organisation, lines)
        media = await _media(session, organisation, contents)
        checkpoints = await _checkpoints(session, organisation, post)
        tables = [await _table(session, table, organisation, post) for table in TABLES]
    files = dict([*_of_the_ledger(lines), *_of_checkpoints(checkpoints), *tables])
    files |= {f"contents/{one.hash}.json": canonical(one.settled) for one in contents}
    for name, hash in media.items():
        files[name] = await _stored(told.pictures, organisation, hash, "image")
    for _, history in await kept(told.database, organisation, post):
        name = f"histories/{history.run}.json"
        files[name] = await _stored(told.histories, organisation, history.sha256, "history")
    files |= _keys(told.keys, files)
    files["README.md"] = _readme(organisation, post, lines)
    return files


def write(files: Files, folder: Path) -> None:
    """Into a new folder, with a sum of each file. Raises CannotExport."""
    if folder.exists() and any(folder.iterdir()):
        raise CannotExport(f"{folder} is not empty; name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sums = [f"{sha256(raw).hexdigest()}  {name}\n" for name, raw in sorted(files.items())]
    for name, raw in (files | {"SHA256SUMS": "".join(sums).encode()}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def _of_the_ledger(lines: list[LedgerRow]) -> Iterable[tuple[str, bytes]]:
    yield "ledger.jsonl", b"".join(canonical(reading.entry(line)) + b"\n" for line in lines)
    yield "ledger.hashes", "".join(f"{line.hash}\n" for line in lines).encode()
    signed = []
    for line in lines:
        if act := reading.act(line.body):
            name = f"{line.seq:04}"
            yield f"seals/{name}.json", act.message(line.organisation, line.post)
            yield f"seals/{name}.sig", as_bytes(act.seal.signature)
            signed.append(f"{name} {act.seal.key}\n")
    yield "seals/keys", "".join(signed).encode()


def _of_checkpoints(checkpoints: list[CheckpointRow]) -> Iterable[tuple[str, bytes]]:
    signed = []
    for one in checkpoints:
        name = f"{one.seq:06}"
        yield f"checkpoints/{name}.json", canonical(hashed(one))
        yield f"checkpoints/{name}.message", message(one.hash)
        yield f"checkpoints/{name}.sig", as_bytes(one.signature)
        signed.append(f"{name} {one.key}\n")
    yield "checkpoints/keys", "".join(signed).encode()


async def _contents(
    session: AsyncSession, organisation: str, lines: list[LedgerRow]
) -> list[Content]:
    acts = [reading.act(line.body) for line in lines]
    hashes = {act.content_hash for act in acts if isinstance(act, Draft | Revise)}
    asked = select(ContentRow).where(
        ContentRow.organisation == organisation, ContentRow.hash.in_(hashes)
    )
    return [reading.content(row.content) for row in (await session.execute(asked)).scalars()]


async def _checkpoints(session: AsyncSession, organisation: str, post: str) -> list[CheckpointRow]:
    """Those that sealed a head of this file."""
    asked = select(CheckpointRow).where(
        CheckpointRow.organisation == organisation, CheckpointRow.heads.contains([{"post": post}])
    )
    return list((await session.execute(asked.order_by(CheckpointRow.seq))).scalars())


async def _table(
    session: AsyncSession, table: Any, organisation: str, post: str
) -> tuple[str, bytes]:
    asked = select(table.__table__).where(table.organisation == organisation, table.post == post)
    found = (await session.execute(asked.order_by(*table.__table__.primary_key))).mappings()
    rows = "".join(f"{_as_json(dict(row))}\n" for row in found)
    return f"tables/{table.__tablename__}.jsonl", rows.encode()


async def _media(
    session: AsyncSession, organisation: str, contents: list[Content]
) -> dict[str, str]:
    """The images of these contents: how their files are called, and their hashes."""
    hashes = {medium.sha256 for content in contents for medium in content.media}
    asked = select(MediumRow).where(
        MediumRow.organisation == organisation, MediumRow.sha256.in_(hashes)
    )
    found = (await session.execute(asked)).scalars()
    return {f"media/{row.sha256}.{ENDINGS[row.mime]}": row.sha256 for row in found}


async def _stored(read: Read, organisation: str, hash: str, what: str) -> bytes:
    if (raw := await read(organisation, hash)) is None:
        raise CannotExport(f"The {what} {hash} is on record, and not in the store.")
    return raw


def _keys(folder: Path, files: Files) -> Files:
    """The public keys that it takes to check these files, and from when on any is retired."""
    wanted = {Kind.SEAL: files["seals/keys"], Kind.CHECKPOINT: files["checkpoints/keys"]}
    return {
        f"keys/{kind}/{key}{half}": (folder / kind / f"{key}{half}").read_bytes()
        for kind, signed in wanted.items()
        for key in sorted({line.split()[1] for line in signed.decode().splitlines()})
        for half in (".pub", RETIRED)
        if (folder / kind / f"{key}{half}").exists()  # without its key, a seal does not hold
    }


def _readme(organisation: str, post: str, lines: list[LedgerRow]) -> bytes:
    last = lines[-1]
    return (
        Template(README.read_text())
        .substitute(
            organisation=organisation,
            post=post,
            entries=len(lines),
            first=instant(lines[0].at),
            last=instant(last.at),
            head=last.hash,
        )
        .encode()
    )


def _as_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=_spelled)


def _spelled(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    raise TypeError(type(value))
