"""Le rendu du contrat : les valeurs gardées deviennent un PDF qui les porte aussi en JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import segno
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from agrement.contrats.documents.texte import charte_de_la_laicite, relire, remplir
from agrement.contrats.regles import ANNEXES
from socle import pdf

FILIGRANE_DU_PROJET = "PROJET"
FILIGRANE_CONSOLIDE = "VERSION CONSOLIDÉE"
CHAMP_DU_CACHET = "cachet"
GABARIT = "documents/contrat.html"
CONTRAT, PREFIGURATION = "Contrat d'agrément", "Contrat de préfiguration"
# Ce qui imprime chaque champ qui n'est pas fait de simples paragraphes.
GABARITS: MappingProxyType[str, str] = MappingProxyType(
    {
        "cite": "documents/contrat/_cite.html",
        "objectifs": "documents/contrat/_objectifs.html",
        "prestations": "documents/contrat/_prestations.html",
        "echeances": "documents/contrat/_echeances.html",
        "reserves": "documents/contrat/_reserves.html",
        "derogations": "documents/contrat/_derogations.html",
        "signatures": "documents/contrat/_signatures.html",
    }
)


def imprimer(contenu: Mapping[str, Any], *, projet: bool) -> bytes:
    """Le PDF du contrat. `projet` : chaque page porte « PROJET » ; sinon, c'est l'exemplaire à signer.

    Les mêmes valeurs, en JSON, sont jointes au PDF pour qu'un logiciel les relise. Chaque page porte le code de
    vérification, en lettres et en QR.
    """
    return _imprimer(contenu, filigrane=FILIGRANE_DU_PROJET if projet else "", gabarits=GABARITS)


def imprimer_la_version_consolidee(
    contenu: Mapping[str, Any], *, au: dt.date, actes: Sequence[Mapping[str, Any]]
) -> bytes:
    """Le PDF du contrat tel que ses avenants l'ont fait, ce jour-là. Il n'est pas un original, et le dit.

    `actes` : le contrat, puis ses avenants (`consolidation.actes_au`) ; ils tiennent lieu de cadres de signature.
    """
    gabarits = {**GABARITS, "signatures": "documents/contrat/_actes.html"}
    return _imprimer(contenu, filigrane=FILIGRANE_CONSOLIDE, gabarits=gabarits, consolidee={"au": au, "actes": actes})


def _imprimer(
    contenu: Mapping[str, Any], *, filigrane: str, gabarits: Mapping[str, str], consolidee: Any = None
) -> bytes:
    imprime = relire(contenu)
    articles = [
        {**article, "blocs": [{**bloc, "gabarit": gabarits.get(bloc["cadre"], "")} for bloc in article["blocs"]]}
        for article in remplir(contenu)
    ]
    contexte = {
        "stipulations": {},
        **imprime,
        "consolidee": consolidee,
        "document": CONTRAT if contenu["projet"] else PREFIGURATION,  # une préfiguration n'a pas de projet social
        "articles": articles[:-2],
        "derniers_articles": articles[-2:],
        "charte": charte_de_la_laicite(contenu),
        "annexes": ANNEXES if contenu["projet"] else (),
        "code_lisible": en_groupes(contenu["code"]),
        "a_signer": not filigrane,
        "champ_du_cachet": CHAMP_DU_CACHET,
    }
    donnees = pdf.PieceJointe(
        nom=f"contrat-{contenu['numero']}.json",
        contenu=en_json(contenu).encode(),
        description=f"Les données du contrat {contenu['numero']}",
        le=dt.datetime.combine(imprime["etabli_le"], dt.time(), dt.UTC),
    )
    return pdf.rendre(
        GABARIT, contexte, filigrane=filigrane, joindre=[donnees], a_signer=not filigrane,
        images={"verification.svg": code_qr(contenu["verification"])},
    )  # fmt: skip


def en_groupes(code: str) -> str:
    """« 7K3P-9QXM-2TVA » : le code de vérification, tel qu'il se recopie."""
    return "-".join(code[debut : debut + 4] for debut in range(0, len(code), 4))


def adresse_de_verification(code: str) -> str:
    """La page publique qui reconnaît ce code."""
    return f"{settings.ADRESSE_PUBLIQUE}/verifier/{code}/"


def code_qr(adresse: str) -> bytes:
    """Le dessin SVG du QR qui mène à cette adresse."""
    dessin = io.BytesIO()
    segno.make_qr(adresse, error="m").save(dessin, kind="svg", border=0, xmldecl=False, nl=False, dark="#1d2733")
    return dessin.getvalue()


def en_json(dit: Mapping[str, Any]) -> str:
    return json.dumps(dit, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
