"""Préparer une séance : l'ordre du jour, les rapporteurs, les convocations, le dossier de séance."""

import datetime as dt
import io
from html import unescape

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agrement.dossiers.choix import SensAvis
from agrement.dossiers.models import Avis
from agrement.seances.choix import SorteDeDocument, SorteDInteret, StatutSeance
from agrement.seances.models import Convocation, Deport, DocumentDeSeance, Inscription, InteretDeclare, Seance
from agrement.seances.operations import (
    convoquer,
    convoquer_a_nouveau,
    deplacer,
    designer_les_rapporteurs,
    imprimer_les_ecrits,
    inscrire_ensemble,
    ordonner,
    valider_la_fiche,
)
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory, InscriptionFactory, MandatFactory, SeanceFactory, seance_tenue

PDF = "application/pdf"


def dans_l_etat(seance, statut):
    Seance.objects.filter(pk=seance.pk).update(statut=statut)
    seance.refresh_from_db()
    return seance


@pytest.fixture
def arretee():
    """Trois points à l'ordre du jour arrêté d'un conseil au complet, dont une élue a un compte."""
    reunion = seance_tenue(points=3, date=dt.date(2027, 2, 8), heure=dt.time(14), lieu="Salle du conseil")
    dans_l_etat(reunion.seance, StatutSeance.ARRETEE)
    for point in reunion.points:
        point.seance.refresh_from_db()
    reunion.elue = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    reunion.mandat = reunion.membres[0]
    reunion.mandat.utilisateur = reunion.elue
    reunion.mandat.save()
    return reunion


@pytest.fixture
def convoquee(arretee):
    for point in arretee.points:
        valider_la_fiche(point, par=arretee.secretaire)
    convoquer(arretee.seance, par=arretee.secretaire)
    return arretee


@pytest.fixture
def imprimee(convoquee, django_capture_on_commit_callbacks):
    """La séance convoquée, quand la tâche de fond en a imprimé les écrits."""
    with django_capture_on_commit_callbacks(execute=True):
        imprimer_les_ecrits(convoquee.seance, par=convoquee.secretaire)
    return convoquee


# --- Ordre du jour ------------------------------------------------------------------------------


def test_l_ordre_entier_s_enregistre_ou_rien_ne_change(arretee):
    a, b, c = (point.pk for point in arretee.points)
    seance, par = arretee.seance, arretee.secretaire

    def ordre():
        return [point.pk for point in seance.points_inscrits()]

    ordonner(seance, ordre=[c, a, b], par=par)
    assert ordre() == [c, a, b]
    for autre in ([a, b], [a, b, c, 0], [a, a, b], []):
        with pytest.raises(ActeRefuse, match="a changé entre-temps"):
            ordonner(seance, ordre=autre, par=par)
    with pytest.raises(ActeInterdit):
        ordonner(seance, ordre=[a, b, c], par=arretee.elue)
    dans_l_etat(seance, StatutSeance.LEVEE)
    with pytest.raises(ActeRefuse, match="close"):
        ordonner(seance, ordre=[a, b, c], par=par)
    assert ordre() == [c, a, b]


def test_un_point_sorti_entre_temps_ne_se_deplace_plus(arretee):
    point = arretee.points[0]
    Inscription.objects.filter(pk=point.pk).update(issue="retiree")
    with pytest.raises(ActeRefuse, match="a changé entre-temps"):
        deplacer(point, de=1, par=arretee.secretaire)


