"""How contempt is worded: insults aimed at somebody, and groups of people told to keep out.

Shapes rather than sentences: an insult needs somebody it is aimed at ("you …", "bande de …"), an
exclusion a group and a door. Semantic by nature, and cautious: the rest is for approvers.
"""

from domain.detectors.phrases import sentences_of

_FOOLS_FR = (
    r"(?:idiot|imb[ée]cile|cr[ée]tin|abruti|ignorant|incapable|fain[ée]ant|feignant|minable|"
    r"bouffon|tocard|"
    r"d[ée]bile|sauvage|parasite|ordure|porc|mouton|irresponsable|assist[ée]|nul|con|boulet|"
    r"rat[ée]|b[âa]tard)e?s?"
)
_FOOLISH_FR = rf"(?:{_FOOLS_FR}|b[êe]tes?|stupides?|ridicules?|lamentables?|pitoyables?|conn?es?)"
_FOOLS_EN = (
    r"(?:idiots?|morons?|imbeciles?|cretins?|fools?|clowns?|scum|scumbags?|scroungers?|moaners?|"
    r"whiners?|whingers?|"
    r"layabouts?|halfwits?|dimwits?|muppets?|pigs|parasites?|losers?|cowards?|vermin|twits?|oafs?)"
)
_FOOLISH_EN = (
    r"(?:stupid|lazy|pathetic|thick|dumb|selfish|ignorant|ridiculous|disgusting|idle|"
    r"brainless|spoilt|filthy)"
)
_FOOLS_ES = (
    r"(?:idiotas?|imb[ée]ciles?|est[úu]pid[oa]s?|cerd[oa]s?|guarr[oa]s?|vag[oa]s?|in[úu]tiles?|"
    r"ignorantes?|payas[oa]s?|"
    r"sinverg[üu]enzas?|tont[oa]s?|sucios?|incívicos?)"
)
_FOOLS_DE = (
    r"(?:(?:voll|voll-)?(?:idiot(?:en)?|deppen?|trotteln?)|dummk[öo]pfe|versager|schmarotzer|"
    r"abschaum|spinner|penner|"
    r"schweine|faulpelze|hohlk[öo]pfe)"
)
INSULTS = sentences_of(
    # Somebody is called a fool, or one of many.
    rf"(?:quelle )?(?:bande|tas|ramassis|troupeau) (?:d'|de (?:vrais? |gros(?:ses)? |sales? "
    rf")?){_FOOLS_FR}",
    rf"esp[èe]ces? (?:d'|de ){_FOOLS_FR}",
    rf"vous [êe]tes (?:(?:tous|toutes|vraiment|trop|si|compl[èe]tement|bien|des|un|une|de|vrais?|"
    rf"gros) ){{0,3}}{_FOOLISH_FR}",
    r"(?:les|ces|quels?|aux|des|sales?) (?:petits? |gros |vrais? |sales? )?(?:abrutis?|cr[ée]tins?|"
    r"imb[ée]ciles?|d[ée]biles?|"
    r"minables?|fain[ée]ants?|feignants?|pleurnichards?|rageux|racailles?)(?! heureux)",
    r"sales? types? | cas sociaux | moins que rien | bons à rien | racailles? | parasites de la "
    r"soci[ée]t[ée]",
    r"r[âa]leurs?(?: de service)?,? (?:peuvent|feraient|n'ont|devraient|qui)",
    # Somebody is told to keep quiet.
    r"fermez-la | la ferme ! | taisez-vous(?! svp) | allez vous (?:plaindre|faire voir) ailleurs | "
    r"(?:peuvent|aille\w*|allez) "
    r"(?:se )?voir ailleurs",
    r"(?:arr[êe]tez|cessez)(?: donc)? de (?:pleurnicher|vous plaindre|geindre|r[âa]ler|chouiner|"
    r"brailler|jacasser)",
    rf"(?:all |so |just |yes,? )?you (?:{_FOOLISH_EN} |bloody |bunch of |load of |absolute |total |"
    rf"complete ){{0,2}}{_FOOLS_EN}",
    rf"you(?:'re| are|'re all| are all)(?: (?:just|so|such|too|really|nothing but|a|an|all|bunch|"
    rf"load|of|the)){{0,4}} "
    rf"(?:{_FOOLISH_EN}(?: {_FOOLS_EN})?|{_FOOLS_EN})",
    rf"(?:those|these|only|what|such|bunch of|load of|dealing with|like)(?: an?| absolute| "
    rf"total){{0,2}}(?: {_FOOLISH_EN}| moaning| whining| whingeing)? "
    rf"{_FOOLS_EN}",
    rf"(?:{_FOOLISH_EN}|moaning|whining|whingeing|ungrateful) (?:{_FOOLS_EN}|people|residents|"
    rf"drivers|lot|tenants|parents)",
    r"you people (?:are|can't|cannot|never|should) | (?<!thank )you (?:lot|moaners|whiners)",
    r"(?:just |can |please )?shut (?:up(?! shop| early| for| at)|your (?:mouths?|faces?)) | "
    r"crybab(?:y|ies) | idiots like",
    r"stop (?:your )?(?:whining|moaning|whing(?:e)?ing|bleating|grumbling|snivelling)",
    rf"(?:panda|pandilla|banda|hatajo|pu[ñn]ado) de {_FOOLS_ES} | sois (?:unos |unas |muy |tan |"
    rf"todos ){{0,2}}{_FOOLS_ES}",
    rf"c[áa]ll(?:ense|aos|ate) | dej(?:ad|en) de (?:lloriquear|quejar(?:os|se)) | (?:menudos|esos|"
    rf"estos|qu[ée]) {_FOOLS_ES}",
    rf"ihr (?:faulen |dummen |verdammten )?{_FOOLS_DE} | (?:diese|solche|so ein|was f[üu]r) "
    rf"{_FOOLS_DE} | sie {_FOOLS_DE}",
    r"halt(?:et)? (?:die klappe|den mund|das maul) | h[öo]rt auf zu (?:jammern|meckern|heulen)",
    stems="bande|tas d|ramass|troupeau|espèce|espece|êtes|etes|abruti|crétin|cretin|imbécil|"
    "imbecil|débil|debil|"
    "minabl|fainéant|faineant|feignant|pleurnich|rageux|racail|sale type|sales type|sociaux|que "
    "rien|à rien|"
    "parasit|râleu|raleu|fermez-la|la ferme|taisez|ailleurs|plaindre|geindre|râler|raler|chouin|"
    "braill|jacass|"
    "idiot|moron|fool|clown|scum|scroung|moan|whin|layabout|halfwit|dimwit|muppet|pigs|loser|"
    "coward|vermin|twit|"
    "oaf|stupid|lazy|pathetic|thick|dumb|selfish|ignorant|ridicul|disgust|idle|brainless|spoilt|"
    "filthy|ungrat|"
    "you people|you lot|shut up|shut your|crybab|bleat|grumbl|snivel|panda|pandilla|banda|hatajo|"
    "puñado|punado|"
    "sois |cáll|call|dejad|dejen|estúp|estup|cerd|guarr|vagos|vagas|inútil|inutil|payas|sinverg|"
    "tonto|tonta|sucios|"
    "incívic|depp|trottel|dumm|versager|schmarotz|abschaum|spinner|penner|schwein|faulp|hohl|"
    "klappe|mund|maul|jammer|"
    "mecker|heul",
)  # fmt: skip

