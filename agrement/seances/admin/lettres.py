"""L'administration des modèles de lettres : les écrire, les relire avec un vrai dossier, en faire une version."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from agrement.seances import documents, operations
from agrement.seances.admin.textes import AdminDeTexte, MotsDuTexte
from agrement.seances.choix import SorteDeLettre
from agrement.seances.models import Decision, ModeleDeLettre
from agrement.seances.regles_des_lettres import CHAMPS, OBLIGATOIRES, SORTES_DES_DECISIONS
from comptes.models import Utilisateur
from comptes.requetes import Requete


class FormulaireDeModele(forms.ModelForm[ModeleDeLettre]):
    class Meta:
        model = ModeleDeLettre
        fields = ("sorte", "applicable_du", "objet", "corps")
        widgets = {
            "objet": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "corps": forms.Textarea(attrs={"rows": 28, "class": "vLargeTextField"}),
        }


@admin.register(ModeleDeLettre)
class ModeleDeLettreAdmin(AdminDeTexte):
    mots = MotsDuTexte("La lettre", "la lettre", "les lettres")
    form = FormulaireDeModele
    list_display = ("sorte", "version", "applicable_du", "employe_le")
    list_filter = ("sorte",)
    search_fields = ("objet", "corps")
    change_form_template = "admin/seances/modeledelettre/change_form.html"
    fieldsets = ((None, {"fields": ("sorte", "applicable_du", "objet", "corps")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: ModeleDeLettre | None = None) -> tuple[str, ...]:
        return () if obj is None else ("sorte",)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        contexte = {"champs": CHAMPS, "obligatoires": _obligatoires(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, contexte)

    def decisions(self, request: Requete, modele: ModeleDeLettre) -> models.QuerySet[Decision]:
        """Celles que ce modèle notifierait."""
        sorte = SorteDeLettre.ACCORD if modele.sorte == SorteDeLettre.ACCORD_AVEC_RESERVES else modele.sorte
        types = [type_ for type_, la_sienne in SORTES_DES_DECISIONS.items() if la_sienne == sorte]
        decisions = Decision.objects.filter(caisse=request.user.caisse_id, type__in=types)
        return decisions.select_related(
            "caisse", "dossier__structure", "dossier__gestionnaire", "inscription__seance__instance"
        )

    def en_pdf(self, modele: ModeleDeLettre, decision: Decision) -> bytes:
        contenu = documents.contenu_de_la_lettre(decision, le=timezone.localdate(), modele=modele)
        return documents.imprimer_la_lettre(contenu, projet=True)

    def version_suivante(self, modele: ModeleDeLettre, *, par: Utilisateur) -> ModeleDeLettre:
        return operations.dupliquer_un_modele(modele, par=par)


def _obligatoires() -> list[tuple[str, str]]:
    """« Refus », « [motifs], [voies_de_recours] » : ce que chaque sorte de lettre doit porter."""
    return [(SorteDeLettre(sorte).label, ", ".join(f"[{nom}]" for nom in noms)) for sorte, noms in OBLIGATOIRES.items()]
