"""Detectors of time and fact: embargoes, wrong weekdays, past events, emergency numbers,
repeats."""

from collections.abc import Iterator
from datetime import date, timedelta
from unicodedata import normalize

import regex

from domain.detectors.phrases import words_of
from domain.detectors.reading import Hit, Reading

ANNOUNCES = words_of(
    r"will be published | will be released | due out | release date | publication le"
    r" | seront publi[ée]s | sera publi[ée]e? | paraîtra | parution | à paraître"
    r" | se publicar[áa] | ser[áa]n publicad[oa]s | wird veröffentlicht | cyhoeddir"
)


def embargoes(reading: Reading) -> Iterator[Hit]:
    """An embargo that is still on when the post would appear: declared with the post, named by it,
    or given away by one of the register's phrases in any of its texts.

    Saying that a release is due ("will be published") passes. `detail` is the instant it lifts.
    """
    case = reading.case
    until = case.declared.embargo_until
    if until and case.at < until:
        yield Hit(case.declared.embargo_ref or "embargo", "text", "declared", until.isoformat())
    for embargo in case.house.embargoes:
        if case.at >= embargo.until:
            continue
        if embargo.ref == case.declared.embargo_ref:
            yield Hit(embargo.ref, "text", "named", embargo.until.isoformat())
            continue
        for surface in reading.surfaces:
            phrase = next((p for p in embargo.phrases if p.casefold() in surface.folded), None)
            if phrase and not ANNOUNCES.search(surface.plain):
                yield Hit(phrase, surface.where, "phrase", embargo.until.isoformat())


DAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "cy": "llun mawrth mercher iau gwener sadwrn sul",
}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "cy": "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
}
SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
SHORT_DAYS, SHORT_MONTHS = tuple(SHORT)[:9], tuple(SHORT)[9:]


def _bare(word: str) -> str:
    return regex.sub(r"\p{M}", "", normalize("NFD", word.casefold()))


WEEKDAY = {
    _bare(word): place for listed in DAYS.values() for place, word in enumerate(listed.split())
}
MONTH = {
    _bare(word): place for listed in MONTHS.values() for place, word in enumerate(listed.split(), 1)
}
WEEKDAY |= {word: SHORT[word] for word in SHORT_DAYS} | {"sonnabend": 5}
MONTH |= {word: SHORT[word] for word in SHORT_MONTHS} | {"setiembre": 9, "janner": 1}
_DAY = "|".join(sorted(WEEKDAY, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTH, key=len, reverse=True))
DATED = regex.compile(
    rf"(?<![\w-])(?:dydd\s+)?(?P<day>{_DAY})\.?,?\s+(?:le\s+|the\s+|den\s+|dem\s+)?"
    rf"(?:(?P<n>\d{{1,2}})(?:er|st|nd|rd|th|eg|ain|fed|af|il|\.)?\s+(?:de\s+|of\s+)?(?P<month>{_MONTH})\b\.?"
    rf"|(?P<month>{_MONTH})\s+(?P<n>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:h])"
    rf"|(?P<n>\d{{1,2}})[/.](?P<m>\d{{1,2}})(?![\d])[/.]?)"
    rf"(?:,?\s*(?:de\s+)?(?P<year>\d{{4}}|(?<=/)\d\d))?",
)
TIMETABLE = words_of(
    r"horaires? du | service du | grille du | sunday service | timetable | horario de | fahrplan"
)


def wrong_weekdays(reading: Reading) -> Iterator[Hit]:
    """A weekday and a date that disagree, in French, English, Spanish, German or Welsh.

    Without a year, the year is the one nearest to the post's hour. `detail` is the right weekday,
    in the text's own language where it is known. Timetable names ("horaires du dimanche") pass.
    """
    for surface in reading.surfaces:
        if not regex.search(r"\d", surface.plain):
            continue
        plain = regex.sub(r"\p{M}", "", normalize("NFD", surface.plain)).casefold()
        for match in DATED.finditer(plain):
            meant = _date_of(match, reading.case.at.date(), reading.case.house.country)
            if match["day"] in SHORT_DAYS and surface.language not in ("en", ""):
                continue  # "mon 1er mai" is no Monday
            if TIMETABLE.search(plain[max(0, match.start() - 14) : match.end()]):
                continue
            if meant and meant.weekday() != WEEKDAY[match["day"]]:
                listed = DAYS.get(surface.language, DAYS["en"]).split()
                yield Hit(match.group().strip(), surface.where, "weekday", listed[meant.weekday()])


