"""Detectors of private life: where somebody lives, what they suffer from or believe."""

from collections.abc import Iterator

import regex

from domain.detectors.phrases import gated
from domain.detectors.reading import Hit, Reading

DIGIT = regex.compile(r"\d")
STREET = (
    r"\d{1,4}\s?(?:bis|ter|[a-d]\b)?,?\s+(?:rue|avenue|av\.|boulevard|bd|chemin|impasse|all[ée]e|"
    r"place|quai|route|square|[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)?\s(?:Street|St\.?|Road|Rd\.?|Avenue|"
    r"Ave\.?|Lane|Drive|Close|Crescent|Court|Way|Terrace|Gardens))"
    r"|(?:[Cc]alle|[Aa]venida|[Pp]laza)\s[\w' -]{2,40}\s?\d{1,4}"
    r"|[A-ZÄÖÜ][\wäöüß-]+(?:straße|strasse|str\.|weg|allee|platz|gasse)\s\d{1,4}"
)
LIVES = regex.compile(
    r"(?<!\w)(?:(?:qui\s+)?(?:habit(?:e|ant|ait)|demeur(?:e|ant|ait)|r[ée]sid(?:e|ant)|"
    r"domicili[ée]e?)"
    r"(?:\s+(?:au|à|chez|actuellement))*|(?:son|leur|mon)\s+domicile\s*(?:au|est|:)?|chez\s+(?:lui|"
    r"elle)\s+au|"
    r"who\s+lives\s+at|living\s+at|lives\s+at|residing\s+at|(?:his|her|their|"
    r"my)\s+home\s*(?:address)?"
    r"\s*(?:at|is|:)|home\s+address\s*:?|que\s+vive\s+en|domiciliad[oa]\s+en|(?:su|"
    r"mi)\s+domicilio\s*:?|"
    r"wohnhaft\s+(?:in|an)?(?:\s+der)?|wohnt\s+(?:in\s+der|an\s+der|in|am))\s+[^.!?\n]{0,30}?"
    rf"(?:{STREET})",
    regex.IGNORECASE,
)
TITLED = (
    r"(?:M\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Miss|Sr\.|Sra\.|Don|Doña|D\.|Herr|Frau)"
    r"\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?"
)
# "Mr Ali, of 22 Station Road", "Mme Roux, 12 rue du Moulin", "vecina de la calle Olmo 14"
OF_A_STREET = regex.compile(
    rf"(?:{TITLED}|(?<!\w)\p{{Lu}}\p{{Ll}}+\s\p{{Lu}}\p{{Ll}}+),?\s+(?:of|"
    rf"aged\s\d+,?\s+of)\s+(?=\d)(?:{STREET})"
    rf"|{TITLED},\s+(?=\d)(?:{STREET})"
    r"|(?:con\s+domicilio|vecin[oa])\s+(?:en|de)\s+(?:la\s+)?(?:calle|avenida|"
    r"plaza)\s[\w' -]{2,40}?\s?\d{1,4}"
)


AT_HOME = gated(LIVES, "habit|demeur|résid|resid|domicil|chez|lives|living|home|vive|wohn")
OF_STREET = gated(
    OF_A_STREET,
    " of |domicilio|vecin|mme|mlle|mr|ms|m.|miss|sr.|sra|don|doña|d.|herr|frau",
)


def home_addresses(reading: Reading) -> Iterator[Hit]:
    """A street address beside a person or after words for living there: "qui habite au 12, rue …",
    "lives at …", "Mr Ali, of 22 Station Road".

    The address of a building alone never counts. Semantic by nature: a cautious word list.
    """
    for surface in reading.surfaces:
        if not DIGIT.search(surface.plain):
            continue
        for match in (*AT_HOME.finditer(surface.plain), *OF_STREET.finditer(surface.plain)):
            yield surface.hit(match, "home")


