"""What our pages say to type, typed as it stands, at a newsroom that runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.docs_reading import blocks, text_of
from tests.faults.house import SOURCE, House

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]

CURL = """#!/bin/sh
exec {curl} -w '%{{stderr}}%{{http_code}} %{{method}} %{{url_effective}}\\n' "$@"
"""
PARAPHEUR = """#!/bin/sh
PYTHONPATH={source} exec {python} -m cli "$@"
"""


def typed(page: str, house: House, folder: Path) -> tuple[str, list[str]]:
    """What the commands of a page say, and the status and address of each request."""
    put(folder / "bin" / "curl", CURL.format(curl=shutil.which("curl")))
    put(folder / ".venv/bin/parapheur", PARAPHEUR.format(source=SOURCE, python=sys.executable))
    (folder / ".parapheur").symlink_to(house.home)
    Image.new("RGB", (8, 8), "navy").save(folder / "quay.png")
    commands = "\n".join(
        block for block in blocks(text_of(page), "sh") if not block.startswith("make ")
    )
    commands = commands.replace("http://127.0.0.1:8000", house.bulletin.api)
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", commands],
        cwd=folder,
        env=house.environment | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked = [line for line in done.stderr.splitlines() if house.bulletin.api in line]
    return done.stdout, [line.replace(house.bulletin.api, "") for line in asked]


def put(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)


# Examples of what this post does not need, or of a link that was never made: the page shows them.
REFUSED = dict.fromkeys(
    ("waivers", "emergency", "settlement", "delegations/d4vq7x2mkc5tsyha"), "409"
) | {"/v1/link": "401", "/v1/link/decisions": "401"}


def test_the_first_post_goes_out_as_the_readme_says(house: House, tmp_path: Path) -> None:
    said, asked = typed("README.md", house, tmp_path)
    assert {line[0] for line in asked} == {"2"}, asked
    assert "\nin_review\napproved\n" in said
    assert said.count('lang="en">The ferry to the island runs again from noon.<') == 2
    assert " house measured " in said
    assert "; 0 faults.\n" in said
    [exported] = tmp_path.glob("ferry-*")
    assert house.asks("verify", "--folder", str(exported)).returncode == 0


def test_every_request_of_the_api_page_is_understood(house: House, tmp_path: Path) -> None:
    said, asked = typed("docs/api.md", house, tmp_path)
    assert len(asked) > 25
    for line in asked:
        expected = [status for ending, status in REFUSED.items() if line.endswith(ending)] or ["20"]
        assert line.startswith(expected[0]), line + said
