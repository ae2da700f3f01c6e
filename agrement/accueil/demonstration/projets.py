"""De quoi écrire des projets sociaux vraisemblables et tous différents. Tout est inventé."""

from typing import NamedTuple

from centres.choix import FamilleObjectif, Finalite, Mission

_AG, _COMP, _PART = (
    FamilleObjectif.ANIMATION_GLOBALE,
    FamilleObjectif.COMPLEMENTAIRE,
    FamilleObjectif.PARTICULIER,
)


_INCLUSION, _LIENS, _CITOYENNETE = Finalite.INCLUSION, Finalite.LIENS, Finalite.CITOYENNETE


class FicheAction(NamedTuple):
    """`cout` : euros par an."""

    intitule: str
    public: str
    place: str
    indicateur: str
    cible: str
    cout: int


class FicheObjectif(NamedTuple):
    intitule: str
    famille: FamilleObjectif
    mission: Mission
    finalite: Finalite
    operationnel: str
    actions: tuple[FicheAction, ...]


class FicheAxe(NamedTuple):
    enjeu: str
    constat: str
    axe: str
    objectifs: tuple[FicheObjectif, ...]


# Un axe par mission, et un second pour l'animation de la vie sociale, qu'un projet sur deux préfère au troisième.
AXES = (
    FicheAxe(
        "L'isolement des personnes âgées et des familles monoparentales",
        "Une personne sur trois vit seule dans la zone de vie sociale ; les permanences voient revenir les mêmes "
        "demandes de lien.",
        "Accueillir et aller vers",
        (
            FicheObjectif(
                "Faire de l'accueil un lieu où chacun est écouté et orienté",
                _AG,
                Mission.QUARTIER,
                _INCLUSION,
                "Tenir un accueil ouvert six jours sur sept, avec des habitants formés",
                (
                    FicheAction(
                        "Café d'accueil du matin",
                        "Tous les habitants",
                        "co_construction",
                        "Personnes accueillies par semaine",
                        "60",
                        4200,
                    ),
                    FicheAction(
                        "Point d'accès aux droits et au numérique",
                        "Adultes",
                        "consultation",
                        "Personnes accompagnées par an",
                        "250",
                        9800,
                    ),
                ),
            ),
            FicheObjectif(
                "Rencontrer celles et ceux qui ne viennent pas",
                _COMP,
                Mission.QUARTIER,
                _INCLUSION,
                "Aller au pied des immeubles et dans les hameaux une fois par semaine",
                (
                    FicheAction(
                        "Tournée du triporteur",
                        "Habitants éloignés du centre",
                        "co_construction",
                        "Lieux visités par mois",
                        "8",
                        3600,
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "La place des parents et le soutien des familles",
        "Les familles disent manquer de répit et de lieux où parler d'éducation sans être jugées.",
        "Soutenir les familles et les solidarités entre générations",
        (
            FicheObjectif(
                "Conforter les parents dans leur rôle éducatif",
                _AG,
                Mission.FAMILLES,
                _LIENS,
                "Proposer chaque mois des temps partagés entre parents et enfants",
                (
                    FicheAction(
                        "Samedis des familles",
                        "Parents et enfants de 0 à 12 ans",
                        "co_construction",
                        "Familles différentes par an",
                        "80",
                        7400,
                    ),
                    FicheAction(
                        "Groupe de parole de parents d'adolescents",
                        "Parents",
                        "consultation",
                        "Séances par an",
                        "10",
                        2900,
                    ),
                ),
            ),
            FicheObjectif(
                "Favoriser le départ en vacances et les loisirs des familles",
                _PART,
                Mission.FAMILLES,
                _LIENS,
                "Accompagner des familles vers un premier départ",
                (
                    FicheAction(
                        "Projets vacances familles",
                        "Familles aux quotients familiaux modestes",
                        "co_construction",
                        "Familles parties par an",
                        "12",
                        8600,
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "L'envie d'agir des habitants",
        "Des collectifs naissent, mais peu d'habitants siègent dans les instances du centre.",
        "Développer le pouvoir d'agir et la vie associative",
        (
            FicheObjectif(
                "Ouvrir la gouvernance aux habitants",
                _AG,
                Mission.VIE_SOCIALE,
                _CITOYENNETE,
                "Installer un conseil des habitants qui prépare les décisions",
                (
                    FicheAction(
                        "Conseil des habitants",
                        "Habitants de la zone de vie sociale",
                        "co_decision",
                        "Habitants engagés",
                        "20",
                        1800,
                    ),
                    FicheAction(
                        "Fonds de participation des habitants",
                        "Groupes d'habitants",
                        "co_decision",
                        "Projets soutenus par an",
                        "10",
                        6000,
                    ),
                ),
            ),
            FicheObjectif(
                "Accompagner les associations du territoire",
                _COMP,
                Mission.VIE_SOCIALE,
                _CITOYENNETE,
                "Mettre à disposition des locaux, du matériel et un appui",
                (
                    FicheAction(
                        "Maison des associations",
                        "Associations locales",
                        "consultation",
                        "Associations hébergées",
                        "11",
                        5200,
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "Des partenaires nombreux qui se connaissent mal",
        "Bailleurs, écoles et services sociaux demandent un lieu pour croiser leurs constats.",
        "Faire vivre le partenariat du territoire",
        (
            FicheObjectif(
                "Animer la concertation des acteurs locaux",
                _AG,
                Mission.CONCERTATION,
                _LIENS,
                "Réunir le comité des partenaires quatre fois par an",
                (
                    FicheAction(
                        "Comité des partenaires",
                        "Professionnels et élus",
                        "consultation",
                        "Structures présentes en moyenne",
                        "12",
                        1200,
                    ),
                ),
            ),
            FicheObjectif(
                "Répondre ensemble aux besoins des jeunes",
                _PART,
                Mission.CONCERTATION,
                _INCLUSION,
                "Coordonner l'accompagnement à la scolarité avec le collège et les écoles",
                (
                    FicheAction(
                        "Accompagnement à la scolarité",
                        "Enfants du CP à la 3e",
                        "consultation",
                        "Enfants suivis par an",
                        "45",
                        16500,
                    ),
                    FicheAction(
                        "Chantiers de jeunes",
                        "Jeunes de 14 à 17 ans",
                        "co_construction",
                        "Jeunes engagés par an",
                        "24",
                        12400,
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "Les transitions écologique et numérique",
        "Les habitants demandent des réponses concrètes : se chauffer, réparer, se déplacer, faire ses démarches.",
        "Prendre part aux transitions",
        (
            FicheObjectif(
                "Agir sur le cadre de vie avec les habitants",
                _AG,
                Mission.VIE_SOCIALE,
                _CITOYENNETE,
                "Ouvrir un jardin et un atelier de réparation tenus par des bénévoles",
                (
                    FicheAction(
                        "Jardin partagé", "Tous les habitants", "co_decision", "Parcelles cultivées", "25", 3100
                    ),
                    FicheAction(
                        "Atelier de réparation",
                        "Tous les habitants",
                        "co_construction",
                        "Objets réparés par an",
                        "150",
                        2300,
                    ),
                ),
            ),
        ),
    ),
)

# Les axes de qui renouvelle : d'autres perspectives que la période passée, un axe par mission.
AXES_DU_RENOUVELLEMENT = (
    FicheAxe(
        "Des habitants qui renoncent à leurs droits",
        "Le bilan le montre : l'accueil oriente, mais un habitant sur quatre ne va pas au bout de sa démarche.",
        "Faciliter la vie quotidienne et l'accès aux droits",
        (
            FicheObjectif(
                "Accompagner chaque démarche jusqu'à son terme",
                _AG,
                Mission.QUARTIER,
                _INCLUSION,
                "Suivre les situations avec les institutions, et rappeler chaque personne un mois après",
                (
                    FicheAction(
                        "Permanences à la carte",
                        "Tous les habitants",
                        "consultation",
                        "Démarches abouties",
                        "180",
                        7800,
                    ),
                    FicheAction(
                        "Habitants relais d'information", "Adultes volontaires", "co_construction", "Relais", "15", 2400
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "Des générations qui se croisent sans se connaître",
        "Les activités par âge sont pleines, mais peu de moments réunissent grands-parents, parents et enfants.",
        "Réunir les générations autour des enfants",
        (
            FicheObjectif(
                "Faire de la parentalité l'affaire de tout le quartier",
                _AG,
                Mission.FAMILLES,
                _LIENS,
                "Confier à des groupes de familles la préparation des temps forts",
                (
                    FicheAction(
                        "Cuisine des grands-parents",
                        "Familles, trois générations",
                        "co_construction",
                        "Familles engagées",
                        "40",
                        5600,
                    ),
                    FicheAction(
                        "Université des parents", "Parents", "co_decision", "Rencontres tenues par an", "8", 3900
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "Des initiatives qui s'essoufflent faute d'appui",
        "Le conseil des habitants fonctionne ; ses projets manquent de relais dans les quartiers éloignés.",
        "Passer le relais aux collectifs d'habitants",
        (
            FicheObjectif(
                "Donner aux collectifs les moyens d'agir seuls",
                _COMP,
                Mission.VIE_SOCIALE,
                _CITOYENNETE,
                "Former trois collectifs par an à conduire leur projet et son budget",
                (
                    FicheAction(
                        "École des initiatives", "Collectifs d'habitants", "co_decision", "Collectifs formés", "9", 4700
                    ),
                    FicheAction(
                        "Chantier du cadre de vie",
                        "Tous les habitants",
                        "co_construction",
                        "Lieux réaménagés",
                        "4",
                        6300,
                    ),
                ),
            ),
        ),
    ),
    FicheAxe(
        "La santé, premier souci des habitants",
        "Moins de médecins, des soins reportés : les partenaires demandent une réponse commune.",
        "Agir ensemble pour la santé et la mobilité",
        (
            FicheObjectif(
                "Construire une réponse locale avec les professionnels",
                _PART,
                Mission.CONCERTATION,
                _INCLUSION,
                "Signer une convention avec les professionnels de santé et l'intercommunalité",
                (
                    FicheAction(
                        "Marches et conseils santé", "Adultes", "co_construction", "Personnes suivies", "60", 3300
                    ),
                    FicheAction(
                        "Navette solidaire", "Habitants sans voiture", "co_decision", "Trajets par an", "600", 9100
                    ),
                ),
            ),
        ),
    ),
)

# Financements d'une action : (financeur, part de son coût en centièmes)
FINANCEURS_DES_ACTIONS = (("Caf", 45), ("Commune", 35), ("Budget du centre", 20))

# Charges : (compte, intitulé, destination, part du total en millièmes)
CHARGES = (
    ("64", "Salaires et charges de l'équipe de pilotage", "pilotage", 380),
    ("64", "Salaires et charges de l'animation", "activites", 310),
    ("61", "Loyers, entretien, énergie", "logistique", 130),
    ("60", "Achats et fournitures", "activites", 95),
    ("62", "Autres services extérieurs", "logistique", 85),
)

# Produits : (compte, intitulé, financeur, part du total en millièmes)
PRODUITS = (
    ("74", "Prestation de service", "Caf", 290),
    ("74", "Subvention de fonctionnement", "Commune", 340),
    ("74", "Soutien aux projets", "Département", 120),
    ("70", "Participation des usagers", "Usagers", 150),
    ("74", "Politique de la ville et autres soutiens", "État", 100),
)
