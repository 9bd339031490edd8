"""The API answers in the language that is asked for, where it speaks in sentences."""

from typing import Any

import pytest

from api.languages import spoken
from tests.api.desk import Desk, done

pytestmark = pytest.mark.anyio
FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA, en;q=0.5", "fr"),
        ("en, fr;q=0.9", "en"),
        ("de, fr;q=0.4", "fr"),
        ("de", "en"),
        ("*, fr;q=0.1", "en"),
        ("fr;q=0", "en"),
        ("fr;q=nonsense", "en"),
        (",;,", "en"),
    ],
)
async def test_of_our_two_languages_the_one_that_is_liked_more(asked: str, language: str) -> None:
    assert spoken(asked) == language


async def test_a_refusal_keeps_its_code_in_every_language(desk: Desk) -> None:
    path = await desk.has_a_post_in_review(who="lena")
    said: Any = {"verdict": "approve", "revision": 1}
    told = await desk.asks("lena", "POST", f"{path}/decisions", json=said, headers=FRENCH)
    assert told.status_code == 409
    assert told.json()["code"] == "SELF_APPROVAL"
    assert told.json()["detail"].startswith("L'auteur d'une publication ne décide pas")
    assert told.headers["content-language"] == "fr"
    plain = await desk.asks("lena", "POST", f"{path}/decisions", json=said)
    assert plain.json()["detail"].startswith("You wrote this post")
    assert plain.headers["content-language"] == "en"


async def test_a_post_explains_itself_in_french_and_names_who_may_sign(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    answer = await desk.asks("ana", "GET", f"{path}/explain", headers=FRENCH)
    told = done(answer, 200)
    assert (told["language"], answer.headers["content-language"]) == ("fr", "fr")
    assert told["text"].startswith("Il est en cours de validation. ")
    assert "attend 1 signature(s) parmi : Lena Vidal" in told["waits_for"]["says"]
    names = [(one["level"], one["person"], one["name"]) for one in told["waits_for"]["signers"]]
    assert names == [
        ("legal", "lena", "Lena Vidal"),
        ("legal", "li", "Li Fournier"),
        ("legal", "lou", "Lou Perrin"),
    ]

    held = await desk.has_a_held_post(key="held")
    await desk.newsroom.freezes("crue")
    await desk.newsroom.days_pass(1.1)
    await desk.newsroom.eventually(lambda life: life.aside is not None)
    told = done(await desk.asks("ana", "GET", f"{held}/explain", headers=FRENCH), 200)
    assert told["last_trouble"]["because"] == "Un gel est en cours : crue"
    assert told["waits_for"]["says"] == "La fin d'un gel."
