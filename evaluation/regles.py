"""La grille d'analyse proposée à une nouvelle Caisse : chaque ligne dit ce qu'on regarde et d'où cela vient.

Les huit critères sont ceux du cadre de 2012 et 2016, les quatre missions celles de la circulaire 56 ; le volet
familles et les transitions viennent du cadre de décembre 2025. Les questions sont écrites pour cette application.
La Caisse change sa grille dans l'administration : rien ici n'est relu ensuite.
"""

import datetime as dt
from typing import NamedTuple

from centres.choix import Mission

TITRE = "Grille d'analyse d'un projet social"
DATE_D_EFFET = dt.date(2012, 6, 20)  # celle de la circulaire qui fixe les critères

CADRE_2012 = "Circulaire Cnaf 2012-013, critères d'agrément"
CADRE_2016 = "Circulaire Cnaf 2016-005"
MISSIONS_1995 = "Circulaire 56, §12"
CADRE_2025 = "Circulaire Cnaf du 18 décembre 2025"


class CritereParDefaut(NamedTuple):
    """Un critère de la grille d'origine. Bloquant : noté 0, il empêche un avis favorable.

    `a_partir_du` : le premier jour de période pour lequel il est demandé.
    """

    code: str
    intitule: str
    questions: tuple[str, ...]
    source: str
    bloquant: bool = False
    a_partir_du: dt.date | None = None


GRILLE_PAR_DEFAUT: tuple[CritereParDefaut, ...] = (
    CritereParDefaut(
        "participation",
        "Élaboration participative du projet",
        (
            "Qui a pris part au diagnostic et au choix des axes : habitants, usagers, équipe, partenaires ?",
            "Comment la parole de ceux qui ne viennent pas au centre a-t-elle été recherchée ?",
            "Que peut-on montrer, dans le projet, qui vienne directement des habitants ?",
        ),
        CADRE_2012,
        bloquant=True,
    ),
    CritereParDefaut(
        "gouvernance",
        "Participation et gouvernance dans la durée",
        (
            "Quelles instances associent les habitants, à quel rythme, et que peuvent-elles décider ?",
            "Comment de nouvelles personnes y entrent-elles et y sont-elles accompagnées ?",
            "Si le gestionnaire est public, quelle place réelle est faite aux habitants à côté des élus ?",
        ),
        CADRE_2016,
    ),
    CritereParDefaut(
        "pertinence",
        "Pertinence des axes au regard du diagnostic",
        (
            "Chaque axe répond-il à un enjeu que le diagnostic établit, par des chiffres et par des paroles ?",
            "Les choix faits et les besoins laissés de côté sont-ils expliqués ?",
            "Pour un renouvellement, qu'a-t-on appris de l'évaluation du projet précédent ?",
        ),
        CADRE_2012,
    ),
    CritereParDefaut(
        "coherence",
        "Cohérence du plan d'action avec les axes",
        (
            "Chaque objectif a-t-il au moins une action, et chaque action un objectif ?",
            "Les indicateurs mesurent-ils ce que l'objectif annonce ?",
            "Le calendrier tient-il compte des forces de l'équipe ?",
        ),
        CADRE_2012,
    ),
    CritereParDefaut(
        "faisabilite",
        "Faisabilité technique, financière et budgétaire",
        (
            "Le budget est-il équilibré chaque année et ses financements sont-ils acquis ou seulement espérés ?",
            "Les locaux, le matériel et l'équipe suffisent-ils à ce qui est prévu ?",
            "La trésorerie et les fonds propres permettent-ils de tenir la durée du contrat ?",
        ),
        CADRE_2012,
    ),
    CritereParDefaut(
        "accessibilite",
        "Accessibilité et ouverture à tous",
        (
            "Les horaires, les tarifs et les lieux conviennent-ils à ceux que le projet veut toucher ?",
            "Une personne en situation de handicap peut-elle entrer, participer et s'informer ?",
            "La neutralité politique, syndicale et confessionnelle est-elle assurée ?",
        ),
        CADRE_2012,
    ),
    CritereParDefaut(
        "accueil",
        "Fonction accueil au quotidien",
        (
            "Qui accueille, avec quelle formation, et sur quelle part de l'ouverture ?",
            "Que deviennent les demandes et les idées entendues à l'accueil ?",
        ),
        CADRE_2012,
    ),
    CritereParDefaut(
        "direction",
        "Qualification et temps de travail de la direction",
        (
            "La personne à la direction a-t-elle le niveau attendu et un temps plein ?",
            "Sinon, quelle dérogation, avec quel engagement de formation et jusqu'à quand ?",
            "Le reste de l'équipe complète-t-il ses compétences ?",
        ),
        CADRE_2016,
    ),
    CritereParDefaut(
        "mission_quartier",
        Mission.QUARTIER.label,
        (
            "Le centre s'adresse-t-il à toute la population de la zone de vie sociale ?",
            "Offre-t-il, au-delà d'activités, un appui aux démarches et à la vie du quartier ?",
        ),
        MISSIONS_1995,
    ),
    CritereParDefaut(
        "mission_familles",
        Mission.FAMILLES.label,
        (
            "Quelles actions réunissent des personnes d'âges différents d'une même famille ou du quartier ?",
            "Comment les parents sont-ils soutenus dans leur rôle ?",
        ),
        MISSIONS_1995,
    ),
    CritereParDefaut(
        "mission_vie_sociale",
        Mission.VIE_SOCIALE.label,
        (
            "Quelle aide les associations et les groupes d'habitants reçoivent-ils du centre ?",
            "Comment les bénévoles prennent-ils des responsabilités ?",
        ),
        MISSIONS_1995,
    ),
    CritereParDefaut(
        "mission_concertation",
        Mission.CONCERTATION.label,
        (
            "Avec quels partenaires les actions sont-elles conçues, et par quelle convention ?",
            "Quelle réponse nouvelle le centre apporte-t-il à un besoin que personne ne traite ?",
        ),
        MISSIONS_1995,
    ),
    CritereParDefaut(
        "volet_familles",
        "Volet familles",
        (
            "Le volet familles part-il de difficultés constatées et a-t-il ses objectifs propres ?",
            "Les actions collectives servent-elles le bien-être des parents et des enfants, et leurs liens ?",
            "Une personne référente est-elle désignée, avec le temps et la qualification attendus ?",
            "Pour un espace de vie sociale, le critère peut être noté « non applicable ».",
        ),
        f"{CADRE_2025}, volet familles à partir de 2027",
        a_partir_du=dt.date(2027, 1, 1),
    ),
    CritereParDefaut(
        "transitions",
        "Transitions numérique, écologique, démographique et démocratique",
        (
            "Quelles transitions touchent ce territoire, et que fait le projet avec les habitants ?",
            "L'accès aux droits tient-il compte de ceux qui n'utilisent pas internet ?",
        ),
        CADRE_2025,
        a_partir_du=dt.date(2025, 12, 18),
    ),
)
