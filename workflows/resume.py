"""Starting again, from the record, every life that the engine has lost.

The record knows where each post is; so if the engine's store is gone, or somebody terminated a
workflow, the life goes on from there. What was sent is known to the record and is not sent again.
"""

from dataclasses import dataclass

from sqlalchemy import select
from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.post import End, Stage
from records import reading
from records.database import Database
from records.filing import entries
from records.tables import PostRow
from records.watches import watch_over
from workflows import attributes
from workflows.names import post_id_in_engine
from workflows.post import Brief, PostLife


@dataclass(frozen=True)
class Resumed:
    open: int  # lives that are not over, on record
    started: tuple[str, ...]  # of these, the workflow ids that the engine did not have


async def resume(client: Client, database: Database, organisation: str, queue: str) -> Resumed:
    """Start what is missing, in one organisation. Safe to repeat, and while all runs."""
    asked = select(PostRow.id).where(
        PostRow.organisation == organisation, PostRow.stage != Stage.CLOSED.value
    )
    async with database.transaction(organisation) as session:
        posts = list((await session.execute(asked)).scalars())
    started = [
        named
        for post in posts
        if (named := await _start(client, database, organisation, post, queue))
    ]
    return Resumed(len(posts), tuple(started))


async def _start(
    client: Client, database: Database, organisation: str, post: str, queue: str
) -> str | None:
    brief = await brief_of(database, organisation, post)
    named = post_id_in_engine(organisation, post)
    try:
        life = await client.start_workflow(
            PostLife.run,
            brief,
            id=named,
            task_queue=queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=attributes.at_start(brief.life),
            static_summary=attributes.in_short(brief.life, "resumed from the record"),
            priority=Priority(
                priority_key=brief.life.post.urgency.priority, fairness_key=organisation
            ),
        )
    except WorkflowAlreadyStartedError:
        return None
    await _told_to_learn(life)
    return named


async def _told_to_learn(life: WorkflowHandle[PostLife, End | None]) -> None:
    """What the office heard while the life was lost. Starting with a signal would count twice:
    the engine then answers alike for a life that has just begun and for one that was running."""
    try:
        await life.signal(PostLife.learn)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # then it is over already
            raise


async def brief_of(database: Database, organisation: str, post: str) -> Brief:
    """What a workflow needs to go on from where the record is."""
    async with database.transaction(organisation) as session:
        row = await session.get_one(PostRow, (organisation, post))
        told = await entries(session, organisation, post)
    life = reading.life(row.life)
    watch = watch_over(life, told) if life.stage is Stage.WATCHING else None
    return Brief(
        life,
        tuple(line.key for line in told[-200:]),
        watch.taken if watch else 0,
        watch.since if watch else None,
    )
