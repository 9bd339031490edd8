"""Images over HTTP: kept without what the camera knew, named by their hash, sent as they were."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from struct import pack
from typing import Any
from warnings import catch_warnings, simplefilter
from zlib import compress, crc32

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from activities.media import NotAnImage, without_metadata
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio
WIDE = (40, 20)
TURNED, GPS, ARTIST = 0x0112, 0x8825, 0x013B  # EXIF tags


async def uploads(desk: Desk, raw: bytes, who: str = "ana") -> httpx.Response:
    return await desk.asks(who, "POST", "/v1/media", content=raw)


def picture(form: str, mode: str = "RGB", **more: Any) -> bytes:
    written = BytesIO()
    Image.effect_noise(WIDE, 50).convert(mode).save(written, form, **more)
    return written.getvalue()


def as_a_camera_writes(form: str, turned: int = 1) -> bytes:
    """With the place, the photographer, and a note of how the camera was held."""
    told = Image.Exif()
    told[TURNED], told[ARTIST] = turned, "Ana Morel"
    told[GPS] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)}
    words = PngInfo()
    words.add_text("Author", "Ana Morel")
    more: dict[str, Any] = {"pnginfo": words} if form == "PNG" else {}
    return picture(form, exif=told, **more)


def kept(folder: Path, hash: str) -> bytes:
    (path,) = (folder / "media").rglob(hash)
    return path.read_bytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_what_the_camera_knew_is_not_kept(desk: Desk, tmp_path: Path, form: str) -> None:
    raw = as_a_camera_writes(form)
    assert b"Ana Morel" in raw
    assert dict(Image.open(BytesIO(raw)).getexif().get_ifd(GPS))

    stored = done(await uploads(desk, raw))
    clean = kept(tmp_path, stored["sha256"])
    assert stored["mime"] == f"image/{form.lower()}"
    assert (stored["width"], stored["height"], stored["bytes"]) == (*WIDE, len(clean))
    assert sha256(clean).hexdigest() == stored["sha256"]
    assert b"Ana Morel" not in clean
    assert b"Exif" not in clean
    with Image.open(BytesIO(clean)) as image:
        assert not dict(image.getexif())
        assert not dict(image.getexif().get_ifd(GPS))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_taken_upright_stays_upright(desk: Desk, form: str) -> None:
    """The camera's note of how it was held goes with the rest, so the pixels are turned."""
    stored = done(await uploads(desk, as_a_camera_writes(form, turned=6)))
    assert (stored["width"], stored["height"]) == (20, 40)


async def test_what_is_transparent_stays_transparent(desk: Desk, tmp_path: Path) -> None:
    image = Image.new("P", WIDE)
    image.putpalette([0, 0, 0, 255, 0, 0])
    raw = BytesIO()
    image.save(raw, "PNG", transparency=0)
    stored = done(await uploads(desk, raw.getvalue()))
    with Image.open(BytesIO(kept(tmp_path, stored["sha256"]))) as clean:
        assert clean.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


async def test_a_phones_picture_of_several_frames_is_one_picture(desk: Desk) -> None:
    """Phones write JPEGs with a second image inside (MPO)."""
    raw = BytesIO()
    second = Image.new("RGB", WIDE, "red")
    Image.new("RGB", WIDE).save(raw, "MPO", save_all=True, append_images=[second])
    assert done(await uploads(desk, raw.getvalue()))["mime"] == "image/jpeg"


async def test_the_same_picture_is_kept_once(desk: Desk) -> None:
    first = done(await uploads(desk, picture("PNG")))
    assert done(await uploads(desk, picture("PNG"), "basile"))["mime"] == first["mime"]
    raw = as_a_camera_writes("PNG")
    assert done(await uploads(desk, raw)) == done(await uploads(desk, raw))


HUGE = BytesIO()
Image.new("1", (8_000, 8_000)).save(HUGE, "PNG")


def chunk(kind: bytes, inside: bytes) -> bytes:
    return pack(">I", len(inside)) + kind + inside + pack(">I", crc32(kind + inside))


