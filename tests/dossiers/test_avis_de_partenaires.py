"""Demander son avis à un partenaire, et ce qu'il répond par son lien personnel."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import SensAvisDePartenaire, SituationDeLaDemandeDAvis, Statut
from agrement.dossiers.models import AvisDePartenaire, DemandeDAvis, Dossier
from agrement.dossiers.models.avis_de_partenaires import avis_demandes, avis_recus
from agrement.dossiers.models.figes import DejaEnvoye
from agrement.suivi.tasks import avis_attendus_des_partenaires
from socle.models import Courriel, EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.dossiers.test_echanges import regler
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import Demande, un_pdf
from tests.fabriques.partenaires import PartenaireFactory

REPONSE = {"sens": "favorable", "texte": "Un acteur essentiel.", "nom": "Odile Vasseur", "qualite": "déléguée"}


@pytest.fixture(scope="module")
def demande(django_db_setup, django_db_blocker):
    """Un dossier transmis, construit une fois : chaque test annule ce qu'il écrit."""
    with django_db_blocker.unblock(), transaction.atomic():
        demande = Demande.prete(Statut.DEPOSE)
        Courriel.objects.all().delete()
        demande.partenaires = [
            PartenaireFactory(caisse=demande.caisse, nom=nom, courriel=f"avis@{rang}.example")
            for rang, nom in enumerate(("Fédération", "Commune", "MSA"))
        ]
        yield demande
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def chaque_test_s_annule(demande, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def demander(demande, partenaires=None, **champs):
    prevus = {
        "partenaires": demande.partenaires[:1] if partenaires is None else partenaires,
        "question": "Que pensez-vous de ce projet ?",
        "date_limite": timezone.localdate() + dt.timedelta(days=30),
        "par": demande.conseillere,
    }
    return operations.demander_des_avis(demande.dossier, **{**prevus, **champs})


def lien(demandee, page="avis_de_partenaire", *suite):
    return reverse(f"dossiers:{page}", args=[demandee.jeton(), *suite])


def repondre(demandee, **champs):
    return operations.repondre_a_une_demande_d_avis(demandee, **{**REPONSE, **champs})


def comptes(demande) -> tuple[int, int]:
    lu = Dossier.objects.annotate(recus=avis_recus(), demandes=avis_demandes()).get(pk=demande.dossier.pk)
    return lu.recus, lu.demandes


def test_un_partenaire_lit_ce_qui_lui_est_montre_et_repond_une_fois(demande):
    piece = demande.dossier.pieces.first()
    autre = demande.dossier.pieces.last()
    recues = demander(demande, demande.partenaires, pieces=[piece])
    courriel = Courriel.objects.get(destinataire="avis@0.example")
    adresse = lien(recues[0])
    assert adresse in courriel.texte
    assert courriel.secret
    client = Client()
    page = client.get(adresse)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "Que pensez-vous de ce projet ?" in page.content.decode()
    assert demande.dossier.projet.titre in client.get(lien(recues[0], "projet_montre")).content.decode()
    assert b"%PDF" in b"".join(client.get(lien(recues[0], "piece_montree", piece.pk)))
    assert client.get(lien(recues[0], "piece_montree", autre.pk)).status_code == 404
    assert client.post(adresse, {**REPONSE, "fichier": un_pdf("courrier.pdf")}).status_code == 302
    avis = AvisDePartenaire.objects.get()
    assert (avis.nom, avis.sens, avis.fichier.nom) == ("Odile Vasseur", "favorable", "courrier.pdf")
    assert "Merci" in client.get(adresse).content.decode()
    second = client.post(adresse, {**REPONSE, "texte": "Je change d'avis."}).content.decode()
    assert "pas été enregistré" in second
    assert "Je change d&#x27;avis." in second  # son texte lui est rendu
    assert client.get(lien(recues[0], "projet_montre")).status_code == 404
    assert AvisDePartenaire.objects.count() == 1
    assert demande.conseillere.courriel in {courriel.destinataire for courriel in Courriel.objects.all()}
    assert comptes(demande) == (1, 3)


def test_le_jeton_n_est_ni_en_base_ni_au_journal(demande):
    (recue,) = demander(demande)
    jeton = recue.jeton()
    valeurs = [str(valeur) for valeur in DemandeDAvis.objects.values().get(pk=recue.pk).values()]
    assert jeton not in valeurs
    for secret in (jeton, recue.graine, recue.empreinte_du_jeton):
        assert not EntreeDuJournal.objects.filter(changements__icontains=secret).exists()


@pytest.mark.parametrize(
    ("ferme", "code", "phrase"),
    [
        ("forge", 404, "n’ouvre rien"),
        ("expire", 410, "ce lien ne sert plus"),
        ("retire", 410, "La Caf a retiré cette demande"),
        ("decide", 410, "son instruction est terminée"),
    ],
)
def test_un_lien_qui_ne_sert_plus_dit_pourquoi(demande, ferme, code, phrase):
    (recue,) = demander(demande)
    adresse = lien(recue)
    if ferme == "forge":
        adresse = reverse("dossiers:avis_de_partenaire", args=["0" * 64])
    elif ferme == "expire":
        DemandeDAvis.objects.update(date_limite=timezone.localdate() - dt.timedelta(days=1))
    elif ferme == "retire":
        operations.retirer_une_demande_d_avis(recue, motif="Erreur de destinataire.", par=demande.conseillere)
    else:
        Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.NOTIFIE)
    for reponse in (Client().get(adresse), Client().post(adresse, REPONSE)):
        assert reponse.status_code == code
        assert phrase in reponse.content.decode().replace("&#x27;", "’").replace("'", "’")
    assert "Erreur de destinataire" not in reponse.content.decode()
    assert "Un acteur essentiel." in reponse.content.decode()
    assert not AvisDePartenaire.objects.exists()


