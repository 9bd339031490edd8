"""What Temporal is allowed to see: payloads go in encrypted, and never too large.

For clients and workers; workflow code never imports it. An encrypted payload is
`key's id · nonce · AES-GCM(form · body)`. History is a budget, so the envelope is small: raw
bytes, and a body packed as tightly as it can be (`packing`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.json_format import MessageToDict
from pydantic import Base64Bytes, BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    QueryWorkflowInput,
    SignalWorkflowInput,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    UpdateWithStartStartWorkflowInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from records.keys import NONCE, Keyring, Kind, NoSuchKey, Unreadable
from workflows.packing import TAG, key_of, packed, tag_of, unpacked

ENCRYPTED = b"aes-gcm"  # short, because every payload pays for it


class AesGcmCodec(PayloadCodec):
    """Encrypts with the active key, decrypts with any we have."""

    def __init__(self, keys: Keyring) -> None:
        self._active = keys.active
        self._ciphers = {key: AESGCM(secret) for key, secret in keys.secrets.items()}
        self._tag = tag_of(self._active)
        keys.named(keys.active)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.hide(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.reveal(payload) for payload in payloads]

    def hide(self, clear: Payload) -> Payload:
        if clear == Payload(metadata={"encoding": b"binary/null"}):
            return clear  # nothing to hide
        key, nonce = self._active, secrets.token_bytes(NONCE)
        sealed = self._ciphers[key].encrypt(nonce, packed(clear), key.encode())
        return Payload(metadata={"encoding": ENCRYPTED}, data=self._tag + nonce + sealed)

    def reveal(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCRYPTED:
            return payload  # from before encryption was switched on
        tag, nonce, sealed = (
            payload.data[:TAG], payload.data[TAG : TAG + NONCE], payload.data[TAG + NONCE :]
        )  # fmt: skip
        key = key_of(tag)
        if key not in self._ciphers:
            raise NoSuchKey(Kind.CODEC, key)
        try:
            return unpacked(self._ciphers[key].decrypt(nonce, sealed, key.encode()))
        except (InvalidTag, ValueError) as altered:
            raise Unreadable(
                f"A payload does not open with the codec key {key!r}: it was altered on its way, "
                "or comes from a newer version."
            ) from altered


class Converter(CompositePayloadConverter):
    """Dataclasses as compact JSON, read with validators that the whole process shares.

    The engine makes a converter for every run of a workflow, and building the validator of a life
    costs more than all else that a workflow does.
    """

    SHARED = tuple(PydanticPayloadConverter().converters.values())

    def __init__(self) -> None:
        super().__init__(*self.SHARED)


def data_converter(codec: PayloadCodec) -> DataConverter:
    """All of it encrypted; what went wrong and where, too."""
    return replace(
        pydantic_data_converter,
        payload_converter_class=Converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


class NotPayloads(ValueError):
    """What was sent to be decoded are not payloads."""


class _Asked(BaseModel):
    metadata: dict[str, Base64Bytes] = {}
    data: Base64Bytes = b""


class _AllAsked(BaseModel):
    payloads: list[_Asked]


def decode_for_ui(codec: AesGcmCodec, body: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `POST /decode` of the codec protocol, by which the Temporal UI shows clear text.

    https://docs.temporal.io/codec-server: payloads as JSON in, payloads as JSON out.
    """
    try:
        asked = _AllAsked.model_validate(body).payloads
        hidden = [Payload(metadata=one.metadata, data=one.data) for one in asked]
    except ValueError as wrong:
        raise NotPayloads("Send an object with a list of payloads, as Temporal has.") from wrong
    return {"payloads": [MessageToDict(codec.reveal(payload)) for payload in hidden]}


class TooLarge(ValueError):
    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(
            f"{what} carries {size} bytes, and at most {limit} may travel. "
            "Send ids and hashes, and leave content in the records."
        )
        self.size = size


class SizeGuard(Interceptor):
    """Refuses what is too large before it leaves: one update over 2 MiB stops a workflow for good.

    What counts is the clear size, so the answer does not depend on how well content shrinks.
    """

    def __init__(self, converter: DataConverter, limit: int = 256 * 1024) -> None:
        self._converter = converter.payload_converter
        self._limit = limit

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Guarded(next, self)

    def check(self, what: str, *values: Any) -> None:
        payloads = self._converter.to_payloads(values)
        size = sum(payload.ByteSize() for payload in payloads)
        if size > self._limit:
            raise TooLarge(what, size, self._limit)


class _Guarded(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, guard: SizeGuard) -> None:
        super().__init__(next)
        self._check = guard.check

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        self._check_start(input)
        self._check(f"The signal {input.start_signal} to {input.id}", *input.start_signal_args)
        return await super().start_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        self._check(f"The signal {input.signal} to {input.id}", *input.args)
        await super().signal_workflow(input)

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:
        self._check(f"The query {input.query} of {input.id}", *input.args)
        return await super().query_workflow(input)

    async def start_workflow_update(
        self, input: StartWorkflowUpdateInput
    ) -> WorkflowUpdateHandle[Any]:
        self._check(f"The update {input.update} of {input.id}", *input.args)
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        start, update = input.start_workflow_input, input.update_workflow_input
        try:
            self._check_start(start)
            self._check(f"The update {update.update} of {start.id}", *update.args)
        except TooLarge as refusal:
            input._on_start_error(refusal)  # or else whoever awaits the handle waits forever
            raise
        return await super().start_update_with_start_workflow(input)

    def _check_start(self, input: StartWorkflowInput | UpdateWithStartStartWorkflowInput) -> None:
        self._check(f"The start of {input.id}", *input.args, *(input.memo or {}).values())
