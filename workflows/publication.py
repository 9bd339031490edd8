"""Taking one revision to all its channels at once, each until it is out, refused or given up."""

import asyncio

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities.publishing import Publishing, Sent
    from domain.lifecycle import Life
    from domain.post import Urgency
    from domain.review.marks import Outcome
    from domain.sending import Order, Send

from workflows.patience import UNTIL_PROVEN


class NotAllowed(Exception):
    """The record does not let this revision go out. The text says why."""


class Rounds:
    """The sends under way. Cancelling them is safe: the record knows what was begun."""

    def __init__(self, life: Life) -> None:
        self.tasks = [asyncio.create_task(send_on(life, channel)) for channel in life.to_send]

    def have_news(self) -> bool:
        return any(task.done() for task in self.tasks)

    def news(self) -> list[Send]:
        """What became known since the last asking. Raises NotAllowed where the gate is shut."""
        known = [task for task in self.tasks if task.done()]
        self.tasks = [task for task in self.tasks if not task.done()]
        return [task.result() for task in known]

    def stop(self) -> None:
        for task in self.tasks:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            task.cancel()


async def send_on(life: Life, channel: str) -> Send:
    post = life.post
    order = Order(post.organisation, post.id, channel, post.content_hash)
    how: workflow.ActivityConfig = {
        **UNTIL_PROVEN,
        "summary": f"publish on {channel}",
        "priority": Priority(priority_key=turn(life), fairness_key=post.organisation),
    }
    sent: Sent = await workflow.execute_activity_method(Publishing.send, order, **how)
    if sent.state is None:
        raise NotAllowed(sent.because)
    return Send(channel, sent.state, sent.url, because=sent.because)


def turn(life: Life) -> int:
    """What two officers released comes first, whatever its workflow was started as."""
    is_released = life.review.outcome is Outcome.RELEASED
    return (Urgency.EMERGENCY if is_released else life.post.urgency).priority
