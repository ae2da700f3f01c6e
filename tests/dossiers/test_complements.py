"""Une demande de compléments, de sa naissance à sa réponse ou à son retrait."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import RaisonDeComplement, Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.workflow import CIRCUIT
from centres.models import ProjetSocial
from centres.operations import PartieFermee, ajouter_noeud, ecriture
from socle.models import Courriel
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposee() -> Demande:
    demande = Demande.prete()
    operations.deposer(demande.dossier, par=demande.directrice)
    return demande


def demander(demande: Demande, *lignes: tuple[Any, ...], jours: int = 20) -> None:
    types = {type_.code: type_ for type_ in demande.caisse.types_de_piece.all()}
    operations.demander_des_complements(
        demande.dossier,
        lignes=[(types.get(cible, cible), *reste) for cible, *reste in lignes],
        echeance=timezone.localdate() + dt.timedelta(days=jours),
        par=demande.conseillere,
    )


def ecrire(demande: Demande, champ: str, valeur: str, partie: str) -> None:
    """Ce que la directrice enregistre dans le brouillon."""
    projet = ProjetSocial.objects.get(fige_le=None)
    lu = getattr(projet, champ)
    with transaction.atomic():
        ecriture.ecrire(
            projet,
            saisies={champ: valeur},
            lus={champ: lu},
            vus={champ: ecriture.temoin(lu)},
            partie=partie,
            par=demande.directrice,
        )


def test_le_projet_ne_se_rouvre_que_dans_les_parties_demandees(deposee: Demande, client: Client) -> None:
    demander(deposee, ("P12", "Illisible."), ("enjeux", "Reliez-les au diagnostic.", RaisonDeComplement.INCOMPLETE))
    dossier = deposee.dossier
    projet = ProjetSocial.objects.get(pk=dossier.projet_id)
    assert (projet.version, projet.parties_ouvertes) == (2, ["enjeux"])
    client.force_login(deposee.directrice)
    page = client.get(reverse("dossiers:complements", args=[dossier.numero])).content.decode()
    assert reverse("centres:partie", args=[projet.pk, "enjeux"]) in page
    assert reverse("dossiers:deposer_piece", args=[dossier.numero, "P12"]) in page
    assert page.count("À faire") == 2
    # Le reste se lit : l'écran y mène, l'envoi est refusé, l'opération aussi.
    fermee = reverse("centres:partie", args=[projet.pk, "diagnostic"])
    assert client.get(fermee).url == projet.lecture_de("diagnostic")
    refus = client.post(fermee, {"diagnostic": "Autre chose."})
    assert refus.status_code == 403
    assert "La Caf vous demande de revoir « Enjeux »" in refus.content.decode()
    with pytest.raises(PartieFermee):
        ajouter_noeud(projet.lignes_budget.model(projet=projet, annee=2027, sens="charge"), par=deposee.directrice)
    assert "Lecture seule" in client.get(projet.get_absolute_url()).content.decode()
    # Une ligne faite, l'autre non : rien ne part.
    deposee.joindre("P12")
    with pytest.raises(ActeRefuse, match="Partie du projet à reprendre"):
        operations.repondre_aux_complements(dossier, par=deposee.directrice)
    assert ProjetSocial.objects.get(pk=projet.pk).est_fige is False
    with pytest.raises(PartieFermee):
        ecrire(deposee, "diagnostic", "Autre chose.", "diagnostic")
    ecrire(deposee, "problematique", "Comment vivre ensemble ?", "enjeux")
    page = client.get(reverse("dossiers:complements", args=[dossier.numero])).content.decode()
    assert "À faire" not in page
    assert reverse("dossiers:repondre_aux_complements", args=[dossier.numero]) in page
    operations.repondre_aux_complements(dossier, par=deposee.directrice)
    demande = dossier.demandes_de_complements.get()
    assert (dossier.statut, demande.statut, demande.repondue_le is not None) == (Statut.DEPOSE, "repondue", True)
    assert "Répondue" in client.get(reverse("dossiers:onglet", args=[dossier.numero, "pieces"])).content.decode()


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ([("diagnostics", "À revoir.")], "n'est pas une partie de ce projet"),
        ([("finalites", "À revoir.")], "n'est pas une partie de ce projet"),  # celle d'un espace de vie sociale
        ([("P12", "Illisible."), ("P12", "Illisible.")], "Ne demandez qu'une fois la pièce P12"),
        ([("P12", "Illisible.", "caprice")], "Choisissez dans la liste la raison"),
        ([("enjeux", " ")], "Dites ce qui est attendu pour la partie « Enjeux »"),
    ],
)
def test_une_demande_fausse_n_ecrit_rien(deposee: Demande, lignes: list[tuple[Any, ...]], attendu: str) -> None:
    with pytest.raises(ActeRefuse, match=attendu):
        demander(deposee, *lignes)
    assert not deposee.dossier.demandes_de_complements.exists()
    assert Dossier.objects.get().statut == Statut.DEPOSE
    assert ProjetSocial.objects.count() == 1


def test_une_seconde_demande_attend_la_reponse_a_la_premiere(deposee: Demande) -> None:
    demander(deposee, ("P12", "Illisible."))
    with pytest.raises(ActeRefuse, match="En attente de compléments"):
        demander(deposee, ("P13", "Illisible."))
    with pytest.raises(ActeRefuse):
        CIRCUIT.executer(deposee.dossier, "declarer_recevable", par=deposee.conseillere)
    assert deposee.dossier.demandes_de_complements.count() == 1


def test_une_demande_sans_projet_ne_demande_pas_de_partie() -> None:
    avenant = Demande(type=TypeDossier.AVENANT, fin=dt.date(2028, 12, 31)).menee_a(Statut.DEPOSE)
    with pytest.raises(ActeRefuse, match="n'a pas de projet social"):
        demander(avenant, ("enjeux", "À revoir."))


def test_la_caf_retire_sa_demande_et_ce_que_le_centre_ecrivait_est_garde(
    deposee: Demande, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    transmise = deposee.dossier.projet
    redactrice = deposee.personne(co_redaction=True, structure=deposee.structure)
    demander(deposee, ("diagnostic", "Datez vos sources."))
    dossier, brouillon = deposee.dossier, ProjetSocial.objects.get(version=2)
    ecrire(deposee, "diagnostic", "Sources datées de 2026.", "diagnostic")
    with pytest.raises(ActeInterdit):
        operations.retirer_la_demande_de_complements(dossier, motif="Essai.", par=deposee.directrice)
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        operations.retirer_la_demande_de_complements(dossier, motif=" ", par=deposee.conseillere)
    assert dossier.demande_ouverte() is not None
    client.force_login(deposee.conseillere)
    retirer = reverse("dossiers:retirer_la_demande_de_complements", args=[dossier.numero])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(retirer, {"motif": "La visite a répondu à nos questions."})
    dossier.refresh_from_db()
    demande = dossier.demandes_de_complements.get()
    assert (dossier.statut, dossier.projet, demande.statut) == (Statut.DEPOSE, transmise, "annulee")
    assert demande.motif_d_annulation == "La visite a répondu à nos questions."
    for personne in (deposee.directrice, redactrice):
        courriel = Courriel.objects.filter(destinataire=personne.courriel).latest("pk")
        assert "La visite a répondu à nos questions." in courriel.texte
        assert "est gardé et se lit toujours" in courriel.texte
    # Le brouillon se lit, ne s'écrit plus, et l'onglet Projet montre la version transmise.
    client.force_login(deposee.directrice)
    fermee = reverse("centres:partie", args=[brouillon.pk, "diagnostic"])
    assert client.post(fermee, {"diagnostic": "Encore."}).status_code == 403
    assert "Sources datées" in client.get(reverse("centres:projet_lire", args=[brouillon.pk])).content.decode()
    onglet = client.get(reverse("dossiers:onglet", args=[dossier.numero, "projet"])).content.decode()
    assert "Version 1, transmise à la Caf" in onglet.replace("\n", " ")
    pieces = client.get(reverse("dossiers:onglet", args=[dossier.numero, "pieces"])).content.decode()
    assert "La visite a répondu à nos questions." in pieces
    # Il n'y a plus rien à retirer, et la demande suivante reprend ce brouillon.
    with pytest.raises(ActeRefuse, match="n'est pas possible"):
        operations.retirer_la_demande_de_complements(dossier, motif="Encore.", par=deposee.conseillere)
    demander(deposee, ("P02", "Un projet complet."))
    repris = ProjetSocial.objects.get(pk=dossier.projet_id)
    assert (repris, repris.parties_ouvertes, repris.diagnostic) == (brouillon, None, "Sources datées de 2026.")


def test_un_dossier_retire_laisse_sa_demande_sans_suite(deposee: Demande) -> None:
    demander(deposee, ("P12", "Illisible."))
    CIRCUIT.executer(deposee.dossier, "retirer", par=deposee.directrice, motif="Reporté d'un an.")
    assert deposee.dossier.demandes_de_complements.get().statut == "annulee"


def test_le_dossier_dit_quand_la_caf_doit_repondre_et_les_jours_deduits(deposee: Demande, client: Client) -> None:
    Dossier.objects.update(depose_le=timezone.now() - dt.timedelta(days=10))
    demander(deposee, ("P12", "Illisible."), jours=7)
    client.force_login(deposee.directrice)
    page = client.get(deposee.dossier.get_absolute_url()).content.decode()
    assert "7 jours de compléments déduits" in page
    assert "À préparer" in page
