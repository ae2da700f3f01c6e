"""La vie d'un contrat : l'arrêter avant son terme, le lire tel qu'il vaut à un jour donné."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.consolidation import actes_au, consolide_au, contenu_au
from agrement.contrats.documents import imprimer_la_version_consolidee
from agrement.contrats.models import Contrat
from agrement.contrats.saisies import FormulaireDeDate, FormulaireDeFin
from agrement.contrats.views.lectures import le_contrat
from comptes.requetes import Requete
from socle.actes import manques_en_liens
from socle.templatetags.composants import duree
from socle.workflow import ActeInterdit, ActeRefuse, Manque


@require_http_methods(["GET", "POST"])
def arreter(request: Requete, numero: str) -> HttpResponse:
    """Enregistre une résiliation ou une fusion."""
    trouve = le_contrat(request, numero)
    if not request.user.has_perm("contrats.arreter", trouve):
        raise PermissionDenied("Vous n'avez pas le droit d'arrêter ce contrat.")
    preavis = duree(operations.preavis_de(trouve, timezone.localdate()), "mois")
    formulaire = FormulaireDeFin(request.POST or None, request.FILES or None, contrat=trouve, preavis=preavis)
    if formulaire.is_valid() and _arrete(request, trouve, formulaire):
        messages.success(request, "La fin du contrat est enregistrée : son terme et son agrément la suivent.")
        return redirect(trouve)
    contexte = {
        "contrat": trouve,
        "formulaire": formulaire,
        "raisons": [] if formulaire.errors else manques_en_liens(operations.manques_pour_arreter(trouve)),
        "titre": "Résilier le contrat, ou constater une fusion",
        "phrase": "Le contrat s'arrête avant son terme. Un retrait, lui, se décide en séance.",
        "bouton": "Arrêter le contrat",
        "retour": trouve.get_absolute_url(),
        "grave": True,
        "fichier": True,
    }
    return render(request, "contrats/avenant_ecrire.html", contexte, status=422 if formulaire.errors else 200)


def _arrete(request: Requete, trouve: Contrat, formulaire: FormulaireDeFin) -> bool:
    try:
        operations.arreter(trouve, **formulaire.cleaned_data, par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        for raison in refus.raisons:
            champ = raison.champ if isinstance(raison, Manque) and raison.champ in formulaire.fields else None
            formulaire.add_error(champ, str(raison))
        return False
    return True


@require_safe
def version_consolidee(request: Requete, numero: str) -> HttpResponse:
    """Le contrat au jour choisi, bloc par bloc, avec ce qui a écrit chacun."""
    trouve = le_contrat(request, numero)
    jour, formulaire = _jour(request, trouve)
    contexte = {
        "contrat": trouve,
        "jour": jour,
        "formulaire": formulaire,
        "blocs": consolide_au(trouve, jour),
        "avenants": trouve.avenants.signes(),
        "imprimable": "projet" in contenu_au(trouve, jour),
    }
    return render(request, "contrats/version_consolidee.html", contexte)


@require_safe
def version_consolidee_pdf(request: Requete, numero: str) -> HttpResponse:
    """Le texte entier au jour choisi, chaque page marquée « VERSION CONSOLIDÉE »."""
    trouve = le_contrat(request, numero)
    jour, _ = _jour(request, trouve)
    contenu = contenu_au(trouve, jour)
    if "projet" not in contenu:
        raise Http404("Le texte de ce contrat n'est pas dans l'application.")
    rendu = imprimer_la_version_consolidee(contenu, au=jour, actes=actes_au(trouve, jour))
    reponse = HttpResponse(rendu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="contrat-{trouve.numero}-au-{jour.isoformat()}.pdf"'
    return reponse


def _jour(request: Requete, trouve: Contrat) -> tuple[dt.date, FormulaireDeDate]:
    """Le jour demandé ; à défaut aujourd'hui, ou le premier jour d'un contrat qui n'a pas commencé."""
    defaut = max(timezone.localdate(), trouve.debut)
    donnees: Any = request.GET if "au" in request.GET else None
    formulaire = FormulaireDeDate(donnees, initial={"au": defaut})
    return (formulaire.cleaned_data["au"] if formulaire.is_valid() else defaut), formulaire