def _date_of(match: "regex.Match[str]", near: date, country: str) -> date | None:
    month = MONTH[match["month"]] if match["month"] else int(match["m"])
    day = int(match["n"])
    if not match["month"] and country == "US":
        month, day = day, month
    year = int(match["year"]) if match["year"] else None
    years = (
        (year + 2000 if year is not None and year < 100 else year,)
        if year
        else (
            near.year - 1,
            near.year,
            near.year + 1,
        )
    )
    found = [made for one in years if one and (made := _made(one, month, day))]
    return min(found, key=lambda made: abs((made - near).days), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


FUTURE = words_of(
    r"rendez-vous | venez | rejoignez-nous | inscrivez-vous | inscriptions? | ne manquez pas"
    r" | à vos agendas | aura lieu | se tiendra | save the date | join us | come to"
    r" | come along | register | don't miss | will take place | will be held | no te pierdas"
    r" | te esperamos | tendr[áa] lugar | kommen sie | findet statt | ymunwch"
)
LOOKS_BACK = words_of(
    r"retour sur | s'est tenue? | a eu lieu | revivez | merci à | throwback | took place"
    r" | looking back | thank you to | recap | celebramos | fand statt | souvenir | en images"
)
FULL_DATE = regex.compile(
    rf"(?<!\w)(?:(?P<n>\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s+(?:de\s+)?(?P<month>{_MONTH})\s+(?:de\s+)?(?P<year>\d{{4}})"
    rf"|(?P<month>{_MONTH})\s+(?P<n>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}))(?!\d)"
)


def past_events(reading: Reading) -> Iterator[Hit]:
    """An announcement of something that is over when the post appears.

    By the declared `event_end` (or `event_start`), or else an invitation whose only full dates have
    passed. Retrospectives pass.
    """
    case = reading.case
    over = case.declared.event_end or case.declared.event_start
    looks_back = case.declared.category == "retrospective"
    for surface in reading.bodies[:1]:
        looks_back = looks_back or bool(LOOKS_BACK.search(surface.plain))
    if looks_back:
        return
    if over and over < case.at:
        yield Hit(over.date().isoformat(), "text", "declared", over.isoformat())
        return
    for surface in reading.bodies:
        plain = regex.sub(r"\p{M}", "", normalize("NFD", surface.plain)).casefold()
        dates = [
            made
            for m in FULL_DATE.finditer(plain)
            if (made := _made(int(m["year"]), MONTH[m["month"]], int(m["n"])))
        ]
        recent = [day for day in dates if day >= case.at.date() - timedelta(days=400)]
        if recent and max(dates) < case.at.date() and FUTURE.search(surface.plain):
            yield Hit(max(recent).isoformat(), surface.where, "text", max(recent).isoformat())


EMERGENCY = {
    "FR": "15 17 18 112 114 115 119 191 196 197 116000 116117 3919 3114",
    "GB": "999 112 101 105 111 18000",
    "US": "911 988 211 311",
    "CA": "911 988 211 311 811",
    "ES": "112 091 062 061 080 085 092 016 024",
    "DE": "112 110 116117 115",
    "BE": "112 100 101 102",
    "CH": "112 117 118 144 145 1414",
    "IT": "112 113 115 118 117 1522",
    "IE": "999 112",
}
FOREIGN = frozenset(
    [
        "999",
        "911",
        "000",
        "112",
        "110",
        "111",
        "113",
        "117",
        "118",
        "119",
        "100",
        "101",
        "102",
        "103",
        "144",
        "15",
        "17",
        "18",
        "061",
        "091",
        "062",
        "080",
    ]
)
CALL = regex.compile(
    r"(?i)(?<!\w)(?:appelez|composez|contactez|téléphonez\s+au|faites|call|dial|phone|ring|text|llam[ae]d?|llame|marque|"
    r"wählen\s+sie|rufen\s+sie|ffoniwch)\s+(?:\p{L}+\s+){0,4}?(?:le\s+|the\s+|al\s+|die\s+|ar\s+)?(?P<n>\d{2,3})(?!\d|[.,:]\d|\s?[/%€]|\s?\d|\s?(?:h|€|km|ans|people|personnes|times|minutes|hours)\b)"
    r"(?:\s*(?:,|ou|or|o|oder|et|and)\s*(?:le\s+|the\s+)?(?P<n>\d{2,3})(?!\d|\s?\d))?"
)
URGENT = words_of(
    r"urgence | urgences | urgent | danger | incendie | feu | secours | pompiers | samu"
    r" | police | gendarmerie | emergency | emergencies | fire | ambulance | danger"
    r" | life-threatening | flood | floods | crime | emergencia | emergencias | peligro"
    r" | incendio | notfall | notruf | feuer | gefahr | argyfwng | accident | noyade | malaise"
    r" | inondation | unconscious | 999 | 911"
)
ABROAD = words_of(
    r"[ée]tranger | abroad | voyage\w* | travel\w* | aux [ée]tats-unis | au royaume-uni"
    r" | en espagne | en allemagne | en italie | in france | in spain | in the us | in the usa"
    r" | in the uk | en francia | viaja\w* | im ausland | overseas | consul\w* | ambassade"
    r" | embassy | expatri\w* | tourists? in"
)


def emergency_numbers(reading: Reading) -> Iterator[Hit]:
    """The public here told to call an emergency number of somewhere else. `detail`: what is right.

    It takes a verb ("appelez le …", "call …"), a word of danger nearby, and a number that is not
    one of the country's. Advice to travellers passes.
    """
    country = reading.case.house.country
    right = EMERGENCY.get(country, "112").split()
    for surface in reading.surfaces:
        if not any(character.isdigit() for character in surface.plain):
            continue
        for match in CALL.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 120) : match.end() + 120]
            wrong = [n for n in match.captures("n") if n in FOREIGN and n not in right]
            if wrong and URGENT.search(near) and not ABROAD.search(near):
                yield surface.hit(match, "emergency", right[0] if country != "FR" else "112")


def duplicates(reading: Reading) -> Iterator[Hit]:
    """The same text on the same channel within `thresholds.duplicate_days`, spaces aside."""
    case = reading.case
    since = case.at - timedelta(days=case.house.thresholds.duplicate_days)
    recent = {
        (past.channel, _same(past.text)): past.at
        for past in case.observed.history
        if past.at >= since
    }
    for channel in case.content.channels if recent else ():
        if before := recent.get((channel, _same(case.content.text_on(channel)))):
            yield Hit(
                case.content.text_on(channel)[:60],
                "text",
                "again",
                before.date().isoformat(),
                channel,
            )


def _same(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())
