"""The hash that approvers sign: the same for the same post, another for any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical, digest, instant, plain
from domain.post import Content, Medium, Variant, Window

OPENS = datetime(2027, 1, 4, 9, tzinfo=UTC)
CONTENT = Content(
    text="Boil water.",
    channels=("harbour", "town-square"),
    window=Window(OPENS, OPENS + timedelta(hours=4)),
    variants=(Variant("harbour", "Harbour: boil water."), Variant("town-square", "Boil it.")),
    media=(Medium("a" * 64, "A boiling pot"),),
    links=("https://clairmont.example/water",),
    languages=("en",),
)
# Written down once: a release that gave another hash would void every approval on its way.
KNOWN = "43989c7dee8f9e9a"


def test_the_hash_of_a_known_post_never_changes() -> None:
    assert CONTENT.hash.startswith(KNOWN)


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTENT, text="Boil water!"),
        replace(CONTENT, channels=("harbour",)),
        replace(CONTENT, window=replace(CONTENT.window, closes=OPENS + timedelta(hours=5))),
        replace(CONTENT, window=replace(CONTENT.window, opens=OPENS - timedelta(hours=1))),
        replace(CONTENT, variants=CONTENT.variants[:1]),
        replace(CONTENT, variants=(Variant("harbour", "Other."), CONTENT.variants[1])),
        replace(CONTENT, media=()),
        replace(CONTENT, media=(Medium("b" * 64, "A boiling pot"),)),
        replace(CONTENT, media=(Medium("a" * 64, "A pot"),)),
        replace(CONTENT, media=(Medium("a" * 64, "A boiling pot", decorative=True),)),
        replace(CONTENT, links=()),
        replace(CONTENT, languages=("fr",)),
    ],
)
def test_whatever_reaches_the_public_is_in_it(other: Content) -> None:
    assert other.hash != CONTENT.hash


def test_the_order_of_channels_and_variants_is_not() -> None:
    turned = replace(CONTENT, channels=CONTENT.channels[::-1], variants=CONTENT.variants[::-1])
    assert turned.hash == CONTENT.hash


def test_the_same_instant_in_another_zone_is_the_same_window() -> None:
    paris = timezone(timedelta(hours=1))
    window = Window(CONTENT.window.opens.astimezone(paris), CONTENT.window.closes)
    assert replace(CONTENT, window=window).hash == CONTENT.hash


@given(st.text(), st.text())
def test_two_texts_share_a_hash_only_if_they_are_one(one: str, other: str) -> None:
    hashes = {replace(CONTENT, text=text).hash for text in (one, other) if _is_sound(text)}
    texts = {text for text in (one, other) if _is_sound(text)}
    assert len(hashes) == len(texts)


def _is_sound(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def test_a_moment_without_a_zone_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2027, 1, 4, 9))  # noqa: DTZ001


def test_a_float_has_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="float"):
        canonical({"likes": 1.5})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
    )
)
def test_what_is_plain_already_stays_as_it_is(value: object) -> None:
    assert plain(plain(value)) == plain(value)
    assert digest(plain(value)) == digest(value)
