"""Ce qui sépare deux versions transmises d'un même projet social, tel qu'on l'a lu le jour où la seconde est partie."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from centres.models.projets import ProjetSocial
from comptes.models import Utilisateur
from socle.horloge import maintenant


class EcartDeVersionsQuerySet(models.QuerySet["EcartDeVersions"]):
    def visibles_par(self, utilisateur: Utilisateur) -> EcartDeVersionsQuerySet:
        """Ceux dont elle peut lire les deux versions."""
        lisibles = ProjetSocial.objects.visibles_par(utilisateur).values("pk")
        return self.filter(avant__in=lisibles, apres__in=lisibles)

    def a_la_precedente(self) -> EcartDeVersionsQuerySet:
        """Ceux d'une version à la suivante."""
        return self.filter(apres__version=models.F("avant__version") + 1)


class EcartDeVersions(models.Model):
    """Calculé en figeant `apres`, il ne change plus, comme les deux versions qu'il compare.

    `contenu` : les `centres.differences.Entree`, en JSON. `nombre` : celui des éléments qui changent. Les empreintes
    sont celles des deux versions comparées : égales à celles qu'elles portent, elles prouvent que l'écart est le leur.
    """

    avant = models.ForeignKey(ProjetSocial, verbose_name="avant", on_delete=models.CASCADE, related_name="+")
    apres = models.ForeignKey(ProjetSocial, verbose_name="après", on_delete=models.CASCADE, related_name="ecarts")
    contenu = models.JSONField("contenu")
    nombre = models.PositiveIntegerField("nombre d'éléments changés")
    empreinte_avant = models.CharField("empreinte de la version d'avant", max_length=64)
    empreinte_apres = models.CharField("empreinte de la version d'après", max_length=64)
    calcule_le = models.DateTimeField("calculé le", default=maintenant)

    objects = EcartDeVersionsQuerySet.as_manager()

    class Meta:
        verbose_name = "écart de versions"
        verbose_name_plural = "écarts de versions"
        ordering = ["apres_id", "avant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["avant", "apres"],
                name="un_ecart_par_couple_de_versions",
                violation_error_message="L'écart entre ces deux versions est déjà gardé.",
            ),
            models.CheckConstraint(
                condition=~models.Q(avant=models.F("apres")),
                name="ecart_de_deux_versions",
                violation_error_message="Un écart se mesure entre deux versions différentes.",
            ),
        ]

    def __str__(self) -> str:
        return f"De la version {self.avant.version} à la version {self.apres.version}"

    def get_absolute_url(self) -> str:
        return reverse("centres:ecart", args=[self.avant_id, self.apres_id])
