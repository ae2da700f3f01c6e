"""L'administration des comptes, des caisses et du journal."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from comptes import operations
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from comptes.models import Caisse, Invitation, Parametre, TexteDeReference, Utilisateur
from comptes.regles import PARAMETRES
from comptes.textes import TITRES
from socle import chronologie
from socle.models import Courriel, EntreeDuJournal, Fichier
from socle.templatetags.composants import taille
from socle.workflow import ActeRefuse

# Ces pages viennent des paquets : nos droits sont dans des tables, et le courriel est celui du compte.
admin.site.unregister([Group, EmailAddress])


class InvitationsDuCompte(InlineDeCaisse):
    model = Invitation
    fk_name = "utilisateur"
    fields = readonly_fields = ("cree_le", "courriel", "par", "situation", "expire_le", "acceptee_le")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Utilisateur)
class UtilisateurAdmin(AdminDeCaisse):
    """Les personnes de la Caisse. Aucun mot de passe ici : chacune choisit le sien par son invitation."""

    list_display = ("__str__", "courriel", "role", "is_active", "acces", "last_login")
    list_display_links = ("__str__",)
    list_filter = ("role", "is_active")
    search_fields = ("nom", "prenom", "courriel")
    ordering = ("nom", "prenom")
    fieldsets = (
        ("Qui", {"fields": ("prenom", "nom", "qualite", "courriel")}),
        ("Ce que la personne peut faire", {"fields": ("role", "is_active")}),
        ("Accès", {"fields": ("acces", "last_login", "cree_le")}),
    )
    readonly_fields = ("acces", "last_login", "cree_le")
    inlines = (InvitationsDuCompte,)
    actions = ("envoyer_une_invitation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        personnes: QuerySet[Any] = super().get_queryset(request)
        annotees: QuerySet[Any] = personnes.annotate(fin_d_invitation=Max("invitations__expire_le"))
        return annotees

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Personne ne change son propre rôle, ni ne ferme son propre compte."""
        soi_meme = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, *(("role", "is_active", "courriel") if soi_meme else ()))

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(self.inviter)
        return [path("<int:pk>/inviter/", vue, name="comptes_utilisateur_inviter"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        personne = self.get_object(request, object_id)
        a_inviter = personne is not None and personne.is_active and not personne.has_usable_password()
        adresse = reverse("admin:comptes_utilisateur_inviter", args=[object_id]) if a_inviter else ""
        outils = [{"libelle": "Envoyer une invitation", "adresse": adresse}] if adresse else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "outils": outils})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            with operations.une_direction_au_moins():
                return super().changeform_view(request, *args, **kwargs)
        except ActeRefuse as refus:
            self.message_user(request, f"Rien n'a été enregistré. {refus}", messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: Utilisateur, form: Any, change: bool) -> None:
        obj.courriel = obj.courriel.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self._inviter(request, obj)
        elif "courriel" in form.changed_data:
            operations.prevenir_du_nouveau_courriel(obj, ancien=form.initial["courriel"])
            if obj.is_active and not obj.has_usable_password():
                self._inviter(request, obj)

    @admin.display(description="accès")
    def acces(self, personne: Utilisateur) -> str:
        """Où en est la personne : compte fermé, mot de passe choisi, ou invitation."""
        if not personne.is_active:
            return "compte fermé"
        if personne.has_usable_password():
            return "mot de passe choisi"
        fin = getattr(personne, "fin_d_invitation", None)
        if fin is None:
            return "jamais invitée"
        return "invitation en attente" if fin > timezone.now() else "invitation expirée"

    @admin.action(description="Envoyer une invitation", permissions=["change"])
    def envoyer_une_invitation(self, request: HttpRequest, choisis: QuerySet[Utilisateur]) -> None:
        for personne in choisis:
            self._inviter(request, personne)

    def inviter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """La page qui annonce l'envoi d'une invitation, puis l'envoie."""
        personne = self.get_object(request, str(pk))
        if personne is None:
            raise Http404
        if not self.has_change_permission(request, personne):
            raise PermissionDenied
        fiche = reverse("admin:comptes_utilisateur_change", args=[pk])
        if request.method == "POST":
            self._inviter(request, personne)
            return HttpResponseRedirect(fiche)
        contexte = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": personne,
            "title": "Envoyer une invitation",
        }
        return TemplateResponse(request, "admin/inviter.html", contexte)

    def _inviter(self, request: HttpRequest, personne: Utilisateur) -> None:
        try:
            operations.inviter(personne, par=request.user)  # type: ignore[arg-type]
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"L'invitation de {personne} part à {personne.courriel}.")


