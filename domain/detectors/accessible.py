"""Detectors of what keeps people out: unreadable letters, shouted sentences, pictures unsaid."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import regex

from domain.detectors.reading import Hit, Reading, Surface
from domain.detectors.words import ACRONYMS, HASHTAG_WORDS

HASHTAG = regex.compile(r"(?<![\w&/#])[#＃]([\p{L}\p{M}\p{N}_]*[\p{L}_][\p{L}\p{M}\p{N}_]*)")
LONGEST_WORD = max(map(len, HASHTAG_WORDS))


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags of a text, without their sign. A bare number such as #1 is none."""
    return tuple(HASHTAG.findall(text)) if "#" in text or "＃" in text else ()


def hashtags_lowercase(reading: Reading) -> Iterator[Hit]:
    """A hashtag of several words without capitals at their starts. `detail` is how to write it.

    Ten letters or more that fall apart, without remainder, into common words of one language
    (French, English, Spanish). Long single words, German compounds and the organisation's
    `hashtags_as_they_are` pass.
    """
    left = {tag.casefold().lstrip("#") for tag in reading.case.house.hashtags_as_they_are}
    for surface in reading.bodies:
        if "#" not in surface.plain:
            continue
        for match in HASHTAG.finditer(surface.plain):
            tag = match[1]
            if len(tag) < 10 or tag[1:] != tag[1:].lower() or tag.casefold() in left:
                continue
            if words := _apart(tag.casefold().strip("_0123456789")):
                written = "".join(word[:1].upper() + word[1:] for word in words)
                yield surface.hit(match, "hashtag", f"#{written}")


@lru_cache(maxsize=1024)
def _apart(tag: str) -> tuple[str, ...]:
    """The tag as two or more listed words of one language, fewest first; empty otherwise."""
    if "_" in tag or tag in HASHTAG_WORDS:
        return ()
    found = (_cover(tag, language) for language in ("fr", "en", "es"))
    return min(filter(None, found), key=len, default=())


def _cover(tag: str, language: str) -> tuple[str, ...]:
    best: list[tuple[str, ...] | None] = [(), *[None] * len(tag)]
    for end in range(1, len(tag) + 1):
        for start in range(max(0, end - LONGEST_WORD), end):
            before, word = best[start], tag[start:end]
            if before is None or language not in HASHTAG_WORDS.get(word, ()):
                continue
            here = best[end]
            if here is None or len(before) + 1 < len(here):
                best[end] = (*before, word)
    covered = best[len(tag)] or ()
    content_words = [word for word in covered if len(word) > 3]
    return covered if len(covered) > 1 and content_words else ()


CAPITALS = regex.compile(r"(?:(?<![\w#@])\p{Lu}[\p{Lu}\p{M}\d'’.-]*(?!\w)[\s,;:!?«»\"–—-]*){5,}")
WORD = regex.compile(r"\p{Lu}[\p{Lu}\p{M}'’]+")


def shouting(reading: Reading) -> Iterator[Hit]:
    """Five or more words in capitals in a row, known acronyms aside, two of them long.

    One alert word and chains of acronyms pass. The organisation may list its own `acronyms`.
    """
    known = ACRONYMS | {acronym.upper() for acronym in reading.case.house.acronyms}
    for surface in reading.bodies:
        for match in CAPITALS.finditer(surface.plain):
            words = [word for word in WORD.findall(match.group()) if word not in known]
            if len(words) >= 5 and sum(len(word) > 5 for word in words) >= 2:
                yield surface.hit(match, "capitals")


EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}")
CLUSTER = regex.compile(r"\X")
KEYCAP = regex.compile(r"[0-9#*]\ufe0f?\u20e3")
SIGNS = frozenset("©®™‼⁉ℹ↔↕↖↗↘↙▪▫▶◀→")


def emoji_excess(reading: Reading) -> Iterator[Hit]:
    """More emoji than the organisation's `thresholds.emoji_max` in a text, or four alike in a row.

    A family joined by zero-width joiners is one, keycaps that number a list and ©, ® or ™ are none.
    `count` and `limit` say how many; `kind` is `many` or `repeated`.
    """
    most = reading.case.house.thresholds.emoji_max
    for surface in reading.bodies:
        if surface.written.isascii() or len(EMOJI.findall(surface.written)) <= min(3, most):
            continue
        clusters = CLUSTER.findall(surface.written)
        emoji = [c for c in clusters if c[0] not in SIGNS and EMOJI.match(c)]
        if len(emoji) > most:
            yield Hit("".join(emoji), surface.where, "many", count=len(emoji), limit=most)
        elif run := _four_alike([c for c in clusters if c.strip()]):
            yield Hit(run, surface.where, "repeated", count=4, limit=3)


def _four_alike(clusters: list[str]) -> str:
    for place in range(len(clusters) - 3):
        four = clusters[place : place + 4]
        if len(set(four)) == 1 and EMOJI.match(four[0]) and four[0][0] not in SIGNS:
            return "".join(four)
    return ""


SMALL_CAPITALS = "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ"
PSEUDO = (
    "\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169"
    f"\U0001f170-\U0001f189{SMALL_CAPITALS}"
)
FANCY = regex.compile(rf"[{PSEUDO}][{PSEUDO}\s]*[{PSEUDO}]")
FULL_WIDTH = regex.compile(r"[\uff21-\uff3a\uff41-\uff5a][\uff21-\uff3a\uff41-\uff5a\u3000 ]{2,}")
WIDE_LANGUAGES = ("ja", "zh", "ko")


