"""A post as it comes before the rules: what it says, what was declared, who asks, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.declarations import Declarations
from domain.house import House
from domain.observed import Observed
from domain.post import Content

NOTHING_DECLARED = Declarations()
NOTHING_OBSERVED = Observed()


class Moment(StrEnum):
    """When in its life a post is held against the rules."""

    DRAFT = "draft"
    SUBMISSION = "submission"
    APPROVAL = "approval"
    PUBLISHING = "publishing"
    MONITORING = "monitoring"
    RESCHEDULE = "reschedule"


@dataclass(frozen=True)
class Case:
    content: Content
    house: House
    now: datetime
    moment: Moment = Moment.DRAFT
    hour: datetime | None = None  # None: as soon as it is approved
    declared: Declarations = NOTHING_DECLARED
    observed: Observed = NOTHING_OBSERVED

    @property
    def at(self) -> datetime:
        """The instant at which the public would read it."""
        return max(self.now, self.hour or self.content.window.opens)

    @property
    def language(self) -> str:
        declared = self.declared.language or next(iter(self.content.languages), "")
        return declared.split("-")[0].casefold()
