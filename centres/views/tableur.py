"""Remplir dans un tableur : télécharger le modèle, le renvoyer, lire ce qui changera, confirmer."""

import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres import operations
from centres.forms import TableurForm
from centres.models import ProjetSocial
from centres.regles import PARTIE_PAR_CODE
from centres.tableur import (
    FEUILLES,
    ClasseurRefuse,
    Examen,
    Feuille,
    Lecture,
    LigneLue,
    ecrire_le_modele,
    examiner,
    lire,
)
from centres.views.ecriture import exiger_la_partie, lire_le_brouillon
from comptes.requetes import Requete

SEL = "centres.tableur"
APERCU_VALABLE = 3600  # secondes
ERREURS_MONTREES = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def tableur(request: Requete, pk: int, feuille: str) -> HttpResponse:
    """La page d'où part le modèle et où il revient ; relu sans erreur, il est montré avant d'être enregistré."""
    voulue = FEUILLES[feuille]
    brouillon = _lire_le_brouillon(request, pk, voulue)
    formulaire = TableurForm(request.POST, request.FILES) if request.method == "POST" else TableurForm()
    if not formulaire.is_valid():
        return _page(request, brouillon, voulue, formulaire)
    try:
        lecture = lire(formulaire.cleaned_data["fichier"].read(), voulue)
    except ClasseurRefuse as refus:
        formulaire.add_error("fichier", str(refus))
        return _page(request, brouillon, voulue, formulaire)
    return _page(request, brouillon, voulue, formulaire, examiner(voulue, brouillon, lecture), lecture)


@require_safe
def tableur_modele(request: Requete, pk: int, feuille: str) -> FileResponse:
    """Le modèle .xlsx, rempli de ce que contient le projet."""
    voulue = FEUILLES[feuille]
    brouillon = _lire_le_brouillon(request, pk, voulue)
    nom = f"{voulue.code}-{slugify(brouillon.structure.nom)[:60]}-version-{brouillon.version}.xlsx"
    contenu = io.BytesIO(ecrire_le_modele(voulue, brouillon))
    return FileResponse(contenu, as_attachment=True, filename=nom, content_type=XLSX)


@require_POST
def tableur_confirmer(request: Requete, pk: int, feuille: str) -> HttpResponse:
    """Enregistre ce que l'aperçu montrait, après l'avoir vérifié à nouveau sur le projet tel qu'il est maintenant."""
    voulue = FEUILLES[feuille]
    brouillon = lire_le_brouillon(request.user, pk)
    lecture = _relire(request, brouillon, voulue)
    if lecture is None:
        messages.error(request, "Cet aperçu n'est plus valable : renvoyez votre classeur. Rien n'a été enregistré.")
        return redirect("centres:tableur", pk, feuille)
    with transaction.atomic():
        brouillon = _lire_le_brouillon(request, pk, voulue, verrou=True)
        examen = examiner(voulue, brouillon, lecture)
        if examen.changements and not examen.erreurs:
            operations.remplir(
                brouillon,
                examen.remplissage,
                libelle=f"Rempli dans un tableur : {examen.changes}",
                partie=voulue.partie,
                par=request.user,
            )
    if examen.erreurs:
        return _page(request, brouillon, voulue, TableurForm(), examen)
    fait = f"C'est enregistré : {examen.changes}." if examen.changements else "C'était déjà enregistré."
    messages.success(request, f"{fait} Le projet n'est pas encore transmis à la Caf.")
    return redirect(brouillon.adresse_de(voulue.partie))


def _lire_le_brouillon(request: Requete, pk: int, feuille: Feuille, *, verrou: bool = False) -> ProjetSocial:
    """Le projet que la personne peut écrire, avec son contenu ; introuvable s'il n'a pas cette partie."""
    brouillon = lire_le_brouillon(request.user, pk, verrou=verrou)
    exiger_la_partie(brouillon, feuille.partie)
    return ProjetSocial.objects.avec_arbre().select_related("structure__gestionnaire").get(pk=brouillon.pk)


def _page(
    request: Requete,
    brouillon: ProjetSocial,
    feuille: Feuille,
    formulaire: TableurForm,
    examen: Examen | None = None,
    lecture: Lecture | None = None,
) -> HttpResponse:
    erreurs = examen.erreurs if examen else []
    contexte: dict[str, Any] = {
        "projet": brouillon,
        "feuille": feuille,
        "partie": PARTIE_PAR_CODE[feuille.partie],
        "retour": brouillon.adresse_de(feuille.partie),
        "formulaire": formulaire,
        "examen": examen,
        "erreurs": erreurs[:ERREURS_MONTREES],
        "erreurs_en_plus": max(len(erreurs) - ERREURS_MONTREES, 0),
        "apercu": _sceller(request, brouillon, examen, lecture) if examen and lecture and not erreurs else "",
    }
    return render(request, "centres/tableur.html", contexte, status=422 if erreurs or formulaire.errors else 200)


# --- L'aperçu fait l'aller et retour dans la page, signé : rien n'est gardé tant que la personne n'a pas confirmé. ----


def _a_sceller(request: Requete, projet: ProjetSocial, feuille: Feuille) -> list[Any]:
    """À qui et à quoi l'aperçu sert : il ne vaut pour personne ni rien d'autre."""
    return [request.user.pk, projet.pk, feuille.code]


def _sceller(request: Requete, projet: ProjetSocial, examen: Examen, lecture: Lecture) -> str:
    """Les lignes à enregistrer ; vide s'il n'y en a pas."""
    if not examen.a_confirmer:
        return ""
    pour = _a_sceller(request, projet, examen.feuille)
    return signing.dumps([pour, lecture.lettres, examen.a_confirmer], salt=SEL, compress=True)


def _relire(request: Requete, projet: ProjetSocial, feuille: Feuille) -> Lecture | None:
    """Les lignes de l'aperçu, si c'est bien le nôtre et qu'il n'est pas trop vieux."""
    try:
        pour, lettres, lignes = signing.loads(request.POST.get("apercu", ""), salt=SEL, max_age=APERCU_VALABLE)
    except signing.BadSignature:
        return None
    if pour != _a_sceller(request, projet, feuille):
        return None
    return Lecture(lettres, [LigneLue(*ligne) for ligne in lignes])
