"""Le texte d'origine du contrat : celui d'une Caisse qui n'a pas encore écrit ses modèles (version 0).

Le contenu minimal est celui de la Circulaire 56, §11 ; le reste est l'usage des conventions d'objectifs et de
financement.
"""

from agrement.contrats.choix import NatureArticle as N
from agrement.contrats.choix import SorteDeContrat, StatutDuGestionnaire
from agrement.contrats.regles_du_texte import ArticleDuTexte, natures_obligatoires

_FONCTIONS = {
    SorteDeContrat.CENTRE_SOCIAL: "la fonction d'animation globale et de coordination",
    SorteDeContrat.CENTRE_SOCIAL_FAMILLES: "la fonction d'animation globale et de coordination et de l'animation "
    "collective familles",
    SorteDeContrat.EVS: "l'animation locale",
}
_OBJET = """Le présent contrat formalise l'engagement réciproque de {parties} qui naît de l'agrément de la structure \
au titre de {fonction}.

Il précise les objectifs que la Caf retient dans le projet social, les conditions de la prestation de service, les \
échéances, et les modalités de suivi, d'évaluation et de contrôle (circulaire n° 56, § 11). Ses annexes en font partie.

Le projet auquel il se rapporte est [projet]. Aucune autre version n'engage les parties."""
_MISSIONS_CS = """Elle exerce les quatre missions d'un centre social : équipement de quartier à vocation sociale \
globale ; équipement à vocation familiale et plurigénérationnelle ; lieu d'animation de la vie sociale ; lieu \
d'interventions sociales concertées et novatrices (circulaire n° 56, § 12)."""
_MISSIONS_EVS = """Elle poursuit les finalités d'un espace de vie sociale : l'inclusion et la socialisation des \
personnes ; le développement des liens sociaux et la cohésion sur le territoire ; la prise de responsabilité des \
habitants et leur citoyenneté de proximité."""
_STRUCTURE = """L'agrément porte sur la structure [structure].
[antennes]
[territoire]

{missions}"""
_DECISION = """[instance] a prononcé l'agrément le [date_de_la_decision] ([type_de_decision]), par la délibération \
n° [deliberation].
[avis]
[conditions]

L'agrément ne prend effet que si trois conditions restent réunies : la fonction exercée répond aux missions de la \
structure ; elle est confiée à un personnel qualifié ; le présent contrat est signé (circulaire n° 56, § 11)."""
_DUREE = """Le contrat est conclu pour la durée de l'agrément, soit [duree] : il prend effet le [debut] et s'achève le \
[fin]. Il ne se renouvelle pas par tacite reconduction : un renouvellement suppose un nouveau projet social, qui ouvre \
des perspectives pluriannuelles nouvelles (circulaire n° 56, § 14), et une nouvelle décision."""
_OBJECTIFS = """La Caf retient les objectifs suivants, en distinguant ceux qui relèvent de l'agrément de ceux qu'elle \
soutient sur ses fonds propres ou au titre de sa politique d'action sociale familiale (circulaire n° 56, § 21). \
L'annexe A en donne les actions et les indicateurs.
[objectifs]"""
_PARTICIPATION = {
    StatutDuGestionnaire.TOUS: "Les habitants et les usagers prennent part à la définition, à la conduite et à "
    "l'évaluation du projet ainsi qu'aux instances de la structure.",
    StatutDuGestionnaire.ASSOCIATION: "Les habitants et les usagers prennent part à la définition, à la conduite et à "
    "l'évaluation du projet ainsi qu'aux instances de l'association, où ils peuvent adhérer, voter et être élus.",
    StatutDuGestionnaire.PUBLIC: "Les habitants et les usagers prennent part à la définition, à la conduite et à "
    "l'évaluation du projet. Le gestionnaire public institue pour cela une instance de participation propre à la "
    "structure, et lui soumet les décisions qui la concernent avant de les prendre.",
}
_ENGAGEMENTS = """Le gestionnaire conduit le projet social et en répond. Il s'engage en particulier sur ce qui suit.

## Participation
{participation} Le gestionnaire leur garantit des lieux d'expression et de décision, et rend compte chaque année de ce \
qu'ils y ont décidé.

## Direction et qualification
[direction] {qualification}Toute vacance ou tout remplacement est signalé sans délai.

## Plan de formation
Le gestionnaire tient un plan de formation de l'équipe, salariés et bénévoles, et de la direction en particulier ; il \
le présente au comité de suivi (circulaire n° 56, § 13).

## Ouverture
La structure est accessible à tous, sans distinction, et sa tarification ne fait pas obstacle à la participation. Sa \
fonction d'accueil est assurée pendant toute l'ouverture.
[horaires]

## Laïcité et neutralité
Le gestionnaire respecte et fait respecter la charte de la laïcité de la branche Famille avec ses partenaires (annexe \
D). La structure n'héberge aucune activité politique, syndicale ou confessionnelle.

## Information
Le gestionnaire porte à la connaissance de la Caf tout changement de statuts, de représentant, de locaux, de \
territoire, d'équipe de direction ou d'équilibre financier, et fait mention du soutien de la Caf dans ses documents \
publics."""
_TEMPS_PLEIN = """La direction d'un centre social s'exerce à temps plein, avec une qualification de niveau \
[niveau_de_direction] au moins, sauf dérogation inscrite à l'[article_reserves]. """
_COMMUNE = """[commune] soutient la fonction agréée, qu'elle tient pour un service à tous les habitants \
de la zone de vie sociale (circulaire n° 56, § 21).

La commune prend part au comité de suivi, met à la disposition de la structure, dans les conditions que fixe une \
convention propre, les locaux et les moyens qu'elle lui apporte, et informe les autres parties de tout projet qui \
touche à son territoire. Ses concours financiers sont ceux que vote son conseil municipal."""
_CAF = """La Caf verse la prestation de service dans les conditions de l'[article_prestation]. Elle accompagne le \
gestionnaire dans la conduite de son projet par l'appui technique de ses services, participe au comité de suivi et \
facilite la concertation avec les partenaires du territoire, la commune en premier lieu (circulaire n° 56, § 31).

Si la structure rencontre des difficultés techniques ou financières, la Caf peut réunir les acteurs locaux les plus \
engagés pour rechercher, avec les instances de la structure, les moyens de maintenir la fonction agréée. Elle fait \
connaître par écrit ses motifs, ses attentes et ses délais."""
_DEPENSES_CS = """Les dépenses retenues sont les charges salariales de la direction et de la personne chargée du \
secrétariat et de l'accueil, et les charges administratives et de gestion communes aux activités, à l'exclusion du \
fonctionnement des activités autonomes (circulaire n° 56, § 22)"""
_DEPENSES = {
    SorteDeContrat.CENTRE_SOCIAL: f"{_DEPENSES_CS}.",
    SorteDeContrat.CENTRE_SOCIAL_FAMILLES: f"{_DEPENSES_CS} ; au titre de l'animation collective familles, celles du "
    "référent familles et de ses actions.",
    SorteDeContrat.EVS: "Les dépenses retenues sont les charges de fonctionnement et de personnel de l'animation "
    "locale.",
}
_PRESTATION = """L'agrément ouvre droit, pour sa période, {ouvertes}.
[prestations]

Le barème de chaque année civile s'applique à cette année ; il est porté à la connaissance du gestionnaire sans \
avenant. Le droit annuel est le produit [formule_du_droit].

{depenses}
[regime_general]

Le droit est versé par acomptes, sur le budget prévisionnel de l'année, puis par un solde calculé sur les dépenses \
réelles contrôlées. Le nombre, la part et la date des acomptes, ainsi que les dates limites des déclarations \
prévisionnelles et réelles, sont ceux que la Caf arrête chaque année et publie avant le premier versement. Un \
trop-perçu est restitué ou retenu sur les versements suivants.

Les objectifs complémentaires et particuliers de l'[article_objectifs] n'ouvrent pas droit à la prestation de service \
: leur financement éventuel fait l'objet de conventions distinctes."""
_SUIVI = """Un comité de suivi réunit au moins une fois par an le gestionnaire, la direction, la Caf, {commune}des \
représentants des habitants et les partenaires signataires des conventions de l'annexe E. Il examine l'avancement des \
objectifs, l'équilibre du budget, la situation de l'équipe et la levée des réserves. Chaque réunion donne lieu à un \
compte rendu partagé.
[echeances]

Le gestionnaire transmet chaque année, aux dates que fixe la Caf, le rapport d'activité, le compte de résultat, le \
bilan et le budget de l'année suivante, et répond à l'observatoire national des centres sociaux et des espaces de vie \
sociale."""
_EVALUATION = """Le gestionnaire évalue son projet en continu, avec les habitants, au moyen des indicateurs de \
l'annexe A. Une évaluation à mi-parcours et une évaluation finale sont remises à la Caf aux échéances de \
l'[article_suivi] ; la seconde fonde toute demande de renouvellement.

L'appréciation que porte la Caf en vue de sa décision est un exercice distinct de l'évaluation permanente que conduit \
la structure (circulaire n° 56, § 24). Ses conclusions sont communiquées au gestionnaire, qui peut y répondre."""
_CONTROLE = """La Caf contrôle, sur pièces et sur place, la réalité de la fonction agréée, l'exactitude des données \
déclarées et l'emploi des sommes versées. Le gestionnaire conserve les justificatifs, en donne l'accès et facilite les \
visites. Les conclusions d'un contrôle lui sont notifiées ; il dispose d'un délai pour présenter ses observations \
avant toute conséquence financière."""
_RESERVES = """Une réserve est levée par la Caf au vu d'une preuve remise avant son échéance ; à défaut, \
l'[article_fin] peut s'appliquer.
[reserves]

Une dérogation est une exception aux règles ordinaires de l'agrément, que la Caf admet pour une durée et avec une \
contrepartie déterminées.
[derogations]"""
_REVISION = """Toute modification des engagements fait l'objet d'un avenant signé par {toutes} parties : changement \
de gestionnaire, de territoire ou de locaux, ouverture ou fermeture d'une antenne, ajout d'un volet du projet, \
évolution des règles nationales de la prestation de service. Un avenant qui touche à la durée ou à l'objet de \
l'agrément suppose une décision préalable de l'instance compétente de la Caf.

Si un renouvellement demandé dans les délais n'est pas décidé au terme du contrat, l'agrément peut être prorogé par \
avenant, sur décision, pour [prorogation_max] au plus."""
_FIN = """## Sursis
Lorsque la fonction agréée n'est plus assurée dans les conditions du contrat, le conseil d'administration de la Caf \
peut, après avertissement écrit, maintenir l'agrément en sursis pour [sursis_max] au plus. Il fixe les conditions à \
remplir et la date à laquelle il se prononcera de nouveau.

## Suspension
Le versement de la prestation de service peut être suspendu, après mise en demeure restée sans effet, lorsque des \
pièces ou des déclarations exigibles manquent ou lorsqu'un contrôle est empêché. Il reprend dès que la cause a cessé.

## Retrait
Le conseil d'administration peut retirer l'agrément avant son terme en cas de manquement grave ou de réserves non \
levées. Le gestionnaire est informé des griefs et mis à même de présenter ses observations, écrites ou orales, avant \
la décision. Celle-ci est motivée, notifiée, et fixe sa date d'effet, qui est aussi celle de la fin du contrat.

## Résiliation
Le gestionnaire peut mettre fin au contrat, ou les parties d'un commun accord, par lettre recommandée avec accusé de \
réception et avec un préavis qui permette d'assurer la continuité de l'accueil des habitants. {cessation}

Dans tous les cas, les droits sont arrêtés au jour de la fin du contrat et les sommes versées au-delà \
sont restituées."""
_CESSATION = {
    StatutDuGestionnaire.TOUS: "La cessation d'activité et la dissolution du gestionnaire y mettent fin de plein "
    "droit.",
    StatutDuGestionnaire.ASSOCIATION: "La cessation d'activité et la dissolution de l'association y mettent fin de "
    "plein droit.",
    StatutDuGestionnaire.PUBLIC: "La fermeture de la structure et le transfert de la compétence à un autre "
    "gestionnaire, sauf avenant, y mettent fin de plein droit.",
}
_RECOURS = """Les parties recherchent d'abord un règlement amiable. Toute décision de la Caf défavorable au \
gestionnaire peut faire l'objet, dans un délai de [delai_de_recours] à compter de sa notification, d'un recours \
gracieux auprès de la Caf ou d'un recours contentieux devant le tribunal administratif territorialement compétent. Le \
silence gardé pendant deux mois sur un recours gracieux vaut décision de rejet."""
_SIGNATURES = """Le contrat est signé par le représentant légal du gestionnaire, {maire}puis par la présidence du \
conseil d'administration de la Caf, ou par la personne qu'une délégation datée désigne (circulaire n° 56, § 11). \
Aucune signature ne peut être antérieure à la décision du [date_de_la_decision]. Il a été établi le [etabli_le].
[signatures]"""

