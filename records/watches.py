"""The watch over a post, read from its ledger: since when, and what its looks have seen."""

from collections.abc import Iterable

from domain.facts import FactKind
from domain.lifecycle import Life
from domain.watch import Watch
from records.tables import LedgerRow

OUT_OF_REACH = "out_of_reach"
SETTLING = (FactKind.PUBLISHED, FactKind.FAILED, FactKind.MISSED, "settled")


def watch_over(life: Life, told: Iterable[LedgerRow]) -> Watch | None:
    """The watch that this file tells of; None if nothing was ever settled."""
    settled, looks = None, 0
    seen: dict[str, str] = {}
    for line in told:
        if line.done in SETTLING:
            settled = line.at
        if line.done == FactKind.MEASURED:
            looks += 1
            states = dict(line.body.get("details", ()))
            seen |= {name: state for name, state in states.items() if state != OUT_OF_REACH}
    if settled is None:
        return None
    cadence = life.chain.watch if life.chain else ()
    return Watch(settled, cadence, looks, tuple(seen.items()))
