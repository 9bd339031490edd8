"""The chain of signatures a post needs: which levels, in which order, and who signs them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Signers:
    """Who may sign: members of these groups, and these people by name."""

    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def include(self, actor: str, groups: tuple[str, ...]) -> bool:
        return actor in self.people or any(group in self.groups for group in groups)


@dataclass(frozen=True)
class Level:
    """One signature on the way, e.g. Legal. Any one of its signers gives it."""

    id: str
    title: str
    signers: Signers


@dataclass(frozen=True)
class Chain:
    """One version of a chain. A post keeps the version it was submitted under."""

    id: str
    version: int
    levels: tuple[Level, ...]
    leads: Signers = Signers()  # may withdraw and reschedule what others wrote
    separation_of_duties: bool = True  # one person signs one level of a post only
    late_grace: timedelta | None = None  # None: approved after its hour, it needs a new hour
    watch: tuple[timedelta, ...] = ()  # after publication, when to look

    def level(self, id: str) -> Level | None:
        return next((level for level in self.levels if level.id == id), None)