# --- La préfiguration : ni projet social ni prestation de service ; elle prépare l'un et l'autre -----

_OBJET_P = """Le présent contrat accompagne la préfiguration de la structure : le temps, décidé par la Caf, de réunir \
les conditions d'un agrément et d'écrire le projet social avec les habitants. Il ne vaut pas agrément et n'engage pas \
la décision à venir."""
_STRUCTURE_P = """La préfiguration porte sur la structure [structure].
[territoire]"""
_DECISION_P = """[instance] a accordé la préfiguration le [date_de_la_decision], par la délibération n° [deliberation].
[conditions]"""
_DUREE_P = """Le contrat est conclu pour [duree] : il prend effet le [debut] et s'achève le [fin]. Il ne se renouvelle \
pas par tacite reconduction."""
_ENGAGEMENTS_P = """Avant le terme de la préfiguration, le gestionnaire :

- mène avec les habitants et les partenaires le diagnostic du territoire ;
- désigne la personne chargée de la préfiguration et réunit les moyens de la structure à venir ;
- remet à la Caf un bilan intermédiaire, puis un bilan final ;
- transmet à la Caf une demande de premier agrément, avec le projet social que ses instances ont adopté.

Il respecte et fait respecter la charte de la laïcité de la branche Famille avec ses partenaires."""
_CAF_P = """La Caf accompagne le gestionnaire par l'appui technique de ses services et facilite la concertation avec \
les partenaires du territoire, la commune en premier lieu. La préfiguration n'ouvre pas droit à la prestation de \
service ; l'aide que la Caf lui apporte le cas échéant fait l'objet d'une décision distincte."""
_COMMUNE_P = """[commune] prend part à la préfiguration : elle participe au diagnostic du territoire, dit \
les locaux et les moyens qu'elle pourrait apporter à la structure à venir, et informe les autres parties de tout \
projet qui touche à son territoire. Ses concours financiers sont ceux que vote son conseil municipal."""
_SUIVI_P = """[echeances]
[reserves]"""
_FIN_P = """Le contrat prend fin à son terme, ou dès le premier jour d'un agrément de la structure. Le gestionnaire \
peut y mettre fin, ou les parties d'un commun accord, par lettre recommandée avec accusé de réception. Si les \
engagements de l'[article_gestionnaire] ne sont pas tenus, la Caf peut y mettre fin par une décision motivée, après \
avoir recueilli les observations du gestionnaire."""

