"""Detectors of what must not leave the house: credentials and protective markings."""

from collections.abc import Iterator
from math import log2

import regex

from domain.detectors.phrases import gated, words_of
from domain.detectors.reading import Hit, Reading

KNOWN_TOKENS = regex.compile(
    r"(?<![\w-])(?:AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}"
    r"|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk_live_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{32,}"
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}|EAA[A-Za-z0-9]{40,}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{40,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?:postgres(?:ql)?|mysql|mongodb|amqp|redis|https?|ftp)://[^\s:/@]+:[^\s:/@]+@[^\s/]+)"
)
NAMED_VALUE = regex.compile(
    r"(?<!\w)(?P<name>mots?\s+de\s+passe|mdp|pass(?:word|phrase|code)?|pwd|contrase[ñn]a|clave|"
    r"kennwort|passwort|cyfrinair|code\s+wi-?fi|cl[ée]\s+wi-?fi|wi-?fi\s+(?:key|code|password)|"
    r"code\s+d'(?:entrée|accès)|code\s+du\s+portail|(?:door|gate|entry|access)\s+code|"
    r"api[ _-]?key|cl[ée]\s+api|secret(?:[ _-]?key)?|access[ _-]?token|token|jeton|client[ "
    r"_-]secret)"
    r"(?:(?:\s+\p{L}+){0,4}?\s*(?P<says>[:=]|(?<!\w)(?:is|est|es|ist|yw)\s)\s*:?\s*|\s+)"
    r"[\"'«“]?\s?(?P<value>[^\s\"'»”,;]{4,})",
    regex.IGNORECASE,
)
NAMED = gated(
    NAMED_VALUE,
    "mot|mdp|pass|pwd|contrase|clave|kennwort|cyfrinair|code|wi-fi|wifi|api|secret|token|jeton",
)
# "Mot de passe : choisissez-le long" is advice.
CODE_LIKE = regex.compile(
    r"(?=.*\d|.*[^\w\s.!?…-])(?=.*[A-Za-z]).{6,}|(?=.*\d)[\w-]{8,}|(?=.*\d)(?=.*[A-Z])[A-Z\d]{4,}"
)


# Without "is" or ":" between, only what nobody could take for a word: "password Library2026!".
SURELY_A_CODE = regex.compile(r"(?=.*\d)(?=.*\p{Ll})(?=.*[\p{Lu}!@#$%*_?-]).{8,}")


def credentials(reading: Reading) -> Iterator[Hit]:
    """A password, key or token: a known issuer's shape, or a value after a word that names it.

    After a word it must look like a code (digits or signs among letters, or high entropy), so that
    security advice ("mot de passe : au moins 12 caractères") passes. `kind`: `token` or `password`.
    """
    for surface in reading.surfaces:
        for match in KNOWN_TOKENS.finditer(surface.plain):
            yield surface.hit(match, "token")
        for match in NAMED.finditer(surface.plain):
            value = match["value"].rstrip(".!?…)")
            if not match["says"] and not SURELY_A_CODE.fullmatch(match["value"]):
                continue
            if CODE_LIKE.fullmatch(value) and "://" not in value and _entropy(value) > 1.4:
                yield surface.hit(match, "password")


def _entropy(value: str) -> float:
    shares = [value.count(letter) / len(value) for letter in set(value)]
    return -sum(share * log2(share) for share in shares)


MARKED = regex.compile(
    r"(?<!\w)(?:OFFICIAL[ -]?-?[ -]?SENSITIVE|TOP SECRET|UK SECRET|SECRET//\w+|SECRET UK EYES "
    r"ONLY|UK EYES ONLY|"
    r"FOR OFFICIAL USE ONLY|FOUO|CUI//\w+|CONTROLLED UNCLASSIFIED INFORMATION|NOFORN|"
    r"LAW ENFORCEMENT SENSITIVE|TLP:\s?(?:AMBER(?:\+STRICT)?|RED)|INTERNAL USE ONLY|"
    r"DIFFUSION RESTREINTE|TR[ÈE]S SECRET|SECRET D[ÉE]FENSE|CONFIDENTIEL D[ÉE]FENSE|SP[ÉE]CIAL "
    r"FRANCE|"
    r"USAGE INTERNE(?: UNIQUEMENT)?|DOCUMENT INTERNE|NE PAS DIFFUSER|STRICTEMENT CONFIDENTIEL|"
    r"RESTREINT UE|RESTREINT UE/EU RESTRICTED|EU RESTRICTED|CONFIDENTIEL UE|NATO (?:RESTRICTED|"
    r"CONFIDENTIAL|SECRET)|PROTECTED [ABC]|PROT[ÉE]G[ÉE] [ABC]|DIFUSI[ÓO]N LIMITADA|USO INTERNO|"
    r"VS-NFD|VS-NUR F[ÜU]R DEN DIENSTGEBRAUCH|NUR F[ÜU]R DEN DIENSTGEBRAUCH)(?!\w)"
)
MARKINGS = gated(
    MARKED,
    "sensitive|secret|eyes only|official use|fouo|cui//|unclassified|noforn|tlp:|diffu|"
    "france|intern|confidenti|restrein|restricted|protected|protég|proteg|difusi|vs-n|dienstgebrauch|"
    "nato",
)
LINE_MARKING = regex.compile(
    r"^\W*(?:\(?(?:CONFIDENTIAL|CONFIDENTIEL|CONFIDENCIAL|VERTRAULICH|SECRET|RESTRICTED|"
    r"EMBARGOED DRAFT)"
    r"\)?)\W*(?:$|[:–—-])",
    regex.MULTILINE,
)
ABOUT_MARKINGS = words_of(
    r"signifie | means | mention | marquage | marking | marked | known as | appel[ée]e?"
    r" | habilitation | clearance | declassified | d[ée]classifi\w*"
)


def classification_markings(reading: Reading) -> Iterator[Hit]:
    """A protective or internal-only marking, in capitals as markings are written.

    Everyday words ("the secret of our bread", "confidentiel" in a sentence) and texts about
    markings pass.
    """
    for surface in reading.surfaces:
        for match in (*MARKINGS.finditer(surface.plain), *LINE_MARKING.finditer(surface.plain)):
            near = surface.plain[max(0, match.start() - 60) : match.end() + 40]
            if not ABOUT_MARKINGS.search(near):
                yield surface.hit(match, "marking")