@pytest.mark.parametrize(
    ("saisie", "phrase"),
    [
        ({"sens": "reserve", "texte": ""}, "dit pourquoi"),
        ({"sens": ""}, "Choisissez le sens"),
        ({"nom": " "}, "obligatoire"),
        ({"fichier": SimpleUploadedFile("piege.exe", b"MZ")}, "piege.exe"),
        ({"texte": "x" * 20_001}, "20000"),
    ],
)
def test_une_reponse_incomplete_est_rendue_avec_ce_qu_elle_disait(demande, saisie, phrase):
    (recue,) = demander(demande)
    fichiers = Fichier.objects.count()
    page = Client().post(lien(recue), {**REPONSE, "qualite": "maire adjoint", **saisie}).content.decode()
    assert phrase in page.replace("\u202f", "").replace("\xa0", "")
    assert "maire adjoint" in page
    assert not AvisDePartenaire.objects.exists()
    assert Fichier.objects.count() == fichiers


def test_un_avis_donne_ne_change_plus(demande):
    (recue,) = demander(demande)
    avis = repondre(recue)
    for geste in (avis.save, avis.delete, AvisDePartenaire.objects.all().delete):
        with pytest.raises(DejaEnvoye):
            geste()
    with pytest.raises(ActeRefuse, match="il n'en est donné qu'un"):
        repondre(recue)
    with pytest.raises(ActeRefuse, match="ne se retire plus : avis reçu"):
        operations.retirer_une_demande_d_avis(recue, motif="Trop tard.", par=demande.conseillere)
    with pytest.raises(ActeRefuse, match="ne se relance plus"):
        operations.relancer(recue, par=demande.conseillere)
    with pytest.raises(ActeRefuse, match="nom et votre qualité"):
        repondre(recue, nom=" ")
    with pytest.raises(ActeRefuse, match="dit pourquoi"):
        repondre(recue, sens="defavorable", texte="")


def test_ce_qui_ne_se_demande_pas(demande):
    demander(demande)
    sans_courriel = PartenaireFactory(caisse=demande.caisse, nom="Collège")
    ailleurs = PartenaireFactory(courriel="a@ailleurs.example")
    ecrits = DemandeDAvis.objects.count(), Courriel.objects.count()
    essais = (
        ({"partenaires": []}, "au moins un partenaire"),
        ({"partenaires": demande.partenaires[:2]}, "L'avis de Fédération est déjà demandé"),
        ({"partenaires": [sans_courriel]}, "Collège n'a pas de courriel"),
        ({"partenaires": [ailleurs]}, "registre de votre Caf"),
        ({"question": " "}, "Écrivez ce que vous demandez"),
        ({"date_limite": timezone.localdate()}, "doit être à venir"),
    )
    for champs, raison in essais:
        with pytest.raises(ActeRefuse) as refus:
            demander(demande, **{"partenaires": demande.partenaires[1:2], **champs})
        assert any(raison in str(dite) for dite in refus.value.raisons)
    with pytest.raises(ActeInterdit):
        demander(demande, demande.partenaires[1:], par=demande.directrice)
    Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.NOTIFIE)
    with pytest.raises(ActeRefuse, match="le dossier est maintenant"):
        demander(demande, demande.partenaires[1:])
    assert (DemandeDAvis.objects.count(), Courriel.objects.count()) == ecrits


def test_une_demande_retiree_se_refait_et_ne_compte_plus(demande):
    (premiere,) = demander(demande)
    with pytest.raises(ActeRefuse, match="motif"):
        operations.retirer_une_demande_d_avis(premiere, motif=" ", par=demande.conseillere)
    operations.retirer_une_demande_d_avis(premiere, motif="Mauvaise question.", par=demande.conseillere)
    assert comptes(demande) == (0, 0)
    (seconde,) = demander(demande)
    assert comptes(demande) == (0, 1)
    assert seconde.jeton() != premiere.jeton()
    prevenu = Courriel.objects.get(objet__contains="plus attendu")
    assert "Mauvaise question" not in prevenu.texte


def test_une_relance_renvoie_le_meme_lien_et_repousse_la_date(demande):
    (recue,) = demander(demande, date_limite=timezone.localdate() + dt.timedelta(days=5))
    with time_machine.travel(timezone.now() + dt.timedelta(days=9)):
        with pytest.raises(ActeRefuse, match="donnez-en une nouvelle"):
            operations.relancer(recue, par=demande.conseillere)
        dans_un_mois = timezone.localdate() + dt.timedelta(days=30)
        operations.relancer(recue, par=demande.conseillere, date_limite=dans_un_mois)
        rappel = Courriel.objects.filter(objet__startswith="Rappel").get()
        assert lien(recue) in rappel.texte
        assert Client().get(lien(recue)).status_code == 200


