"""Un écrit envoyé : la base le garde tel qu'il est parti."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from socle.models import ModeleSuivi

M = TypeVar("M", bound=models.Model)


class DejaEnvoye(Exception):
    """Un écrit envoyé ne se modifie ni ne se supprime."""


class EcritFigeQuerySet(models.QuerySet[M]):
    def update(self, **champs: Any) -> NoReturn:
        raise DejaEnvoye("Un écrit envoyé ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise DejaEnvoye("Un écrit envoyé ne se supprime pas.")


class EcritFige(ModeleSuivi):
    """S'enregistre une fois, puis ne change plus."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise DejaEnvoye(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise DejaEnvoye(str(self))
