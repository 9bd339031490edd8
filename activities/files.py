"""Files in an object store: images, and histories of finished posts.

In threads, by the store's plain calls: a process that has used its asynchronous ones may be aborted
(SIGABRT) as it ends, after all its work is done, when a late answer finds no interpreter any more.
"""

import asyncio

import obstore
from obstore.store import ObjectStore


async def write(store: ObjectStore, path: str, told: bytes) -> None:
    """Put it there, whole or not at all. Raises OSError, or obstore's BaseError."""
    await asyncio.to_thread(obstore.put, store, path, told)


async def read(store: ObjectStore, path: str) -> bytes:
    """What is there. Raises FileNotFoundError, OSError, or obstore's BaseError."""
    return await asyncio.to_thread(_read, store, path)


def _read(store: ObjectStore, path: str) -> bytes:
    return bytes(obstore.get(store, path).bytes())
