"""When each look at what is live is due, counted from the moment its last channel was settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Watch:
    """The watch over one post, as its file tells it."""

    since: datetime
    cadence: tuple[timedelta, ...]
    taken: int = 0
    seen: tuple[tuple[str, str], ...] = ()  # channel → what was last seen of it, if it was in reach

    def knows(self, look: int) -> bool:
        return 1 <= look <= len(self.cadence)

    def is_last(self, look: int) -> bool:
        return look == len(self.cadence)

    def due(self, look: int) -> datetime:
        return self.since + self.cadence[look - 1]

    @property
    def is_over(self) -> bool:
        """Whether every look was taken."""
        return self.taken >= len(self.cadence)

    @property
    def ends(self) -> datetime:
        return self.since + (self.cadence[-1] if self.cadence else timedelta())

    def last_seen(self, channel: str) -> str:
        return dict(self.seen).get(channel, "")
