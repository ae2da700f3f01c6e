"""La conversation avec le centre, ses lectures, ses courriels ; les comptes rendus, corrigés sans silence."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, TypeDeCompteRendu
from agrement.dossiers.models import CompteRendu, Dossier, Message
from agrement.dossiers.models.echanges import nouveaux_messages
from agrement.dossiers.models.figes import DejaEnvoye
from agrement.dossiers.regles import MESSAGE_MAX
from comptes.models import Parametre
from comptes.operations import charger_les_textes
from socle.models import Courriel, EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import DossierFactory, un_pdf

pytestmark = pytest.mark.django_db


class Scene:
    """Un dossier en négociation et ceux qui s'y parlent."""

    def __init__(self) -> None:
        self.dossier = DossierFactory(statut=Statut.NEGOCIATION)
        caisse, structure = self.dossier.caisse, self.dossier.structure
        self.conseillere = UtilisateurFactory(conseiller=True, caisse=caisse)
        self.dossier.conseiller = self.conseillere
        self.dossier.save()
        self.directrice, self.presidente, self.redactrice, self.lecteur = (
            UtilisateurFactory(**{role: True}, caisse=caisse, structure=structure)
            for role in ("direction", "gestionnaire", "co_redaction", "lecture")
        )
        self.elue = UtilisateurFactory(elu=True, caisse=caisse)

    def ecrire(self, texte: str = "Bonjour.", par=None, **champs):
        return operations.envoyer_un_message(self.dossier, texte=texte, par=par or self.conseillere, **champs)

    def nouveaux(self, qui) -> int:
        return Dossier.objects.annotate(nouveaux=nouveaux_messages(qui)).get(pk=self.dossier.pk).nouveaux

    def compte_rendu(self, **champs):
        prevus = {
            "type": TypeDeCompteRendu.VISITE,
            "date": timezone.localdate(),
            "participants": "Claire Martin, conseillère",
            "texte": "Le centre montre ses locaux.",
            "par": self.conseillere,
        }
        return operations.ecrire_un_compte_rendu(self.dossier, **{**prevus, **champs})

    def onglet(self) -> str:
        return reverse("dossiers:onglet", args=[self.dossier.numero, "echanges"])


@pytest.fixture
def scene() -> Scene:
    return Scene()


def regler(caisse, code, valeur):
    texte = charger_les_textes()["pratique-locale"]
    Parametre.objects.create(caisse=caisse, code=code, valeur=valeur, date_effet=timezone.localdate(), texte=texte)


def test_un_message_part_a_l_autre_cote_avec_ses_premiers_mots_seulement(scene):
    long = "Merci de préciser la méthode de participation des habitants. " * 5 + "FIN"
    scene.ecrire(long, fichiers_joints=[un_pdf("trame.pdf")])
    courriels = {courriel.destinataire: courriel for courriel in Courriel.objects.all()}
    assert set(courriels) == {qui.courriel for qui in (scene.directrice, scene.presidente, scene.redactrice)}
    texte = courriels[scene.directrice.courriel].texte
    assert "Merci de préciser" in texte
    assert "FIN" not in texte
    assert "trame.pdf" not in texte
    assert scene.onglet() in texte
    Courriel.objects.all().delete()
    scene.ecrire("Voici.", par=scene.redactrice)
    assert [courriel.destinataire for courriel in Courriel.objects.all()] == [scene.conseillere.courriel]


def test_chacun_sait_ce_qu_il_n_a_pas_lu(scene, client):
    premier = scene.ecrire("Un.")
    scene.ecrire("Deux.")
    assert [scene.nouveaux(qui) for qui in (scene.directrice, scene.presidente, scene.conseillere)] == [2, 2, 0]
    assert scene.nouveaux(UtilisateurFactory(responsable=True, caisse=scene.dossier.caisse)) == 0
    client.force_login(scene.directrice)
    page = client.get(scene.onglet()).content.decode()
    assert '2<span class="visually-hidden"> nouveaux messages' in page
    assert scene.nouveaux(scene.directrice) == 2  # lire une page n'écrit rien
    assert (
        "2\u00a0nouveaux\u00a0messages"
        in client.get(reverse("dossiers:liste"), {"colonnes": ["numero", "echanges"]}).content.decode()
    )
    lus = reverse("dossiers:marquer_lus", args=[scene.dossier.numero])
    client.post(lus, {"jusqu_a": premier.pk})
    assert scene.nouveaux(scene.directrice) == 1
    reponse = client.post(lus, {"jusqu_a": 10**9}, headers={"HX-Request": "true"})
    assert "Messages lus" in reponse.content.decode()
    client.post(lus, {"jusqu_a": premier.pk})  # une lecture ne revient pas en arrière
    assert [scene.nouveaux(qui) for qui in (scene.directrice, scene.presidente)] == [0, 2]
    scene.ecrire("Trois.", par=scene.presidente)
    assert [scene.nouveaux(qui) for qui in (scene.directrice, scene.presidente, scene.conseillere)] == [1, 0, 1]
    assert client.post(lus, {"jusqu_a": "x"}).status_code == 302


