"""Detectors of numbers that identify a person or an account. A checksum must hold before we
shout."""

from collections.abc import Callable, Iterator

import regex
from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.us import ssn

from domain.detectors.phrases import words_of
from domain.detectors.reading import Hit, Reading, Surface

IBAN = regex.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Z0-9])", regex.I)
FOUR_DIGITS = regex.compile(r"\d{2}.{0,3}\d{2}")


def ibans(reading: Reading) -> Iterator[Hit]:
    """A bank account number whose country, length and check digits hold, and not our own.

    `detail` is the number without spaces.
    """
    own = {iban.compact(number).casefold() for number in reading.case.house.public_ibans}
    for surface in reading.surfaces:
        for match in IBAN.finditer(surface.plain):
            before = surface.plain[max(0, match.start() - 30) : match.start()]
            found = _longest_valid(match.group()) if not REFERENCE_BEFORE.search(before) else None
            if found and iban.compact(found).casefold() not in own:
                yield surface.hit_at(
                    match.start(), match.start() + len(found), "iban", iban.compact(found)
                )


def bank_account(spelled: str) -> str | None:
    """The IBAN without its spaces, or None if its check digits do not hold."""
    return iban.compact(spelled) if iban.is_valid(spelled) else None


def _longest_valid(spelled: str) -> str | None:
    """The IBAN at the front of a run that may have swallowed the word after it."""
    upper = spelled.upper()
    for end in range(len(upper), 14, -1):
        if iban.is_valid(upper[:end]):
            return spelled[:end]
    return None


CARD = regex.compile(r"(?<![\d.,/+-])(?:\d[ -]?){12,18}\d(?![\d-]|[.,]\d)")
ISSUERS = regex.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)
CARD_WORD = words_of(r"cartes? | cards? | visa | tarjetas? | kreditkarte | cb")
REFERENCE_BEFORE = regex.compile(
    r"(?:siret|siren|dossier|commande|r[ée]f\w*|order|tracking|suivi|colis|facture|invoice|isbn|ean|"
    r"gtin|imei|pedido|expediente|factura|bestell\w*|sendung\w*)\W*(?:n[°º]|no\.?|number|num\w*)?\W*$",
    regex.IGNORECASE,
)


def payment_cards(reading: Reading) -> Iterator[Hit]:
    """A 13 to 19 digit number with a known issuer's prefix that passes Luhn.

    Numbers introduced as an order, file or company number are left alone.
    """
    for surface in reading.surfaces:
        for match in CARD.finditer(surface.plain):
            digits = regex.sub(r"\D", "", match.group())
            if not ISSUERS.fullmatch(digits) or not luhn.is_valid(digits):
                continue
            before = surface.plain[max(0, match.start() - 30) : match.start()]
            could_be_a_barcode = len(digits) == 13 and not CARD_WORD.search(before)
            if not could_be_a_barcode and not REFERENCE_BEFORE.search(before):
                yield surface.hit(match, "card", digits[:4])


def _nino(number: str) -> bool:
    """HMRC's own list: some prefixes were never given out, some are for documentation."""
    prefix = number[:2].upper()
    return prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "QQ")


def _ssn(number: str) -> bool:
    return bool(ssn.is_valid(number)) and number[0] != "9"


Check = Callable[[str], bool]

# name, shape, check, and whether a word nearby must say what it is
SHAPES: tuple[tuple[str, str, Check, bool], ...] = (
    (
        "NIR",
        r"[1278] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
        nir.is_valid,
        False,
    ),
    ("NHS number", r"\d{3}[ -]\d{3}[ -]\d{4}", nhs.is_valid, True),
    ("NHS number", r"\d{10}", nhs.is_valid, True),
    ("NINO", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _nino, False),
    ("SSN", r"\d{3}-\d{2}-\d{4}", _ssn, False),
    ("SSN", r"\d{3} ?\d{2} ?\d{4}", _ssn, True),
    ("SIN", r"\d{3}[ -]\d{3}[ -]\d{3}", sin.is_valid, True),
    ("DNI", r"\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]", dni.is_valid, False),
    ("NIE", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", nie.is_valid, False),
    ("NISS", r"\d{2}[.]\d{2}[.]\d{2}-\d{3}[.]\d{2}", nn.is_valid, False),
    ("NISS", r"\d{11}", nn.is_valid, True),
    ("AHV", r"756[. ]\d{4}[. ]\d{4}[. ]\d{2}", ahv.is_valid, False),
    ("Steuer-ID", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid, True),
    (
        "codice fiscale",
        r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
        codicefiscale.is_valid,
        False,
    ),
    ("BSN", r"\d{9}", bsn.is_valid, True),
    ("PESEL", r"\d{11}", pesel.is_valid, True),
)
EDGE = r"(?<![\w.-])(?:{})(?![\w-]|\.\d)"
IDENTIFIERS = tuple(
    (name, regex.compile(EDGE.format(shape)), check, word) for name, shape, check, word in SHAPES
)
SAYS_SO = {
    "NHS number": words_of(r"nhs no | nhs num\w* | patients? | rhif gig"),
    "SSN": words_of(r"ssn | social security | social security number | social-security"),
    "SIN": words_of(r"sin | nas | social insurance | assurance sociale"),
    "NISS": words_of(r"niss | registre national | rijksregister\w* | num[ée]ro national | insz"),
    "Steuer-ID": words_of(r"steuer-?id\w* | steuer-?identifikationsnummer | idnr | tin"),
    "BSN": words_of(r"bsn | burgerservicenummer | sofinummer"),
    "PESEL": words_of("pesel"),
}
# Shapes that other things share unless the check digits and the surroundings agree.
OTHER_THINGS = words_of(
    r"siret | siren | r[ée]f[ée]rence | ref | parcelle | isbn | order | commande | invoice"
    r" | facture"
)


def national_ids(reading: Reading) -> Iterator[Hit]:
    """A personal identifier whose key holds; `kind` says which.

    NIR, NINO, SSN (with dashes), DNI, NIE, NISS (with dots), AHV and codice fiscale by themselves;
    NHS number, SIN, Steuer-ID, BSN, PESEL and undashed forms only beside their name.
    """
    for surface in reading.surfaces:
        if FOUR_DIGITS.search(surface.plain):
            yield from _identifiers(surface)


def _identifiers(surface: Surface) -> Iterator[Hit]:
    taken: list[range] = []
    for name, shape, check, needs_word in IDENTIFIERS:
        for match in shape.finditer(surface.plain):
            if any(match.start() in span for span in taken) or not check(match.group()):
                continue
            before = surface.plain[max(0, match.start() - 50) : match.start()]
            says_so = name in SAYS_SO and SAYS_SO[name].search(before)
            if (says_so or not needs_word) and not OTHER_THINGS.search(before[-25:]):
                taken.append(range(match.start(), match.end()))
                yield surface.hit(match, name)
