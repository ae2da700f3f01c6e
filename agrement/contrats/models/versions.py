"""Un texte proposé à la signature : une version du contrat, ou d'un de ses avenants."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from agrement.contrats.choix import TONS_DES_VERSIONS, SorteDeContrat, StatutDuGestionnaire, StatutVersion
from agrement.contrats.models.avenants import Avenant
from agrement.contrats.models.contrats import Contrat, ContratScelle
from agrement.contrats.regles import ALPHABET_DU_CODE, LONGUEUR_DU_CODE
from agrement.contrats.workflow import CIRCUIT_DES_VERSIONS
from socle.models import Fichier, ModeleACircuit
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.contrats.models.signatures import PartieASigner

# Une version proposée ne change plus : on la rappelle, et on en propose une autre.
FIGES_DE_LA_VERSION = (
    "contrat_id", "avenant_id", "numero", "code", "contenu", "version_du_modele", "projet_pdf_id", "original_pdf_id",
)  # fmt: skip

# Ce que dit la référence d'un modèle, hors de sa sorte.
MOTS_DU_MODELE = {
    StatutDuGestionnaire.TOUS.value: "tout gestionnaire",
    StatutDuGestionnaire.PUBLIC.value: "personne publique",
    "tripartite": "signé aussi par la commune",
    "version 0": "texte d'origine",
}

OUVERTES = (StatutVersion.EN_SIGNATURE, StatutVersion.A_SCELLER)


def nouveau_code() -> str:
    """Douze signes tirés au hasard, sans ceux que l'on confond : soixante bits, que personne ne devine."""
    return "".join(secrets.choice(ALPHABET_DU_CODE) for _ in range(LONGUEUR_DU_CODE))


class VersionASignerQuerySet(models.QuerySet["VersionASigner"]):
    def ouvertes(self) -> Self:
        """Celles qui attendent encore une signature ou le cachet."""
        return self.filter(statut__in=OUVERTES)

    def a_sceller(self) -> Self:
        return self.filter(statut=StatutVersion.A_SCELLER)


class VersionASigner(ModeleACircuit):
    """Le texte exact que les parties signent, sous deux formes qui disent la même chose.

    `projet_pdf` : celui qui se lit et circule, chaque page marquée « PROJET ». `original_pdf` : celui qui reçoit les
    signatures, un champ par partie ; son empreinte est celle que chacune signe. `scelle_pdf` : les mêmes octets, suivis
    des signatures et du cachet de la Caf. `contenu` : les valeurs qui l'ont rempli. `code` : celui que chaque page
    porte, et que la page publique reconnaît. `avenant` vide : une version du contrat lui-même.
    """

    circuit = CIRCUIT_DES_VERSIONS
    NON_JOURNALISES = ("contenu",)

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.PROTECT, related_name="versions")
    avenant = models.ForeignKey(
        Avenant, verbose_name="avenant", null=True, blank=True, on_delete=models.PROTECT, related_name="versions"
    )
    numero = models.PositiveSmallIntegerField("version", editable=False)
    code = models.CharField("code de vérification", max_length=12, unique=True, default=nouveau_code, editable=False)
    statut = models.CharField("état", max_length=12, choices=StatutVersion.choices, default="", editable=False)
    contenu = models.JSONField("contenu", default=dict, editable=False)
    version_du_modele = models.CharField("modèle du texte", max_length=60, editable=False)
    projet_pdf = models.OneToOneField(Fichier, verbose_name="projet", on_delete=models.PROTECT, related_name="+")
    original_pdf = models.OneToOneField(
        Fichier, verbose_name="exemplaire à signer", on_delete=models.PROTECT, related_name="+"
    )
    scelle_pdf = models.OneToOneField(
        Fichier,
        verbose_name="exemplaire signé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="version_scellee",
    )
    cree_le = models.DateTimeField("proposée le", auto_now_add=True)
    scellee_le = models.DateTimeField("scellée le", null=True, blank=True)

    objects = VersionASignerQuerySet.as_manager()

    if TYPE_CHECKING:
        parties: RelatedManager[PartieASigner]

    class Meta:
        verbose_name = "version à signer"
        verbose_name_plural = "versions à signer"
        ordering = ["contrat", "avenant", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "numero"], condition=models.Q(avenant=None), name="version_de_contrat_unique"
            ),
            models.UniqueConstraint(fields=["avenant", "numero"], name="version_d_avenant_unique"),
            models.UniqueConstraint(
                fields=["contrat"],
                condition=models.Q(avenant=None, statut__in=OUVERTES),
                name="un_seul_circuit_de_signature_par_contrat",
                violation_error_message="Une version est déjà à la signature : rappelez-la d'abord.",
            ),
            models.UniqueConstraint(
                fields=["avenant"],
                condition=models.Q(statut__in=OUVERTES),
                name="un_seul_circuit_de_signature_par_avenant",
                violation_error_message="Une version est déjà à la signature : rappelez-la d'abord.",
            ),
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutVersion.values), name="statut_de_version_a_signer_connu"
            ),
            models.CheckConstraint(
                condition=~models.Q(statut=StatutVersion.SCELLEE)
                | models.Q(scelle_pdf__isnull=False, scellee_le__isnull=False),
                name="version_scellee_avec_son_fichier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acte}, version {self.numero}"

    def get_absolute_url(self) -> str:
        return self.acte.get_absolute_url()

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.sujet_du_journal()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            garde = type(self).objects.filter(pk=self.pk).values(*FIGES_DE_LA_VERSION).get()
            if any(garde[champ] != getattr(self, champ) for champ in FIGES_DE_LA_VERSION):
                raise ContratScelle(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self))

    @property
    def acte(self) -> Contrat | Avenant:
        """Ce que cette version met en forme."""
        return self.avenant or self.contrat

    @property
    def est_ouverte(self) -> bool:
        return self.statut in OUVERTES

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        return {"libelle": self.get_statut_display(), "ton": TONS_DES_VERSIONS.get(self.statut, "neutre")}

    @property
    def modele_en_mots(self) -> str:
        """Le texte employé, tel qu'il se lit : « Centre social, association, texte d'origine »."""
        mots = dict(SorteDeContrat.choices) | MOTS_DU_MODELE
        return ", ".join(str(mots.get(mot, mot)) for mot in self.version_du_modele.split(", "))

    @property
    def code_lisible(self) -> str:
        """« 7K3P-9QXM-2TVA »."""
        return "-".join(self.code[debut : debut + 4] for debut in range(0, LONGUEUR_DU_CODE, 4))

    @property
    def courant_pdf(self) -> Fichier:
        """L'exemplaire avec les signatures déjà données."""
        if self.scelle_pdf is not None:
            return self.scelle_pdf
        signees = [partie.signature for partie in self.parties.all() if partie.est_signee]
        avec_fichier = [signature for signature in signees if signature.fichier is not None]
        dernier = max(avec_fichier, key=lambda signature: signature.pk, default=None)
        return dernier.fichier if dernier and dernier.fichier else self.original_pdf

    @property
    def partie_attendue(self) -> PartieASigner | None:
        """Celle dont c'est le tour ; rien quand toutes ont signé."""
        return next((partie for partie in self.parties.all() if not partie.est_signee), None)

    def manques_de_signature(self) -> Iterator[Manque]:
        """Les signatures qui manquent encore (Circulaire 56, §11 : « signé entre les présidents respectifs »)."""
        for partie in self.parties.all():
            if not partie.est_signee:
                yield Manque(f"Signature attendue : {partie.nom}.", self.get_absolute_url())
