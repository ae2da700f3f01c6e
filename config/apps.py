from django.contrib.admin.apps import AdminConfig


class Administration(AdminConfig):
    """L'administration Django, avec nos titres et sans seconde porte d'entrée."""

    default_site = "config.administration.SiteDAdministration"
