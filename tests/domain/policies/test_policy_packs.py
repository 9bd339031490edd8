"""The packs that we ship: every rule id of the rule book is there, and its examples prove it."""

import pytest
import yaml

from domain.examples import disagreements
from domain.finding import InEmergency
from domain.packs import Pack
from domain.policy import examine
from records.packs import POLICIES, case, houses, shipped
from records.yaml_values import parsed_text
from tests.domain.policies.rule_book import ALSO_WAIVED_BY, SOFTER, WITHIN_A_DAY, Line, lines


def test_every_id_of_the_rule_book_has_a_rule_and_no_rule_has_another_id() -> None:
    there = {rule.id for pack in shipped().packs for rule in pack.rules}
    assert there == {line.id for line in lines()}
    assert len(there) == 92


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.id)
def test_a_rule_is_exactly_what_the_rule_book_says(line: Line) -> None:
    severities = set()
    for pack, rule in shipped().rule(line.id):
        letters = {moment.value[0] for moment in rule.stages}
        roles = frozenset(filter(None, rule.waiver.split("|")))
        also = frozenset(filter(None, ALSO_WAIVED_BY.get((pack.id, rule.id), "").split("|")))
        severities.add(rule.severity.value[0])
        assert rule.detection.value[0] == line.detection
        assert letters == set(line.stages)
        assert line.emergency in (".", rule.emergency.value[0]) or line.id in SOFTER
        assert roles == line.waiver | also or (pack.id, rule.severity.value) == (
            "platform-limits",
            "warn",
        )
    assert severities in ({line.severity}, {line.severity, "w"} if line.id in SOFTER else None)


def test_what_an_emergency_passes_and_can_be_repaired_is_repaired_within_a_day() -> None:
    for pack in shipped().packs:
        for rule in pack.rules:
            due = rule.id.startswith(WITHIN_A_DAY) and rule.emergency is InEmergency.PASSES
            assert rule.repair_within == ("24h" if due else ""), rule.id


def test_personal_data_secrets_and_embargoes_hold_even_in_an_emergency() -> None:
    for family in ("pii", "security", "embargo"):
        rules = [r for p in shipped().packs for r in p.rules if r.id.startswith(f"{family}.")]
        assert rules
        assert {rule.emergency for rule in rules} == {InEmergency.HOLDS}


@pytest.mark.parametrize("pack", shipped().packs, ids=lambda pack: pack.id)
def test_the_examples_in_a_pack_pass_and_fail_as_they_say(pack: Pack) -> None:
    assert not [str(wrong) for wrong in disagreements(pack)]


def test_every_rule_speaks_english_and_french_and_names_its_clause() -> None:
    for pack in shipped().packs:
        for rule in pack.rules:
            assert rule.message.en != rule.message.fr
            assert rule.clause
            assert rule.source
            assert any(example.fails for example in rule.examples)
            assert any(not example.fails for example in rule.examples)


def test_whoever_may_waive_a_rule_of_the_example_office_works_there() -> None:
    """A role is a group: without anybody in it, a rule could be waived on paper only."""
    sheet = yaml.safe_load((POLICIES / "office/people.yaml").read_text())
    groups = {group for person in sheet["people"].values() for group in person["groups"]}
    binding = [pack for pack in shipped().packs if pack.jurisdiction in ("any", "eu", "fr")]
    roles = {role for pack in binding for rule in pack.rules for role in rule.waiver.split("|")}
    assert roles - {"", "author"} <= groups


# A piece that must not go out is found wherever the public would read it.
PIECES = {
    "pii.phone.personal": "06 12 34 56 78",
    "pii.email.personal": "marc.dupont@gmail.com",
    "pii.iban": "DE89 3704 0044 0532 0130 00",
    "pii.payment_card": "4111 1111 1111 1111",
    "security.classification_marking": "DIFFUSION RESTREINTE",
}
SHA = "0" * 64
PLACES: dict[str, dict[str, object]] = {
    "the text": {"text": "PIECE"},
    "a variant": {"variants": {"mastodon": "PIECE"}},
    "a language version": {"declared": {"versions": [{"language": "en", "text": "PIECE"}]}},
    "an alternative text": {"media": [{"alt": "PIECE"}]},
    "words in a picture": {"media": [{"alt": "Affiche", "ocr_text": "PIECE"}]},
    "a QR code": {"media": [{"alt": "Affiche", "qr_payload": "PIECE"}]},
    "captions": {"media": [{"alt": "Film", "captions_text": "PIECE"}]},
    "a transcript": {"media": [{"alt": "Film", "transcript": "PIECE"}]},
    "a file name": {"media": [{"alt": "Affiche", "file_name": "PIECE"}]},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rule", PIECES)
def test_what_must_not_go_out_is_found_wherever_the_public_reads(rule: str, place: str) -> None:
    said = yaml.safe_dump({"text": "Bonjour à tous.", **PLACES[place]}, allow_unicode=True)
    post = case(parsed_text(said.replace("PIECE", PIECES[rule]), "here"), houses(), "fr")
    assert rule in {found.rule for found in examine(post, shipped())}


@pytest.mark.parametrize("place", ["the text", "a variant", "a language version", "a QR code"])
def test_a_link_is_followed_wherever_it_stands(place: str) -> None:
    said = yaml.safe_dump({"text": "Bonjour à tous.", **PLACES[place]}, allow_unicode=True)
    told = said.replace("PIECE", "https://bit.ly/x?fbclid=1")
    post = case(parsed_text(told, "here"), houses(), "fr")
    found = {finding.rule for finding in examine(post, shipped())}
    assert {"links.shortener", "links.tracking"} <= found
