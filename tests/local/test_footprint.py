"""What a life cost: every event, those that waiting took, and those of one kind of act."""

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from local.footprint import Footprint, size

WOKEN = ["WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_COMPLETED"]
WAITED = ["TIMER_STARTED", "TIMER_FIRED", *WOKEN]


def happened(name: str, act: str = "") -> HistoryEvent:
    event = HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{name}"))
    if act:
        accepted = event.workflow_execution_update_accepted_event_attributes
        accepted.accepted_request.input.name = act
    return event


def took_in(act: str) -> list[HistoryEvent]:
    accepted = happened("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", act)
    return [*map(happened, WOKEN), accepted, happened("MARKER_RECORDED")]


def test_a_wait_is_its_timer_and_the_task_that_it_woke() -> None:
    names = ["WORKFLOW_EXECUTION_STARTED", *WOKEN, *WAITED, "WORKFLOW_EXECUTION_COMPLETED"]
    left = Footprint([happened(name) for name in names], bytes=1000)

    assert len(left.waits) == 5
    assert left.events_without_waits == 5
    assert left.bytes_without_waits == 1000 - size(left.waits)


def test_a_wait_that_was_broken_off_is_a_wait() -> None:
    names = ["TIMER_STARTED", *WOKEN, "TIMER_CANCELED", "TIMER_STARTED"]
    assert len(Footprint([happened(name) for name in names], bytes=1000).waits) == 3


def test_an_act_costs_the_task_that_takes_it_in() -> None:
    begun = [happened("WORKFLOW_EXECUTION_STARTED"), *took_in("draft"), happened("TIMER_STARTED")]
    revised = took_in("revise")
    left = Footprint([*begun, *revised, *took_in("decide"), *took_in("decide")], bytes=1000)

    assert left.of_acts("revise") == revised
    assert len(left.of_acts("decide")) == 10
    assert left.of_acts("withdraw") == []


def test_it_says_the_heaviest_first() -> None:
    left = Footprint([happened("TIMER_FIRED"), *took_in("draft")], bytes=1000)
    (name, count, heaviest), *_ = left.by_type
    assert (name, count) == ("workflow_execution_update_accepted", 1)
    assert heaviest == max(event.ByteSize() for event in left.events)
