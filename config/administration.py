"""Le site d'administration : mêmes comptes et même page de connexion que l'application."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase


class SiteDAdministration(AdminSite):
    site_title = site_header = "Agrément – administration"
    index_title = "Administration de la Caisse"
    site_url = "/"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return redirect_to_login(request.get_full_path())
