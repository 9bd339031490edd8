"""What one life leaves in Temporal's history, and which part of it is waiting."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle

FIRED = EventType.EVENT_TYPE_TIMER_FIRED
TIMERS = (EventType.EVENT_TYPE_TIMER_STARTED, EventType.EVENT_TYPE_TIMER_CANCELED, FIRED)
SCHEDULED = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED


@dataclass(frozen=True)
class Footprint:
    """Every event of a life, and its bytes as the server counts them."""

    events: Sequence[HistoryEvent]
    bytes: int

    @property
    def waits(self) -> list[HistoryEvent]:
        """Each timer: started, fired or cancelled, and the three of the task that its end woke."""
        found = [event for event in self.events if event.event_type in TIMERS]
        for place, event in enumerate(self.events):
            if event.event_type == SCHEDULED and self.events[place - 1].event_type == FIRED:
                found += self.events[place : place + 3]
        return found

    @property
    def events_without_waits(self) -> int:
        return len(self.events) - len(self.waits)

    @property
    def bytes_without_waits(self) -> int:
        return self.bytes - size(self.waits)

    def of_acts(self, kind: str) -> list[HistoryEvent]:
        """The tasks in which acts of this kind were taken in, timers left out."""
        tasks: list[list[HistoryEvent]] = []
        for event in self.events:
            if event.event_type == SCHEDULED or not tasks:
                tasks.append([])
            tasks[-1].append(event)
        return [
            event
            for task in tasks
            if any(_is_act(event, kind) for event in task)
            for event in task
            if event.event_type not in TIMERS
        ]

    @property
    def bytes_an_event(self) -> float:
        """Comparable even where one life woke up once more often than the other."""
        return self.bytes / len(self.events)

    @property
    def by_type(self) -> list[tuple[str, int, int]]:
        """Name, count and bytes of each type of event, the heaviest first."""
        counts, sizes = Counter[str](), Counter[str]()
        for event in self.events:
            name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
            counts[name] += 1
            sizes[name] += event.ByteSize()
        return [(name, counts[name], size) for name, size in sizes.most_common()]

    def __str__(self) -> str:
        return (
            f"{len(self.events)} events, {self.bytes:,} bytes; "
            f"without waits {self.events_without_waits} events, {self.bytes_without_waits:,} bytes"
        )


async def footprint_of(life: WorkflowHandle[Any, Any]) -> Footprint:
    told = await life.describe()
    history = await life.fetch_history()
    size = told.raw_description.workflow_execution_info.history_size_bytes
    return Footprint(history.events, size)


def size(events: Sequence[HistoryEvent]) -> int:
    return sum(event.ByteSize() for event in events)


def _is_act(event: HistoryEvent, kind: str) -> bool:
    accepted = event.workflow_execution_update_accepted_event_attributes
    return accepted.accepted_request.input.name == kind
