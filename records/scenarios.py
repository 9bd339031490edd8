"""Scenarios: who does what when, and what an office expects of its chain, as a person writes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import regex

from domain.objection import Code
from domain.review.conditions import Fact
from domain.review.marks import Finding
from domain.review.states import State
from records.documents import Desk, Page
from records.folder import DOCUMENTS, Office, office_of

HEAD = ("about", "office", "uses", "post", "people", "calendars", "delegations", "chain")
VERBS = (
    "submits",
    "edits",
    "approves",
    "asks for changes",
    "rejects",
    "vetoes",
    "abstains",
    "takes back",
    "withdraws",
    "reschedules",
    "delegates",
    "revokes",
    "invites",
    "opens the link",
    "waives",
    "publishes at once",
    "leaves",
    "joins",
    "goes out",
)
SCENE = (
    "at",
    "who",
    "does",
    "level",
    "because",
    "for",
    "refused",
    "then",
    "text",
    "touches",
    "revision",
    "id",
    "link",
    "signed_in",
    "to",
    "from",
    "until",
    "levels",
    "rule",
    "groups",
    "facts",
    "policy",
    "hour",
)
THEN = (
    "state",
    "open",
    "waits_for",
    "until",
    "round",
    "carried",
    "votes",
    "added",
    "goes_out",
    "held",
)
CLOCK = regex.compile(r"\d\d:\d\d")


@dataclass(frozen=True)
class Scene:
    """One line of a story: an act, or just time passing, and what is expected then."""

    line: int
    at: datetime
    who: str = ""
    does: str = ""
    words: dict[str, str] = field(default_factory=dict)
    touches: tuple[str, ...] | None = None
    levels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    signed_in: timedelta | None = None
    moments: dict[str, datetime] = field(default_factory=dict)
    facts: dict[str, Fact] | None = None
    policy: tuple[Finding, ...] | None = None
    refused: Code | None = None
    then: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    title: str
    file: str
    office: Office
    chain: str
    zone: ZoneInfo
    author: str
    begins: datetime
    hour: datetime | None
    facts: dict[str, Fact]
    scenes: tuple[Scene, ...]


def read_scenarios(paths: Iterable[Path]) -> tuple[Scenario, ...]:
    """Every scenario in these files. Raises Unreadable with every complaint."""
    desk = Desk()
    read = tuple(_scenario(desk, page, path) for path in paths for page in desk.open(path))
    desk.done()
    return read


def _scenario(desk: Desk, page: Page, path: Path) -> Scenario:
    found = page.fields(*HEAD, needs=("scenario", "begins", "story"))
    day = _day(found)
    office = _office(desk, page, found, path, day)
    zone = _zone(office, found)
    begins = found["begins"].moment(zone) if "begins" in found else _never(zone)
    post = found["post"].fields("by", "hour", "facts") if "post" in found else {}
    return Scenario(
        title=found["scenario"].text() if "scenario" in found else path.stem,
        file=str(path),
        office=office,
        chain=found["uses"].text() if "uses" in found else "",
        zone=zone,
        author=post["by"].text() if "by" in post else "ana",
        begins=begins,
        hour=post["hour"].moment(zone) if "hour" in post else None,
        facts=_facts(post["facts"]) if "facts" in post else {},
        scenes=tuple(_scenes(found["story"], begins, zone)) if "story" in found else (),
    )


def _day(found: dict[str, Page]) -> date:
    return found["begins"].moment(ZoneInfo("UTC")).date() if "begins" in found else date(2000, 1, 1)


def _office(desk: Desk, page: Page, found: dict[str, Page], path: Path, day: date) -> Office:
    """The office the scenario names, with what the scenario itself adds to it."""
    base = Office()
    if "office" in found:
        folder = path.parent / found["office"].text()
        if not folder.exists():
            found["office"].complain(f"There is no office at {folder}.")
        files = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
        base = office_of(desk, [one for file in files for one in desk.open(file)], day)
    if not any(name in found for name in DOCUMENTS):
        return base
    own = office_of(desk, [page], day, base)
    # Its own chain comes first, so that a scenario need not say which one it uses.
    chains = (*own.chains[len(base.chains) :], *base.chains)
    return Office(chains, own.calendars, own.people, own.delegations)


def _zone(office: Office, found: dict[str, Page]) -> ZoneInfo:
    try:
        return office.book(found["uses"].text() if "uses" in found else "").zone
    except LookupError:
        page = found.get("uses") or found.get("scenario")
        if page:
            page.complain("This scenario needs a chain: write one here, or name one with `uses`.")
        return office.zone


def _never(zone: ZoneInfo) -> datetime:
    return datetime(2000, 1, 1, tzinfo=zone)


def _facts(page: Page) -> dict[str, Fact]:
    return {name: value.fact() for name, value in page.entries().items()}


def _scenes(page: Page, begins: datetime, zone: ZoneInfo) -> Iterable[Scene]:
    now = begins - timedelta(minutes=1)
    for item in page.items():
        found = _spoken(item) if item.is_text else item.fields(*SCENE)
        now = _moment(found.get("at"), now, zone)
        yield _scene(item, found, now, zone)


def _spoken(page: Page) -> dict[str, Page]:
    """`lena approves`, `lena approves legal`: who, a verb, and perhaps a level."""
    said = page.text()
    for verb in sorted(VERBS, key=len, reverse=True):
        who, found, level = said.partition(f" {verb}")
        if found and " " not in who and (not level or level.startswith(" ")):
            told = {"who": who, "does": verb} | ({"level": level.strip()} if level else {})
            return {name: page.saying(word) for name, word in told.items()}
    page.complain(f"Expected who does what, such as `lena approves legal`, not {said!r}.")
    return {}


def _moment(page: Page | None, before: datetime, zone: ZoneInfo) -> datetime:
    """Said in full, as an hour of the same day, or a minute after the scene before."""
    if page is None:
        return before + timedelta(minutes=1)
    said = page.text()
    if not CLOCK.fullmatch(said):
        return page.moment(zone)
    hour, minute = said.split(":")
    return before.astimezone(zone).replace(hour=int(hour), minute=int(minute), fold=0)


def _scene(item: Page, found: dict[str, Page], at: datetime, zone: ZoneInfo) -> Scene:
    words = ("level", "because", "for", "text", "revision", "id", "link", "to", "rule")
    touches = found["touches"].names() if "touches" in found else None
    return Scene(
        line=item.line,
        at=at,
        who=found["who"].text() if "who" in found else "",
        does=found["does"].choice(*VERBS) if "does" in found else "",
        words={word: found[word].text() for word in words if word in found},
        touches=touches,
        levels=found["levels"].names() if "levels" in found else (),
        groups=found["groups"].names() if "groups" in found else (),
        signed_in=found["signed_in"].span() if "signed_in" in found else None,
        moments={k: found[k].moment(zone) for k in ("from", "until", "hour") if k in found},
        facts=_facts(found["facts"]) if "facts" in found else None,
        policy=tuple(_finding(one) for one in found["policy"].items())
        if "policy" in found
        else None,
        refused=Code(found["refused"].choice(*Code)) if "refused" in found else None,
        then=_then(found["then"], zone) if "then" in found else {},
    )


def _then(page: Page, zone: ZoneInfo) -> dict[str, tuple[str, ...]]:
    expected: dict[str, tuple[str, ...]] = {}
    for name, value in page.fields(*THEN).items():
        if name == "state":
            expected[name] = (value.choice(*State),)
        elif name in ("until", "goes_out") and value.text() != "never":
            expected[name] = (f"{value.moment(zone).astimezone(zone):%Y-%m-%d %H:%M}",)
        else:
            expected[name] = value.names()
    return expected


def _finding(page: Page) -> Finding:
    if page.is_text:
        return Finding(page.text())
    found = page.fields("waiver", "bypassable", "warns", needs=("rule",))
    return Finding(
        found["rule"].text() if "rule" in found else "",
        blocks=not ("warns" in found and found["warns"].truth()),
        waiver=found["waiver"].text() if "waiver" in found else "",
        bypassable="bypassable" not in found or found["bypassable"].truth(),
    )
