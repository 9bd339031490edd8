"""What a running newsroom tells others about itself, in a file in its home folder."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from json import dumps, loads
from pathlib import Path

from local.processes import began

FILENAME = "newsroom.json"


@dataclass(frozen=True)
class Bulletin:
    pid: int
    began: str
    api: str
    docs: str
    sandbox: str
    temporal_address: str
    temporal_ui: str
    database_url: str
    owner_database_url: str
    logs: str
    children: Mapping[str, int]

    def write(self, home: Path) -> None:
        """Whole or not at all: a reader never sees half of it."""
        fresh = home / f"{FILENAME}.new"
        fresh.write_text(dumps(asdict(self), indent=2))
        fresh.chmod(0o600)
        os.replace(fresh, home / FILENAME)


def read_bulletin(home: Path) -> Bulletin | None:
    """None when no newsroom is running there, even if a killed one left its file behind."""
    try:
        bulletin = Bulletin(**loads((home / FILENAME).read_text()))
    except FileNotFoundError:
        return None
    return bulletin if began(bulletin.pid) == bulletin.began else None


def remove_bulletin(home: Path) -> None:
    (home / FILENAME).unlink(missing_ok=True)
