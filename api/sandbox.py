"""The sandbox's public page: what our own platform "published", newest first."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from api.house import Here
from api.languages import Language, spoken
from api.pages import for_everybody, templates
from records.tables import SandboxPostRow

router = APIRouter(include_in_schema=False)

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "The sandbox",
        "about": "What Parapheur published on its own practice platform. Nobody else sees it.",
        "none": "Nothing has been published here yet.",
        "on": "on",
    },
    "fr": {
        "title": "Le bac à sable",
        "about": "Ce que Parapheur a publié sur sa plateforme d’essai, que vous seuls voyez.",
        "none": "Rien n’a encore été publié ici.",
        "on": "sur",
    },
}


@router.get("/sandbox", response_class=HTMLResponse)
@router.get("/sandbox/{channel}", response_class=HTMLResponse)
async def show(
    request: Request,
    here: Here,
    channel: str = "",
    lang: str = "",
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Public, as a platform's page is. In French for those whose browser asks for it."""
    asked = select(SandboxPostRow).order_by(SandboxPostRow.at.desc()).limit(100)
    if channel:
        asked = asked.where(SandboxPostRow.channel == channel)
    async with here.database.transaction("") as session:
        posts = list((await session.execute(asked)).scalars())
    language = spoken(accept_language, lang)
    told = {"posts": posts, "channel": channel, "words": WORDS[language], "language": language}
    return for_everybody(templates.TemplateResponse(request, "sandbox.html", told))