_PEOPLE_FR = (
    r"(?:arabes|noirs|juifs|musulmans|roms|gitans|manouches|tsiganes|[ée]trangers|migrants|"
    r"immigr[ée]s|r[ée]fugi[ée]s|"
    r"clandestins|homosexuels|gays|handicap[ée]s|asiatiques|chinois|africains|maghr[ée]bins|"
    r"roumains|pauvres)"
)
_PEOPLE_EN = (
    r"(?:immigrants|migrants|foreigners|refugees|asylum seekers|muslims|jews|gypsies|travellers|"
    r"blacks|gays|asians|poles|"
    r"romanians|africans|pakistanis|homosexuals|arabs|mexicans)"
)
_PEOPLE_ES = (
    r"(?:moros|gitanos|inmigrantes|extranjeros|negros|jud[íi]os|musulmanes|refugiados|"
    r"chinos|rumanos|latinos|gays|mendigos)"
)
_PEOPLE_DE = (
    r"(?:ausl[äa]nder|fl[üu]chtlinge|migranten|juden|muslime|moslems|zigeuner|asylanten|"
    r"t[üu]rken|araber|schwarze|roma)"
)
EXCLUSIONS = sentences_of(
    rf"{_PEOPLE_FR}(?: \w+){{0,2}} (?:dehors|hors d\w+|n'ont rien à faire|ne sont pas (?:les "
    rf")?bienvenus?|à la porte|pas chez nous|"
    r"(?:doivent|devraient|peuvent) (?:rentrer|partir)|rentrez chez vous)",
    rf"(?:pas de|plus de|interdit aux|halte aux|marre des|trop de|dehors les|stop aux) "
    rf"{_PEOPLE_FR}(?: (?:ici|chez nous|dans))?(?= ?[!.]| ici| chez| dans)",
    r"r[ée]serv[ée]e?s? aux? (?:vrais? )?(?:fran[çc]ais|blancs|chr[ée]tiens|gens d'ici) | "
    r"(?:rentre|rentrez|retourne|retournez) dans (?:ton|votre) pays",
    rf"{_PEOPLE_EN}(?: \w+){{0,2}},? (?:out of|out !|out\.|go home|get out|not welcome|not wanted|"
    rf"keep out|need not apply|should leave|don't belong|no thanks)",
    rf"(?:no|no more|enough|ban|stop) {_PEOPLE_EN}(?= ?[!.,]| here| allowed| please)",
    r"for (?:real|true) (?:brits|english|british|americans)(?: only)? | (?:whites?|british|english|"
    r"christians|locals) only | go back (?:to your country|where you came from|home)",
    rf"{_PEOPLE_ES}(?: \w+){{0,2}},? (?:fuera|no,? gracias|a su pa[íi]s|no son bienvenid\w+|no "
    rf"entran|largo)",
    rf"(?:fuera|no queremos|basta de|no m[áa]s) (?:los |las |m[áa]s )?{_PEOPLE_ES} | vuelv\w+ a "
    rf"(?:tu|su|vuestro) pa[íi]s",
    rf"{_PEOPLE_DE}(?: \w+){{0,2}},? (?:raus|nicht willkommen|unerw[üu]nscht|verboten|nein danke|"
    rf"haben hier nichts)",
    rf"(?:keine|gegen|stoppt) {_PEOPLE_DE}(?= ?[!.]| hier| in ) | nur f[üu]r (?:deutsche|christen)",
    stems="arabes|noirs|juifs|musulmans|roms|gitans|manouche|tsigane|étrangers|etrangers|migrants|"
    "immigr|réfugi|"
    "refugi|clandestin|homosexuel|gays|handicap|asiatique|chinois|africain|maghr|roumains|pauvres|"
    "foreigner|"
    "refugee|asylum|muslim|jews|gypsies|traveller|blacks|asians|poles|romanian|pakistani|arabs|"
    "mexican|moros|gitanos|"
    "inmigrant|extranjer|negros|judíos|judios|musulmanes|chinos|rumanos|latinos|mendigos|ausl|"
    "flücht|flucht|migrant|"
    "juden|muslime|moslem|zigeuner|asylant|türken|turken|araber|schwarze|roma|réservé|reserve|"
    "retourne|rentre|brits|"
    "english|british|americans|whites|christians|locals|go back|vuelv|deutsche|christen",
)  # fmt: skip
