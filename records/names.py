"""Whom and what chains name, held against the people and calendars an office really has."""

from dataclasses import dataclass, field

from domain.review.calendar import Calendar
from domain.review.chain import Level, Rule
from domain.review.people import Person, Signers
from records.documents import Page


@dataclass
class Names:
    """Whom and what the chains name, and where, until the whole office has been read."""

    groups: list[tuple[Page, str]] = field(default_factory=list)
    people: list[tuple[Page, str]] = field(default_factory=list)
    calendars: list[tuple[Page, str]] = field(default_factory=list)
    quorums: list[tuple[Page, Level]] = field(default_factory=list)

    def signers(self, page: Page) -> Signers:
        """`[legal]`, `legal`, or `{groups: [legal], people: [ana]}`."""
        if not page.is_mapping:
            groups = page.names()
            self.groups += [(page, name) for name in groups]
            return Signers(groups)
        found = page.fields("groups", "people")
        groups = found["groups"].names() if "groups" in found else ()
        people = found["people"].names() if "people" in found else ()
        if not groups and not people:
            page.complain("Name groups, people, or both.")
        self.groups += [(found["groups"], name) for name in groups]
        self.people += [(found["people"], name) for name in people]
        return Signers(groups, people)

    def calendar(self, page: Page) -> None:
        self.calendars.append((page, page.text()))

    def quorum(self, page: Page, level: Level) -> None:
        self.quorums.append((page, level))

    def check(self, people: tuple[Person, ...], calendars: tuple[Calendar, ...]) -> None:
        """Complains about everything the chains name and the office does not have."""
        known = {calendar.id for calendar in calendars}
        for page, name in self.calendars:
            if name not in known:
                page.complain(f"There is no calendar {name!r}.")
        if not people:
            return
        groups = {group for person in people for group in person.groups}
        ids = {person.id for person in people}
        for page, name in self.groups:
            if name not in groups:
                page.complain(f"Nobody is in group {name!r}.")
        for page, name in self.people:
            if name not in ids:
                page.complain(f"There is no person {name!r}.")
        for page, level in self.quorums:
            seats = len(level.signers.among(people))
            if level.quorum.rule is Rule.COUNT and level.quorum.n > seats > 0:
                says = f"{level.title} needs {level.quorum.n} signatures and has {seats} signers."
                page.complain(says)
