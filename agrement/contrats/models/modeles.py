"""Les modèles du contrat : chaque Caisse écrit les siens, par articles ; une version qui a servi ne change plus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models

from agrement.contrats.choix import NatureArticle, SorteDeContrat, StatutDuGestionnaire
from agrement.contrats.regles_du_texte import ArticleDuTexte, fautes_de_l_article, fautes_du_texte
from agrement.contrats.regles_du_texte_d_origine import articles_d_origine
from comptes.models import Caisse
from socle.models import ModeleSuivi

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ModeleDeContratEmploye(Exception):
    """Une version employée ne se change ni ne se supprime : elle se duplique."""


class SansEcritureEnMasse(models.QuerySet[Any]):
    def update(self, **champs: Any) -> NoReturn:
        raise ModeleDeContratEmploye("Un modèle de contrat ne se modifie pas en masse.")


class ModeleDeContratQuerySet(SansEcritureEnMasse):
    def en_vigueur(
        self, caisse: Caisse, *, sorte: str, statut: str, tripartite: bool, jour: dt.date
    ) -> ModeleDeContrat:
        """Le plus précis de ceux qui s'appliquent ce jour-là ; à défaut, le texte d'origine (version 0).

        Un modèle réservé au statut du gestionnaire passe avant celui de tous, même plus récent. Un modèle tripartite ne
        sert qu'aux contrats que la commune signe, et eux seuls : un autre ne dirait pas ce à quoi elle s'engage.
        """
        trouves = self.filter(
            caisse=caisse, sorte=sorte, statut_du_gestionnaire__in={statut, StatutDuGestionnaire.TOUS},
            tripartite=tripartite, applicable_du__lte=jour,
        ).exclude(articles=None)  # fmt: skip
        propre_d_abord = models.Case(models.When(statut_du_gestionnaire=StatutDuGestionnaire.TOUS, then=1), default=0)
        trouve: ModeleDeContrat | None = trouves.order_by(propre_d_abord, "-applicable_du", "-version").first()
        return trouve or ModeleDeContrat(
            caisse=caisse, sorte=sorte, statut_du_gestionnaire=statut, tripartite=tripartite, applicable_du=jour
        )

    def derniere_version(self, modele: ModeleDeContrat) -> int:
        """Le numéro de la dernière version de la même sorte et de la même variante ; 0 s'il n'y en a pas."""
        versions = self.filter(**{nom: getattr(modele, nom) for nom in modele.VARIANTE})
        return versions.aggregate(derniere=models.Max("version"))["derniere"] or 0


class ModeleDeContrat(ModeleSuivi):
    """Le texte d'une sorte de contrat, en articles à champs entre crochets (`socle.fusion`).

    `statut_du_gestionnaire` : ceux à qui il est réservé. `tripartite` : la commune signe aussi. `employe_le` : le jour
    où un contrat s'en est servi ; dès lors il ne change plus, et ce contrat garde sa version.
    """

    VARIANTE = ("caisse_id", "sorte", "statut_du_gestionnaire", "tripartite")
    TEXTE = (*VARIANTE, "version", "applicable_du")

    caisse = models.ForeignKey(
        Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="modeles_de_contrats"
    )
    sorte = models.CharField("contrat", max_length=22, choices=SorteDeContrat.choices)
    statut_du_gestionnaire = models.CharField(
        "gestionnaire",
        max_length=12,
        choices=StatutDuGestionnaire.choices,
        default=StatutDuGestionnaire.TOUS,
        help_text="Un modèle réservé à un statut passe avant celui de tout gestionnaire.",
    )
    tripartite = models.BooleanField("signé aussi par la commune", default=False)
    version = models.PositiveSmallIntegerField("version", default=0, editable=False)
    applicable_du = models.DateField(
        "s'applique à partir du", help_text="Les contrats établis ce jour et les suivants emploient ce modèle."
    )
    employe_le = models.DateField("employé depuis le", null=True, blank=True, editable=False)

    objects = ModeleDeContratQuerySet.as_manager()

    if TYPE_CHECKING:
        articles: RelatedManager[ArticleDeModele]

    class Meta:
        verbose_name = "modèle de contrat"
        verbose_name_plural = "modèles de contrats"
        ordering = ["sorte", "tripartite", "statut_du_gestionnaire", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "sorte", "statut_du_gestionnaire", "tripartite", "version"],
                name="version_de_modele_de_contrat_unique",
                violation_error_message="Cette version du modèle existe déjà.",
            ),
            models.CheckConstraint(condition=models.Q(sorte__in=SorteDeContrat.values), name="sorte_de_contrat_connue"),
            models.CheckConstraint(
                condition=models.Q(statut_du_gestionnaire__in=StatutDuGestionnaire.values),
                name="statut_du_gestionnaire_connu",
            ),
        ]

    def __str__(self) -> str:
        pour = "" if self.statut_du_gestionnaire == StatutDuGestionnaire.TOUS else f", {self.statut_du_gestionnaire}"
        avec_la_commune = ", tripartite" if self.tripartite else ""
        return f"{self.get_sorte_display()}{pour}{avec_la_commune}, version {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Un modèle neuf est la version qui suit la dernière de sa variante ; un modèle employé ne change plus."""
        if self._state.adding:
            self.version = type(self).objects.derniere_version(self) + 1
        else:
            garde = type(self).objects.filter(pk=self.pk).values("employe_le", *self.TEXTE).first()
            if garde and garde["employe_le"] and any(garde[nom] != getattr(self, nom) for nom in self.TEXTE):
                raise ModeleDeContratEmploye(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.employe_le is not None:
            raise ModeleDeContratEmploye(str(self))
        return super().delete(*args, **kwargs)

    @property
    def est_employe(self) -> bool:
        return self.employe_le is not None

    @property
    def reference(self) -> str:
        """Ce que garde le contrat : « centre_social, association, version 2 »."""
        avec_la_commune = ", tripartite" if self.tripartite else ""
        return f"{self.sorte}, {self.statut_du_gestionnaire}{avec_la_commune}, version {self.version}"

    def texte(self) -> list[ArticleDuTexte]:
        """Ses articles, dans l'ordre où ils se lisent ; ceux du texte d'origine s'il n'est pas enregistré."""
        if self._state.adding:
            return articles_d_origine(self.sorte, self.statut_du_gestionnaire, tripartite=self.tripartite)
        return [ArticleDuTexte(article.nature, article.titre, article.corps) for article in self.articles.all()]

    def fautes(self, articles: Sequence[ArticleDuTexte] | None = None) -> list[str]:
        """Ce qui empêche d'employer ce texte, ou celui qu'on lui donnerait, en phrases."""
        texte = self.texte() if articles is None else articles
        return [
            *fautes_du_texte(texte, self.sorte, tripartite=self.tripartite),
            *(
                f"Article « {article.titre} » : {faute}"
                for article in texte
                for faute in fautes_de_l_article(article, self.sorte, tripartite=self.tripartite)
            ),
        ]

    def employer(self, jour: dt.date) -> None:
        """Un contrat s'en sert : il ne changera plus. Le texte d'origine, non enregistré, ne change jamais."""
        if self.pk and self.employe_le is None:
            self.employe_le = jour
            self.save()


class ArticleDeModele(ModeleSuivi):
    """Un article d'un modèle. `ordre` : sa place ; son numéro imprimé en découle."""

    TEXTE = ("modele_id", "ordre", "nature", "titre", "corps")

    modele = models.ForeignKey(
        ModeleDeContrat, verbose_name="modèle", on_delete=models.CASCADE, related_name="articles"
    )
    ordre = models.PositiveSmallIntegerField("place")
    nature = models.CharField("nature", max_length=12, choices=NatureArticle.choices)
    titre = models.CharField("titre", max_length=120)
    corps = models.TextField("texte")

    objects = SansEcritureEnMasse.as_manager()

    class Meta:
        verbose_name = "article de modèle"
        verbose_name_plural = "articles de modèles"
        ordering = ["modele", "ordre", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(nature__in=NatureArticle.values), name="nature_d_article_connue")
        ]

    def __str__(self) -> str:
        return self.titre

    def clean(self) -> None:
        """Refuse un champ inconnu ou étranger à ce contrat, un crochet ouvert, un champ obligatoire absent."""
        article = ArticleDuTexte(self.nature, self.titre, self.corps)
        if phrases := fautes_de_l_article(article, self.modele.sorte, tripartite=self.modele.tripartite):
            raise ValidationError({"corps": phrases})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._exiger_un_modele_libre()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self._exiger_un_modele_libre()
        return super().delete(*args, **kwargs)

    def _exiger_un_modele_libre(self) -> None:
        if self.modele.est_employe:
            raise ModeleDeContratEmploye(str(self.modele))
