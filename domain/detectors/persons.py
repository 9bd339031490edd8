"""Detectors of personal data: how to reach somebody, when they were born, what they drive."""

from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
import regex

from domain.detectors.phrases import words_of
from domain.detectors.reading import Hit, Reading, Surface

E164 = phonenumbers.PhoneNumberFormat.E164
KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE: "fixed",
    phonenumbers.PhoneNumberType.VOIP: "fixed",
}
SEVEN_DIGITS = regex.compile(r"(?:\d[^\d\n]{0,3}){6}\d")
# Ranges kept for fiction are mobile in shape though no operator gave them out.
MOBILE_SHAPED = {
    "FR": regex.compile(
        r"(?<![\d+])(?:\+33[ .-]?(?:\(0\))?|0)[67](?:[ ./-]?\d{2}){4}(?![ ./-]?\d)"
    ),
    "GB": regex.compile(r"(?<![\d+])(?:\+44[ .-]?(?:\(0\))?|0)7\d{3}[ .-]?\d{3}[ .-]?\d{3}(?!\d)"),
}
# "Tirage : 01 12 23 34 45": groups of two that are no telephone number.
# Words that introduce two-digit groups which are no telephone number, and words that say they are.
LISTS = words_of(
    r"tirages? | tombola | loterie | loto | bus | lignes? | scores? | num[ée]ros? gagnants?"
    r" | lots? | quais? | parcelles? | siret | siren | dossiers? | r[ée]f | r[ée]f[ée]rences?"
    r" | permis | arr[êe]t[ée]s? | factures? | commandes? | reference | docket | case | permit"
    r" | file | invoice | draw | raffle | routes? | isbn | issn | results? | r[ée]sultats?"
    r" | expediente | aktenzeichen"
)
REGISTERED = regex.compile(
    r"(?:整理|受付|登録|管理|会員|申請|注文|伝票)番号|رقم (?:البلاغ|الملف|الطلب|القرار|الفاتورة)"
)
SAYS_PHONE = words_of(
    r"t[ée]l | t[ée]l[ée]phone\w* | appel\w* | contact\w* | joindre | joignable | standard"
    r" | portable | num[ée]ro de | infos? | renseignements? | call | ring | phone | text"
    r" | mobile | tel | llam\w+ | anrufen | ruf"
)
AFTER_A_LIST = regex.compile(
    r"\s*(?:€|euros?\b|eur\b|£|\$|%|habitants|m²|hectares)", regex.IGNORECASE
)


@lru_cache(maxsize=256)
def _spelled(number: str, country: str) -> str:
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, country), E164)
    except phonenumbers.NumberParseException:
        return number  # a short number has no international spelling


def phones(reading: Reading) -> Iterator[Hit]:
    """A valid telephone number that is not the organisation's own. `kind` is `mobile` or `fixed`.

    Emergency, short, toll-free, shared-cost, premium and universal access numbers never count, nor
    do lists of two-digit groups after words such as "lignes", "tirage" or "dossier".
    `detail` is the number as the world dials it.
    """
    country = reading.case.house.country
    own = {_spelled(number, country) for number in reading.case.house.public_phones}
    for surface in reading.surfaces:
        if not SEVEN_DIGITS.search(surface.plain):
            continue
        taken: list[range] = []
        for match in phonenumbers.PhoneNumberMatcher(surface.plain, country):
            taken.append(range(match.start, match.end))
            kind = KINDS.get(phonenumbers.number_type(match.number))
            spelled = phonenumbers.format_number(match.number, E164)
            if kind and spelled not in own and not _is_a_list(surface, match.start, match.end):
                yield surface.hit_at(match.start, match.end, kind, spelled)
        yield from _shaped(surface, country, own, taken)


def _shaped(surface: Surface, country: str, own: set[str], taken: list[range]) -> Iterator[Hit]:
    shape = MOBILE_SHAPED.get(country)
    for match in shape.finditer(surface.plain) if shape else ():
        if any(match.start() in span for span in taken):
            continue
        spelled = _spelled(match.group(), country)
        if spelled not in own and not _is_a_list(surface, match.start(), match.end()):
            yield surface.hit(match, "mobile", spelled)


