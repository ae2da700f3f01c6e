"""Ce qu'un projet social et son équipe doivent tenir."""

from decimal import Decimal

from comptes.regles.definition import ParametreConnu, entier
from comptes.textes import CIRCULAIRE_1995, CIRCULAIRE_2012, CIRCULAIRE_2025, PRATIQUE_LOCALE

VISA = "visa_de_la_presidence"
PART_RECOPIEE = "coherence_part_recopiee"

DU_PROJET = (
    ParametreConnu(
        "volet_familles_obligatoire_le",
        "Volet familles obligatoire pour un agrément à partir du",
        "date",
        "2027-01-01",
        CIRCULAIRE_2025,
        "Volet familles",
    ),
    ParametreConnu(
        "mode_regime_general",
        "Règle du régime général",
        "choix",
        "moitie_sous_60",
        CIRCULAIRE_1995,
        "Prestation de service",
        choix=(
            ("aucun", "Aucune"),
            ("moitie_sous_60", "Moitié au-dessous de 60 %"),
            ("proportionnel", "Proportionnelle"),
        ),
    ),
    ParametreConnu(
        VISA,
        "Le projet est validé dans l'application par la présidence du gestionnaire avant d'être transmis",
        "choix",
        "toujours",
        PRATIQUE_LOCALE,
        "Adoption par l'instance du gestionnaire avant le dépôt",
        choix=(
            ("toujours", "Toujours"),
            ("si_un_compte", "Si la présidence a un compte"),
            ("jamais", "Jamais"),
        ),
    ),
    entier(
        "niveau_minimal_direction",
        "Niveau de diplôme attendu de la direction",
        6,
        (3, 8),
        CIRCULAIRE_2012,
        "Qualification",
    ),
    entier(
        "temps_de_la_direction",
        "Temps de travail attendu de la direction, en % d'un temps plein",
        100,
        (10, 100),
        CIRCULAIRE_2012,
        "Un équivalent temps plein",
    ),
    entier(
        "niveau_minimal_referent_familles",
        "Niveau de diplôme attendu du référent familles",
        5,
        (3, 8),
        PRATIQUE_LOCALE,
        "Animation collective familles",
    ),
    entier(
        "temps_minimal_referent_familles",
        "Temps de travail du référent familles, au moins, en % d'un temps plein",
        50,
        (10, 100),
        PRATIQUE_LOCALE,
        "Animation collective familles",
    ),
    entier(
        "niveau_minimal_equipe",
        "Niveau de diplôme qu'une personne de l'équipe au moins doit avoir",
        5,
        (3, 8),
        CIRCULAIRE_1995,
        "Qualification collective de l'équipe",
    ),
    ParametreConnu(
        PART_RECOPIEE,
        "Cohérence du projet : part des intitulés repris qui fait d'un renouvellement une copie",
        "pourcentage",
        "70",
        PRATIQUE_LOCALE,
        "Circulaire de 1995, §14, qui ne donne pas de chiffre",
        Decimal(1),
        Decimal(100),
    ),
)
