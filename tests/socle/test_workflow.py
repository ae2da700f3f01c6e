"""Le moteur des circuits, essayé sur les pièces d'une machine inventée posée sur un vrai modèle."""

from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.db import models, transaction

from comptes.models import Caisse
from socle import journal
from socle.models import EntreeDuJournal, ModeleACircuit
from socle.workflow import NAISSANCE, ActeInterdit, ActeRefuse, Circuit, Manque, Transition
from tests.fabriques import CaisseFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


class Etat(models.TextChoices):
    VIDE = "01", "Vide"
    PLEIN = "02", "Pleine"


class Boite(ModeleACircuit, Caisse):
    """Une machine sur une table qui existe : `statut` y est le code du département."""

    class Meta:
        proxy = True
        app_label = "comptes"
        apps = Apps()  # hors du registre de l'application : la documentation des circuits ne la connaît pas

    @property
    def statut(self):
        return self.code_departement

    @statut.setter
    def statut(self, valeur):
        self.code_departement = valeur


def sans_ville(boite):
    if not boite.ville:
        yield Manque("Écrivez la ville.", "/ville/")


def noter_l_effet(boite, par):
    boite.adresse = f"remplie : {journal.contexte().motif[:50]}"


PREVENUS = []

CIRCUIT = Circuit(
    Etat,
    (
        Transition("fabriquer", "Fabriquer", frozenset({NAISSANCE}), Etat.VIDE, "comptes.administrer"),
        Transition(
            "remplir",
            "Remplir",
            frozenset({Etat.VIDE}),
            Etat.PLEIN,
            "comptes.administrer",
            motif_requis=True,
            manques=sans_ville,
            effet=noter_l_effet,
            notifier=lambda boite, par: PREVENUS.append(boite.pk),
        ),
        Transition("vider", "Vider", frozenset({Etat.PLEIN}), Etat.VIDE, ""),
    ),
)


@pytest.fixture(autouse=True)
def personne_n_est_prevenu():
    PREVENUS.clear()


@pytest.fixture
def boite():
    return Boite.objects.get(pk=CaisseFactory(ville="Alençon").pk)


@pytest.fixture
def admin(boite):
    return UtilisateurFactory(administration=True, caisse=boite)


def relue(boite):
    return Boite.objects.get(pk=boite.pk)


def test_un_acte_possible_change_l_etat_et_laisse_une_trace(boite, admin):
    CIRCUIT.executer(boite, "remplir", par=admin, motif=" Il faut. ")
    assert relue(boite).statut == Etat.PLEIN
    assert relue(boite).adresse == "remplie : Il faut."
    entree = EntreeDuJournal.objects.sur(boite).first()
    assert (entree.acte, entree.acteur, entree.motif) == ("remplir", admin, "Il faut.")


def refus(boite, nom, par, motif="Il faut."):
    traces = EntreeDuJournal.objects.count()
    with pytest.raises(ActeRefuse) as refus:
        CIRCUIT.executer(boite, nom, par=par, motif=motif)
    assert relue(boite).statut == Etat.VIDE
    assert EntreeDuJournal.objects.count() == traces
    assert not PREVENUS
    return refus.value


def test_sans_le_droit_rien_n_est_ecrit(boite):
    assert isinstance(refus(boite, "remplir", UtilisateurFactory(caisse=boite)), ActeInterdit)


def test_l_horloge_ne_fait_pas_les_actes_des_personnes(boite):
    assert isinstance(refus(boite, "remplir", None), ActeInterdit)


def test_personne_ne_fait_les_actes_de_l_horloge(boite, admin):
    assert isinstance(refus(boite, "vider", admin), ActeInterdit)


def test_depuis_un_autre_etat_la_raison_dit_les_etats_possibles(boite, admin):
    boite.statut = Etat.PLEIN
    boite.save()
    with pytest.raises(ActeRefuse, match="l'état est maintenant « Pleine ». Il faudrait : « Vide »."):
        CIRCUIT.executer(boite, "remplir", par=admin, motif="x")