def _is_a_list(surface: Surface, start: int, end: int) -> bool:
    """Bus lines, scores, draws and references: after their word, with no word for a telephone."""
    if surface.plain[start] == "+":
        return False
    before, after = surface.plain[max(0, start - 60) : start], surface.plain[end : end + 12]
    sentence = regex.split(r"[.!?\n]\s", before)[-1]
    is_listed = LISTS.search(sentence) and not SAYS_PHONE.search(sentence)
    is_introduced = is_listed or REGISTERED.search(sentence[-16:])
    # more pairs on either side: a longer list than any number
    goes_on = PAIR_BEFORE.search(before) or PAIR_AFTER.match(after)
    return bool(is_introduced or goes_on or AFTER_A_LIST.match(after))


PAIR_BEFORE = regex.compile(r"(?<!\d)\d{2}[ ,;.-]+$")
PAIR_AFTER = regex.compile(r"[ ,;-]+\d{2}\b(?!\d|h)")
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "hotmail.co.uk",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "yahoo.co.uk",
        "yahoo.es",
        "yahoo.de",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "laposte.net",
        "bbox.fr",
        "numericable.fr",
        "neuf.fr",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "gmx.fr",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "proton.me",
        "protonmail.com",
        "tutanota.com",
        "mail.com",
        "btinternet.com",
        "sky.com",
        "virginmedia.com",
        "talktalk.net",
        "comcast.net",
        "verizon.net",
        "att.net",
        "shaw.ca",
        "rogers.com",
        "bell.net",
        "videotron.ca",
        "telefonica.net",
        "bluewin.ch",
    ]
)
EMAIL = regex.compile(
    r"(?<![\w.@/+-])[\p{L}\d][\p{L}\d._%+-]*"
    r"(?:@|\s?[\[({<]\s?(?:at|arobase|arroba|@|chez)\s?[\])}>]\s?|\s(?:arobase|arroba|AT)\s"
    r"|\sat\s(?=[\p{L}\d-]+\sdot\s\p{L}))"
    r"(?P<domain>[\p{L}\d-]+(?:(?:\.|\s?[\[({]\s?(?:dot|point|punto|punkt|\.)\s?[\])}]\s?"
    r"|\s(?:point|punto|dot|DOT)\s)[\p{L}\d-]+)+)",
)
DOT = regex.compile(r"\s?[\[({]?\s?(?:dot|point|punto|punkt|DOT)\s?[\])}]?\s?|\s?[\[({]\.[\])}]\s?")
HOST_END = regex.compile(r"\.\p{L}{2,}$")
HAS_AT = regex.compile(r"@|[\[({<]\s?(?:at|arobase|arroba|chez)|arobase|arroba|\sAT\s|\sdot\s")


def emails(reading: Reading) -> Iterator[Hit]:
    """An e-mail address on free mail or on a domain that is not the organisation's.

    Forms such as "nom [at] domaine [point] fr" count; fediverse handles (@user@server) do not, and
    neither do the organisation's own and listed addresses. `kind` is `free` or `foreign`;
    `detail` is the domain.
    """
    house = reading.case.house
    known = {address.casefold() for address in house.public_emails}
    domains = (*house.official_domains, *house.allowed_domains)
    for surface in reading.surfaces:
        if not HAS_AT.search(surface.plain):
            continue
        for match in EMAIL.finditer(surface.plain):
            domain = DOT.sub(".", match["domain"]).casefold().strip(".-")
            user = regex.split(r"@|[\s\[({<]", match.group())[0]
            if not HOST_END.search(domain) or f"{user}@{domain}".casefold() in known:
                continue
            if within(domain, domains):
                continue
            yield surface.hit(match, "free" if domain in FREE_MAIL else "foreign", domain)


