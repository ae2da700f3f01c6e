"""L'onglet Analyse : l'avis, ses conditions, la grille et ce qui l'appuie, les préconisations, les notes internes."""

from typing import Any

from agrement.dossiers.models import Avis, Dossier, NoteInterne
from agrement.dossiers.proposition import adresses_des_pieces, proposer
from agrement.dossiers.views.avis_de_partenaires import avis_des_partenaires
from agrement.dossiers.workflow.gardes.avis import conditions_de_l_avis
from centres.models import ProjetSocial
from comptes.models import Utilisateur
from comptes.requetes import Requete
from evaluation.comparaison import Comparaison, comparer


def analyse(request: Requete, trouve: Dossier) -> dict[str, Any]:
    lus = Avis.objects.filter(dossier=trouve).select_related("par", "contresigne_par").prefetch_related("criteres")
    avis = lus.first()
    if not request.user.has_perm("dossiers.voir_analyse", trouve):
        rendu = avis if trouve.avis_rendu_le else None
        return {
            "reduite": True,
            "avis": rendu,
            "preconisations": trouve.preconisations.all() if rendu else [],
            "partenaires": avis_des_partenaires(request, trouve),
        }
    note = trouve.projet_transmis()
    grille = comparer(note, adresses_des_pieces(trouve)) if note else None
    conditions = [] if trouve.est_final else conditions_de_l_avis(trouve)
    instruit = request.user.has_perm("dossiers.instruire", trouve)
    return {
        "reduite": False,
        "avis": avis,
        "proposition": proposer(trouve, conditions) if trouve.est_en_negociation else None,
        "conditions": conditions,
        "grille": grille,
        "gestes": _gestes(request.user, trouve, note, grille),
        "preconisations": trouve.preconisations.all(),
        "partenaires": avis_des_partenaires(request, trouve),
        "peut_rediger": trouve.est_en_negociation and instruit,
        "peut_ecrire": instruit,
        "notes": NoteInterne.objects.filter(dossier=trouve).select_related("par"),
    }


def _gestes(
    utilisateur: Utilisateur, trouve: Dossier, note: ProjetSocial | None, grille: Comparaison | None
) -> dict[str, bool]:
    """Ce que la personne peut faire de la grille dans son état présent."""
    note_le_projet = note is not None and not trouve.est_final and utilisateur.has_perm("evaluation.coter", note)
    if grille is None or not note_le_projet:
        return dict.fromkeys(("noter", "reprendre", "clore", "rouvrir"), False)
    entiere = bool(grille.lignes) and grille.notes_donnees == len(grille.lignes)
    return {
        "noter": not grille.est_close,
        "reprendre": not grille.est_close and grille.a_reprendre > 0,
        "clore": not grille.est_close and entiere,
        "rouvrir": grille.est_close and trouve.avis_rendu_le is None,
    }
