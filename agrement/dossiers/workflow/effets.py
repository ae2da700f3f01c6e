"""Ce que chaque acte écrit sur le dossier : ses dates, son conseiller, sa clôture et ce qu'elle laisse sans suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agrement.dossiers.regles import est_tardif
from socle.models import Compteur

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


def marquer_le_depot(dossier: Dossier, par: Any) -> None:
    """Date et enregistre le dépôt. Si l'acte n'aboutit pas, le compteur revient en arrière avec lui : aucun trou."""
    maintenant = timezone.now()
    dossier.depose_le = maintenant
    annee = timezone.localdate(maintenant).year
    rang = Compteur.suivant(f"enregistrement-{dossier.caisse_id}-{annee}")
    dossier.numero_d_enregistrement = f"E-{annee}-{rang:04d}"
    dossier.tardif = est_tardif(
        timezone.localdate(maintenant), dossier.echeance_actuelle, dossier.caisse.entier("delai_depot_mois")
    )
    dossier.gestionnaire = dossier.structure.gestionnaire
    dossier.conseiller = dossier.conseiller or dossier.structure.conseiller_designe()


def marquer_la_recevabilite(dossier: Dossier, par: Any) -> None:
    dossier.recevable_le = timezone.localdate()
    dossier.conseiller = dossier.conseiller or dossier.structure.conseiller or par


def marquer_l_avis(dossier: Dossier, par: Any) -> None:
    dossier.avis_rendu_le = timezone.localdate()


def reprendre_l_avis(dossier: Dossier, par: Any) -> None:
    """La contresignature donnée avant cet instant ne vaut plus."""
    dossier.avis_rendu_le = None
    dossier.negociation_reprise_le = timezone.now()
    dossier.plume_passee_le, dossier.plume_jusqu_au = timezone.now(), None


def marquer_la_decision(dossier: Dossier, par: Any) -> None:
    decision = dossier.derniere_decision()
    dossier.decide_le = decision.date if decision else None


def marquer_la_notification(dossier: Dossier, par: Any) -> None:
    notification = getattr(dossier.derniere_decision(), "notification", None)
    dossier.notifie_le = notification.envoyee_le if notification else timezone.localdate()


def clore(dossier: Dossier, par: Any) -> None:
    dossier.clos_le = timezone.localdate()
    ne_plus_attendre_de_complements(dossier)


def ne_plus_etre_clos(dossier: Dossier, par: Any) -> None:
    dossier.clos_le = None


def rendre_a_l_instance(dossier: Dossier, par: Any) -> None:
    """L'instance décidera de nouveau ; l'avis rendu vaut toujours."""
    dossier.notifie_le = dossier.decide_le = None


def ne_plus_attendre_de_complements(dossier: Dossier) -> None:
    """Le dossier quitte l'attente sans réponse : sa demande de compléments reste lisible, et n'attend plus rien."""
    for demande in dossier.demandes_de_complements.ouvertes():
        demande.circuit.executer(demande, "laisser_sans_suite", par=None)


def rouvrir(dossier: Dossier, par: Any) -> None:
    reprendre_l_avis(dossier, par)
    dossier.clos_le = dossier.notifie_le = dossier.decide_le = None
    ne_plus_attendre_de_complements(dossier)
