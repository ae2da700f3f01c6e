"""Ce qu'un membre d'une autre instance, ou d'une autre Caisse, tenterait contre une séance, et qui ne passe pas."""

import pytest
from django.urls import reverse

from agrement.seances.operations import lever_la_seance
from socle import fichiers
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.seances import InstanceFactory, MandatFactory, decision_enregistree


@pytest.fixture
def levee(reunion):
    """Une séance levée, chacun de ses écrits imprimé."""
    decision_enregistree(reunion)
    lever_la_seance(reunion.seance, par=reunion.secretaire)
    for document in reunion.seance.documents.all():
        document.fichier = fichiers.enregistrer_pdf(b"%PDF-1.7", "ecrit.pdf", par=None)
        document.save()
    return reunion


def adresses(reunion):
    """Les écrits et les montants de la séance, la page qui suit leur impression comprise."""
    seance = reunion.seance
    yield from (reverse("seances:ecrit", args=[seance.pk, document.pk]) for document in seance.documents.all())
    for nom in ("ecrits", "engagements", "preparer"):
        yield reverse(f"seances:{nom}", args=[seance.pk])
    yield from (reverse("seances:impression", args=[une.pk]) for une in seance.impressions.all())


@pytest.mark.parametrize("partiel", [False, True])
def test_un_membre_d_une_autre_instance_ne_lit_aucun_ecrit(levee, client, partiel):
    """Ni par l'adresse, ni par le morceau que htmx rafraîchit."""
    membre = UtilisateurFactory(elu=True, caisse=levee.caisse)
    MandatFactory(instance=InstanceFactory(caisse=levee.caisse, commission=True), utilisateur=membre)
    client.force_login(membre)
    entetes = {"HX-Request": "true"} if partiel else {}
    reponses = {adresse: client.get(adresse, headers=entetes).status_code for adresse in adresses(levee)}
    assert set(reponses.values()) <= {403, 404}


@pytest.mark.parametrize("role", ["elu", "secretariat", "responsable", "conseiller", "presidence"])
def test_une_autre_caisse_ne_trouve_ni_la_seance_ni_son_dossier(levee, client, role):
    client.force_login(UtilisateurFactory(caisse=CaisseFactory(), **{role: True}))
    decision = levee.dossier.decisions.get()
    lieux = [
        *adresses(levee),
        levee.seance.get_absolute_url(),
        levee.dossier.adresse("seances:extrait", pk=decision.pk),
        levee.dossier.adresse("seances:lettre"),
        levee.dossier.adresse("seances:enregistrer_un_recours"),
        levee.dossier.adresse("seances:accueillir_le_recours"),
    ]
    assert {client.get(lieu).status_code for lieu in lieux} == {404}


@pytest.mark.parametrize("role", ["direction", "gestionnaire", "lecture"])
def test_le_centre_ne_lit_de_la_seance_que_son_extrait_notifie(levee, client, role):
    client.force_login(UtilisateurFactory(caisse=levee.caisse, structure=levee.dossier.structure, **{role: True}))
    assert {client.get(adresse).status_code for adresse in adresses(levee)} <= {403, 404}
