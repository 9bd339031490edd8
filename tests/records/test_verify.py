"""Proving the record: whatever one value is changed to, behind every lock, its row is named."""

import os
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from domain.canonical import instant
from local.postgres import Postgres
from records.checkpoints import seal_heads
from records.filing import entries
from records.keys import Kind, Sealer, Seals, make_keys
from records.reexamining import reexamine
from records.tables import (
    EVIDENCE,
    CheckpointRow,
    DecisionRow,
    LedgerRow,
    PostRow,
    PublicationRow,
    RevisionRow,
)
from records.verify import prove
from tests.activities.desk import Desk
from tests.records.burglar import (
    Beside,
    Burglar,
)

pytestmark = pytest.mark.anyio


async def test_a_record_that_nobody_touched_is_proven(burglar: Burglar) -> None:
    proof = await burglar.proof()
    entries, decisions = await burglar.rows(LedgerRow), await burglar.rows(DecisionRow)

    assert proof.faults == ()
    assert (proof.posts, proof.checkpoints, proof.entries) == (3, 4, len(entries))
    assert proof.seals == len([row for row in entries if "act" in row.values["body"]])
    assert len(decisions) == 6
    assert {row.values["state"] for row in await burglar.rows(PublicationRow)} == {"published"}


async def test_what_changed_rules_would_say_of_any_post_is_advice_and_no_fault(
    desk: Desk, witness: Seals
) -> None:
    stages = {"apply": desk.approved, "apply_review": desk.submitted, "apply_draft": desk.drafted}
    for write in stages.values():
        await write()
    await reexamine(desk.database, desk.organisation)
    asked = text("SELECT DISTINCT stage FROM verdicts WHERE key LIKE 'apply%'")
    async with desk.database.transaction(desk.organisation) as session:
        assert set((await session.execute(asked)).scalars()) == stages.keys()
    proof = await prove(desk.database, desk.organisation, desk.seals, witness)
    assert (proof.posts, proof.faults) == (3, ())


# One row.


async def test_the_newest_checkpoint_alone_can_vanish_and_its_copy_elsewhere_shows_it(
    burglar: Burglar,
) -> None:
    newest = (await burglar.rows(CheckpointRow))[-1]
    async with burglar.undone():
        await burglar.takes(newest)
        proof = await burglar.proof()
        assert (proof.faults, proof.checkpoints) == ((), newest.values["seq"] - 1)


async def test_an_act_rewritten_with_all_its_hashes_lacks_the_seal(burglar: Burglar) -> None:
    [signed, *_] = [r for r in await burglar.rows(LedgerRow) if r.values["done"] == "approved"]
    post, seq = signed.values["post"], signed.values["seq"]
    told = signed.values["body"]
    later = instant(datetime.fromisoformat(told["at"]) + timedelta(microseconds=1))
    for forgery in ({"reason": "Gladly."}, {"at": later}):
        async with burglar.undone():
            forged = {"body": told | forgery}
            await burglar.rewrites(post, {seq: forged})
            assert signed.name in await burglar.named()


async def test_a_signature_copied_to_the_next_level_is_named(burglar: Burglar) -> None:
    entries = await burglar.rows(LedgerRow)
    signed = [line for line in entries if line.values["done"] == "approved"]
    post = signed[-1].values["post"]
    [first, second] = [line for line in signed if line.values["post"] == post][-2:]
    async with burglar.undone():
        copied = {"body": first.values["body"], "actor": first.values["actor"]}
        await burglar.rewrites(post, {second.values["seq"]: copied})
        assert second.name in await burglar.named()


async def test_a_fact_rewritten_with_all_its_hashes_is_betrayed_by_the_checkpoint(
    burglar: Burglar,
) -> None:
    entries = await burglar.rows(LedgerRow)
    [told, *_] = [r for r in entries if r.values["done"] == "measured"]
    post, seq = told.values["post"], told.values["seq"]
    head = max(r.values["seq"] for r in entries if r.values["post"] == post)
    async with burglar.undone():
        await burglar.rewrites(post, {seq: {"body": told.values["body"] | {"details": []}}})
        assert await burglar.named() == {f"ledger {burglar.desk.organisation}/{post}/{head}"}


async def test_a_tail_cut_off_is_betrayed_by_the_checkpoint(burglar: Burglar) -> None:
    entries = await burglar.rows(LedgerRow)
    last = entries[-1]
    async with burglar.undone():
        await burglar.rewrites(last.values["post"], {last.values["seq"]: None})
        assert await burglar.named() == {last.name}


async def test_a_post_erased_from_every_table_is_betrayed_by_the_checkpoint(
    burglar: Burglar,
) -> None:
    last = (await burglar.rows(LedgerRow))[-1]
    post = last.values["post"]
    async with burglar.undone():
        for table in (LedgerRow, DecisionRow, RevisionRow, PublicationRow, PostRow):
            for found in await burglar.rows(table):
                if post in (found.values.get("post"), found.values.get("id")):
                    await burglar.takes(found)
        assert last.name in await burglar.named()


