"""Clear text in the Temporal UI: for admins, through their UI, and for nobody else."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload

from tests.api.desk import Desk, a_desk, done, refused
from tests.newsroom import Newsroom
from workflows.packing import TAG, tag_of

pytestmark = pytest.mark.anyio
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"post":"Mirabelle"}')


def hidden(desk: Desk) -> dict[str, Any]:
    return {"payloads": [MessageToDict(desk.app.state.house.codec.hide(CLEAR))]}


async def decodes(desk: Desk, who: str, body: object = None, **headers: str) -> httpx.Response:
    told = hidden(desk) if body is None else body
    return await desk.asks(who, "POST", "/codec/decode", json=told, headers=headers)


async def test_an_admin_reads_what_travelled(desk: Desk) -> None:
    shown = done(await decodes(desk, "ines"), 200)["payloads"]
    assert [payload["data"] for payload in shown] == [b64encode(CLEAR.data).decode()]


async def test_nobody_else_does(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    for who in ("ana", "lena", "carl", "cms"):
        refused(await decodes(desk, who), 403, "FORBIDDEN")
    refused(await decodes(desk, ""), 401, "UNAUTHENTICATED")
    for origin in ("http://evil.example", "null", ""):
        refused(await decodes(desk, "", Origin=origin), 401, "UNAUTHENTICATED")


async def test_on_one_machine_its_own_ui_may(desk: Desk) -> None:
    answer = await decodes(desk, "", Origin=desk.settings.temporal_ui_url)
    assert done(answer, 200)["payloads"]
    assert answer.headers["access-control-allow-origin"] == desk.settings.temporal_ui_url


async def test_a_page_from_elsewhere_may_not_read_the_answer(desk: Desk) -> None:
    answer = await decodes(desk, "ines", Origin="http://evil.example")
    assert "access-control-allow-origin" not in answer.headers


async def test_from_another_machine_its_ui_may_not(
    newsroom: Newsroom, keys: Path, tmp_path: Path
) -> None:
    async with a_desk(newsroom, keys, tmp_path) as desk:
        transport = httpx.ASGITransport(desk.app, client=("192.0.2.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url=desk.http.base_url) as outside:
            desk.http, origin = outside, desk.settings.temporal_ui_url
            refused(await decodes(desk, "", Origin=origin), 401, "UNAUTHENTICATED")


async def test_in_production_its_ui_needs_an_admin_too(
    newsroom: Newsroom, keys: Path, tmp_path: Path
) -> None:
    async with a_desk(newsroom, keys, tmp_path, local_sign_in=False) as desk:
        answer = await decodes(desk, "", Origin=desk.settings.temporal_ui_url)
        refused(answer, 401, "UNAUTHENTICATED")


async def test_the_ui_may_ask_and_other_pages_may_not(desk: Desk) -> None:
    def asked(origin: str) -> dict[str, str]:
        return {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-namespace",
        }

    ours = desk.settings.temporal_ui_url
    answer = await desk.http.options("/codec/decode", headers=asked(ours))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ours
    for origin in ("http://evil.example", f"{ours}.evil.example", "null"):
        answer = await desk.http.options("/codec/decode", headers=asked(origin))
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "body", [{}, {"payloads": 3}, {"payloads": [{"data": "x"}]}, {"payloads": [{"data": 5}]}]
)
async def test_what_are_no_payloads_is_refused(desk: Desk, body: object) -> None:
    refused(await decodes(desk, "ines", body), 422, "NOT_DECODABLE")


async def test_what_was_altered_or_closed_with_another_key_is_refused(desk: Desk) -> None:
    codec = desk.app.state.house.codec
    altered, stranger = codec.hide(CLEAR), codec.hide(CLEAR)
    altered.data = altered.data[:-1] + bytes([altered.data[-1] ^ 1])
    stranger.data = tag_of("2020-01-01-ffff") + stranger.data[TAG:]
    for payload in (altered, stranger):
        body = {"payloads": [MessageToDict(payload)]}
        refused(await decodes(desk, "ines", body), 422, "NOT_DECODABLE")


async def test_it_never_encrypts(desk: Desk) -> None:
    refused(await desk.asks("ines", "POST", "/codec/encode", json={}), 404, "NOT_FOUND")
