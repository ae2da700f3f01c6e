"""Ce que l'application fait d'elle-même : exports, gestes en nombre, comptes, suppléance."""

from comptes.regles.definition import NON_OUI, ParametreConnu, entier
from comptes.textes import PRATIQUE_LOCALE

SUPPLEANCE = "suppleance_de_l_administration"

DE_L_APPLICATION = (
    entier(
        "export_immediat_lignes",
        "Export d'une liste : au-delà de ce nombre de lignes, il se prépare en tâche de fond",
        500,
        (50, 5000),
        PRATIQUE_LOCALE,
        "Usage : une page répond en peu de temps",
    ),
    entier(
        "export_conservation_jours",
        "Export d'une liste : le fichier préparé se télécharge pendant, en jours",
        7,
        (1, 30),
        PRATIQUE_LOCALE,
        "Un extrait de données personnelles ne se garde pas",
    ),
    entier(
        "lot_immediat_dossiers",
        "Geste sur plusieurs dossiers : au-delà de ce nombre, il se fait en tâche de fond",
        25,
        (5, 200),
        PRATIQUE_LOCALE,
        "Usage : une page répond en peu de temps",
    ),
    ParametreConnu(
        SUPPLEANCE,
        "L'administration de l'application tient les actes des centres et des agents empêchés",
        "choix",
        "non",
        PRATIQUE_LOCALE,
        "Suppléance : jamais un vote, un contreseing ni une signature",
        choix=NON_OUI,
    ),
    entier(
        "delai_invitation_jours",
        "Validité d'une invitation, en jours",
        7,
        (1, 30),
        PRATIQUE_LOCALE,
        "Sécurité des comptes",
    ),
)
