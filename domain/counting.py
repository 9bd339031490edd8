"""How long a text is, as each platform counts, and how much of everything a platform takes.

Verified limits are dated configuration: an organisation states what its own instance or account
takes (`House.limits`), and packs hold the dates. Sources: Bluesky lexicons app.bsky.feed.post and
app.bsky.embed.images; X counting-characters and its OpenAPI; Mastodon's status length validator;
Meta's Threads and Instagram publishing guides; the rest from the platforms' publishing guides.
The sandbox is ours and takes what a generous platform takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

import regex

from domain.house import ChannelLimits, House
from domain.twitter_urls import urls_in


@dataclass(frozen=True)
class Limits:
    """What one platform takes. Zero means that it sets no limit, or none that is known."""

    graphemes: int
    bytes: int
    images: int
    languages: int
    image_bytes: int
    counts: str = "graphemes"
    hashtags: int = 0
    links: int = 0
    alt: int = 0
    per_link: int = 0
    needs_media: bool = False


LIMITS = {
    "bluesky": Limits(300, 3000, 4, 3, 1_000_000, alt=2000),
    "sandbox": Limits(500, 5000, 4, 3, 1_000_000, alt=2000),
    "mastodon": Limits(500, 0, 4, 1, 16_000_000, "mastodon", alt=1500, per_link=23),
    "x": Limits(280, 0, 4, 1, 5_242_880, "weighted", alt=1000, per_link=23),
    "threads": Limits(500, 0, 20, 1, 8_388_608, "threads", hashtags=1, links=5, alt=1000),
    "instagram": Limits(
        2200, 0, 10, 1, 8_388_608, "characters", hashtags=30, alt=1000, needs_media=True
    ),
    "linkedin": Limits(3000, 0, 20, 1, 8_388_608, "characters", alt=4086),
    "facebook": Limits(63_206, 0, 40, 1, 4_194_304, "characters"),
    "tiktok": Limits(2200, 0, 35, 1, 20_971_520, "utf16", needs_media=True),
    "youtube": Limits(0, 5000, 1, 1, 2_097_152, "characters", hashtags=60, needs_media=True),
    "pinterest": Limits(800, 0, 5, 1, 20_971_520, "characters", alt=500, needs_media=True),
    "tumblr": Limits(4096, 0, 30, 1, 20_971_520, "characters", links=100, alt=4096),
}


@dataclass(frozen=True)
class Length:
    """A text as one platform counts it, in the unit in which it is too long, or else its own."""

    count: int
    limit: int
    unit: str  # characters, bytes

    @property
    def is_over(self) -> bool:
        return bool(self.limit) and self.count > self.limit


def limits_of(house: House, channel: str) -> tuple[Limits, ChannelLimits]:
    """What the channel takes: its platform's limits, and the house's own word on this channel."""
    platform = house.platform(channel) or (channel if channel in LIMITS else "")
    if platform not in LIMITS:
        raise LookupError(f"No limits are known for the channel {channel}: name its platform.")
    return LIMITS[platform], house.own_limits(channel)


def measured(house: House, channel: str, text: str) -> Length:
    """The text as the channel counts it."""
    limits, own = limits_of(house, channel)
    limit = own.length or limits.graphemes
    size = len(text.encode())
    if limits.bytes and size > limits.bytes:
        return Length(size, limits.bytes, "bytes")
    if not limit:
        return Length(size, limits.bytes, "bytes")
    if _at_most(text, own.per_link or limits.per_link) <= limit:
        return Length(graphemes(text), limit, "characters")  # fits however it is counted
    return Length(COUNTS[limits.counts](text, own.per_link or limits.per_link), limit, "characters")


def _at_most(text: str, per_link: int) -> int:
    """An upper bound, cheap to find: every character as its bytes, every dot as a link."""
    return len(text.encode()) * 2 + text.count(".") * per_link


@lru_cache(maxsize=256)
def graphemes(text: str) -> int:
    """What a reader would count: a family emoji is one, an e with its accent is one."""
    return len(text) if text.isascii() and "\r" not in text else len(CLUSTER.findall(text))


def overrun(platform: str, text: str) -> str | None:
    """How the text exceeds what the platform takes, in words, or None if it fits."""
    length = measured(House("", platforms=((platform, platform),)), platform, text)
    if length.is_over:
        return f"{length.count} {length.unit}, and {platform} takes {length.limit}"
    return None


SCHEMED = regex.compile(r"(?i)(?<![\w/])https?://[^\s<>«»\"]*[^\s<>«»\".,;:!?'’)\]]")
CLUSTER = regex.compile(r"\X")
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3")
LIGHT = regex.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def weighted(text: str, per_link: int = 23) -> int:
    """X: NFC, an emoji 2, a link 23 even without its scheme, most European letters 1, others 2."""
    text = normalize("NFC", text.replace("\r\n", "\n"))
    total = place = 0
    for start, end, _ in urls_in(text):
        total += _weight(text[place:start]) + per_link
        place = end
    return total + _weight(text[place:])


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    if not EMOJI.search(text):
        return 2 * len(text) - len(LIGHT.findall(text))
    return sum(
        2 if EMOJI.match(cluster) else sum(1 if LIGHT.match(point) else 2 for point in cluster)
        for cluster in CLUSTER.findall(text)
    )


def mastodon(text: str, per_link: int = 23) -> int:
    """Graphemes; a link with its scheme counts 23, a bare domain in full, `@u@host` as `@u`."""
    text = SCHEMED.sub("x" * per_link, text)
    return graphemes(regex.sub(r"(?<![\w/@])(@[\w.-]+)@[\w.-]+\w", r"\1", text))


def threads(text: str, per_link: int = 0) -> int:
    """Characters, and an emoji as the number of its UTF-8 bytes."""
    return sum(
        len(cluster.encode()) if EMOJI.match(cluster) else len(cluster)
        for cluster in CLUSTER.findall(text)
    )


def characters(text: str, per_link: int = 0) -> int:
    """Code points: where a platform does not say how it counts, the unit that counts most."""
    return len(text)


def utf16(text: str, per_link: int = 0) -> int:
    """UTF-16 code units, as TikTok says."""
    return len(text.encode("utf-16-le")) // 2


COUNTS: dict[str, Callable[[str, int], int]] = {
    "graphemes": lambda text, _: graphemes(text),
    "weighted": weighted,
    "mastodon": mastodon,
    "threads": threads,
    "characters": characters,
    "utf16": utf16,
}
