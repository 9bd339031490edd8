"""Detectors of tone: vulgar words, contempt for people, contempt for groups.

Whole words only, after masks (m*rde, sh1t) are read through; names of places and people that
contain or equal a vulgar word are left alone. Hostile and discriminatory speech is semantic: these
lists are cautious and leave the rest to the people who approve.
"""

from collections.abc import Iterator

import regex

from domain.detectors.contempt import EXCLUSIONS, INSULTS
from domain.detectors.phrases import Phrases, words_of
from domain.detectors.reading import Hit, Reading

PROFANE = words_of(
    r"merde | merdes | merdique | putain | bordel | connard | connards | connasse | connerie"
    r" | conneries | enculé | encule | enculés | enfoiré | enfoirés | foutre | salope"
    r" | salopard | chier | emmerde | emmerder | emmerdent | ta gueule | nique | niquer | fdp"
    r" | bite | couilles | branleur | branleurs | fuck | fucking | fucked | fucker"
    r" | motherfucker | shit | shitty | bullshit | asshole | arsehole | bitch | bastard"
    r" | bastards | wanker | wankers | cunt | twat | bollocks | pissed off | piss off"
    r" | dickhead | stfu | mierda | joder | gilipollas | coño | puta | puto | cabrón"
    r" | hostia puta | scheiße | scheisse | scheiß | arschloch | verdammte scheiße | wichser"
    r" | hurensohn | ficken | cachu hwch | ffwc | cazzo | merda | stronzo | vaffanculo | kut"
    r" | klootzak | godverdomme | [smt]'en fou[st] | connasses? | couillons? | putains? | bloody "
    r"hell"
    r" | bloody awful | bloody stupid | bloody idiots? | bloody useless | crap | crappy | arses? | "
    r"pricks? | bugger off | tosser | tossers"
    r" | coñazo | cojones | gilipollez | gilipolleces | hostias | cabrones | put[oa]s | mierdas | "
    r"jodid[oa]s?"
    r" | scheiß\w* | arschlöcher | verdammt(?:e[rnsm]?)? noch ?mal | kackmist"
)
INNOCENT = words_of(
    r"bastard toadflax | bastard balm | bastard hemp | bastard file | bastard title | bastard "
    r"executioner | bordel militaire | bites?.d'amarrage | rivi[eè]re de la merde | rue nique"
    r" | bastard sword | [A-Z]\w+ le bastard | william the bastard | guillaume le b[âa]tard"
    r" | h[ôo]tel de la puta | fucking \(autriche\) | fucking, austria | isla puta"
    r" | never mind the bollocks"
)
# Vulgar in one language, ordinary in the others.
ELSEWHERE = {
    "bite": "fr",
    "foutre": "fr",
    "kut": "nl",
    "puto": "es",
    "sales types": "fr",
    "débiles": "fr",
    "romanos": "fr",
    "putains": "fr",
    "hostias": "es",
    "retards": "en",
    "illegals": "en",
    "neger": "de",
}
MASKED = regex.compile(r"(?<![\w@#/])[\p{L}][\p{L}*@$!1034#%-]{2,}[\p{L}](?!\w)")
DEMASK = str.maketrans({"1": "i", "0": "o", "3": "e", "4": "a", "@": "a", "$": "s", "!": "i"})
STARRED = (
    "crap", "merde", "putain", "connard", "connards", "enculé", "salope", "bordel", "fuck",
    "fucking", "fucked", "shit", "shitty", "bullshit", "bitch", "asshole", "arsehole", "bastard",
    "cunt", "wanker", "mierda", "joder", "puta", "gilipollas", "cabrón", "scheiße", "arschloch",
)  # fmt: skip
MASK = regex.compile(r"[*#%@$!0134-]")


def profanity(reading: Reading) -> Iterator[Hit]:
    """A vulgar word of French, English, Spanish, German, Welsh, Italian or Dutch, masked or not.

    `kind` is `plain` or `masked`; place names and surnames that contain one pass.
    """
    for surface in reading.surfaces:
        for match in PROFANE.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 25) : match.end() + 25]
            spoken = ELSEWHERE.get(match.group().casefold(), surface.language)
            if spoken != surface.language or INNOCENT.search(near):
                continue
            if not _is_a_name(surface.plain, match) and not _is_a_title(surface.plain, match):
                yield surface.hit(match, "plain")
        for match in MASKED.finditer(surface.plain) if MASK.search(surface.plain) else ():
            if MASK.search(match.group()) and _unmasked(match.group().casefold()):
                yield surface.hit(match, "masked")


def _is_a_title(text: str, match: "regex.Match[str]") -> bool:
    """Inside quotation marks, in a text that speaks of books, films or the stage."""
    quoted = any(q.start() < match.start() and match.end() < q.end() for q in QUOTED.finditer(text))
    return quoted and WORKS.search(text) is not None


