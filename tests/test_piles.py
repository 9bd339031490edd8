"""Two processes that share the tests share them by the pile."""

import pytest

from tests.piles import TOGETHER, pile_of, place


def test_a_file_is_a_pile_and_a_folder_with_one_server_is_another() -> None:
    assert pile_of("tests/api/test_api_posts.py::test_one[a::b]") == "tests/api/test_api_posts.py"
    assert pile_of("tests/faults/test_kill_nine.py::test_one") == "tests/faults/"


def test_what_takes_long_is_begun_first() -> None:
    piles = ["tests/api/test_api_posts.py", *reversed(TOGETHER), "tests/test_docs.py"]
    assert sorted(piles, key=place)[: len(TOGETHER)] == list(TOGETHER)


def test_this_very_run_has_that_order(request: pytest.FixtureRequest) -> None:
    places = [place(pile_of(item.nodeid)) for item in request.session.items]
    assert places == sorted(places)
