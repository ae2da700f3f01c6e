"""Ce qui borne une décision d'instance : durées, délais, quorum, pouvoirs, majorité."""

from decimal import Decimal

from comptes.regles.definition import NON_OUI, ParametreConnu, entier
from comptes.textes import CIRCULAIRE_1995, PRATIQUE_LOCALE

POUVOIRS_PAR_MEMBRE = "pouvoirs_par_membre"
POUVOIRS_AU_QUORUM = "pouvoirs_au_quorum"
QUORUM_DES_DEPORTES = "quorum_des_deportes"
MAJORITE = "majorite"
VOIX_PREPONDERANTE = "voix_preponderante"

DES_INSTANCES = (
    entier("duree_max_annees", "Durée maximale d'un agrément, en années", 3, (1, 4), CIRCULAIRE_1995, "§11"),
    entier(
        "delai_passage_mois",
        "Passage en instance avant l'échéance, en mois",
        3,
        (0, 24),
        PRATIQUE_LOCALE,
        "Rétroplanning",
    ),
    entier(
        "delai_recours_mois",
        "Délai de recours après la notification, en mois",
        2,
        (1, 12),
        PRATIQUE_LOCALE,
        "Délai de droit commun du recours",
    ),
    entier("duree_max_sursis_mois", "Durée maximale d'un sursis, en mois", 12, (1, 24), PRATIQUE_LOCALE, "Usage"),
    entier(
        "duree_max_prorogation_mois",
        "Durée maximale d'une prorogation, en mois",
        12,
        (1, 24),
        PRATIQUE_LOCALE,
        "Usage",
    ),
    entier(
        "duree_max_prefiguration_mois",
        "Durée maximale d'une préfiguration, en mois",
        24,
        (6, 48),
        PRATIQUE_LOCALE,
        "Usage",
    ),
    ParametreConnu(
        "quorum_pourcentage",
        "Quorum, en pourcentage des membres en exercice (à dépasser)",
        "pourcentage",
        "50",
        PRATIQUE_LOCALE,
        "Usage des instances",
        Decimal(0),
        Decimal(100),
    ),
    entier(
        POUVOIRS_PAR_MEMBRE,
        "Pouvoirs qu'un membre présent peut porter, au plus",
        1,
        (0, 3),
        PRATIQUE_LOCALE,
        "Usage des instances : à confirmer par le règlement intérieur",
    ),
    ParametreConnu(
        POUVOIRS_AU_QUORUM,
        "Les membres représentés comptent pour le quorum",
        "choix",
        "non",
        PRATIQUE_LOCALE,
        "Usage des instances : à confirmer par le règlement intérieur",
        choix=NON_OUI,
    ),
    ParametreConnu(
        QUORUM_DES_DEPORTES,
        "Un membre déporté, pour le quorum du point",
        "choix",
        "presents",
        PRATIQUE_LOCALE,
        "Usage des instances : à confirmer par le règlement intérieur",
        choix=(
            ("presents", "N'est pas compté présent"),
            ("membres", "N'est compté ni présent, ni parmi les membres"),
        ),
    ),
    ParametreConnu(
        MAJORITE,
        "Majorité : les voix pour doivent dépasser la moitié de",
        "choix",
        "exprimes",
        PRATIQUE_LOCALE,
        "Usage des instances : à confirmer par le règlement intérieur",
        choix=(
            ("exprimes", "Les suffrages exprimés"),
            ("votants", "Toutes les voix qui prennent part au vote"),
        ),
    ),
    ParametreConnu(
        VOIX_PREPONDERANTE,
        "En cas de partage, la voix de la présidence de séance l'emporte",
        "choix",
        "non",
        PRATIQUE_LOCALE,
        "Usage des instances : à confirmer par le règlement intérieur",
        choix=NON_OUI,
    ),
)
