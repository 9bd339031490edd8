"""Chains as an office writes them: who signs, in which order, by when, and under which terms."""

from datetime import timedelta

from domain.review.chain import (
    Chain,
    Due,
    EmergencyTerms,
    Level,
    OnRevision,
    Policy,
    Quorum,
    Rule,
    Step,
    Term,
)
from domain.review.conditions import parse
from domain.review.people import Signers
from records.documents import Page
from records.names import Names

CHAIN = ("chain", "id", "version", "title", "calendar", "policy", "watch")
LEVEL = (
    "title",
    "title_fr",
    "quorum",
    "veto",
    "when",
    "sla",
    "escalate_to",
    "calendar",
    "step_up",
)
POLICY = (
    "self_approval",
    "separation_of_duties",
    "on_revision",
    "edit_during_review",
    "late_publication",
    "max_rounds",
    "comment_required_on",
    "vetoers",
    "leads",
    "escalate_to",
    "step_up_minutes",
    "emergency",
)
EMERGENCY = ("second_person", "requires", "calendar")
VERDICTS = ("approve", "request_changes", "reject", "veto", "abstain", "retract")


def chain(page: Page, names: Names, id: str = "") -> Chain:
    """One chain. Whom and what it names is noted in `names`, to be held against the office."""
    found = page.fields(*CHAIN, needs=("steps",))
    own = found.get("id") or found.get("chain")
    steps = tuple(_step(step, names) for step in _of(found, "steps"))
    ids = [level.id for step in steps for level in step.levels]
    for twice in {id for id in ids if ids.count(id) > 1}:
        page.complain(f"Two levels are called {twice!r}.")
    if not ids and "steps" in found:
        found["steps"].complain("A chain needs at least one level.")
    return Chain(
        id=own.text() if own else id,
        version=found["version"].number() if "version" in found else 1,
        steps=steps,
        policy=_policy(found["policy"], names) if "policy" in found else Policy(),
        calendar=_calendar(found, names),
        watch=tuple(look.span() for look in _of(found, "watch")),
    )


def _of(found: dict[str, Page], key: str) -> tuple[Page, ...]:
    return found[key].items() if key in found else ()


def _calendar(found: dict[str, Page], names: Names) -> str:
    if "calendar" not in found:
        return ""
    names.calendar(found["calendar"])
    return found["calendar"].text()


def _step(page: Page, names: Names) -> Step:
    if "parallel" not in page.entries():
        return Step((_level(page, names, ""),))
    found = page.fields("parallel", "when")
    when = _condition(found)
    return Step(tuple(_level(level, names, when) for level in found["parallel"].items()))


def _level(page: Page, names: Names, shared: str) -> Level:
    found = page.fields(*LEVEL, needs=("id", "approvers"))
    id = found["id"].text() if "id" in found else ""
    own = _condition(found)
    terms, escalate_to = _sla(found["sla"], names) if "sla" in found else ((), Signers())
    if "escalate_to" in found:
        escalate_to = names.signers(found["escalate_to"])
    signers = names.signers(found["approvers"]) if "approvers" in found else Signers()
    level = Level(
        id=id,
        title=found["title"].text() if "title" in found else id.replace("_", " ").capitalize(),
        title_fr=found["title_fr"].text() if "title_fr" in found else "",
        signers=signers,
        quorum=_quorum(found["quorum"]) if "quorum" in found else Quorum(),
        veto=names.signers(found["veto"]) if "veto" in found else Signers(),
        when=f"({shared}) && ({own})" if shared and own else shared or own,
        terms=terms,
        escalate_to=escalate_to,
        calendar=_calendar(found, names),
        step_up=found["step_up"].truth() if "step_up" in found else False,
    )
    names.quorum(page, level)
    return level


def _condition(found: dict[str, Page]) -> str:
    if "when" not in found:
        return ""
    page = found["when"]
    try:
        variables = parse(page.text()).variables()
    except ValueError as wrong:
        page.complain(f"This condition cannot be read: {str(wrong).splitlines()[0]}")
        return ""
    if "post" not in variables:
        page.complain("A condition asks something of the post, as in post.paid.")
    return page.text()


def _quorum(page: Page) -> Quorum:
    if page.is_text:
        return Quorum(Rule(page.choice("any", "all")))
    found = page.fields(needs=("n",))
    return Quorum(Rule.COUNT, found["n"].number() if "n" in found else 1)


