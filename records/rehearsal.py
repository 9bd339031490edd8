"""Rehearsing: a scenario played against the judge, without any server, told line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.acts import (
    Act,
    Decide,
    Delegate,
    Hurry,
    Invite,
    Join,
    Leave,
    OpenLink,
    Reschedule,
    Revise,
    Revoke,
    Submit,
    Verdict,
    Waive,
    Withdraw,
)
from domain.post import Window
from domain.review.book import Book
from domain.review.people import Person
from domain.review.review import Review
from domain.review.states import seen
from records.scenarios import Scenario, Scene, read_scenarios

VERDICTS = {
    "approves": Verdict.APPROVE,
    "asks for changes": Verdict.REQUEST_CHANGES,
    "rejects": Verdict.REJECT,
    "vetoes": Verdict.VETO,
    "abstains": Verdict.ABSTAIN,
    "takes back": Verdict.RETRACT,
}
ANY_WINDOW = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Told:
    """One line of what happened, and whether it is what was expected."""

    says: str
    went_wrong: bool = False

    def __str__(self) -> str:
        return f"{'✗' if self.went_wrong else ' '} {self.says}"


@dataclass(frozen=True)
class Rehearsal:
    title: str
    lines: tuple[Told, ...]

    @property
    def went_well(self) -> bool:
        return not any(line.went_wrong for line in self.lines)

    @property
    def text(self) -> list[str]:
        verdict = "as expected" if self.went_well else "NOT as expected"
        return [f"{self.title}: {verdict}", *(str(line) for line in self.lines)]


def try_files(paths: Iterable[Path]) -> tuple[Rehearsal, ...]:
    """`parapheur chain try`: every scenario of these files, played. Raises Unreadable."""
    return tuple(rehearse(scenario) for scenario in read_scenarios(paths))


def rehearse(scenario: Scenario) -> Rehearsal:
    stage = Stage(scenario, _draft(scenario), scenario.office.book(scenario.chain))
    lines = [line for scene in scenario.scenes for line in stage.play(scene)]
    return Rehearsal(scenario.title, tuple(lines))


def _draft(scenario: Scenario) -> Review:
    return Review((scenario.author,), 1, "text 1", scenario.hour, facts=scenario.facts)


@dataclass
class Stage:
    scenario: Scenario
    review: Review
    book: Book  # what the record would hand to the next submission
    texts: int = 1
    acts: int = 0
    hashes: dict[int, str] = field(default_factory=lambda: {1: "text 1"})

    def play(self, scene: Scene) -> Iterator[Told]:
        """The deadlines that come first, then the act, then what is expected of both."""
        yield from self._clock(scene.at)
        if scene.policy is not None or scene.facts is not None:
            findings = self.review.findings if scene.policy is None else scene.policy
            facts = None if scene.facts is None else {**self.review.facts, **scene.facts}
            self.review = self.review.checked(findings, facts)
        if scene.does:
            yield self._act(scene)
        yield from self._compare(scene)

    def _clock(self, now: datetime) -> Iterator[Told]:
        while (due := next(iter(self.review.deadlines), None)) and due.at <= now:
            self.review = self.review.after_deadline(due, due.at)
            yield Told(f"{self._hour(due.at)}  (time: {due.due} {due.level}) → {self._now()}")

    def _act(self, scene: Scene) -> Told:
        said = f"{self._hour(scene.at)}  {scene.who} {scene.does}".rstrip()
        if scene.does == "goes out":
            self.review = self.review.gone_out(scene.at)
            return Told(f"{said} → {self._now()}")
        review = self.review
        if scene.does in ("submits", "publishes at once") and not review.open_levels:
            review = review.under(self.book)
        act = self._written(scene)
        objection = review.objection(act)
        if objection is None:
            self.review = review.after(act)
            self._learn(act)
            self.hashes[self.review.revision] = self.review.content_hash
            wanted = f", and {scene.refused} was expected" if scene.refused else ""
            return Told(f"{said} → {self._now()}{wanted}", scene.refused is not None)
        told = f"{said} ⊘ {objection.code}: {objection.says}"
        return Told(told, objection.code != scene.refused)

    def _learn(self, act: Act) -> None:
        if isinstance(act, Leave):
            self.book = self.book.without(act.person)
        if isinstance(act, Join):
            self.book = self.book.knowing(act.person)
        if isinstance(act, Delegate | Revoke) and self.review.book:
            self.book = replace(self.book, delegations=self.review.book.delegations)

    def _written(self, scene: Scene) -> Act:
        """The act as the door would hand it on."""
        self.acts += 1
        words, who, at = scene.words, scene.who, scene.at
        id = words.get("id") or words.get("link", "") * (scene.does == "invites")
        id = id or f"act-{self.acts}"
        groups = next((one.groups for one in self._people if one.id == who), ())
        revision = int(words.get("revision", self.review.revision))
        reason = words.get("because", "")
        hour = scene.moments.get("hour", self.review.hour)
        end = scene.moments.get("until", at + timedelta(days=7))
        start = scene.moments.get("from", at)
        fresh = None if scene.signed_in is None else at - scene.signed_in
        text = self.hashes.get(revision, "")
        match scene.does:
            case "submits":
                return Submit(id=id, actor=who, at=at, groups=groups, revision=revision)
            case "edits":
                self.texts += "text" not in words
                return Revise(
                    id=id,
                    actor=who,
                    at=at,
                    groups=groups,
                    content_hash=words.get("text", f"text {self.texts}"),
                    channels=("site",),
                    window=ANY_WINDOW,
                    hour=hour,
                    seen=revision,
                    touches=scene.touches,
                )
            case "withdraws":
                return Withdraw(id=id, actor=who, at=at, groups=groups, reason=reason)
            case "reschedules":
                return Reschedule(id=id, actor=who, at=at, groups=groups, hour=hour or at)
            case "delegates":
                to, levels = words.get("to", ""), scene.levels
                return Delegate(
                    id=id, actor=who, at=at, to=to, starts=start, ends=end, levels=levels
                )
            case "revokes":
                return Revoke(id=id, actor=who, at=at, delegation=words.get("to", ""))
            case "invites":
                return Invite(
                    id=id,
                    actor=who,
                    at=at,
                    groups=groups,
                    person=words.get("to", ""),
                    level=words.get("level", ""),
                    revision=revision,
                    expires=end,
                )
            case "opens the link":
                return OpenLink(id=id, actor=who, at=at, link=words.get("link", ""))
            case "waives":
                rule = words.get("rule", "")
                return Waive(
                    id=id,
                    actor=who,
                    at=at,
                    groups=groups,
                    rule=rule,
                    revision=revision,
                    reason=reason,
                )
            case "leaves":
                return Leave(id=id, actor="admin", at=at, person=who)
            case "joins":
                return Join(id=id, actor="admin", at=at, person=Person(who, groups=scene.groups))
            case "publishes at once":
                return Hurry(
                    id=id,
                    actor=who,
                    at=at,
                    groups=groups,
                    revision=revision,
                    content_hash=text,
                    reason=reason,
                    signed_in=fresh,
                )
        return Decide(
            id=id,
            actor=who,
            at=at,
            groups=groups,
            verdict=VERDICTS[scene.does],
            revision=revision,
            content_hash=text,
            level=words.get("level", ""),
            reason=reason,
            on_behalf_of=words.get("for", ""),
            link=words.get("link", ""),
            signed_in=fresh,
        )

    @property
    def _people(self) -> tuple[Person, ...]:
        return self.book.people

    def _compare(self, scene: Scene) -> Iterator[Told]:
        for name, expected in scene.then.items():
            found = self._found(name)
            if sorted(found) != sorted(expected):
                says = f"line {scene.line}: expected {name} {_list(expected)}, found {_list(found)}"
                yield Told(says, went_wrong=True)

    def _found(self, name: str) -> tuple[str, ...]:
        review = self.review
        match name:
            case "state":
                return (seen(review).state,)
            case "open":
                return tuple(level.id for level in review.open_levels)
            case "waits_for":
                return tuple(dict.fromkeys(who for one in review.waits_for for who in one.who))
            case "until":
                return tuple(self._hour(due.at) for due in review.deadlines[:1]) or ("never",)
            case "round":
                return (str(review.round),)
            case "carried":
                return tuple(one.level for one in review.carried)
            case "votes":
                return tuple(vote.reads for vote in review.votes)
            case "added":
                return tuple(name for opened in review.opened for name in opened.added)
            case "goes_out":
                return (self._hour(review.goes_out_at) if review.goes_out_at else "never",)
        return tuple(finding.rule for finding in review.blocking)

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.scenario.zone):%Y-%m-%d %H:%M}"

    def _now(self) -> str:
        waits = ", ".join(level.title for level in self.review.open_levels)
        return f"{seen(self.review).state}{f' ({waits})' if waits else ''}"


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(words)}]"
