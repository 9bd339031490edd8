"""Detectors of links: where they lead, whether they may, and what they carry along."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from unicodedata import normalize
from urllib.parse import parse_qsl, urlsplit

import idna
import regex

from domain.detectors.persons import within
from domain.detectors.reading import Hit, Reading, Surface
from domain.twitter_urls import urls_in

SCHEMED = regex.compile(r"(?i)(?<!\w)https?://[^\s<>«»“”\"]+")
INTERNAL_BARE = regex.compile(
    r"(?i)(?<![\w.@-])(?:localhost(?::\d+)?(?:/\S*)?|(?:[a-z0-9-]+\.)+(?:local|intranet|internal|"
    r"intra|lan|corp|localdomain|home\.arpa)(?:[:/]\S*)?|"
    r"(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|"
    r"127(?:\.\d{1,3}){3})(?:[:/]\S*)?)(?![\w.-]*\w)"
)
FILE_NAME = regex.compile(
    r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|md|txt|csv|mp[34]|mov|jpe?g|png|py|sh|html?)$"
)
SHORTENERS = frozenset(
    [
        "bit.ly",
        "bitly.com",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "lnkd.in",
        "cutt.ly",
        "rebrand.ly",
        "rb.gy",
        "shorturl.at",
        "t.ly",
        "tiny.cc",
        "bl.ink",
        "soo.gd",
        "s.id",
        "v.gd",
        "urlz.fr",
        "lc.cx",
        "ur1.ca",
        "dlvr.it",
        "ift.tt",
        "trib.al",
        "linktr.ee",
        "tr.im",
        "snip.ly",
        "short.io",
        "shorte.st",
        "adf.ly",
        "qrco.de",
        "q-r.to",
        "me-qr.com",
        "fb.me",
        "wp.me",
        "youtu.be",
        "amzn.to",
        "spoti.fi",
    ]
)
CLICK_IDS = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "twclid",
        "ttclid",
        "yclid",
        "igshid",
        "igsh",
        "mc_eid",
        "li_fat_id",
        "_hsenc",
        "_hsmi",
        "vero_id",
        "wickedid",
        "sc_cid",
        "s_kwcid",
        "epik",
    ]
)
INTERNAL_ENDS = (
    "local",
    "intranet",
    "internal",
    "intra",
    "lan",
    "corp",
    "localdomain",
    "localhost",
)


@dataclass(frozen=True)
class Link:
    """A link as it stands in a text, and the host behind it, in lower case and without port."""

    surface: Surface
    start: int
    end: int
    written: str
    host: str
    user: str
    bare: bool

    def hit(self, kind: str, detail: str = "") -> Hit:
        return self.surface.hit_at(self.start, self.end, kind, detail or self.host)


def links(reading: Reading) -> tuple[Link, ...]:
    """Every link of the post, file names and sentences without a space after their stop aside."""
    return _links(reading.surfaces)


@lru_cache(maxsize=4)  # the six link detectors of one examination share it
def _links(surfaces: tuple[Surface, ...]) -> tuple[Link, ...]:
    return tuple(link for surface in surfaces for link in _links_in(surface))


def _links_in(surface: Surface) -> Iterator[Link]:
    text = surface.plain
    if surface.where.startswith("file:"):
        return
    taken: list[range] = []
    for match in SCHEMED.finditer(text) if "://" in text else ():
        written = _without_tail(match.group())
        end = match.start() + len(written)
        taken.append(range(match.start(), match.end()))
        if link := _link(surface, match.start(), end, written, written, bare=False):
            yield link
    if "." not in text and "localhost" not in surface.folded:
        return
    bare = [(start, end, url) for start, end, url in urls_in(text) if "://" not in url]
    bare += [(m.start(), m.end(), m.group()) for m in INTERNAL_BARE.finditer(text)]
    for start, _end, url in bare:
        if any(start in span for span in taken) or _is_prose(text, start, url):
            continue
        written = _without_tail(url)
        end = start + len(written)
        taken.append(range(start, end))
        if link := _link(surface, start, end, written, f"https://{written}", bare=True):
            yield link


def _without_tail(url: str) -> str:
    url = url.rstrip(".,;:!?…'’*")
    return url[:-1].rstrip(".,;:!?…") if url.endswith(")") and "(" not in url else url


def _is_prose(text: str, start: int, url: str) -> bool:
    """ "c'est fini.La piscine", "plan.pdf", "M.Durand", "e.g.", and what follows an @."""
    if start and text[start - 1] in "@./":
        return True
    host = url.split("/")[0]
    first, _, last = host.rpartition(".")
    if FILE_NAME.search(host) and "/" not in url:
        return True
    next_word_runs_on = last[:1].isupper() and not first.isupper()
    return next_word_runs_on or len(first) == 1 or (first.isdigit() and "/" not in url)


def _link(
    surface: Surface, start: int, end: int, written: str, whole: str, *, bare: bool
) -> Link | None:
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    user = parts.username or ""
    return Link(surface, start, end, written, host.casefold(), user, bare) if host else None


def links_shortened(reading: Reading) -> Iterator[Hit]:
    """A link through somebody else's shortener, QR codes included. `detail` is its host."""
    own = reading.case.house.official_shorteners
    for link in links(reading):
        if within(link.host, tuple(SHORTENERS)) and link.host not in own:
            yield link.hit("shortener")


