"""Why a post is not out yet, in sentences."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.house import Here
from api.permissions import Reader
from api.problems import Problem, declared
from api.shapes import Awaited
from domain.explaining import Explanation, Sentence, explain
from records import reading
from records.filing import entries
from records.posts import post_row

router = APIRouter(prefix="/v1/posts/{post}", tags=["posts"])


class SentenceShape(BaseModel):
    en: str
    fr: str


class TroubleShape(BaseModel):
    """The last thing that kept it back. `because` is as it was recorded."""

    kind: str
    channel: str
    because: str
    at: datetime


class ExplanationShape(BaseModel):
    state: str
    waits_for: Awaited | None
    last_trouble: TroubleShape | None
    next_step: SentenceShape | None = Field(description="null: nothing is left to do")
    sentences: list[SentenceShape]


@router.get("/explain", responses=declared(401, 403, 404, 422))
async def explain_post(post: str, me: Reader, here: Here) -> ExplanationShape:
    """Why is it not out: where it is, what it waits for, who, until when, and what to do."""
    row = await post_row(here.database, me.organisation, post)
    if row is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    async with here.database.transaction(me.organisation) as session:
        filed = await entries(session, me.organisation, post)
    facts = [(one.at, reading.fact(one.body)) for one in filed if "act" not in one.body]
    return shown(explain(reading.life(row.life), facts))


def shown(told: Explanation) -> ExplanationShape:
    waits, trouble = told.waits_for, told.trouble
    return ExplanationShape(
        state=told.state,
        waits_for=Awaited(
            says=waits.says, groups=waits.groups, people=waits.people, until=waits.until
        )
        if waits
        else None,
        last_trouble=TroubleShape(
            kind=trouble.kind, channel=trouble.channel, because=trouble.because, at=trouble.at
        )
        if trouble
        else None,
        next_step=_sentence(told.next) if told.next else None,
        sentences=[_sentence(one) for one in told.sentences],
    )


def _sentence(told: Sentence) -> SentenceShape:
    return SentenceShape(en=told.en, fr=told.fr)
