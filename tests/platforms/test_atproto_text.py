"""Whatever surrounds a link, what we underline is the link."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.platforms.atproto_text import Kind, facets, handles, marks, tid

AROUND = st.text(st.sampled_from("aéü 🏛️👨‍👩‍👧日本\n«»(“’.…,#@:/-_1")).map(lambda text: f"{text} ")
LINKS = st.sampled_from(
    ["https://ville.example/eau", "http://a.example", "https://ville.example/été?a=1&b=(2)#c"]
)


def underlined(text: str) -> list[str]:
    return [text.encode()[mark.start : mark.end].decode() for mark in marks(text)]


@given(AROUND, LINKS, AROUND)
def test_a_link_is_found_at_its_bytes_whatever_stands_before_it(before, link, after):
    text = f"{before}{link} {after}"
    at = len(before.encode())

    assert [
        mark.leads_to
        for mark in marks(text)
        if (mark.start, mark.end) == (at, at + len(link.encode()))
    ] == [link]


@given(st.text(st.sampled_from("aé🏛️ \u200d@#.＃-:/htps(),’\n1"), max_size=80))
def test_marks_stay_inside_the_text_in_order_and_apart(text):
    found = marks(text)

    edges = [edge for mark in found for edge in (mark.start, mark.end)]
    assert edges == sorted(edges)
    assert all(0 <= mark.start < mark.end <= len(text.encode()) for mark in found)
    for mark, words in zip(found, underlined(text), strict=True):
        assert words.lower().endswith(mark.leads_to.lower())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Voir https://ville.example/eau.", ["https://ville.example/eau"]),
        ("(https://ville.example/eau)", ["https://ville.example/eau"]),
        ("https://w.example/a_(b), puis", ["https://w.example/a_(b)"]),
        ("« https://ville.example »", ["https://ville.example"]),
        ("HTTPS://Ville.Example !", ["HTTPS://Ville.Example"]),
        ("https:// et http://", []),
        ("ftp://ville.example et ville.example", []),
        ("xhttps://ville.example", []),
        ("@mairie.example, merci", ["@mairie.example"]),
        ("(@mairie.ville.example.)", ["@mairie.ville.example"]),
        ("presse@ville.example et @ville", []),
        ("@presse.ville@social.example", []),
        ("https://social.example/@presse.ville", ["https://social.example/@presse.ville"]),
        ("https://a.example/(@b.example", ["https://a.example/(@b.example"]),
        ("#Forêt, #été2027! #2027 # ## #-", ["#Forêt", "#été2027"]),
        ("＃防災 #🌊", ["＃防災", "#🌊"]),
        ("n°#5 a#b", []),
        ("#" + "a" * 64, ["#" + "a" * 64]),
        ("#" + "a" * 65, []),
        ("", []),
    ],
)
def test_what_people_write_is_underlined_as_they_mean_it(text, words):
    assert underlined(text) == words


def test_a_mention_of_nobody_stays_plain_text():
    text = "Merci @Mairie.example et @perdu.example #eau"

    found = facets(text, {"mairie.example": "did:plc:mairie"})

    assert handles(text) == ("mairie.example", "perdu.example")
    assert [facet["features"] for facet in found] == [
        [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:mairie"}],
        [{"$type": "app.bsky.richtext.facet#tag", "tag": "eau"}],
    ]


def test_kinds_are_told_apart():
    assert [mark.kind for mark in marks("#a @b.example https://c.example")] == [
        Kind.TAG,
        Kind.MENTION,
        Kind.LINK,
    ]


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_key_and_its_moment_always_give_the_same_address():
    assert tid("one", NOON) == tid("one", NOON) == "3n2vkvrlof4xh"


@given(st.text(), st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_address_is_thirteen_letters_and_holds_its_millisecond(key, moment):
    address = tid(key, moment)

    number = 0
    for letter in address:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    assert len(address) == 13
    assert address[0] in "234567abcdefghij"  # https://atproto.com/specs/tid
    assert (number >> 10) // 1000 == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        milliseconds=1
    )


def test_a_thousand_posts_of_one_moment_have_a_thousand_addresses():
    assert len({tid(str(number), NOON) for number in range(1000)}) == 1000


def test_addresses_sort_as_their_moments_do():
    moments = [NOON + timedelta(milliseconds=step) for step in range(50)]
    addresses = [tid("one", moment) for moment in moments]

    assert addresses == sorted(addresses)
