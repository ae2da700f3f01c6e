from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from comptes.droits import a_le_droit


class ConnexionParCourriel(AuthenticationBackend):  # type: ignore[misc]
    """Connexion par courriel et mot de passe ; les droits viennent des tables des apps."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return a_le_droit(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and user_obj.is_staff)