class ParametresDejaRegles(InlineDeCaisse):
    """L'histoire des valeurs. Une valeur entrée en vigueur a servi à des décisions : elle ne se change plus."""

    model = Parametre
    verbose_name_plural = "valeurs en vigueur et passées"
    fields = readonly_fields = ("code", "valeur", "date_effet", "texte", "precision")
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        deja = super().get_queryset(request).filter(date_effet__lte=timezone.localdate())
        return deja.select_related("texte").order_by("code", "-date_effet")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ParametresAVenir(InlineDeCaisse):
    """Les valeurs qui s'appliqueront plus tard, et celles que l'on ajoute."""

    model = Parametre
    verbose_name_plural = "nouvelles valeurs"
    fields = ("code", "valeur", "date_effet", "texte", "precision")
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(date_effet__gt=timezone.localdate())


@admin.register(Caisse)
class CaisseAdmin(AdminDeCaisse):
    """La Caisse de la personne : ses coordonnées et ses paramètres datés."""

    chemin_caisse = "pk"
    list_display = ("nom", "code_departement", "ville", "courriel_du_service")
    search_fields = ("nom",)
    readonly_fields = ("ce_qui_se_regle",)
    fieldsets = (
        ("Identité", {"fields": ("nom", "code_departement")}),
        ("Coordonnées", {"fields": ("adresse", "code_postal", "ville", "courriel_du_service", "telephone")}),
        (
            "Paramètres",
            {
                "fields": ("ce_qui_se_regle",),
                "description": "Une nouvelle valeur s'ajoute ci-dessous, avec le jour où elle entre en vigueur et le "
                "texte qui la fonde. Les dossiers déjà décidés ne changent pas.",
            },
        ),
    )
    inlines = (ParametresAVenir, ParametresDejaRegles)

    @admin.display(description="valeurs d'aujourd'hui")
    def ce_qui_se_regle(self, caisse: Caisse) -> SafeString:
        lignes = format_html_join(
            "",
            "<tr><td>{}</td><td><strong>{}</strong></td><td>{}</td><td>{}</td></tr>",
            (
                (connu.libelle, caisse.parametre(connu.code), connu.bornes, f"{TITRES[connu.texte]} : {connu.source}")
                for connu in PARAMETRES.values()
            ),
        )
        return format_html(
            "<table><thead><tr><th>Paramètre</th><th>Valeur</th><th>Valeurs possibles</th><th>Source</th></tr></thead>"
            "<tbody>{}</tbody></table>",
            lignes,
        )