def test_un_rapporteur_se_designe_jusqu_a_la_levee(arretee):
    a, b, c = arretee.points
    seance, par = arretee.seance, arretee.secretaire
    noms = {a.pk: " Nadia Benali ", b.pk: "Yves Carré", c.pk: ""}
    assert designer_les_rapporteurs(seance, rapporteurs=noms, par=par) == 2
    assert designer_les_rapporteurs(seance, rapporteurs=noms, par=par) == 0
    for mauvais, raison in (({0: "X"}, "entre-temps"), ({a.pk: "X" * 121}, "120 signes")):
        with pytest.raises(ActeRefuse, match=raison):
            designer_les_rapporteurs(seance, rapporteurs={**noms, **mauvais}, par=par)
    dans_l_etat(seance, StatutSeance.TENUE)
    assert designer_les_rapporteurs(seance, rapporteurs={b.pk: "Une administratrice"}, par=par) == 1
    dans_l_etat(seance, StatutSeance.LEVEE)
    with pytest.raises(ActeRefuse, match="levée"):
        designer_les_rapporteurs(seance, rapporteurs={a.pk: "Trop tard"}, par=par)
    assert [point.rapporteur for point in seance.points_inscrits()] == ["Nadia Benali", "Une administratrice", ""]


def test_plusieurs_dossiers_s_inscrivent_ensemble_ou_aucun(le_jour_de_la_seance):
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    seance = SeanceFactory()
    par = UtilisateurFactory(secretariat=True, caisse=seance.caisse)
    conseiller = UtilisateurFactory(caisse=seance.caisse)
    prets = DossierPretFactory.create_batch(2, structure__caisse=seance.caisse, conseiller=conseiller)
    autre = InscriptionFactory(seance__instance=seance.instance, seance__date=dt.date(2026, 12, 20)).dossier
    with pytest.raises(ActeRefuse, match="Cochez au moins un dossier"):
        inscrire_ensemble(seance, [], par=par)
    with pytest.raises(ActeRefuse, match=f"{autre.numero}.*déjà inscrit"):
        inscrire_ensemble(seance, [*prets, autre], par=par)
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC))
    with pytest.raises(ActeRefuse, match="closes depuis le 1er décembre 2026"):
        inscrire_ensemble(seance, prets, par=par)
    assert not seance.points_inscrits()
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    inscrire_ensemble(seance, prets, par=par)
    assert [point.rapporteur for point in seance.points_inscrits()] == [conseiller.nom_complet] * 2


# --- Convocations -------------------------------------------------------------------------------


def test_on_ne_convoque_pas_avant_que_chaque_fiche_soit_validee(arretee):
    valider_la_fiche(arretee.points[0], par=arretee.secretaire)
    with pytest.raises(ActeRefuse) as refus:
        convoquer(arretee.seance, par=arretee.secretaire)
    attendues = [f"Fiche à valider : {p.dossier.structure} ({p.dossier.numero})." for p in arretee.points[1:]]
    assert [str(raison) for raison in refus.value.raisons] == attendues
    assert refus.value.raisons[0].lien.endswith(f"/preparer/#point-{arretee.points[1].pk}")
    assert not Convocation.objects.exists()
    assert not Courriel.objects.exists()


def test_chaque_membre_a_sa_convocation_et_qui_a_un_compte_son_courriel(convoquee):
    seance = convoquee.seance
    assert seance.statut == StatutSeance.CONVOQUEE
    assert seance.convoques().count() == 24
    assert [envoi.membre for envoi in seance.convoques().exclude(courriel="")] == [convoquee.mandat]
    courriel = Courriel.objects.get()
    assert courriel.destinataire == convoquee.elue.courriel
    assert courriel.objet.endswith("de la Caf, 8 février 2027")
    assert reverse("seances:dossier", args=[seance.pk]) in courriel.texte
    assert all(str(point.dossier.structure) in courriel.texte for point in convoquee.points)
    with pytest.raises(ActeRefuse, match="La séance est « Convoquée »"):
        convoquer(seance, par=convoquee.secretaire)
    assert seance.convocations.count() == 24


def test_le_dossier_de_seance_reunit_l_ordre_du_jour_et_une_fiche_par_page(imprimee):
    dossier = imprimee.seance.dossier_de_seance()
    assert dossier.fichier.nom == "dossier-de-seance-2027-02-08.pdf"
    with dossier.fichier.contenu.open() as fichier:
        document = pypdfium2.PdfDocument(io.BytesIO(fichier.read()))
    textes = [page.get_textpage().get_text_bounded() for page in document]
    titres = [signet.get_title() for signet in document.get_toc()]
    document.close()
    structures = [str(point.dossier.structure) for point in imprimee.points]
    assert len(textes) == 5
    assert "8 février 2027 à 14 h 00" in textes[0]
    assert all(structure in textes[1] for structure in structures)
    assert [structure in page for structure, page in zip(structures, textes[2:], strict=True)] == [True] * 3
    assert "Page 5 / 5" in textes[4]
    assert titres == ["Dossier de séance", "Ordre du jour", *structures]


