"""docs/policies.md and the code say the same."""

import regex

from domain.case import Case
from domain.packs import Rulebook
from domain.policy import examine
from records.packs import houses, pack
from records.yaml_values import parsed_text
from tests.domain.policies.doc_tables import PAGE, up_to_date

TEACHES = "Run: python -m tests.domain.policies.doc_tables"


def test_every_rule_detector_and_field_is_documented_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert up_to_date(page) == page, TEACHES


def test_the_rule_on_the_page_loads_and_keeps_its_examples() -> None:
    page = PAGE.read_text(encoding="utf-8")
    (shown,) = regex.findall(r"(?s)```yaml\n(.*?)```", page)
    taught = pack(parsed_text(shown, "policies.md"), houses())
    (rule,) = taught.rules
    for example in rule.examples:
        assert bool(_found(example.case, Rulebook((taught,), "page"))) is example.fails


def _found(case: Case, rulebook: Rulebook) -> tuple[object, ...]:
    return examine(case, rulebook)