def png_with(*chunks: bytes) -> bytes:
    """Eight by eight pixels, and what somebody put beside them."""
    head = chunk(b"IHDR", pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", compress(bytes(8 * 25)))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, *chunks, pixels, chunk(b"IEND", b"")))


def moving(form: str) -> bytes:
    written = BytesIO()
    second = Image.new("RGB", WIDE, "red")
    Image.new("RGB", WIDE).save(written, form, save_all=True, append_images=[second])
    return written.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A few bytes that promise very many pixels."""
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rest = (chunk(b"IDAT", compress(b"")), chunk(b"IEND", b""))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, *rest))


NO_IMAGES = {
    "a moving GIF": moving("GIF"),
    "a moving WebP": moving("WEBP"),
    "a moving PNG": moving("PNG"),
    "a note that unpacks to eighty megabytes": png_with(
        chunk(b"zTXt", b"a\0\0" + compress(b"x" * 80_000_000))
    ),
    "metadata that are none": png_with(chunk(b"eXIf", b"M}\xc6\x84 no TIFF at all")),
    "the promise of a wall": claiming(2**31 - 1, 2**31 - 1),
    "the promise of a line": claiming(60_000_000, 1),
    "half a WebP": picture("WEBP")[:60],
    "half a PNG": picture("PNG")[:120],
    "a page that says it is an image": b"\x89PNG\r\n\x1a\n<svg onload='alert(1)'/>",
    "a text": b"hello",
    "a page": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "another format": picture("GIF", "P"),
    "half an image": picture("JPEG")[:200],
    "a broken image": picture("PNG").replace(b"IDAT", b"IXAT"),
    "more pixels than fit": HUGE.getvalue(),
}


@pytest.mark.parametrize("name", NO_IMAGES)
async def test_what_is_no_image_is_refused(desk: Desk, name: str) -> None:
    refused(await uploads(desk, NO_IMAGES[name]), 415, "NOT_AN_IMAGE")


async def test_what_it_is_called_does_not_matter(desk: Desk) -> None:
    """The bytes tell what an image is, never the name that somebody gives it."""
    kind = {"content-type": "image/png"}
    raw = picture("JPEG")
    stored = done(await desk.asks("ana", "POST", "/v1/media", content=raw, headers=kind))
    assert stored["mime"] == "image/jpeg"
    kind = {"content-type": "image/svg+xml"}
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    answer = await desk.asks("ana", "POST", "/v1/media", content=svg, headers=kind)
    refused(answer, 415, "NOT_AN_IMAGE")


def test_a_file_broken_anywhere_is_kept_or_refused_and_never_an_accident() -> None:
    """Two thousand broken files, the same ones each time."""
    dice = Random(7)
    whole = [as_a_camera_writes("JPEG"), as_a_camera_writes("PNG"), as_a_camera_writes("WEBP")]
    outcomes = set()
    for _ in range(2_000):
        raw = bytearray(dice.choice(whole))
        for _ in range(dice.choice((1, 2, 9))):
            raw[dice.randrange(min(len(raw), 400))] = dice.randrange(256)
        if dice.random() < 0.2:
            del raw[dice.randrange(1, len(raw)) :]
        with catch_warnings():
            simplefilter("ignore")  # Pillow's remarks on the metadata that we throw away
            try:
                without_metadata(bytes(raw))
                outcomes.add("kept")
            except NotAnImage:
                outcomes.add("refused")
    assert outcomes == {"kept", "refused"}


async def test_an_empty_body_is_no_image(desk: Desk) -> None:
    refused(await uploads(desk, b""), 422, "INVALID")


async def test_only_who_may_write_uploads(desk: Desk) -> None:
    await desk.gives_a_key("reader", "posts:read")
    refused(await uploads(desk, picture("PNG"), "reader"), 403, "FORBIDDEN")
    refused(await uploads(desk, picture("PNG"), ""), 401, "UNAUTHENTICATED")


async def test_a_picture_goes_out_with_its_post(desk: Desk, tmp_path: Path) -> None:
    hash = done(await uploads(desk, as_a_camera_writes("JPEG")))["sha256"]
    media = [{"sha256": hash, "alt": "A tap, closed."}]
    path = await desk.has_a_post_in_review(media=media)
    content = done(await desk.reads("lena", path), 200)["content"]
    assert content["media"] == [{**media[0], "decorative": False}]
    await desk.newsroom.is_signed_by_all()
    await desk.newsroom.ends()
    for letters in desk.newsroom.platform("harbour").posts.values():
        (sent,) = letters[0].pictures
        assert (sent.bytes, sent.alt) == (kept(tmp_path, hash), "A tap, closed.")


async def test_another_organisations_picture_is_unknown(desk: Desk) -> None:
    """I-19: a hash alone opens nothing."""
    theirs = await desk_of_others_uploads(desk)
    answer = await desk.starts(media=[{"sha256": theirs, "alt": "Theirs."}])
    assert theirs in refused(answer, 422, "UNKNOWN_MEDIA")


async def desk_of_others_uploads(desk: Desk) -> str:
    raw = picture("PNG")
    album = desk.app.state.house.album
    return str((await album.keep(f"{desk.organisation}-b", raw)).sha256)
