"""Detectors about languages: which ones a post speaks, which are missing, and do they agree."""

from collections.abc import Iterator
from functools import lru_cache

import regex

from domain.case import Case
from domain.detectors.reading import Hit, Reading, surface

COMMON_WORDS = {
    "fr": "le la les un une des du de et est en au aux pour avec dans sur vous nous votre vos "
    "que qui ce cette ces pas plus il elle sont son sa ses à ou où par se ne être jusqu'au dès "
    "chez leur notre tous été",
    "en": "the a an of and is in on at to for with you your we our this that are be will from "
    "have has not it by as can please all more or if until when who they their was",
    "es": "el la los las un una de del y es en al para con por su sus que se no más este esta "
    "son como lo ya hay desde hasta tu nuestro nuestra también sobre está o",
    "de": "der die das ein eine und ist in im am an für mit sie ihr wir unser den dem des von zu "
    "zum zur auf nicht auch bei bis ab wird werden sind es als aus oder bitte alle nach über",
    "cy": "y yr yn i o a ac ar am gan eich ein mae mae'r bydd wedi ei eu chi ni nhw hyn sydd neu "
    "os er mwyn gyda i'r o'r a'r hefyd cael byddwn gallwch dydd "
    "mewn nad yng ym at bob rhwng fydd fel pob pan oherwydd yw ydych wrth nid heb trwy drwy i'ch "
    "i'n ffoniwch cysylltwch gwybodaeth cyngor heddiw yfory wythnos bore",
    "nl": "de het een en is in op van voor met u uw wij onze dat deze niet zijn te aan ook bij "
    "naar of om er kan wordt worden door tot alle meer",
    "it": "il lo la i gli le un una di del della e è in per con su che non si sono al alla dal "
    "dei delle più questo questa come anche nel nella da",
    "pt": "o a os as um uma de do da e é em no na para com por que não se ao dos das mais seu "
    "sua este esta são como pelo pela também",
}
WORDS = {language: frozenset(words.split()) for language, words in COMMON_WORDS.items()}
SCRIPTS = (
    ("zh", regex.compile(r"\p{Han}")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("ar", regex.compile(r"\p{Arabic}")),
    ("el", regex.compile(r"\p{Greek}")),
    ("ru", regex.compile(r"\p{Cyrillic}")),
    ("he", regex.compile(r"\p{Hebrew}")),
)
KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
OTHER_SCRIPTS = regex.compile(r"[\u0370-\U000fffff--\p{P}\p{S}\p{Latin}]", regex.V1)
LETTER = regex.compile(r"\p{L}")
NOT_WORDS = regex.compile(r"https?://\S+|[#@][\w.-]+|[^\p{L}\p{M}'’\s]")
LETTERS_MIN = 40


@lru_cache(maxsize=256)
def language_of(text: str) -> str:
    """The language a part is written in, or "" when it is too short or too mixed to say.

    Links, hashtags and mentions are taken out; 40 letters must remain (12 in a script of its own),
    a fifth of the words must be common ones, and the second-best language must stay well behind.
    """
    prose = NOT_WORDS.sub(" ", text.casefold().replace("’", "'"))
    letters = len(LETTER.findall(prose))
    if script := _by_script(prose, letters):
        return script
    if letters < LETTERS_MIN:
        return ""
    words = _split(prose)
    scores = sorted(
        ((sum(word in common for word in words), name) for name, common in WORDS.items()),
        reverse=True,
    )
    (best, language), (second, _) = scores[0], scores[1]
    is_clear = best * 5 >= len(words) and best >= 4 and best >= second + max(2, best // 4)
    return language if is_clear else ""


def _by_script(prose: str, letters: int) -> str:
    """By its letters alone, if 12 of them and most of all are of one script.

    Japanese is kana among Chinese characters; some kana are enough.
    """
    if not OTHER_SCRIPTS.search(prose):
        return ""
    kana = len(KANA.findall(prose))
    for language, script in SCRIPTS:
        found = len(script.findall(prose)) + (kana if language == "zh" else 0)
        if found >= 12 and found * 10 >= letters * 6:
            return "ja" if language == "zh" and kana * 10 >= found else language
    return ""


def _split(prose: str) -> list[str]:
    """Words, elisions apart from what they stand before: l'eau is l' and eau, which is French."""
    words: list[str] = []
    for word in prose.split():
        head, apostrophe, tail = word.partition("'")
        elided = apostrophe and head in ("l", "d", "qu", "n", "s", "c", "j", "jusqu")
        words += ["le" if head in ("l", "d", "qu", "n") else head, tail] if elided else [word]
    return words


def language_mismatch(reading: Reading) -> Iterator[Hit]:
    """A text whose language is clear and is not the one declared. `detail` is what it looks like.

    Undetermined is never a finding; a text in several parts passes if one part is as declared.
    """
    case = reading.case
    declared = case.declared.language or next(iter(case.content.languages), "")
    expected = {tag.split("-")[0].casefold() for tag in (declared, *case.content.languages) if tag}
    texts = [("text", case.content.text, expected)] if expected else []
    texts += [
        (f"version:{v.language}", v.text, {v.language.split("-")[0].casefold()})
        for v in case.declared.versions
    ]
    for where, text, languages in texts:
        spoken = {language_of(part) for part in dict.fromkeys((*text.split("\n\n"), text))} - {""}
        if spoken and not spoken & languages:
            named = sorted(spoken)[0]
            yield Hit(text[:60], where, "mismatch", named, language=",".join(sorted(languages)))


def languages_missing(reading: Reading) -> Iterator[Hit]:
    """A language that the organisation must use and that the post lacks. `language` is its code.

    A version on a paired account counts, and so does a part of the post in that language (40
    letters: a greeting or a slogan is no version).
    """
    required = reading.case.house.languages_required
    present = _present(reading.case) if required else frozenset()
    for language in required:
        if language.split("-")[0].casefold() not in present:
            yield Hit(language, "text", "missing", language=language)


def _present(case: Case) -> frozenset[str]:
    versions = {v.language.split("-")[0].casefold() for v in case.declared.versions if v.text}
    spoken = {language_of(part) for part in _parts(case.content.text)} - {""}
    # too short to tell: then we believe what was declared
    return frozenset(versions | (spoken or {case.language}))


def _parts(text: str) -> Iterator[str]:
    """The whole, its paragraphs, its lines, and its first lines together."""
    lines = text.splitlines()
    yield text
    yield from lines
    yield from (" ".join(lines[:place]) for place in range(2, len(lines)))
    yield from (part for part in PARAGRAPH.split(text) if part)


PARAGRAPH = regex.compile(r"\n\s*\n|\s*(?:-{3,}|/{2,}|\*{3,}|—{2,})\s*")


def versions_apart(reading: Reading) -> Iterator[Hit]:
    """A language version that goes out more than `thresholds.version_minutes_max` before or after.

    `count` is how many minutes apart; a version without an hour of its own goes with the post.
    """
    most = reading.case.house.thresholds.version_minutes_max
    for version in reading.case.declared.versions:
        if version.publish_at is None:
            continue
        apart = int(abs(version.publish_at - reading.case.at).total_seconds()) // 60
        if apart > most:
            yield Hit(
                version.language,
                f"version:{version.language}",
                "apart",
                language=version.language,
                count=apart,
                limit=most,
            )


FIGURE = regex.compile(
    r"(?<![\w])(?:\+?\d[\d .,:/h-]*\d|\d)(?:\s?(?:am|pm|a\.m\.|p\.m\.|h\b|heures?))?",
    regex.IGNORECASE,
)
LINK = regex.compile(r"https?://\S+")


def version_differences(reading: Reading) -> Iterator[Hit]:
    """A figure (number, date, time, telephone, amount) that stands in one version and not another.

    5 p.m. and 17 h, 1.5 and 1,5, 1 000 and 1,000 are the same. Links are compared by number only,
    because each language has its own page. `detail` names the figure, `language` the version.
    """
    case = reading.case
    ours = _figures(case.content.text) if case.declared.versions else frozenset()
    for version in case.declared.versions:
        if version.language.split("-")[0].casefold() == case.language and len(ours) == 0:
            continue
        theirs = _figures(version.text)
        apart = sorted(ours.symmetric_difference(theirs))
        if version.text and apart:
            yield Hit(
                ", ".join(apart[:3]),
                f"version:{version.language}",
                "figures",
                apart[0],
                language=version.language,
            )


@lru_cache(maxsize=64)
def _figures(text: str) -> frozenset[str]:
    plain = LINK.sub(" ", surface("", text).plain)
    plain = regex.sub(r"(\d)(?:er|re|st|nd|rd|th|e|ème|º|ª)\b", r"\1", plain)
    return frozenset(_settled(match.group()) for match in FIGURE.finditer(plain))


def _settled(figure: str) -> str:
    lower = figure.casefold().replace(" ", "").replace("heures", "h").replace("heure", "h")
    if match := regex.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm|a\.m\.|p\.m\.)", lower):
        hour = int(match[1]) % 12 + (12 if match[3].startswith("p") else 0)
        return f"{hour}h{match[2] or '00'}"
    if match := regex.fullmatch(r"(\d{1,2})[:h](\d{2})?", lower):
        return f"{int(match[1])}h{match[2] or '00'}"
    if regex.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", lower):
        return regex.sub(r"[.,]", "", lower)
    return regex.sub(r"[-/]$|^\+", "", lower.replace(",", ".")).strip(".")
