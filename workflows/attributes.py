"""What admins can filter by in the Temporal UI. Clear text there, so nothing personal, ever.

A namespace on PostgreSQL has ten slots for keywords and three for instants: planned once, here.
"""

from typing import Any

from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

with workflow.unsafe.imports_passed_through():
    from domain.lifecycle import Life
    from domain.post import Urgency

STAGE = SearchAttributeKey.for_keyword("PostStage")
ORGANISATION = SearchAttributeKey.for_keyword("PostOrganisation")
CHANNELS = SearchAttributeKey.for_keyword_list("PostChannels")
HOUR = SearchAttributeKey.for_datetime("PostHour")
LEVEL = SearchAttributeKey.for_keyword_list("PostLevel")
URGENCY = SearchAttributeKey.for_keyword("PostUrgency")

TYPES = {
    STAGE.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    ORGANISATION.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    CHANNELS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    HOUR.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    LEVEL.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    URGENCY.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
}


def at_start(life: Life) -> TypedSearchAttributes:
    """What is known before the life takes its first step."""
    post = life.post
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(STAGE, word_for(life)),
        SearchAttributePair(ORGANISATION, post.organisation),
        SearchAttributePair(CHANNELS, list(post.channels)),
    ]
    if post.urgency is not Urgency.ROUTINE:
        pairs.append(SearchAttributePair(URGENCY, post.urgency))
    if post.hour:
        pairs.append(SearchAttributePair(HOUR, post.hour))
    return TypedSearchAttributes(pairs)


def in_short(life: Life, *more: str) -> str:
    """The one line beside the workflow's id: where the post goes, and if it may not wait."""
    urgency = (life.post.urgency,) if life.post.urgency is not Urgency.ROUTINE else ()
    return "; ".join((f"for {', '.join(life.post.channels)}", *urgency, *more))


def changed(known: TypedSearchAttributes, life: Life) -> list[SearchAttributeUpdate[Any]]:
    """What the engine does not know yet. One history event for all of it, none for nothing."""
    wanted: dict[SearchAttributeKey[Any], Any] = {
        STAGE: word_for(life),
        LEVEL: [level.id for level in life.open_levels] or None,
        CHANNELS: list(life.post.channels),
        HOUR: life.post.hour,
    }
    return [
        key.value_set(value) if value is not None else key.value_unset()
        for key, value in wanted.items()
        if known.get(key) != value and (value or known.get(key))
    ]


def word_for(life: Life) -> str:
    """One word for where a post is: how it ended, why it stands aside, or its stage."""
    return life.end or life.aside or life.stage
