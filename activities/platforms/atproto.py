"""One account on an AT Protocol server: signing in, asking, and sorting what the server answers.

https://docs.bsky.app/docs/api/com-atproto-server-create-session (30 sign-ins in five minutes, 300
a day, so we keep the session and renew it), https://atproto.com/specs/xrpc#error-responses.
"""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from activities.platforms import InDoubt, NotSent, Refused, SignInFailed, Throttled

Answer = dict[str, Any]

# A session that ends sooner than this is renewed first: longer than any one send may take.
_MARGIN = timedelta(minutes=5)
_LONG = timedelta(days=365)
_USUAL_PAUSE = timedelta(minutes=1)

# No byte of the request has left: no route, no name, no TLS, no free connection.
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

# The server did not look at the request, because it does not know who asks. A bad token is a 400.
_WHO_ARE_YOU = {"AuthMissing", "AuthenticationRequired", "InvalidToken", "ExpiredToken"}

# A request time-out is a 4xx, too, but the server may have gone on without us.
_MAYBE = {httpx.codes.REQUEST_TIMEOUT}

# What a refusal means to a person, by what the server writes; the first that fits.
_MEANINGS = (
    ("Invalid identifier or password", "Make a new app password and store it here."),
    ("AuthFactorTokenRequired", "Store an app password here, not the account's own."),
    ("at $.record.text", "The text is too long for Bluesky: 300 characters, and 3000 bytes."),
    ("at $.record.langs", "Bluesky takes at most three languages, written like “en” or “fr-CA”."),
    ("(maximum 4, got", "Bluesky takes at most four pictures."),
    ("blob too big", "A picture is too large for Bluesky. Make it smaller."),
    ("PayloadTooLarge", "A picture is too large for this Bluesky server. Make it smaller."),
    ("at $.record.embed", "Bluesky does not accept one of the pictures."),
    ("BlobNotFound", "Bluesky lost a picture that we had just uploaded."),
    ("AccountDeactivated", "The Bluesky account is deactivated. Activate it first."),
    ("AccountTakedown", "Bluesky has taken the account down. Write to its moderators."),
)


class Declined(Refused):
    """The server understood us and said no; `code` is its word for it."""

    def __init__(self, says: str, code: str) -> None:
        super().__init__(says)
        self.code = code


class WhoAreYou(SignInFailed):
    """The server does not take the token: nothing was done, and a new session may help."""


@dataclass(frozen=True)
class Session:
    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: datetime


@dataclass
class Account:
    service: str
    identifier: str  # a handle or a DID
    app_password: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    now: Callable[[], datetime]
    _held: Session | None = field(default=None, init=False, repr=False)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def session(self, instead_of: Session | None = None) -> Session:
        """Who we are here. However many ask at once, we sign in once."""
        async with self._one_at_a_time:
            held = self._held
            if held is None or held is instead_of:
                held = await self._signs_in()
            elif held.ends - self.now() < _MARGIN:
                held = await self._renews(held)
            self._held = held
            return held

    async def get(self, name: str, **params: str) -> Answer:
        return await self._asks("GET", name, params=params)

    async def post(self, name: str, body: Answer) -> Answer:
        return await self._asks("POST", name, json=body)

    async def upload(self, content: bytes, mime: str) -> Answer:
        headers = {"Content-Type": mime}
        return await self._asks(
            "POST", "com.atproto.repo.uploadBlob", content=content, headers=headers
        )

    async def _asks(self, verb: str, name: str, **rest: Any) -> Answer:
        session = await self.session()
        try:
            return await self._sends(verb, name, session.access, **rest)
        except WhoAreYou:
            session = await self.session(instead_of=session)
            return await self._sends(verb, name, session.access, **rest)

    async def _signs_in(self) -> Session:
        body = {"identifier": self.identifier, "password": self.app_password}
        try:
            with nothing_is_public():
                return self._opened(
                    await self._sends("POST", "com.atproto.server.createSession", json=body)
                )
        except Refused as no:
            raise SignInFailed(f"Bluesky does not let us in as {self.identifier}. {no}") from no

    async def _renews(self, held: Session) -> Session:
        try:
            with nothing_is_public():
                return self._opened(
                    await self._sends("POST", "com.atproto.server.refreshSession", held.refresh)
                )
        except Refused:
            return await self._signs_in()

    def _opened(self, answer: Answer) -> Session:
        match answer:
            case {"did": str(did), "handle": str(handle), "accessJwt": str(access)}:
                refresh = str(answer.get("refreshJwt", ""))
                # By our own clock, which need not agree with the server's.
                return Session(did, handle, access, refresh, ends=self.now() + _life(access))
        raise NotSent("Bluesky let us in, but not in a way that we can read.")

    async def _sends(self, verb: str, name: str, token: str = "", **rest: Any) -> Answer:
        headers = dict(rest.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self.service.rstrip('/')}/xrpc/{name}"
        try:
            answer = await self.http.request(verb, url, headers=headers, **rest)
        except _NEVER_LEFT as trouble:
            raise NotSent(f"Bluesky cannot be reached ({type(trouble).__name__}).") from trouble
        except httpx.HTTPError as trouble:
            raise InDoubt(f"Bluesky's answer was lost ({type(trouble).__name__}).") from trouble
        return self._sorted(answer)

    def _sorted(self, answer: httpx.Response) -> Answer:
        body = _body(answer)
        if answer.is_success and body is not None:
            return body
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Throttled("Bluesky asks us to slow down.", _pause(answer.headers, self.now()))
        code, message = _complaint(body)
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            code = code or "PayloadTooLarge"
        if not answer.is_client_error or not code or answer.status_code in _MAYBE:
            raise InDoubt(f"Bluesky answered {answer.status_code}, which does not say what it did.")
        says = _sentence(answer.status_code, code, message)
        if code in _WHO_ARE_YOU:
            raise WhoAreYou(says)
        raise Declined(says, code)


@contextmanager
def nothing_is_public() -> Iterator[None]:
    """Around steps the public never sees, whose lost answer only means: do it again."""
    try:
        yield
    except InDoubt as trouble:
        raise NotSent(str(trouble)) from trouble


def _life(token: str) -> timedelta:
    """How long a token lives. One we cannot read will simply be refused one day."""
    try:
        claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return timedelta(seconds=claims["exp"] - claims["iat"])
    except (IndexError, KeyError, TypeError, ValueError, OverflowError):
        return _LONG


def _body(answer: httpx.Response) -> Answer | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _complaint(body: Answer | None) -> tuple[str, str]:
    match body:
        case {"error": str(code), "message": str(message)}:
            return code, message[:300]
        case {"error": str(code)}:
            return code, ""
    return "", ""


def _sentence(status: int, code: str, message: str) -> str:
    verbatim = f"{code}: {message}"
    meaning = next((means for sign, means in _MEANINGS if sign in verbatim), "Bluesky says no.")
    return f"{meaning} (It answered {status}, {verbatim})"


def _pause(headers: httpx.Headers, now: datetime) -> timedelta:
    """How long a server asks us to wait: in seconds, as a date, or by when its count restarts."""
    wait, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    try:
        if wait.isdigit():
            return timedelta(seconds=max(int(wait), 1))
        if wait or reset.isdigit():
            until = parsedate_to_datetime(wait) if wait else datetime.fromtimestamp(int(reset), UTC)
            return max(until - now, timedelta(seconds=1))
    except (TypeError, ValueError, OverflowError, OSError):
        pass
    return _USUAL_PAUSE
