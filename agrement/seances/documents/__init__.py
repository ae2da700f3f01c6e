"""Les écrits imprimés des séances : leur contenu, leur gabarit, le nom de leur fichier."""

from agrement.seances.documents.impression import dans_l_ordre_d_impression, nom_du_fichier, rendre
from agrement.seances.documents.lettres import contenu_de_la_lettre, lettre_de_notification, nom_de_la_lettre

__all__ = [
    "contenu_de_la_lettre",
    "dans_l_ordre_d_impression",
    "lettre_de_notification",
    "nom_de_la_lettre",
    "nom_du_fichier",
    "rendre",
]
