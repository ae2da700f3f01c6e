"""Les circuits dans l'administration Django : les mêmes actes, par le même moteur, avec les mêmes refus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from socle import chronologie
from socle.models import EntreeDuJournal
from socle.workflow import NAISSANCE, ActeRefuse, Circuit, Transition

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = object

PREFIXE = "acte_"  # des actions en lot, pour qu'aucun acte ne prenne le nom d'une action de Django


class HistoireDuJournal(Page):
    """Le bouton « Historique » ouvre le journal de l'application, qui dit tout, et pas celui de Django."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        objet = _objet(self, request, object_id)
        if not self.has_view_or_change_permission(request, objet):
            raise PermissionDenied
        contexte = _contexte(self, request, objet, f"Historique – {objet}")
        contexte["entrees"] = chronologie.presenter(EntreeDuJournal.objects.sur(objet)[:200])
        return TemplateResponse(request, "admin/historique.html", contexte)


class ActesDuCircuit(HistoireDuJournal):
    """À poser devant `ModelAdmin` : les actes du circuit en boutons sur la fiche, et en actions dans la liste.

    Le modèle porte son `circuit`. La page n'écrit rien d'elle-même : elle demande le motif et appelle le moteur. Un
    acte qui demande plus qu'un motif a son écran dans l'application : son bouton y mène, et il ne se fait pas en lot.
    """

    change_form_template = "admin/fiche_a_actes.html"

    @property
    def circuit(self) -> Circuit[Any]:
        circuit: Circuit[Any] = self.model.circuit
        return circuit

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(self.acte)
        return [path("<path:object_id>/acte/<slug:nom>/", vue, name=self._nom("acte")), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        objet = self.get_object(request, unquote(object_id))
        actes = self._actes_de_la_fiche(request, objet) if objet is not None else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "actes": actes})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for transition in self.circuit.transitions:
            if _se_fait_en_lot(transition) and request.user.has_perm(transition.permission):
                nom = f"{PREFIXE}{transition.nom}"
                actions[nom] = (_en_lot(transition), nom, transition.libelle)
        return actions

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Enregistre sur la ligne relue sous verrou ; refuse ce qu'un acte vient de fermer pendant la saisie."""
        obj.verrouiller()
        fermes = set(self.get_readonly_fields(request, obj)) & set(form.changed_data)
        if change and (fermes or not self.has_change_permission(request, obj)):
            raise PermissionDenied("L'état a changé pendant votre saisie : relisez la fiche.")
        super().save_model(request, obj, form, change)

    def acte(self, request: HttpRequest, object_id: str, nom: str) -> HttpResponse:
        """La page d'un acte : ce qu'il fait et son motif ; l'envoi l'exécute et revient à la fiche."""
        objet = _objet(self, request, object_id)
        transition = next((t for t in self.circuit.transitions if t.nom == nom and t.permission), None)
        if transition is None:
            raise Http404
        if not self.circuit.autorise(objet, transition, request.user):
            raise PermissionDenied
        if transition.vue:
            return HttpResponseRedirect(self.adresse_de_l_ecran(objet, transition))
        raisons: tuple[Any, ...] = ()
        if request.method == "POST":
            try:
                self.circuit.executer(objet, nom, par=request.user, motif=request.POST.get("motif", ""))
            except ActeRefuse as refus:
                raisons = refus.raisons
            else:
                messages.success(request, f"« {transition.libelle} » : c'est fait pour « {objet} ».")
                return HttpResponseRedirect(reverse(f"admin:{self._nom('change')}", args=[objet.pk]))
        return self._page_de_l_acte(request, transition, [objet], raisons)

    def adresse_de_l_ecran(self, objet: Any, transition: Transition[Any]) -> str:
        """L'écran de l'application où se fait un acte qui demande plus qu'un motif."""
        return reverse(transition.vue, args=[objet.pk])

    def _page_de_l_acte(
        self, request: HttpRequest, transition: Transition[Any], objets: list[Any], raisons: tuple[Any, ...] = ()
    ) -> HttpResponse:
        contexte = _contexte(self, request, objets[0] if len(objets) == 1 else None, transition.libelle)
        contexte.update(
            transition=transition,
            objets=objets,
            raisons=raisons,
            motif=request.POST.get("motif", ""),
            en_lot=f"{PREFIXE}{transition.nom}" if "action" in request.POST else "",
            case=helpers.ACTION_CHECKBOX_NAME,
        )
        return TemplateResponse(request, "admin/acte.html", contexte)

    def _actes_de_la_fiche(self, request: HttpRequest, objet: Any) -> list[dict[str, Any]]:
        return [
            {
                "libelle": acte.transition.libelle,
                "adresse": reverse(f"admin:{self._nom('acte')}", args=[objet.pk, acte.transition.nom]),
                "manques": [str(manque) for manque in acte.obstacles],
            }
            for acte in self.circuit.actes(objet, request.user)
            if not any(manque.sans_objet for manque in acte.manques)
        ]

    def _nom(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _se_fait_en_lot(transition: Transition[Any]) -> bool:
    """Vrai d'un acte qu'une personne fait, sur des objets qui existent, sans rien saisir d'autre qu'un motif."""
    return bool(transition.permission) and not transition.vue and NAISSANCE not in transition.de


def _en_lot(transition: Transition[Any]) -> Callable[[ActesDuCircuit, HttpRequest, QuerySet[Any]], Any]:
    """L'action de liste de cette transition : une page de confirmation, puis chaque objet fait ou refusé à part."""

    def action(page: ActesDuCircuit, request: HttpRequest, choisis: QuerySet[Any]) -> HttpResponse | None:
        if "confirmer" not in request.POST:
            return page._page_de_l_acte(request, transition, list(choisis))
        faits = 0
        for objet in choisis:
            try:
                page.circuit.executer(objet, transition.nom, par=request.user, motif=request.POST.get("motif", ""))
            except ActeRefuse as refus:
                messages.error(request, f"{objet} : {refus}")
            else:
                faits += 1
        if faits:
            messages.success(request, f"« {transition.libelle} » : {faits} sur {choisis.count()}.")
        return None

    return action


def _objet(page: admin.ModelAdmin[Any], request: HttpRequest, object_id: str) -> Any:
    """L'objet, s'il est dans ce que la personne administre ; sinon la page n'existe pas."""
    objet = page.get_object(request, unquote(object_id))
    if objet is None:
        raise Http404
    return objet


def _contexte(page: admin.ModelAdmin[Any], request: HttpRequest, objet: Any, titre: str) -> dict[str, Any]:
    return {**page.admin_site.each_context(request), "opts": page.opts, "title": titre, "original": objet}
