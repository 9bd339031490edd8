"""What a freeze does to a post at its hour, and why the end of the freeze does not send it."""

from dataclasses import replace

from domain.lifecycle import Life
from domain.post import Aside, Stage
from domain.review.marks import Outcome


def frozen(life: Life, channel: str) -> Life:
    """Held at its hour by a freeze or a switch: on this channel; on all, if none is named."""
    held = {channel} if channel else set(life.post.channels)
    on = tuple(name for name in life.post.channels if name in {*life.frozen_on, *held})
    return replace(life, aside=Aside.FROZEN, frozen_on=on, review=life.review.checked(()))


def held_on(life: Life) -> tuple[str, ...]:
    """The channels on which a freeze or a switch holds it, whatever goes on on the others.

    Once a send was begun there, or another hour is asked for, the hold is over.
    """
    if life.is_over or life.aside is Aside.NEEDS_RESCHEDULE:
        return ()
    return tuple(
        name
        for name in life.frozen_on
        if name in life.unsettled and (life.aside is Aside.FROZEN or life.send_on(name) is None)
    )


def asked_about(life: Life) -> Life:
    """The freeze is over and its hour is missed: it waits for another one, or for its end."""
    on = life.frozen_on or life.post.channels
    return replace(life, stage=Stage.HOLDING, aside=Aside.NEEDS_RESCHEDULE, frozen_on=on)


def may_be_asked_about(life: Life) -> bool:
    """Whether another hour could be given to it.

    Not once a send has begun: half a post is worse than a late one. Nor once two officers have
    released it: their word is its hour.
    """
    is_released = life.review.outcome is Outcome.RELEASED
    return life.may_go_out and not life.was_touched and not is_released


def missed_its_hour(life: Life, channel: str) -> bool:
    """Whether a freeze held it on this channel, so that only another hour lets it go."""
    return channel in life.frozen_on and may_be_asked_about(life)
