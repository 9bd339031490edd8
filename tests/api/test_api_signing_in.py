"""Who may come in: people with their word, machines with their key, and nobody for longer."""

from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from records import api_keys, sign_in
from records.tables import ApiKeyRow
from tests.api.desk import Desk, a_desk, done, refused
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_an_example_person_signs_in_and_is_known(desk: Desk) -> None:
    session = done(await desk.signs_in("lena"))
    assert (session["person"], session["groups"]) == ("lena", ["legal"])
    desk.tokens["lena"] = session["token"]
    mine = done(await desk.reads("lena", "/v1/sessions/mine"), 200)
    assert mine == {
        "organisation": desk.organisation,
        "person": "lena",
        "groups": ["legal"],
    }


async def test_a_wrong_word_and_a_wrong_name_get_the_same_answer(desk: Desk) -> None:
    told = {
        refused(await desk.signs_in("lena", "guess"), 401, "WRONG_SIGN_IN"),
        refused(await desk.signs_in("lena", ""), 401, "WRONG_SIGN_IN"),
        refused(await desk.signs_in("nobody"), 401, "WRONG_SIGN_IN"),
    }
    assert len(told) == 1
    said = {"organisation": "nowhere", "person": "lena", "password": "guess"}
    refused(await desk.http.post("/v1/sessions", json=said), 401, "WRONG_SIGN_IN")
    refused(await desk.signs_in("lena", "\x00"), 401, "WRONG_SIGN_IN")
    refused(await desk.signs_in("'; --"), 422, "INVALID")


async def test_in_production_there_is_no_local_sign_in(
    newsroom: Newsroom, keys: Path, tmp_path: Path
) -> None:
    async with a_desk(newsroom, keys, tmp_path, local_sign_in=False) as desk:
        refused(await desk.signs_in("lena"), 404, "NO_LOCAL_SIGN_IN")


async def test_a_local_token_opens_nothing_in_production(
    newsroom: Newsroom, keys: Path, tmp_path: Path
) -> None:
    ends = await newsroom.database.now() + timedelta(hours=1)
    async with a_desk(newsroom, keys, tmp_path, local_sign_in=False) as desk:
        desk.tokens["lena"] = sign_in.token(keys, newsroom.organisation, "lena", ends)
        refused(await desk.reads("lena", "/v1/sessions/mine"), 401, "UNAUTHENTICATED")


async def test_a_token_that_was_made_up_opens_nothing(desk: Desk, keys: Path) -> None:
    lena = {"iss": sign_in.ISSUER, "org": desk.organisation, "sub": "lena", "exp": 2**32}
    wrong = OctKey.import_key("x" * 32)
    ended = await desk.database.now() - timedelta(minutes=1)
    true = str(done(await desk.signs_in("lena"))["token"])
    head, _, rest = true.partition(".")
    for token in (
        "nonsense",
        "a.b.c",
        jwt.encode({"alg": "HS256"}, lena, wrong),
        f"{head}.{rest[:-4]}AAAA",
        "eyJhbGciOiJub25lIn0." + rest.split(".")[0] + ".",
        sign_in.token(keys, desk.organisation, "lena", ended),
    ):
        desk.tokens["thief"] = token
        refused(await desk.reads("thief", "/v1/posts"), 401, "UNAUTHENTICATED")


async def test_a_token_counts_in_its_own_organisation_only(desk: Desk, keys: Path) -> None:
    ends = await desk.database.now() + timedelta(hours=1)
    desk.tokens["ghost"] = sign_in.token(keys, "nowhere", "lena", ends)
    refused(await desk.reads("ghost", "/v1/posts"), 403, "ACTOR_INACTIVE")


async def test_a_key_does_what_its_scopes_say(desk: Desk) -> None:
    await desk.gives_a_key("reader", "posts:read")
    await desk.gives_a_key("writer", "posts:write")
    path = await desk.has_a_post()
    done(await desk.reads("reader", path), 200)
    refused(await desk.starts("reader", "r-1"), 403, "FORBIDDEN")
    refused(await desk.sends("reader", f"{path}/withdrawal"), 403, "FORBIDDEN")
    refused(await desk.reads("writer", path), 403, "FORBIDDEN")
    refused(await desk.reads("writer", "/v1/posts"), 403, "FORBIDDEN")
    done(await desk.starts("writer", "w-1"))
    refused(await desk.reads("writer", "/v1/sessions/mine"), 403, "FORBIDDEN")


async def test_a_key_that_was_revoked_or_has_ended_opens_nothing(desk: Desk) -> None:
    id = await desk.gives_a_key("cms")
    done(await desk.reads("cms", "/v1/posts"), 200)
    assert await api_keys.revoke(desk.database, desk.organisation, id)
    refused(await desk.reads("cms", "/v1/posts"), 401, "UNAUTHENTICATED")

    now = await desk.database.now()
    for name, ends in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(hours=1))):
        made = await api_keys.make(
            desk.database, desk.organisation, name, api_keys.SCOPES, expires_at=ends
        )
        desk.tokens[name] = made
    refused(await desk.reads("old", "/v1/posts"), 401, "UNAUTHENTICATED")
    done(await desk.reads("new", "/v1/posts"), 200)


async def test_a_key_that_was_guessed_opens_nothing(desk: Desk) -> None:
    id = await desk.gives_a_key("cms")
    for guess in (f"pk_{id}_", f"pk_{id}_guess", "pk__", "pk_", f"pk_{id}", "pk_nobody_guess"):
        desk.tokens["thief"] = guess
        refused(await desk.reads("thief", "/v1/posts"), 401, "UNAUTHENTICATED")


async def test_a_key_is_kept_as_a_hash_only(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    secret = desk.tokens["cms"].split("_", 2)[2]
    async with desk.database.transaction(desk.organisation) as session:
        rows = (await session.execute(ApiKeyRow.__table__.select())).all()
    assert secret not in repr(rows)


@pytest.mark.parametrize(
    "header",
    [b"", b"Basic bGVuYTp4", b"Bearer", b"Bearer ", b"bearer\tx", b"Bearer x y", b"pk_1_2",
     b"Bearer \xe9.\xe9.\xe9", b"Bearer pk_\xe9_\xe9"],
)  # fmt: skip
async def test_without_a_key_or_a_token_nobody_comes_in(desk: Desk, header: bytes) -> None:
    headers = {b"Authorization": header} if header else {}
    answer = await desk.http.get("/v1/posts", headers=headers)
    refused(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