@admin.register(TexteDeReference)
class TexteDeReferenceAdmin(AdminDeCaisse):
    """Les textes nationaux se lisent ; ceux de la Caisse s'écrivent."""

    list_display = ("titre", "date", "date_effet", "portee")
    search_fields = ("titre", "resume")
    fields = ("titre", "code", "date", "date_effet", "resume")
    prepopulated_fields = {"code": ("titre",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        communs_ou_siens = Q(caisse=None) | Q(caisse=request.user.caisse_id)  # type: ignore[union-attr]
        return admin.ModelAdmin.get_queryset(self, request).filter(communs_ou_siens)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("comptes.change_textedereference", obj)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else self.prepopulated_fields

    @admin.display(description="portée")
    def portee(self, texte: TexteDeReference) -> str:
        return "nationale" if texte.caisse_id is None else "cette Caisse"


@admin.register(Invitation)
class InvitationAdmin(AdminEnLecture):
    chemin_caisse = "utilisateur__caisse"
    list_display = ("utilisateur", "par", "cree_le", "situation", "expire_le", "acceptee_le")
    list_filter = ("cree_le",)
    list_select_related = ("utilisateur", "par")
    search_fields = ("utilisateur__nom", "utilisateur__courriel")
    fields = ("utilisateur", "courriel", "par", "cree_le", "situation", "expire_le", "acceptee_le")
    readonly_fields = ("situation",)


def nature(type_d_objet: str) -> str:
    """Le nom d'un modèle ; son code si ce modèle n'existe plus."""
    try:
        return str(capfirst(apps.get_model(type_d_objet)._meta.verbose_name))
    except LookupError:
        return type_d_objet


class FiltreDeNature(admin.SimpleListFilter):
    title = "nature de l'objet"
    parameter_name = "nature"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        types = model_admin.get_queryset(request).order_by().values_list("objet_type", flat=True).distinct()
        return sorted(((type_, nature(type_)) for type_ in types), key=itemgetter(1))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(objet_type=self.value()) if self.value() else queryset


@admin.register(EntreeDuJournal)
class JournalAdmin(AdminEnLecture):
    """Ce qui s'est passé dans la Caisse. Rien ne s'y change : la base elle-même le refuse."""

    chemin_caisse = "perimetre"
    list_display = ("horodatage", "qui", "libelle", "objet_libelle", "nature_de_l_objet", "motif_abrege")
    list_filter = ("horodatage", FiltreDeNature)
    list_select_related = ("acteur",)
    search_fields = ("libelle", "objet_libelle", "motif", "acteur__nom", "acteur__courriel")
    date_hierarchy = "horodatage"
    show_full_result_count = False
    fields = ("horodatage", "qui", "libelle", "motif", "objet_libelle", "nature_de_l_objet", "ce_qui_a_change")
    readonly_fields = ("qui", "nature_de_l_objet", "ce_qui_a_change")

    @admin.display(description="par", ordering="acteur__nom")
    def qui(self, entree: EntreeDuJournal) -> str:
        return str(entree.acteur) if entree.acteur else "automatique"

    @admin.display(description="nature de l'objet", ordering="objet_type")
    def nature_de_l_objet(self, entree: EntreeDuJournal) -> str:
        return nature(entree.objet_type)

    @admin.display(description="motif")
    def motif_abrege(self, entree: EntreeDuJournal) -> str:
        return entree.motif if len(entree.motif) <= 80 else f"{entree.motif[:79]}…"

    @admin.display(description="changements")
    def ce_qui_a_change(self, entree: EntreeDuJournal) -> SafeString:
        changements = chronologie.presenter([entree])[0]["changements"]
        lignes = ((c["champ"], c["avant"] or "vide", c["apres"] or "vide") for c in changements)
        return format_html("<ul>{}</ul>", format_html_join("", "<li><strong>{}</strong> : {} → {}</li>", lignes))


@admin.register(Courriel)
class CourrielAdmin(AdminEnLecture):
    """Les courriels écrits aux personnes de la Caisse, envoyés ou en attente."""

    chemin_caisse = ""
    list_display = ("cree_le", "destinataire", "objet", "envoye_le", "essais", "erreur")
    list_filter = ("cree_le", ("envoye_le", admin.EmptyFieldListFilter))
    search_fields = ("destinataire", "objet")
    date_hierarchy = "cree_le"
    fields = ("destinataire", "objet", "cree_le", "envoye_le", "essais", "prochain_essai", "erreur")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        personnes = Utilisateur.objects.filter(caisse=request.user.caisse_id)  # type: ignore[union-attr]
        return admin.ModelAdmin.get_queryset(self, request).filter(destinataire__in=personnes.values("courriel"))


@admin.register(Fichier)
class FichierAdmin(AdminEnLecture):
    """Les fichiers déposés par les personnes de la Caisse : leur fiche, jamais leur contenu."""

    chemin_caisse = "depose_par__caisse"
    list_display = ("nom", "type_mime", "poids", "depose_par", "depose_le")
    list_filter = ("type_mime", "depose_le")
    list_select_related = ("depose_par",)
    search_fields = ("nom", "empreinte")
    fields = ("nom", "type_mime", "poids", "empreinte", "depose_par", "depose_le")
    readonly_fields = ("poids",)

    @admin.display(description="taille", ordering="taille")
    def poids(self, fichier: Fichier) -> str:
        return taille(fichier.taille)
