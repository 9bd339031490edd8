"""What a round is judged under: a chain in one version, its calendars, people, delegations."""

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from domain.review.calendar import ALWAYS, Calendar
from domain.review.chain import Chain, Level
from domain.review.people import Delegation, Person, Signers, Trait


@dataclass(frozen=True)
class Book:
    """Pinned at submission; people and delegations follow what the office learns meanwhile."""

    chain: Chain
    calendars: tuple[Calendar, ...] = ()
    people: tuple[Person, ...] = ()
    delegations: tuple[Delegation, ...] = field(default=())

    def person(self, id: str) -> Person | None:
        return next((person for person in self.people if person.id == id), None)

    def called(self, id: str) -> str:
        person = self.person(id)
        return person.called if person else id

    def groups(self, id: str) -> tuple[str, ...]:
        person = self.person(id)
        return person.groups if person else ()

    def traits(self, id: str) -> tuple[Trait, ...]:
        person = self.person(id)
        return person.traits if person else ()

    def calendar(self, name: str) -> Calendar:
        """The calendar of this name, or the chain's own; every hour counts when neither is here."""
        wanted = name or self.chain.calendar
        return next((one for one in self.calendars if one.id == wanted), ALWAYS)

    @property
    def zone(self) -> ZoneInfo:
        """Where the chain's clocks hang."""
        if self.chain.calendar or not self.calendars:
            return ZoneInfo(self.calendar("").zone)
        return ZoneInfo(self.calendars[0].zone)

    def calendar_of(self, level: Level) -> Calendar:
        return self.calendar(level.calendar)

    def knowing(self, person: Person) -> "Book":
        others = tuple(one for one in self.people if one.id != person.id)
        return replace(self, people=(*others, person))

    def of_today(self, people: tuple[Person, ...], lent: tuple[Delegation, ...]) -> "Book":
        """What a submission of today would be pinned to, under the same chain."""
        return replace(self, people=people, delegations=lent).narrowed()

    def lending(self, loan: Delegation) -> "Book":
        others = tuple(one for one in self.delegations if one.id != loan.id)
        return replace(self, delegations=(*others, loan))

    def without(self, person: str) -> "Book":
        """This person has left the house."""
        known = self.person(person) or Person(person)
        return self.knowing(replace(known, traits=(*known.traits, Trait.INACTIVE)))

    def narrowed(self) -> "Book":
        """Only the calendars, people and delegations this chain can ever ask for: it travels."""
        chain, policy = self.chain, self.chain.policy
        hurry = policy.emergency
        asked = [policy.vetoers, policy.leads, policy.escalate_to]
        asked += [hurry.officers, hurry.reviewers] if hurry else []
        for level in chain.levels:
            asked += [level.signers, level.veto, level.escalate_to]
        signers = {one.id for one in self.people if _is_asked(one, asked)}
        lent = tuple(loan for loan in self.delegations if loan.giver in signers)
        signers |= {loan.taker for loan in lent}
        names = {chain.calendar, *(level.calendar for level in chain.levels)}
        names |= {hurry.calendar} if hurry else set()
        return replace(
            self,
            calendars=tuple(one for one in self.calendars if one.id in names),
            people=tuple(one for one in self.people if one.id in signers),
            delegations=lent,
        )


def _is_asked(person: Person, asked: list[Signers]) -> bool:
    return any(signers.include(person.id, person.groups) for signers in asked)
