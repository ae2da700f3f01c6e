"""Un membre qui se déporte ne lit ni le contrat né du point, ni celui que le point change ; les autres les lisent."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from agrement.contrats import operations
from agrement.contrats.choix import TypeAvenant
from agrement.contrats.models import Contrat
from agrement.contrats.operations.acces import represente
from agrement.contrats.operations.codes import envoyer_le_lien
from agrement.contrats.operations.generation import parties_du_contrat
from agrement.contrats.urls import PAGES
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Decision, Deport, Mandat
from centres.models import ProjetSocial
from comptes.choix import VOTANTS
from partenaires.models import Convention
from socle.models import Courriel
from tests.fabriques import CaisseFactory, StructureFactory, UtilisateurFactory
from tests.fabriques.avenants import avenant_signe, contrat_ecrit, decision_notifiee
from tests.fabriques.contrats import a_trois, contrat_propose, partie_du, proposer_sans_rendre
from tests.fabriques.partenaires import ConventionFactory
from tests.fabriques.seances import MandatFactory
from tests.fabriques.suivi import ContratSigneFactory

JUIN = dt.date(2027, 6, 1)


@pytest.fixture
def scene() -> SimpleNamespace:
    """Un contrat signé, deux élues qui siègent où il s'est décidé, et la présidence."""
    contrat = contrat_ecrit()
    personnes = {
        nom: UtilisateurFactory(caisse=contrat.caisse, **{role: True})
        for nom, role in (("elue", "elu"), ("autre", "elu"), ("president", "presidence"), ("comptable", "comptable"))
    }
    return SimpleNamespace(contrat=contrat, conseillere=UtilisateurFactory(caisse=contrat.caisse), **personnes)


def deporter(personne: Any, decision: Decision) -> Deport:
    """Le déport de cette personne au point de cette décision, qu'elle y siège déjà ou non."""
    instance = decision.inscription.seance.instance
    mandat = Mandat.objects.filter(instance=instance, utilisateur=personne).first()
    mandat = mandat or MandatFactory(instance=instance, utilisateur=personne)
    return Deport.objects.create(inscription=decision.inscription, mandat=mandat, motif="Administratrice du centre")


def lus(personne: Any) -> set[int]:
    return set(Contrat.objects.visibles_par(personne).values_list("pk", flat=True))


# --- Ce qui se ferme ----------------------------------------------------------------------------


def test_le_contrat_ne_du_point_se_ferme_a_qui_s_en_deporte_et_a_lui_seul(scene):
    ouvert = ContratSigneFactory(structure__caisse=scene.contrat.caisse)
    deporter(scene.elue, scene.contrat.decision)
    assert lus(scene.elue) == {ouvert.pk}
    for personne in (scene.autre, scene.president, scene.conseillere, scene.comptable):
        assert lus(personne) == {ouvert.pk, scene.contrat.pk}


def test_le_contrat_que_le_point_change_se_ferme_aussi(scene, le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime.combine(JUIN, dt.time(10), dt.UTC))
    prorogation = decision_notifiee(
        scene.contrat, TypeDecision.PROROGATION, le=JUIN, debut=dt.date(2030, 1, 1), fin=dt.date(2030, 6, 30)
    )
    periode = {"periode": {"debut": "2027-01-01", "fin": "2030-06-30", "duree": "42 mois"}}
    avenant_signe(scene.contrat, TypeAvenant.DUREE, periode, effet_le=dt.date(2030, 1, 1), decision=prorogation)
    sursis = decision_notifiee(
        scene.contrat, TypeDecision.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31), conditions="Recruter."
    )
    operations.faire_vivre_les_contrats()
    deporter(scene.elue, prorogation)
    deporter(scene.autre, sursis)
    assert [lus(personne) for personne in (scene.elue, scene.autre)] == [set(), set()]
    assert lus(scene.president) == {scene.contrat.pk}


