"""The page about approvals draws the chains that the example office really has."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from records.explaining import drawn, read_facts
from records.folder import read_office

ROOT = Path(__file__).parents[1]
OFFICE = ROOT / "policies" / "office"
CHAINS = [chain.id for chain in read_office([OFFICE], date(2026, 1, 1)).chains]


@pytest.mark.parametrize("chain", CHAINS)
def test_each_chain_is_drawn_as_it_is(chain: str) -> None:
    book = read_office([OFFICE], datetime.now(UTC).date()).book(chain)
    picture = "\n".join(drawn(book))
    assert picture in (ROOT / "docs" / "approvals.md").read_text()


def test_the_command_draws_it_and_says_who_signs_by_when() -> None:
    told = ["--author", "ana", "--fact", "media=0", "--at", "2027-03-26T14:00:00"]
    said = CliRunner().invoke(app, ["chain", "explain", str(OFFICE), "--chain", "committee", *told])
    assert said.exit_code == 0, said.output
    assert "Editorial: any one (Eva Marchand, Émile Brun) by 2027-03-30 11:30." in said.output
    assert "Accessibility is not needed" in said.output


def test_an_unknown_chain_is_a_sentence() -> None:
    said = CliRunner().invoke(app, ["chain", "explain", str(OFFICE), "--chain", "none"])
    assert said.exit_code == 1


def test_facts_are_read_as_they_are_meant() -> None:
    read = read_facts(["paid=true", "amount=300", "category=event"])
    assert read == {"paid": True, "amount": 300, "category": "event"}
    with pytest.raises(LookupError):
        read_facts(["paid"])
