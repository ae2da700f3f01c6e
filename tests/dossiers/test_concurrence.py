"""Deux personnes agissent au même instant : un seul acte, et une phrase pour l'autre."""

import datetime as dt
from typing import Any

import pytest

from agrement.dossiers import operations
from agrement.dossiers.choix import Cote, Statut, TypeDossier
from agrement.dossiers.models import AccuseDeReception, Dossier, Piece, PointDeNegociation, Position
from agrement.dossiers.tasks import preparer_l_accuse
from agrement.dossiers.workflow import CIRCUIT
from socle.models import Compteur, Courriel, EntreeDuJournal, Fichier
from socle.workflow import ActeRefuse
from tests.ensemble import ensemble
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db(transaction=True)


def refus(resultats: list[Any]) -> list[ActeRefuse]:
    return [resultat for resultat in resultats if isinstance(resultat, ActeRefuse)]


def test_deux_depots_au_meme_instant_font_un_seul_acte() -> None:
    demande = Demande()
    resultats = ensemble(
        lambda: operations.deposer(Dossier.objects.get(), par=demande.directrice),
        lambda: operations.deposer(Dossier.objects.get(), par=demande.presidente),
    )
    assert [dossier.statut for dossier in resultats] == [Statut.DEPOSE, Statut.DEPOSE]
    assert EntreeDuJournal.objects.filter(acte="deposer", objet_type="dossiers.dossier").count() == 1
    assert AccuseDeReception.objects.count() == 1
    assert Compteur.objects.get(cle__startswith="enregistrement-").valeur == 1
    assert Courriel.objects.filter(objet__startswith="Accusé").count() == 2  # un par personne du centre


def test_deux_demandes_deposees_au_meme_instant_prennent_deux_numeros_qui_se_suivent() -> None:
    premiere = Demande()
    seconde = Demande(StructureFactory(caisse=premiere.caisse))
    ensemble(
        *(
            lambda d=d: operations.deposer(Dossier.objects.get(pk=d.dossier.pk), par=d.directrice)
            for d in (premiere, seconde)
        )
    )
    numeros = sorted(Dossier.objects.values_list("numero_d_enregistrement", flat=True))
    assert [numero[-4:] for numero in numeros] == ["0001", "0002"]
    assert sorted(AccuseDeReception.objects.values_list("numero", flat=True)) == numeros


def test_deux_taches_qui_impriment_le_meme_accuse_n_en_gardent_qu_un_pdf() -> None:
    demande = Demande()
    operations.deposer(demande.dossier, par=demande.directrice)  # validé : la tâche l'imprime aussitôt
    AccuseDeReception._base_manager.update(fichier=None)
    accuse = AccuseDeReception.objects.get()
    ensemble(lambda: preparer_l_accuse.call(accuse.pk), lambda: preparer_l_accuse.call(accuse.pk))
    accuse.refresh_from_db()
    assert accuse.fichier is not None
    assert Fichier.objects.filter(nom__startswith="accuse").count() == 2  # celui d'avant l'effacement, et le seul gardé


def test_deux_recevabilites_au_meme_instant_en_refusent_une() -> None:
    demande = Demande().menee_a(Statut.DEPOSE)
    demande.tout_declarer_conforme()
    demande.examiner()
    resultats = ensemble(
        lambda: CIRCUIT.executer(Dossier.objects.get(), "declarer_recevable", par=demande.conseillere),
        lambda: CIRCUIT.executer(Dossier.objects.get(), "declarer_recevable", par=demande.responsable),
    )
    (refuse,) = refus(resultats)
    assert "l'état est maintenant « Recevable »" in str(refuse)


def test_deux_demandes_de_complements_au_meme_instant_n_en_laissent_qu_une() -> None:
    demande = Demande().menee_a(Statut.DEPOSE)
    piece = demande.caisse.types_de_piece.get(code="P12")

    def demander() -> Dossier:
        return operations.demander_des_complements(
            Dossier.objects.get(), lignes=[(piece, "Illisible.")], echeance=dt.date(2099, 1, 1), par=demande.conseillere
        )

    assert len(refus(ensemble(demander, demander))) == 1
    assert demande.dossier.demandes_de_complements.count() == 1


def test_deux_ouvertures_au_meme_instant_ne_font_qu_un_dossier_et_qu_un_numero() -> None:
    structure = StructureFactory()
    par = UtilisateurFactory(direction=True, structure=structure)

    def ouvrir() -> Dossier:
        return operations.ouvrir(
            structure=structure,
            type=TypeDossier.PREMIER_AGREMENT,
            debut=dt.date(2027, 1, 1),
            fin=dt.date(2029, 12, 31),
            par=par,
        )

    (refuse,) = refus(ensemble(ouvrir, ouvrir))
    assert "déjà ouvert" in str(refuse)
    assert Dossier.objects.count() == 1
    assert Compteur.objects.get(cle__startswith="dossier-").valeur == 1


def test_deux_fichiers_ajoutes_au_meme_instant_sont_gardes() -> None:
    demande = Demande()
    ensemble(lambda: demande.joindre("P06"), lambda: demande.joindre("P06"))
    assert Piece.objects.en_vigueur().filter(type__code="P06").count() == 2


def test_deux_remplacements_au_meme_instant_n_en_laissent_qu_un() -> None:
    demande = Demande()
    ancienne = demande.joindre("P06")
    (refuse,) = refus(ensemble(*[lambda: demande.joindre("P06", remplace=ancienne)] * 2))
    assert "n'est plus celui de la pièce P06" in str(refuse)
    assert Piece.objects.filter(type__code="P06").count() == 2
    assert Piece.objects.en_vigueur().filter(type__code="P06").count() == 1


def test_deux_reprises_au_meme_instant_n_en_laissent_qu_une() -> None:
    ancienne = Demande().menee_a(Statut.RECEVABLE)
    statuts = ancienne.dossier.pieces.get(type__code="P08")
    suite = Demande(ancienne.structure, directeur=False, debut=dt.date(2030, 1, 1), fin=dt.date(2032, 12, 31))

    def reprendre() -> Piece:
        return operations.reprendre_piece(Dossier.objects.get(pk=suite.dossier.pk), statuts, par=suite.directrice)

    assert len(refus(ensemble(reprendre, reprendre))) == 1
    assert suite.dossier.pieces.filter(type__code="P08").count() == 1


def test_de_cinquante_reponses_au_meme_point_une_seule_s_ecrit_et_les_autres_sont_prevenues() -> None:
    demande = Demande().menee_a(Statut.NEGOCIATION)
    point = operations.ouvrir_un_point(demande.dossier, sujet="Accueil", position="Précisez.", par=demande.conseillere)
    operations.rendre_au_porteur(demande.dossier, par=demande.conseillere)

    def repondre(rang: int) -> Position:
        relu = PointDeNegociation.objects.select_related("dossier").get(pk=point.pk)
        return operations.prendre_position(relu, dit=operations.Dit(f"Réponse {rang}."), par=demande.directrice)

    resultats = ensemble(*(lambda rang=rang: repondre(rang) for rang in range(50)))
    (ecrite,) = [resultat for resultat in resultats if isinstance(resultat, Position)]
    assert len(refus(resultats)) == 49
    assert {ecrite.texte in str(refuse) for refuse in refus(resultats)} == {True}
    assert Position.objects.get(point=point, cote=Cote.CENTRE).texte == ecrite.texte
