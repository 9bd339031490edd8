"""Counting as each platform counts."""

import pytest

from domain.counting import graphemes, mastodon, measured, overrun, threads, utf16, weighted
from domain.house import ChannelLimits, House


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bonjour", 7),
        ("é", 1),
        ("e\u0301", 1),  # NFD is composed first
        ("ŵŷ", 2),
        ("ẁ", 2),
        ("10 €", 5),
        ("Vraiment\u202f!", 11),
        ("日本", 4),
        ("👨‍👩‍👧‍👦", 2),
        ("🫱🏻‍🫲🏿", 2),
        ("🇫🇷", 2),
        ("1️⃣", 2),
        ("https://www.beaulieu.fr/une/tres/longue/adresse?avec=parametres", 23),
        ("beaulieu.fr", 23),
        ("Voir beaulieu.fr.", 29),
        ("plan.pdf", 8),
        ("a\r\nb", 3),
    ],
)
def test_x_weighs_characters_emoji_and_links(text: str, count: int) -> None:
    assert weighted(text) == count


def test_x_weighs_as_the_library_of_the_platform_does() -> None:
    from domain.twitter_urls import weight_by_twitter_text

    texts = (
        "La piscine rouvre à 9 h 30 : https://www.beaulieu.fr/piscine et beaulieu.fr/x. #Sport",
        "Élections… « oui » – non — 12 € ™ © • → ½",
        "こんにちは example.com中国語 😷 👩‍🚒 🙋🏽",
        "@ville #été http://a.example/b?c=d&e=f#g (www.gov.uk) fin",
        "ŵ ŷ Ẁ ﬁ 𝗔 ❤️ ☎ ✨ ‘x’ “y”",
    )
    assert [weighted(text) for text in texts] == [weight_by_twitter_text(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "count"),
    [("👨‍👩‍👧‍👦", 1), ("e\u0301", 1), ("🇫🇷🇫🇷", 2), ("abc", 3), ("a\r\nb", 3)],
)
def test_a_grapheme_is_what_a_reader_counts(text: str, count: int) -> None:
    assert graphemes(text) == count


def test_bluesky_counts_graphemes_and_bytes() -> None:
    assert overrun("bluesky", "👨‍👩‍👧‍👦" * 120) is None
    assert overrun("bluesky", "👨‍👩‍👧‍👦" * 121) == "3025 bytes, and bluesky takes 3000"
    assert overrun("bluesky", "é" * 301) == "301 characters, and bluesky takes 300"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://www.beaulieu.fr/une/tres/longue/adresse/encore/plus", 23),
        ("beaulieu.fr", 11),
        ("@ville@social.example bonjour", 14),
        ("Voir https://beaulieu.fr.", 29),
    ],
)
def test_mastodon_counts_schemed_links_as_23_and_handles_without_host(
    text: str, count: int
) -> None:
    assert mastodon(text, 23) == count


def test_threads_counts_an_emoji_as_its_bytes() -> None:
    assert threads("été 🎉") == 8
    assert threads("👨‍👩‍👧‍👦") == 25


def test_tiktok_counts_utf16_units() -> None:
    assert utf16("a🎉") == 3


def test_an_instance_may_take_more_than_its_platform() -> None:
    house = House("FR", platforms=(("toot", "mastodon"),))
    assert measured(house, "toot", "a" * 501).is_over
    roomy = House("FR", platforms=house.platforms, limits=(ChannelLimits("toot", length=1000),))
    assert not measured(roomy, "toot", "a" * 501).is_over


def test_a_channel_without_a_known_platform_has_no_limit_to_keep() -> None:
    with pytest.raises(LookupError, match="myspace"):
        measured(House("FR"), "myspace", "a")
