"""Proving an exported post: the same questions as to the whole record, asked of a folder."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.acts import Act, Decide, Draft, Revise
from domain.canonical import as_text, plain
from domain.facts import FactKind
from domain.ledger import Entry
from records import reading
from records.checkpoints import message
from records.histories import History, fault
from records.keys import Kind, NoKeys, NoSuchKey, Seals
from records.tables import LedgerRow
from records.verify import Fault, read_file

_entries = TypeAdapter(Entry)


class NotAnExport(Exception):
    """The folder does not hold an exported post. The text says why."""


@dataclass(frozen=True)
class Proven:
    """What was looked at in a folder, and what was found."""

    organisation: str
    post: str
    entries: int
    seals: int
    sealed: int  # the newest entry that a checkpoint seals; 0: none does
    histories: int
    faults: tuple[Fault, ...]


def prove_folder(folder: Path, keys: Path | None = None) -> Proven:
    """Look at everything in it. `keys` holds public keys that came another way."""
    rows = _ledger(folder)
    seals, witness = [_publics(keys or folder / "keys", k) for k in (Kind.SEAL, Kind.CHECKPOINT)]
    told = read_file(rows[0].organisation, rows[0].post, rows, seals)
    if told.life is None:  # what hangs on a broken chain proves nothing
        return Proven(rows[0].organisation, rows[0].post, len(rows), 0, 0, 0, tuple(told.faults))
    histories = [
        History.told_by(reading.fact(row.body)) for row in rows if row.done == FactKind.HISTORY_KEPT
    ]
    checkpoints = list(_checkpoints(folder, rows, witness))
    faults = [
        *told.faults,
        *_of_seals(folder, rows),
        *_of_contents(folder, told.acts),
        *_of_decisions(folder, told.acts),
        *_of_histories(folder, histories),
        *(one.fault for one in checkpoints if one.fault),
    ]
    sealed = max((one.seals for one in checkpoints if not one.fault), default=0)
    return Proven(
        rows[0].organisation,
        rows[0].post,
        len(rows),
        len(told.acts),
        sealed,
        len(histories),
        tuple(faults),
    )


def _ledger(folder: Path) -> list[LedgerRow]:
    lines = _needed(folder, "ledger.jsonl").splitlines()
    hashes = _needed(folder, "ledger.hashes").decode(errors="replace").split()
    entries = [_entry(folder, nth, line) for nth, line in enumerate(lines, start=1)]
    if not entries or len(entries) != len(hashes):
        raise NotAnExport(f"{folder} has {len(entries)} entries and {len(hashes)} hashes.")
    return [
        LedgerRow(**vars(entry), hash=hash) for entry, hash in zip(entries, hashes, strict=True)
    ]


def _needed(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        says = f"{folder} does not hold an exported post: {name} is missing or cannot be read."
        raise NotAnExport(says) from None


def _entry(folder: Path, nth: int, line: bytes) -> Entry:
    try:
        return _entries.validate_json(line)
    except ValidationError:  # its own words would show what the line holds
        says = (
            f"{folder} does not hold an exported post: line {nth} of ledger.jsonl does not have "
            "the form of an entry. Ask for the folder once more, from whom you have it."
        )
        raise NotAnExport(says) from None


def _publics(folder: Path, kind: Kind) -> Seals:
    try:
        return Seals.of(folder, kind)
    except NoKeys:
        return Seals(kind, {})


def _of_seals(folder: Path, rows: Iterable[LedgerRow]) -> Iterator[Fault]:
    """What is shown as signed is what the entry says; the entry's own seal is asked elsewhere."""
    for row in rows:
        act, name = reading.act(row.body), f"seals/{row.seq:04}"
        if act is None:
            continue
        if _bytes(folder / f"{name}.json") != act.message(row.organisation, row.post):
            yield Fault(f"{name}.json", "it is not what the ledger tells")
        if as_text(_bytes(folder / f"{name}.sig") or b"") != act.seal.signature:
            yield Fault(f"{name}.sig", "it is not what the ledger tells")


