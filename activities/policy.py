"""Holding a post against the rules, and putting the verdict on record with the act that asked."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.ledger import Filing, as_engine_error, refusals
from domain.acts import Act, Reschedule
from domain.case import Moment
from domain.chain import Chain
from domain.facts import Fact, FactKind
from domain.objection import Code, Objection, Refusal
from domain.post import Content, Stage
from records import reading
from records.database import Database
from records.examining import SUBMITTING, Examination, examined, ids, keep_verdict
from records.filing import File, Seals, open_file
from records.organisations import current_chain, house
from records.tables import ContentRow, LedgerRow


@dataclass(frozen=True)
class Examined:
    """What an examination led to: a round under a chain, or the ids of the rules that blocked."""

    chain: Chain | None = None
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    database: Database
    seals: Seals

    @activity.defn(name="policy.examine")
    async def examine(self, filing: Filing) -> Examined:
        """File a submission and the rules' verdict on it, in one transaction.

        A new hour that the rules forbid is refused (POLICY_BLOCK) and leaves no trace.
        """
        act = reading.act(filing.entry)
        assert act is not None
        async with self.database.transaction(filing.organisation) as session:
            file = await open_file(session, filing.organisation, filing.post)
            if await file.holds(act.id):
                return await self._as_told(file, act)
            with refusals():
                await file.act(act, self.seals)
            found = await self._held_against_the_rules(session, file, act)
            examined = await self._verdict(session, file, act, found)
            await file.keep()
            return examined

    async def _held_against_the_rules(
        self, session: AsyncSession, file: File, act: Act
    ) -> Examination:
        asked = select(ContentRow.content).where(
            ContentRow.organisation == file.organisation,
            ContentRow.hash == file.life.post.content_hash,
        )
        content: Content = reading.content((await session.execute(asked)).scalar_one())
        found = await examined(
            session,
            file.organisation,
            content,
            await house(session, file.organisation),
            (Moment.RESCHEDULE,) if isinstance(act, Reschedule) else SUBMITTING,
            act.at,
            file.life.post.hour,
            file.post,
        )
        await keep_verdict(session, file.organisation, file.post, act.id, act.kind, found)
        return found

    async def _verdict(
        self, session: AsyncSession, file: File, act: Act, found: Examination
    ) -> Examined:
        blocked = found.blocked
        if isinstance(act, Reschedule):
            if blocked:
                raise as_engine_error(Refusal(blocks(blocked)))
            return Examined(file.life.chain)
        if file.life.stage is not Stage.CHECKING:
            return Examined()
        if blocked:
            because = blocks(blocked).says
            rules = tuple((rule, 1) for rule in blocked)
            await file.fact(
                Fact(kind=FactKind.BLOCKED, because=because, details=rules), f"{act.id}/verdict"
            )
            return Examined(blocked=blocked)
        chain = await current_chain(session, file.organisation, file.life.post.chain)
        warned = tuple((id, 1) for id in ids(found.findings))
        admitted = Fact(kind=FactKind.ADMITTED, chain=chain, how=found.pack_version, details=warned)
        await file.fact(admitted, f"{act.id}/verdict")
        return Examined(chain)

    async def _as_told(self, file: File, act: Act) -> Examined:
        """The verdict of the first delivery."""
        asked = select(LedgerRow.body).where(
            LedgerRow.organisation == file.organisation,
            LedgerRow.post == file.post,
            LedgerRow.key == f"{act.id}/verdict",
        )
        body = (await file.session.execute(asked)).scalar_one_or_none()
        if body is None:
            return Examined(file.life.chain if isinstance(act, Reschedule) else None)
        verdict = reading.fact(body)
        return Examined(
            verdict.chain, tuple(rule for rule, _ in verdict.details if not verdict.chain)
        )


def blocks(rules: tuple[str, ...]) -> Objection:
    says = f"Policy blocks this: {', '.join(rules)}. Read the findings, then revise the post."
    return Objection(Code.POLICY_BLOCK, says)
