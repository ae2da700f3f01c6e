from django.contrib import admin

from agrement.suivi.models import Echeance
from comptes.administration import AdminEnLecture


@admin.register(Echeance)
class AdminEcheance(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("type", "date", "contrat", "objet", "faite_le")
    list_filter = ("type", "date", "faite_le")
    list_select_related = ("contrat",)
    search_fields = ("contrat__numero", "contrat__structure__nom", "objet")
    date_hierarchy = "date"
