"""Les PDF d'un texte à signer se rendent hors de la transaction qui l'écrit, et disent pourtant ce qu'elle écrit."""

import pytest
from django.db import connection

from agrement.contrats import operations
from agrement.contrats.choix import TypeAvenant
from agrement.contrats.models import Contrat, VersionASigner
from agrement.contrats.operations import avenants as sur_avenants
from agrement.contrats.operations import epreuves, lots
from agrement.dossiers.models import Dossier
from socle import fichiers
from socle.models import Compteur
from tests.fabriques.avenants import conseillere_de, contenu_d_essai, contrat_ecrit
from tests.greffons.pdf import jointes


@pytest.fixture
def rendus(monkeypatch):
    """Chaque rendu, et le nombre des transactions ouvertes autour de lui."""
    faits = []

    def imprimer(contenu, *, projet):
        faits.append((contenu["numero"], projet, len(connection.savepoint_ids)))
        return f"%PDF {contenu['numero']} {contenu['structure']['nom']} {projet}".encode()

    monkeypatch.setattr(epreuves, "imprimer", imprimer)
    return faits


def test_rien_ne_se_rend_dans_la_transaction_qui_ecrit(accord, rendus):
    dehors = len(connection.savepoint_ids)
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    assert rendus == [(contrat.numero, True, dehors), (contrat.numero, False, dehors)]


def test_ni_dans_celle_d_un_lot(accord, rendus):
    dehors = len(connection.savepoint_ids)
    lot = operations.demander_les_contrats([accord.dossier.pk], par=accord.conseillere)
    operations.generer_en_lot(lot)
    assert (lot.faits, lot.reussis) == (1, 1)
    assert [transactions for _, _, transactions in rendus] == [dehors, dehors]


def test_ni_dans_celle_d_un_avenant(monkeypatch):
    dehors, rendus = len(connection.savepoint_ids), []

    def imprimer(contenu, *, projet):
        rendus.append((projet, len(connection.savepoint_ids)))
        return f"%PDF {contenu['numero']} {projet}".encode()

    monkeypatch.setattr(sur_avenants, "imprimer_l_avenant", imprimer)
    contrat = contrat_ecrit()
    for rang, partie in enumerate(("gestionnaire", "caf"), 1):
        contrat.versions.get().parties.create(rang=rang, partie=partie, nom=partie)
    conseillere = conseillere_de(contrat)
    horaires = {"structure": {**contenu_d_essai()["structure"], "horaires": "9 h"}}
    avenant = operations.ecrire_un_avenant(
        contrat, TypeAvenant.TERRITOIRE, modifications=horaires, objet="Horaires.", effet_le=contrat.debut,
        par=conseillere,
    )  # fmt: skip
    version = operations.proposer_un_avenant(avenant, par=conseillere)
    assert rendus == [(True, dehors), (False, dehors)]
    with fichiers.ouvrir(version.original_pdf) as original:
        assert original.read() == f"%PDF {avenant.reference} False".encode()


def test_ce_qui_change_pendant_le_rendu_s_imprime_a_nouveau(accord, rendus, monkeypatch):
    imprimer = epreuves.imprimer

    def imprimer_pendant_qu_on_renomme(contenu, *, projet):
        if not rendus:
            accord.structure.nom = "Centre social Les Glycines"
            accord.structure.save()
        return imprimer(contenu, projet=projet)

    monkeypatch.setattr(epreuves, "imprimer", imprimer_pendant_qu_on_renomme)
    dossier = Dossier.objects.get(pk=accord.dossier.pk)
    contrat = operations.generer(dossier, par=accord.conseillere)
    version = VersionASigner.objects.get(contrat=contrat)
    assert len(rendus) == 4
    assert version.contenu["structure"]["nom"] == "Centre social Les Glycines"
    with fichiers.ouvrir(version.original_pdf) as original:
        assert "Les Glycines" in original.read().decode()


def test_un_numero_sans_cesse_pris_finit_par_s_imprimer_sur_place(accord, rendus, monkeypatch):
    imprimer = epreuves.imprimer

    def imprimer_pendant_qu_on_compte(contenu, *, projet):
        annee = contenu["numero"][1:5]
        if len(connection.savepoint_ids) == dehors:
            Compteur.suivant(f"contrat-{accord.dossier.caisse_id}-{annee}")
        return imprimer(contenu, projet=projet)

    monkeypatch.setattr(epreuves, "imprimer", imprimer_pendant_qu_on_compte)
    dehors = len(connection.savepoint_ids)
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    assert len(rendus) == 2 * (epreuves.ESSAIS + 1)
    assert rendus[-1][2] > dehors
    assert rendus[-1][0] == contrat.numero == Contrat.objects.get().numero


def test_un_rendu_impossible_n_ecrit_rien_et_n_arrete_pas_le_lot(accord, rendus, monkeypatch, caplog):
    def echouer(contenu, *, projet):
        raise ValueError("police absente")

    monkeypatch.setattr(epreuves, "imprimer", echouer)
    lot = operations.demander_les_contrats([accord.dossier.pk, 987654], par=accord.conseillere)
    operations.generer_en_lot(lot)
    lot.refresh_from_db()
    assert (lot.faits, lot.reussis) == (2, 0)
    assert lot.echecs == [
        {"numero": accord.dossier.numero, "raison": lots.IMPREVU},
        {"numero": "", "raison": lots.PERDU},
    ]
    assert not Contrat.objects.exists()
    assert "police absente" in caplog.text


def test_l_exemplaire_garde_porte_le_contenu_garde(accord):
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    version = VersionASigner.objects.get(contrat=contrat)
    for garde in (version.projet_pdf, version.original_pdf):
        with fichiers.ouvrir(garde) as pdf:
            (donnees,) = jointes(pdf.read()).values()
        assert donnees == version.contenu
        assert donnees["code"] == version.code
