"""kill -9, of everything, at every stage: each life still ends, out once, and with every act."""

import asyncio
from collections.abc import Awaitable
from contextlib import ExitStack
from dataclasses import dataclass, fields

import pytest

from tests.faults.house import House
from tests.faults.story import Story

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

PLUGS = ("worker", "api", "temporal", "postgres")
FALLS = {plug: (plug,) for plug in PLUGS} | {"all four at once": PLUGS, "the newsroom itself": ()}
# These take the sender's answer with them. When the newsroom itself falls, its people are asked to
# leave, and may bring to an end what they have in hand.
ANSWER_IS_LOST = ("worker", "postgres", "all four at once")


@dataclass(frozen=True)
class Lives:
    """Where six posts are when it happens."""

    drafting: Story
    approving: Story
    holding: Story
    publishing: Story  # under way on both channels, and not arrived
    arrived: Story  # on both channels, and not on record
    watching: Story


STAGES = tuple(field.name for field in fields(Lives))


@dataclass(frozen=True)
class Night:
    """All the falls, each with the lives that were under way; and the files of all in the end."""

    house: House
    lives: dict[str, Lives]
    files: dict[str, list[str]]

    def file(self, fall: str, stage: str) -> list[str]:
        return self.files[self.story(fall, stage).id]

    def story(self, fall: str, stage: str) -> Story:
        found: Story = getattr(self.lives[fall], stage)
        return found


@pytest.fixture(scope="module")
async def night(house: House) -> Night:
    """One fall follows the other; what was under way goes on, and is met by the next."""
    async with asyncio.TaskGroup() as people:
        lives = {fall: await begun(house, fall, people) for fall in FALLS}
    stories = [getattr(these, stage) for these in lives.values() for stage in STAGES]
    for story in stories:
        await house.gives_up_on_the_fallen(story.id)
    await asyncio.gather(*(story.is_told() for story in stories))
    files = {story.id: await story.file() for story in stories}
    return Night(house, lives, files)


async def begun(house: House, fall: str, people: asyncio.TaskGroup) -> Lives:
    """Brought to their stages; then it falls, while people write and sign."""
    drafting = Story(house, f"{fall}: is being written")
    approving, holding, publishing, arrived, watching = await asyncio.gather(
        Story(house, f"{fall}: is half signed").begins(),
        approved(house, f"{fall}: waits for its hour"),
        approved(house, f"{fall}: is under way"),
        approved(house, f"{fall}: has arrived"),
        approved(house, f"{fall}: is watched"),
    )
    await approving.is_signed_by("lena")
    with ExitStack() as held_up:
        with house.no_post_arrives():
            await asyncio.gather(arrived.is_due_soon(), watching.is_due_soon())
            await arrived.is_being_sent()
            held_up.enter_context(house.nothing_is_filed(arrived.id))
        await asyncio.gather(arrived.has_arrived(), watching.reaches("watching"))
        held_up.enter_context(house.nothing_is_filed(watching.id))
        held_up.enter_context(house.no_post_arrives())
        await publishing.is_due_soon()
        await publishing.is_being_sent()
        await holding.is_due_soon()
        people.create_task(goes_on(drafting.begins(), "lena", "dara"))
        people.create_task(goes_on(approving.is_signed_by("dara")))
        await (house.pull(*FALLS[fall]) if FALLS[fall] else house.fall())
    return Lives(drafting, approving, holding, publishing, arrived, watching)


async def goes_on(falling: Awaitable[Story], *left: str) -> None:
    """What somebody does while it falls, and what is left to do then."""
    story = await falling
    await story.is_signed_by(*left)
    await story.is_due_soon()


async def approved(house: House, text: str) -> Story:
    story = await Story(house, text).begins()
    return await story.is_signed_by("lena", "dara")


# I-25
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fall", FALLS)
async def test_a_life_ends_once_published_and_with_every_act(
    night: Night, fall: str, stage: str
) -> None:
    story, file = night.story(fall, stage), night.file(fall, stage)
    assert story.copies == {"town-square": 1, "harbour": 1}
    assert sum(line.startswith("house published") for line in file) == 2, file
    assert [line for line in file if not line.startswith("house")] == story.acknowledged
    assert file.count("house closed") == 1
    assert file[-2:] == ["house closed", "house history_kept"]


@pytest.mark.parametrize("fall", ANSWER_IS_LOST)
async def test_what_had_arrived_is_found_and_what_had_not_is_sent_again(
    night: Night, fall: str
) -> None:
    arrived = night.file(fall, "arrived")
    assert arrived.count("house sending") == 2
    assert arrived.count("house published reconciled") == 2
    assert night.file(fall, "publishing").count("house not_sent proved_absent") >= 2


# I-17, I-25
async def test_after_all_of_it_the_record_is_proven(night: Night) -> None:
    done = night.house.asks("verify")
    assert (done.returncode, done.stderr) == (0, "")
    posts = int(done.stdout.removeprefix("office: ").partition(" posts, ")[0])
    assert posts >= len(FALLS) * len(STAGES)
    assert done.stdout.endswith(" 0 faults.\n")
    assert " 0 checkpoints" not in done.stdout