def test_un_message_envoye_ne_change_plus_et_le_journal_ne_dit_pas_ce_qu_il_dit(scene):
    message = scene.ecrire("Entre nous deux.")
    for geste in (message.save, message.delete, Message.objects.all().delete):
        with pytest.raises(DejaEnvoye):
            geste()
    with pytest.raises(DejaEnvoye):
        Message.objects.filter(pk=message.pk).update(texte="Autre.")
    entree = EntreeDuJournal.objects.sur(scene.dossier).get(acte="envoyer_un_message")
    assert "Entre nous" not in f"{entree.changements} {entree.objet_libelle} {entree.libelle}"


@pytest.mark.parametrize(
    ("texte", "raison"),
    [("  \n", "Écrivez votre message"), ("x" * (MESSAGE_MAX + 1), "dépasse"), ("Déjà.", "déjà parti")],
)
def test_un_message_refuse_ne_laisse_rien(scene, texte, raison):
    scene.ecrire("Déjà.")
    avant = Message.objects.count(), Courriel.objects.count(), EntreeDuJournal.objects.count(), Fichier.objects.count()
    with pytest.raises(ActeRefuse, match=raison):
        scene.ecrire(texte, fichiers_joints=[un_pdf()])
    assert avant == (
        Message.objects.count(), Courriel.objects.count(), EntreeDuJournal.objects.count(), Fichier.objects.count()
    )  # fmt: skip


def test_les_fichiers_sont_bornes_et_controles(scene, client):
    regler(scene.dossier.caisse, "fichiers_par_envoi_max", "1")
    with pytest.raises(ActeRefuse, match="1 fichier au plus"):
        scene.ecrire(fichiers_joints=[un_pdf("a.pdf"), un_pdf("b.pdf")])
    client.force_login(scene.directrice)
    envoi = {"texte": "Voici le statut.", "fichiers_joints": SimpleUploadedFile("programme.exe", b"MZ")}
    page = client.post(reverse("dossiers:envoyer_un_message", args=[scene.dossier.numero]), envoi).content.decode()
    assert "programme.exe" in page
    assert "Voici le statut." in page  # rien de ce qui est écrit n'est perdu
    assert not Message.objects.exists()
    assert not Fichier.objects.exists()


def test_qui_lit_et_qui_ecrit(scene, client):
    message = scene.ecrire("Parole réservée.", fichiers_joints=[un_pdf("annexe.pdf")])
    adresse = reverse("dossiers:fichier_de_message", args=[scene.dossier.numero, message.pk, message.fichiers.get().pk])
    for qui in (scene.lecteur, scene.elue):
        with pytest.raises(ActeInterdit):
            scene.ecrire("Moi aussi.", par=qui)
    client.force_login(scene.lecteur)
    page = client.get(scene.onglet()).content.decode()
    assert "Parole réservée." in page
    assert "Envoyer le message" not in page
    telecharge = client.get(adresse)
    assert b"%PDF" in b"".join(telecharge)
    assert telecharge["Content-Disposition"].startswith("attachment")
    Dossier.objects.filter(pk=scene.dossier.pk).update(statut=Statut.INSCRIT)
    client.force_login(scene.elue)
    page = client.get(scene.onglet()).content.decode()
    assert "Parole réservée." not in page
    assert "Comptes rendus" in page
    assert client.get(adresse).status_code == 403


