"""The intent log: what may go out, what was begun, and what is proven (docs/lifecycle.md).

`claim` re-checks every gate in the transaction that claims the send; `settle` ends the claim.
Between the two no transaction is open. Nothing Temporal says opens a gate the record keeps shut.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain import freezing
from domain.canonical import digest, plain
from domain.facts import SENDS, Fact, FactKind
from domain.house import House
from domain.ledger import first_hash
from domain.lifecycle import Life
from domain.post import Aside, Content, Post, Stage
from domain.review.admission import as_judged
from domain.review.marks import Finding as Judged
from domain.review.marks import Outcome
from domain.sending import Order, SendState
from records import reading
from records.beside import told_of
from records.examining import AT_ITS_HOUR, examined, says_another_thing
from records.filing import File, Seals, as_filed, entries, now, open_file
from records.switches import switches
from records.tables import ContentRow, LedgerRow, PublicationRow

TOO_LATE = "It was approved after its hour and needs a new one."
A_NEW_HOUR = (
    "A freeze, or a channel that was switched off, kept it past its hour; it needs a new one."
)


class FileBroken(Exception):
    """The file does not hold what it should: nothing goes out until a person has looked."""


@dataclass(frozen=True)
class Closed:
    """The gate is shut. `aside` says the post may yet pass; None that this content never will."""

    because: str
    aside: Aside | None = None
    too_early: timedelta | None = None
    channel: str = ""  # the one it is shut on; "" if it is shut on all of them
    findings: tuple[Judged, ...] = ()  # that hold it, and that somebody may be able to waive


@dataclass(frozen=True)
class Ended:
    """This content is settled on this channel, whoever asks again."""

    state: SendState
    url: str
    because: str = ""


@dataclass(frozen=True)
class InFlight:
    """A send has begun and its lease still runs; its answer may be lost."""

    fence: int
    lease_left: timedelta


@dataclass(frozen=True)
class Claim:
    """The right to send once, until the lease ends."""

    fence: int
    sent_at: datetime


@dataclass(frozen=True)
class Planned:
    row: PublicationRow
    state: SendState


async def plan(session: AsyncSession, order: Order) -> Planned | None:
    """The row of this order, made on first asking so that every attempt has the same key.

    None if the record knows no such post: somebody else's invention. Raises FileBroken.
    """
    file = await open_file(session, order.organisation, order.post)
    if file.seq == 0:
        return None
    values = {
        **_named(order),
        "revision": file.life.post.revision,
        "state": SendState.PLANNED.value,
        "key": order.key,
        "remote_key": "",
        "written_at": file.at,
    }
    fresh = insert(PublicationRow).values(**values).on_conflict_do_nothing()
    written = await session.execute(fresh.returning(PublicationRow))
    row = written.scalar_one_or_none() or await _row(session, order)
    return Planned(row, await agreed(session, file.life, order, row))


async def agreed(session: AsyncSession, life: Life, order: Order, row: PublicationRow) -> SendState:
    """The state of this order, told alike by the intent log and by the ledger.

    Raises FileBroken where they differ. One difference is sound: the same words, approved anew
    after they came to nothing, are tried again.
    """
    state = SendState(row.state)
    if life.post.content_hash != order.content_hash:
        return state  # of an earlier revision; the gate knows what to say of it
    told = life.send_on(order.channel)
    if state is (told.state if told else SendState.PLANNED):
        return state
    if told is None and state in (SendState.FAILED, SendState.MISSED, SendState.DROPPED):
        await _set(session, order, state=SendState.PLANNED.value)
        return SendState.PLANNED
    raise FileBroken(
        f"The intent log says {state} on {order.channel}, and the ledger does not. "
        "Run `parapheur verify`."
    )


async def choose_remote_key(session: AsyncSession, order: Order, remote_key: str) -> None:
    """Write down the address we will ask the platform for, before anything is asked."""
    await _set(session, order, remote_key=remote_key)


async def claim(
    session: AsyncSession,
    order: Order,
    seals: Seals,
    house: House,
    moment: datetime,
    lease: timedelta,
) -> Claim | Ended | InFlight | Closed:
    """Claim the send if every gate is open at `moment`; otherwise say what stands in the way."""
    file = await open_file(session, order.organisation, order.post)
    if file.seq == 0:
        return Closed("No record of this post.")
    row = await _row(session, order, locked=True)
    state = await agreed(session, file.life, order, row)
    if state.is_final or state is SendState.UNKNOWN:
        return Ended(state, row.url)
    if state is SendState.SENDING:
        assert row.lease_until is not None
        return InFlight(row.fence, row.lease_until - await now(session))
    if closed := await gate(session, file, order, seals, house, moment):
        return await _shut(file, order, row, closed)
    return await _begin(session, file, order, row, lease)


async def gate(
    session: AsyncSession, file: File, order: Order, seals: Seals, house: House, moment: datetime
) -> Closed | Ended | None:
    """What stands in the way of sending this content now; None if nothing does."""
    life = trusted(await entries(session, order.organisation, order.post), seals)
    if plain(life) != plain(file.life):
        raise FileBroken(
            "The row of this post is not what its ledger tells. Run `parapheur verify`."
        )
    if life.post.content_hash != order.content_hash or life.is_over:
        return Closed("This revision is no longer the one that may go out.")
    if life.stage not in (Stage.HOLDING, Stage.PUBLISHING) or not life.may_go_out:
        return Closed("This revision has not been approved by every level of its chain.")
    if life.aside is Aside.NEEDS_RESCHEDULE:
        return Closed(A_NEW_HOUR if life.frozen_on else TOO_LATE, life.aside)
    if order.channel not in life.post.channels:
        return Closed("This revision is not meant for this channel.")
    return await _gate_of_the_hour(file, life, order, house, moment)


async def _gate_of_the_hour(
    file: File, life: Life, order: Order, house: House, moment: datetime
) -> Closed | Ended | None:
    session, window = file.session, life.post.window
    assert window is not None
    if moment > window.closes:
        return Ended(
            SendState.MISSED, "", f"Its window closed at {window.closes:%Y-%m-%d %H:%M} UTC."
        )
    hurried = life.review.outcome is Outcome.RELEASED  # by two officers: its hour is now
    opens = max(window.opens, life.post.hour or window.opens)
    if moment < opens and not hurried:
        return Closed(f"Its hour is {opens:%Y-%m-%d %H:%M} UTC.", too_early=opens - moment)
    since = max(opens, life.review.approved_at or opens)
    told = await switches(session, order.organisation, order.channel, since)
    if told.hold:
        return Closed(told.hold.because, Aside.FROZEN, channel=told.hold.channel)
    was_frozen = told.was_frozen and freezing.may_be_asked_about(life)
    if was_frozen or freezing.missed_its_hour(life, order.channel):
        return Closed(A_NEW_HOUR, Aside.NEEDS_RESCHEDULE)
    return await _held_by_the_rules(file, life, order, house, moment)


async def _held_by_the_rules(
    file: File, life: Life, order: Order, house: House, moment: datetime
) -> Closed | None:
    """What the rules say at its hour, each with its clause; None if they let it go.

    What somebody waived for this revision does not hold it. A verdict is kept whenever it is
    another than the one before.
    """
    content = await content_of(file.session, order)
    found = await examined(
        file.session, order.organisation, content, house, AT_ITS_HOUR, moment, life.post.hour
    )
    told = digest((found.pack_version, found.findings))[:16]
    key = f"{order.content_hash[:16]}/{order.channel}/publishing/{file.seq}/{told}"
    session, house_id, post = file.session, order.organisation, order.post
    was_held, line = file.life.aside is Aside.HELD_POLICY, key.partition("/publishing/")[0]
    if not was_held or await says_another_thing(session, house_id, post, line, found):
        file.verdict(key, "publishing", found)
    judged = as_judged(found.findings)
    holding = {one.rule for one in life.review.checked(judged).holding}
    clauses = dict.fromkeys(
        f"{finding.id} ({finding.clause})" for finding in found.blocks if finding.id in holding
    )
    if not clauses:
        return None
    says = f"Policy holds it at its hour: {', '.join(clauses)}."
    return Closed(says, Aside.HELD_POLICY, findings=judged)


def trusted(rows: list[LedgerRow], seals: Seals) -> Life:
    """The life that the file tells, believing only acts whose seal holds.

    Raises FileBroken at the first act that the door did not seal, and at the first changed entry.
    """
    assert rows
    organisation, post = rows[0].organisation, rows[0].post
    life, before = Life(Post(organisation, post)), first_hash(organisation, post)
    for row in rows:
        if reading.entry(row).hash(before) != row.hash:
            raise FileBroken(f"Entry {row.seq} ({row.done}) was changed after it was written.")
        before = row.hash
        if says := reading.fault(life, row.body, as_filed(row, seals)):
            raise FileBroken(f"Entry {row.seq} ({row.done}): {says}")
        life = reading.told(life, row.body)
    return life


async def content_of(session: AsyncSession, order: Order) -> Content:
    """The content behind the hash, re-hashed. Raises FileBroken if it is not what was approved."""
    stored = (await session.execute(CONTENT, _named(order))).scalar_one_or_none()
    broken = FileBroken("The content on record does not hash to what was approved.")
    if stored is None:
        raise broken
    try:
        content = reading.content(stored)
    except ValidationError as error:
        raise broken from error
    if content.hash != order.content_hash:
        raise broken
    return content


async def _shut(
    file: File, order: Order, row: PublicationRow, closed: Closed | Ended
) -> Closed | Ended:
    """Put on record, once, that the gate was shut."""
    if isinstance(closed, Ended):
        await _set(file.session, order, state=closed.state.value)
        file.beside |= told_of(row)
        missed = Fact(kind=FactKind.MISSED, channel=order.channel, because=closed.because)
        await file.fact(missed, f"{order.content_hash[:16]}/{order.channel}/missed")
        await file.keep()
    elif closed.aside and (_is_news(file.life, closed) or file.beside):
        held = Fact(
            kind=FactKind.HELD,
            channel=closed.channel,
            aside=closed.aside,
            because=closed.because,
            findings=closed.findings,
        )
        await file.fact(held, f"held/{file.seq}")
        await file.keep()
    return closed


def _is_news(life: Life, closed: Closed) -> bool:
    """A freeze is told of once for each channel it holds, whatever holds the other channels."""
    if closed.aside is Aside.FROZEN and life.aside:
        return freezing.frozen(life, closed.channel).frozen_on != life.frozen_on
    return closed.aside is not life.aside


async def _begin(
    session: AsyncSession, file: File, order: Order, row: PublicationRow, lease: timedelta
) -> Claim:
    fence, begun = row.fence + 1, func.statement_timestamp()  # the lease begins as late as it can
    claimed = _changed(
        order,
        state=SendState.SENDING.value,
        fence=fence,
        sent_at=begun,
        lease_until=begun + lease,
        how="",
    )
    fresh = claimed.returning(PublicationRow).execution_options(populate_existing=True)
    row = (await session.execute(fresh)).scalar_one()
    assert row.sent_at is not None
    file.beside |= told_of(row)
    if file.life.aside is Aside.HELD_POLICY:
        free = Fact(kind=FactKind.RELEASED, because="No rule holds it any more.")
        await file.fact(free, f"released/{file.seq}")
    intent = Fact(kind=FactKind.SENDING, channel=order.channel, fence=fence)
    await file.fact(intent, _key(order, fence, "sending"))
    await file.keep()
    return Claim(fence, row.sent_at)


async def settle(session: AsyncSession, order: Order, fact: Fact) -> Ended:
    """End the claim that `fact.fence` names. A claim that has moved on is left as it is.

    The second answer of a sender that was given up changes nothing and is put on record
    (`late_result`), since it may mean a second copy. That an earlier send left nothing behind
    never does: another looked, saw the same, and went on.
    """
    file = await open_file(session, order.organisation, order.post)
    row = await _row(session, order, locked=True)
    if (row.fence, row.state, row.remote_id) == (fact.fence, SENDS[fact.kind], fact.remote_id):
        return Ended(SendState(row.state), row.url)  # another looked, too, and saw the same
    if fact.kind is FactKind.NOT_SENT and fact.fence < row.fence:
        return Ended(SendState(row.state), row.url)
    if row.fence != fact.fence or row.state != SendState.SENDING.value:
        late = Fact(
            kind=FactKind.LATE_RESULT,
            channel=order.channel,
            fence=fact.fence,
            url=fact.url,
            remote_id=fact.remote_id,
            because=f"{fact.kind} came after {row.state}",
        )
        key = _key(order, fact.fence, f"late/{fact.kind}")
        if not await file.holds(key):
            await file.fact(late, key)
            await file.keep()
        return Ended(SendState(row.state), row.url)
    state = SENDS[fact.kind]
    await _set(
        session, order, state=state.value, url=fact.url, remote_id=fact.remote_id, how=fact.how
    )
    await file.fact(fact, _key(order, fact.fence, fact.kind))
    await file.keep()
    return Ended(state, fact.url, fact.because)


# Made once: to build a statement takes longer than to ask it.
CONTENT = select(ContentRow.content).where(
    ContentRow.organisation == bindparam("organisation"),
    ContentRow.hash == bindparam("content_hash"),
)
ROW = select(PublicationRow).where(
    PublicationRow.organisation == bindparam("organisation"),
    PublicationRow.post == bindparam("post"),
    PublicationRow.channel == bindparam("channel"),
    PublicationRow.content_hash == bindparam("content_hash"),
)
LOCKED_ROW = ROW.with_for_update().execution_options(populate_existing=True)


def _named(order: Order) -> dict[str, str]:
    return {
        "organisation": order.organisation,
        "post": order.post,
        "channel": order.channel,
        "content_hash": order.content_hash,
    }


def _key(order: Order, fence: int, what: str) -> str:
    return f"{order.content_hash[:16]}/{order.channel}/{fence}/{what}"


async def _row(session: AsyncSession, order: Order, *, locked: bool = False) -> PublicationRow:
    asked = LOCKED_ROW if locked else ROW
    return (await session.execute(asked, _named(order))).scalar_one()


async def _set(session: AsyncSession, order: Order, **values: object) -> None:
    await session.execute(_changed(order, **values))


def _changed(order: Order, **values: object) -> Update:
    return update(PublicationRow).filter_by(**_named(order)).values(**values)
