"""Which findings somebody took upon themselves, so that whoever reads a finding reads that, too."""

from collections.abc import Iterable

from domain.acts import Act, Waive
from domain.review.marks import Waiver


def waivers_among(acts: Iterable[Act]) -> tuple[Waiver, ...]:
    """Every waiver that a file tells of, oldest first, whatever became of its revision."""
    return tuple(
        Waiver(act.rule, act.revision, act.actor, act.reason, act.at)
        for act in acts
        if isinstance(act, Waive)
    )


def waiver_of(finding: str, revision: int, waivers: Iterable[Waiver]) -> Waiver | None:
    """Who waived this finding, by its id, in this revision. None: nobody did."""
    given = (one for one in waivers if one.rule == finding and one.revision == revision)
    return next(given, None)
