"""Who has to be told what, written in the transaction that causes it, so that no notice is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import MACHINE
from domain.lifecycle import Life
from domain.post import Aside, End, Stage
from domain.review.people import Signers
from domain.sending import SendState
from records.tables import NoticeRow, PersonRow

ASIDE = {
    Aside.NEEDS_RESCHEDULE: "It was approved after its hour. Give it a new one.",
    Aside.HELD_POLICY: "A rule holds it back at its hour. Read its findings.",
    Aside.UNKNOWN: "A platform's answer was lost. Look whether it is live, then say so.",
    Aside.FROZEN: "A freeze holds it back.",
}
ENDS = {
    End.REJECTED: "Your post was rejected.",
    End.EXPIRED: "Your post expired.",
    End.MISSED: "Your post missed its window and did not go out.",
    End.FAILED: "No platform took your post.",
    End.WITHDRAWN: "Your post was withdrawn.",
}


def news(before: Life, now: Life, because: str = "") -> Iterator[tuple[Signers, str]]:
    """Whom to tell what, of all that changed between two moments of a life."""
    for people, says in _news_for_approvers(before, now):
        yield Signers(people=people), says
    authors = tuple(a for a in now.post.authors if not a.startswith(MACHINE))
    for says in _news_for_authors(before, now, because):
        yield Signers(people=authors), says
    yield from _news_of_a_missed_hour(before, now, authors)
    yield from _news_of_emergencies(before, now)


def _news_for_approvers(before: Life, now: Life) -> Iterator[tuple[tuple[str, ...], str]]:
    """Levels that opened, reminders, and escalations; to those who can sign, never to authors."""
    revision = now.post.revision
    for invitation in now.review.invitations:
        if before.review.invitation(invitation.id) is None:
            says = f"You are asked to decide on revision {revision}, by a link that is sent to you."
            yield (invitation.person,), says
    for level in now.open_levels:
        opened = now.review.opening(level.id)
        known = before.review.opening(level.id) if before.review.round == now.review.round else None
        assert opened is not None
        who = next((line.who for line in now.review.waits_for if line.level == level.id), ())
        if known is None:
            yield who, f"{level.title}, please decide on revision {revision}."
            continue
        if added := tuple(name for name in opened.added if name not in known.added):
            yield added, f"{level.title} needs your help; please decide on revision {revision}."
        passed = [due.due for due in known.deadlines if due not in opened.deadlines]
        if passed:
            asked = tuple(name for name in who if name not in added)
            yield asked, f"{level.title} still waits for you: revision {revision}."


def _news_of_emergencies(before: Life, now: Life) -> Iterator[tuple[Signers, str]]:
    hurried, known = now.review.emergency, before.review.emergency
    terms = now.chain.policy.emergency if now.chain else None
    if hurried is None or terms is None or hurried == known:
        return
    if not hurried.released_by:
        says = f"{hurried.asked_by} asks to publish this now, as an emergency. Please look at it."
        yield terms.officers, says
    elif known is None or not known.released_by:
        yield terms.reviewers, "It went out as an emergency, before any review. Please review it."
    elif hurried.verdict is None:
        yield terms.reviewers, "The review of this emergency is overdue. Please give it."
    elif now.review.needs_retraction and now.chain:
        says = f"{hurried.reviewed_by} says this should not have gone out. Please retract it."
        yield now.chain.policy.leads, says


def _news_of_a_missed_hour(
    before: Life, now: Life, authors: tuple[str, ...]
) -> Iterator[tuple[Signers, str]]:
    """A freeze kept it past its hour: whoever can name another one, and until when."""
    if now.aside is before.aside or not _waits_after_a_freeze(now):
        return
    leads = now.chain.policy.leads if now.chain else Signers()
    assert now.post.window is not None
    says = (
        "A freeze, or a channel that was switched off, kept it past its hour, and that is over. "
        "It does not go out by itself: give it a new hour, or withdraw it. "
        f"Without one it is missed at {now.post.window.closes:%Y-%m-%d %H:%M} UTC."
    )
    yield Signers(leads.groups, (*leads.people, *authors)), says


def _waits_after_a_freeze(life: Life) -> bool:
    return life.aside is Aside.NEEDS_RESCHEDULE and bool(life.frozen_on)


def _news_for_authors(before: Life, now: Life, because: str) -> list[str]:
    news = []
    if before.stage is Stage.APPROVING and now.stage is Stage.DRAFTING and now.because:
        news.append(f"Your post came back: {now.because}")
    if now.aside and now.aside is not before.aside and not _waits_after_a_freeze(now):
        told = because if now.aside is Aside.HELD_POLICY else ""
        news.append(" ".join((ASIDE[now.aside], told)).strip())
    if before.aside is Aside.HELD_POLICY and now == replace(before, aside=None):
        news.append("No rule holds it back any more.")
    if now.end and now.end is not before.end and now.end in ENDS:
        news.append(" ".join((ENDS[now.end], now.because)).strip())
    refused = [
        send for send in now.sends if send.state is SendState.FAILED and send not in before.sends
    ]
    news.extend(f"{send.channel} refused your post: {send.because}" for send in refused)
    return news


async def tell_of_rules(
    session: AsyncSession, life: Life, waits_for: list[str], key: str, says: str
) -> None:
    """Tell a post's authors, and whoever is asked to sign it, what the rules now say of it."""
    authors = tuple(a for a in life.post.authors if not a.startswith(MACHINE))
    audience = Signers(groups=tuple(waits_for), people=(*authors, *waits_for))
    await _write(session, life, audience, key, says)


