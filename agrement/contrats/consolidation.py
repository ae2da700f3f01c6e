"""Le contrat tel que ses avenants l'ont fait : ses valeurs et leur histoire, à n'importe quel jour."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

from agrement.contrats.blocs import TITRES, Ligne, en_mots, fondre
from agrement.contrats.choix import PartieSignataire, TypeAvenant
from agrement.contrats.models import Avenant, Contrat, VersionASigner


class Etape(NamedTuple):
    """Ce qui a écrit une valeur : le contrat, puis chaque avenant qui l'a changée."""

    source: str
    effet_le: dt.date
    adresse: str = ""


class BlocConsolide(NamedTuple):
    """Un bloc du contrat à un jour donné : ce qu'il dit, et d'où il le tient, le plus récent le dernier."""

    cle: str
    titre: str
    lignes: list[Ligne]
    histoire: list[Etape]

    @property
    def a_change(self) -> bool:
        return len(self.histoire) > 1


# --- Les valeurs ---------------------------------------------------------------------------------


def version_signee(contrat: Contrat) -> VersionASigner | None:
    """La version du contrat que les parties ont signée ; à défaut, la dernière proposée."""
    versions = [version for version in contrat.versions.all() if version.avenant_id is None]
    signees = [version for version in versions if version.scelle_pdf_id is not None]
    return max(signees or versions, key=lambda version: version.numero, default=None)


def contenu_signe(contrat: Contrat) -> dict[str, Any]:
    """Ce que le contrat signé disait, sans aucun avenant.

    Un contrat dont le texte n'est pas dans l'application dit au moins ses dates, sa structure et son gestionnaire.
    """
    version = version_signee(contrat)
    connu = {
        "numero": contrat.numero,
        "periode": {"debut": contrat.debut.isoformat(), "fin": contrat.fin.isoformat()},
        "structure": {"nom": contrat.structure.nom},
        "gestionnaire": {"raison_sociale": _gestionnaire_d_origine(contrat)},
    }
    return {**connu, **(version.contenu if version else {})}


def _gestionnaire_d_origine(contrat: Contrat) -> str:
    """Celui qui a signé le contrat, avant toute substitution."""
    if not contrat.est_repris:
        return str(contrat.dossier.gestionnaire.raison_sociale)
    noms = (partie["nom"] for partie in contrat.reprise.parties if partie["partie"] == PartieSignataire.GESTIONNAIRE)
    return next(noms, contrat.gestionnaire.raison_sociale)


def contenu_au(contrat: Contrat, jour: dt.date) -> dict[str, Any]:
    """Les valeurs en vigueur ce jour-là : celles du contrat signé, puis des avenants signés qui ont pris effet."""
    signes = contrat.avenants.signes().filter(effet_le__lte=jour)
    return consolider(contenu_signe(contrat), signes)


def contenu_avec_les_avenants_signes(contrat: Contrat) -> dict[str, Any]:
    """Les mêmes, avec tous les avenants signés, même ceux qui prendront effet plus tard."""
    return consolider(contenu_signe(contrat), contrat.avenants.signes())


def contenu_avant(avenant: Avenant) -> dict[str, Any]:
    """Ce que le contrat disait avant cet avenant signé : lui, et les avenants signés qui le précèdent."""
    signes = list(avenant.contrat.avenants.signes())
    return consolider(contenu_signe(avenant.contrat), signes[: signes.index(avenant)])


def consolider(contenu: dict[str, Any], avenants: Iterable[Avenant]) -> dict[str, Any]:
    return reduce(lambda dit, avenant: fondre(dit, avenant.modifications), avenants, contenu)


def actes_au(contrat: Contrat, jour: dt.date) -> list[dict[str, Any]]:
    """Le contrat, puis chaque avenant qui a pris effet ce jour-là : ce que chacun change, et qui l'a signé quand."""
    signes = contrat.avenants.signes().filter(effet_le__lte=jour)
    lus = signes.prefetch_related("versions__parties__signature")
    origine = _acte(str(contrat), contrat.debut, contrat.signe_le, version_signee(contrat))
    avenants = (
        _acte(
            f"Avenant n° {a.numero}",
            a.effet_le,
            a.signe_le,
            a.version,
            [TITRES[cle] for cle in TITRES if cle in a.modifications],
        )
        for a in lus
    )
    return [origine, *avenants]


def _acte(
    titre: str, effet_le: dt.date, signe_le: dt.date | None, version: VersionASigner | None, change: Sequence[str] = ()
) -> dict[str, Any]:
    parties = list(version.parties.all()) if version else []
    return {
        "titre": titre,
        "effet_le": effet_le,
        "signe_le": signe_le,
        "change": [bloc[:1].lower() + bloc[1:] for bloc in change],
        "signataires": [(p.nom, p.signature.nom, p.signature.date) for p in parties if p.est_signee],
    }


def empreinte_de(contenu: dict[str, Any], cles: Sequence[str]) -> str:
    """Le SHA-256 de ces valeurs : deux lectures du même contrat donnent la même."""
    dites = json.dumps({cle: contenu.get(cle) for cle in cles}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(dites.encode()).hexdigest()


# --- La fin et l'histoire ------------------------------------------------------------------------


def terme_de(contrat: Contrat) -> dt.date:
    """Le dernier jour réel : la fin signée ou celle du dernier avenant de durée, un retrait, une résiliation.

    Un retrait que l'État ou la Caf arrêtent avant son jour ne compte pas tant qu'ils l'arrêtent.
    """
    avenant = contrat.avenants.signes().filter(type=TypeAvenant.DUREE).last()
    fin = (avenant and avenant.nouvelle_fin) or contrat.fin
    retraits = contrat.effets.retraits().select_related("decision")
    arrets = [e.effet_le for e in retraits if e.applique_le is not None or not any(e.decision.suspension())]
    if (fin_anticipee := getattr(contrat, "fin_anticipee", None)) is not None:
        arrets.append(fin_anticipee.effet_le)
    return min([fin, *(arret - dt.timedelta(days=1) for arret in arrets)])


def consolide_au(contrat: Contrat, jour: dt.date) -> list[BlocConsolide]:
    """Chaque bloc du contrat ce jour-là, et son histoire ; ceux dont il ne dit rien n'y sont pas."""
    avenants = list(contrat.avenants.signes().filter(effet_le__lte=jour))
    origine = contenu_signe(contrat)
    contenu = consolider(origine, avenants)
    blocs = (_bloc(contrat, cle, origine, contenu, avenants) for cle in TITRES)
    return [bloc for bloc in blocs if bloc.lignes]


def _bloc(
    contrat: Contrat, cle: str, origine: dict[str, Any], contenu: dict[str, Any], avenants: list[Avenant]
) -> BlocConsolide:
    histoire = [Etape(str(contrat), contrat.debut)] if origine.get(cle) else []
    histoire += [
        Etape(f"Avenant n° {avenant.numero}", avenant.effet_le, avenant.get_absolute_url())
        for avenant in avenants
        if cle in avenant.modifications
    ]
    return BlocConsolide(cle, TITRES[cle], en_mots(cle, contenu.get(cle)), histoire)


def total_de_l_annee(contrats: Iterable[Contrat], annee: int) -> Decimal:
    """Les euros que ces contrats attendent de la Caf cette année-là, avenants en vigueur compris."""
    return sum((Decimal(contrat.montants.get(str(annee), 0)) for contrat in contrats), Decimal(0))