def _of_contents(folder: Path, acts: Iterable[Act]) -> Iterator[Fault]:
    for hash in sorted({act.content_hash for act in acts if isinstance(act, Draft | Revise)}):
        name = f"contents/{hash}.json"
        raw = _bytes(folder / name)
        if raw is None or sha256(raw).hexdigest() != hash:
            yield Fault(name, "it is missing, or does not hash to its name")
            continue
        try:
            media = reading.content(json.loads(raw)).media
        except ValueError:
            yield Fault(name, "it does not have the form of a content")
            continue
        for medium in media:
            found = list((folder / "media").glob(f"{medium.sha256}.*"))
            if [sha256(path.read_bytes()).hexdigest() for path in found] != [medium.sha256]:
                yield Fault(f"media/{medium.sha256}", "it is missing, or does not hash to its name")


def _of_decisions(folder: Path, acts: Iterable[Act]) -> Iterator[Fault]:
    name = "tables/decisions.jsonl"
    lines = (_bytes(folder / name) or b"").splitlines()
    try:
        shown = {row["id"]: row for row in map(json.loads, lines)}
    except (ValueError, KeyError, TypeError):
        yield Fault(name, "it cannot be read")
        return
    for act in acts:
        if isinstance(act, Decide) and not _is_shown(act, shown.pop(act.id, {})):
            yield Fault(f"{name} {act.id}", "it is missing, or not what the ledger tells")
    yield from (Fault(f"{name} {id}", "no entry of the ledger tells of it") for id in shown)


def _is_shown(act: Decide, row: dict[str, Any]) -> bool:
    sealed = {"seal_key": act.seal.key, "seal": act.seal.signature}
    same = ("revision", "content_hash", "actor", "verdict", "reason", "at")
    told = {name: plain(getattr(act, name)) for name in same} | sealed
    return told.items() <= row.items()


def _of_histories(folder: Path, histories: Iterable[History]) -> Iterator[Fault]:
    for history in histories:
        name = f"histories/{history.run}.json"
        if says := fault(history, _bytes(folder / name)):
            yield Fault(name, says)


@dataclass(frozen=True)
class Checkpoint:
    seals: int  # the number of the entry that it seals
    fault: Fault | None


def _checkpoints(folder: Path, rows: list[LedgerRow], witness: Seals) -> Iterator[Checkpoint]:
    heads = {row.seq: row.hash for row in rows}
    for line in (
        (_bytes(folder / "checkpoints" / "keys") or b"").decode(errors="replace").splitlines()
    ):
        place, _, key = line.partition(" ")
        name = f"checkpoints/{place}"
        raw, sign = _bytes(folder / f"{name}.json") or b"{}", _bytes(folder / f"{name}.sig") or b""
        if not _holds(witness, key, sign, message(sha256(raw).hexdigest()), _made_at(raw)):
            yield Checkpoint(0, Fault(name, "its signature is not ours"))
            continue
        try:
            told = [head for head in json.loads(raw)["heads"] if head["post"] == rows[0].post]
            differs = any(heads.get(head["seq"]) != head["hash"] for head in told)
        except (ValueError, KeyError, TypeError):  # signed, by keys that came with the folder
            yield Checkpoint(0, Fault(name, "it does not have the form of a checkpoint"))
            continue
        if differs:
            yield Checkpoint(0, Fault(name, "it sealed an entry that is changed or gone"))
        else:
            yield Checkpoint(max((head["seq"] for head in told), default=0), None)


def _holds(witness: Seals, key: str, signature: bytes, signed: bytes, at: datetime | None) -> bool:
    try:
        return witness.holds(key, as_text(signature), signed, at)
    except NoSuchKey:
        return False


def _made_at(raw: bytes) -> datetime | None:
    """When a checkpoint says that it was made; the signature says whether that is so."""
    try:
        return datetime.fromisoformat(json.loads(raw)["at"])
    except (ValueError, KeyError, TypeError):
        return None


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
