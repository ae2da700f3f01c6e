from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from centres.models import Structure
from comptes.requetes import Requete
from partenaires import operations
from partenaires.choix import RolePartie
from partenaires.filters import FiltreDesConventions
from partenaires.forms import (
    FormulaireDeConvention,
    FormulaireDeDocument,
    FormulaireDeSignature,
    FormulairesDesParties,
)
from partenaires.models import Convention
from partenaires.workflow import CIRCUIT, GERER
from socle import fichiers
from socle.actes import manques_en_liens, presenter
from socle.chronologie import presenter as presenter_le_journal
from socle.listes import Action, Colonne, Liste
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse, Transition


def a_revoir(convention: Convention) -> str:
    """Ce qui mérite un regard : qui n'a pas signé, et si les durées s'écartent."""
    points = [f"Signature attendue : {nom}" for nom in convention.signatures_attendues()]
    if convention.ecarts_de_duree():
        points.append("Durées non alignées")
    return " ; ".join(points)


def terme(convention: Convention) -> dict[str, Any]:
    return {"date": convention.fin, "avec_date": True, "faite": convention.est_close}


class ListeDesConventions(Liste):
    request: Requete
    titre = "Conventions"
    phrase = "Les accords qui accompagnent les agréments. Leur durée devrait être celle du contrat."
    permission = "partenaires.voir_liste"
    filtre = FiltreDesConventions
    colonnes = (
        Colonne("intitule", "Convention", lambda convention: convention.intitule, tri="intitule"),
        Colonne("type", "Type", lambda convention: convention.get_type_display(), tri="type"),
        Colonne("structures", "Structures", lambda convention: ", ".join(str(s) for s in convention.structures.all())),
        Colonne("fin", "Fin", terme, tri="fin", gabarit="composants/echeance.html", export=lambda c: c.fin),
        Colonne(
            "statut",
            "État",
            lambda convention: {"libelle": convention.get_statut_display(), "ton": convention.ton},
            tri="statut",
            gabarit="composants/badge.html",
        ),
        Colonne("a_revoir", "À revoir", a_revoir),
    )
    vide_titre = "Aucune convention"
    vide_texte = "Une convention lie la Caf, un gestionnaire et ses partenaires le temps d'un agrément."
    action = Action("Ajouter une convention", "partenaires:convention_ajouter", GERER)

    def requete(self) -> QuerySet[Convention]:
        visibles = Convention.objects.visibles_par(self.request.user)
        structures = Prefetch("structures", Structure.objects.visibles_par(self.request.user))
        return visibles.avec_les_contrats_lus_par(self.request.user).prefetch_related(structures, "parties")


def _visible(request: Requete, pk: int) -> Convention:
    return get_object_or_404(Convention.objects.visibles_par(request.user), pk=pk)


def _gerable(request: Requete, pk: int) -> Convention:
    convention = _visible(request, pk)
    if not request.user.has_perm(GERER, convention):
        raise PermissionDenied("Votre rôle ne permet pas de gérer une convention.")
    return convention


@require_safe
def convention(request: Requete, pk: int) -> HttpResponse:
    """Qui s'engage, qui a signé, quels contrats elle accompagne, et ce qui reste à faire."""
    visibles = Convention.objects.visibles_par(request.user).avec_les_contrats_lus_par(request.user)
    trouvee = get_object_or_404(visibles, pk=pk)
    contexte = {
        "convention": trouvee,
        "actes": presenter(trouvee, request.user, lambda transition: _adresse(trouvee, transition)),
        "parties": trouvee.parties.select_related("partenaire"),
        "attendues": _attendues(trouvee),
        "structures": Structure.objects.visibles_par(request.user).filter(conventions=trouvee),
        "ecarts": trouvee.ecarts_de_duree(),
        "contrats": trouvee.contrats.all(),
        "entrees": presenter_le_journal(EntreeDuJournal.objects.sur(trouvee)[:50]),
        "gerable": request.user.has_perm(GERER, trouvee),
    }
    return render(request, "partenaires/convention.html", contexte)


def _attendues(convention: Convention) -> str:
    noms = convention.signatures_attendues()
    return f"Signature attendue : {', '.join(noms)}." if noms else ""


def _adresse(convention: Convention, transition: Transition[Any]) -> str:
    if transition.vue:
        return reverse(transition.vue, args=[convention.pk])
    return reverse("partenaires:acte", args=[convention.pk, transition.nom.replace("_", "-")])


# --- Écrire ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permission_required(GERER, raise_exception=True)
def ajouter_une_convention(request: Requete) -> HttpResponse:
    """Une convention neuve ; `?structure=` la commence pour une structure."""
    pour = request.GET.get("structure", "")
    structure = Structure.objects.visibles_par(request.user).filter(pk=pour).first() if pour.isdecimal() else None
    return _ecrire(request, Convention(caisse=request.user.caisse), structure)


@require_http_methods(["GET", "POST"])
def modifier_la_convention(request: Requete, pk: int) -> HttpResponse:
    convention = _gerable(request, pk)
    if not convention.est_modifiable:
        messages.warning(request, "Toutes les parties ont signé : la convention ne se modifie plus.")
        return redirect(convention)
    return _ecrire(request, convention)


