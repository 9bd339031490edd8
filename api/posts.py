"""Posts: start one, read one, list many, change what one says."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from api.house import Here, House
from api.permissions import Author, Principal, Reader
from api.problems import Problem, declared
from api.repeating import Repeatable, RepeatableIfNamed
from api.shapes import (
    ContentShape,
    NewPost,
    NewRevision,
    PostInFull,
    PostList,
    shown,
    shown_in_full,
)
from api.sound import sound
from domain.acts import Draft, Revise
from domain.post import Content, End, Stage, Window
from records import posts, reading
from records.delegations import lent_to
from records.examining import WRITING, examined, keep_verdict
from records.organisations import Unknown, channels, current_chain, customs, house, person
from records.posts import BadCursor, Wanted

Sound = Annotated[str, AfterValidator(sound)]
router = APIRouter(prefix="/v1/posts", tags=["posts"])


@router.post("", status_code=201, responses=declared(400, 401, 403, 409, 422))
async def start(new: NewPost, me: Author, here: Here, named: Repeatable) -> PostInFull:
    """Start a post; with `submit`, submit it at once.

    A submission that the rules block leaves the draft in place: read `findings`, then revise.
    """
    name = await named("start", new)
    content = await checked(here, me, new)
    await _known(here, me, new.author, new.chain)
    act = Draft(
        id=name,
        actor=me.id,
        groups=me.groups,
        content_hash=await posts.keep_content(here.database, me.organisation, content),
        channels=content.channels,
        window=content.window,
        hour=new.release_at,
        chain=new.chain or "",
        author=new.author or "",
        urgency=new.urgency,
        submit=new.submit,
    )
    stands = await here.door.begin(me.organisation, name, act)
    if new.submit:
        return in_shape(stands)
    await _look_over(here, me, name, act, content)
    return await read_post(here, me, name)


@router.get("", responses=declared(401, 403, 422))
async def list_posts(
    me: Reader,
    here: Here,
    stage: Stage | None = None,
    end: End | None = None,
    channel: Sound = "",
    author: Sound = "",
    waits_for_me: bool = False,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PostList:
    """Posts, newest first. `waits_for_me` keeps those that you may decide, in a lent seat, too."""
    seats: tuple[str, ...] = ()
    if waits_for_me:
        now = await here.door.now()
        seats = (me.id, *await lent_to(here.database, me.organisation, me.id, now))
    wanted = Wanted(stage or "", end or "", channel, author, seats)
    try:
        page = await posts.list_posts(here.database, me.organisation, wanted, cursor, limit)
    except BadCursor:
        says = "This cursor is not one of ours; leave it out to begin at the newest."
        raise Problem(422, "BAD_CURSOR", says) from None
    return PostList(
        posts=[shown(row, reading.life(row.life), page.held) for row in page.posts],
        next=page.next,
    )


@router.get("/{post}", responses=declared(401, 403, 404))
async def read(post: str, me: Reader, here: Here) -> PostInFull:
    """One post: what it says, where it stands, what it waits for, who, until when."""
    return await read_post(here, me, post)


@router.post("/{post}/revisions", status_code=201, responses=declared(401, 403, 404, 409, 422))
async def revise(
    post: str, new: NewRevision, me: Author, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Say it differently. Every signature is void; with `submit`, it goes back under review."""
    content = await checked(here, me, new)
    await _known(here, me, new.author, None)
    act = Revise(
        id=await named(f"revise/{post}", new),
        actor=me.id,
        groups=me.groups,
        seen=new.seen,
        content_hash=await posts.keep_content(here.database, me.organisation, content),
        channels=content.channels,
        window=content.window,
        hour=new.release_at,
        author=new.author or "",
        submit=new.submit,
        touches=new.touches,
    )
    stands = await here.door.tell(me.organisation, post, act)
    if new.submit:
        return in_shape(stands)
    await _look_over(here, me, post, act, content)
    return await read_post(here, me, post)


async def read_post(here: House, me: Principal, post: str) -> PostInFull:
    found = await posts.in_full(here.database, me.organisation, post)
    if found is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    return in_shape(found)


def in_shape(found: posts.InFull) -> PostInFull:
    life = reading.life(found.row.life)
    return shown_in_full(found.row, life, found.held, found.content, found.findings)


async def checked(here: House, me: Principal, said: ContentShape) -> Content:
    """What was said, with its window, held against what the organisation has."""
    async with here.database.reading(me.organisation) as session:
        known = await channels(session, me.organisation)
        custom = await customs(session, me.organisation)
    if strangers := [channel for channel in said.channels if channel not in known]:
        says = f"No channel {', '.join(strangers)}; there are {', '.join(sorted(known))}."
        raise Problem(422, "UNKNOWN_CHANNEL", says)
    if missing := await here.album.missing(me.organisation, said.album):
        says = f"Upload the media first (POST /v1/media): {', '.join(missing)}."
        raise Problem(422, "UNKNOWN_MEDIA", says)
    opens = said.release_at or await here.database.now()
    window = Window(opens, opens + custom.window)
    if said.window:
        window = Window(said.window.opens, said.window.closes)
    return said.content(window)


async def _look_over(
    here: House, me: Principal, post: str, act: Draft | Revise, content: Content
) -> None:
    """Keep what the rules find in a draft as it is saved; a submission is examined by itself."""
    now = await here.database.now()
    async with here.database.transaction(me.organisation) as session:
        told = await house(session, me.organisation)
        found = await examined(
            session, me.organisation, content, told, WRITING, now, act.hour, post
        )
        await keep_verdict(session, me.organisation, post, f"{act.id}/saved", "draft", found)


async def _known(here: House, me: Principal, author: str | None, chain: str | None) -> None:
    async with here.database.reading(me.organisation) as session:
        try:
            await current_chain(session, me.organisation, chain or "")
        except Unknown as error:
            raise Problem(422, "UNKNOWN_CHAIN", str(error)) from None
        if author and await person(session, me.organisation, author) is None:
            says = f"Nobody here is called {author!r}."
            raise Problem(422, "UNKNOWN_PERSON", says)