def links_unofficial(reading: Reading) -> Iterator[Hit]:
    """A link to a host that is neither the organisation's nor on its allow-list.

    Compared on label boundaries. Shorteners, internal hosts and lookalikes have their own detector
    and are not reported twice. `detail` is the host.
    """
    house = reading.case.house
    known = (*house.official_domains, *house.allowed_domains, *house.official_shorteners)
    for link in links(reading):
        host = link.host
        if not (
            within(host, known)
            or within(host, tuple(SHORTENERS))
            or _is_internal(host)
            or _imitated(link, house.official_domains)
        ):
            yield link.hit("unofficial")


def links_insecure(reading: Reading) -> Iterator[Hit]:
    """A link that starts with http://. Internal hosts are reported as such instead."""
    for link in links(reading):
        if link.written[:7].casefold() == "http://" and not _is_internal(link.host):
            yield link.hit("http")


def links_internal(reading: Reading) -> Iterator[Hit]:
    """A link to a host the public cannot reach: .local, .intranet, private addresses, localhost."""
    for link in links(reading):
        if _is_internal(link.host):
            yield link.hit("internal")


@lru_cache(maxsize=1024)
def _is_internal(host: str) -> bool:
    if host.rpartition(".")[2] in INTERNAL_ENDS or host.endswith(".home.arpa") or "." not in host:
        return ":" not in host or not ip_address(host).is_global
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def links_tracking(reading: Reading) -> Iterator[Hit]:
    """A link that carries an advertiser's click identifier (fbclid, gclid …). utm_* is not one.

    `detail` is the name of the parameter.
    """
    for link in links(reading):
        query = urlsplit(link.written).query if "?" in link.written else ""
        carried = [name for name, _ in parse_qsl(query) if name.casefold() in CLICK_IDS]
        if carried:
            yield link.hit("tracking", carried[0])


# Pairs: a letter of another alphabet, or a digit, and the Latin letter that it passes for.
PAIRS = (
    "аa вb еe ёe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd ɡg һh ӏl οo αa εe ιi κk νv ρp τt υu χx օo "
    "ոn 0o 1l ıl ſs ⅼl il"
)
LOOKALIKES = str.maketrans({pair[0]: pair[1] for pair in PAIRS.split()})


def links_lookalike(reading: Reading) -> Iterator[Hit]:
    """A host that imitates one of the organisation's: `detail` is the domain it imitates.

    `kind` says how: `subdomain` (our name in front of another host), `userinfo` (our name before an
    @), `homoglyph` (letters of other alphabets, accents, 0 for o, punycode), `hyphen`, `typo` is
    not
    attempted. The organisation's own sub-domains and its allow-list never count.
    """
    for link in links(reading):
        if imitated := _imitated(link, reading.case.house.official_domains):
            kind, domain = imitated
            yield link.hit(kind, domain)


def _imitated(link: Link, official: tuple[str, ...]) -> tuple[str, str] | None:
    if within(link.host, official):
        return None
    return next(filter(None, (_imitates(link, domain) for domain in official)), None)


def _imitates(link: Link, domain: str) -> tuple[str, str] | None:
    shown = _shown(link.host)
    if link.user and domain in link.user.casefold():
        return "userinfo", domain
    if shown.startswith((f"{domain}.", f"{domain}-")) or f".{domain}." in shown:
        return "subdomain", domain
    if shown != domain and _skeleton(shown) == _skeleton(domain):
        return "homoglyph", domain
    if _skeleton(shown).endswith("." + _skeleton(domain)) and not shown.endswith(domain):
        return "homoglyph", domain
    hyphened = domain.replace(".", "-")
    if hyphened in shown and len(hyphened) > 5:
        return "hyphen", domain
    return None


@lru_cache(maxsize=1024)
def _shown(host: str) -> str:
    """The host as a browser might show it: punycode decoded."""
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


@lru_cache(maxsize=1024)
def _skeleton(host: str) -> str:
    bare = normalize("NFD", normalize("NFKC", host)).casefold()
    unmarked = "".join(letter for letter in bare if not regex.match(r"\p{M}", letter))
    return unmarked.translate(LOOKALIKES)
