"""How an administration praises itself: promises kept, thanks to us, look what we have done.

Shapes, not slogans; each one needs the administration, its promises or its record. Whether praise
matters depends on the windows before a vote.
"""

from domain.detectors.phrases import sentences_of

_US_FR = (
    r"(?:municipalit[ée]|mairie|maire|[ée]quipe municipale|majorit[ée]|conseil municipal|"
    r"r[ée]gion|d[ée]partement|gouvernement|action du maire|agglom[ée]ration)"
)
_US_EN = r"(?:council|government|administration|mayor|leader|ministers?|councillors?)"
_US_ES = r"(?:ayuntamiento|gobierno|alcald\w+|equipo de gobierno|concejal\w*|diputaci[óo]n)"
_US_DE = r"(?:stadt|stadtverwaltung|stadtregierung|stadtrat|verwaltung|regierung|bürgermeister\w*)"
_BETTER_EN = r"(?:cleaner|safer|greener|stronger|better|richer|fairer|healthier|prouder)"
_BETTER_FR = r"(?:belle|sûre|sure|propre|verte|solidaire|attractive|dynamique|agr[ée]able|humaine)"

PRAISE = sentences_of(
    # French.
    r"promesses? tenues? | engagements? (?:tenus?|respect[ée]s?) | paroles? tenues? | objectifs? "
    r"(?:atteints?|tenus?)",
    r"(?:tient|tiennent|tenons|tenu|tenir|respecte\w*) (?:toujours |bien )?(?:ses|leurs|nos|sa|"
    r"notre) "
    r"(?:promesses?|engagements?|parole)",
    r"(?:a|ont|avons|avez) tenu (?:sa |leur |notre )?parole",
    r"(?:promis|annonc[ée]|engag[ée]s?),?(?: \w+){0,3} (?:c'est|est|sont|l'a|l'ont|l'avons|nous "
    r"l'avons) "
    r"(?:fait|l[àa]|tenu|livr[ée]|r[ée]alis[ée])\w*",
    r"nous l'avions promis | nous l'avons fait | promis,? fait",
    rf"{_US_FR} a (?:\w+ ){{1,2}}(?:les |la |le |l'|\d[\d ]* )*\w+ (?:annonc[ée]e?s?|promise?s?)",
    r"(?:notre|leur) (?:beau |bon )?bilan(?= ?[:!.,]| positif| est| de mandat) | bilan (?:de|du) "
    r"mandat | bilan positif"
    r" | bilan de l'(?:[ée]quipe|action) municipale | retour sur (?:le|notre|un|six ans de|ce) "
    r"mandat",
    r"(?:nos|leurs) (?:r[ée]ussites?|r[ée]alisations|belles r[ée]alisations|succ[èe]s)(?! "
    r"scolaires)"
    r" | fi[eè]re?s? (?:de|du) (?:notre (?:bilan|action|travail)|nos (?:r[ée]alisations|actions|"
    r"r[ée]ussites?)|bilan)",
    rf"gr[âa]ce à (?:l'action de )?(?:votre|la|notre|le|l')? ?{_US_FR} | gr[âa]ce à notre action",
    rf"(?:merci|bravo) à (?:l'|la |le |notre |votre )?{_US_FR}",
    rf"(?:ce que|tout ce que) (?:votre|notre|la|le|l') ?{_US_FR} a (?:fait|r[ée]alis[ée]|"
    rf"accompli)\w*",
    r"(?:une|votre|notre|la) (?:ville|commune|r[ée]gion) (?:enfin )?(?:transform[ée]e|embellie|"
    r"m[ée]tamorphos[ée]e|qui avance|"
    r"qui change|a (?:bien )?chang[ée])",
    rf"plus {_BETTER_FR}(?: et plus {_BETTER_FR})* (?:depuis|que jamais|qu'avant|qu'en)",
    r"(?:un|une) maire (?:à l'[ée]coute|engag[ée]e?|visionnaire|b[âa]tisseur) | votre maire "
    r"s'engage",
    r"(?:\w+ ans|un mandat) d'actions? | poursuivons ensemble le travail | records? "
    r"d'investissements?",
    r"[cç]a change avec votre mairie",
    # English.
    r"(?:promises?|pledges?|commitments?) (?:kept|delivered|met|honoured|fulfilled)",
    r"(?:kept|keeping|honoured|met) (?:our|its|his|her|their) (?:word|promises?|pledges?|"
    r"commitments?)",
    rf"(?:we|{_US_EN})(?: \w+){{0,2}} (?:promised|pledged|said (?:we|it|they) would)(?:(?! "
    rf"but)[^.!?\n]){{0,60}}? "
    r"(?:delivered|did(?: it)?|done|kept)",
    rf"thanks to (?:your|this|the|our) (?:\w+ )?{_US_EN}",
    r"our (?:achievements?|accomplishments|successes|track record|record of \w+|record speaks)",
    rf"(?:what|everything|all|all that) (?:we|this {_US_EN}|your {_US_EN}|the {_US_EN})(?:'ve| "
    rf"have| has)? "
    r"(?:achieved|accomplished|delivered|done for)",
    rf"(?:we|{_US_EN}|leader \w+ \w+) (?:have|has) (?:transformed|turned around|revitalised|"
    rf"rescued)",
    rf"everything this {_US_EN} has (?:done|achieved|delivered)",
    rf"{_BETTER_EN}(?:,? and {_BETTER_EN}|, {_BETTER_EN})* than ever",
    rf"how far (?:\w+ ){{1,3}}has come | success stor(?:y|ies)(?= ?[:.!]| of this| under) | under "
    rf"this {_US_EN}",
    r"delivering for you | \w+ years of (?:delivery|progress|success|achievement|promises kept)",
    # Spanish.
    r"promesas cumplidas | (?:hemos|ha|han) cumplido(?= ?[:!.,]| (?:con )?(?:nuestr|lo|las "
    r"promesas|los compromisos))",
    r"hemos (?:conseguido|logrado|transformado|renovado|mejorado|construido)",
    r"(?:todo )?lo (?:que hemos )?(?:conseguido|logrado|prometido)",
    rf"gracias a (?:tu|su|este|nuestro|vuestro|la|el) {_US_ES} | logros(?! educativos| deportivos| "
    rf"acad)",
    r"balance de (?:gesti[óo]n|gobierno|legislatura|mandato) | (?:\w+ )?años de (?:gesti[óo]n|"
    r"gobierno|logros)",
    r"orgullos[oa]s? de (?:lo|nuestr\w+ (?:gesti[óo]n|logros|trabajo))",
    # German.
    r"versprochen(?: und|,)? (?:gehalten|umgesetzt|geliefert) | versprechen (?:gehalten|eingelöst|"
    r"erfüllt)",
    rf"dank (?:ihrer|eurer|unserer|der|dem|unserem) {_US_DE}",
    r"(?:(?:das|was) )?(?:haben wir|wir haben)(?: \w+){0,4} (?:erreicht|geliefert|geschafft)",
    r"stolz auf unsere (?:erfolge|bilanz|arbeit|leistung\w*) | unsere erfolge | (?:erfolgs|"
    r"leistungs)bilanz",
    r"(?:sauberer|sicherer|grüner|schöner|stärker|besser|lebenswerter) (?:als je zuvor|denn je)",
    r"jahre (?:gute|erfolgreiche) (?:politik|arbeit)",
    stems="prom|parole|engag|annonc|objectif|bilan|mandat|réuss|reuss|réalis|realis|succ|fier|fièr|"
    "grâce|grace|merci|bravo|accompli|transform|embelli|métam|metam|avance|chang|plus|maire|"
    "d'action|invest|pledg|commit|word|thanks|achiev|record|turned|revital|rescue|than|done|"
    "delivered|come|under|deliver|progress|cumplid|conseguido|logr|renovado|mejorado|construido|"
    "prometido|gracias|balance|años|orgullos|versprochen|versprechen|dank|erreicht|geschafft|stolz|"
    "erfolg|leistung|zuvor|denn|politik|arbeit",
)  # fmt: skip
