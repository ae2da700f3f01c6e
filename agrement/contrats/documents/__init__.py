"""Le contrat imprimé : les valeurs qui le remplissent, son texte, et son rendu."""

from agrement.contrats.documents.avenant import changements, contenu_de_l_avenant, cote_a_cote, imprimer_l_avenant
from agrement.contrats.documents.contenu import contenu_du_contrat, conventions_de, modele_du_contrat
from agrement.contrats.documents.impression import (
    CHAMP_DU_CACHET,
    FILIGRANE_CONSOLIDE,
    FILIGRANE_DU_PROJET,
    imprimer,
    imprimer_la_version_consolidee,
)
from agrement.contrats.documents.texte import remplir

__all__ = [
    "CHAMP_DU_CACHET",
    "FILIGRANE_CONSOLIDE",
    "FILIGRANE_DU_PROJET",
    "changements",
    "contenu_de_l_avenant",
    "contenu_du_contrat",
    "conventions_de",
    "cote_a_cote",
    "imprimer",
    "imprimer_la_version_consolidee",
    "imprimer_l_avenant",
    "modele_du_contrat",
    "remplir",
]
