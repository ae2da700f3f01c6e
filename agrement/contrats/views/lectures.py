"""Trouver un contrat ou un dossier que la personne peut voir, avec ce que ses pages en montrent."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from agrement.contrats.models import Contrat
from agrement.dossiers.models import Dossier
from comptes.requetes import Requete


def visibles(request: Requete) -> QuerySet[Contrat]:
    visibles = Contrat.objects.visibles_par(request.user)
    return visibles.select_related(
        "structure", "gestionnaire", "dossier__structure", "decision", "scelle_pdf", "caisse", "repris_par", "reprise"
    ).prefetch_related(
        "versions__projet_pdf",
        "versions__parties__signature__fichier",
        "versions__parties__signature__delegation",
        "versions__parties__exemplaires",
        "versions__parties__demandes",
        "effets__decision",
        "avenants__versions",
        "avenants__repris_pdf",
    )


def le_contrat(request: Requete, numero: str) -> Contrat:
    return get_object_or_404(visibles(request), numero=numero)


def le_dossier(request: Requete, numero: str) -> Dossier:
    dossiers = Dossier.objects.visibles_par(request.user)
    return get_object_or_404(dossiers.select_related("structure", "gestionnaire", "caisse", "projet"), numero=numero)
