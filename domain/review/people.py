"""The people of a house: who they are, who stands in for whom, and who was invited from outside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ADMINS = "admin"  # the group that keeps the house in order


class Trait(StrEnum):
    """What the record says of a person beside their groups."""

    EXTERNAL = "external"  # not of the house: decides through a link
    STEP_UP = "step_up"  # has to sign in afresh before deciding
    INACTIVE = "inactive"  # left the house


@dataclass(frozen=True)
class Person:
    id: str
    name: str = ""
    groups: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()

    @property
    def called(self) -> str:
        return self.name or self.id

    @property
    def has_left(self) -> bool:
        return Trait.INACTIVE in self.traits


@dataclass(frozen=True)
class Signers:
    """Who may sign: members of these groups, and these people by name."""

    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def include(self, actor: str, groups: tuple[str, ...]) -> bool:
        return actor in self.people or any(group in self.groups for group in groups)

    def among(self, people: tuple[Person, ...]) -> tuple[str, ...]:
        """Those of these people who are still here and may sign."""
        return tuple(
            person.id
            for person in people
            if not person.has_left and self.include(person.id, person.groups)
        )

    @property
    def is_nobody(self) -> bool:
        return not self.groups and not self.people


@dataclass(frozen=True)
class Delegation:
    """`giver` hands their seats to `taker` from `starts` until `ends`."""

    id: str
    giver: str
    taker: str
    starts: datetime
    ends: datetime
    levels: tuple[str, ...] = ()  # (): every level
    revoked: datetime | None = None

    def covers(self, level: str) -> bool:
        return not self.levels or level in self.levels

    def is_in_force(self, at: datetime) -> bool:
        taken_back = self.revoked is not None and self.revoked <= at
        return self.starts <= at < self.ends and not taken_back


@dataclass(frozen=True)
class Tidings:
    """What the office learned about its people while a round was running, and when it told so."""

    at: datetime
    people: tuple[Person, ...] = ()
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True)
class Invitation:
    """A link for one person, one level and one revision."""

    id: str
    person: str
    level: str
    revision: int
    expires: datetime