QUOTED = regex.compile(
    r"«[^»\n]{1,80}»|“[^”\n]{1,80}”|„[^“\n]{1,80}“|»[^«\n]{1,80}«|\"[^\"\n]{1,80}\""
)
WORKS = words_of(
    r"spectacles? | film\w* | cin[ée]\w* | pi[èe]ces? | th[ée]âtre | livres? | romans? | concerts? "
    r"| exposition"
    r" | lecture | album | chanson | plays? | novel | book | theatre | theater | cinema | "
    r"exhibition | song"
    r" | pel[íi]cula | libro | novela | teatro | concierto | buch | ausstellung | bühne | lesung"
)


def _is_a_name(text: str, match: "regex.Match[str]") -> bool:
    """A capital in mid-sentence beside another capitalised word: M. Bordel, rue Putain."""
    if not match.group()[0].isupper() or match.group().isupper():
        return False
    before = regex.search(
        r"(\p{Lu}\p{Ll}+|M\.|Mme|rue|place|avenue|impasse|"
        r"chemin|quai|calle|plaza|street|lane|de|to|in|à)\s+$",
        text[: match.start()],
    )
    return before is not None


def _unmasked(word: str) -> bool:
    leet = word.translate(DEMASK)
    if leet != word and leet in STARRED:
        return True
    if not regex.search(r"[*#%@$]", word):
        return False
    shape = regex.compile(regex.sub(r"(?:\\\*|\\\#|%|@|\\\$|\$)+", r"\\p{L}+", regex.escape(word)))
    stars = sum(sign in "*#%@$" for sign in word)
    return any(shape.fullmatch(vulgar) and len(vulgar) - stars >= 2 for vulgar in STARRED)


REPORTED = words_of(
    r"insultes? | insulter | injures? | harc[èe]lement | traiter de | trait[ée]e?s? d\w*"
    r" | insults? | abuse | bullying | called | insultos | acoso | beleidigung\w* | mobbing"
    r" | condamne\w* | condemn\w* | stop à | stop aux? | stop the | stop all | stop hate | stop "
    r"abuse | stop bullying | stop racis\w*"
    r" | dites non | no a | signalez | report | deserves? respect | n'est pas de l'humour | tous "
    r"les noms"
    r" | parasites? intestina\w* | puces | titre | title | film | livre | roman | d[îi]ner de"
)


def hostility(reading: Reading) -> Iterator[Hit]:
    """An insult aimed at somebody, or a demand to keep quiet (fr, en, es, de).

    Semantic by nature: it takes the shape of an insult ("you …", "bande de …"). Prevention
    messages that quote insults (words such as "harcèlement",
    "bullying" nearby) pass.
    """
    yield from _listed(reading, INSULTS, "hostile")


DISCRIMINATORY = words_of(
    r"sale arabe | sales arabes | sale juif | sales juifs | sale noir | sales noirs"
    r" | bougnoules? | n[èe]gres? | youpins? | bicots? | chinetoques? | p[ée]d[ée]s | gouines?"
    r" | tarlouzes? | mongoliens? | romanos | les femmes au foyer à leur place"
    r" | retournez dans votre pays | rentrez chez vous si vous n'aimez pas"
    r" | ne vous pla[iî]t pas, rentrez chez vous | le grand remplacement(?!\sd)"
    r" | interdit aux [ée]trangers | r[ée]serv[ée] aux blancs | pas de roms ici | pas d'arabes"
    r" | go back to your country | go back where you came from | no blacks | no muslims"
    r" | no gypsies | no jews | whites only | niggers? | pakis? | faggots? | trannies | tranny"
    r" | retards | wetbacks? | gypos? | pikeys? | men only need apply | illegals | sudacas?"
    r" | moros de mierda | maricones | maric[óo]n | vuelve a tu pa[ií]s | kanaken | kanake"
    r" | neger | zigeuner raus | ausl[äa]nder raus | schwuchteln? | behindis?"
)
HISTORY = words_of(
    r"t[êe]te de n[èe]gre | n[èe]gre litt[ée]raire | histoire | m[ée]moire | esclavage"
    r" | apartheid | segregation"
    r" | s[ée]gr[ée]gation | history | exhibition | exposition | discrimination\w* | racism\w*"
    r" | racis\w* | homophob\w* | antis[ée]mit\w* | hate crime\w* | lgbt\w* | pride"
    r" | fiert[ée]\w* | stereotyp\w* | strait | dam | barrage | levee | d[ée]lits?"
    r" | infraction | diskriminierung | odio | code noir"
)


def discrimination(reading: Reading) -> Iterator[Hit]:
    """A slur from a cautious list, or a group of people told to keep out (fr, en, es, de).

    Semantic by nature. Texts about discrimination, history and memory pass.
    """
    slurs = _listed(reading, DISCRIMINATORY, "discriminatory")
    for hit in (*slurs, *_listed(reading, EXCLUSIONS, "excluded")):
        if not any(HISTORY.search(s.plain) for s in reading.surfaces if s.where == hit.where):
            yield hit


def _listed(reading: Reading, words: Phrases, kind: str) -> Iterator[Hit]:
    for surface in reading.surfaces:
        for match in words.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 70) : match.end() + 70]
            spoken = ELSEWHERE.get(match.group().casefold(), surface.language)
            if spoken == surface.language and not REPORTED.search(near):
                yield surface.hit(match, kind)
