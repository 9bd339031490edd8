"""Where histories of finished lives are kept: beside the media, by hash, compressed."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from activities import files


class ShelfTrouble(Exception):
    """The store cannot be reached, or does not let us."""


@dataclass(frozen=True)
class Shelf:
    """Histories as the engine told them: whatever was encrypted there is encrypted here."""

    store: ObjectStore

    async def put(self, organisation: str, told: bytes) -> str:
        """Store it, once; answers with its sha256."""
        hash = sha256(told).hexdigest()
        packed = gzip.compress(told, mtime=0)
        with _trouble():
            await files.write(self.store, _path(organisation, hash), packed)
        return hash

    async def read(self, organisation: str, hash: str) -> bytes | None:
        """What was stored under this hash; None if nothing is there. Does not check it."""
        with _trouble():
            try:
                packed = await files.read(self.store, _path(organisation, hash))
            except FileNotFoundError:
                return None
        try:
            return gzip.decompress(packed)
        except (OSError, EOFError, zlib.error):
            return packed  # what cannot be unpacked was changed; its hash will say so


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as trouble:
        raise ShelfTrouble(str(trouble)) from trouble


def _path(organisation: str, hash: str) -> str:
    return f"{organisation}/histories/{hash[:2]}/{hash}.json.gz"
