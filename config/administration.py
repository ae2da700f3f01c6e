"""Le site d'administration : mêmes comptes et même page de connexion que l'application."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect


class SiteDAdministration(AdminSite):
    site_title = site_header = "Agrément – administration"
    index_title = "Administration de la Caisse"
    site_url = "/"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Une personne connectée sans ce droit est refusée : la renvoyer à la connexion tournerait en rond."""
        ouverte = super().admin_view(view, cacheable)

        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied("L'administration est réservée aux personnes qui administrent l'application.")
            reponse: HttpResponseBase = ouverte(request, *args, **kwargs)
            return reponse

        return update_wrapper(gardee, ouverte)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", "/administration/"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")
