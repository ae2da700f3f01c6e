"""Les modèles des lettres qui notifient : chaque Caisse écrit les siens, et une version qui a servi ne change plus."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models

from agrement.seances.choix import SorteDeLettre
from agrement.seances.regles_des_lettres import OBLIGATOIRES, TEXTES, champs_de
from comptes.models import Caisse
from socle.fusion import fautes
from socle.models import ModeleSuivi


class ModeleEmploye(Exception):
    """Une version employée ne se change ni ne se supprime : elle se duplique."""


class ModeleDeLettreQuerySet(models.QuerySet["ModeleDeLettre"]):
    def update(self, **champs: Any) -> NoReturn:
        raise ModeleEmploye("Un modèle de lettre ne se modifie pas en masse.")

    def en_vigueur(self, caisse: Caisse, sorte: str, jour: dt.date) -> ModeleDeLettre:
        """Le dernier qui s'applique ce jour-là ; à défaut, le texte d'origine, qui n'est pas enregistré (version 0)."""
        trouve = self.filter(caisse=caisse, sorte=sorte, applicable_du__lte=jour)
        return trouve.order_by("-applicable_du", "-version").first() or ModeleDeLettre(
            caisse=caisse, sorte=sorte, version=0, applicable_du=jour, **TEXTES[sorte]._asdict()
        )

    def derniere_version(self, caisse: Caisse, sorte: str) -> int:
        """Le numéro de la dernière version ; 0 s'il n'y en a pas."""
        versions = self.filter(caisse=caisse, sorte=sorte)
        return versions.aggregate(derniere=models.Max("version"))["derniere"] or 0


class ModeleDeLettre(ModeleSuivi):
    """Le texte d'une sorte de lettre, avec ses champs entre crochets (`socle.fusion`).

    `employe_le` : le jour où une lettre s'en est servie ; dès lors il ne change plus.
    """

    TEXTE = ("caisse_id", "sorte", "version", "objet", "corps", "applicable_du")

    caisse = models.ForeignKey(
        Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="modeles_de_lettres"
    )
    sorte = models.CharField("lettre", max_length=20, choices=SorteDeLettre.choices)
    version = models.PositiveSmallIntegerField("version", default=0, editable=False)
    objet = models.CharField("objet", max_length=200)
    corps = models.TextField("corps")
    applicable_du = models.DateField(
        "s'applique à partir du", help_text="Les lettres datées de ce jour et des suivants emploient ce modèle."
    )
    employe_le = models.DateField("employé depuis le", null=True, blank=True, editable=False)

    objects = ModeleDeLettreQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de lettre"
        verbose_name_plural = "modèles de lettres"
        ordering = ["sorte", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "sorte", "version"],
                name="version_de_modele_unique",
                violation_error_message="Cette version du modèle existe déjà.",
            ),
            models.CheckConstraint(condition=models.Q(sorte__in=SorteDeLettre.values), name="sorte_de_lettre_connue"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sorte_display()}, version {self.version}"

    def clean(self) -> None:
        """Refuse un champ inconnu ou étranger à cette lettre, un crochet ouvert, un champ obligatoire absent."""
        champs = champs_de(self.sorte)
        au_fil = [champ for champ in champs if not champ.bloc]
        erreurs = {
            "objet": fautes(self.objet, au_fil),
            "corps": fautes(self.corps, champs, OBLIGATOIRES.get(self.sorte, ())),
        }
        if trouvees := {champ: phrases for champ, phrases in erreurs.items() if phrases}:
            raise ValidationError(trouvees)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Un modèle neuf est la version qui suit la dernière de sa sorte ; un modèle employé ne change plus."""
        if self._state.adding:
            self.version = type(self).objects.derniere_version(self.caisse, self.sorte) + 1
        else:
            garde = type(self).objects.filter(pk=self.pk).values("employe_le", *self.TEXTE).first()
            if garde and garde["employe_le"] and any(garde[nom] != getattr(self, nom) for nom in self.TEXTE):
                raise ModeleEmploye(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.employe_le is not None:
            raise ModeleEmploye(str(self))
        return super().delete(*args, **kwargs)

    @property
    def est_employe(self) -> bool:
        return self.employe_le is not None

    @property
    def reference(self) -> str:
        """Ce que garde la lettre : « accord, version 2 »."""
        return f"{self.sorte}, version {self.version}"

    def employer(self, jour: dt.date) -> None:
        """Une lettre s'en sert : il ne changera plus. Le texte d'origine, non enregistré, ne change jamais."""
        if self.pk and self.employe_le is None:
            self.employe_le = jour
            self.save()
