"""How little room a payload can take in a history, before it is encrypted.

The body of a JSON payload goes in without its metadata. What spells bytes (hashes, signatures,
instants, names, key ids) stands behind the text as the bytes it spells, and a mark in its place;
and deflate knows the words that our payloads are made of before it begins.
"""

import re
import zlib
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from temporalio.api.common.v1 import Payload

# The forms of a body, in its first byte. They are in histories: add, never change.
WHOLE = 1  # a serialised payload; without it, the data of a json/plain payload
SMALL = 2  # deflated; what spelt bytes stands behind it. Taken only when it is smaller

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TAG = 4  # bytes of a key's id: two for the day it was made, two for the rest
FIRST_DAY = date(2000, 1, 1)


def tag_of(key: str) -> bytes:
    """The id of a key, like 2026-11-22-a1b2, in four bytes. Raises ValueError for another form."""
    day, _, rest = key.rpartition("-")
    days = (date.fromisoformat(day) - FIRST_DAY).days
    if not 0 <= days < 1 << 16 or len(rest) != 4:
        raise ValueError(key)
    return days.to_bytes(2) + bytes.fromhex(rest)


def key_of(tag: bytes) -> str:
    """The id that these four bytes spell."""
    return f"{FIRST_DAY + timedelta(days=int.from_bytes(tag[:2]))}-{tag[2:].hex()}"


def ticks_of(instant: str) -> bytes:
    ticks = (datetime.fromisoformat(instant) - EPOCH) // TICK
    return ticks.to_bytes(8, signed=True)


def instant_of(ticks: bytes) -> str:
    at = EPOCH + int.from_bytes(ticks, signed=True) * TICK
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Spelling:
    """A way to write bytes as a JSON string. `mark` stands for it: JSON has no such character."""

    mark: bytes
    looks_like: str  # between its quotes
    size: int  # bytes
    read: Callable[[str], bytes]  # raises ValueError
    write: Callable[[bytes], str]


