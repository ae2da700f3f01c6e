"""Les écrits imprimés des séances : leur contenu, leur gabarit, le nom de leur fichier."""

from agrement.seances.documents.dossier_de_seance import contenu_du_dossier_de_seance
from agrement.seances.documents.fiches import (
    a_change,
    contenu_de_la_fiche,
    imprimer_le_projet_de_fiche,
    points_a_presenter,
)
from agrement.seances.documents.impression import dans_l_ordre_d_impression, nom_du_fichier, rendre
from agrement.seances.documents.lettres import (
    contenu_de_la_lettre,
    imprimer_la_lettre,
    lettre_de_notification,
    modele_de_la_lettre,
    nom_de_l_instance,
    nom_de_la_lettre,
    sorte_de_la_lettre,
)
from agrement.seances.documents.liasse import contenu_de_la_liasse
from agrement.seances.documents.registre import (
    contenu_de_l_annexe,
    contenu_de_l_extrait,
    contenu_de_la_feuille,
    contenu_du_proces_verbal,
)

__all__ = [
    "a_change",
    "contenu_de_la_fiche",
    "contenu_du_dossier_de_seance",
    "contenu_de_l_annexe",
    "contenu_de_l_extrait",
    "contenu_de_la_feuille",
    "contenu_de_la_lettre",
    "contenu_de_la_liasse",
    "contenu_du_proces_verbal",
    "dans_l_ordre_d_impression",
    "imprimer_le_projet_de_fiche",
    "imprimer_la_lettre",
    "lettre_de_notification",
    "modele_de_la_lettre",
    "nom_de_l_instance",
    "nom_de_la_lettre",
    "nom_du_fichier",
    "points_a_presenter",
    "rendre",
    "sorte_de_la_lettre",
]
