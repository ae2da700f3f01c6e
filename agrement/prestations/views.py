from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.prestations.filters import FiltreDesBaremes
from agrement.prestations.forms import FormulaireDeBareme, FormulaireDEstimation
from agrement.prestations.models import Bareme
from comptes.regles import PARAMETRES
from comptes.requetes import Requete
from socle.listes import Action, Colonne, Liste
from socle.templatetags.composants import euros, pourcent

VOIR, GERER = "prestations.voir_liste", "prestations.gerer_baremes"


class ListeDesBaremes(Liste):
    request: Requete
    titre = "Barèmes"
    phrase = "Le plafond et le taux de chaque prestation de service, année par année, avec leur source."
    permission = VOIR
    filtre = FiltreDesBaremes
    colonnes = (
        Colonne("type", "Prestation", lambda bareme: bareme.get_type_display(), tri="type"),
        Colonne("annee", "Année", lambda bareme: str(bareme.annee), tri="annee", classe="nombre"),
        Colonne(
            "plafond",
            "Plafond des dépenses",
            lambda bareme: bareme.plafond,
            tri="plafond",
            gabarit="composants/montant.html",
            classe="nombre",
        ),
        Colonne(
            "taux", "Taux", lambda bareme: pourcent(bareme.taux), tri="taux", classe="nombre", export=lambda b: b.taux
        ),
        Colonne(
            "droit",
            "Droit maximal par an",
            lambda bareme: bareme.plafond_de_droit(),
            gabarit="composants/montant.html",
            classe="nombre",
        ),
        Colonne("source", "Source", lambda bareme: bareme.source),
    )
    vide_titre = "Aucun barème"
    vide_texte = "L'agence comptable saisit chaque année le plafond et le taux de chaque prestation."
    action = Action("Ajouter un barème", "prestations:ajouter", GERER)

    def requete(self) -> QuerySet[Bareme]:
        return Bareme.objects.visibles_par(self.request.user)


@require_safe
@permission_required(VOIR, raise_exception=True)
def bareme(request: Requete, pk: int) -> HttpResponse:
    """Un barème, et l'estimation d'un droit à partir de lui. L'estimation est dans l'adresse : elle ne s'écrit pas."""
    trouve = get_object_or_404(Bareme.objects.visibles_par(request.user).select_related("caisse"), pk=pk)
    formulaire = FormulaireDEstimation(request.GET or None, bareme=trouve)
    regle = dict(PARAMETRES["mode_regime_general"].choix)[trouve.mode_regime_general]
    contexte = {
        "bareme": trouve,
        "formulaire": formulaire,
        "resultat": _resultat(formulaire) if formulaire.is_valid() else None,
        "modifiable": request.user.has_perm(GERER, trouve),
        "faits": [
            ("Plafond des dépenses", euros(trouve.plafond)),
            ("Taux", pourcent(trouve.taux)),
            ("Droit maximal pour l'année entière", euros(trouve.plafond_de_droit())),
            ("Règle du régime général", regle),
            ("Source", trouve.source),
        ],
    }
    return render(request, "prestations/bareme.html", contexte)


def _resultat(formulaire: FormulaireDEstimation) -> dict[str, Any]:
    return {
        "droit": formulaire.droit(),
        "est_plafonne": formulaire.est_plafonne(),
        "coefficient": pourcent(formulaire.coefficient() * 100),
        "mois": formulaire.cleaned_data["mois"],
    }


@require_http_methods(["GET", "POST"])
@permission_required(GERER, raise_exception=True)
def ajouter(request: Requete) -> HttpResponse:
    return _formulaire(request, Bareme(caisse=request.user.caisse))


@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    trouve = get_object_or_404(Bareme.objects.visibles_par(request.user), pk=pk)
    if not request.user.has_perm(GERER, trouve):
        raise PermissionDenied("Seule l'agence comptable modifie un barème.")
    return _formulaire(request, trouve)


def _formulaire(request: Requete, objet: Bareme) -> HttpResponse:
    formulaire = FormulaireDeBareme(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        enregistre = formulaire.save()
        messages.success(request, f"Le barème « {enregistre} » est enregistré.")
        return redirect(enregistre)
    return render(request, "prestations/bareme_form.html", {"formulaire": formulaire, "bareme": objet})
