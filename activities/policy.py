"""Holding a post against the rules, and putting the verdict on record with the act that asked."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.ledger import Filing, as_engine_error, refusals
from domain.acts import Act, Reschedule, Submit
from domain.case import Moment
from domain.facts import Fact, FactKind
from domain.lifecycle import Life
from domain.objection import Code, Objection, Refusal
from domain.post import Content, Stage
from domain.review.admission import Admission, as_judged, facts_of
from records import reading
from records.beside import told_of_terms
from records.database import Database
from records.examining import (
    SUBMITTING,
    Examination,
    examined,
    ids,
    told_of_media,
)
from records.filing import File, Seals, open_file
from records.organisations import book, house_and_content
from records.tables import LedgerRow


@dataclass(frozen=True)
class Examined:
    """What an examination led to: the terms it was judged under, and why no round began."""

    admission: Admission | None = None
    code: str = ""
    says: str = ""

    @property
    def objection(self) -> Objection | None:
        return Objection(Code(self.code), self.says) if self.code else None


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
            file = await open_file(session, filing.organisation, filing.post, act.id)
            if await file.holds(act.id):
                return await self._as_told(file, act)
            if isinstance(act, Reschedule):
                await self._move(session, file, act)
                await file.keep()
                return Examined()
            with refusals():
                await file.act(act, self.seals)
            if file.life.stage is not Stage.CHECKING:
                await file.keep()
                return Examined()
            content, found = await self._held_against_the_rules(session, file, act)
            examined = await self._verdict(session, file, act, content, found)
            await file.keep()
            return examined

    async def _move(self, session: AsyncSession, file: File, act: Reschedule) -> None:
        """File a new hour, and with it the verdict that lets it stand."""
        with refusals():
            file.judge(act, self.seals)
            _, found = await self._held_against_the_rules(session, file, act)
            refuse(_against_the_hour(file.life.after(act), found))
            await file.act(act, self.seals)

    async def _held_against_the_rules(
        self, session: AsyncSession, file: File, act: Act
    ) -> tuple[Content, Examination]:
        said = file.life.post.content_hash
        told, content = await house_and_content(session, file.organisation, said)
        found = await examined(
            session,
            file.organisation,
            content,
            told,
            (Moment.RESCHEDULE,) if isinstance(act, Reschedule) else SUBMITTING,
            act.at,
            act.hour if isinstance(act, Reschedule) else file.life.post.hour,
            file.post,
        )
        file.verdict(act.id, act.kind, found)
        file.beside |= await told_of_media(session, file.organisation, content)
        return content, found

    async def _verdict(
        self,
        session: AsyncSession,
        file: File,
        act: Act,
        content: Content,
        found: Examination,
    ) -> Examined:
        """Begin a round under the versions of today, or leave the draft with its author."""
        terms = await book(session, file.organisation, file.life.post.chain)
        file.beside |= await told_of_terms(session, file.organisation, terms)
        facts = facts_of(file.life.post, content)
        admission = Admission(terms, act.at, as_judged(found.findings), facts)
        objection = file.life.to_be_admitted(admission)
        if objection and isinstance(act, Submit) and objection.code is not Code.POLICY_BLOCK:
            raise as_engine_error(Refusal(objection))
        rules = tuple((id, 1) for id in ids(found.findings))
        verdict = Fact(
            kind=FactKind.BLOCKED if objection else FactKind.ADMITTED,
            because=objection.says if objection else "",
            admission=admission,
            how=objection.code if objection else found.pack_version,
            details=rules,
        )
        await file.fact(verdict, f"{act.id}/verdict")
        return as_told(verdict)

    async def _as_told(self, file: File, act: Act) -> Examined:
        """The verdict of the first delivery."""
        asked = select(LedgerRow.body).where(
            LedgerRow.organisation == file.organisation,
            LedgerRow.post == file.post,
            LedgerRow.key == f"{act.id}/verdict",
        )
        body = (await file.session.execute(asked)).scalar_one_or_none()
        return as_told(reading.fact(body)) if body else Examined()


def as_told(verdict: Fact) -> Examined:
    if verdict.kind is FactKind.ADMITTED:
        return Examined(verdict.admission)
    return Examined(verdict.admission, verdict.how, verdict.because)


def _against_the_hour(life: Life, found: Examination) -> Objection | None:
    """What the rules say against a new hour; a waiver of this revision still holds."""
    held = sorted({one.rule for one in life.review.checked(as_judged(found.findings)).holding})
    return blocks(tuple(held)) if held else None


def refuse(objection: Objection | None) -> None:
    if objection:
        raise as_engine_error(Refusal(objection))


def blocks(rules: tuple[str, ...]) -> Objection:
    says = f"Policy blocks this: {', '.join(rules)}. Read the findings, then revise the post."
    return Objection(Code.POLICY_BLOCK, says)