def _ecrire(request: Requete, convention: Convention, structure: Structure | None = None) -> HttpResponse:
    envoi = request.POST or None
    initial = {"structures": [structure.pk]} if structure else {}
    formulaire = FormulaireDeConvention(envoi, instance=convention, initial=initial, utilisateur=request.user)
    parties = FormulairesDesParties(
        envoi,
        instance=convention,
        prefix="parties",
        utilisateur=request.user,
        initial=None if envoi or convention.pk else _premieres_parties(request, structure),
    )
    if (
        request.method == "POST"
        and all([formulaire.is_valid(), parties.is_valid()])
        and _enregistrer(request, formulaire, parties)
    ):
        messages.success(request, f"La convention « {convention} » est enregistrée.")
        return redirect(convention)
    contexte = {"formulaire": formulaire, "parties": parties, "convention": convention}
    return render(request, "partenaires/convention_form.html", contexte)


def _premieres_parties(request: Requete, structure: Structure | None) -> list[dict[str, str]]:
    """La Caf est toujours partie ; le gestionnaire aussi, quand on part d'une structure."""
    parties = [{"role": RolePartie.CAF, "nom": request.user.caisse.nom}]
    if structure is not None:
        porteur = structure.gestionnaire
        parties.append(
            {"role": RolePartie.GESTIONNAIRE, "nom": porteur.raison_sociale, "representant": porteur.representant}
        )
    return parties


def _enregistrer(request: Requete, formulaire: FormulaireDeConvention, parties: Any) -> bool:
    """Vrai si la convention est enregistrée ; sinon les raisons sont dans le formulaire."""
    changees = parties.save(commit=False)
    try:
        operations.enregistrer(
            formulaire.save(commit=False),
            par=request.user,
            structures=formulaire.cleaned_data["structures"],
            parties=changees,
            retirees=parties.deleted_objects,
            contrats=formulaire.cleaned_data.get("contrats"),
        )
    except ActeRefuse as refus:
        formulaire.add_error(None, [str(raison) for raison in refus.raisons])
        return False
    return True


# --- Signer, joindre, agir ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def signer(request: Requete, pk: int) -> HttpResponse:
    """Enregistre le jour où une partie a signé ; `?partie=` la choisit d'avance."""
    convention = _gerable(request, pk)
    formulaire = FormulaireDeSignature(
        request.POST or None, convention=convention, initial={"partie": request.GET.get("partie")}
    )
    if request.method == "POST" and formulaire.is_valid():
        partie = formulaire.cleaned_data["partie"]
        try:
            operations.signer(partie, date=formulaire.cleaned_data["date"], par=request.user)
        except ActeRefuse as refus:
            formulaire.add_error(None, [str(raison) for raison in refus.raisons])
        else:
            messages.success(request, f"La signature de « {partie} » est enregistrée.")
            return redirect(convention)
    contexte = {"formulaire": formulaire, "convention": convention}
    return render(request, "partenaires/signer.html", contexte)


@require_http_methods(["GET", "POST"])
def deposer_le_document(request: Requete, pk: int) -> HttpResponse:
    convention = _gerable(request, pk)
    formulaire = FormulaireDeDocument(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        operations.joindre_le_document(convention, fichier=formulaire.cleaned_data["fichier"], par=request.user)
        messages.success(request, "Le document est joint à la convention.")
        return redirect(convention)
    contexte = {"formulaire": formulaire, "convention": convention}
    return render(request, "partenaires/document.html", contexte)


@require_safe
def telecharger_le_document(request: Requete, pk: int) -> FileResponse:
    convention = _visible(request, pk)
    if convention.document is None:
        raise Http404("Aucun document n'est joint à cette convention.")
    return fichiers.reponse(convention.document)


@require_http_methods(["GET", "POST"])
def acte(request: Requete, pk: int, acte: str) -> HttpResponse:
    """L'écran de confirmation d'un acte du circuit : ce qu'il change, le motif s'il en faut un."""
    convention = _visible(request, pk)
    transition = next((t for t in CIRCUIT.transitions if t.nom == acte.replace("-", "_") and not t.vue), None)
    if transition is None:
        raise Http404("Cet acte n'existe pas.")
    motif = request.POST.get("motif", "")
    try:
        if request.method == "POST":
            CIRCUIT.executer(convention, transition.nom, par=request.user, motif=motif)
            messages.success(request, f"La convention est maintenant « {convention.get_statut_display()} ».")
            return redirect(convention)
        CIRCUIT.verifier(convention, transition, request.user, motif="à écrire")
        raisons: tuple[Any, ...] = ()
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        raisons = refus.raisons
    motif_oublie = request.method == "POST" and transition.motif_requis and not motif.strip()
    contexte = {
        "convention": convention,
        "transition": transition,
        "motif": motif,
        "motif_oublie": motif_oublie,
        "raisons": () if motif_oublie else manques_en_liens(raisons),
    }
    return render(request, "partenaires/acte.html", contexte)