@pytest.mark.parametrize(
    "attaquant",
    [
        lambda contrat: UtilisateurFactory(elu=True, caisse=contrat.caisse),
        lambda contrat: UtilisateurFactory(presidence=True, caisse=contrat.caisse),
        lambda contrat: UtilisateurFactory(direction=True, structure=StructureFactory(caisse=contrat.caisse)),
        lambda contrat: UtilisateurFactory(gestionnaire=True, structure=StructureFactory(caisse=contrat.caisse)),
        lambda contrat: UtilisateurFactory(caisse=CaisseFactory()),
        lambda contrat: UtilisateurFactory(responsable=True, caisse=CaisseFactory()),
    ],
    ids=["élue déportée", "présidence déportée", "directrice d'un autre centre", "présidente d'un autre gestionnaire",
         "conseillère d'une autre Caisse", "responsable d'une autre Caisse"],
)  # fmt: skip
def test_aucune_adresse_du_contrat_ne_repond_a_qui_il_est_ferme(scene, client, attaquant):
    """Toutes celles qui nomment un contrat, d'après les adresses de l'application : pages, fichiers, images, actes."""
    contrat, version = scene.contrat, scene.contrat.versions.get()
    version.parties.create(rang=1, partie="caf", nom="Caf")
    personne = attaquant(contrat)
    if personne.role in VOTANTS:
        deporter(personne, contrat.decision)
    client.force_login(personne)
    connus: dict[str, Any] = {
        "numero": contrat.numero, "pk": version.pk, "rang": 1, "page": 1, "type": TypeAvenant.DUREE.value,
    }  # fmt: skip
    adresses = dict(_adresses_d_un_contrat(connus))
    assert {"contrats:contrat", "contrats:scelle_pdf", "contrats:version_consolidee_pdf", "contrats:preuve",
            "contrats:page_du_contrat", "contrats:avenant_scelle", "contrats:signer"} <= set(adresses)  # fmt: skip
    ouvertes = {nom for nom, adresse in adresses.items() if client.get(adresse).status_code not in {404, 405}}
    assert ouvertes == set()
    assert {client.post(adresse).status_code for adresse in adresses.values()} <= {404, 405}


def _adresses_d_un_contrat(connus: dict[str, Any]) -> Any:
    """(nom, adresse) de chaque page sous « contrats/<numéro>/ »."""
    for nom in (cle for cle in get_resolver().namespace_dict["contrats"][1].reverse_dict if isinstance(cle, str)):
        possibles, motif = get_resolver().namespace_dict["contrats"][1].reverse_dict.getlist(nom)[0][:2]
        if motif.startswith("contrats/(?P<numero>"):
            noms = possibles[0][1]
            yield f"contrats:{nom}", reverse(f"contrats:{nom}", kwargs={cle: connus[cle] for cle in noms})


def test_ni_liste_ni_export_ni_recherche_ni_structure_ne_le_nomment(scene, client):
    contrat = scene.contrat
    adresses = [
        reverse("contrats:liste"),
        reverse("contrats:liste") + "?export=csv",
        reverse("accueil:recherche") + f"?q={contrat.numero}",
        contrat.structure.get_absolute_url(),
        reverse("accueil:accueil"),
    ]
    client.force_login(scene.elue)
    assert contrat.numero in client.get(adresses[0]).content.decode()
    deporter(scene.elue, contrat.decision)
    for adresse in adresses:
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        corps = b"".join(reponse) if reponse.streaming else reponse.content
        assert f"{contrat.get_absolute_url()}" not in corps.decode()
    assert client.get(adresses[0]).context["page"].paginator.count == 0


def test_la_verification_publique_reste_a_chacun(scene, client):
    deporter(scene.elue, scene.contrat.decision)
    client.force_login(scene.elue)
    code = scene.contrat.versions.get().code
    assert client.get(reverse("contrats:verifier_un_code", args=[code])).status_code == 200


def test_le_projet_du_dossier_se_ferme_avec_lui(accord):
    elue = UtilisateurFactory(elu=True, caisse=accord.caisse)
    projets = ProjetSocial.objects.visibles_par(elue).filter(pk=accord.dossier.projet_id)
    assert projets.exists()
    deporter(elue, accord.decision)
    assert not ProjetSocial.objects.visibles_par(elue).filter(pk=accord.dossier.projet_id).exists()
    secretaire = UtilisateurFactory(secretariat=True, caisse=accord.caisse)
    assert ProjetSocial.objects.visibles_par(secretaire).filter(pk=accord.dossier.projet_id).exists()


