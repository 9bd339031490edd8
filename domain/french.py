"""Refusals and reasons in French. Codes stay the same; names are in the English refusal only."""

import re

from domain.objection import Code, Objection

REFUSALS = {
    Code.STALE_VERSION: "Le texte a changé depuis votre lecture : relisez-le d'abord.",
    Code.NO_CHANGES_SINCE_REVIEW: (
        "Des modifications ont été demandées et rien n'a changé : révisez d'abord la publication."
    ),
    Code.MAX_ROUNDS_REACHED: "Le nombre de tours prévu par le circuit est atteint : recommencez.",
    Code.UNKNOWN_LEVEL: "Ce circuit n'a pas de niveau de ce nom.",
    Code.LOCKED_IN_REVIEW: (
        "Ce circuit verrouille une publication en cours de validation : demandez son renvoi."
    ),
    Code.LOCKED: "Elle est publiée ou existe déjà : une correction est une nouvelle publication.",
    Code.NOT_SUBMITTABLE: "Seul un brouillon peut être soumis.",
    Code.NO_CHAIN: "Il n'y a pas de circuit de signature : demandez-en un à un administrateur.",
    Code.MACHINES_NEVER_APPROVE: "Une clé d'API ne décide jamais : une personne doit se connecter.",
    Code.ACTOR_INACTIVE: "Cette personne a quitté la maison et ne peut plus décider pour elle.",
    Code.NOT_ELIGIBLE: "Vous n'avez pas de siège ici : d'autres personnes doivent décider.",
    Code.NOT_YOURS: "Seul un auteur de la publication, ou un responsable du circuit, le peut.",
    Code.SELF_APPROVAL: "L'auteur d'une publication ne décide pas : quelqu'un d'autre le doit.",
    Code.SEPARATION_OF_DUTIES: (
        "Vous avez déjà signé cette publication : l'autre signature revient à quelqu'un d'autre."
    ),
    Code.ALREADY_DECIDED: "Ce niveau vous a déjà entendu : reprenez d'abord votre vote.",
    Code.COMMENT_REQUIRED: "Dites pourquoi, afin que l'auteur sache quoi faire.",
    Code.EXTERNAL_LINK_REQUIRED: "Décidez par le lien qui vous a été remis.",
    Code.LINK_EXPIRED: "Ce lien n'ouvre plus rien : demandez-en un nouveau.",
    Code.STEP_UP_AUTH_REQUIRED: "Connectez-vous à nouveau, puis décidez.",
    Code.LEVEL_NOT_OPEN: "Un autre niveau signe d'abord : attendez votre tour.",
    Code.LEVEL_CLOSED: "Ce niveau a déjà décidé.",
    Code.DELEGATION_NOT_STARTED: "Cette délégation n'a pas encore commencé.",
    Code.DELEGATION_EXPIRED: "Cette délégation est terminée.",
    Code.DELEGATION_REVOKED: "Cette délégation a été reprise.",
    Code.NOTHING_TO_DELEGATE: "Il n'y a ici aucun siège propre à déléguer.",
    Code.INVALID_WINDOW: "La fin précède le début : choisissez une fin plus tardive.",
    Code.EXTERNAL_DELEGATION_FORBIDDEN: "Un siège ne quitte pas la maison.",
    Code.NOT_IN_REVIEW: "Cette publication n'est pas en cours de validation.",
    Code.WITHDRAWN: "Cette publication a été retirée : créez-en une nouvelle.",
    Code.REJECTED: "Cette publication a été refusée : créez-en une nouvelle.",
    Code.EXPIRED: "Le délai est passé : créez une nouvelle publication.",
    Code.ALREADY_PUBLISHED: "Trop tard : elle est publiée, ou en cours d'envoi.",
    Code.DISCARDED: "Ce brouillon a été abandonné : créez une nouvelle publication.",
    Code.IN_THE_PAST: "Ce moment est passé : choisissez-en un plus tardif.",
    Code.OUTSIDE_WINDOW: (
        "Cette heure est hors de la fenêtre approuvée : choisissez-en une autre, ou révisez."
    ),
    Code.NOTHING_UNKNOWN: "Rien n'est inconnu sur ce canal.",
    Code.SEAL_BROKEN: "Cet acte ne porte pas le sceau du guichet : prévenez un administrateur.",
    Code.POLICY_BLOCK: "Une règle bloque cette publication : lisez les constats, puis révisez.",
    Code.NOT_OVERRIDABLE: "Personne ne peut lever cette règle : changez le texte.",
    Code.SECOND_PERSON_REQUIRED: "Vous l'avez demandé : un autre officier doit la libérer.",
    Code.NOT_AN_EMERGENCY: "Ce n'est pas une urgence selon ce circuit : soumettez-la.",
    Code.NON_BYPASSABLE_RULE: "Aucune urgence ne passe outre cette règle : changez le texte.",
}


def in_french(objection: Objection) -> str:
    return REFUSALS[objection.code]


# What the house itself puts on record as a reason, with the same in French.
REASONS = (
    (
        r"Policy blocks this: (.+)\. Read the findings, then revise the post\.",
        "Des règles le bloquent : {}. Lire les constats, puis réviser.",
    ),
    (
        r"Every rule that blocked it is waived: it can be submitted\.",
        "Toutes les règles qui le bloquaient sont levées : il peut être soumis.",
    ),
    (r"Policy holds it at its hour: (.+)\.", "Des règles le retiennent à son heure : {}."),
    (r"Its window closed at (.+) UTC\.", "Sa fenêtre s'est fermée le {} UTC."),
    (r"A freeze is on: (.+)", "Un gel est en cours : {}"),
    (r"The channel (.+) is switched off\.", "Le canal {} est désactivé."),
    (
        r"It was approved after its hour and needs a new one\.",
        "Il a été approuvé après son heure et il lui en faut une nouvelle.",
    ),
    (
        r"A freeze, or a channel that was switched off, kept it past its hour; "
        r"it needs a new one\.",
        "Un gel, ou un canal désactivé, l'a retenu au-delà de son heure ; "
        "il lui en faut une autre.",
    ),
    (
        r"Its answer was lost and the platform cannot say; a person has to look\.",
        "La réponse s'est perdue et la plateforme ne sait rien : une personne doit vérifier.",
    ),
    (r"Nobody decided in time\.", "Personne n'a décidé à temps."),
    (
        r"Nobody gave it a new hour inside its window\.",
        "Personne ne lui a donné une nouvelle heure dans sa fenêtre.",
    ),
)


def reason_in_french(because: str) -> str:
    """A reason of the house in French. What a person or a platform said stays as they said it."""
    for pattern, french in REASONS:
        if found := re.fullmatch(pattern, because):
            return french.format(*found.groups())
    return f"« {because} »" if because else ""
