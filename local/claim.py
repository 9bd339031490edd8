"""One owner at a time: a lock on a file that ends with the process, however it ends."""

import fcntl
import os
from pathlib import Path

from local.processes import CannotStart


class Claim:
    """Held by at most one newsroom; the file stays, and says who holds it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._held: int | None = None

    @property
    def held(self) -> bool:
        return self._held is not None

    def take(self, thing: str) -> None:
        """Hold it, or refuse with a sentence about the thing. Taking it twice is holding it."""
        if self.held:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise CannotStart(
                f"{thing} is already in use, by process {holder}. "
                "End that one first, or set PARAPHEUR_HOME to another folder."
            ) from busy
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._held = handle

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
