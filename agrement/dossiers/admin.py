"""Les dossiers et le référentiel des pièces dans l'administration Django."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from agrement.dossiers.choix import Exigence, TypeDossier
from agrement.dossiers.forms.criteres import CritereForm
from agrement.dossiers.forms.exigences import GrilleDesExigences, TypeDePieceForm
from agrement.dossiers.models import (
    Accord,
    AccuseDeReception,
    Avis,
    AvisDePartenaire,
    CompteRendu,
    CritereDeRecevabilite,
    DemandeDAvis,
    DemandeDeComplements,
    Derogation,
    Dossier,
    EtapeContradictoire,
    LettreDIrrecevabilite,
    LigneDeComplements,
    Message,
    NoteInterne,
    Piece,
    PointDeNegociation,
    Position,
    Preconisation,
    ReponseDeRecevabilite,
    Reserve,
    Tache,
    TypeDePiece,
)
from agrement.dossiers.operations import regler_les_exigences
from agrement.dossiers.operations.referentiel import CAS
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from comptes.choix import Role
from comptes.requetes import Requete
from socle import fichiers
from socle.administration import ActesDuCircuit
from socle.workflow import Transition


class TableauEnLecture(InlineDeCaisse):
    """Ce que l'application seule écrit, montré sur la fiche."""

    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class PiecesDuDossier(TableauEnLecture):
    model = Piece
    fields = ("type", "fichier", "statut", "deposee_par", "deposee_le", "remplacee_par")


class PointsDuDossier(TableauEnLecture):
    model = PointDeNegociation
    fields = ("sujet", "statut", "ouvert_par", "ouvert_le")


class ReservesDuDossier(TableauEnLecture):
    model = Reserve
    fields = ("texte", "echeance", "levee_le")


class DerogationsDuDossier(TableauEnLecture):
    model = Derogation
    fields = ("nature", "poste", "motif", "date_limite")


class AvisDuDossier(TableauEnLecture):
    model = Avis
    fields = ("sens", "duree_proposee", "par", "redige_le", "contresigne_par", "contresigne_le")


