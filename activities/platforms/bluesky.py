"""Bluesky, or any other AT Protocol server. https://docs.bsky.app/docs/advanced-guides/posts

We choose the address of a post ourselves and write it with `swapRecord: null`, "only if nothing is
there yet": the same letter sent twice is one post, and another letter never replaces it. (Not with
`createRecord`: that answers 500 when the address is taken, which looks like a server in trouble.)
https://docs.bsky.app/docs/api/com-atproto-repo-put-record
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from activities.platforms import (
    InDoubt,
    Letter,
    Live,
    Picture,
    PlatformError,
    Receipt,
    Refused,
)
from activities.platforms.atproto import Account, Declined, Session, nothing_is_public
from activities.platforms.atproto_text import facets, handles, tid

# The server commits a post before it answers, and getRecord reads the very same store: after a lost
# answer the post was there at the first look. The rest is for requests that queue in between.
SETTLE = timedelta(seconds=30)

_POSTS = "app.bsky.feed.post"

# https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json: a fourth
# language would cost the whole post.
_LANGUAGES = 3

# Prepared letters that were never sent (withdrawn, frozen) must not pile up.
_AT_HAND = 200

# https://docs.bsky.app/docs/api/app-bsky-feed-get-posts
_COUNTS = {
    "likeCount": "likes",
    "replyCount": "replies",
    "repostCount": "reposts",
    "quoteCount": "quotes",
}


def warm_client() -> httpx.AsyncClient:
    """Made once per account and kept, so that a send does not begin with a handshake."""
    return httpx.AsyncClient(timeout=httpx.Timeout(20, connect=5))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Bluesky:
    service: str  # the account's server, e.g. https://bsky.social
    identifier: str  # its handle or DID
    app_password: str = field(repr=False)
    http: httpx.AsyncClient = field(default_factory=warm_client, repr=False)  # ours to close
    now: Callable[[], datetime] = field(default=_now, repr=False)
    settle: timedelta = SETTLE
    knows_all: bool = True
    most_languages: int | None = _LANGUAGES

    def __post_init__(self) -> None:
        self._account = Account(
            self.service, self.identifier, self.app_password, self.http, self.now
        )
        self._ready: dict[str, dict[str, Any]] = {}  # a letter's key to the record we shall write

    def links(self, text: str) -> tuple[str, ...]:
        return tuple(_links_of({"facets": facets(text, {})}))

    def new_remote_key(self, key: str, written_at: datetime) -> str:
        return tid(key, written_at)

    async def prepare(self, letter: Letter) -> None:
        await self._prepared(letter)

    async def send(self, letter: Letter) -> Receipt:
        record = await self._prepared(letter)
        try:
            receipt = await self._write(letter, record)
        except Declined as no:
            if no.code != "BlobNotFound":
                raise
            # Pictures that no post shows are thrown away after a while: we were too slow.
            self._ready.pop(letter.key, None)
            receipt = await self._write(letter, await self._prepared(letter))
        self._ready.pop(letter.key, None)
        return receipt

    async def find(self, letter: Letter) -> Receipt | None:
        with _in_doubt_until_seen():
            us = await self._account.session()
            there = await self._read(us.did, letter.remote_key)
        if there is None:
            return None
        if there.get("text") != letter.text:
            raise Refused(
                f"Another post stands at the address chosen for this one, {_uri(us.did, letter)}. "
                "Somebody else writes with this account; look at that post before you go on."
            )
        return _receipt(us, letter)

    async def look(self, receipt: Receipt) -> Live | None:
        did, _, key = receipt.remote_id.removeprefix("at://").split("/")
        with _in_doubt_until_seen():
            there = await self._read(did, key)
        if there is None:
            return None
        return _live(there, await self._counts(receipt.remote_id))

    async def close(self) -> None:
        await self.http.aclose()

    async def _prepared(self, letter: Letter) -> dict[str, Any]:
        """The record of a letter, made once: the same letter is the same bytes on every attempt."""
        if letter.key in self._ready:
            return self._ready[letter.key]
        with nothing_is_public():
            await self._account.session()
            images = [await self._image(picture) for picture in letter.pictures]
            dids = {handle: await self._did(handle) for handle in handles(letter.text)}
        known = {handle: did for handle, did in dids.items() if did}
        record = _record(letter, facets(letter.text, known), images)
        while len(self._ready) >= _AT_HAND:
            del self._ready[next(iter(self._ready))]
        self._ready[letter.key] = record
        return record

    async def _image(self, picture: Picture) -> dict[str, Any]:
        answer = await self._account.upload(picture.bytes, picture.mime)
        if "blob" not in answer:
            raise InDoubt("Bluesky took a picture, but did not say under which name.")
        return {
            "alt": picture.alt,
            "image": answer["blob"],
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }

    async def _did(self, handle: str) -> str:
        try:
            answer = await self._account.get("com.atproto.identity.resolveHandle", handle=handle)
        except Declined:
            return ""
        return str(answer.get("did", ""))

    async def _write(self, letter: Letter, record: dict[str, Any]) -> Receipt:
        us = await self._account.session()
        body = {
            "repo": us.did,
            "collection": _POSTS,
            "rkey": letter.remote_key,
            "record": record,
            "swapRecord": None,
        }
        try:
            answer = await self._account.post("com.atproto.repo.putRecord", body)
        except Declined as no:
            if no.code != "InvalidSwap":
                raise
            return await self._ours(letter)
        if answer.get("uri") != _uri(us.did, letter):
            raise InDoubt("Bluesky took the post, but did not say where it put it.")
        return _receipt(us, letter)

    async def _ours(self, letter: Letter) -> Receipt:
        """The post at our address, if it is ours: one mention resolved anew gives other bytes."""
        receipt = await self.find(letter)
        if receipt is None:
            raise InDoubt("The post's address was taken a moment ago, and is free now.")
        return receipt

    async def _read(self, did: str, key: str) -> dict[str, Any] | None:
        try:
            answer = await self._account.get(
                "com.atproto.repo.getRecord", repo=did, collection=_POSTS, rkey=key
            )
        except Declined as no:
            if no.code != "RecordNotFound":
                raise
            await self._is_active()
            return None
        match answer.get("value"):
            case dict() as there:
                return there
        raise InDoubt("Bluesky showed us a post that we cannot read.")

    async def _is_active(self) -> None:
        """For a deactivated account a server asks elsewhere, and then "not found" is no proof."""
        who = await self._account.get("com.atproto.server.getSession")
        if who.get("active", True) is not True:
            raise InDoubt(f"The account is {who.get('status', 'inactive')}: nothing can be seen.")

    async def _counts(self, uri: str) -> dict[str, int]:
        try:
            answer = await self._account.get("app.bsky.feed.getPosts", uris=uri)
        except PlatformError:  # likes come from another server, whose silence is no news
            return {}
        match answer.get("posts"):
            case [dict() as post]:
                return {
                    ours: post[theirs]
                    for theirs, ours in _COUNTS.items()
                    if isinstance(post.get(theirs), int)
                }
        return {}


@contextmanager
def _in_doubt_until_seen() -> Iterator[None]:
    """Around a look: whatever keeps us from seeing, a bad password included, proves nothing."""
    try:
        yield
    except PlatformError as trouble:
        raise InDoubt(f"We could not look for the post. {trouble}") from trouble


def _record(
    letter: Letter, marked: list[dict[str, Any]], images: list[dict[str, Any]]
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": _POSTS,
        "text": letter.text,
        "createdAt": _timestamp(letter.written_at),
    }
    if letter.languages:
        record["langs"] = list(letter.languages[:_LANGUAGES])
    if marked:
        record["facets"] = marked
    if images:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _uri(did: str, letter: Letter) -> str:
    return f"at://{did}/{_POSTS}/{letter.remote_key}"


def _receipt(us: Session, letter: Letter) -> Receipt:
    name = us.did if us.handle == "handle.invalid" else us.handle
    url = f"https://bsky.app/profile/{name}/post/{letter.remote_key}"
    return Receipt(_uri(us.did, letter), url)


def _live(there: dict[str, Any], counts: dict[str, int]) -> Live:
    embed = there.get("embed")
    images = embed.get("images", []) if isinstance(embed, dict) else []
    return Live(
        text=str(there.get("text", "")),
        languages=tuple(str(language) for language in there.get("langs", ())),
        alts=tuple(str(image.get("alt", "")) for image in images),
        counts=counts,
        links=tuple(_links_of(there)),
    )


def _links_of(record: dict[str, Any]) -> Iterator[str]:
    """Where a record leads: the marks in its text, and the card below it, which we never add."""
    for facet in record.get("facets", ()):
        for feature in facet.get("features", ()):
            if "uri" in feature:
                yield str(feature["uri"])
    match record.get("embed"):
        case {"external": {"uri": str() as card}}:
            yield card
