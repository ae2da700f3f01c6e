"""L'accord de chaque côté sur chaque objectif : le contrat n'est bâti que de ce que les deux ont accepté."""

from __future__ import annotations

from django.db import models

from agrement.dossiers.models.dossiers import Dossier
from centres.choix import FamilleObjectif
from comptes.models import Utilisateur


def _qui(libelle: str) -> models.ForeignKey[Utilisateur | None, Utilisateur | None]:
    return models.ForeignKey(
        Utilisateur, verbose_name=libelle, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Accord(models.Model):
    """Ce que la Caf et le centre ont accepté d'un objectif, désigné par sa `cle` d'une version à l'autre.

    Le journal garde une ligne par acte, pas une par objectif.

    Chaque côté accepte un texte précis : `empreinte_caf` et `empreinte_centre` sont celles de l'objectif, de ses
    actions, de sa place et de sa famille ce jour-là. Que l'un d'eux change, et l'accord est à redonner.
    `famille` : celle que la Caf retient (Circulaire 56, §21) ; vide, celle que dit le projet.
    """

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.CASCADE, related_name="accords")
    cle = models.UUIDField("objectif")
    intitule = models.CharField("intitulé", max_length=300)
    famille = models.CharField("famille retenue", max_length=20, choices=FamilleObjectif.choices, blank=True)
    empreinte_caf = models.CharField("texte accepté par la Caf", max_length=64, blank=True)
    caf_par = _qui("accepté pour la Caf par")
    caf_le = models.DateTimeField("accepté par la Caf le", null=True, blank=True)
    empreinte_centre = models.CharField("texte accepté par le centre", max_length=64, blank=True)
    centre_par = _qui("accepté pour le centre par")
    centre_le = models.DateTimeField("accepté par le centre le", null=True, blank=True)

    class Meta:
        verbose_name = "accord sur un objectif"
        verbose_name_plural = "accords sur les objectifs"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "cle"], name="un_accord_par_objectif")]

    def __str__(self) -> str:
        return self.intitule