async def tell_of_drift(
    session: AsyncSession, life: Life, channel: str, what: str, key: str
) -> None:
    """What is live is not what was approved, or is again: its authors and its leads are told."""
    leads = life.chain.policy.leads if life.chain else Signers()
    people = tuple(a for a in life.post.authors if not a.startswith(MACHINE))
    audience = Signers(leads.groups, (*leads.people, *people))
    says = f"What is live on {channel} is not what was approved: it is {what}."
    if what == "as_approved":
        says = f"What is live on {channel} is again what was approved."
    await _write(session, life, audience, key, says)


async def _write(session: AsyncSession, life: Life, audience: Signers, key: str, says: str) -> None:
    organisation = life.post.organisation
    members = select(
        PersonRow.organisation, literal(life.post.id), literal(key), PersonRow.id, literal(says)
    ).where(
        PersonRow.organisation == organisation,
        PersonRow.active,
        or_(PersonRow.id.in_(audience.people), PersonRow.groups.overlap(list(audience.groups))),
    )
    notices = insert(NoticeRow).from_select(
        ["organisation", "post", "key", "person", "says"], members
    )
    await session.execute(notices.on_conflict_do_nothing())


@dataclass(frozen=True)
class Waiting:
    organisation: str
    post: str
    key: str
    person: str
    says: str
    at: datetime


async def take_waiting(session: AsyncSession, most: int = 50) -> Sequence[Waiting]:
    """Notices not yet delivered, claimed for this transaction; two couriers never share one."""
    asked = (
        select(NoticeRow)
        .where(NoticeRow.sent_at.is_(None))
        .order_by(NoticeRow.at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.execute(asked)).scalars().all()
    return [Waiting(r.organisation, r.post, r.key, r.person, r.says, r.at) for r in rows]


async def mark_sent(session: AsyncSession, notices: Sequence[Waiting]) -> None:
    named = tuple_(NoticeRow.organisation, NoticeRow.post, NoticeRow.key, NoticeRow.person)
    sent = [(one.organisation, one.post, one.key, one.person) for one in notices]
    marked = update(NoticeRow).where(named.in_(sent)).values(sent_at=func.clock_timestamp())
    await session.execute(marked)
