import datetime as dt
from contextlib import nullcontext

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from centres import operations
from centres.models import Gestion, NomSuccessif, Structure
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import GestionnaireFactory, SecteurFactory, StructureFactory, UtilisateurFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jour")]

JOUR = dt.date(2026, 11, 22)


@pytest.fixture
def jour():
    with time_machine.travel(JOUR, tick=False):
        yield


@pytest.fixture
def structure() -> Structure:
    return StructureFactory(nom="Ancien nom")


def responsable(structure: Structure):
    return UtilisateurFactory(responsable=True, caisse=structure.caisse)


def test_renommer_garde_l_ancien_nom(structure: Structure) -> None:
    par = responsable(structure)
    operations.renommer(structure, "  Nouveau   nom ", au=JOUR, par=par)
    structure.refresh_from_db()
    assert (structure.nom, structure.recherche.startswith("nouveau nom")) == ("Nouveau nom", True)
    ancien = NomSuccessif.objects.get()
    assert (ancien.nom, ancien.jusqu_au) == ("Ancien nom", JOUR)
    assert EntreeDuJournal.objects.filter(acte="renommer", acteur=par).count() == 2


@pytest.mark.parametrize(
    ("nom", "au", "raison"),
    [
        ("", JOUR, "200 caractères"),
        ("x" * 201, JOUR, "200 caractères"),
        ("Ancien nom", JOUR, "porte déjà le nom"),
        ("Nouveau nom", JOUR + dt.timedelta(days=1), "jour où il a lieu"),
    ],
)
def test_renommer_refuse_et_n_ecrit_rien(structure: Structure, nom: str, au: dt.date, raison: str) -> None:
    with pytest.raises(ActeRefuse, match=raison):
        operations.renommer(structure, nom, au=au, par=responsable(structure))
    assert not NomSuccessif.objects.exists()
    assert Structure.objects.get().nom == "Ancien nom"


def test_changer_de_gestionnaire_garde_l_histoire(structure: Structure) -> None:
    ancien, par = structure.gestionnaire, responsable(structure)
    deux, trois = (GestionnaireFactory(caisse=structure.caisse) for _ in range(2))
    operations.changer_de_gestionnaire(structure, deux, au=dt.date(2026, 1, 1), par=par)
    operations.changer_de_gestionnaire(structure, trois, au=dt.date(2026, 7, 1), par=par)
    assert Structure.objects.get().gestionnaire == trois
    assert list(Gestion.objects.order_by("pk").values_list("gestionnaire", "debut", "fin")) == [
        (ancien.pk, "", "2026-01-01"),
        (deux.pk, "2026-01-01", "2026-07-01"),
        (trois.pk, "2026-07-01", ""),
    ]


@pytest.mark.parametrize(
    ("debut", "fin", "juste"),
    [
        ("", "2014", True),
        ("2014", "", True),
        ("2014", "2014", True),
        ("2014-05-01", "2014", True),
        ("2014", "2014-05-01", True),
        ("2014-05", "2014-05-31", True),
        ("2015", "2014", False),
        ("2014-06", "2014-05", False),
        ("2014-05-02", "2014-05-01", False),
    ],
)
def test_une_gestion_se_dit_a_l_annee_au_mois_ou_au_jour(
    structure: Structure, debut: str, fin: str, juste: bool
) -> None:
    gestion = Gestion(structure=structure, gestionnaire=structure.gestionnaire, debut=debut, fin=fin)
    with nullcontext() if juste else pytest.raises(ValidationError, match="précède son début"):
        gestion.full_clean()
    with nullcontext() if juste else pytest.raises(IntegrityError), transaction.atomic():
        gestion.save()


