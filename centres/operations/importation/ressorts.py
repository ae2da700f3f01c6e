"""À quelle Caisse revient une commune."""

import csv
from functools import cache
from typing import NamedTuple

from centres.models import Commune
from centres.operations.importation.fiches import LigneRefusee
from centres.operations.importation.lecture import FichierIllisible
from centres.operations.territoires import REFERENCES
from comptes.models import Caisse


class Caf(NamedTuple):
    """Une Caf de la table de référence ; `epci` : les seules intercommunalités qu'elle sert, si elle n'a pas tout."""

    nom: str
    code_departement: str
    epci: frozenset[str]


@cache
def _cafs() -> tuple[Caf, ...]:
    with (REFERENCES / "caf.csv").open(encoding="utf-8", newline="") as flux:
        return tuple(
            Caf(ligne["nom"], ligne["code_departement"], frozenset(ligne["siren_epci"].split()))
            for ligne in csv.DictReader(flux)
        )


def caf_de(commune: Commune) -> Caf | None:
    """La Caf qui sert cette intercommunalité, sinon celle du département ; aucune pour un territoire sans Caf."""
    entiers = (caf for caf in _cafs() if not caf.epci and caf.code_departement == commune.code_departement)
    return next((caf for caf in _cafs() if commune.siren_epci in caf.epci), next(entiers, None))


class Ressorts:
    """Rend la Caisse de chaque commune ; avec `seule`, refuse ce qui n'est pas de son ressort.

    Sans `seule`, une Caisse se reconnaît à son nom, sinon au département qu'elle est seule à servir ; absente,
    elle est créée sous le nom de la table de référence.
    """

    def __init__(self, seule: Caisse | None) -> None:
        self.seule = seule
        self.creees: list[str] = []
        self._caisses = list(Caisse.objects.all())

    def caisse_de(self, commune: Commune) -> Caisse:
        caf = caf_de(commune)
        if self.seule is not None:
            return self._dans_le_ressort(self.seule, commune, caf)
        caisse = self._connue(commune.code_departement, caf) or (self._creer(caf) if caf else None)
        if caisse is None:
            raise LigneRefusee(
                f"aucune Caf n'est connue pour le département {commune.code_departement} : "
                "créez la Caisse avec ce département, puis relancez l'import."
            )
        return caisse

    def _connue(self, code_departement: str, caf: Caf | None) -> Caisse | None:
        for caisse in self._caisses:
            if caf and caisse.nom == caf.nom:
                return caisse
        if (caf and caf.epci) or sum(autre.code_departement == code_departement for autre in _cafs()) > 1:
            return None  # le département ne suffit pas à la reconnaître
        du_departement = [caisse for caisse in self._caisses if caisse.code_departement == code_departement]
        return du_departement[0] if len(du_departement) == 1 else None

    def _creer(self, caf: Caf) -> Caisse:
        caisse = Caisse.objects.create(nom=caf.nom, code_departement=caf.code_departement)
        self._caisses.append(caisse)
        self.creees.append(caisse.nom)
        return caisse

    def _dans_le_ressort(self, caisse: Caisse, commune: Commune, caf: Caf | None) -> Caisse:
        de_la_table = caisse.nom in {connue.nom for connue in _cafs()}
        si_nommee = caf is not None and caf.nom == caisse.nom
        if si_nommee or (not de_la_table and commune.code_departement == caisse.code_departement):
            return caisse
        raise HorsRessort(f"{commune} n'est pas du ressort de la {caisse.nom}.")


class HorsRessort(LigneRefusee):
    """La structure est d'une autre Caf que celle pour laquelle on importe."""


def caisse_nommee(nom: str) -> Caisse:
    """La Caisse de ce nom, quelle que soit la casse ; celle de la table de référence est créée si elle manque."""
    caisse = Caisse.objects.filter(nom__iexact=nom.strip()).first()
    if caisse is not None:
        return caisse
    for caf in _cafs():
        if caf.nom.casefold() == nom.strip().casefold():
            return Caisse.objects.create(nom=caf.nom, code_departement=caf.code_departement)
    raise FichierIllisible(f"Aucune Caisse ne s'appelle « {nom} » : vérifiez son nom, par exemple « Caf de l'Ain ».")