def fancy_letters(reading: Reading) -> Iterator[Hit]:
    """Two or more pseudo-font letters in a row: mathematical, circled, full-width, small capitals.

    Units, superscripts, fractions and every real alphabet pass, and so does full-width Latin in
    Japanese, Chinese and Korean.
    """
    for surface in reading.surfaces:
        if surface.written.isascii():
            continue
        yield from (Hit(m.group(), surface.where, "font") for m in FANCY.finditer(surface.written))
        wide = surface.language in WIDE_LANGUAGES or regex.search(
            r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]", surface.written
        )
        for match in () if wide else FULL_WIDTH.finditer(surface.written):
            yield Hit(match.group().strip(), surface.where, "full-width")


KAOMOJI = regex.compile(
    r"¯\\_\(ツ\)_/¯|\(╯°□°|┻━┻|ಠ_ಠ|\(｡?◕‿◕｡?\)|ʕ•ᴥ•ʔ|\(\^_\^\)|\(>_<\)|\(T_T\)|\(づ|ヽ\(|\(ง|\(¬_¬\)|\(•_•\)|"
    r"＼\(|\(\*\^▽\^\*\)|\(=\^[・.]\^=\)|<\(\^_\^\)>|\(o_o\)|\(;_;\)|\\o/"
)
DRAWN = regex.compile(r"[^\w\s.,;:!?…'’\"«»()€$£%°#@&\p{Extended_Pictographic}\ufe0f\u200d\u20e3]")


def ascii_art(reading: Reading) -> Iterator[Hit]:
    """A picture made of characters: a kaomoji, or two lines in a row that are mostly signs.

    Dash bullets, separators of one sign, and tables of hours pass.
    """
    for surface in reading.bodies:
        if match := KAOMOJI.search(surface.written):
            yield Hit(match.group(), surface.where, "kaomoji")
            continue
        if surface.written.count("\n") and (drawn := _drawn_lines(surface)):
            yield Hit(drawn, surface.where, "drawing")


def _drawn_lines(surface: Surface) -> str:
    before = ""
    for line in surface.written.splitlines():
        bare = regex.sub(r"\s", "", line)
        signs = len(DRAWN.findall(bare)) + len(regex.findall(r"[()_'.\"]", bare))
        is_drawn = len(bare) >= 3 and signs / len(bare) >= 0.6 and len(set(bare)) > 1
        if is_drawn and before and DRAWN.search(before + bare):
            return line.strip()
        before = bare if is_drawn else ""
    return ""


GENERIC = frozenset(
    [
        "image",
        "images",
        "photo",
        "photos",
        "picture",
        "pic",
        "img",
        "visuel",
        "illustration",
        "graphic",
        "graphique",
        "affiche",
        "logo",
        "icon",
        "icône",
        "screenshot",
        "capture",
        "banner",
        "bannière",
        "bandeau",
        "poster",
        "flyer",
        "infographie",
        "infographic",
        "foto",
        "imagen",
        "bild",
        "grafik",
        "llun",
        "untitled",
        "alt",
        "description",
        "figure",
        "visual",
        "dessin",
        "vidéo",
        "video",
        "gif",
        "thumbnail",
    ]
)
FILE_NAME = regex.compile(
    r"(?i)^\S*\.(?:jpe?g|png|gif|webp|heic|tiff?|svg|mp4|mov)$|^(?:img|dsc|dscn|dscf|pxl|image|photo|"
    r"screenshot|whatsapp image|capture)[ _-]?\d[\w -]*$|^[\w-]*_(?:v\d+|final)\w*$|^[0-9a-f]{12,}$"
)
PLACEHOLDER = regex.compile(
    r"(?i)^\W*(?:todo|tbd|à compléter|a completer|à rédiger|alt text(?: here)?|alternative text|"
    r"texte? alternatif|text alternative|image description|description de l'image|xxx+|\.+|lorem.*|"
    r"texto alternativo|alternativtext|insert alt.*|add alt.*|n/?a|test)\W*$"
)


def alt_poor(reading: Reading) -> Iterator[Hit]:
    """An alternative text that is a file name, a single generic word, or a placeholder.

    Short alternatives that say something ("Église Saint-Pierre") pass. `kind`: `file_name`,
    `generic`, `placeholder`.
    """
    for place, medium in enumerate(reading.case.content.media, start=1):
        alt = medium.alt.strip()
        kind = ""
        if FILE_NAME.match(alt):
            kind = "file_name"
        elif PLACEHOLDER.match(alt):
            kind = "placeholder"
        elif alt and regex.sub(r"[\W\d_]", "", alt).casefold() in (GENERIC | {""}):
            kind = "generic"
        if kind:
            yield Hit(alt, f"alt:{place}", kind)


TOKEN = regex.compile(r"[\p{L}\d]{3,}")


def image_text_unsaid(reading: Reading) -> Iterator[Hit]:
    """Text read in an image (20 characters or more) of which less than 60 % stands in post or alt.

    `count` is the share in percent.
    """
    content = reading.case.content
    said = " ".join(
        (*(s.folded for s in reading.bodies), *(m.alt.casefold() for m in content.media))
    )
    said_words = Counter(TOKEN.findall(said))
    for surface in reading.surfaces:
        if not surface.where.startswith("ocr:") or len(surface.plain.strip()) < 20:
            continue
        shown = TOKEN.findall(surface.folded)
        share = 100 * sum(word in said_words for word in shown) // max(1, len(shown))
        if share < 60:
            yield Hit(surface.written.strip()[:80], surface.where, "unsaid", count=share, limit=60)
