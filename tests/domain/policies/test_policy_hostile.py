"""Texts written to stall a detector or to make it raise: a rule that raises blocks everybody."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case, Moment
from domain.declarations import Declarations, LanguageVersion, MediumFacts
from domain.detectors import (
    DETECTORS,
    contempt,
    numbers,
    persons,
    plain,
    politics,
    praise,
    private_life,
    secrets,
    tone,
)
from domain.detectors.phrases import Phrases
from domain.detectors.reading import Reading
from domain.post import Content, Medium, Window
from records.packs import TODAY, houses, shipped
from tests.domain.policies.corpus import PARTS, labelled

LENGTH = 60_000
# One character, or one word, over and over: what a runaway expression would choke on.
OVER_AND_OVER = ("a", "1", " ", "0 6 ", "A", "@", ".", "\u202f", "😀", "«", "(", "[", "1/1/", "m*",
                 "Mme Aa ", "12 rue ", "FR76 ", "a@b.", "http://", "you ", "les ", "promis ",
                 "12 % ", "la victime Aa ", "mot de passe ", "漢", "06 12 34 56 ",
                 "\u202e", "\u2067", "\u2067a\u2069")  # fmt: skip


def told(text: str, house: str = "fr", **more: object) -> Reading:
    window = Window(TODAY, TODAY + timedelta(days=1))
    content = Content(text, ("mastodon",), window, languages=("fr",), **more)  # type: ignore[arg-type]
    return Reading(Case(content, houses()[house], TODAY, Moment.SUBMISSION))


@pytest.mark.parametrize("word", OVER_AND_OVER)
def test_sixty_thousand_characters_stall_no_detector(word: str) -> None:
    reading = told((word * LENGTH)[:LENGTH])
    for name, detector in DETECTORS.items():
        started = process_time()
        tuple(detector(reading))
        # quadratic ones took eleven seconds here, the others are done in one
        assert process_time() - started < 8, f"{name} stalls on {word!r}"


PIECES = st.sampled_from(
    ("06 12 34 56 78", "FR76 3000", "@", "a@gmail.com", "http://", "bit.ly/x", "#", "né le 1 mai",
     "12/13/2026", "lundi 1", "31 février 2026", "«", "»", "m*rde", "[DATE]", "{{", "99 h 99",
     "M. Élan", "qui habite au 3 rue", "12,5 %", "la victime Léa", "you are", "promesses tenues",
     "4111", "İ", "ß", "ﬀ", "\u202e", "\u0000", "\ud83d\ude00", "٠٦", "０６", "1️⃣", "👨\u200d👩",
     "appelez le 911", "call", "senator", "XX/XX", "25:61", "0000000000", "AB-123-CD", "\u0301",
     "\n", " ", "")
)  # fmt: skip
WORDING = st.lists(PIECES | st.text(max_size=8), max_size=14).map(" ".join) | st.lists(
    PIECES, max_size=14
).map("".join)


@given(WORDING, st.sampled_from(["fr", "uk", "us", "ca", "es", "de", "wales", "jp"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_wording_makes_a_detector_raise(text: str, house: str, beside: bool) -> None:
    facts = MediumFacts("m", ocr_text=text, qr_payload=text, captions_text=text, file_name=text)
    version = LanguageVersion("en", text)
    declared = Declarations(versions=(version,), media=(facts,)) if beside else Declarations()
    reading = told(text, house, media=(Medium("m", text),), declared=declared)
    for moment in (Moment.DRAFT, Moment.MONITORING):
        at = replace(reading, case=replace(reading.case, moment=moment))
        for detector in DETECTORS.values():
            for hit in detector(at):
                assert isinstance(hit.piece, str)


LISTS = {
    f"{module.__name__}.{name}": found
    for module in (contempt, numbers, persons, plain, politics, praise, private_life, secrets, tone)
    for name, found in vars(module).items()
    if isinstance(found, Phrases)
}


@pytest.mark.parametrize("name", LISTS)
def test_the_quick_look_never_hides_what_the_pattern_would_find(name: str) -> None:
    phrases = LISTS[name]
    for text in everything_said():
        for found in phrases.pattern.finditer(text):
            assert phrases.may_be_in(text), f"{found.group()!r} has none of the stems of {name}"


@cache
def everything_said() -> tuple[str, ...]:
    """Every text of the corpus and of the examples in the packs."""
    posts = (post.case for part in PARTS for post in labelled(houses(), part))
    examples = (e.case for p in shipped().packs for rule in p.rules for e in rule.examples)
    return tuple(dict.fromkeys(case.content.text for case in (*posts, *examples)))