def test_un_dossier_clos_se_lit_et_ne_se_poursuit_pas(scene, client):
    scene.ecrire("Au revoir.")
    compte_rendu = scene.compte_rendu()
    Dossier.objects.filter(pk=scene.dossier.pk).update(statut=Statut.RETIRE, clos_le=timezone.localdate())
    for geste in (
        lambda: scene.ecrire("Encore."),
        scene.compte_rendu,
        lambda: operations.corriger_un_compte_rendu(
            compte_rendu, motif="Oubli.", texte="Autre.", par=scene.conseillere
        ),
    ):
        with pytest.raises(ActeRefuse, match="le dossier est maintenant"):
            geste()
    client.force_login(scene.directrice)
    page = client.get(scene.onglet()).content.decode()
    assert "Au revoir." in page
    assert "Le dossier est clos" in page


def test_l_onglet_ne_demande_pas_plus_de_requetes_quand_la_conversation_s_allonge(scene, client):
    client.force_login(scene.directrice)
    for rang in range(2):
        scene.ecrire(f"Message {rang}.", fichiers_joints=[un_pdf()])
        scene.compte_rendu(texte=f"Visite {rang}.")
    peu = nombre_de_requetes(client, scene.onglet())
    for rang in range(2, 16):
        scene.ecrire(f"Message {rang}.", fichiers_joints=[un_pdf()])
        scene.compte_rendu(texte=f"Visite {rang}.")
    assert nombre_de_requetes(client, scene.onglet()) == peu
    operations.marquer_lus(scene.dossier, jusqu_a=Message.objects.last().pk, par=scene.directrice)
    assert "6 messages plus anciens" in client.get(scene.onglet()).content.decode()


# --- Les comptes rendus -----------------------------------------------------------------------------


def test_un_compte_rendu_est_partage_puis_corrige_au_vu_de_tous(scene, client):
    client.force_login(scene.conseillere)
    ecrire = reverse("dossiers:ecrire_un_compte_rendu", args=[scene.dossier.numero])
    assert str(scene.directrice) in client.get(ecrire).content.decode()  # les participants habituels sont proposés
    saisie = {
        "type": TypeDeCompteRendu.COMMISSION_DELOCALISEE,
        "date": timezone.localdate().isoformat(),
        "participants": "Jeanne Petit, administratrice de la Caf",
        "texte": "La commission visite le centre.",
        "convenu": "Un nouvel accueil en juin.",
        "fichiers_joints": un_pdf("photos.pdf"),
    }
    assert client.post(ecrire, saisie).status_code == 302
    compte_rendu = CompteRendu.objects.get()
    assert compte_rendu.fichiers.count() == 1
    assert scene.directrice.courriel in {courriel.destinataire for courriel in Courriel.objects.all()}
    corriger = reverse("dossiers:corriger_un_compte_rendu", args=[scene.dossier.numero, compte_rendu.pk])
    correction = {**saisie, "convenu": "Un nouvel accueil en septembre.", "fichiers_joints": un_pdf("plan.pdf")}
    assert client.post(corriger, correction).status_code == 200  # sans motif
    assert CompteRendu.objects.get().corrige_le is None
    assert (
        client.post(corriger, {**correction, "motif": "Erreur de date.", "fichiers_joints": un_pdf()}).status_code
        == 302
    )
    compte_rendu.refresh_from_db()
    assert (compte_rendu.convenu, compte_rendu.fichiers.count()) == ("Un nouvel accueil en septembre.", 2)
    client.force_login(scene.directrice)
    assert "septembre" in client.get(scene.onglet()).content.decode()
    journal = client.get(reverse("dossiers:onglet", args=[scene.dossier.numero, "journal"])).content.decode()
    assert "Erreur de date." in journal
    assert "Un nouvel accueil en juin." in journal


def test_un_compte_rendu_ne_precede_pas_sa_rencontre(scene):
    demain = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ActeRefuse) as refus:
        scene.compte_rendu(date=demain, participants=" ", texte="")
    assert len(refus.value.raisons) == 3
    with pytest.raises(ActeInterdit):
        scene.compte_rendu(par=scene.directrice)
    assert not CompteRendu.objects.exists()
    compte_rendu = scene.compte_rendu()
    for changement in ({"date": demain}, {"texte": " "}):
        with pytest.raises(ActeRefuse):
            operations.corriger_un_compte_rendu(compte_rendu, motif="Oubli.", par=scene.conseillere, **changement)
    assert CompteRendu.objects.get().corrige_le is None
