"""A post as it comes before the rules: what it says, what was declared, who asks, and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from domain.declarations import Declarations, MediumFacts
from domain.house import House
from domain.observed import Observed
from domain.post import Content

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
    observed: Observed = NOTHING_OBSERVED
    bytes_tell: tuple[MediumFacts, ...] = ()  # what we know of the media from their own bytes

    @cached_property
    def declared(self) -> Declarations:
        """What was declared; where the bytes themselves tell, they are believed."""
        told = self.content.declared
        known = {facts.sha256: facts for facts in self.bytes_tell}
        if not known:
            return told
        media = [_completed(facts, known.pop(facts.sha256, None)) for facts in told.media]
        return replace(told, media=(*media, *known.values()))

    @property
    def at(self) -> datetime:
        """The instant at which the public would read it."""
        return max(self.now, self.hour or self.content.window.opens)

    @property
    def language(self) -> str:
        declared = self.declared.language or next(iter(self.content.languages), "")
        return declared.split("-")[0].casefold()


def _completed(declared: MediumFacts, told: MediumFacts | None) -> MediumFacts:
    if told is None:
        return declared
    return replace(
        declared,
        mime=told.mime,
        bytes=told.bytes,
        width=told.width,
        height=told.height,
        exif_gps=told.exif_gps,
    )
