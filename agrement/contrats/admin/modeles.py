"""L'administration des modèles du contrat : les écrire, les relire avec un vrai dossier, en faire une version."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import PartieSignataire, SorteDeContrat
from agrement.contrats.documents import contenu_du_contrat, imprimer
from agrement.contrats.models import ArticleDeModele, ModeleDeContrat
from agrement.contrats.regles import LONGUEUR_DU_CODE
from agrement.contrats.regles_du_texte import (
    ArticleDuTexte,
    champs_de,
    champs_obligatoires,
    natures_obligatoires,
)
from agrement.seances.admin.textes import AdminDeTexte, MotsDuTexte
from agrement.seances.models import Decision
from centres.choix import TypeStructure
from comptes.administration import ChoixDeLaCaisse, PileDAdministration
from comptes.models import Utilisateur
from comptes.requetes import Requete

COMMUNE_D_APERCU = {"nom": "La commune", "representant": "", "qualite": ""}
NUMERO_D_APERCU, CODE_D_APERCU = "APERCU", "0" * LONGUEUR_DU_CODE


class ArticlesDuModele(forms.BaseInlineFormSet[ArticleDeModele, ModeleDeContrat, forms.ModelForm[ArticleDeModele]]):
    def clean(self) -> None:
        """Refuse un texte à qui manque ce qu'un contrat dit toujours, ou qui le dit deux fois."""
        super().clean()
        if any(self.errors):
            return
        saisies = [formulaire.cleaned_data for formulaire in self.forms if formulaire.is_valid()]
        gardes = [saisie for saisie in saisies if saisie and not saisie.get("DELETE")]
        gardes.sort(key=lambda saisie: saisie["ordre"])
        texte = [ArticleDuTexte(saisie["nature"], saisie["titre"], saisie["corps"]) for saisie in gardes]
        if fautes := self.instance.fautes(texte):
            raise forms.ValidationError(fautes)


class PileDesArticles(ChoixDeLaCaisse, PileDAdministration):
    model = ArticleDeModele
    formset = ArticlesDuModele
    extra = 1
    fields = (("ordre", "nature", "titre"), "corps")
    formfield_overrides = {  # noqa: RUF012  (le type de Django)
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"})}
    }

    def has_change_permission(self, request: HttpRequest, obj: ModeleDeContrat | None = None) -> bool:
        return (obj is None or not obj.est_employe) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: ModeleDeContrat | None = None) -> bool:
        return (obj is None or not obj.est_employe) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ModeleDeContrat | None = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(ModeleDeContrat)
class ModeleDeContratAdmin(AdminDeTexte):
    """Un modèle neuf part du texte qui s'applique ; un modèle employé se lit et se duplique. Aucun ne se supprime."""

    mots = MotsDuTexte("Le contrat", "le contrat", "les contrats")
    inlines = (PileDesArticles,)
    list_display = ("sorte", "statut_du_gestionnaire", "tripartite", "version", "applicable_du", "employe_le")
    list_filter = ("sorte", "statut_du_gestionnaire", "tripartite")
    search_fields = ("articles__titre", "articles__corps")
    change_list_template = "admin/contrats/modeledecontrat/change_list.html"
    change_form_template = "admin/contrats/modeledecontrat/change_form.html"
    fieldsets = ((None, {"fields": ("sorte", "statut_du_gestionnaire", "tripartite", "applicable_du")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: ModeleDeContrat | None = None) -> tuple[str, ...]:
        return () if obj is None else ("sorte", "statut_du_gestionnaire", "tripartite")

    def get_inlines(self, request: HttpRequest, obj: ModeleDeContrat | None) -> Any:
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: ModeleDeContrat, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            operations.commencer_un_modele(obj)

    def response_add(
        self, request: HttpRequest, obj: ModeleDeContrat, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Ses articles sont ceux du texte en vigueur : on les ouvre aussitôt pour les changer."""
        messages.success(request, f"« {obj} » est créé, au texte qui s'appliquait ; changez ses articles ci-dessous.")
        return HttpResponseRedirect(reverse("admin:contrats_modeledecontrat_change", args=[obj.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        modele = self.get_object(request, object_id)
        aide = _aide(modele) if modele else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **aide})

    def decisions(self, request: Requete, modele: ModeleDeContrat) -> models.QuerySet[Decision]:
        """Celles qui ouvrent une période à une structure de cette sorte."""
        decisions = Decision.objects.filter(
            caisse=request.user.caisse_id, debut__isnull=False, fin__isnull=False, **_dossiers_de(modele.sorte)
        )
        return decisions.select_related(
            "caisse", "dossier__caisse", "dossier__structure", "dossier__gestionnaire", "dossier__projet",
            "inscription__seance__instance",
        )  # fmt: skip

    def en_pdf(self, modele: ModeleDeContrat, decision: Decision) -> bytes:
        """Le numéro et le code n'existent pas, et la commune n'a pas encore de nom."""
        parties = operations.parties_en_valeurs(operations.parties_du_contrat(decision.dossier))
        if modele.tripartite:
            parties.insert(1, {**parties[0], "partie": PartieSignataire.COMMUNE, **COMMUNE_D_APERCU})
        contenu = contenu_du_contrat(
            decision.dossier, decision, numero=NUMERO_D_APERCU, code=CODE_D_APERCU, parties=parties, modele=modele
        )
        return imprimer(contenu, projet=True)

    def version_suivante(self, modele: ModeleDeContrat, *, par: Utilisateur) -> ModeleDeContrat:
        return operations.dupliquer_un_modele(modele, par=par)


def _dossiers_de(sorte: str) -> dict[str, Any]:
    """Le filtre des décisions dont le contrat serait de cette sorte."""
    if sorte == SorteDeContrat.PREFIGURATION:
        return {"dossier__projet": None}
    if sorte == SorteDeContrat.EVS:
        return {"dossier__projet__isnull": False, "dossier__structure__type": TypeStructure.ESPACE_DE_VIE_SOCIALE}
    return {
        "dossier__structure__type": TypeStructure.CENTRE_SOCIAL,
        "dossier__projet__volet_familles": sorte == SorteDeContrat.CENTRE_SOCIAL_FAMILLES,
    }


def _aide(modele: ModeleDeContrat) -> dict[str, Any]:
    """Les champs que ses articles peuvent nommer, ceux qu'ils doivent nommer, et les natures toujours présentes."""
    natures = natures_obligatoires(modele.sorte, tripartite=modele.tripartite)
    champs = champs_de(modele.sorte, natures[-1], tripartite=modele.tripartite)
    return {
        "champs": champs,
        "natures": [
            (nature.label, ", ".join(f"[{nom}]" for nom in champs_obligatoires(modele.sorte, nature)))
            for nature in natures
        ],
    }
