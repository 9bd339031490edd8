"""Images: their bytes by hash, in one store for those who take them in and those who send."""

import asyncio
import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from obstore.store import LocalStore, ObjectStore, from_url
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities import files
from activities.platforms import Picture
from domain.post import Medium
from records.database import Database
from records.tables import MediumRow

MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS = 50_000_000
GPS = 0x8825  # the tag under which EXIF keeps where a picture was taken


# What Pillow raises over a file that is broken, or made to break who reads it: a compressed note
# that unpacks to more than it may is a ValueError, an EXIF block that is none a SyntaxError.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
)


class NotAnImage(Exception):
    """What was sent in is not a JPEG, PNG or WebP image that we can read."""


@dataclass(frozen=True)
class Stored:
    sha256: str
    mime: str
    bytes: int
    width: int
    height: int
    had_place: bool = False  # its metadata said where it was taken; what we keep does not


@dataclass(frozen=True)
class Album:
    """The media of all organisations, each under its own folder, by content."""

    store: ObjectStore
    database: Database

    async def keep(self, organisation: str, raw: bytes) -> Stored:
        """Store an image without its metadata, once. Raises NotAnImage."""
        clean, stored = await asyncio.to_thread(without_metadata, raw)
        await files.write(self.store, _path(organisation, stored.sha256), clean)
        async with self.database.transaction(organisation) as session:
            row = insert(MediumRow).values(
                organisation=organisation,
                sha256=stored.sha256,
                mime=stored.mime,
                bytes=stored.bytes,
                width=stored.width,
                height=stored.height,
            )
            await session.execute(row.on_conflict_do_nothing())
        return stored

    async def missing(self, organisation: str, media: tuple[Medium, ...]) -> list[str]:
        """The hashes that we do not have."""
        if not media:
            return []
        wanted = [medium.sha256 for medium in media]
        async with self.database.transaction(organisation) as session:
            asked = select(MediumRow.sha256).where(
                MediumRow.organisation == organisation, MediumRow.sha256.in_(wanted)
            )
            have = set((await session.execute(asked)).scalars())
        return [hash for hash in wanted if hash not in have]

    async def pictures(self, organisation: str, media: tuple[Medium, ...]) -> tuple[Picture, ...]:
        """The images as they are sent, their bytes checked against the approved hashes."""
        return tuple([await self._picture(organisation, medium) for medium in media])

    async def read(self, organisation: str, hash: str) -> bytes | None:
        """The stored bytes, unchecked; None if there are none."""
        try:
            return await files.read(self.store, _path(organisation, hash))
        except FileNotFoundError:
            return None

    async def _picture(self, organisation: str, medium: Medium) -> Picture:
        async with self.database.transaction(organisation) as session:
            row = await session.get_one(MediumRow, (organisation, medium.sha256))
        raw = await files.read(self.store, _path(organisation, medium.sha256))
        if sha256(raw).hexdigest() != medium.sha256:
            raise NotAnImage("The stored image is not the one that was approved.")
        return Picture(raw, row.mime, medium.alt, row.width, row.height)


def open_store(url: str) -> ObjectStore:
    """A store by its address: file:PATH, s3://bucket, gs://bucket, az://container."""
    if url.startswith("file:"):
        folder = Path(url.removeprefix("file:")).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url)


def _path(organisation: str, hash: str) -> str:
    return f"{organisation}/{hash[:2]}/{hash}"


def without_metadata(raw: bytes) -> tuple[bytes, Stored]:
    """Written anew from its pixels: no camera, no place, no thumbnail of an earlier crop."""
    try:
        with Image.open(BytesIO(raw), formats=tuple(MIMES)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAnImage(f"More than {MOST_PIXELS:,} pixels; send a smaller image.")
            if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
                raise NotAnImage("This image moves, and only its first frame would go out.")
            kind = "JPEG" if image.format == "MPO" else str(image.format)  # a phone's JPEG
            had_place = bool(image.getexif().get_ifd(GPS))
            clean = BytesIO()
            pixels = ImageOps.exif_transpose(image)  # as it was held, before that is forgotten
            if pixels.has_transparency_data:
                pixels = pixels.convert("RGBA")
            pixels.info.clear()
            pixels.save(clean, format=kind, **({"quality": 90} if kind != "PNG" else {}))
    except UNREADABLE as broken:
        raise NotAnImage("This is not a JPEG, PNG or WebP image that can be read.") from broken
    written = clean.getvalue()
    hash = sha256(written).hexdigest()
    return written, Stored(hash, MIMES[kind], len(written), pixels.width, pixels.height, had_place)
