"""What the codec makes of one payload: sealed, small, and opened by the right key only."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import binary, dates
from temporalio.api.common.v1 import Payload

from records.keys import Keyring, Kind, NoSuchKey, Unreadable
from tests.workflows.keyrings import NEW, OLD, json_payload, keyring
from workflows.codec import AesGcmCodec, NotPayloads, data_converter, decode_for_ui
from workflows.packing import FIRST_DAY, TAG, key_of, tag_of

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Note:
    words: str
    at: datetime = datetime(2027, 1, 4, 9, tzinfo=UTC)
    within: timedelta = timedelta(days=2)
    signers: tuple[str, ...] = ()


@pytest.fixture
def codec() -> AesGcmCodec:
    return AesGcmCodec(keyring(OLD))


@pytest.mark.parametrize(
    "payload",
    [
        json_payload('{"short":1}'),
        json_payload("x" * 5000),
        json_payload(""),
        Payload(metadata={"encoding": b"binary/plain"}, data=bytes(range(256))),
        Payload(metadata={"encoding": b"json/plain", "other": b"y"}, data=b"{}"),
        Payload(metadata={"encoding": b"binary/null"}, data=b"not null at all"),
        Payload(),
    ],
    ids=["short", "long", "empty", "binary", "metadata", "false null", "nothing"],
)
async def test_comes_out_as_it_went_in(codec: AesGcmCodec, payload: Payload) -> None:
    (hidden,) = await codec.encode([payload])
    assert hidden.metadata["encoding"] == b"aes-gcm"
    assert await codec.decode([hidden]) == [payload]


def test_hides_nothing_where_nothing_is(codec: AesGcmCodec) -> None:
    (null,) = data_converter(codec).payload_converter.to_payloads([None])
    assert codec.hide(null) == null
    assert codec.reveal(null) == null


def test_reads_histories_from_before_encryption(codec: AesGcmCodec) -> None:
    assert codec.reveal(json_payload('{"old":1}')) == json_payload('{"old":1}')


def test_the_envelope_is_small(codec: AesGcmCodec) -> None:
    incompressible = json_payload("".join(chr(33 + (i * i * 31 + i // 7) % 90) for i in range(100)))
    assert codec.hide(incompressible).ByteSize() - incompressible.ByteSize() <= 40
    assert codec.hide(json_payload("a" * 5000)).ByteSize() < 200


def test_dataclasses_travel_as_compact_json(codec: AesGcmCodec) -> None:
    (payload,) = data_converter(codec).payload_converter.to_payloads([Note("é", signers=("a",))])
    assert payload.data.decode() == (
        '{"words":"é","at":"2027-01-04T09:00:00Z","within":"P2D","signers":["a"]}'
    )


def test_the_same_words_never_look_the_same_twice(codec: AesGcmCodec) -> None:
    once, again = codec.hide(json_payload("x")), codec.hide(json_payload("x"))
    assert once.data[:TAG] == again.data[:TAG]
    assert once.data[TAG : TAG + 12] != again.data[TAG : TAG + 12]
    assert once.data[TAG + 12 :] != again.data[TAG + 12 :]


def test_a_single_altered_bit_is_refused(codec: AesGcmCodec) -> None:
    hidden = codec.hide(json_payload('{"verdict":"approve"}'))
    for place in range(len(hidden.data)):
        data = bytearray(hidden.data)
        data[place] ^= 1
        refused = NoSuchKey if place < TAG else Unreadable
        with pytest.raises(refused, match=f"codec key '{OLD}'" if place >= TAG else None):
            codec.reveal(Payload(metadata=hidden.metadata, data=bytes(data)))
    for length in (0, 3, 5, 12, 27, len(hidden.data) - 1):
        with pytest.raises((NoSuchKey, Unreadable)):
            codec.reveal(Payload(metadata=hidden.metadata, data=hidden.data[:length]))


def test_a_payload_does_not_open_under_the_name_of_another_key() -> None:
    twins = AesGcmCodec(Keyring(Kind.CODEC, OLD, {OLD: bytes(32), NEW: bytes(32)}))
    hidden = twins.hide(json_payload("x"))
    hidden.data = tag_of(NEW) + hidden.data[TAG:]
    with pytest.raises(Unreadable):
        twins.reveal(hidden)


@given(dates(FIRST_DAY, date(2179, 6, 6)), binary(min_size=2, max_size=2))
def test_four_bytes_spell_the_id_of_a_key(day: date, rest: bytes) -> None:
    key = f"{day}-{rest.hex()}"
    assert len(tag_of(key)) == TAG
    assert key_of(tag_of(key)) == key


def test_an_unknown_key_is_named(codec: AesGcmCodec) -> None:
    hidden = AesGcmCodec(keyring(NEW)).hide(json_payload("x"))
    with pytest.raises(NoSuchKey, match=f"codec key '{NEW}'"):
        codec.reveal(hidden)
    hidden.data = b"\xff" * TAG + hidden.data[TAG:]
    with pytest.raises(NoSuchKey):
        codec.reveal(hidden)
    with pytest.raises(NoSuchKey):
        AesGcmCodec(Keyring(Kind.CODEC, NEW, {OLD: bytes(32)}))


def test_the_temporal_ui_gets_clear_text(codec: AesGcmCodec) -> None:
    def asked(payload: Payload) -> dict[str, Any]:
        metadata = {name: b64encode(text).decode() for name, text in payload.metadata.items()}
        return {"metadata": metadata, "data": b64encode(payload.data).decode()}

    clear = [json_payload('{"words":"hello"}'), json_payload('"from before"')]
    body = {"payloads": [asked(codec.hide(clear[0])), asked(clear[1])], "unknown": 1}

    assert decode_for_ui(codec, body) == {"payloads": [asked(payload) for payload in clear]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payloads": 1},
        {"payloads": ["x"]},
        {"payloads": [{"data": "AAA"}]},
        {"payloads": [{"metadata": {"\ud800": ""}}]},
    ],
    ids=ascii,
)
def test_what_is_no_payload_is_not_decoded(codec: AesGcmCodec, body: dict[str, Any]) -> None:
    with pytest.raises(NotPayloads, match="list of payloads"):
        decode_for_ui(codec, body)


SPELT = [
    '{"hash":"%s"}' % ("a1" * 32),
    '"%s"' % ("Zm9_-x" * 14 + "AA"),
    '"%s"' % ("Zm9_-x" * 14 + "AB"),  # ends in bits that no bytes have: it is left as it is
    '"2026-11-22T13:38:10.454121Z"',
    '"2026-02-31T13:38:10.454121Z"',
    '"1066-10-14T09:00:00.000001Z"',
    f'"{"0" * 200}"',
    '"i5duhekt47zpeooy"',
    '["i5duhekt47zpeooy","i5duhekt47zpeooyy","seeeingseparation"]',
    '"2026-11-22-3754"',
    '"1999-12-31-3754"',
    '"2026-02-31-3754"',
    '"9999-11-22-3754"',
    '"\x01\x02\x03\x04\x05"',
    f'"\x01{"a1" * 32}"',
]


@pytest.mark.parametrize("text", SPELT)
def test_what_is_spelt_out_comes_out_as_it_was_spelt(codec: AesGcmCodec, text: str) -> None:
    assert codec.reveal(codec.hide(json_payload(text))) == json_payload(text)


def test_hashes_and_signatures_take_no_more_room_than_their_bytes(codec: AesGcmCodec) -> None:
    raw = bytes((number * 89 + 7) % 256 for number in range(64))
    seal = json_payload(f'"{urlsafe_b64encode(raw).decode().rstrip("=")}"')
    hash = json_payload(f'"{raw[:32].hex()}"')
    assert codec.hide(seal).ByteSize() < seal.ByteSize() + 40
    assert codec.hide(hash).ByteSize() < hash.ByteSize() + 30
