"""Ce qui borne une décision d'instance : durées, délais, quorum, pouvoirs, majorité."""

from decimal import Decimal

from comptes.choix import Severite
from comptes.regles.definition import NON_OUI, ParametreConnu, entier
from comptes.textes import CIRCULAIRE_1995, CRPA, PRATIQUE_LOCALE

POUVOIRS_PAR_MEMBRE = "pouvoirs_par_membre"
POUVOIRS_AU_QUORUM = "pouvoirs_au_quorum"
QUORUM_DES_DEPORTES = "quorum_des_deportes"
MAJORITE = "majorite"
VOIX_PREPONDERANTE = "voix_preponderante"
DELAI_D_OBSERVATIONS = "delai_d_observations_jours"
AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT = "avertissement_avant_non_renouvellement"
SILENCE_DU_RECOURS = "silence_du_recours_mois"
OPPOSITION_DE_L_ETAT = "opposition_de_l_etat_jours"
DELAI_DE_RETRAIT = "delai_de_retrait_mois"

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
    entier(
        DELAI_D_OBSERVATIONS,
        "Procédure contradictoire : délai donné au centre pour présenter ses observations, en jours au moins",
        15,
        (1, 90),
        PRATIQUE_LOCALE,
        "Usage : à confirmer par la Caisse (principe : CRPA, L121-1 et L122-1)",
    ),
    ParametreConnu(
        AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT,
        "Un non-renouvellement qu'aucun avertissement n'a précédé",
        "choix",
        Severite.AVERTISSEMENT.value,
        PRATIQUE_LOCALE,
        "Usage : le centre connaît les griefs avant la décision",
        choix=(
            (Severite.IGNOREE.value, "N'est pas contrôlé"),
            (Severite.AVERTISSEMENT.value, "Est signalé au secrétariat"),
            (Severite.BLOQUANTE.value, "Est refusé"),
        ),
    ),
    entier(
        SILENCE_DU_RECOURS,
        "Recours gracieux : délai au bout duquel le silence de la Caf vaut rejet, en mois",
        2,
        (1, 12),
        CRPA,
        "L411-7 : à confirmer par la Caisse",
    ),
    entier(
        OPPOSITION_DE_L_ETAT,
        "Opposition de l'État : une décision ne s'exécute qu'après ce délai, en jours (0 : aucune opposition)",
        0,
        (0, 90),
        PRATIQUE_LOCALE,
        "Contrôle de l'autorité de tutelle, à compter de la transmission du procès-verbal : à confirmer par la Caisse",
    ),
    entier(
        DELAI_DE_RETRAIT,
        "Revenir sur une décision : délai après elle, en mois",
        4,
        (1, 12),
        CRPA,
        "L242-1 ; sans délai à la demande du gestionnaire : L242-4",
    ),
)