def _sla(page: Page, names: Names) -> tuple[tuple[Term, ...], Signers]:
    """`{business_hours: 4, escalate_to: […], on_timeout: escalate, then: {expire: {…}}}`."""
    found = page.fields(
        "business_hours", "business_minutes", "escalate_to", "on_timeout", "then", "remind"
    )
    due = (
        found["on_timeout"].choice("escalate", "remind", "expire") if "on_timeout" in found else ""
    )
    signers = names.signers(found["escalate_to"]) if "escalate_to" in found else Signers()
    due = due or ("remind" if signers.is_nobody else "escalate")
    terms = [Term(Due(due), _working(page, found))]
    if "remind" in found:
        reminder = Term(Due.REMIND, _working(found["remind"], _hours(found["remind"])))
        if reminder.within >= terms[0].within:
            found["remind"].complain("A reminder comes before the deadline, not after it.")
        left = terms[0].within - reminder.within
        terms = [reminder, Term(terms[0].due, left)]
    if "then" in found:
        terms += _then(found["then"])
    return tuple(terms), signers


def _then(page: Page) -> list[Term]:
    terms = []
    for name, span in page.fields("remind", "escalate", "expire", "then").items():
        if name == "then":
            terms += _then(span)
        elif name in ("remind", "escalate", "expire"):
            terms.append(Term(Due(name), _working(span, _hours(span))))
    return terms


def _hours(page: Page) -> dict[str, Page]:
    return page.fields("business_hours", "business_minutes")


def _working(page: Page, found: dict[str, Page]) -> timedelta:
    span = timedelta(
        hours=found["business_hours"].number() if "business_hours" in found else 0,
        minutes=found["business_minutes"].number() if "business_minutes" in found else 0,
    )
    if not span and page.is_mapping:
        page.complain("Say how long: business_hours, business_minutes, or both.")
    return span or timedelta(hours=1)


def _policy(page: Page, names: Names) -> Policy:
    found = page.fields(*POLICY)
    usual = Policy()

    def signers(key: str) -> Signers:
        return names.signers(found[key]) if key in found else Signers()

    def said(key: str, *words: str) -> str:
        return found[key].choice(*words) if key in found else words[0]

    comments = found["comment_required_on"].items() if "comment_required_on" in found else None
    return Policy(
        self_approval=said("self_approval", "forbid", "allow") == "allow",
        separation_of_duties=(
            found["separation_of_duties"].truth() if "separation_of_duties" in found else True
        ),
        on_revision=OnRevision(said("on_revision", *OnRevision)),
        locked_in_review=said("edit_during_review", "sends_back", "locked") == "locked",
        late_grace=_late(found["late_publication"]) if "late_publication" in found else None,
        max_rounds=found["max_rounds"].number() if "max_rounds" in found else usual.max_rounds,
        comment_required_on=(
            usual.comment_required_on
            if comments is None
            else tuple(comment.choice(*VERDICTS) for comment in comments)
        ),
        vetoers=signers("vetoers"),
        leads=signers("leads"),
        escalate_to=signers("escalate_to"),
        step_up_within=(
            timedelta(minutes=found["step_up_minutes"].number())
            if "step_up_minutes" in found
            else usual.step_up_within
        ),
        emergency=_emergency(found["emergency"], names) if "emergency" in found else None,
    )


def _late(page: Page) -> timedelta | None:
    if page.is_text:
        page.choice("hold")
        return None
    found = page.fields(needs=("publish_immediately",))
    if "publish_immediately" not in found:
        return None
    grace = found["publish_immediately"].fields(needs=("grace_minutes",))
    return timedelta(minutes=grace["grace_minutes"].number()) if grace else None


def _emergency(page: Page, names: Names) -> EmergencyTerms:
    found = page.fields(*EMERGENCY, needs=("role", "reviewers", "review_within"))
    within = found.get("review_within")
    if "requires" in found:
        _condition({"when": found["requires"]})
    return EmergencyTerms(
        officers=names.signers(found["role"]) if "role" in found else Signers(),
        reviewers=names.signers(found["reviewers"]) if "reviewers" in found else Signers(),
        review_within=_working(within, _hours(within)) if within else timedelta(hours=1),
        requires=found["requires"].text() if "requires" in found else "post.emergency",
        second_person=found["second_person"].truth() if "second_person" in found else True,
        calendar=_calendar(found, names),
    )
