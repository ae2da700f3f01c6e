"""L'appel d'une séance : présents, heures, présidence, pouvoirs."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from agrement.seances.choix import FonctionDInstance, SensVote
from agrement.seances.models import Pouvoir, Presence, Vote
from agrement.seances.operations import enregistrer_les_presences
from agrement.seances.regles import Votes
from comptes.models import TexteDeReference
from comptes.regles import POUVOIRS_PAR_MEMBRE, VOIX_PREPONDERANTE
from socle.workflow import ActeRefuse
from tests.fabriques.seances import MandatFactory, decision_enregistree


def a(heures: int, minutes: int = 0) -> dt.datetime:
    """L'instant de cette heure, le jour de la séance."""
    return dt.datetime(2026, 12, 14, heures, minutes, tzinfo=timezone.get_default_timezone())


def appeler(reunion, presents, **champs):
    return enregistrer_les_presences(reunion.seance, presents=presents, par=reunion.secretaire, **champs)


def notes(reunion, membre) -> tuple:
    presence = Presence.objects.get(seance=reunion.seance, mandat=membre)
    return presence.present, presence.arrive_le, presence.parti_le


def regler(reunion, code: str, valeur: str) -> None:
    texte = TexteDeReference.objects.get_or_create(code="essai", defaults={"titre": "Essai"})[0]
    reunion.caisse.parametres.create(code=code, valeur=valeur, date_effet=reunion.seance.date, texte=texte)


# --- Heures -------------------------------------------------------------------------------------


def test_qui_arrive_et_qui_part_pendant_la_seance_recoit_l_heure_du_moment(reunion, le_jour_de_la_seance):
    la, retard = reunion.membres[0], reunion.membres[20]
    le_jour_de_la_seance.move_to(a(16))
    appeler(reunion, [*reunion.membres[1:17], retard])
    assert notes(reunion, la) == (False, None, a(16))
    assert notes(reunion, retard) == (True, a(16), None)
    assert notes(reunion, reunion.membres[1]) == (True, None, None)
    le_jour_de_la_seance.move_to(a(17))
    appeler(reunion, [*reunion.membres[:17], retard], heures={retard: (dt.time(15, 40), None)})
    assert notes(reunion, la) == (True, None, None)
    assert notes(reunion, retard) == (True, a(15, 40), None)


def test_le_premier_appel_ne_donne_pas_d_heure(reunion):
    reunion.seance.presences.all().delete()
    appeler(reunion, reunion.membres[:14])
    assert set(Presence.objects.values_list("arrive_le", "parti_le")) == {(None, None)}
    assert reunion.seance.nombre_de_presents() == 14


# --- Pouvoirs -----------------------------------------------------------------------------------


def test_un_absent_confie_sa_voix_a_un_present_et_la_reprend_en_arrivant(reunion):
    porteur, absent = reunion.membres[0], reunion.membres[20]
    appeler(reunion, reunion.membres[:17], pouvoirs={absent: porteur})
    assert [(p.mandant, p.porteur) for p in Pouvoir.objects.all()] == [(absent, porteur)]
    assert reunion.inscription.voix().total == 0
    assert len(reunion.inscription.emargement()) == 18
    assert decision_enregistree(reunion, votes=Votes(16, 1, 1, 0)).pouvoirs == 1
    appeler(reunion, [*reunion.membres[:16], absent])
    assert not Pouvoir.objects.exists()


def test_tout_ce_qui_ne_va_pas_se_dit_d_un_coup_et_rien_n_est_ecrit(reunion):
    presents, absents = reunion.membres[:17], reunion.membres[17:]
    suppleant = MandatFactory(instance=reunion.seance.instance, titulaire=False, college=absents[0].college)
    with pytest.raises(ActeRefuse) as refus:
        appeler(
            reunion,
            presents[1:],
            pouvoirs={
                presents[1]: presents[2],  # présent
                absents[0]: presents[3],
                absents[1]: presents[3],  # deux pour le même
                absents[2]: absents[0],  # lui-même représenté
                absents[3]: absents[5],  # absent
                suppleant: presents[4],
            },
            president=absents[4],
            heures={presents[1]: (None, dt.time(14)), absents[4]: (dt.time(14, 30), dt.time(14))},
        )
    raisons = [str(raison) for raison in refus.value.raisons]
    assert [raison for raison in raisons if " voix pour " not in raison] == [
        f"{presents[1]} est présent : il ne donne pas de pouvoir.",
        f"{absents[0]} est lui-même représenté : il ne peut pas porter le pouvoir de {absents[2]}.",
        f"{absents[5]} n'est pas présent : il ne peut pas porter le pouvoir de {absents[3]}.",
        f"{suppleant} est suppléant : seul un titulaire donne pouvoir.",
        f"{presents[3]} porterait 2 pouvoirs : un membre en porte au plus 1.",
        f"{absents[4]} n'est pas présent : choisissez un membre présent pour présider.",
        f"{presents[1]} est présent : ôtez son heure de départ, ou décochez-le.",
        f"{absents[4]} : le départ précède l'arrivée.",
    ]
    assert notes(reunion, presents[0]) == (True, None, None)
    assert not Pouvoir.objects.exists()


