"""La note d'avis technique, en une ou deux pages : pour le responsable qui la contresigne et l'instance qui décide.

Elle dit l'avis et ce qui l'accompagne. Les notes de la grille n'y sont pas : les instances n'en lisent que la synthèse.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from agrement.dossiers.models import Avis, Dossier
from socle import pdf
from socle.templatetags.composants import date_longue, duree

GABARIT = "documents/avis.html"
PUCES = ("–", "-", "•")
EN_TABLEAU = frozenset({"Réserves", "Préconisations"})


def nom_de_la_note(dossier: Dossier) -> str:
    return f"note-d-avis-{dossier.numero}.pdf"


def imprimer_la_note(dossier: Dossier, avis: Avis) -> bytes:
    """Le PDF ; tant que l'avis n'est pas rendu, chaque page dit que c'est un projet."""
    return pdf.rendre(GABARIT, contenu_de_la_note(dossier, avis), filigrane="" if dossier.avis_rendu_le else "PROJET")


def contenu_de_la_note(dossier: Dossier, avis: Avis) -> dict[str, Any]:
    """Les valeurs de la note. Une contresignature qui ne vaut plus n'y figure pas."""
    structure, projet = dossier.structure, dossier.projet_transmis()
    redige_le = timezone.localdate(avis.redige_le)
    return {
        "etabli_le": (dossier.avis_rendu_le or redige_le).isoformat(),
        "caisse": dossier.caisse.nom,
        "dossier": dossier.numero,
        "enregistrement": dossier.numero_d_enregistrement,
        "structure": structure.nom,
        "type": structure.get_type_display(),
        "commune": structure.ville,
        "gestionnaire": dossier.gestionnaire.raison_sociale,
        "demande": dossier.get_type_display(),
        "periode": f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}",
        "projet": f"{projet.titre}, version {projet.version}" if projet else "",
        "sens": avis.get_sens_display(),
        "duree": duree(avis.duree_proposee) if avis.duree_proposee else "",
        "criteres": [critere.intitule for critere in avis.criteres.all()],
        "blocs": blocs(avis.synthese),
        "reserves": [
            {"texte": r.texte, "echeance": date_longue(r.echeance), "preuve": r.preuve_attendue}
            for r in dossier.reserves.all()
        ],
        "derogations": [
            {
                "nature": derogation.get_nature_display(),
                "motif": derogation.motif,
                "contrepartie": derogation.contrepartie,
                "echeance": date_longue(derogation.date_limite),
            }
            for derogation in dossier.derogations.all()
        ],
        "preconisations": [
            {"texte": p.texte, "echeance": date_longue(p.echeance) if p.echeance else ""}
            for p in dossier.preconisations.all()
        ],
        "redige": f"{avis.par.nom_complet}, le {date_longue(redige_le)}",
        "contresigne": _contresigne(avis),
    }


def blocs(synthese: str) -> list[dict[str, Any]]:
    """La synthèse découpée pour l'imprimer : {titre, textes, points}, un bloc par paragraphe.

    Une ligne seule au-dessus de points (« – … ») en est le titre ; tout autre texte reste tel qu'il est écrit. Les
    sections que la note imprime en tableau n'y sont pas redites.
    """
    decoupes = []
    for paragraphe in synthese.replace("\r\n", "\n").split("\n\n"):
        lignes = [ligne.strip() for ligne in paragraphe.splitlines() if ligne.strip()]
        points = [ligne[1:].strip() for ligne in lignes if ligne.startswith(PUCES)]
        textes = [ligne for ligne in lignes if not ligne.startswith(PUCES)]
        titre = textes.pop(0) if points and textes and lignes[0] == textes[0] else ""
        if lignes and titre not in EN_TABLEAU:
            decoupes.append({"titre": titre, "textes": textes, "points": points})
    return decoupes


def _contresigne(avis: Avis) -> str:
    if avis.contresigne_par is None or avis.contresigne_le is None or not avis.vaut_contresigne:
        return ""
    return f"{avis.contresigne_par.nom_complet}, le {date_longue(timezone.localdate(avis.contresigne_le))}"
