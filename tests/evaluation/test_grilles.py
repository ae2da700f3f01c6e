import datetime as dt

import pytest
from django.urls import reverse

from comptes.choix import Role
from evaluation import operations
from evaluation.models import Critere, Grille
from evaluation.operations import creer_grille_par_defaut
from evaluation.regles import GRILLE_PAR_DEFAUT
from tests.comptage import nombre_de_requetes
from tests.fabriques import CaisseFactory, ProjetSocialFactory, UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory, GrilleFactory

pytestmark = pytest.mark.django_db


def test_la_grille_d_origine_a_quatorze_criteres_de_deux_a_quatre_questions_et_une_source() -> None:
    assert len({critere.code for critere in GRILLE_PAR_DEFAUT}) == 14
    assert all(2 <= len(critere.questions) <= 4 and critere.source for critere in GRILLE_PAR_DEFAUT)
    assert [critere.code for critere in GRILLE_PAR_DEFAUT if critere.bloquant] == ["participation"]


def test_la_creer_deux_fois_n_en_fait_qu_une() -> None:
    caisse = CaisseFactory()
    assert creer_grille_par_defaut(caisse) == creer_grille_par_defaut(caisse)
    assert (Grille.objects.count(), Critere.objects.count()) == (1, 14)


def test_chaque_caisse_a_la_sienne() -> None:
    assert creer_grille_par_defaut(CaisseFactory()) != creer_grille_par_defaut(CaisseFactory())


def test_la_grille_en_vigueur_est_la_derniere_dont_la_date_est_passee() -> None:
    caisse = CaisseFactory()
    GrilleFactory(caisse=caisse, date_effet=dt.date(2012, 6, 20))
    presente = GrilleFactory(caisse=caisse, date_effet=dt.date(2026, 1, 1))
    GrilleFactory(caisse=caisse, date_effet=dt.date(2126, 1, 1))
    assert Grille.objects.en_vigueur(caisse) == presente
    assert Grille.objects.en_vigueur(CaisseFactory()) is None


def test_une_notation_commencee_s_acheve_avec_sa_grille() -> None:
    projet = ProjetSocialFactory()
    ancien = CritereFactory(grille__caisse=projet.structure.caisse, grille__date_effet=dt.date(2012, 6, 20))
    CritereFactory(grille__caisse=projet.structure.caisse, grille__date_effet=dt.date(2026, 1, 1))
    conseiller = UtilisateurFactory(caisse=projet.structure.caisse)
    projet.cotations.create(critere=ancien, note="2", par=conseiller)
    assert list(Critere.objects.applicables(projet)) == [ancien]


VOIENT = {Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION}


@pytest.mark.parametrize("role", Role.values)
def test_la_grille_ne_s_ouvre_qu_a_qui_note(client, role: str) -> None:
    grille = CritereFactory().grille
    client.force_login(UtilisateurFactory(role=role, caisse=grille.caisse))
    attendu = 200 if role in VOIENT else 403
    assert client.get(reverse("evaluation:grilles")).status_code == attendu
    assert client.get(grille.get_absolute_url()).status_code == attendu


def test_la_grille_d_une_autre_caisse_est_introuvable(client) -> None:
    client.force_login(UtilisateurFactory())
    assert client.get(GrilleFactory().get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("date_effet", "libelle"),
    [(dt.date(2026, 1, 1), "En vigueur"), (dt.date(2012, 6, 20), "Remplacée"), (dt.date(2126, 1, 1), "À venir")],
)
def test_la_page_dit_les_questions_et_si_la_grille_sert(client, date_effet: dt.date, libelle: str) -> None:
    conseiller = UtilisateurFactory()
    GrilleFactory(caisse=conseiller.caisse, date_effet=dt.date(2020, 1, 1))
    critere = CritereFactory(grille__caisse=conseiller.caisse, grille__date_effet=date_effet, bloquant=True)
    client.force_login(conseiller)
    page = client.get(critere.grille.get_absolute_url()).content.decode()
    assert all(texte in page for texte in (libelle, "Que peut-on montrer", "Bloquant à 0", "Circulaire 56"))


def test_la_liste_fait_toujours_autant_de_requetes(client) -> None:
    conseiller = UtilisateurFactory()
    client.force_login(conseiller)
    GrilleFactory.create_batch(2, caisse=conseiller.caisse)
    pour_deux = nombre_de_requetes(client, reverse("evaluation:grilles"))
    GrilleFactory.create_batch(18, caisse=conseiller.caisse)
    assert nombre_de_requetes(client, reverse("evaluation:grilles")) == pour_deux


def test_une_grille_qui_a_servi_ne_change_plus_et_se_duplique(client) -> None:
    admin = UtilisateurFactory(administration=True)
    critere = CritereFactory(grille__caisse=admin.caisse, a_partir_du=dt.date(2027, 1, 1))
    client.force_login(admin)
    adresse = reverse("admin:evaluation_grille_change", args=[critere.grille_id])
    avant = client.get(adresse).content.decode()
    assert "criteres-0-DELETE" in avant
    assert "elle ne change plus" not in avant
    projet = ProjetSocialFactory(structure__caisse=admin.caisse)
    projet.cotations.create(critere=critere, note="2", par=admin)
    apres = client.get(adresse).content.decode()
    assert "criteres-0-DELETE" not in apres
    assert 'name="criteres-0-intitule"' not in apres
    assert "elle ne change plus" in apres
    assert client.post(reverse("admin:evaluation_grille_delete", args=[critere.grille_id])).status_code == 403
    choix = {"action": "dupliquer", "_selected_action": [critere.grille_id]}
    client.post(reverse("admin:evaluation_grille_changelist"), choix)
    suite = Grille.objects.exclude(pk=critere.grille_id).get()
    copie = suite.criteres.get()
    assert (suite.date_effet.month, suite.date_effet.day, suite.a_servi()) == (1, 1, False)
    assert (copie.code, copie.questions, copie.a_partir_du) == (critere.code, critere.questions, critere.a_partir_du)
    assert operations.dupliquer_la_grille(suite, par=admin).date_effet.year == suite.date_effet.year + 1


@pytest.mark.parametrize(
    ("debut", "absents"),
    [
        (dt.date(2025, 12, 17), {"volet_familles", "transitions"}),
        (dt.date(2025, 12, 18), {"volet_familles"}),
        (dt.date(2026, 12, 31), {"volet_familles"}),
        (dt.date(2027, 1, 1), set()),
    ],
)
def test_un_critere_date_n_est_demande_qu_aux_periodes_qui_commencent_apres(debut: dt.date, absents: set[str]) -> None:
    projet = ProjetSocialFactory(debut=debut, fin=debut + dt.timedelta(days=900), arbre=False)
    grille = creer_grille_par_defaut(projet.structure.caisse)
    demandes = set(Critere.objects.applicables(projet).values_list("code", flat=True))
    assert set(grille.criteres.values_list("code", flat=True)) - demandes == absents
