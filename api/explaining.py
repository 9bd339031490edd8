"""Why a post is not out yet, in sentences."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from api.house import Here
from api.languages import Language, spoken
from api.permissions import Reader
from api.problems import Problem, declared
from api.shapes import Awaited
from domain.explaining import Explanation, Sentence, explain
from records import reading
from records.filing import entries
from records.posts import held_back, post_row

router = APIRouter(prefix="/v1/posts/{post}", tags=["posts"])


class SentenceShape(BaseModel):
    en: str
    fr: str


class SignerShape(BaseModel):
    """Somebody whose approval could stand now. `needs` is the code of what they have to bring."""

    level: str
    person: str
    name: str
    stands_in_for: str = Field(description="Whose lent seat they take; empty: their own.")
    needs: str = Field(description="A link, a fresh sign-in, a reason; empty: nothing.")


class AwaitedByName(Awaited):
    signers: list[SignerShape]


class TroubleShape(BaseModel):
    """The last thing that kept it back. What a person or a platform said stays as it was said."""

    kind: str
    channel: str
    because: str
    at: datetime


class ExplanationShape(BaseModel):
    state: str
    language: str = Field(description="Of `text`, and of every sentence that is not told in both.")
    text: str
    waits_for: AwaitedByName | None
    last_trouble: TroubleShape | None
    next_step: SentenceShape | None = Field(description="null: nothing is left to do")
    sentences: list[SentenceShape]


@router.get("/explain", responses=declared(401, 403, 404, 422))
async def explain_post(
    post: str,
    me: Reader,
    here: Here,
    answer: Response,
    accept_language: Annotated[str, Header()] = "",
) -> ExplanationShape:
    """Why is it not out: where it is, what it waits for, who, until when, and what to do."""
    row = await post_row(here.database, me.organisation, post)
    if row is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    async with here.database.transaction(me.organisation) as session:
        filed = await entries(session, me.organisation, post)
        held = await held_back(session, me.organisation, [row])
    facts = [(one.at, reading.fact(one.body)) for one in filed if "act" not in one.body]
    language = spoken(accept_language)
    answer.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    now = await here.door.now()
    return shown(explain(reading.life(row.life), facts, now, held), language)


def shown(told: Explanation, language: Language) -> ExplanationShape:
    trouble = told.trouble
    return ExplanationShape(
        state=told.state,
        language=language,
        text=" ".join(one.fr if language == "fr" else one.en for one in told.sentences),
        waits_for=_awaited(told, language),
        last_trouble=TroubleShape(
            kind=trouble.kind,
            channel=trouble.channel,
            because=trouble.because_fr if language == "fr" else trouble.because,
            at=trouble.at,
        )
        if trouble
        else None,
        next_step=_sentence(told.next) if told.next else None,
        sentences=[_sentence(one) for one in told.sentences],
    )


def _awaited(told: Explanation, language: Language) -> AwaitedByName | None:
    if (waits := told.waits_for) is None:
        return None
    return AwaitedByName(
        says=waits.fr if language == "fr" else waits.says,
        groups=waits.groups,
        people=waits.people,
        until=waits.until,
        signers=[SignerShape(**vars(signer)) for signer in told.signers],
    )


def _sentence(told: Sentence) -> SentenceShape:
    return SentenceShape(en=told.en, fr=told.fr)