_TITRES = {
    N.STRUCTURE: "Structure et zone de vie sociale",
    N.DECISION: "Décision d'agrément",
    N.PRESTATION: "Financement",
    N.FIN: "Sursis, suspension, retrait et résiliation",
}
_TITRES_P = {N.SUIVI: "Suivi, échéances et réserves"}
_CORPS = {
    N.OBJET: _OBJET, N.STRUCTURE: _STRUCTURE, N.DECISION: _DECISION, N.DUREE: _DUREE, N.OBJECTIFS: _OBJECTIFS,
    N.GESTIONNAIRE: _ENGAGEMENTS, N.COMMUNE: _COMMUNE, N.CAF: _CAF, N.PRESTATION: _PRESTATION, N.SUIVI: _SUIVI,
    N.EVALUATION: _EVALUATION, N.CONTROLE: _CONTROLE, N.RESERVES: _RESERVES, N.REVISION: _REVISION, N.FIN: _FIN,
    N.RECOURS: _RECOURS, N.SIGNATURES: _SIGNATURES,
}  # fmt: skip
_CORPS_P = {
    **_CORPS, N.OBJET: _OBJET_P, N.STRUCTURE: _STRUCTURE_P, N.DECISION: _DECISION_P, N.DUREE: _DUREE_P,
    N.GESTIONNAIRE: _ENGAGEMENTS_P, N.COMMUNE: _COMMUNE_P, N.CAF: _CAF_P, N.SUIVI: _SUIVI_P, N.FIN: _FIN_P,
}  # fmt: skip


