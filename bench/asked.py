"""What is asked of a benchmark on its command line, and how one is run."""

import asyncio
import json
import sys
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench.answers import Answer, table
from bench.stand import Stand, a_stand
from local.processes import CannotStart


@dataclass(frozen=True)
class Asked:
    rounds: int = 5
    secs: float = 6  # for which `lives` begins new ones
    conc: int = 20  # posts under way at once in `lives`
    acts: int = 24  # decisions a round in `decisions`
    json: Path | None = None


Measure = Callable[[Stand, Asked], Awaitable[list[Answer]]]


def asked(words: list[str]) -> Asked:
    usual = Asked()
    parser = ArgumentParser(prog="python -m bench", description="Measure, and print ratios.")
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="of everything")
    parser.add_argument(
        "--secs", type=float, default=usual.secs, help="begin new lives for so long"
    )
    parser.add_argument("--conc", type=int, default=usual.conc, help="posts under way, in lives")
    parser.add_argument("--acts", type=int, default=usual.acts, help="decisions a round")
    parser.add_argument("--json", type=Path, help="write every figure of every round here")
    return Asked(**vars(parser.parse_args(words)))


def run(*measures: Measure) -> None:
    """One stand for all of them; the table comes last."""
    wanted = asked(sys.argv[1:])
    try:
        answers = asyncio.run(_measured(wanted, measures))
    except CannotStart as trouble:
        sys.exit(str(trouble))
    if wanted.json:
        wanted.json.write_text(json.dumps([answer.as_json() for answer in answers], indent=1))
    print(f"\n{table(answers)}")


async def _measured(wanted: Asked, measures: tuple[Measure, ...]) -> list[Answer]:
    async with a_stand() as stand:
        return [answer for measure in measures for answer in await measure(stand, wanted)]
