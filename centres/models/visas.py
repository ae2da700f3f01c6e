"""La validation d'un projet social par la présidence du gestionnaire, sur le texte même qu'elle a lu."""

from __future__ import annotations

from django.db import models

from centres.models.projets import ProjetSocial
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi


class Visa(ModeleSuivi):
    """Une personne a validé ce texte ; il suffit d'un mot changé pour que ce soit à refaire.

    `empreinte` : SHA-256 du contenu visé. `au_vu_du_pv` : la Caf l'a constaté pour la présidence.
    """

    projet = models.ForeignKey(
        ProjetSocial, verbose_name="projet social", on_delete=models.CASCADE, related_name="visas"
    )
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)
    au_vu_du_pv = models.BooleanField("au vu du procès-verbal", default=False)
    empreinte = models.CharField("empreinte du texte visé", max_length=64)

    class Meta:
        verbose_name = "visa"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["projet", "par", "empreinte"],
                name="un_visa_par_personne_et_par_texte",
                violation_error_message="Cette personne a déjà validé ce texte.",
            )
        ]

    def __str__(self) -> str:
        return f"Validation de {self.projet} par {self.par}"

    def sujet_du_journal(self) -> models.Model:
        return self.projet


def projets_a_viser(utilisateur: Utilisateur) -> models.QuerySet[ProjetSocial]:
    """Ceux qu'elle voit ; l'administration qui supplée les personnes empêchées voit aussi les brouillons."""
    if utilisateur.supplee:
        return ProjetSocial.objects.filter(structure__caisse=utilisateur.caisse_id)
    return ProjetSocial.objects.visibles_par(utilisateur)