def articles_d_origine(sorte: str, statut: str, *, tripartite: bool) -> list[ArticleDuTexte]:
    """Le texte d'origine de cette sorte, pour ce statut du gestionnaire, avec ou sans la commune."""
    prefiguration = sorte == SorteDeContrat.PREFIGURATION
    titres, corps = (_TITRES_P, _CORPS_P) if prefiguration else (_TITRES, _CORPS)
    tournures = _tournures(sorte, statut, tripartite=tripartite)
    return [
        ArticleDuTexte(nature.value, titres.get(nature, str(nature.label)), corps[nature].format_map(tournures))
        for nature in natures_obligatoires(sorte, tripartite=tripartite)
    ]


def _tournures(sorte: str, statut: str, *, tripartite: bool) -> dict[str, str]:
    """Ce qui change du texte commun selon la sorte, le statut du gestionnaire et la présence de la commune."""
    centre_social = sorte in {SorteDeContrat.CENTRE_SOCIAL, SorteDeContrat.CENTRE_SOCIAL_FAMILLES}
    familles = sorte == SorteDeContrat.CENTRE_SOCIAL_FAMILLES
    return {
        "parties": "la Caf, du gestionnaire et de la commune" if tripartite else "la Caf et du gestionnaire",
        "fonction": _FONCTIONS.get(SorteDeContrat(sorte), ""),
        "missions": _MISSIONS_CS if centre_social else _MISSIONS_EVS,
        "participation": _PARTICIPATION[StatutDuGestionnaire(statut)],
        "qualification": (_TEMPS_PLEIN if centre_social else "") + ("[referent_familles] " if familles else ""),
        "ouvertes": "aux prestations de service suivantes" if familles else "à la prestation de service suivante",
        "depenses": _DEPENSES.get(SorteDeContrat(sorte), ""),
        "commune": "la commune, " if tripartite else "",
        "toutes": "toutes les" if tripartite else "les deux",
        "cessation": _CESSATION[StatutDuGestionnaire(statut)],
        "maire": "puis par le représentant de la commune, " if tripartite else "",
    }