def test_une_date_changee_se_dit_et_l_on_convoque_a_nouveau(convoquee, client):
    seance, par = convoquee.seance, convoquee.secretaire
    Seance.objects.update(date=dt.date(2027, 2, 15))
    seance.refresh_from_db()
    client.force_login(par)
    assert "La date a changé depuis la convocation" in client.get(seance.adresse_de_preparation()).text
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        convoquer_a_nouveau(seance, motif=" ", par=par)
    ancien = seance.dossier_de_seance()
    adresse = reverse("seances:convoquer_a_nouveau", args=[seance.pk])
    assert client.post(adresse, {"motif": "La salle était prise."}).status_code == 302
    assert {(envoi.rang, envoi.pour_le) for envoi in seance.convoques()} == {(2, dt.date(2027, 2, 15))}
    assert seance.dossier_de_seance() != ancien
    assert list(DocumentDeSeance.objects.filter(sorte=SorteDeDocument.DOSSIER)) == [ancien, seance.dossier_de_seance()]
    courriel = Courriel.objects.latest("pk")
    assert courriel.objet.startswith("Nouvelle convocation – ")
    assert "La salle était prise." in courriel.texte
    dans_l_etat(seance, StatutSeance.TENUE)
    with pytest.raises(ActeRefuse, match="ne se convoque pas à nouveau"):
        convoquer_a_nouveau(seance, motif="Trop tard.", par=par)


# --- Ce que lit un membre -----------------------------------------------------------------------


def test_un_membre_prend_le_dossier_et_sa_premiere_ouverture_est_notee(imprimee, client, le_jour_de_la_seance):
    adresse = reverse("seances:dossier", args=[imprimee.seance.pk])
    client.force_login(imprimee.elue)
    assert adresse in client.get(imprimee.seance.get_absolute_url()).text
    for heure in (15, 18):
        le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 14, heure, tzinfo=dt.UTC))
        reponse = client.get(adresse)
        assert reponse["Content-Type"] == PDF
        b"".join(reponse)
    ouverte = imprimee.seance.convoques().get(courriel=imprimee.elue.courriel).ouverte_le
    assert ouverte == dt.datetime(2026, 12, 14, 15, tzinfo=dt.UTC)
    assert EntreeDuJournal.objects.filter(acte="ouvrir_le_dossier").count() == 1
    assert client.get(reverse("seances:preparer", args=[imprimee.seance.pk])).status_code == 403


def test_un_membre_deporte_n_a_que_les_fiches_des_autres_points(imprimee, client):
    sien, autre, touche = imprimee.points
    InteretDeclare.objects.create(
        mandat=imprimee.mandat,
        sorte=SorteDInteret.GESTIONNAIRE,
        gestionnaire=touche.dossier.gestionnaire,
        fonction="trésorière",
        debut=dt.date(2026, 1, 1),
    )
    Deport.objects.create(inscription=sien, mandat=imprimee.mandat, motif="Administratrice du centre.")
    client.force_login(imprimee.elue)
    page = unescape(client.get(reverse("seances:dossier", args=[imprimee.seance.pk])).text)
    assert str(autre.dossier.structure) in page
    for tu in (sien, touche):
        assert str(tu.dossier.structure) not in page
        assert client.get(reverse("seances:fiche", args=[imprimee.seance.pk, tu.pk])).status_code == 403
    reponse = client.get(reverse("seances:fiche", args=[imprimee.seance.pk, autre.pk]))
    assert (reponse.status_code, reponse["Content-Type"]) == (200, PDF)
    b"".join(reponse)


