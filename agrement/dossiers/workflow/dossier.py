"""Le circuit d'un dossier : dix-huit états, vingt-six transitions (T16 et T23 ont chacune deux issues)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agrement.dossiers import notifications
from agrement.dossiers.choix import Statut
from agrement.dossiers.regles import est_tardif
from agrement.dossiers.workflow.gardes import avis, demande, instances, negociation
from socle.workflow import NAISSANCE, Circuit, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier

S = Statut
INSTRUIRE = "dossiers.instruire"
TENIR_LES_SEANCES = "seances.tenir"


def marquer_le_depot(dossier: Dossier, par: Any) -> None:
    maintenant = timezone.now()
    dossier.depose_le = maintenant
    dossier.tardif = est_tardif(
        timezone.localdate(maintenant), dossier.echeance_actuelle, dossier.caisse.entier("delai_depot_mois")
    )
    dossier.gestionnaire = dossier.structure.gestionnaire


def marquer_la_recevabilite(dossier: Dossier, par: Any) -> None:
    dossier.recevable_le = timezone.localdate()
    dossier.conseiller = dossier.conseiller or dossier.structure.conseiller or par


def marquer_l_avis(dossier: Dossier, par: Any) -> None:
    dossier.avis_rendu_le = timezone.localdate()


def reprendre_l_avis(dossier: Dossier, par: Any) -> None:
    """La contresignature donnée avant cet instant ne vaut plus."""
    dossier.avis_rendu_le = None
    dossier.negociation_reprise_le = timezone.now()


def marquer_la_decision(dossier: Dossier, par: Any) -> None:
    decision = dossier.derniere_decision()
    dossier.decide_le = decision.date if decision else None


def marquer_la_notification(dossier: Dossier, par: Any) -> None:
    notification = getattr(dossier.derniere_decision(), "notification", None)
    dossier.notifie_le = notification.envoyee_le if notification else timezone.localdate()


def clore(dossier: Dossier, par: Any) -> None:
    dossier.clos_le = timezone.localdate()


def rouvrir(dossier: Dossier, par: Any) -> None:
    reprendre_l_avis(dossier, par)
    dossier.clos_le = dossier.notifie_le = dossier.decide_le = None


AVANT_L_INSCRIPTION = frozenset({S.DEPOSE, S.INCOMPLET, S.RECEVABLE, S.NEGOCIATION, S.RETOUR_PORTEUR, S.AVIS_RENDU})
REOUVRABLES = frozenset(S) - {S.BROUILLON, S.DEPOSE}

CIRCUIT: Circuit[Dossier] = Circuit(
    S,
    (
        Transition(
            "ouvrir",
            "Ouvrir la demande",
            frozenset({NAISSANCE}),
            S.BROUILLON,
            "dossiers.creer",
            "T01",
            manques=demande.demande_admise,
        ),
        Transition(
            "deposer",
            "Transmettre à la Caf",
            frozenset({S.BROUILLON}),
            S.DEPOSE,
            "dossiers.deposer",
            "T02",
            consequence="La Caf reçoit votre demande. Cette version du projet est figée ; vous recevez un accusé de "
            "réception.",
            manques=demande.transmissible,
            effet=marquer_le_depot,
            notifier=notifications.accuser_reception,
            vue="dossiers:deposer",
        ),
        Transition(
            "abandonner",
            "Abandonner le brouillon",
            frozenset({S.BROUILLON}),
            S.RETIRE,
            "dossiers.abandonner",
            "T03",
            consequence="Le brouillon est archivé. Rien n'est transmis à la Caf.",
            effet=clore,
            grave=True,
        ),
        Transition(
            "demander_des_complements",
            "Demander des compléments",
            frozenset({S.DEPOSE}),
            S.INCOMPLET,
            INSTRUIRE,
            "T04",
            consequence="Le centre reçoit la liste de ce qui manque. Le délai d'instruction s'arrête.",
            manques=demande.complements_demandes,
            notifier=notifications.demander_des_complements,
            vue="dossiers:demander_des_complements",
        ),
        Transition(
            "repondre_aux_complements",
            "Transmettre les compléments",
            frozenset({S.INCOMPLET}),
            S.DEPOSE,
            "dossiers.repondre",
            "T05",
            consequence="La Caf reçoit vos compléments et reprend l'instruction.",
            manques=demande.complements_rendus,
            notifier=notifications.prevenir_la_caf,
            vue="dossiers:repondre_aux_complements",
        ),
        Transition(
            "declarer_irrecevable",
            "Déclarer irrecevable",
            frozenset({S.DEPOSE, S.INCOMPLET}),
            S.IRRECEVABLE,
            "dossiers.declarer_irrecevable",
            "T06",
            motif_requis=True,
            effet=clore,
            consequence="La demande n'entre pas en instruction. Le centre reçoit le motif ; une autre reste possible.",
            notifier=notifications.prevenir_le_centre,
            grave=True,
        ),
        Transition(
            "declarer_recevable",
            "Déclarer recevable",
            frozenset({S.DEPOSE}),
            S.RECEVABLE,
            INSTRUIRE,
            "T07",
            consequence="L'instruction commence.",
            manques=negociation.recevable,
            effet=marquer_la_recevabilite,
            notifier=notifications.prevenir_le_centre,
        ),
        Transition(
            "ouvrir_la_negociation",
            "Ouvrir la négociation",
            frozenset({S.RECEVABLE}),
            S.NEGOCIATION,
            INSTRUIRE,
            "T08",
            consequence="Le centre est prévenu de la réunion de lancement ; les points se discutent dans le dossier.",
            manques=negociation.reunion_de_lancement,
            notifier=notifications.prevenir_le_centre,
            vue="dossiers:ouvrir_la_negociation",
        ),
        Transition(
            "rendre_au_porteur",
            "Rendre le projet au centre",
            frozenset({S.NEGOCIATION}),
            S.RETOUR_PORTEUR,
            INSTRUIRE,
            "T09",
            consequence="Le centre peut écrire une nouvelle version et répondre à vos points.",
            manques=negociation.projet_a_rendre,
            notifier=notifications.prevenir_le_centre,
            vue="dossiers:rendre_au_porteur",
        ),
        Transition(
            "transmettre_la_version",
            "Transmettre la nouvelle version",
            frozenset({S.RETOUR_PORTEUR}),
            S.NEGOCIATION,
            "dossiers.repondre",
            "T10",
            consequence="La Caf reçoit la nouvelle version, qui est figée.",
            manques=negociation.nouvelle_version_transmissible,
            notifier=notifications.prevenir_la_caf,
            vue="dossiers:transmettre_la_version",
        ),
        Transition(
            "rendre_l_avis",
            "Contresigner et rendre l'avis",
            frozenset({S.NEGOCIATION}),
            S.AVIS_RENDU,
            "dossiers.contresigner",
            "T11",
            consequence="L'avis est clos et le dossier peut être inscrit à une séance.",
            manques=avis.avis_possible,
            effet=marquer_l_avis,
            vue="dossiers:rendre_l_avis",
        ),
        Transition(
            "reprendre_la_negociation",
            "Reprendre la négociation",
            frozenset({S.AVIS_RENDU}),
            S.NEGOCIATION,
            "dossiers.contresigner",
            "T12",
            motif_requis=True,
            effet=reprendre_l_avis,
            consequence="L'avis redevient un projet d'avis.",
        ),
        Transition(
            "inscrire",
            "Inscrire à l'ordre du jour",
            frozenset({S.AVIS_RENDU}),
            S.INSCRIT,
            TENIR_LES_SEANCES,
            "T13",
            manques=instances.inscription_faite,
            vue="seances:inscrire",
        ),
        Transition(
            "desinscrire",
            "Retirer de l'ordre du jour",
            frozenset({S.INSCRIT}),
            S.AVIS_RENDU,
            TENIR_LES_SEANCES,
            "T14",
            motif_requis=True,
            manques=instances.inscription_retiree,
            vue="seances:desinscrire",
            consequence="Le dossier revient dans la file des dossiers prêts.",
        ),
        Transition(
            "ajourner",
            "Ajourner",
            frozenset({S.INSCRIT}),
            S.AJOURNE,
            TENIR_LES_SEANCES,
            "T15",
            manques=instances.decision_d_ajournement,
            vue="seances:ajourner",
            notifier=notifications.prevenir_la_caf,
        ),
        Transition(
            "revenir_en_negociation",
            "Revenir en négociation",
            frozenset({S.AJOURNE}),
            S.NEGOCIATION,
            INSTRUIRE,
            "T16",
            manques=instances.reponse_a_l_ajournement,
            effet=reprendre_l_avis,
            vue="seances:repondre_et_negocier",
        ),
        Transition(
            "reinscrire",
            "Inscrire à une nouvelle séance",
            frozenset({S.AJOURNE}),
            S.INSCRIT,
            TENIR_LES_SEANCES,
            "T16",
            manques=instances.reponse_et_inscription,
            vue="seances:reinscrire",
        ),
        Transition(
            "accorder",
            "Enregistrer l'accord",
            frozenset({S.INSCRIT}),
            S.ACCORDE,
            TENIR_LES_SEANCES,
            "T17",
            consequence="La décision est enregistrée et ne se modifie plus.",
            manques=instances.decision_favorable,
            effet=marquer_la_decision,
            vue="seances:accorder",
        ),
        Transition(
            "refuser",
            "Enregistrer le refus",
            frozenset({S.INSCRIT}),
            S.REFUSE,
            TENIR_LES_SEANCES,
            "T18",
            consequence="La décision est enregistrée et ne se modifie plus.",
            manques=instances.decision_defavorable,
            effet=marquer_la_decision,
            vue="seances:refuser",
            grave=True,
        ),
        Transition(
            "notifier",
            "Notifier la décision",
            frozenset({S.ACCORDE, S.REFUSE}),
            S.NOTIFIE,
            TENIR_LES_SEANCES,
            "T19",
            consequence="La lettre est gardée au dossier ; le délai de recours part de sa réception.",
            manques=instances.notification_prete,
            effet=marquer_la_notification,
            notifier=notifications.prevenir_le_centre,
            vue="seances:notifier",
        ),
        Transition(
            "mettre_en_signature",
            "Générer le contrat",
            frozenset({S.NOTIFIE}),
            S.EN_SIGNATURE,
            "contrats.generer",
            "T20",
            consequence="Le contrat est rédigé depuis la décision et proposé à la signature.",
            manques=instances.contrat_genere,
            notifier=notifications.prevenir_le_centre,
            vue="contrats:generer",
        ),
        Transition(
            "clore_par_le_contrat",
            "Constater la signature du contrat",
            frozenset({S.EN_SIGNATURE}),
            S.CLOS_AGREE,
            "contrats.signer_pour_la_caf",
            "T21",
            consequence="Le contrat signé est scellé et ne change plus.",
            manques=instances.contrat_signe,
            effet=clore,
            notifier=notifications.prevenir_le_centre,
            vue="contrats:signer",
        ),
        Transition(
            "enregistrer_un_recours",
            "Enregistrer un recours",
            frozenset({S.NOTIFIE}),
            S.RECOURS,
            TENIR_LES_SEANCES,
            "T22",
            manques=instances.recours_enregistre,
            vue="seances:enregistrer_un_recours",
        ),
        Transition(
            "accueillir_le_recours",
            "Accueillir le recours",
            frozenset({S.RECOURS}),
            S.NEGOCIATION,
            "dossiers.contresigner",
            "T23",
            consequence="Le dossier revient en négociation.",
            manques=instances.recours_accueilli,
            effet=reprendre_l_avis,
            notifier=notifications.prevenir_le_centre,
            vue="seances:accueillir_le_recours",
        ),
        Transition(
            "rejeter_le_recours",
            "Rejeter le recours",
            frozenset({S.RECOURS}),
            S.CLOS_REFUS,
            "dossiers.contresigner",
            "T23",
            consequence="Le refus devient définitif.",
            manques=instances.recours_rejete,
            effet=clore,
            notifier=notifications.prevenir_le_centre,
            vue="seances:rejeter_le_recours",
            grave=True,
        ),
        Transition(
            "constater_la_fin_du_delai",
            "Constater la fin du délai de recours",
            frozenset({S.NOTIFIE}),
            S.CLOS_REFUS,
            "",
            "T24",
            manques=instances.delai_de_recours_passe,
            effet=clore,
        ),
        Transition(
            "retirer",
            "Retirer la demande",
            AVANT_L_INSCRIPTION,
            S.RETIRE,
            "dossiers.retirer",
            "T25",
            motif_requis=True,
            effet=clore,
            notifier=notifications.prevenir_la_caf,
            consequence="La demande est retirée pour de bon. Une nouvelle demande restera possible.",
            grave=True,
        ),
        Transition(
            "rouvrir",
            "Rouvrir le dossier",
            REOUVRABLES,
            S.DEPOSE,
            "dossiers.rouvrir",
            "T26",
            motif_requis=True,
            consequence="Acte exceptionnel : le dossier revient à l'état « Déposé ». Le motif est gardé au journal.",
            manques=demande.reouverture_admise,
            effet=rouvrir,
            notifier=notifications.prevenir_la_caf,
            grave=True,
        ),
    ),
)
