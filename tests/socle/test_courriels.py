"""La boîte d'envoi : rien si l'acte n'a pas lieu, rien de perdu si l'envoi échoue, jamais deux fois."""

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from socle import courriels
from socle.models import Courriel
from socle.tasks import courriels as tasks

pytestmark = pytest.mark.django_db


class ServeurEnPanne(EmailBackend):
    panne = smtplib.SMTPServerDisconnected("fermé")

    def send_messages(self, messages):
        raise self.panne


@pytest.fixture
def serveur_en_panne(settings):
    settings.EMAIL_BACKEND = f"{__name__}.ServeurEnPanne"


def deposer(**options):
    return courriels.deposer("dest@exemple.fr", "Objet\n  sur deux lignes", "Bonjour", **options)


def test_un_courriel_part_apres_la_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        courriel = deposer()
        assert mail.outbox == []
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [
        (["dest@exemple.fr"], "Objet sur deux lignes", "Bonjour")
    ]
    courriel.refresh_from_db()
    assert courriel.envoye_le is not None


def test_une_transaction_annulee_n_envoie_rien(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        deposer()
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not Courriel.objects.exists()


@pytest.mark.parametrize(
    "panne", [smtplib.SMTPServerDisconnected("fermé"), TimeoutError("trop long"), OSError("réseau")]
)
def test_un_envoi_manque_garde_le_courriel_pour_plus_tard(serveur_en_panne, monkeypatch, panne):
    monkeypatch.setattr(ServeurEnPanne, "panne", panne)
    courriel = deposer()
    tasks.envoyer_courriel.call(courriel.pk)
    courriel.refresh_from_db()
    assert courriel.envoye_le is None
    assert courriel.essais == 1
    assert type(panne).__name__ in courriel.erreur
    assert courriel.prochain_essai > timezone.now()


def test_le_passage_suivant_l_envoie_quand_son_heure_est_venue():
    courriel = deposer()
    Courriel.objects.update(essais=1, prochain_essai=timezone.now() + tasks.attente(1))
    tasks.reprendre_les_courriels.call_local()
    assert mail.outbox == []
    Courriel.objects.update(prochain_essai=timezone.now())
    tasks.reprendre_les_courriels.call_local()
    assert len(mail.outbox) == 1
    courriel.refresh_from_db()
    assert (courriel.essais, courriel.erreur) == (2, "")


def test_il_n_est_envoye_qu_une_fois():
    courriel = deposer()
    tasks.envoyer_courriel.call(courriel.pk)
    tasks.envoyer_courriel.call(courriel.pk)
    assert len(mail.outbox) == 1


def test_deux_envois_au_meme_instant_n_en_font_qu_un():
    courriel = deposer()
    premier, second = (Courriel.objects.get(pk=courriel.pk) for _ in range(2))
    assert tasks._reserver(premier)
    assert not tasks._reserver(second)


def test_on_renonce_apres_douze_essais_et_le_courriel_reste(serveur_en_panne):
    courriel = deposer()
    for _ in range(Courriel.ESSAIS_MAX + 3):
        Courriel.objects.update(prochain_essai=timezone.now())
        tasks.envoyer_courriel.call(courriel.pk)
    courriel.refresh_from_db()
    assert courriel.essais == Courriel.ESSAIS_MAX
    assert not Courriel.objects.a_envoyer().exists()


@pytest.mark.parametrize(("essais", "minutes"), [(0, 5), (1, 10), (2, 20), (6, 320), (7, 360), (11, 360)])
def test_l_attente_double_puis_plafonne_a_six_heures(essais, minutes):
    assert tasks.attente(essais).total_seconds() == minutes * 60


@pytest.mark.parametrize(("secret", "garde"), [(False, "Bonjour"), (True, "")])
def test_un_courriel_secret_est_efface_une_fois_parti(secret, garde):
    courriel = deposer(secret=secret)
    tasks.envoyer_courriel.call(courriel.pk)
    courriel.refresh_from_db()
    assert courriel.texte == garde
    assert mail.outbox[0].body == "Bonjour"


def test_un_courriel_disparu_ne_fait_pas_echouer_la_tache():
    tasks.envoyer_courriel.call(404)
    assert mail.outbox == []