def test_un_elu_qui_ne_siege_pas_ne_lit_rien(convoquee, client):
    client.force_login(UtilisateurFactory(elu=True, caisse=convoquee.caisse))
    assert client.get(reverse("seances:dossier", args=[convoquee.seance.pk])).status_code == 403
    fiche = reverse("seances:fiche", args=[convoquee.seance.pk, convoquee.points[0].pk])
    assert client.get(fiche).status_code == 403


# --- Écran --------------------------------------------------------------------------------------


def test_l_ecran_de_preparation_mene_de_l_inscription_a_la_convocation(client, le_jour_de_la_seance):
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    seance = SeanceFactory(heure=dt.time(9, 30))
    par = UtilisateurFactory(secretariat=True, caisse=seance.caisse)
    dossier = DossierPretFactory(structure__caisse=seance.caisse, echeance_actuelle=dt.date(2026, 12, 31))
    Avis.objects.create(dossier=dossier, sens=SensAvis.FAVORABLE, duree_proposee=3, synthese="Oui.", par=par)
    client.force_login(par)
    ecran = seance.adresse_de_preparation()
    page = unescape(client.get(ecran).text)
    for dit in (dossier.structure.nom, dossier.structure.ville, "31 décembre 2026", "Favorable, 3"):
        assert dit in page
    client.post(reverse("seances:inscrire_ensemble", args=[seance.pk]), {"dossiers": [dossier.pk]})
    point = seance.points_inscrits().get()
    InscriptionFactory(seance=seance)
    client.post(reverse("seances:rapporteurs", args=[seance.pk]), {f"rapporteur-{point.pk}": "Yves Carré"})
    assert 'value="Yves Carré"' in client.get(ecran).text
    projet = client.get(reverse("seances:fiche", args=[seance.pk, point.pk]))
    assert projet["Content-Type"] == PDF
    client.post(reverse("seances:valider_la_fiche", args=[seance.pk, point.pk]))
    page = client.get(ecran).text
    assert "Fiche validée" in page
    assert "Fiche à valider" in page
    reprise = reverse("seances:reprendre_la_fiche", args=[seance.pk, point.pk])
    assert client.post(reprise, {"motif": ""}).status_code == 422
    client.post(reprise, {"motif": "Le rapporteur change."})
    assert point.documents.fiches().en_vigueur().count() == 0
    dans_l_etat(seance, StatutSeance.ARRETEE)
    elue = UtilisateurFactory(elu=True, caisse=seance.caisse)
    for compte in (elue, None):
        MandatFactory(instance=seance.instance, utilisateur=compte)
    confirmation = client.get(reverse("seances:convoquer", args=[seance.pk])).text
    for dit in ("par courriel : 1.", "par courrier : 1."):
        assert dit in confirmation
    refus = client.post(reverse("seances:convoquer", args=[seance.pk]))
    assert refus.status_code == 422
    assert f"#point-{point.pk}" in refus.text


def test_un_ordre_perime_se_dit_sur_place_et_le_bon_s_enregistre(arretee, client):
    client.force_login(arretee.secretaire)
    adresse, fragment = reverse("seances:ordonner", args=[arretee.seance.pk]), {"HX-Request": "true"}
    a, b, c = (point.pk for point in arretee.points)
    assert "n'est pas enregistré" in client.post(adresse, {"ordre": [a, b]}, headers=fragment).text
    assert "est enregistré" in client.post(adresse, {"ordre": [c, b, a]}, headers=fragment).text
    assert client.post(adresse, {"ordre": ["x", a]}).status_code == 302
    assert [point.pk for point in arretee.seance.points_inscrits()] == [c, b, a]


def test_l_ecran_de_preparation_se_lit_en_un_nombre_fixe_de_requetes(arretee, client):
    client.force_login(arretee.secretaire)
    adresse = arretee.seance.adresse_de_preparation()
    comptes = []
    for _ in range(2):
        for point in InscriptionFactory.create_batch(5, seance=arretee.seance):
            valider_la_fiche(point, par=arretee.secretaire)
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(adresse).status_code == 200
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]
