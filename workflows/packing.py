"""How little room a payload can take in a history, before it is encrypted.

The body of a JSON payload goes in without its metadata; hashes, signatures and instants go in as
the bytes they spell; and deflate knows the words that our payloads are made of before it begins.
"""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import Payload

# The forms of a body, in its first byte. They are in histories: add, never change.
DEFLATED = 1  # raw deflate, taken only when it is smaller
WHOLE = 2  # a serialised payload; without it, the data of a json/plain payload
PRIMED = 4  # deflate that knew these words before it began: small payloads are mostly field names
SPELT = 8  # spellings of bytes were replaced by the bytes

# What stands before bytes that were spelt out. JSON has no such characters, so nothing is mistaken.
HASH, SIGNATURE, INSTANT = b"\x01", b"\x02", b"\x03"
SPELLINGS = re.compile(
    rb"(?P<hash>[0-9a-f]{64})|(?P<signature>[A-Za-z0-9_-]{86})"
    rb"|(?P<instant>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"
)
BYTES = re.compile(
    rb"\x01(?P<hash>.{32})|\x02(?P<signature>.{64})|\x03(?P<instant>.{8})", re.DOTALL
)
MARKED = re.compile(rb"[\x01-\x03]")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)

# Whole stretches between what differs; the likeliest last, since near words cost least.
WORDS = (
    b'"terms":[{"due":"remind","within":"PT4H"},{"due":"escalate","within":"PT8H"}]'
    b'"emergency":{"officers":{"groups":["duty_officer"],"reviewers"'
    b'"rule":"all","n":2},"traits":["external","step_up"]}'
    b'"code":"POLICY_BLOCK","says":"Policy blocks this: unknown","failed","missed"'
    b'{"organisation":"office","post":"","life":null,"heard":[],"looks":0,"live_since":null}'
    b'","number":1,"is_last":false}","number":2,"is_last":true}'
    b'{"admission":{"book":{"chain":{"id":"demo","version":1,"steps":[{"levels":[{"id":"legal",'
    b'"title":"Legal","signers":{"groups":["legal"],"people":[]},"quorum":{"rule":"any","n":1},'
    b'"veto":{"groups":[],"people":[]},"when":"","terms":[],"escalate_to":{"groups":[],"people":[]}'
    b',"calendar":"","step_up":false,"title_fr":""}]},{"levels":[{"id":"direction",'
    b'"title":"Direction","signers":{"groups":["direction"],"people":[]}'
    b'}]}],"policy":{"self_approval":false,"separation_of_duties":true,"on_revision":"restart",'
    b'"locked_in_review":false,"late_grace":null,"max_rounds":5,"comment_required_on":'
    b'["request_changes","reject","veto"],"vetoers":{"groups":[],"people":[]},"leads":{"groups":'
    b'["comms_lead"],"people":[]},"escalate_to":{"groups":[],"people":[]},"step_up_within":"PT5M",'
    b'"emergency":null},"calendar":"","watch":["PT0S","PT5M","PT1H","P1D","P7D"]},"calendars":[],'
    b'"people":[{"id":"","name":"","groups":["comms_lead"],"traits":[]},{"id":"'
    b'","groups":["direction"],"traits":[]},{"id":"","groups":["legal"],"traits":[]},{"id":"'
    b'","groups":["legal"],"traits":[]}],"delegations":[]},"at":"\x03'
    b'","findings":[],"facts":{"amount":0,"category":"undeclared","channels":["'
    b'"],"emergency":false,"languages":["fr"],"links":0,"media":0,"paid":false,"political":false,'
    b'"topics":[],"urgency":"routine"}},"code":"","says":""}'
    b'{"state":"published","url":"https://","because":""}'
    b'","groups":["author"],"seal":{"key":"20'
    b'"},"content_hash":"\x01","channels":["mastodon","bluesky"],"window":{"opens":"\x03'
    b'","closes":"\x03"},"hour":"\x03"},"hour":null,"chain":"","author":"","urgency":"routine"'
    b',"submit":true}'
    b'{"organisation":"office","post":"","channel":"","content_hash":"\x01"}'
    b'{"id":"","actor":"","at":"\x03","groups":["","groups":["direction"],"seal":{"key":"20'
    b'","groups":["legal"],"seal":{"key":"2026-","signature":"\x02'
    b'"},"verdict":"request_changes","reject","revision":2'
    b'"},"verdict":"approve","revision":1,"content_hash":"\x01","level":"","reason":"",'
    b'"on_behalf_of":"","link":"","signed_in":"\x03","traits":[]}'
    b'","level":"","reason":"","on_behalf_of":"","link":"","signed_in":null,"traits":[]}'
)


def packed(clear: Payload) -> bytes:
    form, body = WHOLE, clear.SerializeToString()
    if clear == _json(clear.data):
        form, body = _as_bytes(clear.data)
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS, zdict=WORDS)
    smaller = deflate.compress(body) + deflate.flush()
    if len(smaller) < len(body):
        form, body = form | DEFLATED | PRIMED, smaller
    return bytes([form]) + body


def unpacked(packed: bytes) -> Payload:
    """The payload as it was. Raises ValueError for what no `packed` of ours has made."""
    form, body = packed[0], packed[1:]
    if form > DEFLATED | WHOLE | PRIMED | SPELT:
        raise ValueError(form)
    if form & DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS, zdict=WORDS if form & PRIMED else b"")
        body = inflate.decompress(body) + inflate.flush()
        if not inflate.eof:
            raise ValueError("it ends before its end")
    if form & SPELT:
        body = BYTES.sub(_spelt, body)
    return Payload.FromString(body) if form & WHOLE else _json(body)


def _json(data: bytes) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=data)


def _as_bytes(text: bytes) -> tuple[int, bytes]:
    """The text with its spellings replaced, if that can be undone without a doubt."""
    if MARKED.search(text):
        return 0, text
    shorter = SPELLINGS.sub(_unspelt, text)
    return (SPELT, shorter) if BYTES.sub(_spelt, shorter) == text else (0, text)


def _unspelt(found: re.Match[bytes]) -> bytes:
    text = found[0]
    if found["hash"]:
        return HASH + bytes.fromhex(text.decode())
    if found["signature"]:
        return SIGNATURE + urlsafe_b64decode(text + b"==")
    try:
        ticks = (datetime.fromisoformat(text.decode()) - EPOCH) // TICK
    except ValueError:  # 31 February: somebody's words, and no instant
        return text
    return INSTANT + ticks.to_bytes(8, "big", signed=True)


def _spelt(found: re.Match[bytes]) -> bytes:
    if (raw := found["hash"]) is not None:
        return raw.hex().encode()
    if (raw := found["signature"]) is not None:
        return urlsafe_b64encode(raw).rstrip(b"=")
    at = EPOCH + int.from_bytes(found["instant"], "big", signed=True) * TICK
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z").encode()
