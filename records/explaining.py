"""A chain in words: its levels drawn in order, and who would sign a post, by when."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from domain.acts import Submit
from domain.review.book import Book
from domain.review.chain import Due, Level, Rule
from domain.review.conditions import Fact, Facts
from domain.review.review import Review
from records.folder import read_office

WORDS = {
    Due.REMIND: "remind",
    Due.ESCALATE: "ask others as well",
    Due.EXPIRE: "expire",
    Due.OVERDUE: "overdue",
}


def explain_files(
    paths: Iterable[Path], chain: str, author: str, facts: Facts, at: datetime
) -> list[str]:
    """`parapheur chain explain`. Raises Unreadable, and LookupError for an unknown chain."""
    book = read_office(paths, at.date()).book(chain)
    return [*drawn(book), "", *would_sign(book, author, facts, at)]


def read_facts(said: Iterable[str]) -> Facts:
    """`paid=true amount=300 category=event`, as facts of a post. Raises LookupError."""
    facts: dict[str, Fact] = {}
    for one in said:
        name, is_one, value = one.partition("=")
        if not is_one:
            raise LookupError(f"{one!r} is no fact; an example is paid=true.")
        words: dict[str, Fact] = {"true": True, "false": False}
        facts[name] = words.get(value, int(value) if value.isdecimal() else value)
    return facts


def drawn(book: Book) -> Iterator[str]:
    """The chain, step by step, from top to bottom."""
    yield f"{book.chain.id}, version {book.chain.version}"
    for nth, step in enumerate(book.chain.steps, 1):
        side_by_side = len(step.levels) > 1
        for place, level in enumerate(step.levels):
            mark = ("┌" if place == 0 else "└" if level is step.levels[-1] else "├") + "─ "
            lead = f"{nth}. " if place == 0 else "   "
            yield f"{lead}{mark if side_by_side else '─── '}{_level(book, level)}"
            yield from (f"        {line}" for line in _terms(book, level))
    yield "   └─ approved"


def _level(book: Book, level: Level) -> str:
    names = _names(book, level.signers.among(book.people))
    quorum = {Rule.ANY: "any of", Rule.ALL: "all of"}.get(level.quorum.rule, f"{level.quorum.n} of")
    when = f", when {level.when}" if level.when else ""
    veto = ", with a veto" if not level.veto.is_nobody else ""
    return f"{level.title}: {quorum} {names or _whom(level)}{when}{veto}"


def _whom(level: Level) -> str:
    return ", ".join((*level.signers.groups, *level.signers.people))


def _terms(book: Book, level: Level) -> Iterator[str]:
    calendar = book.calendar_of(level)
    for term in level.terms:
        hours = _span(term.within)
        yield f"after {hours} of working time ({calendar.id}): {WORDS[term.due]}"
    if not level.escalate_to.is_nobody:
        yield f"then also: {_names(book, level.escalate_to.among(book.people))}"


def would_sign(book: Book, author: str, facts: Facts, at: datetime) -> Iterator[str]:
    """If it were submitted now, and each level decided at its last minute."""
    review = Review((author,), content_hash="?").under(book).checked((), facts)
    submit = Submit(id="explain", actor=author, at=at, revision=1)
    if objection := review.objection(submit):
        yield objection.says
        return
    zone = book.zone
    yield f"A post by {book.called(author)}, submitted {at.astimezone(zone):%Y-%m-%d %H:%M}:"
    review, now = review.after(submit), at
    for step in book.chain.steps:
        needed = [level for level in step.levels if level.id in review.required]
        latest = now
        for level in needed:
            yield f"  {_signs(book, level, author, now)}"
            latest = max(latest, _by(book, level, now) or now)
        now = latest
    for level in book.chain.levels:
        if level.id not in review.required:
            yield f"  {level.title} is not needed, since {level.when} does not hold."


def _signs(book: Book, level: Level, author: str, now: datetime) -> str:
    who = tuple(name for name in level.signers.among(book.people) if name != author)
    if not who:
        others = _names(book, level.escalate_to.among(book.people)) or "nobody; name somebody"
        return f"{level.title}: none of its signers can; it goes to {others} at once."
    by = _by(book, level, now)
    until = f" by {by.astimezone(book.zone):%Y-%m-%d %H:%M}" if by else ", with no deadline"
    return f"{level.title}: {level.quorum.in_words} ({_names(book, who)}){until}."


def _by(book: Book, level: Level, now: datetime) -> datetime | None:
    """The level's first deadline that does more than remind."""
    due = now
    for term in level.terms:
        due = book.calendar_of(level).after(due, term.within)
        if term.due is not Due.REMIND:
            return due
    return None


def _names(book: Book, people: Iterable[str]) -> str:
    return ", ".join(book.called(name) for name in people)


def _span(within: timedelta) -> str:
    hours, minutes = divmod(int(within.total_seconds()) // 60, 60)
    return " ".join(
        part
        for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
        if part
    )
