"""Detectors of characters that nobody sees: an approver must read what the public will read."""

from collections.abc import Iterator
from unicodedata import name

import regex

from domain.detectors.reading import Hit, Reading

# What reorders a text: https://www.unicode.org/reports/tr9/ (embeddings, overrides, isolates).
# How it deceives: https://www.unicode.org/reports/tr36/.
ISOLATES, CLOSED = "\u2066\u2067\u2068", "\u2069"
HIDDEN = regex.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e{ISOLATES}\ufff9-\ufffb"
    r"\U000e0000-\U000e007f\p{Private_Use}\p{Noncharacter_Code_Point}]"
)
# A line's end, and a flag as of England or Wales: a black one, its region spelled in tags.
HARMLESS = regex.compile(
    r"\r\n|\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
)
CLUSTER = regex.compile(r"\X")
# What is sent; of pictures and films, what machines read in them may hold page breaks.
PUBLISHED = ("text", "version", "alt", "link", "disclaimer")
MOST = 5  # of one text: who has to mend more looks at the whole of it
# Unicode's aliases of the control characters, which have no names of their own.
ALIASES = (
    "NULL|START OF HEADING|START OF TEXT|END OF TEXT|END OF TRANSMISSION|ENQUIRY|"
    "ACKNOWLEDGE|ALERT|BACKSPACE|CHARACTER TABULATION|LINE FEED|LINE TABULATION|"
    "FORM FEED|CARRIAGE RETURN|SHIFT OUT|SHIFT IN|DATA LINK ESCAPE|DEVICE CONTROL ONE|"
    "DEVICE CONTROL TWO|DEVICE CONTROL THREE|DEVICE CONTROL FOUR|NEGATIVE ACKNOWLEDGE|"
    "SYNCHRONOUS IDLE|END OF TRANSMISSION BLOCK|CANCEL|END OF MEDIUM|SUBSTITUTE|ESCAPE|"
    "INFORMATION SEPARATOR FOUR|INFORMATION SEPARATOR THREE|INFORMATION SEPARATOR TWO|"
    "INFORMATION SEPARATOR ONE|DELETE|PADDING CHARACTER|HIGH OCTET PRESET|"
    "BREAK PERMITTED HERE|NO BREAK HERE|INDEX|NEXT LINE|START OF SELECTED AREA|"
    "END OF SELECTED AREA|CHARACTER TABULATION SET|CHARACTER TABULATION WITH JUSTIFICATION|"
    "LINE TABULATION SET|PARTIAL LINE FORWARD|PARTIAL LINE BACKWARD|REVERSE LINE FEED|"
    "SINGLE SHIFT TWO|SINGLE SHIFT THREE|DEVICE CONTROL STRING|PRIVATE USE ONE|"
    "PRIVATE USE TWO|SET TRANSMIT STATE|CANCEL CHARACTER|MESSAGE WAITING|"
    "START OF GUARDED AREA|END OF GUARDED AREA|START OF STRING|"
    "SINGLE GRAPHIC CHARACTER INTRODUCER|SINGLE CHARACTER INTRODUCER|"
    "CONTROL SEQUENCE INTRODUCER|STRING TERMINATOR|OPERATING SYSTEM COMMAND|"
    "PRIVACY MESSAGE|APPLICATION PROGRAM COMMAND"
)
CONTROLS = dict(zip((*range(0x20), *range(0x7F, 0xA0)), ALIASES.split("|"), strict=True))


def hidden_characters(reading: Reading) -> Iterator[Hit]:
    """A character that reorders, cuts or hides what is read: `kind` is `hidden`, or `unclosed`.

    Overrides and embeddings of direction, control characters, tags outside a flag, annotation
    marks, private use, and an isolate (`unclosed`) that the text does not close. `detail` names it,
    `count` is its place as people count. Joiners, marks of direction, closed isolates, variation
    selectors and soft hyphens pass.
    """
    for where, written, language in reading.texts():
        if where.startswith(PUBLISHED) and HIDDEN.search(written):
            yield from _in_text(written, where, language)


def _in_text(written: str, where: str, language: str) -> Iterator[Hit]:
    seen = HARMLESS.sub(lambda harmless: "x" * len(harmless[0]), written)
    first: dict[str, int] = {}
    for match in HIDDEN.finditer(seen):
        if match[0] not in ISOLATES:
            first.setdefault(match[0], match.start())
    kinds = dict.fromkeys(first, "hidden")
    if (place := _unclosed(seen)) is not None:
        first[seen[place]], kinds[seen[place]] = place, "unclosed"
    for character, start in sorted(first.items(), key=lambda found: found[1])[:MOST]:
        position = len(CLUSTER.findall(written[:start])) + 1
        # never the character itself: it would do to the finding what it does to the text
        yield Hit("", where, kinds[character], called(character), language=language, count=position)


def _unclosed(text: str) -> int | None:
    """Where the first isolate stands that nothing closes."""
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in ISOLATES:
            opened.append(place)
        elif character == CLOSED and opened:
            opened.pop()
    return opened[0] if opened else None


def called(character: str) -> str:
    """ "U+202E RIGHT-TO-LEFT OVERRIDE"; what Unicode leaves nameless, by its kind."""
    code = ord(character)
    kind = "PRIVATE USE" if regex.match(r"\p{Private_Use}", character) else "NONCHARACTER"
    if 0xE0000 <= code <= 0xE007F:
        kind = "TAG"
    return f"U+{code:04X} {CONTROLS.get(code) or name(character, kind)}"
