"""Les actes d'un contrat : le générer, le signer, le sceller, le faire vivre, le changer, le reprendre."""

from agrement.contrats.operations.acces import (
    DROIT_DE_SIGNER,
    REPRESENTANT,
    concerne,
    noter_un_lien_clos,
    noter_un_refus,
    peut_engager,
)
from agrement.contrats.operations.avenants import (
    conflits_de,
    decisions_admises,
    ecrire_un_avenant,
    manques_pour_ecrire,
    manques_pour_proposer,
    modifier_un_avenant,
    projets_voisins,
    proposer_un_avenant,
    reprendre_un_avenant,
)
from agrement.contrats.operations.certificats import deposer_un_pdf_signe
from agrement.contrats.operations.circuit import (
    RAPPELER,
    ce_qui_empeche_de_proposer,
    demander_une_modification,
    proposer_une_autre_version,
    rappeler_la_signature,
    refuser_de_signer,
    relancer_le_signataire,
)
from agrement.contrats.operations.codes import demander_un_code
from agrement.contrats.operations.delegations import accorder_une_delegation, revoquer_une_delegation
from agrement.contrats.operations.generation import (
    GENERER,
    generer,
    manques_pour_generer,
    parties_du_contrat,
    parties_en_valeurs,
    proposer,
)
from agrement.contrats.operations.impressions import (
    demander_l_avenant,
    demander_le_contrat,
    demander_une_autre_version,
    imprimer_un_texte,
)
from agrement.contrats.operations.lots import demander_les_contrats, generer_en_lot
from agrement.contrats.operations.modeles import commencer_un_modele, dupliquer_un_modele
from agrement.contrats.operations.papier import (
    confirmer_un_exemplaire,
    deposer_un_exemplaire,
    peut_examiner,
    rejeter_un_exemplaire,
)
from agrement.contrats.operations.reprise import (
    Jonction,
    commencer,
    corriger,
    importer,
    joindre_des_fichiers,
    joindre_le_fichier,
    mener_l_import,
    saisir_un_avenant_signe,
    terminer,
)
from agrement.contrats.operations.scellement import sceller, sceller_ce_qui_attend
from agrement.contrats.operations.signatures import (
    CONSENTEMENT,
    Origine,
    partie_de,
    signer,
    signer_par_le_lien,
)
from agrement.contrats.operations.tour import manques_pour_signer
from agrement.contrats.operations.vie import arreter, faire_vivre_les_contrats, manques_pour_arreter, preavis_de

__all__ = [
    "CONSENTEMENT",
    "DROIT_DE_SIGNER",
    "GENERER",
    "RAPPELER",
    "REPRESENTANT",
    "Jonction",
    "Origine",
    "accorder_une_delegation",
    "arreter",
    "ce_qui_empeche_de_proposer",
    "commencer",
    "commencer_un_modele",
    "concerne",
    "confirmer_un_exemplaire",
    "conflits_de",
    "corriger",
    "decisions_admises",
    "demander_l_avenant",
    "demander_le_contrat",
    "demander_les_contrats",
    "demander_un_code",
    "demander_une_autre_version",
    "demander_une_modification",
    "deposer_un_exemplaire",
    "deposer_un_pdf_signe",
    "dupliquer_un_modele",
    "ecrire_un_avenant",
    "faire_vivre_les_contrats",
    "generer",
    "generer_en_lot",
    "importer",
    "imprimer_un_texte",
    "joindre_des_fichiers",
    "joindre_le_fichier",
    "manques_pour_arreter",
    "manques_pour_ecrire",
    "manques_pour_generer",
    "manques_pour_proposer",
    "manques_pour_signer",
    "mener_l_import",
    "modifier_un_avenant",
    "noter_un_lien_clos",
    "noter_un_refus",
    "partie_de",
    "parties_du_contrat",
    "parties_en_valeurs",
    "peut_engager",
    "peut_examiner",
    "preavis_de",
    "projets_voisins",
    "proposer",
    "proposer_un_avenant",
    "proposer_une_autre_version",
    "rappeler_la_signature",
    "refuser_de_signer",
    "rejeter_un_exemplaire",
    "relancer_le_signataire",
    "reprendre_un_avenant",
    "revoquer_une_delegation",
    "saisir_un_avenant_signe",
    "sceller",
    "sceller_ce_qui_attend",
    "signer",
    "signer_par_le_lien",
    "terminer",
]
