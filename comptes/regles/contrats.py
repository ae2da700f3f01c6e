"""Ce que chaque Caisse règle pour la signature, la vie, la reprise et la preuve de ses contrats."""

from comptes.regles.definition import ParametreConnu, entier
from comptes.textes import PRATIQUE_LOCALE

CODE_MINUTES = "code_de_signature_minutes"
CODE_ESSAIS = "code_de_signature_essais"
CODES_PAR_JOUR = "codes_de_signature_par_jour"
DEMANDES_PAR_JOUR = "demandes_de_modification_par_jour"
LIEN_JOURS = "lien_de_signature_jours"
RELANCE_JOURS = "relance_de_signature_jours"
PREAVIS_DE_RESILIATION = "preavis_de_resiliation_mois"
REPRISE_DUREE_MAX = "reprise_duree_max_mois"
REPRISE_IMMEDIATE = "reprise_immediate_contrats"
PREUVE_CONSERVATION = "preuve_conservation_jours"
ARCHIVES_DUREE = "archives_duree_annees"
ARCHIVES_SORT = "archives_sort_final"

_USAGE = "Usage de la signature à distance : à confirmer par la Caisse"

DES_CONTRATS = (
    entier(CODE_MINUTES, "Code de signature : validité, en minutes", 15, (2, 60), PRATIQUE_LOCALE, _USAGE),
    entier(CODE_ESSAIS, "Code de signature : essais avant d'en demander un autre", 5, (1, 10), PRATIQUE_LOCALE, _USAGE),
    entier(CODES_PAR_JOUR, "Codes de signature envoyés par jour et par partie", 10, (2, 50), PRATIQUE_LOCALE, _USAGE),
    entier(DEMANDES_PAR_JOUR, "Demandes de modification par jour et par partie", 10, (1, 50), PRATIQUE_LOCALE, _USAGE),
    entier(
        LIEN_JOURS, "Lien de signature d'un co-signataire : validité, en jours", 30, (1, 180), PRATIQUE_LOCALE, _USAGE
    ),
    entier(RELANCE_JOURS, "Relance d'un signataire : délai entre deux, en jours", 3, (1, 60), PRATIQUE_LOCALE, _USAGE),
    entier(
        PREAVIS_DE_RESILIATION,
        "Préavis d'une résiliation par le gestionnaire, en mois",
        3,
        (0, 12),
        PRATIQUE_LOCALE,
        "Usage des conventions d'objectifs et de financement",
    ),
    entier(
        REPRISE_DUREE_MAX,
        "Reprise d'un contrat signé avant l'application : durée maximale, en mois",
        48,
        (12, 120),
        PRATIQUE_LOCALE,
        "Agréments de quatre ans au plus, avenants compris à part",
    ),
    entier(
        REPRISE_IMMEDIATE,
        "Import de contrats signés : au-delà de ce nombre, il se fait en tâche de fond",
        50,
        (10, 500),
        PRATIQUE_LOCALE,
        "Usage : une page répond en peu de temps",
    ),
    entier(
        PREUVE_CONSERVATION,
        "Dossier de preuve : le fichier préparé se télécharge pendant, en jours",
        7,
        (1, 30),
        PRATIQUE_LOCALE,
        "Un extrait de données personnelles ne se garde pas",
    ),
    entier(
        ARCHIVES_DUREE,
        "Archives : durée d'utilité administrative d'un dossier d'agrément, en années après son dernier acte",
        10,
        (1, 99),
        PRATIQUE_LOCALE,
        "Tableau de gestion à arrêter avec les Archives départementales",
    ),
    ParametreConnu(
        ARCHIVES_SORT,
        "Archives : sort final d'un dossier d'agrément",
        "choix",
        "Keep",
        PRATIQUE_LOCALE,
        "Tableau de gestion à arrêter avec les Archives départementales (Code du patrimoine, L212-2)",
        choix=(("Keep", "Conserver"), ("Destroy", "Détruire, après visa des Archives")),
    ),
)
