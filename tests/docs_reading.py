"""Reading our own pages: their tables, links and blocks, and what their commands would ask for."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HOUSE = Path(__file__).parents[1]
PAGES = sorted(
    path
    for path in (*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md"))
    if not any(part.startswith(".") for part in path.relative_to(HOUSE).parts)
)

# Stands in for curl: writes down what it was asked, and answers with what the next command needs.
CURL = """#!/bin/sh
{ printf '%s\\0' "$@"; printf '\\0'; } >> asked
echo '{"token": "t", "id": "p", "sha256": "00", "waits_for": "", "state": "", "sends": "",
       "entries": []}'
"""
SILENT = "#!/bin/sh\necho pk_1_secret\n"


@dataclass(frozen=True)
class Request:
    """What one curl command asks for."""

    method: str
    path: str
    query: tuple[str, ...]
    headers: dict[str, str]
    body: str | None


def text_of(name: str) -> str:
    return (HOUSE / name).read_text()


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its height."""
    height = len(heading) - len(heading.lstrip("#"))
    _, _, rest = page.partition(f"\n{heading}\n")
    assert rest, f"There is no {heading!r}."
    return re.split(rf"\n#{{1,{height}}} ", rest)[0]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row, without heads and rules."""
    table = re.compile(r"^\|.*\|\n\|[-|: ]+\|\n((?:\|.*\|\n?)*)", re.MULTILINE)
    for found in table.finditer(text):
        for line in found[1].splitlines():
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def words(cell: str) -> list[str]:
    """What is set as code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", prose)


def anchors(text: str) -> set[str]:
    """The names by which headings can be reached, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def asked_by(page: str, folder: Path) -> list[Request]:
    """Runs every command of a page in one shell, with a curl that goes nowhere."""
    _furnish(folder)
    commands = "\n".join(block for block in blocks(page, "sh") if not block.startswith("make "))
    environment = {"PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-euc", commands], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    calls = (folder / "asked").read_text().split("\0\0")
    return [_request(call.strip("\0").split("\0")) for call in calls if call]


def _furnish(folder: Path) -> None:
    for name, content in (
        ("bin/curl", CURL),
        ("bin/sleep", SILENT),
        ("bin/grep", SILENT),
        (".venv/bin/parapheur", SILENT),
        (".parapheur/keys/sign-in", "word"),
        ("quay.png", "an image"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o755)


def _request(words: list[str]) -> Request:
    url, body, headers, method = "", None, {}, ""
    left = iter(words)
    for word in left:
        match word:
            case "-s":
                continue
            case "-H":
                name, _, value = next(left).partition(": ")
                headers[name.lower()] = value
            case "-d" | "--data-binary":
                body = next(left)
            case "-X":
                method = next(left)
            case _:
                assert word.startswith("http"), f"curl would not understand {word!r}"
                url = word
    split = urlsplit(url)
    query = tuple(pair.partition("=")[0] for pair in split.query.split("&") if pair)
    return Request(method or ("GET" if body is None else "POST"), split.path, query, headers, body)