def test_l_horloge_relance_une_fois_avant_la_date(demande):
    proche, loin = (
        demander(demande, [partenaire], date_limite=timezone.localdate() + dt.timedelta(days=jours))[0]
        for partenaire, jours in zip(demande.partenaires[:2], (20, 60), strict=True)
    )
    avis_attendus_des_partenaires.call_local()
    assert not Courriel.objects.filter(objet__startswith="Rappel").exists()
    with time_machine.travel(timezone.now() + dt.timedelta(days=14)):
        for _ in range(2):
            avis_attendus_des_partenaires.call_local()
        assert Courriel.objects.filter(objet__startswith="Rappel").count() == 1
        entree = EntreeDuJournal.objects.sur(proche).get(acte="relancer_un_partenaire")
        assert entree.acteur is None
        regler(demande.caisse, "relance_avis_jours", "0")
    with time_machine.travel(timezone.now() + dt.timedelta(days=55)):
        assert operations.relancer_les_partenaires() == 0
        loin.refresh_from_db()
        assert loin.relancee_le is None


def test_la_caf_lit_tout_les_instances_le_sens_et_le_centre_rien(demande):
    recues = demander(demande, demande.partenaires)
    repondre(recues[0], sens=SensAvisDePartenaire.RESERVE, texte="Gouvernance fragile.", fichier=un_pdf("note.pdf"))
    client, onglet = Client(), reverse("dossiers:onglet", args=[demande.dossier.numero, "analyse"])
    liste = reverse("dossiers:liste") + "?colonnes=numero&colonnes=echanges"
    client.force_login(demande.conseillere)
    assert "1\u00a0avis\u00a0sur\u00a03" in client.get(liste).content.decode()
    page = client.get(onglet).content.decode()
    assert "1 avis reçu sur 3" in page
    assert "Gouvernance fragile." in page
    fichier = reverse("dossiers:fichier_d_avis", args=[demande.dossier.numero, recues[0].pk])
    assert b"%PDF" in b"".join(client.get(fichier))
    client.force_login(demande.directrice)
    assert "avis\u00a0sur" not in client.get(liste).content.decode()
    assert client.get(onglet).status_code == 403
    assert client.get(fichier).status_code == 403
    for nom in ("synthese", "journal", "echanges"):
        suite = "" if nom == "synthese" else f"{nom}/"
        page = client.get(f"{demande.dossier.get_absolute_url()}{suite}").content.decode()
        assert "Fédération" not in page
        assert "Avis demandé" not in page
    Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.INSCRIT)
    client.force_login(UtilisateurFactory(elu=True, caisse=demande.caisse))
    page = client.get(onglet).content.decode()
    assert "Réservé" in page
    assert "Gouvernance fragile." not in page
    assert client.get(fichier).status_code == 403


def test_les_ecrans_de_la_caf(demande):
    client = Client()
    client.force_login(demande.conseillere)
    adresse = reverse("dossiers:demander_des_avis", args=[demande.dossier.numero])
    assert "Fédération (Commune), Claude Roy, adjointe" in client.get(adresse).content.decode()
    limite = timezone.localdate() + dt.timedelta(days=30)
    saisie = {
        "partenaires": [partenaire.pk for partenaire in demande.partenaires[:2]],
        "question": "Et les familles ?",
        "date_limite": limite.isoformat(),
    }
    assert client.post(adresse, saisie).status_code == 302
    assert "déjà demandé" in client.post(adresse, saisie).content.decode()  # un second clic
    premiere, seconde = DemandeDAvis.objects.all()
    relancer = reverse("dossiers:relancer_un_avis", args=[demande.dossier.numero, premiere.pk])
    assert client.post(relancer, {"date_limite": limite.isoformat()}).status_code == 302
    retirer = reverse("dossiers:retirer_un_avis", args=[demande.dossier.numero, seconde.pk])
    assert client.post(retirer, {"motif": ""}).status_code == 200
    assert client.post(retirer, {"motif": "Doublon."}).status_code == 302
    seconde.refresh_from_db()
    assert seconde.situation == SituationDeLaDemandeDAvis.RETIREE
    onglet = reverse("dossiers:onglet", args=[demande.dossier.numero, "analyse"])
    peu = nombre_de_requetes(client, onglet)
    demander(demande, demande.partenaires[2:])
    for recue in DemandeDAvis.objects.attendues():
        repondre(recue)
    assert nombre_de_requetes(client, onglet) == peu


def test_la_page_publique_est_limitee_en_essais(demande):
    client = Client(REMOTE_ADDR="203.0.113.7")
    codes = [client.post(reverse("dossiers:avis_de_partenaire", args=["faux"])).status_code for _ in range(21)]
    assert set(codes[:20]) == {404}
    assert codes[20] == 429
