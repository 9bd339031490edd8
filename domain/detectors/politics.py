"""Detectors of politics: election windows, praise of ourselves, sides taken, money and votes asked.

Word lists are cautious; the category that the author declared is what counts first.
"""

from collections.abc import Iterator
from functools import lru_cache

import regex

from domain.detectors.phrases import words_of
from domain.detectors.praise import PRAISE
from domain.detectors.reading import Hit, Reading
from domain.elections import restrictions


def election_windows(reading: Reading) -> Iterator[Hit]:
    """A window around a vote that is open at the instant the post would appear.

    `kind` is the rule that binds (`blackout.election` …), `detail` its legal basis, `piece` the
    election, `language` what it stops (promotion, everything, paid, inaugurations, propaganda,
    results). A post that declares another territory than the election's is outside.
    """
    case = reading.case
    for election, window in restrictions(case.house):
        elsewhere = election.territory and case.declared.territory not in ("", election.territory)
        if window.opens <= case.at <= window.closes and not elsewhere:
            yield Hit(election.id, "text", window.rule, window.legal_basis, language=window.stops)


INAUGURATION = words_of(
    r"inaugur\w+ | primera piedra | opening ceremony | ribbon[- ]cutting"
    r" | colocaci[óo]n de la primera piedra"
)


def promotion(reading: Reading) -> Iterator[Hit]:
    """Praise of the organisation's own record: "promesses tenues", "our achievements", "logros".

    `kind` is `praise`, or `inauguration` for ceremonies. Whether it matters depends on the windows.
    """
    for surface in reading.surfaces:
        for match in PRAISE.finditer(surface.plain):
            yield surface.hit(match, "praise")
        for match in INAUGURATION.finditer(surface.plain):
            yield surface.hit(match, "inauguration")


PROPAGANDA = words_of(
    r"votez pour | votez contre | votez la liste | votez utile | faites barrage"
    r" | donnez votre voix | choisissez la liste | soutenez notre candidate? | vote for"
    r" | vote against | vote them out | re-elect | keep [A-Z]\w+ in office | vota a | vota por"
    r" | no votes a | wählt | wählen sie die | pleidleisiwch dros"
)
# A vote for somebody is asked, not one for a feature, a name or a park.
ASKS = regex.compile(r"(?i)(?:for|against|pour|contre|por|a|sie die|wählt)$")
SOMEBODY = regex.compile(
    r"\s+(?:(?i:the|la|le|el|die|den|our|notre|unsere)\s+)?"
    r"(?:\p{Lu}|(?i:lists?|liste|lista|candidat\w*|party|parti|partido|partei|alcald\w+|maire|"
    r"mayor|"
    r"senator|us|me|nous|moi|him|her)\b)"
)
GET_OUT_THE_VOTE = words_of(
    r"vote for the first time | how and where to vote | how to vote for | register to vote"
    r" | votez pour votre budget participatif | votez pour vos projets"
    r" | votez pour votre projet | votez pour le nom | votez pour votre coup de c[œo]eur"
    r" | votez pour la photo | votez pour le plus | vote for your favou?rite"
    r" | vote for the name | vote for your | vota por tu proyecto | vota por tu | vota a tu"
    r" | prix du public | concours | competition | contest | budget participatif"
    r" | participatory budget\w* | vote for \w+'s best | vote for \w+'s favou?rite"
)
CAMPAIGN_SITE = regex.compile(
    r"(?i)(?:(?<![\w-])[\w-]{0,30}(?:for(?:congress|senate|mayor|president|governor)|20\d\d|"
    r"votefor)[\w-]{0,30}\.(?:com|org|us|fr)|"
    r"actblue\.com|winred\.com|ngpvan\.com)(?:/\S*)?"
)


def partisan(reading: Reading) -> Iterator[Hit]:
    """A side taken: a vote asked for, a declared party or candidate beside words of support or
    attack, a campaign's site, or a repost of a party, candidate or politician.

    Getting people to vote, registration, everyday words that equal a party's name (green, labour,
    union) and votes for a photo or a participatory budget pass. `kind`: `vote`, `support`, `site`,
    `repost`.
    """
    repost = reading.case.declared.repost_of
    if repost.author_type in ("party", "candidate", "politician"):
        yield Hit(repost.author, "repost", "repost", repost.author_type)
    names = _names(tuple(n.name for n in reading.case.house.political_names))
    for surface in reading.surfaces:
        for match in PROPAGANDA.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 60) : match.end() + 60]
            asks = not ASKS.search(match.group()) or SOMEBODY.match(surface.plain, match.end())
            if asks and not GET_OUT_THE_VOTE.search(near):
                yield surface.hit(match, "vote")
        for match in CAMPAIGN_SITE.finditer(surface.plain) if "." in surface.plain else ():
            yield surface.hit(match, "site")
        for match in names.finditer(surface.plain) if names else ():
            before = surface.plain[max(0, match.start() - 40) : match.start()]
            after = surface.plain[match.end() : match.end() + 40]
            if SIDE_BEFORE.search(before) or SIDE_AFTER.search(after):
                yield surface.hit(match, "support")


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> "regex.Pattern[str] | None":
    """Names as they are written, with their capitals: Labour is a party, labour is work."""
    listed = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
    return regex.compile(rf"(?<!\w)(?:{listed})(?!\w)") if listed else None


