from django.contrib import admin

from agrement.contrats.models import DossierDePreuve, ImportDeContrats, RepriseDeContrat
from comptes.administration import AdminEnLecture
from socle.templatetags.composants import date_longue


@admin.register(RepriseDeContrat)
class AdminReprise(AdminEnLecture):
    list_display = ("numero", "structure", "debut", "fin", "par", "commencee_le", "terminee_le")
    list_filter = (("terminee_le", admin.EmptyFieldListFilter), "avenants_attendus")
    search_fields = ("numero", "structure__nom", "deliberation")
    list_select_related = ("structure", "par")
    fields = (
        "structure", "numero", "debut", "fin", "deliberation", "delibere_le", "signatures", "contrat", "par",
        "commencee_le", "terminee_le", "avenants_attendus",
    )  # fmt: skip

    @admin.display(description="Signatures lues sur le contrat")
    def signatures(self, reprise: RepriseDeContrat) -> str:
        dites = (f"{dite['nom']}, le {date_longue(dite['signature'].date)}" for dite in reprise.parties_lues)
        return " ; ".join(dites)


@admin.register(ImportDeContrats)
class AdminImport(AdminEnLecture):
    """Ses lignes n'y sont pas : chaque contrat repris a sa page."""

    chemin_caisse = "demandeur__caisse"
    list_display = ("demande_le", "demandeur", "statut", "total", "faits")
    list_filter = ("statut",)
    search_fields = ("demandeur__nom",)
    list_select_related = ("demandeur",)
    fields = ("demandeur", "demande_le", "statut", "total", "faits", "raison_de_l_echec")


@admin.register(DossierDePreuve)
class AdminDossierDePreuve(AdminEnLecture):
    """Qui l'a demandé, de quoi, et son empreinte racine ; l'archive elle-même n'est qu'à qui l'a demandée."""

    chemin_caisse = "demandeur__caisse"
    list_display = ("objet", "demandeur", "demande_le", "statut", "fichiers", "absents", "expire_le")
    list_filter = ("statut",)
    search_fields = ("dossier__numero", "contrat__numero", "demandeur__nom", "racine")
    list_select_related = ("demandeur", "dossier", "contrat")
    fields = (
        "dossier", "contrat", "demandeur", "demande_le", "statut", "fichiers", "absents", "racine", "expire_le",
        "raison_de_l_echec",
    )  # fmt: skip
