"""Where no worker serves, whoever acts is told so, and nothing else is."""

import asyncio
import gc
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.door import NotConfirmed
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_a_start_that_nobody_answers_leaves_no_trace_in_the_log(
    real_newsroom: Newsroom,
) -> None:
    """The caller is told; asyncio would print the stack of what nobody asked about."""
    told = list[dict[str, Any]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    away = replace(real_newsroom.door, task_queue="nobody", patience=timedelta(seconds=0.5))
    with pytest.raises(NotConfirmed):
        await replace(real_newsroom, door=away).drafts()

    gc.collect()
    await asyncio.sleep(0)
    assert told == []
