"""Ce qui se cherche d'un dossier, gardé en mots simples, et la façon de le chercher sur chaque base.

Ni les notes internes, ni la grille, ni l'avis n'y entrent : qui cherche n'apprend rien qu'il ne puisse lire.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from socle.texte import sans_accents


def en_mots(texte: str) -> str:
    """Les mots du texte, en minuscules, sans accents ni ponctuation : « L'Éveil 2026-0012 » → « l eveil 2026 0012 »."""
    return " ".join(re.findall(r"[a-z0-9]+", sans_accents(texte)))


class TexteDeRecherche(models.Model):
    """Les mots d'un dossier. `identite` : ce que tous ses lecteurs lisent ; `complet` : avec le projet et les points.

    Chaque mot est précédé d'une espace, pour se chercher par son début.
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier",
        verbose_name="dossier",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="texte_de_recherche",
    )
    identite = models.TextField("identité")
    complet = models.TextField("texte complet")

    class Meta:
        verbose_name = "texte de recherche"
        verbose_name_plural = "textes de recherche"

    def __str__(self) -> str:
        return self.identite.strip()


def indexer(dossier: Any) -> bool:
    """Refait le texte d'un dossier ; vrai s'il a changé. Seul endroit qui l'écrit."""
    identite = en_mots(" ".join(filter(None, _identite(dossier))))
    complet = en_mots(" ".join(filter(None, (identite, *_contenu(dossier)))))
    voulu = {"identite": f" {identite}", "complet": f" {complet}"}
    if TexteDeRecherche.objects.filter(pk=dossier.pk, **voulu).exists():
        return False
    TexteDeRecherche.objects.update_or_create(dossier=dossier, defaults=voulu)
    return True


def _identite(dossier: Any) -> Iterable[str]:
    structure = dossier.structure
    yield dossier.numero
    yield dossier.numero_d_enregistrement
    yield f"{structure.nom} {structure.nom_d_usage} {structure.code_interne} {structure.ville}"
    yield str(dossier.gestionnaire)
    yield str(dossier.conseiller or structure.conseiller or "")


def _contenu(dossier: Any) -> Iterable[str]:
    """Ce que le centre et la Caf se sont transmis, projet et points ; jamais ce que l'un des deux écrit encore."""
    transmis = dossier.projet_transmis()
    if transmis is not None and transmis.est_fige:
        yield f"{transmis.titre} {transmis.synthese}"
    yield from dossier.points.filter(transmis_le__isnull=False).values_list("sujet", flat=True)


def chercher(dossiers: models.QuerySet[Any], texte: str, utilisateur: Any) -> models.QuerySet[Any]:
    """Ceux où chaque mot se trouve, parmi ce que cette personne peut lire d'un dossier. Sans mot : tous."""
    mots = en_mots(texte)
    champ = "complet" if utilisateur.has_perm("dossiers.voir_instruction") else "identite"
    return dossiers.filter(**{f"texte_de_recherche__{champ}__mots": mots}) if mots else dossiers


@models.TextField.register_lookup
class Mots(models.Lookup[Any]):
    """Chaque mot cherché commence un mot du texte, dans n'importe quel ordre. La valeur est celle de `en_mots`.

    PostgreSQL cherche en français, par un index : « habitante » trouve « habitants ». Ailleurs, mot à mot. Un mot vide
    de sens (« le », « de ») ne restreint rien.
    """

    lookup_name = "mots"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        champ, parametres = self.process_lhs(compiler, connection)
        cherches = self.rhs.split()
        conditions = " AND ".join([f"{champ} LIKE %s"] * len(cherches))
        return f"({conditions})", (*tuple(parametres) * len(cherches), *(f"% {mot}%" for mot in cherches))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        champ, parametres = self.process_lhs(compiler, connection)
        demande = " & ".join(f"{mot}:*" for mot in self.rhs.split())
        cherche = "to_tsquery('french'::regconfig, %s)"
        return (
            f"(numnode({cherche}) = 0 OR to_tsvector('french'::regconfig, {champ}) @@ {cherche})",
            [demande, *parametres, demande],
        )
