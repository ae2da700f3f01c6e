"""Où en est l'accord des deux côtés, objectif par objectif, sur la dernière version transmise."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from agrement.dossiers.choix import Cote
from centres.choix import FamilleObjectif
from centres.operations import contenu, empreinte

if TYPE_CHECKING:
    from agrement.dossiers.models import Accord, Dossier


class ObjectifTransmis(NamedTuple):
    """Un objectif tel que la version transmise l'écrit. `texte` : l'empreinte de ce qu'il dit, de ses actions et de
    sa place. `noeuds` : sa clé et celles de tout ce qu'il porte, sans ses objectifs opérationnels.
    """

    cle: uuid.UUID
    numero: str
    intitule: str
    famille: str
    texte: str
    noeuds: frozenset[str]

    def a_accepter(self, famille: str) -> str:
        """L'empreinte de ce que chaque côté accepte : le texte, et la famille retenue."""
        return empreinte({"texte": self.texte, "famille": famille})


class LigneDAccord(NamedTuple):
    """Un objectif, la famille retenue, et ce que chaque côté en a accepté tel qu'il s'écrit aujourd'hui."""

    objectif: ObjectifTransmis
    famille: FamilleObjectif
    caf: bool
    centre: bool
    points_ouverts: int

    @property
    def temoin(self) -> str:
        return temoin_des_accords([self])

    @property
    def accorde(self) -> bool:
        return self.caf and self.centre

    @property
    def badge(self) -> dict[str, str]:
        """Où il en est, pour `composants/badge.html`."""
        if self.accorde:
            return {"libelle": "Accordé", "ton": "succes"}
        if self.points_ouverts:
            return {"libelle": "En discussion", "ton": "attention"}
        if self.caf or self.centre:
            attendu = "la Caf" if self.centre else "le centre"
            return {"libelle": f"Attend {attendu}", "ton": "info"}
        return {"libelle": "À accepter", "ton": "info"}


def objectifs_de(dit: dict[str, Any]) -> Iterator[ObjectifTransmis]:
    """Les objectifs d'un contenu de projet, numérotés axe.objectif.objectif opérationnel, dans l'ordre."""
    for i, axe in enumerate(dit["axes"], 1):
        for j, general in enumerate(axe["objectifs"], 1):
            yield _objectif(general, f"{i}.{j}", axe["cle"])
            for k, operationnel in enumerate(general["objectifs"], 1):
                yield _objectif(operationnel, f"{i}.{j}.{k}", axe["cle"], general["cle"])


def _objectif(dit: dict[str, Any], numero: str, *place: str) -> ObjectifTransmis:
    propre = {champ: valeur for champ, valeur in dit.items() if champ not in ("objectifs", "famille")}
    return ObjectifTransmis(
        uuid.UUID(dit["cle"]),
        numero,
        dit["intitule"],
        dit["famille"],
        empreinte({**propre, "place": list(place)}),
        frozenset(_cles(propre)),
    )


def _cles(dit: dict[str, Any]) -> Iterator[str]:
    yield dit["cle"]
    for enfants in dit.values():
        if isinstance(enfants, list):
            for enfant in enfants:
                yield from _cles(enfant)


def etat_des_accords(dossier: Dossier, cote: Cote = Cote.CAF) -> list[LigneDAccord]:
    """L'état de chaque objectif de la dernière version transmise ; rien si la demande n'a pas de projet."""
    projet = dossier.projet_transmis()
    return accords_sur(dossier, contenu(projet), cote) if projet else []


def accords_sur(dossier: Dossier, dit: dict[str, Any], cote: Cote) -> list[LigneDAccord]:
    """L'état de chaque objectif de ce contenu, celui de la dernière version transmise, tel que ce côté peut le lire.

    Un point ouvert suspend l'accord de la Caf ; le centre ne le sait qu'une fois le point transmis.
    """
    accords = {accord.cle: accord for accord in dossier.accords.all()}
    points = dossier.points.ouverts().lisibles(cote).filter(cle__isnull=False)
    ouverts = [str(cle) for cle in points.values_list("cle", flat=True)]
    return [_ligne(objectif, accords.get(objectif.cle), ouverts) for objectif in objectifs_de(dit)]


def _ligne(objectif: ObjectifTransmis, accord: Accord | None, ouverts: list[str]) -> LigneDAccord:
    famille = (accord and accord.famille) or objectif.famille
    attendue = objectif.a_accepter(famille)
    discutes = sum(cle in objectif.noeuds for cle in ouverts)
    return LigneDAccord(
        objectif,
        FamilleObjectif(famille),
        caf=accord is not None and accord.empreinte_caf == attendue and not discutes,
        centre=accord is not None and accord.empreinte_centre == attendue,
        points_ouverts=discutes,
    )


def temoin_des_accords(lignes: Iterable[LigneDAccord]) -> str:
    """L'empreinte de ce qu'une page donne à accepter : qu'un mot ou une famille change, et elle change."""
    return empreinte({"lignes": sorted(ligne.objectif.a_accepter(ligne.famille) for ligne in lignes)})


def familles_accordees(dossier: Dossier) -> dict[uuid.UUID, FamilleObjectif]:
    """{objectif: famille} de ce que les deux côtés ont accepté : le contrat n'est bâti que de cela."""
    return {ligne.objectif.cle: ligne.famille for ligne in etat_des_accords(dossier) if ligne.accorde}


def phrase_des_accords(lignes: list[LigneDAccord]) -> str:
    """La suite du nombre d'objectifs accordés : « objectifs sur 46 accordés »."""
    accordes = sum(ligne.accorde for ligne in lignes)
    return f"objectif{'s' if accordes > 1 else ''} sur {len(lignes)} accordé{'s' if accordes > 1 else ''}"


def cote_de(utilisateur: Any, dossier: Dossier) -> Cote:
    """Le côté dont cette personne lit la négociation ; les instances en lisent ce que le centre en lit."""
    return Cote.CAF if utilisateur.has_perm("dossiers.voir_analyse", dossier) else Cote.CENTRE
