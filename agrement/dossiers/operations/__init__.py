"""Les actes d'un dossier, de l'ouverture de la demande à l'avis technique."""

from agrement.dossiers.operations.avis import (
    accorder_une_derogation,
    ajouter_une_reserve,
    lever_une_reserve,
    rediger_l_avis,
    rendre_l_avis,
    reprendre_en_reserve,
    retirer_une_derogation,
    retirer_une_reserve,
)
from agrement.dossiers.operations.demande import commencer_le_projet, deposer, ouvrir, repondre_aux_complements
from agrement.dossiers.operations.instruction import affecter, ajouter_une_note, demander_des_complements
from agrement.dossiers.operations.negociation import (
    ouvrir_la_negociation,
    ouvrir_un_point,
    rendre_au_porteur,
    repondre_a_un_point,
    transmettre_la_version,
)
from agrement.dossiers.operations.pieces import deposer_piece, deposer_pieces, retirer_piece
from agrement.dossiers.operations.porte_documents import reprendre_les_pieces, reprendre_piece
from agrement.dossiers.operations.referentiel import creer_referentiel_des_pieces, regler_les_exigences

__all__ = [
    "accorder_une_derogation",
    "affecter",
    "ajouter_une_note",
    "ajouter_une_reserve",
    "commencer_le_projet",
    "creer_referentiel_des_pieces",
    "demander_des_complements",
    "deposer",
    "deposer_piece",
    "deposer_pieces",
    "lever_une_reserve",
    "ouvrir",
    "ouvrir_la_negociation",
    "ouvrir_un_point",
    "rediger_l_avis",
    "rendre_au_porteur",
    "rendre_l_avis",
    "regler_les_exigences",
    "repondre_a_un_point",
    "repondre_aux_complements",
    "reprendre_en_reserve",
    "reprendre_les_pieces",
    "reprendre_piece",
    "retirer_piece",
    "retirer_une_derogation",
    "retirer_une_reserve",
    "transmettre_la_version",
]
