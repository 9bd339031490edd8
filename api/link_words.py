"""The words of a link's pages, in both languages, and how they say an hour."""

from datetime import datetime

from api.languages import Language

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Please read and decide",
        "title decided": "Your decision is on record",
        "title not now": "Nothing for you to decide now",
        "title shut": "You cannot decide here",
        "no more": "This link shows nothing any more.",
        "error": "Error:",
        "asks": "You are asked to decide for",
        "revision": "revision",
        "until": "This link opens until",
        "goes out": "What will go out",
        "on": "On",
        "when": "When",
        "hour": "Planned hour",
        "as soon": "As soon as it is approved",
        "earliest": "Not before",
        "latest": "Not after",
        "zone": "All hours are those of",
        "links": "Links in the text",
        "alt": "Alternative text:",
        "decorative": "Decorative image, without alternative text",
        "remarks": "Remarks",
        "decision": "Your decision",
        "decided": "You decided:",
        "address": "Your e-mail address",
        "address hint": "The one that this link was made for, to confirm that it is you.",
        "reason": "Reason",
        "reason hint": "Needed to request changes or to reject.",
        "approve": "Approve",
        "approve says": "It may appear as it stands.",
        "request_changes": "Request changes",
        "request_changes says": "It should be changed first. Say above what.",
        "reject": "Reject",
        "reject says": "It should not appear at all. Say above why.",
        "abstain": "Abstain",
        "veto": "Veto",
        "not now": "You cannot decide now:",
        "opens nothing": "This link opens nothing. Ask for one of your own.",
        "no address": "Type your e-mail address.",
        "wrong address": "This is not the address that the link was made for.",
        "other text": "This page showed another text. Read it again first.",
        "which button": "Choose one of the buttons.",
        "odd reason": "Write a reason of at most 2,000 characters, as plain text.",
        "not confirmed": "Your decision could not be confirmed. "
        "Press the button again in a minute; it counts once.",
        "elsewhere": "This form came from another site. Open your link and decide there.",
    },
    "fr": {
        "title": "Lire et décider",
        "title decided": "Votre décision est enregistrée",
        "title not now": "Rien à décider pour l'instant",
        "title shut": "Vous ne pouvez pas décider ici",
        "no more": "Ce lien ne montre plus rien.",
        "error": "Erreur :",
        "asks": "Votre décision est demandée pour",
        "revision": "version",
        "until": "Ce lien est valable jusqu'au",
        "goes out": "Ce qui sera publié",
        "on": "Sur",
        "when": "Quand",
        "hour": "Heure prévue",
        "as soon": "Dès son approbation",
        "earliest": "Pas avant",
        "latest": "Pas après",
        "zone": "Les heures sont celles de",
        "links": "Liens dans le texte",
        "alt": "Texte alternatif :",
        "decorative": "Image décorative, sans texte alternatif",
        "remarks": "Remarques",
        "decision": "Votre décision",
        "decided": "Vous avez décidé :",
        "address": "Votre adresse électronique",
        "address hint": "Celle pour laquelle ce lien a été fait : elle confirme que c'est vous.",
        "reason": "Motif",
        "reason hint": "Nécessaire pour demander des modifications ou refuser.",
        "approve": "Approuver",
        "approve says": "Cela peut paraître tel quel.",
        "request_changes": "Demander des modifications",
        "request_changes says": "À modifier d'abord. Dites plus haut quoi.",
        "reject": "Refuser",
        "reject says": "Cela ne doit pas paraître. Dites plus haut pourquoi.",
        "abstain": "S'abstenir",
        "veto": "Opposer un veto",
        "not now": "Vous ne pouvez pas décider maintenant :",
        "opens nothing": "Ce lien n'ouvre rien. Demandez-en un à votre nom.",
        "no address": "Saisissez votre adresse électronique.",
        "wrong address": "Ce n'est pas l'adresse pour laquelle ce lien a été fait.",
        "other text": "Cette page montrait un autre texte : relisez-le d'abord.",
        "which button": "Choisissez l'un des boutons.",
        "odd reason": "Écrivez un motif de 2 000 caractères au plus, en texte simple.",
        "not confirmed": "Votre décision n'a pas pu être confirmée. "
        "Appuyez de nouveau sur le bouton dans une minute ; elle ne comptera qu'une fois.",
        "elsewhere": "Ce formulaire vient d'un autre site. Ouvrez votre lien et décidez-y.",
    },
}
DAYS: dict[Language, str] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def hour_in_words(there: datetime, lang: Language) -> str:
    """As people say it, of clocks that show `there`: "lundi 1er mars 2027 à 8 h 05"."""
    day, month = DAYS[lang].split()[there.weekday()], MONTHS[lang].split()[there.month - 1]
    if lang == "en":
        return f"{day} {there.day} {month} {there.year} at {there:%H:%M}"
    nth = "1er" if there.day == 1 else there.day
    return f"{day} {nth} {month} {there.year} à {there.hour} h {there:%M}"
