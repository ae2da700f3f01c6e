"""Les critères de recevabilité de la circulaire, en données : une Caisse neuve les reçoit, et les règle à sa façon."""

from typing import NamedTuple

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.regles import OUVERTES_PAR_LA_CAF, POUR_UN_AGREMENT

CIRCULAIRE = "Circulaire Cnaf n° 56 du 31 octobre 1995, §14"
TOUTES = tuple(type_.value for type_ in TypeDossier if type_ not in OUVERTES_PAR_LA_CAF)
PREMIER = (TypeDossier.PREMIER_AGREMENT.value,)
RENOUVELLEMENT = (TypeDossier.RENOUVELLEMENT.value,)
AGREMENT = tuple(type_.value for type_ in TypeDossier if type_ in POUR_UN_AGREMENT)


class CritereConnu(NamedTuple):
    """Un critère d'origine : pour quels types de demande, et s'il ne vaut que pour un terrain d'accueil."""

    code: str
    intitule: str
    aide: str
    demandes: tuple[str, ...]
    source: str = CIRCULAIRE
    terrain_d_accueil: bool = False


CRITERES: tuple[CritereConnu, ...] = (
    CritereConnu(
        "R01",
        "La demande est complète : les pièces obligatoires sont produites et se lisent.",
        "Si une pièce manque, demandez d'abord des compléments : le centre doit avoir eu le temps de la produire.",
        TOUTES,
        "Code des relations entre le public et l'administration, article L114-5",
    ),
    CritereConnu(
        "R02",
        "Le projet est faisable.",
        "Les moyens humains, matériels et financiers annoncés permettent les actions prévues.",
        PREMIER,
    ),
    CritereConnu(
        "R03",
        "L'équipement a la capacité d'intégrer les objectifs et les missions des centres sociaux.",
        "Ce que le projet dit des missions, de la fonction d'animation globale et de la place des habitants.",
        PREMIER,
    ),
    CritereConnu(
        "R04",
        "L'équipement présente des garanties suffisantes d'évolution.",
        "Qualification, gouvernance, partenaires : ce qui permettra d'atteindre ce qui n'est pas encore là.",
        PREMIER,
    ),
    CritereConnu(
        "R05",
        "Le projet s'inscrit dans des perspectives pluriannuelles nouvelles.",
        "Un projet qui reprend celui de la période passée n'est pas recevable. Les faits relevés disent ce qui est "
        "repris.",
        RENOUVELLEMENT,
    ),
    CritereConnu(
        "R06",
        "Les actions sont mises en cohérence.",
        "Premier des quatre principes de la fonction d'animation globale sur un terrain d'accueil.",
        AGREMENT,
        terrain_d_accueil=True,
    ),
    CritereConnu(
        "R07",
        "Les usagers et les habitants participent aux décisions.",
        "Deuxième principe : les familles du terrain, et les habitants alentour.",
        AGREMENT,
        terrain_d_accueil=True,
    ),
    CritereConnu(
        "R08",
        "Le projet porte l'échange social.",
        "Troisième principe : des occasions de rencontre entre les familles du terrain et les autres habitants.",
        AGREMENT,
        terrain_d_accueil=True,
    ),
    CritereConnu(
        "R09",
        "Les personnels sont qualifiés.",
        "Quatrième principe : la qualification de qui exerce la fonction d'animation globale.",
        AGREMENT,
        terrain_d_accueil=True,
    ),
)
