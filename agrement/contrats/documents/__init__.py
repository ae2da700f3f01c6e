"""Le contrat imprimé : les valeurs qui le remplissent, et son rendu."""

from agrement.contrats.documents.contenu import contenu_du_contrat, conventions_de
from agrement.contrats.documents.impression import CONTRAT, FILIGRANE_DU_PROJET, Document, imprimer

__all__ = ["CONTRAT", "FILIGRANE_DU_PROJET", "Document", "contenu_du_contrat", "conventions_de", "imprimer"]
