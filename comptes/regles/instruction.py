"""Les délais et les places de l'instruction, du dépôt à l'avis."""

from comptes.choix import SensDuSilence
from comptes.regles.definition import ParametreConnu, entier
from comptes.textes import CRPA, PRATIQUE_LOCALE

ECHEANCE_PROCHE = "echeance_proche_jours"
DELAI_DE_LECTURE = "delai_de_lecture_jours"

DE_L_INSTRUCTION = (
    entier(
        "delai_depot_mois",
        "Dépôt du renouvellement avant l'échéance, en mois",
        6,
        (0, 24),
        PRATIQUE_LOCALE,
        "Rétroplanning",
    ),
    ParametreConnu(
        "sens_du_silence",
        "Ce que vaut l'absence de réponse de la Caf à une demande",
        "choix",
        SensDuSilence.REJET.value,
        CRPA,
        "L231-4, 2° et 3° (caractère financier), R112-11-1 : à confirmer par la Caisse",
        choix=tuple(SensDuSilence.choices),
    ),
    entier(
        "delai_du_silence_mois",
        "Délai au bout duquel l'absence de réponse vaut décision, en mois",
        2,
        (1, 12),
        CRPA,
        "L231-1 et L231-4",
    ),
    entier(
        "delai_complements_jours",
        "Délai de réponse à une demande de compléments, en jours",
        30,
        (1, 180),
        PRATIQUE_LOCALE,
        "Usage",
    ),
    entier(
        DELAI_DE_LECTURE,
        "Négociation : temps donné à qui reçoit la plume, en jours",
        30,
        (1, 180),
        PRATIQUE_LOCALE,
        "Usage",
    ),
    entier(
        "fichiers_par_piece_max",
        "Fichiers joints à une même pièce, au plus",
        10,
        (1, 50),
        PRATIQUE_LOCALE,
        "Usage : un dossier qui se lit",
    ),
    entier(
        "pieces_par_dossier_mo",
        "Place des pièces d'un dossier, anciennes versions comprises, en Mo",
        300,
        (20, 5000),
        PRATIQUE_LOCALE,
        "Usage : la place sur le disque",
    ),
    entier(
        "fichiers_par_envoi_max",
        "Fichiers joints à un message ou à un compte rendu, au plus",
        5,
        (1, 20),
        PRATIQUE_LOCALE,
        "Usage : un message qui se lit",
    ),
    entier(
        "echanges_par_dossier_mo",
        "Place des fichiers échangés dans un dossier, en Mo",
        100,
        (20, 2000),
        PRATIQUE_LOCALE,
        "Usage : la place sur le disque",
    ),
    entier(
        ECHEANCE_PROCHE,
        "Charge d'un conseiller : ce qui est à tenir bientôt, en jours",
        30,
        (1, 365),
        PRATIQUE_LOCALE,
        "Usage",
    ),
    entier(
        "relance_avis_jours",
        "Relance d'un partenaire dont l'avis est attendu, en jours avant la date limite (0 : aucune)",
        7,
        (0, 60),
        PRATIQUE_LOCALE,
        "Usage : concertation des partenaires (Circulaire 56 de 1995, sans délai)",
    ),
)
