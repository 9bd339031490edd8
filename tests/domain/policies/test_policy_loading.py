"""A pack with a slip in it is refused when it is loaded, with the file and the line."""

import pytest

from records.packs import Malformed, houses, pack, rulebook
from records.yaml_values import parsed_text

FAILS = 'fails: ["06 12 34 56 78"]'
GOOD = """id: mine
version: "1"
jurisdiction: any
title: {en: Mine, fr: À moi}
rules:
  - id: mine.rule
    severity: warn
    stages: [draft]
    title: {en: A, fr: B}
    clause: C
    source: S
    for_each: found.phones
    when: hit.kind == 'mobile'
    message: {en: "“{piece}” is wrong", fr: "« {piece} » est faux"}
    examples:
      passes: [bonjour]
      fails: ["06 12 34 56 78"]
"""


def loaded(text: str) -> None:
    pack(parsed_text(text, "mine.yaml"), houses())


def test_a_sound_pack_loads() -> None:
    loaded(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("hit.kind ==", "hit.sort ==", 13, "hit has no sort"),
        ("hit.kind == 'mobile'", "hit.kind == 3", 13, "hit.kind is a string, and 3 is not"),
        ("hit.kind == 'mobile'", "hit.count > 'three'", 13, "hit.count is a int"),
        ("hit.kind == 'mobile'", "hit.kind ==", 13, "Failed to parse"),
        ("hit.kind == 'mobile'", "post.media.size() > 'x'", 13, "post.media.size() is a int"),
        ("hit.kind == 'mobile'", "post.media.exists(m, m.altt == '')", 13, "m has no altt"),
        ("hit.kind == 'mobile'", "post.text.exists(m, true)", 13, "post.text is no list"),
        ("hit.kind == 'mobile'", "post.media == 'x'", 13, "post.media is a list"),
        ("hit.kind == 'mobile'", "medium.alt == ''", 13, "there is no medium"),
        ("hit.kind == 'mobile'", "shout(post.text)", 13, "there is no function shout"),
        ("hit.kind == 'mobile'", "post != null", 13, "post alone means nothing"),
        ("hit.kind == 'mobile'", "organisation.crisis.on", 13, "organisation.crisis has no on"),
        ("hit.kind == 'mobile'", "found.fones.size() > 0", 13, "found has no fones"),
        ("found.phones", "found.fones", 12, "neither channels, media nor"),
        ("{piece}”", "{pice}”", 14, "nothing fills {pice}"),
        ("severity: warn", "severity: fatal", 7, "fatal is none of block, warn, info"),
        ("stages: [draft]", "stages: [drafts]", 8, "drafts is none of"),
        ("    clause: C\n", "", 6, "a rule needs clause"),
        ("    source: S", "    sauce: S", 11, "there is no sauce here"),
        ("      " + FAILS, "", 16, "examples that fail"),
        (FAILS, "fails: [{house: mars, text: x}]", 17, "no organisation mars"),
        (FAILS, "fails: [{text: x, now: 2026-01-01T00:00:00}]", 17, "time zone"),
        (FAILS, "fails: [{text: x, declared: {cat: y}}]", 17, "there is no cat"),
        ("version: \"1\"\n", "", 1, "a pack needs version"),
        ("id: mine\n", "id: [mine\n", 2, "expected"),
    ],
)  # fmt: skip
def test_a_slip_names_its_file_and_line(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(Malformed) as refused:
        loaded(GOOD.replace(old, new))
    assert str(refused.value).startswith(f"mine.yaml:{line}:")
    assert says in str(refused.value)


def test_two_packs_may_not_share_a_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(Malformed, match="two packs are called mine"):
        rulebook(sorted(tmp_path.glob("*.yaml")), houses())


def test_the_version_of_a_rulebook_changes_with_any_byte(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.yaml").write_text(GOOD)
    before = rulebook([tmp_path / "a.yaml"], houses()).version
    (tmp_path / "a.yaml").write_text(GOOD + "# a remark\n")
    assert rulebook([tmp_path / "a.yaml"], houses()).version != before
