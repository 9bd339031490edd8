"""A sealing key that is retired: what it sealed before stands, and nothing new comes in with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from domain.objection import Code, Refusal
from domain.sending import SendState
from records.keys import Kind, Sealer, Seals, activate, add_key, retire
from records.publications import FileBroken
from records.verify import prove
from tests.activities.desk import Desk

pytestmark = pytest.mark.anyio


def retired(desk: Desk, keys: Path, folder: Path, since: datetime) -> Desk:
    """The desk once its key was changed and the old one retired."""
    copytree(keys, folder)
    activate(folder, Kind.SEAL, add_key(folder, Kind.SEAL))
    retire(folder, Kind.SEAL, desk.sealer.key, since)
    return replace(desk, sealer=Sealer.of(folder), seals=Seals.of(folder))


async def test_what_it_sealed_before_goes_out_and_is_proven(
    desk: Desk, keys: Path, tmp_path: Path, witness: Seals
) -> None:
    await desk.submitted()
    await desk.signs("lena")
    after = retired(desk, keys, tmp_path / "keys", datetime.now(UTC))
    await after.signs("dara")
    after.moment += timedelta(hours=1)
    assert (await after.sends(await after.order())).state is SendState.PUBLISHED
    proof = await prove(after.database, after.organisation, after.seals, witness)
    assert (proof.faults, proof.seals) == ((), 3)


async def test_nothing_new_comes_in_with_it_whatever_time_it_says(
    desk: Desk, keys: Path, tmp_path: Path
) -> None:
    """Whoever has the key can write any time under the seal."""
    await desk.submitted()
    thief = replace(desk, moment=desk.moment - timedelta(days=9))
    after = retired(desk, keys, tmp_path / "keys", datetime.now(UTC))
    thief.seals = after.seals
    with pytest.raises(Refusal) as refused:
        await thief.signs("lena")
    assert refused.value.objection.code is Code.SEAL_BROKEN
    await after.signs("lena")


async def test_what_came_in_since_it_got_out_is_named_and_goes_nowhere(
    desk: Desk, keys: Path, tmp_path: Path, witness: Seals
) -> None:
    await desk.submitted()
    stolen = datetime.now(UTC)
    await desk.signs("lena")
    await desk.signs("dara")
    after = retired(desk, keys, tmp_path / "keys", stolen)
    after.moment += timedelta(hours=1)
    with pytest.raises(FileBroken, match="the seal is not the door's"):
        await after.sends(await after.order())
    proof = await prove(after.database, after.organisation, after.seals, witness)
    named = [line.seq for line in await desk.file() if line.done == "approved"]
    assert [fault.row for fault in proof.faults] == [
        f"ledger {desk.organisation}/{desk.post}/{seq}" for seq in named
    ]
    assert desk.platform.copies == 0
