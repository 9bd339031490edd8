"""Telling running reviews that the office's people changed: each reads by itself what is new.

The signal says nothing; what counts is what the record has. So anybody may send it, at any time.
"""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from records.database import Database
from records.informing import uninformed
from settings import Settings
from workflows import engine
from workflows.names import post_id_in_engine
from workflows.post import PostLife


async def tell_reviews(
    settings: Settings, database: Database, organisations: list[str]
) -> list[str]:
    """One sentence for each review that had to be told. Without an engine, the next call tells."""
    names = [name for name in organisations if await uninformed(database, name)]
    if not names:
        return []
    try:
        client = await engine.connect(settings)
        return [said for name in names for said in await inform(client, database, name)]
    except (RPCError, engine.NoEngine):
        return ["Running reviews were not told, since Temporal does not answer. Apply again."]


async def inform(client: Client, database: Database, organisation: str) -> list[str]:
    """Signal every review that has not heard yet. Answers with one sentence for each. Repeatable.

    Raises RPCError when the engine cannot be reached.
    """
    return [
        await _told(client, organisation, post) for post in await uninformed(database, organisation)
    ]


async def _told(client: Client, organisation: str, post: str) -> str:
    handle = client.get_workflow_handle(post_id_in_engine(organisation, post))
    try:
        await handle.signal(PostLife.learn)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return f"Post {post} is unknown to the engine; run `parapheur resume`, which tells it, too."
    return f"Post {post}, under review, is told who came, left or changed."
