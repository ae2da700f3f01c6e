"""L'impression des écrits figés d'une séance, et la fiche de présentation de chaque dossier."""

import pytest

from agrement.seances.choix import SorteDeDocument
from agrement.seances.models import DocumentDeSeance, ImpressionDeSeance
from agrement.seances.operations import imprimer_les_ecrits
from socle.choix import StatutTravail
from tests.fabriques.seances import seance_tenue


@pytest.fixture
def sorte_imprimable(monkeypatch):
    """Un gabarit qui existe et qui ne demande presque rien."""
    from agrement.seances.documents import impression

    monkeypatch.setitem(
        impression.IMPRIMES,
        SorteDeDocument.FEUILLE,
        impression.Imprime("feuille", "documents/piece_de_demonstration.html"),
    )


def fige(reunion, sorte, **champs):
    ecrit = DocumentDeSeance(seance=reunion.seance, sorte=sorte, **champs)
    ecrit.figer(reunion.secretaire)
    ecrit.save()
    return ecrit


def test_les_ecrits_figes_s_impriment_une_fois_et_celui_qui_echoue_n_arrete_pas_les_autres(
    sorte_imprimable, django_capture_on_commit_callbacks
):
    reunion = seance_tenue(points=0)
    assert imprimer_les_ecrits(reunion.seance, par=reunion.secretaire) is None
    feuille = fige(reunion, SorteDeDocument.FEUILLE, contenu={"structure": "A", "piece": "B", "texte": "C"})
    casse = fige(reunion, SorteDeDocument.LIASSE)
    with django_capture_on_commit_callbacks(execute=True):
        imprimer_les_ecrits(reunion.seance, par=reunion.secretaire)
    impression = ImpressionDeSeance.objects.get()
    assert (impression.statut, impression.faits, impression.total) == (StatutTravail.ECHOUE, 2, 2)
    assert impression.raison_de_l_echec.startswith("Ces écrits n'ont pas pu s'imprimer : Liasse de la séance.")
    feuille.refresh_from_db()
    assert feuille.fichier.nom == "feuille-2026-12-14.pdf"
    assert list(reunion.seance.documents.a_imprimer()) == [casse]
