"""Every scenario in this folder is played against the judge, and told where it goes another way."""

from pathlib import Path

import pytest

from records.rehearsal import rehearse
from records.scenarios import read_scenarios

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_scenario_goes_as_its_author_expects(file: Path) -> None:
    for scenario in read_scenarios([file]):
        rehearsal = rehearse(scenario)
        assert rehearsal.went_well, "\n".join(rehearsal.text)


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60
