"""A post handed to somebody who does not trust us: a folder, a page that says how to check it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
import typer
from PIL import Image

from activities.histories import Shelf
from activities.media import Album, open_store
from domain.canonical import as_bytes
from domain.post import Medium
from local.offline import verify_folder
from local.postgres import Postgres
from records.checkpoints import message, seal_heads
from records.database import connect
from records.export import CannotExport, Sources, gathered, write
from records.exported import NotAnExport, prove_folder
from records.histories import Owed
from records.keys import KeyTrouble, Kind, Sealer, make_keys
from tests.docs_reading import blocks
from tests.newsroom import Newsroom, a_newsroom, time_skipping
from workflows.archive import Archivist

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Exported:
    folder: Path
    sources: Sources
    newsroom: Newsroom


@pytest.fixture(scope="module")
async def exported(
    postgres: Postgres, keys: Path, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Exported]:
    """A whole life, with an image, a round of changes and a history; sealed, but for its end."""
    home, database = tmp_path_factory.mktemp("export"), connect(postgres.url)
    store = open_store(f"file:{home / 'media'}")
    album, shelf = Album(store, database), Shelf(store)
    sources = Sources(database, keys, album.read, shelf.read)
    async with time_skipping(keys) as env, a_newsroom(env, database, keys, home) as newsroom:
        await lives(newsroom, album, Sealer.of(keys, Kind.CHECKPOINT))
        archivist = Archivist(newsroom.env.client, database, shelf)
        await archivist.take(Owed(newsroom.organisation, newsroom.post))
        files = await gathered(sources, newsroom.organisation, newsroom.post)
        write(files, home / "export")
        yield Exported(home / "export", sources, newsroom)
    await database.close()


async def lives(newsroom: Newsroom, album: Album, sealer: Sealer) -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(picture, format="PNG")
    stored = await album.keep(newsroom.organisation, picture.getvalue())
    media = (Medium(stored.sha256, "A navy square."),)
    await newsroom.submits("Boil water.", media=media)
    await newsroom.asks_for_changes("lena", "Say until when, s’il vous plaît.")
    await newsroom.revises("Boil water until Friday.", media=media, submit=True)
    await newsroom.is_signed_by_all()
    async with newsroom.database.transaction(newsroom.organisation) as session:
        await seal_heads(session, newsroom.organisation, sealer)
    await newsroom.ends()


@pytest.fixture
def folder(exported: Exported, tmp_path: Path) -> Path:
    """A copy of it, in other hands."""
    return Path(shutil.copytree(exported.folder, tmp_path / "copy"))


async def test_it_is_proven_by_its_own_page_and_by_us(exported: Exported) -> None:
    proven = prove_folder(exported.folder)
    story = await exported.newsroom.story()
    sealed = story.index("house sending")
    assert proven.faults == ()
    assert (proven.entries, proven.seals, proven.histories) == (len(story), 5, 1)
    assert proven.sealed == sealed

    said = followed(exported.folder)
    head = (exported.folder / "ledger.hashes").read_text().split()[-1]
    assert f"\n{head}\n" in said
    assert said.endswith(f"sealed up to entry {sealed}\n")
    page = (exported.folder / "README.md").read_text()
    assert head in page
    assert exported.newsroom.post in page
    assert "Boil water until Friday." in "".join(
        path.read_text() for path in (exported.folder / "contents").iterdir()
    )


def followed(folder: Path) -> str:
    """Every command of its page, in order."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    said = ""
    page = (folder / "README.md").read_text()
    for language, command in re.findall(r"^```(sh|python)\n(.*?)^```$", page, re.M | re.S):
        interpreter = ["sh", "-euc"] if language == "sh" else [sys.executable, "-c"]
        done = subprocess.run(
            [*interpreter, command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said += done.stdout
    assert len(blocks(page, "python")) == 4
    return said


def test_whatever_is_changed_in_it_is_found(folder: Path) -> None:
    proved = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "tables" and path.suffix != ".md"
        if path.name not in ("SHA256SUMS", "keys") and path.suffix != ".message"
    ]
    assert len(proved) > 15
    dice = Random(3)
    for path in proved:
        whole, place = path.read_bytes(), dice.randrange(path.stat().st_size - 1)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert is_refused(folder), f"{path}, byte {place}"
        path.unlink()
        assert is_refused(folder), path
        path.write_bytes(whole)
    assert not is_refused(folder)


def test_a_decision_that_is_shown_otherwise_than_it_was_signed_is_found(folder: Path) -> None:
    shown = folder / "tables" / "decisions.jsonl"
    whole = shown.read_text()
    for forged in (whole.replace("changes", "nothing", 1), "", "nonsense"):
        shown.write_text(forged)
        assert is_refused(folder), forged


def is_refused(folder: Path) -> bool:
    try:
        return bool(prove_folder(folder).faults)
    except (NotAnExport, KeyTrouble):
        return True


def test_a_file_whose_end_was_cut_off_no_longer_fits_its_checkpoint(folder: Path) -> None:
    for name in ("ledger.jsonl", "ledger.hashes"):
        lines = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:4]))
    faults = [str(fault) for fault in prove_folder(folder).faults]
    assert "checkpoints/000001: it sealed an entry that is changed or gone" in faults