@pytest.mark.parametrize("nombre", [2, 20])
def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_contrats(scene, nombre):
    for contrat in ContratSigneFactory.create_batch(nombre, structure__caisse=scene.contrat.caisse):
        deporter(scene.elue, contrat.decision)
    with CaptureQueriesContext(connection) as requetes:
        assert lus(scene.elue) == {scene.contrat.pk}
    assert len(requetes) <= 4


# --- Ce qui ne part pas -------------------------------------------------------------------------


def test_le_rappel_d_une_version_ne_s_ecrit_pas_a_la_presidence_qui_se_deporte(accord):
    contrat = contrat_propose(accord)
    seconde = UtilisateurFactory(presidence=True, caisse=accord.caisse)
    deporter(accord.president, accord.decision)
    operations.rappeler_la_signature(contrat.version, motif="Le montant de 2028 est faux.", par=accord.conseillere)
    destinataires = set(Courriel.objects.filter(objet__contains="rappelée").values_list("destinataire", flat=True))
    assert destinataires == {seconde.courriel, accord.presidente.courriel}


def test_la_presidence_qui_se_deporte_d_un_avenant_ne_le_signe_pas(scene):
    contrat_a_signer = scene.contrat
    version = contrat_a_signer.versions.get()
    version.parties.create(rang=1, partie="caf", nom="Caf")
    partie = partie_du(contrat_a_signer, "caf")
    assert represente(scene.president, partie)
    maintien = decision_notifiee(contrat_a_signer, TypeDecision.MAINTIEN, le=JUIN, dossier="avenant")
    operations.ecrire_un_avenant(
        contrat_a_signer, TypeAvenant.DUREE, objet="Essai.", effet_le=JUIN, decision=maintien, par=scene.conseillere,
        modifications={"periode": {"debut": "2027-01-01", "fin": "2028-12-31", "duree": "2 ans"}},
    )  # fmt: skip
    deporter(scene.president, maintien)
    assert not represente(scene.president, partie)


# --- Un lien personnel ----------------------------------------------------------------------------


def test_le_lien_d_une_version_rappelee_n_ouvre_ni_l_ancien_texte_ni_le_nouveau(accord, client):
    contrat = contrat_propose(accord, a_trois(accord))
    jeton = envoyer_le_lien(partie_du(contrat, "commune")).jeton()
    assert client.get(reverse("contrats:signer_par_le_lien", args=[jeton])).status_code == 200
    operations.rappeler_la_signature(contrat.version, motif="Une erreur de date.", par=accord.conseillere)
    proposer_sans_rendre(contrat, parties_du_contrat(accord.dossier))
    for nom in PAGES:
        adresse = reverse(f"contrats:{nom}_par_le_lien", args=[jeton, *([1] if nom == "page_a_signer" else [])])
        for reponse in (client.get(adresse), client.post(adresse, {"texte": "Essai", "code": "000000"})):
            assert (reponse.status_code, reponse["Content-Type"]) == (410, "text/html; charset=utf-8")


# --- Une convention partagée --------------------------------------------------------------------


def test_une_convention_ne_nomme_pas_le_contrat_qu_on_ne_lit_pas(scene, client):
    """Ni à l'élue qui se déporte, ni à la directrice d'un autre centre partie à la même convention."""
    autre = ContratSigneFactory(structure__caisse=scene.contrat.caisse, fin=dt.date(2029, 12, 31))
    convention = ConventionFactory(caisse=scene.contrat.caisse, fin=dt.date(2030, 6, 30))
    convention.structures.add(scene.contrat.structure, autre.structure)
    convention.contrats.add(scene.contrat)
    directrice = UtilisateurFactory(direction=True, structure=autre.structure)
    deporter(scene.elue, scene.contrat.decision)
    for personne, lit in ((scene.autre, True), (scene.elue, False), (directrice, False)):
        client.force_login(personne)
        page = client.get(convention.get_absolute_url()).content.decode()
        assert (scene.contrat.numero in page) is lit
        liste = client.get(reverse("partenaires:conventions")).content.decode()
        assert ("Durées non alignées</" in liste) is lit
        assert Convention.objects.non_alignees(lues_par=personne).exists() is lit
