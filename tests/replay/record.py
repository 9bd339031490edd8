"""Records a history for each way a life can go: `python -m tests.replay.record`.

Run it after a change of the workflow that is behind `workflow.patched`, and commit the new files
beside the old ones; never record over a history of a release.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.platforms import Refused, Throttled
from domain.acts import Disinvite, Found, OpenLink
from domain.post import Aside, Stage, Urgency
from local.postgres import Postgres
from records.database import connect
from records.keys import make_keys
from records.migrate import migrate
from records.tables import PersonRow
from tests.newsroom import FakePlatform, Newsroom, a_newsroom, time_skipping

HISTORIES = Path(__file__).with_name("histories")


async def published(room: Newsroom) -> None:
    await room.submits()
    await room.is_signed_by_all()
    await room.ends()


async def published_one_after_the_other(room: Newsroom) -> None:
    room.platform("harbour").next = [Throttled("too many", timedelta(minutes=10)), "lost"]
    await room.submits()
    await room.is_signed_by_all()
    await room.ends()


async def revised_rescheduled_and_published(room: Newsroom) -> None:
    await room.drafts()
    await room.resubmits()
    await room.approves("lena")
    await room.asks_for_changes("dara", "Name the district.")
    await room.revises("Boil water in the harbour district.", submit=True)
    await room.is_signed_by_all()
    await room.reschedules("carl", in_days=2)
    await room.ends()


async def blocked_and_discarded(room: Newsroom) -> None:
    await room.submits("Call Marc on 06 12 34 56 78.")
    await room.withdraws("ana")
    await room.ends()


async def withdrawn(room: Newsroom) -> None:
    await room.submits()
    await room.is_signed_by_all()
    await room.withdraws("carl", "Overtaken by events.")
    await room.ends()


async def withdrawn_while_frozen(room: Newsroom) -> None:
    await room.freezes("a disaster")
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    await room.eventually(lambda life: life.aside is Aside.FROZEN)
    await room.withdraws("carl")
    await room.ends()


async def rejected(room: Newsroom) -> None:
    await room.submits()
    await room.rejects("lena", "Not ours to say.")
    await room.ends()


async def missed(room: Newsroom) -> None:
    await room.submits(in_days=1, window_days=3)
    await room.approves("lena")
    await room.days_pass(2)
    await room.approves("dara")
    await room.ends()


async def missed_undecided(room: Newsroom) -> None:
    await room.submits(in_days=1, window_days=3)
    await room.approves("lena")
    await room.ends()


async def missed_in_a_freeze(room: Newsroom) -> None:
    await room.freezes("a disaster")
    await room.submits(in_days=1, window_days=1)
    await room.is_signed_by_all()
    await room.ends()


async def asked_after_a_thaw(room: Newsroom) -> None:
    """Held by a freeze at its hour; then the freeze ends, and the gate is tried again."""
    await room.freezes("a disaster")
    await room.submits(in_days=0.5, window_days=3, channels=("town-square",))
    await room.is_signed_by_all()
    await room.days_pass(0.6)
    await room.eventually(lambda life: life.aside is Aside.FROZEN)
    await room.thaws()
    await room.days_pass(0.5)
    await room.eventually(lambda life: life.aside is Aside.NEEDS_RESCHEDULE)


async def thawed_rescheduled_and_published(room: Newsroom) -> None:
    await asked_after_a_thaw(room)
    await room.reschedules("carl", in_days=0.5)
    await room.ends()


async def thawed_and_missed(room: Newsroom) -> None:
    await asked_after_a_thaw(room)
    await room.ends()


async def failed(room: Newsroom) -> None:
    for channel in ("harbour", "town-square"):
        room.platform(channel).next = [Refused("No.")]
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    await room.ends()


async def settled_by_a_person(room: Newsroom) -> None:
    room.switchboard.platforms["harbour"] = FakePlatform(knows_all=False, next=["gone"])
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    await room.eventually(lambda life: life.aside is Aside.UNKNOWN)
    await room.settles("carl", "harbour", Found.NOT_LIVE)
    await room.ends()


async def still_held(room: Newsroom) -> None:
    await room.submits(in_days=30)
    await room.is_signed_by_all()
    await room.reaches(Stage.HOLDING)


async def escalated_then_expired(room: Newsroom) -> None:
    await room.submits(chain="committee", in_days=60)
    await room.days_pass(30)
    await room.ends()


async def escalated_and_published(room: Newsroom) -> None:
    await room.submits(chain="press", in_days=40)
    await room.eventually_days(lambda life: bool(life.review.opened[0].added))
    await room.approves("carl")
    await room.approves("dara")
    await room.ends()


async def emergency_published_and_reviewed(room: Newsroom) -> None:
    await room.submits(chain="press", in_days=9, urgency=Urgency.EMERGENCY)
    await room.hurries("otto")
    await room.hurries("olga")
    await room.reaches(Stage.WATCHING)
    await room.days_pass(12)  # the later review is overdue
    await room.approves("dara")
    await room.ends()


async def vetoed_and_rejected(room: Newsroom) -> None:
    await room.submits(chain="committee", in_days=5, channels=("town-square",))
    for who in ("eva", "lena", "li", "dora"):
        await room.approves(who)
    await room.vetoes("dara", "An election was called.")
    await room.ends()


async def decided_outside_by_a_link(room: Newsroom) -> None:
    await room.submits(chain="committee", in_days=5)
    for who in ("eva", "lena", "li", "dora"):
        await room.approves(who)
    link = await room.invites("ana", "pia", "partner")
    await room.does("pia", OpenLink, link=link)
    spare = await room.invites("ana", "pia", "partner")
    await room.does("ana", Disinvite, link=spare)
    await room.approves("pia", link=link)
    await room.ends()


async def escalated_because_people_left(room: Newsroom) -> None:
    await room.submits(chain="press", in_days=5)
    gone = update(PersonRow).where(
        PersonRow.organisation == room.organisation, PersonRow.groups.contains(["legal"])
    )
    async with room.database.transaction(room.organisation) as session:
        await session.execute(gone.values(active=False))
    await room.handle.signal("learn")
    await room.eventually(lambda life: bool(life.review.opened[0].added))
    await room.approves("carl")
    await room.approves("dara")
    await room.ends()


STORIES: list[Callable[[Newsroom], Awaitable[None]]] = [
    published, published_one_after_the_other, revised_rescheduled_and_published,
    blocked_and_discarded, withdrawn, withdrawn_while_frozen, rejected, missed, missed_undecided,
    missed_in_a_freeze, failed, settled_by_a_person, still_held, escalated_then_expired,
    escalated_and_published,
    emergency_published_and_reviewed, vetoed_and_rejected, decided_outside_by_a_link,
    escalated_because_people_left, thawed_rescheduled_and_published, thawed_and_missed,
]  # fmt: skip


async def record(folder: Path) -> None:
    keys = folder / "keys"
    make_keys(keys)
    with Postgres.temporary() as postgres:
        migrate(postgres.owner_url, postgres.url)
        database = connect(postgres.url)
        for story in STORIES:
            path = HISTORIES / f"{story.__name__}.json"
            if path.exists():
                sys.stdout.write(f"{path.name} is there already; it stays.\n")
                continue
            async with (
                time_skipping(keys, pydantic_data_converter) as env,
                a_newsroom(env, database, keys, folder / story.__name__) as room,
            ):
                await story(room)
                told = await room.handle.fetch_history()
                begun = told.events[0].workflow_execution_started_event_attributes
                begun.workflow_id = room.handle.id  # which this server leaves out
                path.write_text(told.to_json() + "\n")
                sys.stdout.write(f"{path.name} recorded.\n")
        await database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(record(Path(name)))
