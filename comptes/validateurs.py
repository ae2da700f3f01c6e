import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

# Écrit dans le README : la démonstration le donne à tous ses comptes.
MOT_DE_PASSE_DE_DEMONSTRATION = "demonstration-agrement"


class MotDePasseDeLongueurRaisonnable:
    """128 caractères au plus : au-delà, calculer l'empreinte coûterait trop cher au serveur."""

    MAXIMUM = 128

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.MAXIMUM:
            raise ValidationError(self.get_help_text(), code="mot_de_passe_trop_long")

    def get_help_text(self) -> str:
        return f"Votre mot de passe compte au plus {self.MAXIMUM} caractères."


class MotDePasseVarie:
    """Cinq caractères différents au moins : « abcabcabcabcabc » a la longueur voulue, et se devine."""

    MINIMUM = 5

    def validate(self, password: str, user: Any = None) -> None:
        if len(set(password)) < self.MINIMUM:
            raise ValidationError(self.get_help_text(), code="mot_de_passe_monotone")

    def get_help_text(self) -> str:
        return f"Votre mot de passe compte au moins {self.MINIMUM} caractères différents."


class MotDePassePeuCourant(CommonPasswordValidator):
    """Ni un mot de passe courant, ni un mot courant répété : « azerty-azerty-azerty »."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        super().validate(_motif_repete(password), user)


def _motif_repete(mot_de_passe: str) -> str:
    """Le plus court début qui, répété, donne tout le mot de passe, aux espaces et à la ponctuation près."""
    lettres = re.sub(r"[\W_]", "", mot_de_passe)
    return next((lettres[:n] for n in range(1, len(lettres)) if lettres.startswith(lettres[n:])), lettres)


class MotDePassePrive:
    """Le mot de passe de la démonstration est connu de tous : il ne sert qu'en développement."""

    def validate(self, password: str, user: Any = None) -> None:
        if not settings.DEBUG and password.strip().lower() == MOT_DE_PASSE_DE_DEMONSTRATION:
            raise ValidationError("Ce mot de passe est public : choisissez-en un autre.", code="mot_de_passe_public")

    def get_help_text(self) -> str:
        return "Votre mot de passe n'est pas celui de la démonstration."
