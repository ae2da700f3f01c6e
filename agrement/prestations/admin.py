from django.contrib import admin

from agrement.prestations.models import Bareme
from comptes.administration import AdminDeCaisse


@admin.register(Bareme)
class AdminBareme(AdminDeCaisse):
    list_display = ("annee", "type", "plafond", "taux", "source")
    list_display_links = ("annee", "type")
    list_filter = ("annee", "type")
    search_fields = ("annee", "source")
    fields = ("annee", "type", "plafond", "taux", "source")