SPELLINGS = (
    Spelling(b"\1", r"[0-9a-f]{64}", 32, bytes.fromhex, bytes.hex),
    Spelling(
        b"\2",
        r"[A-Za-z0-9_-]{86}",
        64,
        lambda seal: urlsafe_b64decode(f"{seal}=="),
        lambda raw: urlsafe_b64encode(raw).decode().rstrip("="),
    ),
    Spelling(b"\3", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", 8, ticks_of, instant_of),
    Spelling(b"\4", r"\d{4}-\d\d-\d\d-[0-9a-f]{4}", TAG, tag_of, key_of),
    Spelling(
        b"\5",
        r"[a-z2-7]{16}",
        10,
        lambda name: b32decode(name.upper()),
        lambda raw: b32encode(raw).decode().lower(),
    ),
)
BY_MARK = {spelling.mark: spelling for spelling in SPELLINGS}
SPELT = re.compile(
    '(?<=")(?:{})(?=")'.format("|".join(f"({one.looks_like})" for one in SPELLINGS)).encode()
)
MARKED = re.compile(b"[\1-\5]")

# What our payloads look like, with the marks in them: near words cost least, so the likeliest last.
WORDS = (
    b'"terms":[{"due":"remind","within":"PT4H"},{"due":"escalate","within":"PT8H"}]'
    b'"emergency":{"officers":{"groups":["duty_officer"],"reviewers"'
    b'"rule":"all","n":2},"traits":["external","step_up"]}'
    b'"code":"POLICY_BLOCK","says":"Policy blocks this: "unknown""failed""missed""dropped"'
    b'"before  is asked again""a reminder""an escalation""its end"'
    b'{"life":null,"heard":[],"looks":0,"live_since":null}'
    b'{"admission":{"book":{"chain":{"id":"demo","version":1,"steps":[{"levels":[{"id":"legal",'
    b'"title":"Legal","signers":{"groups":["legal"],"people":[]},"quorum":{"rule":"any","n":1},'
    b'"veto":{"groups":[],"people":[]},"when":"","terms":[],"escalate_to":{"groups":[],"people":[]}'
    b',"calendar":"","step_up":false,"title_fr":""}]},{"levels":[{"id":"direction",'
    b'"title":"Direction","signers":{"groups":["direction"],"people":[]}'
    b',"quorum":{"rule":"any","n":1},'
    b'"veto":{"groups":[],"people":[]},"when":"","terms":[],"escalate_to":{"groups":[],"people":[]}'
    b',"calendar":"","step_up":false,"title_fr":""}'
    b']}],"policy":{"self_approval":false,"separation_of_duties":true,"on_revision":"restart",'
    b'"locked_in_review":false,"late_grace":null,"max_rounds":5,"comment_required_on":'
    b'["request_changes","reject","veto"],"vetoers":{"groups":[],"people":[]},"leads":{"groups":'
    b'["comms_lead"],"people":[]},"escalate_to":{"groups":[],"people":[]},"step_up_within":"PT5M",'
    b'"emergency":null},"calendar":"","watch":["PT0S","PT5M","PT1H","P1D","P7D"]},"calendars":[],'
    b'"people":[{"id":"","name":"","groups":["comms_lead","crisis_lead"],"traits":[]},{"id":"'
    b'","groups":["direction"],"traits":[]},{"id":"","groups":["legal"],"traits":[]},{"id":"'
    b'","groups":["legal"],"traits":[]}],"delegations":[]},"at":"\3'
    b'","findings":[],"facts":{"amount":0,"category":"undeclared","channels":["'
    b'"],"emergency":false,"languages":["fr","en"],"links":0,"media":0,"paid":false,"political":false,'
    b'"topics":[],"urgency":"routine"}},"code":"","says":""}'
    b'{"organisation":"office","post":"\5","number":1,"closes":true}'
    b'[{"state":"published","url":"https://","because":"","again_in":null},'
    b'{"state":"published","url":"https://127.0.0.1:","because":"","again_in":null}]'
    b'{"organisation":"office","post":"\5","channel":"","content_hash":"\1"}'
    b'{"organisation":"office","post":"\5","channels":["town-square","harbour"],"content_hash":"\1"}'
    b'"publish on ""for ""until its window closes""until its hour""until look 2"'
    b'{"id":"\5","actor":"ana","at":"\3","groups":["author"],"seal":{"key":"\4","signature":"\2"},'
    b'"content_hash":"\1","channels":["mastodon","bluesky"],"window":{"opens":"\3","closes":"\3"},'
    b'"hour":null,"hour":"\3","chain":"","author":"","urgency":"routine","submit":true}'
    b'{"id":"\5","actor":"","at":"\3","groups":["direction","legal"],"seal":{"key":"\4",'
    b'"signature":"\2"},"verdict":"request_changes""reject","reason":"","on_behalf_of":"","link":"",'
    b'"signed_in":"\3","traits":[]}'
    b'{"id":"\5","actor":"","at":"\3","groups":["direction"],"seal":{"key":"\4","signature":"\2"},'
    b'"verdict":"approve","revision":1,"content_hash":"\1","level":"","reason":"",'
    b'"on_behalf_of":"","link":"","signed_in":null,"traits":[]}'
)


def packed(clear: Payload) -> bytes:
    form, body, raw = WHOLE, clear.SerializeToString(), b""
    if clear == _json(clear.data) and not MARKED.search(clear.data):
        form, body = 0, clear.data
        text, raw = _unspelt(body)
    else:
        text = body
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS, zdict=WORDS)
    smaller = deflate.compress(text) + deflate.flush() + raw
    if len(smaller) < len(body):
        form, body = form | SMALL, smaller
    return bytes([form]) + body


def unpacked(packed: bytes) -> Payload:
    """The payload as it was. Raises ValueError for what no `packed` of ours has made."""
    form, body = packed[0], packed[1:]
    if form > WHOLE | SMALL:
        raise ValueError(form)
    if form & SMALL:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS, zdict=WORDS)
        body = inflate.decompress(body) + inflate.flush()
        if not inflate.eof:
            raise ValueError("it ends before its end")
        if not form & WHOLE:
            body = _respelt(body, inflate.unused_data)
    return Payload.FromString(body) if form & WHOLE else _json(body)


def _json(data: bytes) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=data)


def _unspelt(text: bytes) -> tuple[bytes, bytes]:
    """The text with a mark for whatever spelt bytes, and these bytes, one after the other."""
    taken = []

    def take(found: re.Match[bytes]) -> bytes:
        assert found.lastindex
        spelling, spelt = SPELLINGS[found.lastindex - 1], found[0].decode()
        try:
            raw = spelling.read(spelt)
        except ValueError:  # 31 February: somebody's words, and no instant
            return found[0]
        if spelling.write(raw) != spelt:
            return found[0]
        taken.append(raw)
        return spelling.mark

    return SPELT.sub(take, text), b"".join(taken)


def _respelt(text: bytes, raw: bytes) -> bytes:
    begin = 0

    def put(mark: re.Match[bytes]) -> bytes:
        nonlocal begin
        spelling, begun = BY_MARK[mark[0]], begin
        begin += spelling.size
        return spelling.write(raw[begun:begin]).encode()

    whole = MARKED.sub(put, text)
    if begin != len(raw):
        raise ValueError("what spelt bytes is not all there")
    return whole
