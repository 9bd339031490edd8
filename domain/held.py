"""What holds a post back at its hour, in words: a freeze of all or of a channel, or a switch."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.freezing import held_on
from domain.lifecycle import Life


@dataclass(frozen=True)
class Held:
    """What an office holds back now."""

    frozen: tuple[str, ...] = ()  # the channels of its freezes; "" covers all of them
    off: tuple[str, ...] = ()  # the channels that are switched off


@dataclass(frozen=True)
class Hold:
    """One thing that holds a post: what is so, what it waits for, what to do; each en and fr."""

    so: tuple[str, str]
    waits: tuple[str, str]
    step: tuple[str, str]


WAIT = ("Wait, or have an admin end the freeze.", "Attendre, ou faire lever le gel.")
FROZEN = Hold(
    ("A freeze keeps everything back.", "Un gel retient toutes les publications."),
    ("The end of a freeze.", "La fin d'un gel."),
    WAIT,
)


def holds(life: Life, held: Held) -> tuple[Hold, ...]:
    """Everything that holds it now; nothing, if nothing does."""
    on = held_on(life)
    found = tuple(_holds(on, held)) if on else ()
    return found if found or not on else (_over(", ".join(on)),)


def _holds(on: tuple[str, ...], held: Held) -> Iterator[Hold]:
    if "" in held.frozen:
        yield FROZEN
    elif frozen := ", ".join(name for name in on if name in held.frozen):
        yield _frozen(frozen)
    yield from (_off(name) for name in on if name in held.off)


def _frozen(channels: str) -> Hold:
    return Hold(
        (f"A freeze of {channels} keeps it back there.", f"Un gel sur {channels} l'y retient."),
        (f"The end of a freeze of {channels}.", f"La fin d'un gel sur {channels}."),
        WAIT,
    )


def _off(channel: str) -> Hold:
    return Hold(
        (f"The channel {channel} is switched off.", f"Le canal {channel} est désactivé."),
        (
            f"The channel {channel}, which is switched off, to be switched on again.",
            f"La réactivation du canal {channel}, qui est désactivé.",
        ),
        (
            f"Wait, or have an admin switch {channel} on again.",
            f"Attendre, ou faire réactiver le canal {channel}.",
        ),
    )


def _over(channels: str) -> Hold:
    return Hold(
        (
            f"What held it on {channels} is over.",
            f"Ce qui le retenait sur {channels} a pris fin.",
        ),
        ("Another try, in a moment.", "Un nouvel essai, dans un instant."),
        ("Wait a moment.", "Patienter un instant."),
    )