NAMED = (
    r"(?:(?:M\.|Mme|Mlle|Monsieur|Madame|Mr\.?|Mrs\.?|Ms\.?|Miss|Sr\.|Sra\.|Don|Doña|Herr|Frau)"
    r"\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?"
    r"|(?<![.!?\n]\s)(?<!^)\b\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+|"
    r"\b\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+(?=,\s(?:who|qui|que|die|der)\b))"
)
DISEASE = (
    r"(?:cancers?|leuc[ée]mie|leukaemia|leukemia|[ée]pilepsie|epilepsy|diab[èe]te|diabetes|sida|"
    r"aids|vih|hiv|d[ée]pression|"
    r"depression|alzheimer|parkinson(?:'s)?|d[ée]mence|dementia|multiple\s+sclerosis|"
    r"scl[ée]rose\s+en\s+plaques|varicelle|"
    r"rougeole|measles|covid|tuberculos[ei]s?|h[ée]patite|hepatitis|schizophr[ée]ni[ae]|autisme|"
    r"autism|burn-?out)"
)
CONDITION = (
    r"(?:atteinte?s?\s+(?:d[eu]s?|d'\w+)|souffr\w*\s+(?:d[eu]s?|d'\w+)|s[ée]ropositi\w+|"
    r"malade\s+d[eu]|en\s+d[ée]pression|d[ée]pressi(?:f|ve)|pour\s+une\s+d[ée]pression|"
    r"(?:est|était)\s+(?:lourdement\s+)?handicapée?|(?:est|était)\s+enceinte|trait[ée]e?\s+pour|"
    r"hospitalis[ée]+e?\s+pour|(?:a|avait|en\s+arr[êe]t\s+pour|victime\s+d'une?)\s+(?:la|le|un|une|"
    r"l')?\s?"
    + DISEASE
    + r"|de\s+(?:confession|religion)\s+\w+|d[ée]l[ée]gu[ée]e?\s+(?:syndical\w*|CGT|CFDT|FO|FSU|"
    r"SUD|UNSA)|syndiqu[ée]e?|adh[ée]rente?\s+(?:à\s+la|au|du|de\s+la)\s+"
    r"(?:CGT|CFDT|FO|FSU|SUD|syndicat)|(?:est|était|se\s+dit)\s+(?:homosexuel\w*|lesbienne|"
    r"transgenre|musulmane?|jui(?:f|ve)|séropositi\w+)|catholique\s+pratiquante?|"
    r"t[ée]moin\s+de\s+J[ée]hovah|"
    r"(?:has|had|with)\s+(?:a\s+|an\s+)?(?:\w+\s+)?"
    + DISEASE
    + r"|practi[sc]ing\s+(?:catholic|muslim|jew|hindu|christian)|"
    r"suffers?\s+from|suffering\s+from|diagnosed\s+with|living\s+with\s+HIV|HIV[- ]positive|"
    r"is\s+pregnant|"
    r"treated\s+for|(?:is|a)\s+member\s+of\s+(?:the\s+)?(?:union|UNISON|Unite|GMB)|is\s+(?:gay|"
    r"lesbian|transgender|muslim|jewish|bipolar|schizophrenic)|"
    r"padece|diagnosticad[oa]\s+de|embarazada|leidet\s+an|erkrankt\s+an|schwanger)"
)
SENSITIVE = regex.compile(
    rf"(?P<who>{NAMED}),?\s+(?:[\p{{L}}\d,'’-]+\s+){{0,8}}?(?P<what>(?i:{CONDITION}))(?!\w)"
)


def sensitive(reading: Reading) -> Iterator[Hit]:
    """A named person followed within a few words by a condition, faith, union or orientation.

    Semantic by nature: a cautious word list that needs a title or two capitalised names, and leaves
    declared public figures and history alone. `detail` is the word that makes it sensitive.
    """
    for surface in reading.surfaces:
        for match in SENSITIVE.finditer(surface.plain):
            who = match["who"].casefold()
            figures = (name.casefold() for name in reading.case.house.public_figures)
            if not any(figure in who or who in figure for figure in figures):
                yield surface.hit(match, "art9", match["what"])