async def test_a_checkpoint_signed_by_somebody_else_is_not_ours(
    burglar: Burglar, tmp_path: Path
) -> None:
    """Made anew, hash and all, after a tail was cut: only the signature cannot be made."""
    make_keys(tmp_path / "strangers")
    stranger = Sealer.of(tmp_path / "strangers", Kind.CHECKPOINT)
    newest = (await burglar.rows(CheckpointRow))[-1]
    async with burglar.undone():
        last = (await burglar.rows(LedgerRow))[-1]
        await burglar.rewrites(last.values["post"], {last.values["seq"]: None})
        await burglar.takes(newest)
        async with AsyncSession(burglar.connection, join_transaction_mode="create_savepoint") as s:
            await seal_heads(s, burglar.desk.organisation, stranger)
            await s.commit()
        assert newest.name in await burglar.named()


# The command.


def verified(desk: Desk, postgres: Postgres, keys: Path, home: Path) -> tuple[int, str, str]:
    environment = {
        **os.environ,
        "PARAPHEUR_DATABASE_URL": postgres.url,
        "PARAPHEUR_KEYS": str(keys),
        "PARAPHEUR_HOME": str(home),
        "PARAPHEUR_MEDIA_STORE": f"file:{home / 'media'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cli", "verify", desk.organisation],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


async def test_parapheur_verify_names_the_row_and_fails(
    finished: Desk, postgres: Postgres, keys: Path, tmp_path: Path
) -> None:
    code, said, wrong = verified(finished, postgres, keys, tmp_path)
    assert (code, wrong) == (0, "")
    assert said.startswith(f"{finished.organisation}: 3 posts, ")
    assert said.endswith(" 4 checkpoints; 0 faults.\n")

    finished.as_owner(
        "UPDATE ledger SET body = jsonb_set(body, '{reason}', '\"Fine by me.\"')"
        " WHERE organisation = %s AND done = 'changes_requested'",
        finished.organisation,
    )
    [(post, seq)] = await where(finished, "changes_requested")
    code, said, wrong = verified(finished, postgres, keys, tmp_path)
    assert code == 1
    assert wrong.startswith(f"ledger {finished.organisation}/{post}/{seq}: it was changed")
    assert wrong.count("\n") == 1
    assert said.endswith("; 1 faults.\n")


async def where(desk: Desk, done: str) -> list[tuple[str, int]]:
    asked = select(LedgerRow.post, LedgerRow.seq).where(
        LedgerRow.organisation == desk.organisation, LedgerRow.done == done
    )
    async with desk.database.transaction(desk.organisation) as session:
        return [(post, seq) for post, seq in (await session.execute(asked)).all()]


async def test_evidence_is_never_changed_by_us_nor_by_its_owner(
    finished: Desk, postgres: Postgres
) -> None:
    guards = "SELECT count(*) FROM pg_trigger WHERE tgrelid = '{}'::regclass AND NOT tgisinternal"
    deeds = ("UPDATE {} SET organisation = organisation", "DELETE FROM {}", "TRUNCATE {} CASCADE")
    ours, owners = create_async_engine(postgres.url), create_async_engine(postgres.owner_url)
    for table in EVIDENCE:
        async with owners.connect() as connection:
            # for each row that is changed or deleted, and for all of them at once
            assert (await connection.execute(text(guards.format(table)))).scalar_one() == 2, table
        for engine, deed in product((ours, owners) if table == "ledger" else (ours,), deeds):
            async with engine.connect() as connection:
                with pytest.raises(DBAPIError, match=r"permission denied|holds evidence"):
                    await connection.execute(text(deed.format(table)))
    await ours.dispose()
    await owners.dispose()


async def test_while_the_house_is_at_work_its_record_is_proven_as_of_one_moment(
    finished: Desk,
) -> None:
    """A verification never blames a house for what it writes meanwhile."""
    finished.post = ""
    await finished.submitted("The school is open again.")
    database, house, post = finished.database, finished.organisation, finished.post
    async with database.snapshot(house) as session:
        before = len(await entries(session, house, post))
        await finished.signs("lena")
        assert len(await entries(session, house, post)) == before
        row = await session.get_one(PostRow, (house, post))
        assert row.last_seq == before
    async with database.transaction(house) as session:
        assert len(await entries(session, house, post)) == before + 1


async def test_verification_asks_in_one_snapshot(burglar: Burglar) -> None:
    asked: list[str] = []

    class Counting(Beside):
        def snapshot(self, organisation: str) -> AbstractAsyncContextManager[AsyncSession]:
            asked.append(organisation)
            return super().transaction(organisation)

    desk = burglar.desk
    counting = Counting(desk.database.engine, burglar.connection)
    proof = await prove(counting, desk.organisation, desk.seals, burglar.witness)
    assert (proof.faults, asked) == ((), [desk.organisation])
