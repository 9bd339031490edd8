"""What kept a post back is told until it was put right, and no longer."""

from datetime import UTC, datetime

import pytest

from domain.explaining import last_trouble
from domain.facts import Fact, FactKind

AT = datetime(2030, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept_back", "went_out", "is_over"),
    [("", "harbour", True), ("harbour", "harbour", True), ("harbour", "town-square", False)],
)
def test_a_trouble_is_over_once_what_it_kept_back_is_out(
    kept_back: str, went_out: str, is_over: bool
) -> None:
    held = Fact(kind=FactKind.HELD, channel=kept_back, because="A freeze kept it.")
    out = Fact(kind=FactKind.PUBLISHED, channel=went_out)
    assert last_trouble([(AT, held)]) is not None
    assert (last_trouble([(AT, held), (AT, out)]) is None) is is_over