@admin.register(Dossier)
class DossierAdmin(ActesDuCircuit, AdminDeCaisse):
    """Un dossier : il s'affecte et se date ici ; son état ne change que par les actes de son circuit."""

    list_display = (
        "numero", "numero_d_enregistrement", "structure", "type", "statut", "conseiller", "debut_souhaite", "tardif",
        "modifie_le",
    )  # fmt: skip
    list_filter = ("statut", "type", "structure__type", "tardif", ("conseiller", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("structure", "conseiller")
    search_fields = ("numero", "numero_d_enregistrement", "structure__recherche", "gestionnaire__raison_sociale")
    date_hierarchy = "cree_le"
    ordering = ("-modifie_le",)
    fieldsets = (
        (
            "La demande",
            {
                "fields": (
                    "numero", "numero_d_enregistrement", "type", "statut", "structure", "gestionnaire", "projet",
                )
            },
        ),
        ("La période", {"fields": ("debut_souhaite", "fin_souhaitee", "echeance_actuelle", "tardif")}),
        ("L'instruction", {"fields": ("conseiller", "ouvert_par")}),
        (
            "Les dates",
            {
                "fields": (
                    "cree_le", "modifie_le", "depose_le", "recevable_le", "negociation_ouverte_le", "avis_rendu_le",
                    "decide_le", "notifie_le", "clos_le",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "numero", "numero_d_enregistrement", "type", "statut", "structure", "gestionnaire", "projet", "debut_souhaite",
        "fin_souhaitee", "tardif", "ouvert_par", "cree_le", "modifie_le", "depose_le", "recevable_le",
        "negociation_ouverte_le", "avis_rendu_le", "decide_le", "notifie_le", "clos_le",
    )  # fmt: skip
    inlines = (PiecesDuDossier, PointsDuDossier, ReservesDuDossier, DerogationsDuDossier, AvisDuDossier)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "conseiller":
            champ.queryset = champ.queryset.filter(role=Role.CONSEILLER, is_active=True)
        return champ

    def get_readonly_fields(self, request: HttpRequest, obj: Dossier | None = None) -> tuple[str, ...]:
        """Décidé ou clos, un dossier ne change plus de conseiller, ni l'échéance qui le dit tardif."""
        fige = obj is not None and (obj.decide_le is not None or obj.est_final)
        return (*self.readonly_fields, *(("conseiller", "echeance_actuelle") if fige else ()))

    def view_on_site(self, obj: Dossier) -> str:
        return obj.get_absolute_url()

    def adresse_de_l_ecran(self, objet: Dossier, transition: Transition[Dossier]) -> str:
        return objet.adresse(transition.vue)


@admin.register(TypeDePiece)
class TypeDePieceAdmin(AdminDeCaisse):
    """Une pièce que la Caisse demande. Pour quelles demandes : la grille des exigences, une page pour toutes."""

    form = TypeDePieceForm
    change_list_template = "admin/dossiers/typedepiece/change_list.html"
    list_display = ("code", "libelle", "exigee_au_depot", "validite_mois", "reutilisable", "a_un_modele")
    list_display_links = ("code", "libelle")
    list_filter = ("exigee_au_depot", "reutilisable")
    search_fields = ("code", "libelle")
    fieldsets = (
        ("La pièce", {"fields": ("code", "libelle", "aide")}),
        ("Son modèle vierge", {"fields": ("modele_actuel", "nouveau_modele", "sans_modele")}),
        ("Ses règles", {"fields": ("exigee_au_depot", "validite_mois", "reutilisable")}),
        ("Pour quelles demandes", {"fields": ("exigences",)}),
    )
    readonly_fields = ("modele_actuel", "exigences")

    @admin.display(description="modèle", boolean=True)
    def a_un_modele(self, type_de_piece: TypeDePiece) -> bool:
        return type_de_piece.modele_id is not None

    @admin.display(description="modèle actuel")
    def modele_actuel(self, type_de_piece: TypeDePiece) -> str:
        if type_de_piece.modele is None:
            return "Aucun"
        adresse = reverse("dossiers:modele_de_piece", args=[type_de_piece.pk])
        return format_html('<a href="{}">{}</a>', adresse, type_de_piece.modele.nom)

    @admin.display(description="exigences")
    def exigences(self, type_de_piece: TypeDePiece) -> str:
        """Ce qui est demandé, en un tableau qui se lit ; il se règle dans la grille."""
        if type_de_piece._state.adding:
            return "Elles se règlent dans la grille des exigences, une fois la pièce enregistrée."
        lignes = [(demande, _niveaux(type_de_piece, demande)) for demande in TypeDossier]
        return render_to_string("admin/dossiers/typedepiece/_exigences.html", {"cas": CAS, "lignes": lignes})

    def save_model(self, request: HttpRequest, obj: TypeDePiece, form: Any, change: bool) -> None:
        if nouveau := form.cleaned_data.get("nouveau_modele"):
            obj.modele = fichiers.enregistrer(nouveau, par=request.user)
        elif form.cleaned_data.get("sans_modele"):
            obj.modele = None
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(self.regler_les_exigences)
        return [path("exigences/", vue, name="dossiers_typedepiece_exigences"), *super().get_urls()]

    def regler_les_exigences(self, request: Requete) -> HttpResponse:
        """La grille : les pièces en lignes, les cas en colonnes, un type de demande à la fois."""
        if not request.user.has_perm("dossiers.regler_les_exigences", request.user.caisse):
            raise PermissionDenied
        demande = request.GET.get("demande", "")
        demande = demande if demande in TypeDossier else TypeDossier.PREMIER_AGREMENT
        grille = GrilleDesExigences(request.POST or None, caisse=request.user.caisse, demande=demande)
        if request.method == "POST" and grille.is_valid():
            changes = regler_les_exigences(request.user.caisse, demande, grille.niveaux(), par=request.user)
            self.message_user(request, _phrase(changes), messages.SUCCESS)
            return redirect(f"{request.path}?demande={demande}")
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Grille des exigences",
            "opts": TypeDePiece._meta,
            "grille": grille,
            "cas": CAS,
            "demandes": TypeDossier,
            "demande": TypeDossier(demande),
        }
        return render(request, "admin/dossiers/typedepiece/exigences.html", contexte)


def _niveaux(type_de_piece: TypeDePiece, demande: str) -> list[str]:
    """Le niveau de cette pièce pour chaque cas, en clair."""
    regles = {
        (exigence.type_de_structure, exigence.gestionnaire_public): exigence.get_niveau_display()
        for exigence in type_de_piece.exigences.all()
        if exigence.type_de_dossier == demande
    }
    return [regles.get((cas.structure, cas.public), Exigence.NON_DEMANDEE.label) for cas in CAS]


def _phrase(changes: int) -> str:
    if changes == 0:
        return "Rien n'a changé."
    return "Un niveau a changé." if changes == 1 else f"{changes} niveaux ont changé."


@admin.register(CritereDeRecevabilite)
class CritereDeRecevabiliteAdmin(AdminDeCaisse):
    """Une question de l'examen de recevabilité. Déjà répondue, elle ne s'ôte plus : elle cesse d'être examinée."""

    form = CritereForm
    list_display = ("code", "intitule", "demandes", "terrain_d_accueil", "ordre", "actif")
    list_display_links = ("code", "intitule")
    list_filter = ("actif", "terrain_d_accueil")
    search_fields = ("code", "intitule", "source")
    fieldsets = (
        ("Le critère", {"fields": ("code", "intitule", "aide", "source")}),
        ("Pour quelles demandes", {"fields": ("types_de_dossier", "terrain_d_accueil")}),
        ("Son examen", {"fields": ("ordre", "actif")}),
    )

    @admin.display(description="types de demande")
    def demandes(self, critere: CritereDeRecevabilite) -> str:
        return ", ".join(TypeDossier(type_).label for type_ in critere.types_de_dossier)


class DuDossier(AdminEnLecture):
    """Une page en lecture de ce qui appartient à un dossier."""

    chemin_caisse = "dossier__caisse"
    search_fields = ("dossier__numero", "dossier__structure__recherche")


@admin.register(Piece)
class PieceAdmin(DuDossier):
    list_display = ("type", "dossier", "statut", "deposee_par", "deposee_le")
    list_filter = ("statut", ("type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("type", "dossier", "deposee_par")


@admin.register(AccuseDeReception)
class AccuseAdmin(DuDossier):
    list_display = ("numero", "dossier", "recu_le", "version_du_modele", "fichier")
    list_filter = ("recu_le", ("fichier", admin.EmptyFieldListFilter))
    list_select_related = ("dossier", "fichier")
    search_fields = ("dossier__numero_d_enregistrement", "dossier__structure__recherche")


@admin.register(LettreDIrrecevabilite)
class LettreDIrrecevabiliteAdmin(DuDossier):
    list_display = ("dossier", "le", "version_du_modele", "fichier")
    list_filter = ("le", ("fichier", admin.EmptyFieldListFilter))
    list_select_related = ("dossier", "fichier")


@admin.register(ReponseDeRecevabilite)
class ReponseDeRecevabiliteAdmin(DuDossier):
    list_display = ("critere", "dossier", "reponse", "par", "le")
    list_filter = ("reponse", ("critere", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("critere", "dossier", "par")


class LignesDeLaDemande(TableauEnLecture):
    model = LigneDeComplements
    fields = ("type_de_piece", "partie", "raison", "motif", "reponse")


@admin.register(DemandeDeComplements)
class DemandeAdmin(DuDossier):
    list_display = ("dossier", "statut", "par", "cree_le", "echeance", "repondue_le", "annulee_le")
    list_filter = ("statut", "echeance")
    list_select_related = ("dossier", "par")
    inlines = (LignesDeLaDemande,)


class PositionsDuPoint(TableauEnLecture):
    model = Position
    fields = ("cote", "sens", "texte", "proposition", "montant", "par", "le", "transmise_le")


@admin.register(PointDeNegociation)
class PointAdmin(DuDossier):
    list_display = ("sujet", "dossier", "statut", "ouvert_par", "ouvert_le")
    list_filter = ("statut",)
    list_select_related = ("dossier", "ouvert_par")
    inlines = (PositionsDuPoint,)


@admin.register(Accord)
class AccordAdmin(DuDossier):
    list_display = ("intitule", "dossier", "famille", "caf_le", "centre_le")
    list_filter = ("famille",)
    list_select_related = ("dossier",)


@admin.register(Tache)
class TacheAdmin(DuDossier):
    list_display = ("intitule", "dossier", "pour", "echeance", "faite_le")
    list_filter = ("echeance", "faite_le")
    list_select_related = ("dossier", "pour")


@admin.register(Reserve)
class ReserveAdmin(DuDossier):
    list_display = ("texte", "dossier", "echeance", "levee_le")
    list_filter = ("echeance", "levee_le")
    list_select_related = ("dossier",)


@admin.register(Derogation)
class DerogationAdmin(DuDossier):
    list_display = ("motif", "nature", "dossier", "date_limite")
    list_filter = ("nature", "date_limite")
    list_select_related = ("dossier",)


@admin.register(Avis)
class AvisAdmin(DuDossier):
    list_display = ("dossier", "sens", "duree_proposee", "par", "contresigne_par")
    list_filter = ("sens",)
    list_select_related = ("dossier", "par", "contresigne_par")


@admin.register(Preconisation)
class PreconisationAdmin(DuDossier):
    list_display = ("texte", "dossier", "echeance")
    list_select_related = ("dossier",)


@admin.register(NoteInterne)
class NoteInterneAdmin(DuDossier):
    list_display = ("texte", "dossier", "par", "le")
    list_select_related = ("dossier", "par")


@admin.register(CompteRendu)
class CompteRenduAdmin(DuDossier):
    list_display = ("date", "type", "dossier", "par", "corrige_le")
    list_filter = ("type", "date")
    list_select_related = ("dossier", "par")


@admin.register(EtapeContradictoire)
class EtapeContradictoireAdmin(DuDossier):
    list_display = ("date", "sorte", "dossier", "par")
    list_select_related = ("dossier", "par")


@admin.register(Message)
class MessageAdmin(DuDossier):
    list_display = ("dossier", "par", "cote", "le")
    list_filter = ("cote", "le")
    list_select_related = ("dossier", "par")


@admin.register(DemandeDAvis)
class DemandeDAvisAdmin(DuDossier):
    list_display = ("partenaire", "dossier", "date_limite", "relancee_le", "retiree_le")
    list_filter = ("date_limite",)
    list_select_related = ("partenaire", "dossier")


@admin.register(AvisDePartenaire)
class AvisDePartenaireAdmin(AdminEnLecture):
    chemin_caisse = "demande__dossier__caisse"
    list_display = ("demande", "sens", "nom", "qualite", "recu_le")
    list_filter = ("sens",)
    list_select_related = ("demande__partenaire",)
    search_fields = ("demande__dossier__numero", "demande__partenaire__recherche")
