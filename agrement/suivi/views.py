from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, Q, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agrement.contrats.models import Contrat
from agrement.suivi import operations
from agrement.suivi.filters import FiltreDesEcheances, FiltreDesRenouvellements, renouvellements_deposes
from agrement.suivi.forms import FormulaireFaite
from agrement.suivi.models import Echeance
from centres.models import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.listes import Action, Colonne, Liste
from socle.workflow import ActeInterdit, ActeRefuse


def marquage(echeance: Any) -> dict[str, str] | None:
    """L'adresse pour cocher l'échéance, si la personne le peut."""
    if not echeance.marquable or not echeance.se_coche:
        return None
    return {"adresse": reverse("suivi:marquer_faite", args=[echeance.pk]), "nom": str(echeance)}


class ListeDesEcheances(Liste):
    request: Requete
    titre = "Échéances"
    phrase = "Les dates à tenir pendant la vie des contrats : renouvellement, réserves, dérogations."
    permission = "suivi.voir_liste"
    filtre = FiltreDesEcheances
    colonnes = (
        Colonne("type", "Échéance", lambda echeance: echeance.get_type_display(), tri="type"),
        Colonne("objet", "À faire", lambda echeance: echeance.objet),
        Colonne("structure", "Structure", lambda e: e.contrat.structure, tri="contrat__structure__nom"),
        Colonne(
            "contrat", "Contrat", lambda echeance: echeance.contrat.numero, tri="contrat__numero", classe="text-nowrap"
        ),
        Colonne(
            "date",
            "Date",
            lambda echeance: {"date": echeance.date, "avec_date": True, "faite": echeance.faite_le is not None},
            tri="date",
            gabarit="composants/echeance.html",
            export=lambda echeance: echeance.date,
        ),
        Colonne(
            "faite_le", "Faite", marquage, gabarit="suivi/_marquer.html", export=lambda echeance: echeance.faite_le
        ),
    )
    liens = (Action("Fins d'agrément et renouvellements", "suivi:renouvellements"),)
    vide_titre = "Aucune échéance à tenir"
    vide_texte = "Les échéances naissent de la signature d'un contrat."

    def requete(self) -> QuerySet[Echeance]:
        visibles = Echeance.objects.visibles_par(self.request.user)
        return visibles.select_related("contrat__structure").annotate(
            marquable=Case(
                When(_marquables_par(self.request.user), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )

    def lien(self, objet: Echeance) -> str:
        return objet.contrat.get_absolute_url()


def jours_restants(contrat: Contrat) -> int:
    """Jusqu'au dernier jour de l'agrément."""
    return contrat.jours_restants


class ListeDesRenouvellements(Liste):
    """Les agréments en vigueur, et ce qui est déposé pour leur suite."""

    request: Requete
    titre = "Renouvellements"
    phrase = "Les agréments en vigueur, celui qui finit le plus tôt d'abord, et la demande qui les renouvelle."
    permission = "suivi.voir_liste"
    filtre = FiltreDesRenouvellements
    colonnes = (
        Colonne("structure", "Structure", lambda contrat: contrat.structure.nom, tri="structure__nom"),
        Colonne("commune", "Commune", lambda contrat: contrat.structure.ville, tri="structure__commune__nom"),
        Colonne("qpv", "Quartier prioritaire", lambda contrat: contrat.structure.en_qpv),
        Colonne("fin", "Fin de l'agrément", lambda contrat: contrat.terme, tri="terme", classe="text-nowrap"),
        Colonne("jours", "Jours restants", jours_restants, tri="terme", classe="nombre"),
        Colonne("conseiller", "Conseiller", lambda contrat: contrat.structure.conseiller),
        Colonne("renouvellement", "Renouvellement déposé", lambda contrat: contrat.renouvellement),
        Colonne("contrat", "Contrat", lambda contrat: contrat.numero, tri="numero", par_defaut=False),
    )
    vide_titre = "Aucun agrément en vigueur"
    vide_texte = "Un agrément court à partir du contrat signé."

    def requete(self) -> QuerySet[Contrat]:
        visibles = Contrat.objects.visibles_par(self.request.user).en_cours()
        deposes = renouvellements_deposes().order_by("-pk").values("numero")[:1]
        return visibles.annotate(renouvellement=Subquery(deposes)).order_by("terme", "pk")

    def lire(self, trouves: QuerySet[Any]) -> QuerySet[Any]:
        return trouves.select_related("structure__commune", "structure__conseiller").prefetch_related("avenants")


def _marquables_par(utilisateur: Utilisateur) -> Q:
    """La même réponse que le droit `suivi.marquer_faite`, en une condition de base."""
    if utilisateur.role == Role.RESPONSABLE:
        return Q(contrat__caisse=utilisateur.caisse_id)
    if utilisateur.role != Role.CONSEILLER:
        return Q(pk__in=[])
    suivies = Structure.objects.suivies_par(utilisateur).values("pk")
    return Q(contrat__structure__in=suivies) | Q(contrat__dossier__conseiller=utilisateur)


@require_http_methods(["GET", "POST"])
def marquer_faite(request: Requete, pk: int) -> HttpResponse:
    """Coche une échéance et garde le jour où elle a été tenue."""
    visibles = Echeance.objects.visibles_par(request.user).select_related("contrat__structure", "contrat__dossier")
    echeance = get_object_or_404(visibles, pk=pk)
    if not request.user.has_perm("suivi.marquer_faite", echeance):
        raise PermissionDenied("Vous ne suivez pas la structure de cette échéance.")
    formulaire = FormulaireFaite(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.marquer_faite(echeance, par=request.user, le=formulaire.cleaned_data["le"])
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            formulaire.add_error(None, [str(raison) for raison in refus.raisons])
        else:
            messages.success(request, f"L'échéance « {echeance.get_type_display()} » est marquée faite.")
            return redirect("suivi:echeances")
    return render(request, "suivi/marquer_faite.html", {"formulaire": formulaire, "echeance": echeance})
