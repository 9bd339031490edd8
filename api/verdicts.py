"""What an auditor asks of the rules: which packs let which content pass, and who waived what."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.house import Here
from api.permissions import Reader
from api.problems import Problem, declared
from api.shapes import FindingShape, shown_findings
from api.sound import Place
from domain.finding import Severity
from records.posts import post_row
from records.tables import VerdictRow
from records.verdicts import Kept, verdicts_of

router = APIRouter(prefix="/v1/posts/{post}", tags=["findings"])


class VerdictShape(BaseModel):
    """One examination. The same packs, told the same, find the same."""

    key: str = Field(description="The act, send, look or change of facts that asked.")
    at: datetime
    stage: str = Field(description="The act or event that asked (docs/api.md).")
    revision: int | None = Field(description="The last revision that said this content.")
    content_hash: str
    pack_version: str = Field(description="A digest of every pack that was asked.")
    input_hash: str = Field(description="Of all that the rules were told: text, facts, hour, past.")
    passed: bool = Field(description="Whether no rule blocked it. A waiver stands at its finding.")
    blocked: tuple[str, ...]
    findings: list[FindingShape]


class VerdictPage(BaseModel):
    verdicts: list[VerdictShape]
    next: int | None = Field(description="Pass it as `after` for the next page; empty at the end.")


@router.get("/verdicts", responses=declared(401, 403, 404, 422))
async def read_verdicts(
    post: str,
    me: Reader,
    here: Here,
    after: Place = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> VerdictPage:
    """Every examination of this post, oldest first, with its findings and their waivers."""
    if await post_row(here.database, me.organisation, post) is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    async with here.database.transaction(me.organisation) as session:
        kept = await verdicts_of(session, me.organisation, post, after, limit + 1)
    more = after + limit if len(kept.verdicts) > limit else None
    return VerdictPage(
        verdicts=[_shown(row, kept) for row in kept.verdicts[:limit]],
        next=more,
    )


def _shown(row: VerdictRow, kept: Kept) -> VerdictShape:
    revision = kept.revisions.get(row.content_hash)
    found = shown_findings(row.findings, revision or 0, kept.waivers)
    blocked = sorted({one.id for one in found if one.severity == Severity.BLOCK})
    return VerdictShape(
        key=row.key,
        at=row.at,
        stage=row.stage,
        revision=revision,
        content_hash=row.content_hash,
        pack_version=row.pack_version,
        input_hash=row.input_hash,
        passed=not blocked,
        blocked=tuple(blocked),
        findings=found,
    )
