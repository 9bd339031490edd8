"""An office as a folder of YAML: people, calendars, delegations and chains, read and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.review.book import Book
from domain.review.calendar import Calendar
from domain.review.chain import Chain
from domain.review.people import Delegation, Person, Trait
from records.calendars import calendars
from records.chains import chain
from records.documents import Desk, Page
from records.names import Names

NEVER = datetime(1, 1, 1, tzinfo=UTC)
DOCUMENTS = ("people", "calendars", "delegations", "chain", "chains", "steps", "organisation")


@dataclass(frozen=True)
class Office:
    chains: tuple[Chain, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    people: tuple[Person, ...] = ()
    delegations: tuple[Delegation, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """Where this office's clocks hang: the zone of its first calendar."""
        return ZoneInfo(self.calendars[0].zone if self.calendars else "UTC")

    def book(self, chain: str = "") -> Book:
        """What a post submitted under this chain is judged under. Raises LookupError if unknown."""
        for one in self.chains:
            if chain in ("", one.id):
                return Book(one, self.calendars, self.people, self.delegations)
        raise LookupError(f"This office has no chain {chain!r}.")

    def with_more(self, other: "Office") -> "Office":
        return Office(
            (*self.chains, *other.chains),
            (*self.calendars, *other.calendars),
            (*self.people, *other.people),
            (*self.delegations, *other.delegations),
        )


def read_office(paths: Iterable[Path], today: date) -> Office:
    """Everything under these files and folders. Raises Unreadable with every complaint.

    Public holidays are written out from the year of `today` on, so the same folder read in
    another year gives another version of a calendar.
    """
    desk = Desk()
    pages = [page for path in paths for file in _files(path) for page in desk.open(file)]
    office = office_of(desk, pages, today)
    desk.done()
    return office


def office_of(desk: Desk, pages: Iterable[Page], today: date, base: Office | None = None) -> Office:
    """The office these documents describe, on top of one that was read before."""
    office, names, seen = base or Office(), Names(), list(pages)
    for page in seen:
        _complain_about_the_rest(page)
        office = office.with_more(Office(calendars=_calendars(page, today), people=_people(page)))
    for page in seen:
        lent = _delegations(page, office)
        office = office.with_more(Office(chains=_chains(page, names), delegations=lent))
    _complain_about_twins(seen, office)
    names.check(office.people, office.calendars)
    return office


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = path.rglob("*.yaml")
        return sorted(one for one in found if "scenarios" not in one.relative_to(path).parts)
    return [path]


def _complain_about_the_rest(page: Page) -> None:
    found = page.entries()
    if page.is_mapping and not any(name in found for name in DOCUMENTS):
        page.complain(f"Expected one of {', '.join(DOCUMENTS)} at the top of this document.")


def _complain_about_twins(pages: list[Page], office: Office) -> None:
    for what, ids in (
        ("chains", [one.id for one in office.chains]),
        ("calendars", [one.id for one in office.calendars]),
        ("people", [one.id for one in office.people]),
    ):
        for twice in sorted({id for id in ids if ids.count(id) > 1}):
            pages[-1].complain(f"Two {what} are called {twice!r}.")


def _calendars(page: Page, today: date) -> tuple[Calendar, ...]:
    found = page.entries().get("calendars")
    return calendars(found, today) if found else ()


def _people(page: Page) -> tuple[Person, ...]:
    found = page.entries().get("people")
    return tuple(_person(id, one) for id, one in found.entries().items()) if found else ()


TRAITS = {"external": Trait.EXTERNAL, "step_up": Trait.STEP_UP, "inactive": Trait.INACTIVE}


def _person(id: str, page: Page) -> Person:
    """`lena: legal`, `lena: [legal, editor]`, or with a name and what else is to know."""
    if not page.is_mapping:
        return Person(id, groups=tuple(name for name in page.names() if name))
    found = page.fields("name", "email", "groups", "active", *TRAITS)
    traits = [trait for name, trait in TRAITS.items() if name in found and found[name].truth()]
    if "active" in found and not found["active"].truth():
        traits.append(Trait.INACTIVE)
    groups = found["groups"].names() if "groups" in found else ()
    return Person(id, found["name"].text() if "name" in found else "", groups, tuple(traits))


def _chains(page: Page, names: Names) -> tuple[Chain, ...]:
    found = page.entries()
    if "chains" in found:
        return tuple(chain(one, names, id) for id, one in found["chains"].entries().items())
    if "chain" in found and found["chain"].is_mapping:
        return (chain(found["chain"], names, "chain"),)
    return (chain(page, names),) if "steps" in found else ()


def _delegations(page: Page, office: Office) -> tuple[Delegation, ...]:
    found = page.entries().get("delegations")
    if found is None:
        return ()
    return tuple(_delegation(one, nth, office) for nth, one in enumerate(found.items(), 1))


def _delegation(page: Page, nth: int, office: Office) -> Delegation:
    found = page.fields("id", "levels", "revoked", needs=("from", "to", "starts", "ends"))
    zone, ids = office.zone, {person.id for person in office.people}
    moments = {
        name: found[name].moment(zone) for name in ("starts", "ends", "revoked") if name in found
    }
    for end in ("from", "to"):
        if end in found and found[end].text() not in ids:
            found[end].complain(f"There is no person {found[end].text()!r}.")
    starts, ends = moments.get("starts", NEVER), moments.get("ends", NEVER)
    if "ends" in moments and ends <= starts:
        found["ends"].complain("This delegation would end before it begins.")
    return Delegation(
        id=found["id"].text() if "id" in found else f"delegation-{nth}",
        giver=found["from"].text() if "from" in found else "",
        taker=found["to"].text() if "to" in found else "",
        starts=starts,
        ends=ends,
        levels=found["levels"].names() if "levels" in found else (),
        revoked=moments.get("revoked"),
    )
