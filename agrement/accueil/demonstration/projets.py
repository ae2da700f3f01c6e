"""De quoi écrire des projets sociaux vraisemblables et tous différents. Tout est inventé."""

from typing import NamedTuple

from centres.choix import FamilleObjectif, Mission

_AG, _COMP, _PART = (
    FamilleObjectif.ANIMATION_GLOBALE,
    FamilleObjectif.COMPLEMENTAIRE,
    FamilleObjectif.PARTICULIER,
)


class FicheAction(NamedTuple):
    intitule: str
    public: str
    place: str
    indicateur: str
    cible: str


class FicheObjectif(NamedTuple):
    intitule: str
    famille: FamilleObjectif
    mission: Mission
    operationnel: str
    actions: tuple[FicheAction, ...]


class FicheAxe(NamedTuple):
    enjeu: str
    constat: str
    axe: str
    objectifs: tuple[FicheObjectif, ...]


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
                "Tenir un accueil ouvert six jours sur sept, avec des habitants formés",
                (
                    FicheAction(
                        "Café d'accueil du matin",
                        "Tous les habitants",
                        "co_construction",
                        "Personnes accueillies par semaine",
                        "60",
                    ),
                    FicheAction(
                        "Point d'accès aux droits et au numérique",
                        "Adultes",
                        "consultation",
                        "Personnes accompagnées par an",
                        "250",
                    ),
                ),
            ),
            FicheObjectif(
                "Rencontrer celles et ceux qui ne viennent pas",
                _COMP,
                Mission.QUARTIER,
                "Aller au pied des immeubles et dans les hameaux une fois par semaine",
                (
                    FicheAction(
                        "Tournée du triporteur",
                        "Habitants éloignés du centre",
                        "co_construction",
                        "Lieux visités par mois",
                        "8",
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
                "Proposer chaque mois des temps partagés entre parents et enfants",
                (
                    FicheAction(
                        "Samedis des familles",
                        "Parents et enfants de 0 à 12 ans",
                        "co_construction",
                        "Familles différentes par an",
                        "80",
                    ),
                    FicheAction(
                        "Groupe de parole de parents d'adolescents", "Parents", "consultation", "Séances par an", "10"
                    ),
                ),
            ),
            FicheObjectif(
                "Favoriser le départ en vacances et les loisirs des familles",
                _PART,
                Mission.FAMILLES,
                "Accompagner des familles vers un premier départ",
                (
                    FicheAction(
                        "Projets vacances familles",
                        "Familles aux quotients familiaux modestes",
                        "co_construction",
                        "Familles parties par an",
                        "12",
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
                "Installer un conseil des habitants qui prépare les décisions",
                (
                    FicheAction(
                        "Conseil des habitants",
                        "Habitants de la zone de vie sociale",
                        "co_decision",
                        "Habitants engagés",
                        "20",
                    ),
                    FicheAction(
                        "Fonds de participation des habitants",
                        "Groupes d'habitants",
                        "co_decision",
                        "Projets soutenus par an",
                        "10",
                    ),
                ),
            ),
            FicheObjectif(
                "Accompagner les associations du territoire",
                _COMP,
                Mission.VIE_SOCIALE,
                "Mettre à disposition des locaux, du matériel et un appui",
                (
                    FicheAction(
                        "Maison des associations",
                        "Associations locales",
                        "consultation",
                        "Associations hébergées",
                        "11",
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
                "Réunir le comité des partenaires quatre fois par an",
                (
                    FicheAction(
                        "Comité des partenaires",
                        "Professionnels et élus",
                        "consultation",
                        "Structures présentes en moyenne",
                        "12",
                    ),
                ),
            ),
            FicheObjectif(
                "Répondre ensemble aux besoins des jeunes",
                _PART,
                Mission.CONCERTATION,
                "Coordonner l'accompagnement à la scolarité avec le collège et les écoles",
                (
                    FicheAction(
                        "Accompagnement à la scolarité",
                        "Enfants du CP à la 3e",
                        "consultation",
                        "Enfants suivis par an",
                        "45",
                    ),
                    FicheAction(
                        "Chantiers de jeunes", "Jeunes de 14 à 17 ans", "co_construction", "Jeunes engagés par an", "24"
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
                "Ouvrir un jardin et un atelier de réparation tenus par des bénévoles",
                (
                    FicheAction("Jardin partagé", "Tous les habitants", "co_decision", "Parcelles cultivées", "25"),
                    FicheAction(
                        "Atelier de réparation", "Tous les habitants", "co_construction", "Objets réparés par an", "150"
                    ),
                ),
            ),
        ),
    ),
)

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