# Support or attack, right before a name or right after it: "the support centre" is neither.
SIDE_BEFORE = regex.compile(
    r"(?i)(?<!\w)(?:votez(?:\s+pour)?|soutenez|soutenons|rejoignez|bravo\s+à|félicitations\s+à|"
    r"victoire\s+(?:de|pour)|campagne\s+de|voter\s+pour|(?:we|i)\s+support|please\s+support|back|"
    r"elect|"
    r"re-elect|endorses?|stand\s+with|proud\s+of|join|defeat|vote\s+(?:for|against)|apoy\w+|"
    r"victoria\s+de|wählt|wählen\s+sie|unterstützt|victory\s+for|vote|vota|votad)"
    r"\s+(?:(?:the|la|le|les|el|die|den|our|notre|m\.|mme|mr|mrs|ms|cllr|councillor)\s+)?$"
)
SIDE_AFTER = regex.compile(
    r"(?i)^,?\s+(?:(?:party|parti)\s+)?(?:(?:et\s+)?(?:mérite|trahit|a\s+trahi|ment\b|n'a\s+rien|"
    r"est\s+(?:le\s+seul|la\s+seule|"
    r"incapable|irresponsable|dangereu)|sont\s+(?:incapables|irresponsables|dangereux))|deserves?|"
    r"(?:has|have)\s+(?:failed|lied|betrayed)|(?:is|are)\s+(?:wrong|lying|dangerous|reckless|"
    r"disastrous|failing)|"
    r"lies\b|lied\b|fails\b|miente|merece|versag\w+|lüg\w+|spaltet|spalten|(?:ist|"
    r"sind)\s+gefährlich)"
)


LONGEST = 500  # how far a sentence is followed: a text without a full stop is looked at once


def _sentence_around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - LONGEST), min(len(text), end + LONGEST)
    opens = max(text.rfind(stop, first, start) for stop in ".!?\n")
    closes = [place for stop in ".!?\n" if (place := text.find(stop, end, last)) >= 0]
    return text[max(opens + 1, first) : min(closes, default=last)]


SOLICITATION = words_of(
    r"donate to (?:\w+ ){0,3}campaign\w* | donate to (?:the )?\w+ for congress"
    r" | donate to (?:the )?\w+ for senate | contribute to (?:\w+ ){0,3}campaign\w*"
    r" | chip in \$?\d+ | chip in to elect | chip in for | campaign contributions? welcome"
    r" | fundraiser for senator \w+ | fundraiser for candidate \w+ | campaign fundraiser"
    r" | give to the party | support the campaign with a donation"
    r" | faites un don à la campagne | faites un don au parti | financez la campagne"
    r" | financer la campagne | dons? pour la campagne de"
    r" | participez au financement de la campagne | dona a la campaña | donar a la campaña"
    r" | done a la campaña | spenden sie für die partei | parteispende"
)
DONATION_SITE = regex.compile(
    r"(?i)(?<![\w.])(?:secure\.)?(?:actblue|winred|anedot|raisetheright)\.com(?:/\S*)?"
)
CHARITY = words_of(
    r"food bank | charity | red cross | croix-rouge | blood drive | toys | t[ée]l[ée]thon"
    r" | banque alimentaire | donor registry | cfc | combined federal campaign | vaccination"
    r" | sensibilisation | campaña de | blutspende"
)


def solicitation(reading: Reading) -> Iterator[Hit]:
    """A request for money for a campaign or party, or a link to a campaign's donation site.

    Charity and food drives, blood donation and vaccination "campaigns" pass.
    """
    for surface in reading.surfaces:
        for match in (
            *SOLICITATION.finditer(surface.plain),
            *DONATION_SITE.finditer(surface.plain),
        ):
            near = surface.plain[max(0, match.start() - 60) : match.end() + 60]
            if not CHARITY.search(near):
                yield surface.hit(match, "money")