def test_une_gestion_commencee_a_l_annee_pres_se_clot_au_jour(structure: Structure) -> None:
    gestion = structure.gestions.create(gestionnaire=structure.gestionnaire, debut="2026")
    suivant = GestionnaireFactory(caisse=structure.caisse)
    operations.changer_de_gestionnaire(structure, suivant, au=dt.date(2026, 7, 1), par=responsable(structure))
    gestion.refresh_from_db()
    assert (gestion.debut, gestion.fin) == ("2026", "2026-07-01")


def test_changer_de_gestionnaire_refuse_et_n_ecrit_rien(structure: Structure) -> None:
    par = responsable(structure)
    Gestion.objects.create(structure=structure, gestionnaire=structure.gestionnaire, debut="2026-06-01")
    voisin = GestionnaireFactory(caisse=structure.caisse)
    cas = [
        (structure.gestionnaire, JOUR, "gère déjà"),
        (GestionnaireFactory(), JOUR, "autre Caf"),
        (voisin, dt.date(2026, 12, 1), "jour où il a lieu"),
        (voisin, dt.date(2026, 5, 31), "date postérieure"),
    ]
    for gestionnaire, au, raison in cas:
        with pytest.raises(ActeRefuse, match=raison):
            operations.changer_de_gestionnaire(structure, gestionnaire, au=au, par=par)
    assert not Gestion.objects.get().fin


@pytest.mark.parametrize("role", ["direction", "gestionnaire", "secretariat", "elu", "presidence", "comptable"])
def test_l_histoire_d_une_structure_n_est_ecrite_que_par_la_caf(structure: Structure, role: str) -> None:
    par = UtilisateurFactory(role=role, structure=structure)
    with pytest.raises(ActeInterdit):
        operations.renommer(structure, "Nouveau nom", au=JOUR, par=par)
    with pytest.raises(ActeInterdit):
        operations.changer_de_gestionnaire(structure, GestionnaireFactory(caisse=structure.caisse), au=JOUR, par=par)


def test_un_conseiller_d_un_autre_secteur_ou_d_une_autre_caf_ne_renomme_pas(structure: Structure) -> None:
    d_un_autre_secteur = UtilisateurFactory(conseiller=True, caisse=structure.caisse)
    SecteurFactory(caisse=structure.caisse).conseillers.add(d_un_autre_secteur)
    for par in (d_un_autre_secteur, UtilisateurFactory(conseiller=True), UtilisateurFactory(responsable=True)):
        with pytest.raises(ActeInterdit):
            operations.renommer(structure, "Nouveau nom", au=JOUR, par=par)


def test_les_structures_suivies_sont_celles_du_secteur_ou_dont_on_est_referent() -> None:
    conseiller = UtilisateurFactory(conseiller=True)
    du_secteur, referente, autre = (StructureFactory(caisse=conseiller.caisse) for _ in range(3))
    d_une_autre_caf = StructureFactory()
    assert set(Structure.objects.suivies_par(conseiller)) == {du_secteur, referente, autre}
    secteur = SecteurFactory(caisse=conseiller.caisse)
    secteur.conseillers.add(conseiller)
    secteur.communes.add(du_secteur.commune, d_une_autre_caf.commune)
    referente.conseiller = conseiller
    referente.save()
    assert set(Structure.objects.suivies_par(conseiller)) == {du_secteur, referente}


@pytest.mark.parametrize(
    ("champs", "ligne"),
    [
        ({"adresse": "1 rue Haute", "code_postal": "00100"}, "1 rue Haute, 00100 Val-Fleuri"),
        ({"adresse": "", "code_postal": "00100"}, "00100 Val-Fleuri"),
        ({"adresse": "1 rue Haute", "code_postal": ""}, "1 rue Haute, Val-Fleuri"),
    ],
)
def test_une_adresse_se_lit_sur_une_ligne(champs: dict[str, str], ligne: str) -> None:
    assert StructureFactory(commune__nom="Val-Fleuri", **champs).adresse_complete == ligne
    assert GestionnaireFactory(ville="Val-Fleuri", **champs).adresse_complete == ligne
