"""La liasse : tous les écrits d'une séance en un fichier, avec un sommaire et un signet par écrit."""

from typing import Any

from django.template.loader import render_to_string

from agrement.seances.choix import SorteDeDocument
from agrement.seances.models import DocumentDeSeance
from socle import pdf

# Le corps de chaque sorte d'écrit, dans l'ordre de la liasse.
CORPS: dict[str, str] = {
    SorteDeDocument.PROCES_VERBAL: "documents/seance/_proces_verbal.html",
    SorteDeDocument.ANNEXE: "documents/seance/_engagements.html",
    SorteDeDocument.FEUILLE: "documents/seance/_feuille.html",
    SorteDeDocument.EXTRAIT: "documents/seance/_extrait.html",
    SorteDeDocument.LETTRE: "documents/seance/_lettre.html",
}


def contenu_de_la_liasse(en_tete: dict[str, Any], ecrits: list[DocumentDeSeance]) -> dict[str, Any]:
    """Le sommaire ; chaque écrit y est nommé et non recopié, car il est déjà figé."""
    rangs = {sorte: rang for rang, sorte in enumerate(CORPS)}
    ranges = sorted(ecrits, key=lambda ecrit: (rangs[ecrit.sorte], ecrit.pk))
    retenus = ("caisse", "etabli_le", "instance", "date")
    return {
        **{nom: en_tete[nom] for nom in retenus},
        "ecrits": [{"document": ecrit.pk, "titre": _titre(ecrit)} for ecrit in ranges],
    }


def rendre_la_liasse(liasse: DocumentDeSeance) -> bytes:
    """Le PDF de la liasse, des écrits figés qu'elle nomme."""
    figes = liasse.seance.documents.figes().in_bulk([ecrit["document"] for ecrit in liasse.contenu["ecrits"]])
    ecrits = [
        {"titre": ecrit["titre"], "corps": _corps(figes[ecrit["document"]])} for ecrit in liasse.contenu["ecrits"]
    ]
    return pdf.rendre("documents/liasse.html", {**liasse.contenu, "ecrits": ecrits})


def _corps(ecrit: DocumentDeSeance) -> str:
    return render_to_string(CORPS[ecrit.sorte], ecrit.contenu)


def _titre(ecrit: DocumentDeSeance) -> str:
    """« Extrait de délibération 2026-12 – Centre social Les Tilleuls »."""
    structure = f" – {ecrit.inscription.dossier.structure}" if ecrit.inscription is not None else ""
    return f"{ecrit}{structure}"
