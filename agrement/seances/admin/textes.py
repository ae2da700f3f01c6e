"""L'administration d'un texte à champs, en versions : le relire avec une vraie décision, en faire une version."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from agrement.seances.models import Decision
from comptes.administration import AdminDeCaisse
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue

CHOIX_MAX = 50  # décisions proposées à l'aperçu, les plus récentes


class MotsDuTexte(NamedTuple):
    """Ce que les pages disent de ce que le modèle donne : « La lettre », « la lettre », « les lettres »."""

    titre: str
    nom: str
    pluriel: str


class AdminDeTexte(AdminDeCaisse):
    """Un modèle qui a servi se lit ; « Faire une nouvelle version » le duplique. Rien ne se supprime."""

    mots: ClassVar[MotsDuTexte]

    def decisions(self, request: Requete, modele: Any) -> QuerySet[Decision]:
        """Les décisions de la Caisse qui emploieraient ce modèle, les plus récentes d'abord."""
        raise NotImplementedError

    def en_pdf(self, modele: Any, decision: Decision) -> bytes:
        """Ce que le modèle donnerait aujourd'hui, marqué PROJET. Rien n'en est gardé."""
        raise NotImplementedError

    def version_suivante(self, modele: Any, *, par: Any) -> Any:
        """Une copie du modèle, enregistrée, que l'on peut changer."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.est_employe) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        vues = (("apercu", self.apercu), ("dupliquer", self.dupliquer))
        propres = [path(f"<int:pk>/{nom}/", self.admin_site.admin_view(vue), name=self._nom(nom)) for nom, vue in vues]
        return [*propres, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        outils = [
            {"libelle": libelle, "adresse": reverse(f"admin:{self._nom(nom)}", args=[object_id])}
            for nom, libelle in (("apercu", "Aperçu avec un vrai dossier"), ("dupliquer", "Faire une nouvelle version"))
        ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "outils": outils})

    def apercu(self, request: Requete, pk: int) -> HttpResponse:
        """Choisir une décision de la Caisse ; ce qu'elle donnerait, en PDF, porte « PROJET »."""
        modele = self._le_modele(request, pk, permis=self.has_view_permission(request))
        decisions = self.decisions(request, modele)
        if choisie := request.GET.get("decision"):
            decision = get_object_or_404(decisions, pk=choisie if choisie.isdecimal() else 0)
            reponse = HttpResponse(self.en_pdf(modele, decision), content_type="application/pdf")
            reponse["Content-Disposition"] = f'attachment; filename="apercu-{modele.sorte}-{modele.version}.pdf"'
            return reponse
        return self._page(
            request, modele, "apercu", "Aperçu avec un vrai dossier", {"decisions": decisions[:CHOIX_MAX]}
        )

    def dupliquer(self, request: Requete, pk: int) -> HttpResponse:
        """Une nouvelle version au même texte, que l'on ouvre aussitôt."""
        modele = self._le_modele(request, pk, permis=self.has_add_permission(request))
        if request.method == "POST":
            suite = self.version_suivante(modele, par=request.user)
            messages.success(
                request, f"« {suite} » est créée ; elle s'applique à partir du {date_longue(suite.applicable_du)}."
            )
            return HttpResponseRedirect(reverse(f"admin:{self._nom('change')}", args=[suite.pk]))
        return self._page(request, modele, "dupliquer", "Faire une nouvelle version")

    def _le_modele(self, request: HttpRequest, pk: int, *, permis: bool) -> Any:
        if not permis:
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _page(
        self, request: HttpRequest, modele: Any, page: str, titre: str, plus: dict[str, Any] | None = None
    ) -> HttpResponse:
        contexte = {**self.admin_site.each_context(request), "opts": self.opts, "title": titre, "original": modele}
        return TemplateResponse(request, f"admin/textes/{page}.html", {**contexte, "mots": self.mots, **(plus or {})})

    def _nom(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
