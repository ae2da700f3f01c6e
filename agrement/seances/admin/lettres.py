"""L'administration des modèles de lettres : les écrire, les relire avec un vrai dossier, en faire une version."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from agrement.seances import documents, operations
from agrement.seances.choix import SorteDeLettre
from agrement.seances.models import Decision, ModeleDeLettre
from agrement.seances.regles_des_lettres import CHAMPS, OBLIGATOIRES, SORTES_DES_DECISIONS
from comptes.administration import AdminDeCaisse
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue

CHOIX_MAX = 50  # décisions proposées à l'aperçu, les plus récentes


class FormulaireDeModele(forms.ModelForm[ModeleDeLettre]):
    class Meta:
        model = ModeleDeLettre
        fields = ("sorte", "applicable_du", "objet", "corps")
        widgets = {
            "objet": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "corps": forms.Textarea(attrs={"rows": 28, "class": "vLargeTextField"}),
        }


@admin.register(ModeleDeLettre)
class ModeleDeLettreAdmin(AdminDeCaisse):
    """Un modèle qui a servi se lit ; « Faire une nouvelle version » le duplique. Rien ne se supprime."""

    form = FormulaireDeModele
    list_display = ("sorte", "version", "applicable_du", "employe_le")
    list_filter = ("sorte",)
    search_fields = ("objet", "corps")
    change_form_template = "admin/seances/modeledelettre/change_form.html"
    fieldsets = ((None, {"fields": ("sorte", "applicable_du", "objet", "corps")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: ModeleDeLettre | None = None) -> tuple[str, ...]:
        return () if obj is None else ("sorte",)

    def has_change_permission(self, request: HttpRequest, obj: ModeleDeLettre | None = None) -> bool:
        return (obj is None or not obj.est_employe) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ModeleDeLettre | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        vues = (("apercu", self.apercu), ("dupliquer", self.dupliquer))
        propres = [
            path(f"<int:pk>/{nom}/", self.admin_site.admin_view(vue), name=f"seances_modeledelettre_{nom}")
            for nom, vue in vues
        ]
        return [*propres, *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        contexte = {"champs": CHAMPS, "obligatoires": _obligatoires(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, contexte)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        outils = [
            {"libelle": libelle, "adresse": reverse(f"admin:seances_modeledelettre_{nom}", args=[object_id])}
            for nom, libelle in (("apercu", "Aperçu avec un vrai dossier"), ("dupliquer", "Faire une nouvelle version"))
        ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "outils": outils})

    def apercu(self, request: Requete, pk: int) -> HttpResponse:
        """Choisir une décision de la Caisse ; la lettre qu'elle donnerait, en PDF, porte « PROJET »."""
        modele = self._le_modele(request, pk, permis=self.has_view_permission(request))
        decisions = self._decisions(request, modele)
        if choisie := request.GET.get("decision"):
            decision = get_object_or_404(decisions, pk=choisie if choisie.isdecimal() else 0)
            contenu = documents.contenu_de_la_lettre(decision, le=timezone.localdate(), modele=modele)
            reponse = HttpResponse(documents.imprimer_la_lettre(contenu, projet=True), content_type="application/pdf")
            reponse["Content-Disposition"] = f'attachment; filename="apercu-{modele.sorte}-{modele.version}.pdf"'
            return reponse
        contexte = self._contexte(request, modele, "Aperçu avec un vrai dossier")
        return TemplateResponse(
            request,
            "admin/seances/modeledelettre/apercu.html",
            {**contexte, "decisions": decisions[:CHOIX_MAX]},
        )

    def dupliquer(self, request: Requete, pk: int) -> HttpResponse:
        """Une nouvelle version au même texte, que l'on ouvre aussitôt."""
        modele = self._le_modele(request, pk, permis=self.has_add_permission(request))
        if request.method == "POST":
            suite = operations.dupliquer_un_modele(modele, par=request.user)
            messages.success(
                request, f"« {suite} » est créée ; elle s'applique à partir du {date_longue(suite.applicable_du)}."
            )
            return HttpResponseRedirect(reverse("admin:seances_modeledelettre_change", args=[suite.pk]))
        contexte = self._contexte(request, modele, "Faire une nouvelle version")
        return TemplateResponse(request, "admin/seances/modeledelettre/dupliquer.html", contexte)

    def _le_modele(self, request: HttpRequest, pk: int, *, permis: bool) -> ModeleDeLettre:
        if not permis:
            raise PermissionDenied
        modele: ModeleDeLettre = get_object_or_404(self.get_queryset(request), pk=pk)
        return modele

    def _decisions(self, request: Requete, modele: ModeleDeLettre) -> models.QuerySet[Decision]:
        """Celles de la Caisse que ce modèle notifierait, les plus récentes d'abord."""
        sorte = SorteDeLettre.ACCORD if modele.sorte == SorteDeLettre.ACCORD_AVEC_RESERVES else modele.sorte
        types = [type_ for type_, la_sienne in SORTES_DES_DECISIONS.items() if la_sienne == sorte]
        decisions = Decision.objects.filter(caisse=request.user.caisse_id, type__in=types)
        return decisions.select_related(
            "caisse", "dossier__structure", "dossier__gestionnaire", "inscription__seance__instance"
        )

    def _contexte(self, request: HttpRequest, modele: ModeleDeLettre, titre: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": titre, "original": modele}


def _obligatoires() -> list[tuple[str, str]]:
    """« Refus », « [motifs], [voies_de_recours] » : ce que chaque sorte de lettre doit porter."""
    return [(SorteDeLettre(sorte).label, ", ".join(f"[{nom}]" for nom in noms)) for sorte, noms in OBLIGATOIRES.items()]
