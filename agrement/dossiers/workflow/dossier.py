"""Le circuit d'un dossier : dix-huit états, vingt-sept transitions (T05, T16 et T21 ont deux issues, T23 trois)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agrement.dossiers import notifications
from agrement.dossiers.choix import Statut
from agrement.dossiers.workflow import effets
from agrement.dossiers.workflow.decision import DE_LA_DECISION
from agrement.dossiers.workflow.gardes import avis, demande, negociation, recevabilite
from socle.workflow import NAISSANCE, Circuit, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier

S = Statut
INSTRUIRE = "dossiers.instruire"


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
            consequence="La Caf reçoit et enregistre votre demande. Cette version du projet est figée ; vous recevez "
            "un accusé de réception.",
            manques=demande.transmissible,
            effet=effets.marquer_le_depot,
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
            effet=effets.clore,
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
            "retirer_la_demande_de_complements",
            "Retirer la demande de compléments",
            frozenset({S.INCOMPLET}),
            S.DEPOSE,
            INSTRUIRE,
            "T05",
            consequence="Le centre n'a plus à répondre ; il est prévenu et lit votre motif. L'instruction reprend sur "
            "la dernière version transmise ; ce que le centre écrivait est gardé, sans être transmis.",
            motif_requis=True,
            manques=demande.complements_retires,
            notifier=notifications.prevenir_du_retrait_des_complements,
            vue="dossiers:retirer_la_demande_de_complements",
        ),
        Transition(
            "declarer_irrecevable",
            "Déclarer irrecevable",
            frozenset({S.DEPOSE, S.INCOMPLET}),
            S.IRRECEVABLE,
            "dossiers.declarer_irrecevable",
            "T06",
            motif_requis=True,
            manques=recevabilite.irrecevable,
            effet=effets.clore,
            consequence="La demande n'entre pas en instruction. Le centre reçoit une lettre qui dit les motifs et les "
            "recours ; une autre demande reste possible.",
            notifier=notifications.notifier_l_irrecevabilite,
            vue="dossiers:declarer_irrecevable",
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
            manques=recevabilite.recevable,
            effet=effets.marquer_la_recevabilite,
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
            consequence="Le centre tient la plume : il lit vos positions, y répond et écrit une nouvelle version.",
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
            consequence="La Caf reçoit vos positions et la nouvelle version, qui est figée. Transmettre vaut accord du "
            "centre sur les objectifs qu'il y écrit.",
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
            effet=effets.marquer_l_avis,
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
            effet=effets.reprendre_l_avis,
            consequence="L'avis redevient un projet d'avis.",
        ),
        *DE_LA_DECISION,
        Transition(
            "retirer",
            "Retirer la demande",
            AVANT_L_INSCRIPTION,
            S.RETIRE,
            "dossiers.retirer",
            "T25",
            motif_requis=True,
            effet=effets.clore,
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
            effet=effets.rouvrir,
            notifier=notifications.prevenir_la_caf,
            grave=True,
        ),
    ),
)
