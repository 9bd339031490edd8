"""The page that a link opens: what would go out, and the buttons to decide on it."""

from typing import Annotated
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.door import EngineLost, NotConfirmed
from api.house import Here, House
from api.languages import Language, spoken
from api.link_words import WORDS, hour_in_words
from api.links import LinkDecision, Opened, decide_by_link, open_link
from api.pages import kept_private, templates
from api.permissions import Visitor, arrived
from api.problems import Problem
from domain.french import in_french
from domain.naming import fresh_name, name_from
from domain.objection import Code, Objection, Refusal
from domain.review.marks import Vote
from records.organisations import email_of
from records.posts import life_of

router = APIRouter(include_in_schema=False)


class Turned(Exception):
    """A visitor is turned away, or asked to correct the form: a status, words, the field meant."""

    def __init__(self, status: int, says: str, field: str = "", vote: Vote | None = None) -> None:
        super().__init__(says)
        self.status, self.says, self.field, self.vote = status, says, field, vote


def language(lang: str = "", accept_language: Annotated[str, Header()] = "") -> Language:
    return spoken(accept_language, lang)


Spoken = Annotated[Language, Depends(language)]


@router.get("/links/{token}", response_class=HTMLResponse)
async def show(token: str, request: Request, here: Here, lang: Spoken) -> Response:
    """Looking decides nothing, so link previews and mail scanners may look."""
    try:
        guest = await _guest(here, token, lang)
        return _page(request, lang, await _opened(here, guest, lang))
    except Turned as turned:
        return _turned(request, lang, turned)


@router.post("/links/{token}", response_class=HTMLResponse)
async def decide(token: str, request: Request, here: Here, lang: Spoken) -> Response:
    """A decision by form: from our own page, by somebody who knows whom the link was made for."""
    try:
        guest = await _guest(here, token, lang)
        if _comes_from_elsewhere(request):
            raise Turned(403, WORDS[lang]["elsewhere"])
        opened = await _opened(here, guest, lang)
        form = await _form(request)
        try:
            await _decided(here, guest, form, lang)
        except Turned as turned:
            return _page(request, lang, opened, turned, form)
        return kept_private(RedirectResponse(f"/links/{token}?lang={lang}", 303))
    except Turned as turned:
        return _turned(request, lang, turned)


@router.get("/links/{token}/media/{sha256}")
async def picture(token: str, sha256: str, here: Here, lang: Spoken) -> Response:
    """An image of what would go out, and no other."""
    try:
        opened = await _opened(here, await _guest(here, token, lang), lang)
    except Turned as turned:
        raise Problem(turned.status, "NOT_FOUND", turned.says) from None
    shown = tuple(medium for medium in opened.content.media if medium.sha256 == sha256)
    if not shown:
        raise Problem(404, "NOT_FOUND", "There is no such image in this post.")
    image = (await here.album.pictures(opened.guest.link.organisation, shown))[0]
    return kept_private(Response(image.bytes, media_type=image.mime))


async def _guest(here: House, token: str, lang: Language) -> Visitor:
    try:
        return await arrived(here, token)
    except Problem as problem:
        says = problem.says if lang == "en" else WORDS["fr"]["opens nothing"]
        raise Turned(404, says) from problem


async def _opened(here: House, guest: Visitor, lang: Language) -> Opened:
    try:
        return await open_link(here, guest)
    except Refusal as refusal:
        vote = await _vote(here, guest)
        raise Turned(409, _said(refusal.objection, lang), vote=vote) from refusal


async def _vote(here: House, guest: Visitor) -> Vote | None:
    """What this guest said of the revision of the link, also when it shows nothing any more."""
    link = guest.link
    life = await life_of(here.database, link.organisation, link.post)
    votes = life.review.votes_on(link.level) if life else ()
    ours = (link.person, link.revision)
    return next((vote for vote in votes if (vote.actor, vote.revision) == ours), None)


