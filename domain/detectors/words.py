"""Word lists that several detectors share. Short on purpose: a list entry must be worth a
finding."""

ACRONYMS = frozenset(
    [
        "SNCF",
        "RATP",
        "SMUR",
        "SAMU",
        "CHU",
        "CAF",
        "CPAM",
        "ARS",
        "DREAL",
        "DDT",
        "DDTM",
        "SDIS",
        "PMI",
        "EHPAD",
        "CCAS",
        "CIAS",
        "INSEE",
        "URSSAF",
        "MSA",
        "RGPD",
        "CNIL",
        "ANSSI",
        "CSA",
        "ARCOM",
        "SIRET",
        "TVA",
        "RSA",
        "APL",
        "PLU",
        "PLUI",
        "SCOT",
        "TER",
        "TGV",
        "RER",
        "BTS",
        "BAC",
        "CAP",
        "CROUS",
        "ONISEP",
        "ASE",
        "MDPH",
        "AAH",
        "HLM",
        "ADIL",
        "ADEME",
        "ANCT",
        "EPCI",
        "SIVOM",
        "SMICTOM",
        "GIP",
        "DRAC",
        "DRFIP",
        "DGFIP",
        "RN",
        "RD",
        "PME",
        "TPE",
        "ESS",
        "QPV",
        "BBC",
        "NHS",
        "HMRC",
        "DVLA",
        "DWP",
        "MOJ",
        "MOD",
        "GDPR",
        "ICO",
        "ONS",
        "UKHSA",
        "FCDO",
        "DEFRA",
        "FOI",
        "EIR",
        "HGV",
        "MOT",
        "VAT",
        "NATO",
        "OTAN",
        "UE",
        "EU",
        "USA",
        "US",
        "UK",
        "FBI",
        "CIA",
        "CDC",
        "FDA",
        "FEMA",
        "NOAA",
        "NASA",
        "EPA",
        "IRS",
        "SSA",
        "USDA",
        "HUD",
        "DOT",
        "DOJ",
        "VA",
        "OSHA",
        "NWS",
        "DMV",
        "MTA",
        "ADA",
        "COVID",
        "VIH",
        "HIV",
        "OMS",
        "WHO",
        "ONU",
        "UN",
        "UNESCO",
        "UNICEF",
        "OCDE",
        "OECD",
        "FMI",
        "IMF",
        "BCE",
        "ECB",
        "PDF",
        "FAQ",
        "SMS",
        "GPS",
        "QR",
        "URL",
        "RSS",
        "ITV",
        "DGT",
        "SEPE",
        "DNI",
        "NIE",
        "IVA",
        "AEAT",
        "BOE",
        "IBAN",
        "GRATUIT",
        "INFO",
        "URGENT",
        "ALERTE",
        "ALERT",
        "WARNING",
        "RAPPEL",
    ]
)

_FR = (
    "ville mairie rue route vélo velo plan grand froid chaud été ete hiver printemps automne fête "
    "fete musique journée journee journées journees patrimoine européenne européennes europeennes "
    "du des de la le les un une et en au aux pour avec dans sur notre nos votre vos mon ma sans "
    "école ecole rentrée rentree scolaire développement developpement durable transition "
    "écologique "
    "ecologique service public services publics emploi jeunes jeunesse sport santé sante culture "
    "marché marche noël noel conseil municipal départemental departemental régional regional "
    "tri déchets dechets zéro zero eau énergie energie solidaire solidarité solidarite ensemble "
    "bien vivre citoyen citoyenne participation budget participatif travaux info trafic transports "
    "transport commun gratuit don sang bénévoles benevoles sécurité securite routière routiere "
    "prévention prevention canicule vigilance orange rouge alerte inondation incendie feux forêt "
    "foret petite enfance accueil loisirs bibliothèque bibliotheque médiathèque mediatheque "
    "piscine "
    "concours photo semaine mois bleu rose octobre novembre mars contre violences violence faites "
    "femmes femme égalité egalite droits homme hommes enfants enfant handicap accessibilité "
    "numérique "
    "numerique simplification impôts impots logement social habitat nature biodiversité "
    "biodiversite "
    "arbre arbres jardin jardins zone mobilité mobilite douce innovation recherche formation "
    "apprentissage métiers metiers recrute recrutement recrutons nous vous fier fiers france "
    "région "
    "region paris lyon nouveau nouvelle nouvelles année annee vacances apprenantes monde mondial "
    "mondiale international internationale agriculture locale local produits terroir manger tous "
    "fermeture ouverture réouverture inscription inscriptions enquête publique réunion élection "
    "élections collecte verre papier vigilance route routes pont stade gymnase cantine crèche "
    "maison associations association seniors aînés parents élèves quartier quartiers village"
)
_EN = (
    "stay safe at home save lives wear mask mind the gap for and of in on our your my we are you "
    "us "
    "all with to a back school college road safety public health mental service services city "
    "county "
    "council community clean air water energy green climate change action action action plan world "
    "day week month open data flu jab jabs vaccine vaccines get boosted help heroes save wash "
    "hands "
    "work job jobs career careers apprenticeships skills future building better bus train travel "
    "walk walking cycle cycling ride free school meals winter summer spring autumn ready weather "
    "storm flood flooding fire rescue police emergency alert aware awareness domestic abuse "
    "against "
    "women girls violence hate crime know facts fact check vote register voting voter id local "
    "news "
    "small business saturday support supporting young people older care carers children families "
    "family love recycle recycling food waste zero plastic national parks park heritage history "
    "black "
    "white ribbon pride equality diversity inclusion accessible accessibility digital inclusive "
    "volunteer volunteers volunteering year new come together this is what can do more not one "
    "time "
    "make makes made it happen great north south east west london wales scotland england britain "
    "save saving library libraries book books read reading loves love northern lane street streets "
    "town towns park market markets square museum gallery theatre council tax bill bills pothole "
    "pothole potholes bin bins waste collection register meeting opening closed closure drop"
)
_ES = (
    "ayuntamiento ciudad medio ambiente día dia mundial de la el los las del en por para con sin y "
    "salud mental pública publica servicio servicios público publico empleo juventud cultura "
    "fiesta "
    "fiestas mayor semana santa movilidad sostenible agua energía energia violencia género genero "
    "contra mujer mujeres igualdad derechos escuela vuelta al cole seguridad vial alerta ola calor "
    "frío frio incendios forestales reciclaje residuos cero parque parques transporte gratis "
    "gratuito "
    "todos todas juntos juntas quédate quedate casa plan barrio barrios deporte"
)


def _listed() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for language, listed in (("fr", _FR), ("en", _EN), ("es", _ES)):
        for word in listed.split():
            words.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in words.items()}


HASHTAG_WORDS = _listed()
