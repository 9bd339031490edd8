"""Detectors of hard and careless writing: long sentences, "click here", forgotten placeholders."""

from collections.abc import Iterator

import regex

from domain.detectors.phrases import gated, words_of
from domain.detectors.reading import Hit, Reading

NOT_PROSE = regex.compile(r"https?://\S+|[#@][\w.-]+")
SENTENCE_END = regex.compile(r"(?<=[.!?…])\s+|\n+|\s[•▪–-]\s|;")
WORD = regex.compile(r"\p{L}[\p{L}'’-]*")
# How long a word is before it counts as long: German joins what French keeps apart.
LONG_WORD = {"de": 14, "cy": 11}


def hard_reading(reading: Reading) -> Iterator[Hit]:
    """A sentence of more words than `thresholds.sentence_words_max`, or text made of long words.

    Measured by ourselves, the same in every language: `kind` is `sentence` (count: its words) or
    `words` (count: percent of long words, 40 letters of prose or more). Texts in scripts without
    spaces are left alone.
    """
    most = reading.case.house.thresholds.sentence_words_max
    for surface in reading.bodies:
        prose = NOT_PROSE.sub(" ", surface.plain)
        if regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", prose):
            continue
        longest = max(SENTENCE_END.split(prose), key=lambda said: len(WORD.findall(said)))
        words = WORD.findall(prose)
        if (count := len(WORD.findall(longest))) > most:
            yield Hit(longest.strip()[:80], surface.where, "sentence", count=count, limit=most)
            continue
        long = [w for w in words if len(w) > LONG_WORD.get(surface.language, 12)]
        if len(words) >= 20 and (share := 100 * len(long) // len(words)) > 25:
            yield Hit(", ".join(long[:3]), surface.where, "words", count=share, limit=25)


VAGUE = words_of(
    r"click here | click on this link | click this link | read more here | more here | see here "
    r"| here's the link | this link | cliquez ici | cliquer ici | c'est ici | plus d'infos? ici "
    r"| en savoir plus ici | voir ici | ce lien | par ici | haz clic aqu[ií] | pincha aqu[ií] "
    r"| pinche aqu[ií] | m[aá]s info aqu[ií] | hier klicken | klicken sie hier | cliciwch yma "
    r"| clicca qui | klik hier"
)
AT_A_LINK = regex.compile(r"\s*(?:[:👉➡⬇️→>]|\s)*\s*(?:https?://|www\.)|\s*(?:[:👉➡⬇️→>.!]|\s)*$")


def vague_links(reading: Reading) -> Iterator[Hit]:
    """A call to action that says nothing out of context: "cliquez ici", "click here".

    "Click here to apply for the grant" passes: what the link is for follows.
    """
    for surface in reading.bodies:
        for match in VAGUE.finditer(surface.plain):
            if AT_A_LINK.match(surface.plain, match.end()):
                yield surface.hit(match, "vague")


HOLES = regex.compile(
    r"(?i)lorem ipsum|\{\{[^{}]*\}\}|\$\{[^{}]*\}|<%.*?%>|%[A-Z_]{3,}%"
    r"|\[(?:date|heure|lieu|nom|prénom|prenom|titre|lien|url|insérer|inserer|à compléter|a "
    r"completer|"
    r"time|place|name|title|link|insert|tbc|tbd|venue|location|fecha|hora|lugar|nombre|enlace|"
    r"datum|"
    r"uhrzeit|ort|ville|city|xx+)[^\]]{0,30}\]"
    r"|(?<![\w/])xx[/.:h-]xx(?:[/.-](?:xx(?:xx)?|20\d\d))?(?!\w)|"
    r"(?<![\w/])\d{0,2}/?xx/(?:20)?\d\d(?!\w)"
    r"|(?<![\w/])(?:jj/mm(?:/aaaa)?|dd/mm(?:/yyyy)?|mm/dd(?:/yyyy)?)(?!\w)"
    r"|(?<!\w)(?:xxx+|tktk|(?-i:TODO|FIXME)(?=\s*[:(]))(?!\w)|<(?:nom|name|date|lien|link)>"
    r"|(?<!\w)(?:texte à venir|insert text here|text goes here|add link here)(?!\w)"
)
# Roman numerals and editors' remarks are not holes.
NOT_A_HOLE = regex.compile(
    r"(?i)louis|siècle|century|siglo|size|taille|talla|gr(?:ö|oe)ße|super bowl"
)


PLACEHOLDERS = gated(
    HOLES,
    "lorem|{{|${|<|%|[|xx|jj/|dd/|mm/|tktk|todo|fixme|venir|text here|goes here|link here",
)
MASKED = regex.compile(r"[A-Z]{2}\d{2}[ -]?$|\d{2,4}[ -]$")  # FR76 XXXX: an account kept back


def placeholders(reading: Reading) -> Iterator[Hit]:
    """A hole that a template left: [DATE], XX/XX, {{name}}, lorem ipsum, JJ/MM.

    Roman numerals (Louis XX, XXXe siècle), sizes (XXL) and editorial labels such as [Communiqué] or
    [FR] pass.
    """
    for surface in reading.surfaces:
        for match in PLACEHOLDERS.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 12) : match.end() + 10]
            is_roman = regex.fullmatch(r"(?i)xxx+", match.group()) and (
                NOT_A_HOLE.search(near) or regex.match(r"\s?(?:e|ème|l)\b", near[-10:])
            )
            is_masked = MASKED.search(surface.plain[max(0, match.start() - 6) : match.start()])
            if not is_roman and not is_masked:
                yield surface.hit(match, "placeholder")
