"""What an approver reads is what the public reads: hidden characters are named and never shown."""

from unicodedata import lookup

import pytest

from domain.detectors.hidden import CONTROLS, HIDDEN
from domain.finding import Finding, Severity
from domain.policy import examine
from records.packs import case, houses, shipped
from records.yaml_values import parsed_text

RULE = "content.hidden_characters"


def found(written: str) -> list[Finding]:
    post = case(parsed_text(written, "here"), houses(), "uk")
    return [finding for finding in examine(post, shipped()) if finding.rule == RULE]


def test_a_finding_names_the_character_its_text_and_its_place_and_says_what_to_do() -> None:
    (finding,) = found('{text: "👨\\u200d👩\\u200d👧 e\\u0301t\\u202eé", channels: [x]}')
    assert finding.says == (
        "Character 5 of the text is U+202E RIGHT-TO-LEFT OVERRIDE: nobody sees it, or not "
        "everybody sees the same. Delete it, or type these words anew."
    )
    assert (finding.severity, finding.waiver) == (Severity.BLOCK, "")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ('{text: "a\\u2066", channels: [x]}', "Character 2 of the text is U+2066"),
        ('{text: a, variants: {x: "\\x1b["}, channels: [x]}', "Character 1 of the text for x is"),
        ('{text: a, media: [{alt: a}, {alt: "b\\x7f"}]}', "of the alternative text of image 2 is"),
    ],
)
def test_a_variant_and_an_alternative_text_are_read_as_the_text_is(said: str, where: str) -> None:
    (finding,) = found(said)
    assert where in finding.says


def test_an_alternative_text_is_read_also_where_a_machine_has_read_the_same_before_it() -> None:
    (finding,) = found('{text: a, media: [{alt: a, ocr_text: "b\\u202e"}, {alt: "b\\u202e"}]}')
    assert "of the alternative text of image 2 is" in finding.says


def test_a_text_of_nothing_but_control_characters_is_no_empty_one() -> None:
    (finding,) = found('{text: "\\x1c", media: [{alt: a}]}')
    assert "U+001C INFORMATION SEPARATOR FOUR" in finding.says


def test_no_finding_holds_the_character_that_it_tells_of() -> None:
    every = "\\x01\\x85\\u202a\\u202e\\ufff9\\ue000\\ufdd0\\U000e0001\\U000e0002\\u2068"
    shown = [finding for sign in every.split("\\")[1:] for finding in found(f'text: "a\\{sign}"')]
    assert len(shown) == 10
    for finding in shown:
        assert not HIDDEN.search(f"{finding.says}{finding.piece}{finding.title}{finding.id}")
    assert "U+E000 PRIVATE USE" in shown[5].says
    assert "U+FDD0 NONCHARACTER" in shown[6].says


def test_a_text_full_of_them_is_told_in_a_few_sentences_each_character_once() -> None:
    assert len(found('text: "\\x01a\\x01b\\x02\\x01"')) == 2
    assert len(found('text: "\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x0e"')) == 5


def test_every_control_character_bears_the_name_that_unicode_gives_it() -> None:
    for code, called in CONTROLS.items():
        assert lookup(called) == chr(code)
