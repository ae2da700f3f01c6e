"""Les actes d'un dossier, de l'ouverture de la demande à l'avis technique."""

from agrement.dossiers.operations.accords import accepter_des_objectifs, classer_un_objectif, retirer_l_accord
from agrement.dossiers.operations.affectation import affecter, prendre
from agrement.dossiers.operations.autoevaluation import remettre_l_auto_evaluation, s_auto_evaluer
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
from agrement.dossiers.operations.complements import (
    LigneDemandee,
    demander_des_complements,
    repondre_aux_complements,
    retirer_la_demande_de_complements,
)
from agrement.dossiers.operations.contradictoire import (
    consigner_une_etape,
    delai_d_observations,
    presenter_des_observations,
)
from agrement.dossiers.operations.demande import commencer_le_projet, deposer, ouvrir
from agrement.dossiers.operations.echanges import (
    corriger_un_compte_rendu,
    ecrire_un_compte_rendu,
    envoyer_un_message,
    marquer_lus,
)
from agrement.dossiers.operations.etiquettes import (
    decoller,
    etiqueter,
    nommer_une_etiquette,
    supprimer_une_etiquette,
)
from agrement.dossiers.operations.instruction import ajouter_une_note
from agrement.dossiers.operations.lots import demander_un_lot, faire_le_lot
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
from agrement.dossiers.operations.preconisations import ajouter_une_preconisation, retirer_une_preconisation
from agrement.dossiers.operations.recevabilite import (
    EXAMINER,
    creer_criteres_de_recevabilite,
    declarer_irrecevable,
    examiner,
    motifs_de_l_examen,
)
from agrement.dossiers.operations.referentiel import creer_referentiel_des_pieces, regler_les_exigences
from agrement.dossiers.operations.taches import confier_une_tache, faire_une_tache

__all__ = [
    "EXAMINER",
    "Ancre",
    "Dit",
    "LigneDemandee",
    "accepter_des_objectifs",
    "accepter_un_point",
    "accorder_une_derogation",
    "affecter",
    "ajouter_une_note",
    "ajouter_une_preconisation",
    "ajouter_une_reserve",
    "ce_qui_ferme",
    "classer_un_objectif",
    "commencer_le_projet",
    "confier_une_tache",
    "consigner_une_etape",
    "corriger_un_compte_rendu",
    "creer_criteres_de_recevabilite",
    "creer_referentiel_des_pieces",
    "declarer_irrecevable",
    "decoller",
    "delai_d_observations",
    "delai_de_lecture",
    "demander_des_avis",
    "demander_des_complements",
    "demander_un_lot",
    "deposer",
    "deposer_piece",
    "deposer_pieces",
    "ecrire_un_compte_rendu",
    "envoyer_un_message",
    "etiqueter",
    "examiner",
    "faire_le_lot",
    "faire_une_tache",
    "lever_une_reserve",
    "marquer_lus",
    "motifs_de_l_examen",
    "nommer_une_etiquette",
    "ouvrir",
    "ouvrir_la_negociation",
    "ouvrir_un_point",
    "prendre",
    "prendre_position",
    "presenter_des_observations",
    "rediger_l_avis",
    "regler_les_exigences",
    "relancer",
    "relancer_les_partenaires",
    "remettre_l_auto_evaluation",
    "rendre_au_porteur",
    "rendre_l_avis",
    "repondre_a_une_demande_d_avis",
    "repondre_aux_complements",
    "reprendre_en_reserve",
    "reprendre_les_pieces",
    "reprendre_piece",
    "retirer_l_accord",
    "retirer_la_demande_de_complements",
    "retirer_piece",
    "retirer_une_demande_d_avis",
    "retirer_une_derogation",
    "retirer_une_preconisation",
    "retirer_une_reserve",
    "s_auto_evaluer",
    "supprimer_une_etiquette",
    "transmettre_la_version",
]
