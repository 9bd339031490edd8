"""What one whole life leaves in Temporal's history, and what encryption adds to it.

The same life twice, with our worker and our door: once as it is, once with payloads in the clear.
Every event costs a replicated write on a real cluster, so this is the figure that travels.
"""

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.channels import Connections
from activities.media import Album, open_store
from activities.publishing import Patience
from api.door import Door
from bench.answers import Answer
from bench.asked import Asked, run
from bench.stand import CHANNELS, OFFICE, TEXT, Stand
from domain.acts import Decide, Draft, Verdict
from domain.naming import fresh_name
from domain.post import Content, Window
from local.footprint import Footprint, footprint_of
from records.keys import Sealer, Seals, Vault
from records.posts import keep_content
from worker import Hands, new_worker

EVENTS, BYTES = 42, 6 * 1024  # goals, without waits
PRICE = 1.25  # of encryption, at most
ENOUGH = 3  # lives: two answers that meet in one task, or do not, are all that differs
CLEAR = "clear"  # a task queue; as long as the real one's name, since names are in the history
UNTIL_ITS_HOUR = timedelta(seconds=1.5)


async def measure(stand: Stand, asked: Asked) -> list[Answer]:
    print("history: one life, two levels, two channels, two looks, waiting for its hour and a look")
    lives = []
    for _ in range(min(asked.rounds, ENOUGH)):
        lives.append(await asyncio.gather(one_life(stand), one_life_in_clear(stand)))
        closed, opened = lives[-1]
        print(f"  encrypted {closed}\n  in clear  {opened}", flush=True)
    for name, count, size in closed.by_type:
        print(f"    {count:>3} × {name:<40} {size:>6,} bytes")
    events = tuple(closed.events_without_waits for closed, _ in lives)
    sizes = tuple(closed.bytes_without_waits for closed, _ in lives)
    prices = tuple(closed.bytes_an_event / opened.bytes_an_event for closed, opened in lives)
    details = {"events": len(closed.events), "bytes": closed.bytes, "bytes_in_clear": opened.bytes}
    return [
        Answer("events of a life, without waits", events, EVENTS, details=details),
        Answer("bytes of a life, without waits", sizes, BYTES),
        Answer("bytes an event, encrypted / in the clear", prices, PRICE),
    ]


async def one_life(stand: Stand) -> Footprint:
    """As it is: encrypted, served by the worker that runs."""
    return await lived(_door(stand, stand.client, stand.settings.task_queue))


async def one_life_in_clear(stand: Stand) -> Footprint:
    """The same, readable by whoever may look into Temporal; served from this process."""
    told, seals = stand.settings, Seals.of(stand.settings.keys)
    client = await Client.connect(told.temporal_address, data_converter=pydantic_data_converter)
    channels = Connections(stand.database, Vault.of(told.keys), "http://127.0.0.1/sandbox")
    album = Album(open_store(told.media_store), stand.database)
    hands = Hands(stand.database, seals, channels, album, Patience())
    async with new_worker(client, hands.activities(), seals, CLEAR):
        return await lived(_door(stand, client, CLEAR))


def _door(stand: Stand, client: Client, queue: str) -> Door:
    return Door(client, stand.database, Sealer.of(stand.settings.keys), queue)


async def lived(door: Door) -> Footprint:
    """Two people sign what a third has written; then we wait for the end."""
    handle = door.client.get_workflow_handle(await _signed(door))
    await handle.result()
    return await footprint_of(handle)


async def _signed(door: Door) -> str:
    post, hour = fresh_name(), await door.database.now() + UNTIL_ITS_HOUR
    content = Content(TEXT, CHANNELS, Window(hour, hour + timedelta(hours=4)), languages=("en",))
    hash = await keep_content(door.database, OFFICE, content)
    draft = Draft(
        id=post,
        actor="ana",
        groups=("author",),
        content_hash=hash,
        channels=content.channels,
        window=content.window,
        hour=hour,
        chain="demo",
        submit=True,
    )
    await door.begin(OFFICE, post, draft)
    for who, group in (("lena", "legal"), ("dara", "direction")):
        decision = Decide(
            id=fresh_name(),
            actor=who,
            groups=(group,),
            verdict=Verdict.APPROVE,
            revision=1,
            content_hash=hash,
        )
        await door.tell(OFFICE, post, decision)
    return f"post/{OFFICE}/{post}"


if __name__ == "__main__":
    run(measure)