LEGISLATOR = (
    r"(?:your|their|our)\s+(?:u\.?s\.?\s+)?(?:senators?|representatives?|congress(?:man|woman|"
    r"person)?|"
    r"members?\s+of\s+congress|legislators?|state\s+lawmakers?|lawmakers?|mps?)|congress|"
    r"the\s+senate|"
    r"(?:votre|vos|ton)\s+(?:députée?s?|sénateurs?|sénatrices?|parlementaires?)"
)
APPEAL = regex.compile(
    rf"(?i)(?<!\w)(?:call|write(?:\s+to)?|contact|e-?mail|tell|urge|phone|ask|let|écrivez\s+à|"
    rf"appelez|"
    rf"interpellez|demandez\s+à|dites\s+à)\s+(?:{LEGISLATOR})(?!\w)"
    rf"|(?i)(?<!\w)(?:{LEGISLATOR})\s+needs?\s+to\s+(?:hear|know)(?!\w)"
)
POSITION = regex.compile(
    r"(?i)(?<!\w)(?:to\s+(?:pass|oppose|support|reject|vote|block|back|fund)|(?:pass|oppose|reject|"
    r"block|kill)\s+(?:the\s+)?"
    r"(?:bill|act|h\.?r\.?|s\.)|vote\s+(?:yes|no|for|against)|bill|h\.?r\.?\s?\d+|s\.\s?\d+|"
    r"know\s+(?:you|how|where)|"
    r"(?:voter|adopter|rejeter|soutenir|refuser|s'opposer)|projet\s+de\s+loi|"
    r"proposition\s+de\s+loi|amendement)"
)
CONSTITUENT = words_of(
    r"casework | constituent services | visit | tour | passport | comment period"
    r" | regulations\.gov | public comments? | notice | find out who"
)


def lobbying(reading: Reading) -> Iterator[Hit]:
    """An appeal to contact legislators about legislation: "tell your senator to pass …".

    Invitations to comment on a rule, explanations of enacted law and constituent services pass.
    """
    for surface in reading.surfaces:
        for match in APPEAL.finditer(surface.plain):
            after = surface.plain[match.end() : match.end() + 90]
            near = surface.plain[max(0, match.start() - 40) : match.end() + 90]
            if POSITION.search(after) and not CONSTITUENT.search(near):
                yield surface.hit(match, "appeal")


RESULTS = regex.compile(
    r"(?i)(?<!\w)(?:liste|candidate?s?|list|party|parti|lista|m\.|mme|resultados?|results?|"
    r"résultats?|dépouillement|"
    r"scrutin|sondage\s+(?:de\s+)?sortie\s+des\s+urnes|exit\s+polls?|estimations?|en\s+tête|"
    r"arrive(?:rait)?\s+en\s+tête|leads?|élue?s?|remporte)"
)
SCORE = regex.compile(
    r"\d{1,2}(?:[.,]\d{1,2})?\s?%|(?i:en\s+tête|exit\s+poll|sortie\s+des\s+urnes)"
)
TURNOUT = words_of(
    r"participation | abstention | turnout | taux de participation | votants"
    r" | participaci[óo]n | wahlbeteiligung | nifer a bleidleisiodd"
)


def results(reading: Reading) -> Iterator[Hit]:
    """A result or exit poll: a list, party, candidate or "results" with a percentage.

    Turnout figures pass. Whether it matters depends on the windows.
    """
    for surface in reading.surfaces:
        for match in SCORE.finditer(surface.plain):
            sentence = _sentence_around(surface.plain, match.start(), match.end())
            names = _names(tuple(n.name for n in reading.case.house.political_names))
            about = RESULTS.search(sentence) or (names and names.search(sentence))
            if about and not TURNOUT.search(sentence):
                yield surface.hit(match, "result")


