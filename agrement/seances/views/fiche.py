"""Ce que le secrétariat garde sous les yeux pendant qu'il enregistre une décision."""

from typing import Any

from django.db.models import Count, Sum

from agrement.dossiers.models import Avis, Dossier
from agrement.dossiers.note_d_avis import contenu_de_la_note
from agrement.seances.models import Inscription
from centres.choix import SensBudget
from centres.models import ProjetSocial
from socle.templatetags.composants import date_longue, euros


def fiche_du_point(point: Inscription) -> dict[str, Any]:
    """Les faits du dossier et ce que dit son avis technique, valeurs de la note imprimée ; `note` vide sans avis."""
    dossier = point.dossier
    avis = Avis.objects.filter(dossier=dossier).select_related("par", "contresigne_par").first()
    return {
        "faits": [(libelle, valeur) for libelle, valeur in _faits(dossier).items() if valeur],
        "note": contenu_de_la_note(dossier, avis) if avis else None,
        "deports": list(point.deports.select_related("mandat")),
        "synthese": dossier.get_absolute_url(),
    }


def _faits(dossier: Dossier) -> dict[str, str]:
    projet = dossier.projet_transmis()
    actuel = f"jusqu'au {date_longue(dossier.echeance_actuelle)}" if dossier.echeance_actuelle else ""
    return {
        "Demande": dossier.get_type_display(),
        "Période demandée": f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}",
        "Agrément en cours": actuel,
        "Gestionnaire": dossier.gestionnaire.raison_sociale,
        "Commune": dossier.structure.ville,
        "Conseiller": str(dossier.conseiller or ""),
        **(_chiffres(projet) if projet else {}),
    }


def _chiffres(projet: ProjetSocial) -> dict[str, str]:
    """Ce que le projet compte : ses actions, et les charges de la première année de son budget."""
    compte = projet.axes.aggregate(
        des_objectifs=Count("objectifs", distinct=True), des_actions=Count("objectifs__actions", distinct=True)
    )
    charges = projet.lignes_budget.filter(sens=SensBudget.CHARGE)
    annee = charges.values("annee").annotate(total=Sum("montant")).order_by("annee").first()
    budget = f"{euros(annee['total'])} de charges en {annee['annee']}" if annee else euros(projet.budget_global)
    return {"Projet": f"{compte['des_objectifs']} objectifs, {compte['des_actions']} actions", "Budget": budget}
