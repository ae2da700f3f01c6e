"""Les versions d'un projet social, et ce qui change de l'une à l'autre : à l'écran et en PDF."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from centres.choix import Geste
from centres.differences import NOMS, compter, lire, nombre_d_elements, phrase
from centres.documents import ELEMENTS_IMPRIMES, imprimer_l_ecart, nom_de_l_ecart
from centres.forms import FormulaireDeComparaison
from centres.models import EcartDeVersions, ProjetSocial
from centres.operations import ecart as lire_l_ecart
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.models import EntreeDuJournal, type_de


class VersionLue(NamedTuple):
    """Une version dans la liste. `par` : qui l'a transmise ; `nombre` : d'éléments changés depuis la précédente."""

    projet: ProjetSocial
    par: str
    nombre: int | None
    adresse: str


@require_safe
def ecarts(request: Requete, pk: int) -> HttpResponse:
    """Les versions du projet, et de quoi en comparer deux ; l'adresse de la comparaison peut se donner."""
    projet = get_object_or_404(_lisibles(request.user), pk=pk)
    contexte = {"projet": projet, **versions(request.user, projet)}
    if request.GET:
        comparaison = FormulaireDeComparaison(request.GET, versions=serie_de(request.user, projet))
        if comparaison.is_valid():
            return redirect("centres:ecart", *comparaison.couple())
        contexte["comparaison"] = comparaison
    return render(request, "centres/ecarts.html", contexte)


@require_safe
def ecart(request: Requete, pk: int, autre: int) -> HttpResponse:
    """Ce qui change d'une version à une autre du même projet. `geste`, dans l'adresse, n'en montre qu'une sorte."""
    avant, apres = _couple(request, pk, autre)
    if avant.version >= apres.version:
        return redirect("centres:ecart", autre, pk) if avant != apres else redirect("centres:ecarts", pk)
    choisi = request.GET.get("geste", "")
    contexte = {"avant": avant, "apres": apres, "projet": apres, **a_lire(avant, apres, choisi)}
    return render(request, "centres/ecart.html", contexte)


@require_safe
def ecart_pdf(request: Requete, pk: int, autre: int) -> HttpResponse:
    """La même comparaison, à garder ou à imprimer."""
    avant, apres = _couple(request, pk, autre)
    if avant.version >= apres.version:
        return redirect("centres:ecarts", pk)
    entrees = lire_l_ecart(avant, apres)
    if nombre_d_elements(entrees) > ELEMENTS_IMPRIMES:
        messages.info(request, "Cette comparaison est trop longue pour un PDF : imprimez la page depuis le navigateur.")
        return redirect("centres:ecart", pk, autre)
    reponse = HttpResponse(imprimer_l_ecart(avant, apres, entrees), content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="{nom_de_l_ecart(avant, apres)}"'
    return reponse


def _lisibles(utilisateur: Utilisateur) -> Any:
    return ProjetSocial.objects.visibles_par(utilisateur).select_related("structure__caisse")


def serie_de(utilisateur: Utilisateur, projet: ProjetSocial) -> Any:
    """Les versions de ce projet que la personne peut lire, la dernière d'abord."""
    return _lisibles(utilisateur).filter(serie=projet.serie).order_by("-version")


def _couple(request: Requete, pk: int, autre: int) -> tuple[ProjetSocial, ProjetSocial]:
    avant = get_object_or_404(_lisibles(request.user), pk=pk)
    return avant, get_object_or_404(serie_de(request.user, avant), pk=autre)


# --- Ce que montrent les pages, celles du dossier comprises ---------------------------------------


def versions(utilisateur: Utilisateur, projet: ProjetSocial) -> dict[str, Any]:
    """La liste des versions, chacune avec ce qui la sépare de la précédente ; à partir de trois, de quoi choisir."""
    lues = list(serie_de(utilisateur, projet))
    depuis = dict(zip(lues, lues[1:], strict=False))
    gardes = EcartDeVersions.objects.a_la_precedente().filter(apres__in=lues)
    nombres, auteurs = dict(gardes.values_list("apres", "nombre")), _auteurs(lues)
    return {
        "versions": [
            VersionLue(
                version,
                auteurs.get(str(version.pk), ""),
                nombres.get(version.pk),
                adresse_de_l_ecart(depuis[version], version) if version in depuis else "",
            )
            for version in lues
        ],
        "comparaison": FormulaireDeComparaison(
            versions=serie_de(utilisateur, projet), initial={"avant": lues[-1].pk, "apres": lues[0].pk}
        )
        if len(lues) > 2
        else None,
    }


def _auteurs(lues: list[ProjetSocial]) -> dict[str, str]:
    """Qui a transmis chaque version, d'après le journal."""
    actes = EntreeDuJournal.objects.filter(
        acte="figer", objet_type=type_de(ProjetSocial), objet_id__in=[str(version.pk) for version in lues]
    )
    return {acte.objet_id: acte.acteur.nom_complet for acte in actes.select_related("acteur") if acte.acteur}


def a_lire(avant: ProjetSocial, apres: ProjetSocial, geste: str = "") -> dict[str, Any]:
    """L'écart prêt à s'afficher : sa phrase, ses onglets (un par geste) et ses sections."""
    entrees, adresse = lire_l_ecart(avant, apres), adresse_de_l_ecart(avant, apres)
    choisi = geste if geste in Geste.values else ""
    return {
        "phrase": phrase(avant.version, apres.version, entrees),
        "adresse": adresse,
        "onglets": [
            {"libelle": "Tout", "url": adresse, "actif": not choisi, "compte": nombre_d_elements(entrees)},
            *(
                {
                    "libelle": capfirst(NOMS[Geste(geste)][1]),
                    "url": f"{adresse}?geste={geste}",
                    "actif": geste == choisi,
                    "compte": nombre,
                }
                for geste, nombre in compter(entrees).items()
                if nombre
            ),
        ],
        "sections": lire(entrees, choisi),
    }


def depuis_la_derniere_transmise(projet: ProjetSocial | None) -> dict[str, Any] | None:
    """Ce que la version en cours d'écriture change à la dernière que la Caf a reçue ; rien s'il n'y en a pas."""
    if projet is None or projet.est_fige:
        return None
    transmises = ProjetSocial.objects.filter(serie=projet.serie, fige_le__isnull=False, version__lt=projet.version)
    avant = transmises.order_by("-version").first()
    return a_lire(avant, projet) if avant else None


def adresse_de_l_ecart(avant: ProjetSocial, apres: ProjetSocial) -> str:
    return reverse("centres:ecart", args=[avant.pk, apres.pk])
