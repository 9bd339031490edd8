"""Taking one revision to its channels: all together first, then alone who did not get through."""

import asyncio

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities.publishing import Publishing, Sent
    from domain.lifecycle import Life
    from domain.post import Urgency
    from domain.review.marks import Outcome
    from domain.sending import Order, Orders, Send

from workflows.patience import UNTIL_PROVEN


class NotAllowed(Exception):
    """The record does not let this revision go out. The text says why."""


class Sends:
    """The sends under way. Cancelling them is safe: the record knows what was begun."""

    def __init__(self, life: Life) -> None:
        self.life = life
        match life.to_send:
            case ():
                self.tasks = []
            case (channel,):
                self.tasks = [asyncio.create_task(self.alone(channel))]
            case _:
                self.tasks = [asyncio.create_task(self.together())]

    async def together(self) -> list[Send]:
        """One activity for all channels. Whoever has to wait goes on alone and holds up nobody."""
        post, channels = self.life.post, self.life.to_send
        orders = Orders(post.organisation, post.id, channels, post.content_hash)
        known = []
        answers = await workflow.execute_activity_method(
            Publishing.send_all, orders, **self.how(*channels)
        )
        for channel, sent in zip(channels, answers, strict=True):
            if sent.again_in is None:
                known.append(settled(channel, sent))
            else:
                self.tasks.append(asyncio.create_task(self.later(channel, sent)))
        return known

    async def later(self, channel: str, sent: Sent) -> list[Send]:
        assert sent.again_in is not None
        await workflow.sleep(sent.again_in, summary=f"before {channel} is asked again")
        return await self.alone(channel)

    async def alone(self, channel: str) -> list[Send]:
        post = self.life.post
        order = Order(post.organisation, post.id, channel, post.content_hash)
        sent = await workflow.execute_activity_method(Publishing.send, order, **self.how(channel))
        return [settled(channel, sent)]

    def how(self, *channels: str) -> workflow.ActivityConfig:
        """What two officers released comes first, whatever its workflow was started as."""
        how: workflow.ActivityConfig = {
            **UNTIL_PROVEN,
            "summary": f"publish on {', '.join(channels)}",
        }
        if self.life.review.outcome is Outcome.RELEASED:
            house = self.life.post.organisation
            how["priority"] = Priority(Urgency.EMERGENCY.priority, fairness_key=house)
        return how

    def have_news(self) -> bool:
        return any(task.done() for task in self.tasks)

    def news(self) -> list[Send]:
        """What became known since the last asking. Raises NotAllowed where the gate is shut."""
        done = [task for task in self.tasks if task.done()]
        self.tasks = [task for task in self.tasks if not task.done()]
        return [send for task in done for send in task.result()]

    def stop(self) -> None:
        for task in self.tasks:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            task.cancel()


def settled(channel: str, sent: Sent) -> Send:
    if sent.state is None:
        raise NotAllowed(sent.because)
    return Send(channel, sent.state, sent.url, because=sent.because)
