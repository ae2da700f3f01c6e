"""L'avenant imprimé : ce qui change, avant et après, sa prise d'effet et ses signatures."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from agrement.contrats.blocs import ANNEXE_A, BLOCS, TITRES, Ligne, en_mots, fondre
from agrement.contrats.documents.impression import (
    CHAMP_DU_CACHET,
    CONTRAT,
    FILIGRANE_DU_PROJET,
    PREFIGURATION,
    adresse_de_verification,
    code_qr,
    en_groupes,
    en_json,
)
from agrement.contrats.models import Avenant
from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Dossier
from socle import pdf

MODELE_DE_L_AVENANT = "avenant, version 3"
LONGS = frozenset({"objectifs", ANNEXE_A, "budget", "echeances"})


def contenu_de_l_avenant(
    avenant: Avenant, *, actuel: Mapping[str, Any], code: str, parties: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Tout ce que l'avenant dit, en valeurs JSON. `actuel` : les valeurs du contrat qu'il change."""
    contrat, decision = avenant.contrat, avenant.decision
    dit = {
        "numero": avenant.reference,
        "rang": avenant.numero,
        "code": code,
        "parties": parties,
        "verification": adresse_de_verification(code),
        "modele": MODELE_DE_L_AVENANT,
        "etabli_le": timezone.localdate(),
        "caisse": contrat.caisse.nom,
        "structure": contrat.structure.nom,
        "contrat": {
            "numero": contrat.numero,
            "nature": nature_de(contrat.dossier),
            "signe_le": contrat.signe_le,
            "debut": contrat.debut,
            "fin": contrat.fin,
        },
        "type": avenant.get_type_display(),
        "objet": avenant.objet,
        "effet_le": avenant.effet_le,
        "decision": decision and {"numero": decision.numero, "date": decision.date},
        "modifications": avenant.modifications,
        "changements": changements(avenant, actuel),
    }
    valeurs: dict[str, Any] = json.loads(en_json(dit))
    return valeurs


def nature_de(dossier: Dossier | None) -> str:
    """« contrat de préfiguration » ou « contrat d'agrément » ; un contrat repris, sans dossier, est un agrément."""
    prefiguration = dossier is not None and dossier.type == TypeDossier.PREFIGURATION
    return (PREFIGURATION if prefiguration else CONTRAT).lower()


def changements(avenant: Avenant, actuel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Pour chaque bloc que l'avenant ouvre et change : son titre, ses lignes avant et après."""
    apres = fondre(actuel, avenant.modifications)
    return [
        {"titre": TITRES[cle], **_avant_apres(cle, actuel, apres)}
        for cle in BLOCS[avenant.type].cles
        if cle in avenant.modifications and actuel.get(cle) != apres.get(cle)
    ]


def _avant_apres(cle: str, actuel: Mapping[str, Any], apres: Mapping[str, Any]) -> dict[str, Any]:
    """Les lignes du bloc avant et après. Un bloc long ne redit que celles qui changent : il est `partiel`."""
    avant, ensuite = en_mots(cle, actuel.get(cle)), en_mots(cle, apres.get(cle))
    if cle not in LONGS:
        return {"partiel": False, "avant": avant, "apres": ensuite}
    return {
        "partiel": True,
        "avant": [ligne for ligne in avant if ligne not in ensuite],
        "apres": [ligne for ligne in ensuite if ligne not in avant],
    }


def cote_a_cote(changements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ces changements, chacun avec ses `lignes` : un libellé, ce que le contrat en disait, ce qu'il en dira."""
    return [{**change, "lignes": list(_lignes(change["avant"], change["apres"]))} for change in changements]


def _lignes(avant: Sequence[Ligne], apres: Sequence[Ligne]) -> Iterator[tuple[str, list[str], list[str]]]:
    for libelle in dict.fromkeys(libelle for libelle, _ in (*avant, *apres)):
        disait, dira = ([valeur for dit, valeur in cote if dit == libelle] for cote in (avant, apres))
        yield libelle, disait, dira


def imprimer_l_avenant(contenu: Mapping[str, Any], *, projet: bool) -> bytes:
    """Le PDF de l'avenant. `projet` : chaque page porte « PROJET » ; sinon, c'est l'exemplaire à signer."""
    etabli_le = dt.date.fromisoformat(contenu["etabli_le"])
    contexte = {
        **contenu,
        "etabli_le": etabli_le,
        "code_lisible": en_groupes(contenu["code"]),
        "effet_le": dt.date.fromisoformat(contenu["effet_le"]),
        "contrat": _dates(contenu["contrat"], "signe_le", "debut", "fin"),
        "decision": contenu["decision"] and _dates(contenu["decision"], "date"),
        "changements": cote_a_cote(contenu["changements"]),
        "a_signer": not projet,
        "champ_du_cachet": CHAMP_DU_CACHET,
    }
    donnees = pdf.PieceJointe(
        nom=f"avenant-{contenu['numero']}.json",
        contenu=en_json(contenu).encode(),
        description=f"Les données de l'avenant {contenu['numero']}",
        le=dt.datetime.combine(etabli_le, dt.time(), dt.UTC),
    )
    filigrane = FILIGRANE_DU_PROJET if projet else ""
    return pdf.rendre(
        "documents/avenant.html", contexte, filigrane=filigrane, joindre=[donnees], a_signer=not projet,
        images={"verification.svg": code_qr(contenu["verification"])},
    )  # fmt: skip


def _dates(dit: Mapping[str, Any], *cles: str) -> dict[str, Any]:
    return {**dit, **{cle: dt.date.fromisoformat(dit[cle]) for cle in cles if dit.get(cle)}}
