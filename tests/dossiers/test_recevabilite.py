"""L'examen de recevabilité, et la lettre quand il répond « non » (Circulaire 56, §14)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agrement.dossiers import operations
from agrement.dossiers.choix import ReponseDExamen, Statut, TypeDossier
from agrement.dossiers.models import CritereDeRecevabilite, Dossier, LettreDIrrecevabilite, ReponseDeRecevabilite
from agrement.dossiers.models.accuses import EcritFige
from agrement.dossiers.workflow import CIRCUIT
from centres.coherence import comparer_au_precedent
from centres.operations import figer
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.centres import ProjetSocialFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db
R = ReponseDExamen


@pytest.fixture
def deposee() -> Demande:
    return Demande.prete(Statut.DEPOSE)


def critere(demande: Demande, code: str) -> CritereDeRecevabilite:
    return demande.caisse.criteres_de_recevabilite.get(code=code)


@pytest.mark.parametrize(
    ("type_", "terrain", "codes"),
    [
        (TypeDossier.PREMIER_AGREMENT, False, "R01 R02 R03 R04"),
        (TypeDossier.RENOUVELLEMENT, False, "R01 R05"),
        (TypeDossier.RENOUVELLEMENT, True, "R01 R05 R06 R07 R08 R09"),
        (TypeDossier.AVENANT, True, "R01"),
        (TypeDossier.SURSIS_RETRAIT, False, ""),
    ],
)
def test_les_criteres_suivent_la_demande_et_le_terrain(deposee: Demande, type_: str, terrain: bool, codes: str) -> None:
    deposee.dossier.type, deposee.dossier.terrain_d_accueil = type_, terrain
    criteres = deposee.caisse.criteres_de_recevabilite.applicables_a(deposee.dossier)
    assert " ".join(applicable.code for applicable in criteres) == codes


def test_l_examen_se_remplit_en_plusieurs_fois_et_ouvre_la_recevabilite(deposee: Demande, client: Client) -> None:
    dossier = deposee.dossier
    deposee.tout_declarer_conforme()
    with pytest.raises(ActeRefuse, match="4 critères sans réponse"):
        CIRCUIT.executer(dossier, "declarer_recevable", par=deposee.conseillere)
    pks = {code: critere(deposee, code).pk for code in ("R01", "R02", "R03", "R04", "R06")}
    client.force_login(deposee.conseillere)
    ecran = reverse("dossiers:examiner", args=[dossier.numero])
    page = client.post(ecran, {f"reponse_{pks['R02']}": "non"}).content.decode()
    assert "Dites pourquoi" in page
    assert not ReponseDeRecevabilite.objects.exists()
    client.post(ecran, {f"reponse_{pks['R02']}": "non", f"commentaire_{pks['R02']}": "Pas de local."})
    with pytest.raises(ActeRefuse, match="répond « non » : Le projet est faisable") as refus:
        CIRCUIT.executer(dossier, "declarer_recevable", par=deposee.conseillere)
    assert "3 critères sans réponse" in str(refus.value)
    oui = {f"reponse_{pks[code]}": "oui" for code in ("R01", "R02", "R03")}
    client.post(ecran, {**oui, f"reponse_{pks['R04']}": "sans_objet", "terrain_d_accueil": "on"})
    assert Dossier.objects.get().terrain_d_accueil
    assert f"reponse_{pks['R06']}" in client.get(ecran).content.decode()  # les quatre principes s'ajoutent
    with pytest.raises(ActeRefuse, match="4 critères sans réponse"):
        CIRCUIT.executer(dossier, "declarer_recevable", par=deposee.conseillere)
    dossier.refresh_from_db()
    deposee.examiner()
    CIRCUIT.executer(dossier, "declarer_recevable", par=deposee.conseillere)
    assert dossier.statut == Statut.RECEVABLE
    lecture = client.get(ecran).content.decode()  # passé, il se lit et ne s'écrit plus
    assert "Enregistrer" not in lecture
    assert "Oui." in lecture


def test_l_examen_refuse_ce_qui_ne_va_pas_et_le_centre_ne_le_lit_pas(deposee: Demande, client: Client) -> None:
    faisable, terrain = critere(deposee, "R02"), critere(deposee, "R06")
    for reponses, attendu in (
        ({faisable: (R.NON, " ")}, "Dites pourquoi"),
        ({faisable: ("peut-être", "")}, "Répondez"),
        ({faisable: (R.OUI, ""), terrain: (R.OUI, "")}, "ne s'applique pas"),
        ({critere(Demande.prete(), "R02"): (R.OUI, "")}, "ne s'applique pas"),
    ):
        with pytest.raises(ActeRefuse, match=attendu):
            operations.examiner(deposee.dossier, reponses=reponses, par=deposee.conseillere)
    with pytest.raises(ActeInterdit):
        operations.examiner(deposee.dossier, reponses={}, par=deposee.directrice)
    assert not ReponseDeRecevabilite.objects.exists()
    deposee.examiner(R02="Entre nous.")
    client.force_login(deposee.directrice)
    for adresse in ("", "journal/", "pieces/"):
        page = client.get(f"{deposee.dossier.get_absolute_url()}{adresse}").content.decode()
        assert "Entre nous." not in page
    client.force_login(deposee.conseillere)
    assert "Recevabilité examinée" in client.get(f"{deposee.dossier.get_absolute_url()}journal/").content.decode()


def test_sans_critere_qui_s_applique_l_irrecevabilite_se_motive_a_la_main(deposee: Demande) -> None:
    dossier, responsable = deposee.dossier, deposee.responsable
    with pytest.raises(ActeRefuse, match="Répondez « non »"):
        operations.declarer_irrecevable(dossier, par=responsable, complement="Trop tard.")
    deposee.caisse.criteres_de_recevabilite.update(actif=False)
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        operations.declarer_irrecevable(dossier, par=responsable)
    assert not LettreDIrrecevabilite.objects.exists()
    operations.declarer_irrecevable(dossier, par=responsable, complement="La structure n'existe plus.")
    assert dossier.lettres_d_irrecevabilite.get().contenu["motifs"] == ["La structure n'existe plus."]


def renouveler_a_l_identique() -> Demande:
    """Scénario 8 : le projet précédent, transmis, puis un renouvellement qui en reprend les axes mot pour mot."""
    structure = StructureFactory()
    ancien = ProjetSocialFactory(structure=structure, debut=dt.date(2024, 1, 1), fin=dt.date(2026, 12, 31))
    figer(ancien, par=UtilisateurFactory(direction=True, structure=structure))
    return Demande(structure, type=TypeDossier.RENOUVELLEMENT, echeance_actuelle=dt.date(2026, 12, 31))


def test_un_renouvellement_recopie_est_irrecevable_sa_lettre_part_et_une_autre_demande_s_ouvre(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    demande = renouveler_a_l_identique()
    dossier = demande.dossier
    demande._deposer()
    comparaison = comparer_au_precedent(dossier.projet)
    assert (comparaison.part, comparaison.nouveaux, comparaison.est_une_copie) == (100, [], True)
    client.force_login(demande.conseillere)
    page = client.get(reverse("dossiers:examiner", args=[dossier.numero])).content.decode()
    assert "les perspectives sont vides" in page
    demande.examiner(R05="Pas de perspectives pluriannuelles nouvelles.")
    client.force_login(demande.responsable)
    ecran = reverse("dossiers:declarer_irrecevable", args=[dossier.numero])
    assert "Pas de perspectives pluriannuelles nouvelles." in client.get(ecran).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ecran, {"complement": "Le service reste à votre disposition."})
    dossier.refresh_from_db()
    lettre = dossier.lettres_d_irrecevabilite.get()
    assert (dossier.statut, dossier.est_final) == (Statut.IRRECEVABLE, True)
    assert lettre.contenu["textes"] == ["Circulaire Cnaf n° 56 du 31 octobre 1995, §14"]
    assert len(lettre.contenu["motifs"]) == 2
    with pytest.raises(EcritFige):
        lettre.save()
    client.force_login(demande.directrice)
    pdf = client.get(reverse("dossiers:lettre_d_irrecevabilite", args=[dossier.numero]))
    assert b"".join(pdf).startswith(b"%PDF")
    accueil = client.get(reverse("accueil:accueil")).content.decode()
    assert "Lettre d'irrecevabilité du" in accueil.replace("&#x27;", "'")
    neuve = operations.ouvrir(
        structure=demande.structure,
        type=TypeDossier.RENOUVELLEMENT,
        debut=dt.date(2027, 1, 1),
        fin=dt.date(2029, 12, 31),
        par=demande.directrice,
    )
    assert (neuve.statut, neuve.projet.version, neuve.projet.est_fige) == (Statut.BROUILLON, 2, False)
