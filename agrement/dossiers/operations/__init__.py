"""Les actes d'un dossier, de l'ouverture de la demande à l'avis technique."""

from agrement.dossiers.operations.accords import accepter_des_objectifs, classer_un_objectif, retirer_l_accord
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
from agrement.dossiers.operations.avis_de_partenaires import (
    ce_qui_ferme,
    demander_des_avis,
    relancer,
    relancer_les_partenaires,
    repondre_a_une_demande_d_avis,
    retirer_une_demande_d_avis,
)
from agrement.dossiers.operations.demande import commencer_le_projet, deposer, ouvrir, repondre_aux_complements
from agrement.dossiers.operations.echanges import (
    corriger_un_compte_rendu,
    ecrire_un_compte_rendu,
    envoyer_un_message,
    marquer_lus,
)
from agrement.dossiers.operations.instruction import affecter, ajouter_une_note, demander_des_complements
from agrement.dossiers.operations.negociation import (
    Ancre,
    Dit,
    accepter_un_point,
    delai_de_lecture,
    ouvrir_la_negociation,
    ouvrir_un_point,
    prendre_position,
    rendre_au_porteur,
    transmettre_la_version,
)
from agrement.dossiers.operations.pieces import deposer_piece, deposer_pieces, retirer_piece
from agrement.dossiers.operations.porte_documents import reprendre_les_pieces, reprendre_piece
from agrement.dossiers.operations.referentiel import creer_referentiel_des_pieces, regler_les_exigences
from agrement.dossiers.operations.taches import confier_une_tache, faire_une_tache

__all__ = [
    "Ancre",
    "Dit",
    "accepter_des_objectifs",
    "accepter_un_point",
    "accorder_une_derogation",
    "affecter",
    "ajouter_une_note",
    "ajouter_une_reserve",
    "ce_qui_ferme",
    "classer_un_objectif",
    "commencer_le_projet",
    "confier_une_tache",
    "corriger_un_compte_rendu",
    "creer_referentiel_des_pieces",
    "delai_de_lecture",
    "demander_des_avis",
    "demander_des_complements",
    "deposer",
    "deposer_piece",
    "deposer_pieces",
    "ecrire_un_compte_rendu",
    "envoyer_un_message",
    "faire_une_tache",
    "lever_une_reserve",
    "marquer_lus",
    "ouvrir",
    "ouvrir_la_negociation",
    "ouvrir_un_point",
    "prendre_position",
    "rediger_l_avis",
    "regler_les_exigences",
    "relancer",
    "relancer_les_partenaires",
    "rendre_au_porteur",
    "rendre_l_avis",
    "repondre_a_une_demande_d_avis",
    "repondre_aux_complements",
    "reprendre_en_reserve",
    "reprendre_les_pieces",
    "reprendre_piece",
    "retirer_l_accord",
    "retirer_piece",
    "retirer_une_demande_d_avis",
    "retirer_une_derogation",
    "retirer_une_reserve",
    "transmettre_la_version",
]
