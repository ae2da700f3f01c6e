"""Les dossiers et le référentiel des pièces dans l'administration Django."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agrement.dossiers.models import (
    AccuseDeReception,
    Avis,
    DemandeDeComplements,
    Derogation,
    Dossier,
    ExigenceDePiece,
    LigneDeComplements,
    NoteInterne,
    Piece,
    PointDeNegociation,
    Reserve,
    TypeDePiece,
)
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from comptes.choix import Role
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


class ExigencesDeLaPiece(InlineDeCaisse):
    model = ExigenceDePiece
    fields = ("type_de_dossier", "type_de_structure", "gestionnaire_public", "niveau")


@admin.register(TypeDePiece)
class TypeDePieceAdmin(AdminDeCaisse):
    """Une pièce que la Caisse demande, et pour quelles demandes."""

    list_display = ("code", "libelle", "exigee_au_depot", "validite_mois")
    list_display_links = ("code", "libelle")
    list_filter = ("exigee_au_depot",)
    search_fields = ("code", "libelle")
    fieldsets = (
        ("La pièce", {"fields": ("code", "libelle", "aide")}),
        ("Ses règles", {"fields": ("exigee_au_depot", "validite_mois")}),
    )
    inlines = (ExigencesDeLaPiece,)


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


class LignesDeLaDemande(TableauEnLecture):
    model = LigneDeComplements
    fields = ("type_de_piece", "motif", "reponse")


@admin.register(DemandeDeComplements)
class DemandeAdmin(DuDossier):
    list_display = ("dossier", "par", "cree_le", "echeance", "repondue_le", "annulee_le")
    list_filter = ("echeance",)
    list_select_related = ("dossier", "par")
    inlines = (LignesDeLaDemande,)


@admin.register(PointDeNegociation)
class PointAdmin(DuDossier):
    list_display = ("sujet", "dossier", "statut", "ouvert_par", "ouvert_le")
    list_filter = ("statut",)
    list_select_related = ("dossier", "ouvert_par")


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


@admin.register(NoteInterne)
class NoteInterneAdmin(DuDossier):
    list_display = ("texte", "dossier", "par", "le")
    list_select_related = ("dossier", "par")