GUILTY = regex.compile(
    r"(?i)(?<!\w)(?:l(?:e|a)\s+coupable\s+(?:a\s+été|est|vient)|l(?:e|a|es)\s+(?:meurtriers?|"
    r"meurtrière|assassins?|violeurs?|voleurs?|agresseurs?|"
    r"cambrioleurs?|escrocs?|pédophiles?|terroristes?)\s+(?:a|ont|est|sont|"
    r"vient)\s+(?:été\s+)?(?:interpellé|arrêté|placé|mis|identifié|appréhendé)\w*|"
    r"the\s+(?:murderers?|killers?|rapists?|thie(?:f|ves)|attackers?|burglars?|terrorists?|"
    r"culprits?|fraudsters?)\s+(?:has|have|was|were|is|are)\s+(?:been\s+)?"
    r"(?:arrested|charged|caught|detained|identified|in\s+custody)|(?:arrested|caught|interpell\w+|"
    r"arrêt\w+)\s+(?:for\s+)?(?:the|le|la)\s+"
    r"(?:murderer|killer|rapist|meurtrier|violeur|assassin|coupable)|el\s+(?:asesino|violador|"
    r"ladrón|culpable)\s+(?:ha\s+sido|fue|está)\s+(?:detenido|arrestado))"
)
CONVICTED = words_of(
    r"condamn[ée]e?s? | convicted | sentenced | pleaded guilty | reconnu coupable"
    r" | found guilty | condenado | verurteilt | pr[ée]sum[ée]e?s? | alleged | suspected"
    r" | soup[çc]onn[ée]e?s?"
)


def guilt_presumed(reading: Reading) -> Iterator[Hit]:
    """A suspect called guilty before conviction: "le meurtrier a été interpellé", "the killer was
    arrested". "Suspected", "alleged", "présumé" and convictions pass. Semantic by nature.
    """
    for surface in reading.surfaces:
        for match in GUILTY.finditer(surface.plain):
            if not CONVICTED.search(_sentence_around(surface.plain, match.start(), match.end())):
                yield surface.hit(match, "guilt")


VICTIM = regex.compile(
    r"(?<!\w)(?i:la\s+(?:jeune\s+)?victime|les\s+victimes|le\s+mineur|la\s+mineure|l'enfant|"
    r"l'adolescente?|the\s+(?:young\s+)?victim|the\s+(?:child|girl|boy|teenager|minor)|"
    r"la\s+v[íi]ctima|el\s+menor|das\s+opfer)(?:,|\s+(?i:est|s'appelle|se\s+nomme|is|was|named|"
    r"called|prénommée?|es|ist))?\s+(?i:named\s+|called\s+)?"
    r"(?P<name>\p{Lu}\p{Ll}+(?:\s+\p{Lu}\p{Ll}*\.?)?)(?:\s+\p{Lu}\p{Ll}+)?(?:,\s*\d{1,2}\s*(?:ans|"
    r"years|años)?)?"
)
COURT = words_of(
    r"police | gendarm\w* | agress\w* | viol | viols | violences? | proc[èe]s | tribunal"
    r" | enqu[êe]te | procureur | interpell\w* | garde à vue | assault\w* | rape\w* | abuse\w*"
    r" | trial | court | arrest\w* | investigation | juicio | agresi[óo]n | detenid\w*"
)


def victims_named(reading: Reading) -> Iterator[Hit]:
    """A victim, child or minor given a name in a text about police or justice. Semantic by nature.

    `detail` is the name; a declared public figure passes.
    """
    topics = set(reading.case.declared.topics) & {"police", "justice"}
    figures = [name.casefold() for name in reading.case.house.public_figures]
    for surface in reading.surfaces:
        if not topics and not COURT.search(surface.plain):
            continue
        for match in VICTIM.finditer(surface.plain):
            if not any(match["name"].casefold() in figure for figure in figures):
                yield surface.hit(match, "victim", match["name"])


ENDORSEMENT = words_of(
    r"nous recommandons la marque | nous vous recommandons la marque | la meilleure marque"
    r" | achetez chez | achetez les produits | le meilleur produit du march[ée]"
    r" | produit pr[ée]f[ée]r[ée] | profitez de \d+ ?% chez | code promo | -\d+ ?% chez"
    r" | we recommend buying | buy yours at | buy now from | the best brand"
    r" | the best product on the market | our favou?rite brand | use promo code"
    r" | discount code | shop now at | go and buy | we love (?:the )?\w+ products | compra en"
    r" | la mejor marca | c[óo]digo descuento | kaufen sie bei | die beste marke | rabattcode"
)
LOCAL_TRADE = words_of(
    r"commerces? locaux | commerçants? locaux | vos commerçants | local shops | shop local"
    r" | small businesses"
)


def endorsement(reading: Reading) -> Iterator[Hit]:
    """Praise of a private product or shop: "code promo", "the best brand". Semantic by nature.

    Neutral lists and calls to support local trade in general pass.
    """
    for surface in reading.surfaces:
        for match in ENDORSEMENT.finditer(surface.plain):
            near = surface.plain[max(0, match.start() - 50) : match.end() + 50]
            if not LOCAL_TRADE.search(near):
                yield surface.hit(match, "endorsement")
