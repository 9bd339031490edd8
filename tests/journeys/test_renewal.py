"""A life of many rounds goes on in one history after another, and nobody notices."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from temporalio.workflow import Info

from api.door import NotConfirmed
from domain.lifecycle import Life
from domain.naming import fresh_name
from domain.objection import Code
from domain.post import End, Stage
from records.office import apply_office
from records.remarks import Visibility, keep_remark, remarks_on
from records.verify import prove
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio
ROUNDS, REMARKS = 10, 20
SHORT = 60  # events after which a history counts as long
PATIENT = """
id: patient
calendar: office
steps:
  - {id: legal, title: Legal, approvers: {groups: [legal]},
     sla: {business_hours: 7, escalate_to: [comms_lead]}}
  - {id: direction, title: Direction, approvers: {groups: [direction]}}
policy: {max_rounds: 50, leads: [comms_lead], on_revision: keep_approved_branches}
"""


@pytest.fixture
def short_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine suggests to continue as new long before it otherwise would."""
    monkeypatch.setattr(
        Info,
        "is_continue_as_new_suggested",
        lambda info: info.get_current_history_length() > SHORT,
    )


async def notes(newsroom: Newsroom, round: int) -> None:
    for nth in range(REMARKS):
        await keep_remark(
            newsroom.database,
            newsroom.organisation,
            newsroom.post,
            id=f"remark-{round}-{nth}",
            author="lena",
            visibility=Visibility.INTERNAL,
            revision=round,
            says=f"Remark {nth} of round {round}.",
        )


async def surely(
    newsroom: Newsroom, does: Callable[[], Awaitable[None]], is_done: Callable[[Life], bool]
) -> None:
    """Repeated until it is on record: the time-skipping server at times loses an answer."""
    for _ in range(5):
        with suppress(NotConfirmed):
            await does()
        if is_done(await newsroom.life()):
            return
    raise AssertionError(await newsroom.story())


def has_votes(life: Life) -> bool:
    return bool(life.review.votes)


async def run_of(newsroom: Newsroom) -> str | None:
    return (await newsroom.handle.describe()).run_id


async def test_many_rounds_and_hundreds_of_remarks_in_several_histories(
    newsroom: Newsroom, tmp_path: Path, short_histories: None
) -> None:
    (tmp_path / "office" / "chains" / "patient.yaml").write_text(PATIENT)
    await apply_office(newsroom.database, tmp_path / "office")
    await newsroom.submits("Text 1.", chain="patient", in_days=20)
    runs = [await run_of(newsroom)]
    first = fresh_name()
    await newsroom.approves("lena", id=first)
    for round in range(1, ROUNDS + 1):
        await notes(newsroom, round)
        if round > 1:
            await surely(newsroom, partial(newsroom.approves, "li"), has_votes)
        back = partial(newsroom.asks_for_changes, "dara", f"Once more, {round}.")
        await surely(newsroom, back, lambda life: life.stage is Stage.DRAFTING)
        again = partial(newsroom.revises, f"Text {round + 1}.", in_days=20, submit=True)
        await surely(newsroom, again, lambda life: life.stage is Stage.APPROVING)
        runs.append(await run_of(newsroom))
    assert len(set(runs)) >= 3, "its history was never renewed"

    life = await newsroom.life()
    assert (life.review.round, life.post.revision) == (ROUNDS + 1, ROUNDS + 1)
    assert await newsroom.handle.query("standing", result_type=type(life)) == life
    # what was heard in an earlier history is not heard again, and is not taken for a new vote
    await newsroom.approves("lena", id=first)
    assert (await newsroom.life()).review.votes == ()
    old = newsroom.approves("lena", revision=1)
    assert await newsroom.refusal(old) == Code.STALE_VERSION

    await newsroom.days_pass(4)  # a deadline that was carried over still comes
    await newsroom.eventually(lambda life: bool(life.review.opened[0].added))
    await newsroom.approves("lena")
    await newsroom.approves("dara")
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.platform("harbour").texts == [f"Text {ROUNDS + 1}."]

    story = await newsroom.story()
    assert story.count("dara changes_requested") == ROUNDS
    assert story.count("house admitted") == ROUNDS + 1
    assert await newsroom.record_agrees()
    proof = await prove(newsroom.database, newsroom.organisation, newsroom.seals, newsroom.seals)
    assert proof.faults == ()
    kept = await remarks_on(
        newsroom.database, newsroom.organisation, newsroom.post, [Visibility.INTERNAL]
    )
    assert len(kept) == ROUNDS * REMARKS
    assert not any("remark" in line for line in story), "remarks are beside the file, not in it"