def within(host: str, domains: tuple[str, ...]) -> bool:
    """Whether the host is one of the domains or below it, on a label boundary."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


MONTHS = (
    r"janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|januar|februar|märz|april|juni|juli|oktober|dezember"
    r"|ionawr|chwefror|mawrth|ebrill|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr"
)
DATE = (
    rf"(?:\d{{1,2}}(?:er|st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{MONTHS})\s+(?:de\s+)?(?P<y>\d{{4}})"
    rf"|(?:{MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?P<y>\d{4})|(?P<y>\d{4})-\d{2}-\d{2})"
)
BIRTH = regex.compile(
    r"(?<!\w)(?P<word>n[ée]\(?e?\)?\s+le|date\s+de\s+naissance|d\.?d\.?n\.?|born(?:\s+on)?"
    r"|date\s+of\s+birth|d\.?o\.?b\.?|nacid[oa]\s+el|fecha\s+de\s+nacimiento|geboren\s+am"
    rf"|geb\.|geburtsdatum|ganwyd|ganed)\s*:?\s*(?:on\s+|le\s+|el\s+|am\s+)?{DATE}",
    regex.IGNORECASE,
)
LIVING_SINCE = 110


def birth_dates(reading: Reading) -> Iterator[Hit]:
    """A date of birth beside a word that says so: "né le", "born on", "DOB", "nacido el", "geb.".

    Years more than 110 ago are history, and a date beside a declared public figure is public.
    """
    this_year = reading.case.now.year
    for surface in reading.surfaces:
        for match in BIRTH.finditer(surface.plain):
            if this_year - int(match["y"]) > LIVING_SINCE:
                continue
            if not _about_public_figure(surface, match.start(), reading):
                yield surface.hit(match, "birth")


def _about_public_figure(surface: Surface, place: int, reading: Reading) -> bool:
    nearby = surface.folded[max(0, place - 120) : place + 160]
    house = reading.case.house
    names = (*house.public_figures, *(named.name for named in house.political_names))
    return any(name.casefold() in nearby for name in names)


PLATES = {
    "FR": r"(?<![\w-])[A-HJ-NP-TV-Z]{2}[- ][0-9]{3}[- ][A-HJ-NP-TV-Z]{2}(?![\w-])",
    "GB": r"(?<![\w-])[A-HJ-PR-Y][A-HJ-PR-Z][0-9]{2} ?[A-HJ-PR-Z]{3}(?![\w-])",
    "ES": r"(?<![\w-])[0-9]{4}[- ]?[BCDFGHJ-NPRSTV-Z]{3}(?![\w-])",
    "DE": r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [0-9]{1,4}[EH]?(?![\w-])",
    "US": r"(?<![\w-])[A-Z]{3}[- ]?[0-9]{4}(?![\w-])",
    "CA": r"(?<![\w-])[A-Z]{4}[- ][0-9]{3}(?![\w-])",
    "BE": r"(?<![\w-])[1-9]-[A-Z]{3}-[0-9]{3}(?![\w-])",
}
PLATE = {country: regex.compile(shape) for country, shape in PLATES.items()}
VEHICLE = words_of(
    r"immatricul\w* | plaques? | voitures? | v[ée]hicules? | camions? | camionnettes? | motos?"
    r" | scooters? | car | cars | vehicles? | van | vans | lorry | registration"
    r" | licen[cs]e plates? | number plates? | plates? | matr[ií]culas? | coches? | turismos?"
    r" | furgonetas? | Kennzeichen | Auto | Autos | Fahrzeuge? | PKW | Wagen | Halter"
)
LAND = words_of(r"parcelles? | section | cadastr\w* | norme | r[ée]f\w*")
SURE_PLATES = ("FR", "BE")  # a shape that means nothing else


def plates(reading: Reading) -> Iterator[Hit]:
    """A vehicle registration plate of the organisation's country.

    Shapes that other references share (everywhere but France and Belgium) count only within 60
    characters of a word for a vehicle.
    """
    country = reading.case.house.country
    shape = PLATE.get(country)
    for surface in reading.surfaces if shape else ():
        assert shape is not None
        for match in shape.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 60) : match.end() + 60]
            if LAND.search(near[:60]):
                continue
            if VEHICLE.search(near) or (country in SURE_PLATES and "-" in match.group()):
                yield surface.hit(match, country)