async def _decided(here: House, guest: Visitor, form: dict[str, str], lang: Language) -> None:
    """Raises Turned. A scanner that presses buttons does not know the address."""
    link, words = guest.link, WORDS[lang]
    async with here.database.transaction(link.organisation) as session:
        address = await email_of(session, link.organisation, link.person)
    typed = form.get("address", "").strip()
    if not typed:
        raise Turned(403, words["no address"], "address")
    if typed.casefold() != address.casefold():
        raise Turned(403, words["wrong address"], "address")
    if form.get("content_hash") != link.content_hash:
        raise Turned(409, words["other text"])
    try:
        said = LinkDecision.model_validate(
            {"verdict": form.get("verdict", ""), "reason": form.get("reason", "")}
        )
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][0])
        if field == "reason":
            raise Turned(422, words["odd reason"], "reason") from None
        raise Turned(422, words["which button"]) from None
    id = name_from(f"parapheur link form {link.id}/{form.get('once', '')}")
    try:
        await decide_by_link(here, guest, said.verdict, said.reason, id)
    except Refusal as refusal:
        why = refusal.objection
        field = "reason" if why.code is Code.COMMENT_REQUIRED else ""
        raise Turned(409, _said(why, lang), field) from refusal
    except (NotConfirmed, EngineLost) as trouble:
        raise Turned(503, words["not confirmed"]) from trouble


def _comes_from_elsewhere(request: Request) -> bool:
    """Another site's form. The token is its secret already; this stops one that leaked."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    ours = request.headers.get("host", "")
    return site not in ("same-origin", "none") or (
        origin not in ("", "null") and urlsplit(origin).netloc != ours
    )


async def _form(request: Request) -> dict[str, str]:
    try:
        said = parse_qs((await request.body()).decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        return {}
    return {name: values[-1].replace("\r\n", "\n") for name, values in said.items()}


def _said(objection: Objection, lang: Language) -> str:
    return in_french(objection) if lang == "fr" else objection.says


def _page(
    request: Request,
    lang: Language,
    opened: Opened,
    turned: Turned | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    why, zone = opened.objection, ZoneInfo(opened.house.zone)
    state = "title decided" if opened.vote else "title not now" if why else "title"
    told = {
        "language": lang,
        "words": WORDS[lang],
        "heading": WORDS[lang][state],
        "opened": opened,
        "versions": _versions(opened),
        "zone": zone,
        "said_of": lambda moment: hour_in_words(moment.astimezone(zone), lang),
        "level": opened.level_fr if lang == "fr" else opened.level,
        "objection": _said(why, lang) if why else "",
        "turned": turned,
        "form": form or {},
        "once": _once(turned, form or {}),
        "token": request.path_params["token"],
    }
    status = turned.status if turned else 200
    return kept_private(templates.TemplateResponse(request, "link.html", told, status))


def _once(turned: Turned | None, form: dict[str, str]) -> str:
    """What may have taken effect is pressed again as the same; everything else is a new try."""
    return form.get("once", "") if turned and turned.status == 503 else fresh_name()


def _versions(opened: Opened) -> list[tuple[str, str]]:
    """Each text with the channels that say it; what several say alike is shown once."""
    said: dict[str, list[str]] = {}
    for channel in opened.content.channels:
        platform = opened.house.platform(channel)
        name = f"{channel} ({platform})" if platform else channel
        said.setdefault(opened.content.text_on(channel), []).append(name)
    return [(text, ", ".join(channels)) for text, channels in said.items()]


def _turned(request: Request, lang: Language, turned: Turned) -> Response:
    told = {
        "language": lang,
        "words": WORDS[lang],
        "heading": WORDS[lang]["title decided" if turned.vote else "title shut"],
        "turned": turned,
        "vote": turned.vote,
    }
    return kept_private(templates.TemplateResponse(request, "link_shut.html", told, turned.status))