def test_un_acte_de_naissance_ne_se_refait_pas(boite, admin):
    assert "Cet acte ne se fait qu'à la création." in str(refus(boite, "fabriquer", admin))


@pytest.mark.parametrize("motif", ["", "   ", "\n", "\xa0", "\x01\x02", "\u200b\u200e", " \x7f\t"])
def test_un_motif_vide_ou_invisible_est_refuse(boite, admin, motif):
    assert str(refus(boite, "remplir", admin, motif)) == "Écrivez le motif."


def test_un_motif_trop_long_est_refuse_meme_s_il_n_est_pas_demande(boite, admin):
    assert str(refus(boite, "remplir", admin, "x" * 5001)).startswith("Le motif dépasse 5 000 caractères")
    CIRCUIT.executer(boite, "remplir", par=admin, motif="x" * 5000)
    with pytest.raises(ActeRefuse, match="Le motif dépasse"):
        CIRCUIT.executer(Boite(nom="Neuve", code_departement=NAISSANCE), "fabriquer", par=admin, motif="x" * 5001)


def test_toutes_les_raisons_sont_dites_ensemble(boite, admin):
    boite.ville = ""
    boite.save()
    assert [str(raison) for raison in refus(boite, "remplir", admin, "").raisons] == [
        "Écrivez le motif.",
        "Écrivez la ville.",
    ]


def test_un_objet_neuf_nait_par_son_acte(admin):
    neuve = CIRCUIT.executer(Boite(nom="Neuve", code_departement=NAISSANCE), "fabriquer", par=admin)
    assert relue(neuve).statut == Etat.VIDE


def test_l_objet_est_relu_avant_l_acte(boite, admin):
    perimee = relue(boite)
    CIRCUIT.executer(boite, "remplir", par=admin, motif="x")
    with pytest.raises(ActeRefuse, match="l'état est maintenant"):
        CIRCUIT.executer(perimee, "remplir", par=admin, motif="x")


def test_si_la_notification_echoue_l_acte_n_a_pas_eu_lieu(boite, admin, monkeypatch):
    def panne(pk):
        raise ValueError(pk)

    monkeypatch.setattr("tests.socle.test_workflow.PREVENUS", type("L", (), {"append": staticmethod(panne)}))
    with pytest.raises(ValueError, match=str(boite.pk)):
        CIRCUIT.executer(boite, "remplir", par=admin, motif="x")
    assert relue(boite).statut == Etat.VIDE


def test_un_acte_annule_par_son_appelant_ne_previent_personne(boite, admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        CIRCUIT.executer(boite, "remplir", par=admin, motif="x")
        transaction.set_rollback(True)
    assert relue(boite).statut == Etat.VIDE


def test_les_actes_proposes_sont_ceux_de_l_etat_et_de_la_personne(boite, admin):
    (acte,) = CIRCUIT.actes(boite, admin)
    assert acte.transition.nom == "remplir"
    assert acte.manques == ()
    assert CIRCUIT.actes(boite, UtilisateurFactory(caisse=boite)) == []
    boite.statut = Etat.PLEIN
    assert [acte.transition.nom for acte in CIRCUIT.actes(boite, None)] == ["vider"]


def test_un_acte_bloque_est_propose_avec_ce_qui_lui_manque(boite, admin):
    boite.ville = ""
    (acte,) = CIRCUIT.actes(boite, admin)
    assert acte.obstacles == (Manque("Écrivez la ville.", "/ville/"),)


def test_ce_que_l_ecran_demandera_n_est_pas_un_obstacle():
    transition = Transition(
        "a", "A", frozenset({Etat.VIDE}), Etat.PLEIN, "", manques=lambda boite: [Manque("?", saisie=True)]
    )
    (acte,) = Circuit(Etat, (transition,)).actes(Boite(code_departement=Etat.VIDE), None)
    assert acte.manques
    assert not acte.obstacles


def test_le_moteur_tient_en_cent_vingt_lignes():
    lignes = (Path(settings.BASE_DIR) / "socle/workflow.py").read_text().splitlines()
    assert sum(bool(ligne.strip()) for ligne in lignes) <= 120