def test_une_caf_sans_pouvoirs_les_refuse_et_un_titulaire_remplace_n_en_donne_pas(reunion):
    absent, porteur = reunion.membres[20], reunion.membres[0]
    suppleant = MandatFactory(instance=reunion.seance.instance, titulaire=False, college=absent.college)
    collegues = [membre for membre in reunion.membres if membre.college == absent.college and membre != absent]
    presents = [porteur, *collegues, suppleant]
    with pytest.raises(ActeRefuse, match="qui ne donne alors pas de pouvoir"):
        appeler(reunion, presents, pouvoirs={absent: porteur})
    regler(reunion, POUVOIRS_PAR_MEMBRE, "0")
    with pytest.raises(ActeRefuse, match="n'admet pas de pouvoir"):
        appeler(reunion, [porteur, *collegues], pouvoirs={absent: porteur})
    assert not Pouvoir.objects.exists()


# --- Présidence ---------------------------------------------------------------------------------


def test_la_presidence_preside_sinon_une_vice_presidence_sinon_qui_l_on_choisit(reunion):
    presidence, vice, autre = reunion.membres[:3]
    for membre, fonction in ((presidence, FonctionDInstance.PRESIDENCE), (vice, FonctionDInstance.VICE_PRESIDENCE)):
        membre.fonction = fonction
        membre.save()
    for presents, choisi, attendu in (
        (reunion.membres[:17], None, presidence),
        (reunion.membres[1:17], None, vice),
        (reunion.membres[2:17], None, None),
        (reunion.membres[2:17], autre, autre),
        (reunion.membres[:17], autre, autre),
    ):
        appeler(reunion, presents, president=choisi)
        assert reunion.seance.qui_preside() == attendu


def test_la_voix_de_qui_preside_l_emporte_si_la_caf_le_regle(reunion):
    regler(reunion, VOIX_PREPONDERANTE, "oui")
    appeler(reunion, reunion.membres[:16], president=reunion.membres[3])
    with pytest.raises(ActeRefuse, match="ne l'emportent pas"):
        decision_enregistree(reunion, votes=Votes(8, 8, 0, 0))
    Vote.objects.create(inscription=reunion.inscription, mandat=reunion.membres[3], sens=SensVote.POUR)
    assert decision_enregistree(reunion, votes=Votes(8, 8, 0, 0)).est_favorable


# --- Écran --------------------------------------------------------------------------------------


def test_l_appel_a_l_ecran(reunion, client):
    client.force_login(reunion.secretaire)
    adresse = reverse("seances:presences", args=[reunion.seance.pk])
    absent, porteur, parti = reunion.membres[20], reunion.membres[0], reunion.membres[5]
    page = client.get(adresse).content.decode()
    assert page.count('type="time"') == 48
    assert f'name="pouvoir-{absent.pk}"' in page
    presents = [membre.pk for membre in reunion.membres[:17] if membre != parti]
    saisie = {"presents": presents, f"pouvoir-{absent.pk}": porteur.pk, f"arrive-{porteur.pk}": "14:20"}
    assert client.post(adresse, {**saisie, f"pouvoir-{absent.pk}": absent.pk}).status_code == 422
    refusee = client.post(adresse, {**saisie, "president": absent.pk})
    assert refusee.status_code == 422
    assert "choisissez un membre présent pour présider" in refusee.content.decode()
    assert client.post(adresse, saisie, follow=True).redirect_chain
    assert notes(reunion, porteur) == (True, a(14, 20), None)
    assert notes(reunion, parti) == (False, None, a(15))
    assert Pouvoir.objects.get().porteur == porteur
    # Le membre arrive : le pouvoir que l'écran montrait encore prend fin.
    saisie["presents"] = [*presents[1:], absent.pk, porteur.pk]
    reponse = client.post(adresse, {**saisie, f"parti-{parti.pk}": "15:00"}, follow=True)
    assert "Présences enregistrées : 17 présents" in reponse.content.decode()
    assert not Pouvoir.objects.exists()
    assert notes(reunion, parti) == (False, None, a(15))
