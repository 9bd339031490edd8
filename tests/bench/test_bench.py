"""The benchmarks answer what they are asked. How fast this machine is, no test says."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from api.door import Door
from bench import asked as command_line
from bench import decisions, history, lives
from bench.answers import Answer, table
from bench.asked import Asked, Measure, asked
from bench.cpu import Meter, Reading, between
from bench.stand import ROOT, Stand, a_stand
from local.footprint import Footprint
from settings import Settings

pytestmark = pytest.mark.anyio
TINY = Asked(rounds=1, secs=0.1, conc=2, acts=2)


@pytest.fixture(scope="module")
async def stand(anyio_backend: str) -> AsyncIterator[Stand]:
    """One for all, since it takes seconds to start."""
    async with a_stand() as stand:
        yield stand


@pytest.mark.parametrize(("measure", "answers"), [(decisions.measure, 1), (lives.measure, 2)])
async def test_each_question_is_answered(stand: Stand, measure: Measure, answers: int) -> None:
    told = await measure(stand, TINY)
    assert len(told) == answers
    assert all(value > 0 for answer in told for value in answer.values)


async def test_a_life_goes_out_and_is_closed_as_the_floor_is(stand: Stand) -> None:
    async with stand.desk() as desk:
        post = await desk.submits()
        assert await desk.approves("lena", post) == "approving"
        await desk.approves("dara", post)
        assert await desk.life_of(post).result() == "published"
        floor = await desk.starts_floor()
        await desk.decides_floor(floor, "lena")
        await desk.decides_floor(floor, "dara")
        assert await floor.result() == "published"


async def test_the_life_it_counts_is_encrypted_and_its_twin_is_not(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives_left: list[Footprint] = []
    lived = history.lived

    async def remembered(door: Door) -> Footprint:
        lives_left.append(await lived(door))
        return lives_left[-1]

    monkeypatch.setattr(history, "lived", remembered)
    told = await history.measure(stand, TINY)
    assert [value > 0 for answer in told for value in answer.values] == [True] * 3
    closed, opened = sorted(lives_left, key=lambda left: b"aes-gcm" not in written(left))
    assert b"aes-gcm" in written(closed)
    assert b'"lena"' not in written(closed)
    assert b'"lena"' in written(opened)


def written(left: Footprint) -> bytes:
    return b"".join(event.SerializeToString() for event in left.events)


def test_a_stand_leaves_the_newsroom_of_this_machine_alone(stand: Stand) -> None:
    usual = Settings.model_fields
    assert stand.settings.api_port != usual["api_port"].default
    assert stand.settings.temporal_address != usual["temporal_address"].default
    assert ROOT not in stand.settings.home.parents
    assert ROOT not in stand.settings.keys.parents


def test_the_median_of_the_rounds_is_judged_and_noise_is_told() -> None:
    slow = Answer("a / b", (1.0, 9.0, 3.0), 2.5, others=(0.0, 0.4, 0.9))
    fast = Answer("c / d", (0.5,), 0.4, more_is_better=True)
    assert (slow.middle, slow.is_met, slow.noisy) == (3.0, False, 2)
    assert fast.is_met
    lines = table([slow, fast]).splitlines()
    assert lines[1].split() == ["a", "/", "b", "3", "1", "to", "9", "≤", "2.5", "NO", "3", "(2)"]
    assert "≥ 0.4" in lines[2]
    assert "yes" in lines[2]


def test_somebody_elses_work_is_not_ours() -> None:
    before = Reading(0.0, {"worker": 1.0, "client": 1.0}, busy=10.0)
    after = Reading(2.0, {"worker": 1.5, "client": 1.1}, busy=11.0)
    used = between(before, after)
    assert used.other == pytest.approx(0.2)
    assert used.per(10)["worker"] == pytest.approx(50)


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="there is no /proc here")
def test_our_own_work_is_seen() -> None:
    meter = Meter({})
    before = meter.read()
    while (spent := between(before, meter.read())).seconds["client"] < 0.05:
        sum(range(100_000))
    assert spent.elapsed > 0
    assert str(os.getpid()) not in spent.seconds


def test_the_command_line_says_how_much_and_where_to() -> None:
    wanted = asked(["--rounds", "7", "--secs", "2.5", "--json", "out.json"])
    assert wanted == Asked(rounds=7, secs=2.5, json=Path("out.json"))


def test_the_table_comes_last_and_every_figure_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.json"
    monkeypatch.setattr("sys.argv", ["bench", "--json", str(file)])
    monkeypatch.setattr(command_line, "_measured", _answering([Answer("a / b", (1.5, 2.0), 2.5)]))
    command_line.run()
    assert "a / b" in capsys.readouterr().out
    assert '"values": [' in file.read_text()


def _answering(answers: list[Answer]) -> Callable[..., object]:
    async def measured(*_: object) -> list[Answer]:
        return answers

    return measured
