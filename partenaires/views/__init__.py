from partenaires.views.conventions import (
    ListeDesConventions,
    acte,
    ajouter_une_convention,
    convention,
    deposer_le_document,
    modifier_la_convention,
    signer,
    telecharger_le_document,
)
from partenaires.views.partenaires import ListeDesPartenaires, ajouter, modifier, partenaire

__all__ = [
    "ListeDesConventions",
    "ListeDesPartenaires",
    "acte",
    "ajouter",
    "ajouter_une_convention",
    "convention",
    "deposer_le_document",
    "modifier",
    "modifier_la_convention",
    "partenaire",
    "signer",
    "telecharger_le_document",
]
