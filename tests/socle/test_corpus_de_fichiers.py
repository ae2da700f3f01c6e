"""Soixante fichiers hostiles, tous refusés ou rendus inoffensifs ; vingt-cinq bons, tous admis et rendus intacts."""

import tempfile
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from socle import fichiers
from tests.fabriques.fichiers import recu
from tests.socle.corpus.bons import BONS
from tests.socle.corpus.hostiles import HOSTILES

SECONDES = 2


def restes() -> set[str]:
    """Ce qui est sur le disque, dans le dossier des fichiers comme dans celui des fichiers temporaires."""
    gardes = default_storage.listdir("")[1] if default_storage.exists("") else []
    return {*gardes, *(chemin.name for chemin in Path(tempfile.gettempdir()).glob("tmp*"))}


@pytest.fixture(autouse=True)
def temporaires(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_le_corpus_est_entier():
    assert [cas.numero for cas in HOSTILES] == list(range(1, 61))
    assert [cas.numero for cas in BONS] == list(range(1, 26))


@pytest.mark.parametrize("cas", HOSTILES, ids=lambda cas: f"{cas.numero:02d} {cas.sujet}")
def test_un_fichier_hostile_est_refuse_ou_neutralise(cas):
    fichier, avant = recu(cas.nom, cas.faire()), restes()
    debut = time.perf_counter()
    if cas.raison:
        with pytest.raises(ValidationError) as refus:
            fichiers.controler(fichier)
        (phrase,) = refus.value.messages
        assert cas.raison in phrase
        assert phrase.startswith("Le fichier « ")
        assert phrase.endswith(".")
    else:
        assert fichiers.controler(fichier)[0] == cas.devient
    assert time.perf_counter() - debut < SECONDES
    assert restes() == avant


@pytest.mark.django_db
@pytest.mark.parametrize("cas", BONS, ids=lambda cas: f"{cas.numero:02d} {cas.nom}")
def test_un_bon_fichier_est_admis_et_rendu_intact(cas):
    contenu = cas.faire()
    debut = time.perf_counter()
    garde = fichiers.enregistrer(recu(cas.nom, contenu), par=None)
    assert time.perf_counter() - debut < SECONDES
    assert garde.nom == cas.nom
    rendu = fichiers.reponse(garde)
    assert b"".join(rendu.streaming_content) == contenu
    assert rendu["Content-Disposition"].startswith("attachment;")
    rendu.close()