@pytest.mark.parametrize("forged", [b"{}", b"[]", b'{"heads": [1]}'])
def test_a_signed_checkpoint_of_another_form_is_a_fault(
    folder: Path, exported: Exported, forged: bytes
) -> None:
    """Whoever makes a folder up signs it with keys of their own, and sends these along."""
    seal = Sealer.of(exported.sources.keys, Kind.CHECKPOINT).seal(
        message(sha256(forged).hexdigest())
    )
    (folder / "checkpoints" / "000001.json").write_bytes(forged)
    (folder / "checkpoints" / "000001.sig").write_bytes(as_bytes(seal.signature))
    faults = [str(fault) for fault in prove_folder(folder).faults]
    assert "checkpoints/000001: it does not have the form of a checkpoint" in faults


def test_keys_that_came_another_way_are_asked_instead(exported: Exported, tmp_path: Path) -> None:
    assert prove_folder(exported.folder, exported.sources.keys).faults == ()
    make_keys(tmp_path / "others")
    faults = prove_folder(exported.folder, tmp_path / "others").faults
    assert len([one for one in faults if one.says.endswith("the seal is not the door's")]) == 5


async def test_what_cannot_be_exported_is_said_in_a_sentence(exported: Exported) -> None:
    sources, room = exported.sources, exported.newsroom
    with pytest.raises(CannotExport, match=r"has no post nowhere\."):
        await gathered(sources, room.organisation, "nowhere")
    with pytest.raises(CannotExport, match="is not empty; name a new folder"):
        write({}, exported.folder)
    with pytest.raises(NotAnExport, match="does not hold an exported post"):
        prove_folder(exported.folder / "tables")


ENTRY = b'{"organisation": "o", "post": "p", "seq": 1, "at": "2030-03-04T08:00:00Z", '


@pytest.mark.parametrize(
    ("ledger", "names"),
    [
        (None, "ledger.jsonl is missing or cannot be read"),
        (b'{"body": "Lena is ill"}', "line 1 of ledger.jsonl does not have the form of an entry"),
        (b"Lena is ill", "line 1 of ledger.jsonl does not have"),
        (b"Lena is ill \xff", "line 1 of ledger.jsonl does not have"),
        (
            ENTRY + b'"actor": "a", "done": "b", "key": "k", "body": {}}\n{"key": "Lena is ill"}',
            "line 2 of ledger.jsonl does not have",
        ),
    ],
)
def test_a_broken_folder_is_named_by_file_and_line_without_what_it_holds(
    ledger: bytes | None, names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ledger.hashes").write_text("0 1")
    if ledger is not None:
        (tmp_path / "ledger.jsonl").write_bytes(ledger)
    with pytest.raises(typer.Exit) as ended:
        verify_folder(tmp_path, None)
    told = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert told.err.startswith(f"{tmp_path} does not hold an exported post: {names}")
    assert told.err.count("\n") == 1
    for inside in ("Lena", "input_value", "pydantic"):
        assert inside not in told.err + told.out


def test_hashes_that_are_no_text_are_counted_like_others(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_bytes(b"")
    (tmp_path / "ledger.hashes").write_bytes(b"\xff\xfe")
    with pytest.raises(NotAnExport, match=r"has 0 entries and 1 hashes\."):
        prove_folder(tmp_path)


def test_the_command_says_what_it_found(exported: Exported, folder: Path) -> None:
    room, done = exported.newsroom, asked(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{room.organisation}/{room.post}: ")
    assert "; sealed up to entry " in done.stdout

    ledger = folder / "ledger.jsonl"
    first, *others = ledger.read_text().splitlines()
    forged = json.loads(first) | {"actor": "dara"}
    ledger.write_text("\n".join([json.dumps(forged), *others]))
    done = asked(folder)
    assert done.returncode == 1
    assert "/1: it was changed: its hash does not match what it says" in done.stderr


def asked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "verify", "--folder", str(folder)]
    house = Path(__file__).parents[2]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
