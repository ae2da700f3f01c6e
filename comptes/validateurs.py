from typing import Any

from django.core.exceptions import ValidationError


class MotDePasseDeLongueurRaisonnable:
    """128 caractères au plus : au-delà, calculer l'empreinte coûterait trop cher au serveur."""

    MAXIMUM = 128

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.MAXIMUM:
            raise ValidationError(self.get_help_text(), code="mot_de_passe_trop_long")

    def get_help_text(self) -> str:
        return f"Votre mot de passe compte au plus {self.MAXIMUM} caractères."
