import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comptes.choix import Role
from partenaires import operations
from partenaires.choix import RolePartie
from partenaires.choix import StatutConvention as S
from partenaires.models import Convention, PartieConvention
from partenaires.workflow import CIRCUIT
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.fichiers import PDF
from tests.fabriques.partenaires import ConventionFactory, PartieFactory

pytestmark = pytest.mark.django_db
JOUR = dt.date(2026, 11, 20)


@pytest.fixture
def conseiller():
    return UtilisateurFactory()


@pytest.fixture
def en_negociation(conseiller) -> Convention:
    """Une convention à trois parties, que personne n'a signée."""
    convention = ConventionFactory(caisse=conseiller.caisse)
    for nom in ("Caf", "Commune de Saint-Aubin", "MSA"):
        PartieFactory(convention=convention, nom=nom)
    return CIRCUIT.executer(convention, "ouvrir_la_negociation", par=conseiller)


def signer(convention: Convention, *noms: str, par) -> None:
    for nom in noms:
        operations.signer(convention.parties.get(nom=nom), date=JOUR, par=par)
    convention.refresh_from_db()


def test_elle_s_enregistre_avec_ses_structures_et_ses_parties(conseiller) -> None:
    structure = StructureFactory(caisse=conseiller.caisse)
    neuve = ConventionFactory.build(caisse=conseiller.caisse)
    partie = PartieConvention(role=RolePartie.CAF, nom="Caf")
    convention = operations.enregistrer(neuve, structures=[structure], parties=[partie], par=conseiller)
    assert list(convention.structures.all()) == [structure]
    assert convention.parties.get() == partie
    assert convention.statut == S.EN_PROJET


def test_l_enregistrer_sans_nommer_ses_structures_ne_les_ote_pas(conseiller) -> None:
    structure = StructureFactory(caisse=conseiller.caisse)
    convention = ConventionFactory(caisse=conseiller.caisse)
    convention.structures.add(structure)
    operations.enregistrer(convention, par=conseiller)
    assert list(convention.structures.all()) == [structure]


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION}))
def test_les_autres_roles_n_enregistrent_ni_ne_signent(en_negociation, role: str) -> None:
    autre = UtilisateurFactory(role=role, caisse=en_negociation.caisse)
    with pytest.raises(ActeInterdit):
        operations.enregistrer(en_negociation, par=autre)
    with pytest.raises(ActeInterdit):
        signer(en_negociation, "MSA", par=autre)
    assert not en_negociation.parties.filter(signee_le__isnull=False).exists()


def test_une_autre_caisse_ne_l_enregistre_pas(en_negociation) -> None:
    with pytest.raises(ActeInterdit):
        operations.enregistrer(en_negociation, par=UtilisateurFactory())


def test_la_structure_d_une_autre_caisse_est_refusee(conseiller, en_negociation) -> None:
    with pytest.raises(ActeRefuse, match="pas de cette Caisse"):
        operations.enregistrer(en_negociation, structures=[StructureFactory()], par=conseiller)


def test_la_premiere_signature_la_fait_passer_a_signee_partiellement(conseiller, en_negociation) -> None:
    signer(en_negociation, "Caf", "Commune de Saint-Aubin", par=conseiller)
    assert en_negociation.statut == S.SIGNEE_PARTIELLEMENT
    assert en_negociation.signatures_attendues() == ["MSA"]


def test_elle_n_entre_en_vigueur_que_signee_de_tous(conseiller, en_negociation) -> None:
    signer(en_negociation, "Caf", "Commune de Saint-Aubin", par=conseiller)
    with pytest.raises(ActeRefuse, match="Signature manquante : MSA"):
        CIRCUIT.executer(en_negociation, "mettre_en_vigueur", par=conseiller)
    signer(en_negociation, "MSA", par=conseiller)
    assert CIRCUIT.executer(en_negociation, "mettre_en_vigueur", par=conseiller).statut == S.EN_VIGUEUR


@pytest.mark.parametrize(
    ("demain", "etat", "raison"), [(1, S.EN_NEGOCIATION, "avenir"), (0, S.EN_PROJET, "négociation ouverte")]
)
def test_une_signature_future_ou_prematuree_est_refusee(conseiller, en_negociation, demain, etat, raison) -> None:
    Convention.objects.filter(pk=en_negociation.pk).update(statut=etat)
    partie = PartieConvention.objects.get(nom="MSA")
    with pytest.raises(ActeRefuse, match=raison):
        operations.signer(partie, date=timezone.localdate() + dt.timedelta(days=demain), par=conseiller)
    partie.refresh_from_db()
    assert partie.signee_le is None


def test_une_partie_ne_signe_qu_une_fois(conseiller, en_negociation) -> None:
    signer(en_negociation, "MSA", par=conseiller)
    with pytest.raises(ActeRefuse, match="déjà signé"):
        signer(en_negociation, "MSA", par=conseiller)


def test_une_partie_qui_a_signe_ne_se_retire_pas_et_rien_n_est_ecrit(conseiller, en_negociation) -> None:
    signer(en_negociation, "MSA", par=conseiller)
    en_negociation.intitule = "Changé"
    with pytest.raises(ActeRefuse, match="ne se retire plus"):
        operations.enregistrer(
            en_negociation, retirees=[en_negociation.parties.get(nom="Caf"), en_negociation.parties.get(nom="MSA")],
            par=conseiller,
        )  # fmt: skip
    assert en_negociation.parties.count() == 3
    assert not Convention.objects.filter(intitule="Changé").exists()


@pytest.mark.parametrize("etat", [S.EN_VIGUEUR, S.ECHUE, S.DENONCEE, S.REMPLACEE])
def test_signee_de_tous_elle_ne_se_modifie_plus(conseiller, etat: str) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    Convention.objects.update(statut=etat)
    with pytest.raises(ActeRefuse, match="ne se modifie plus"):
        operations.enregistrer(convention, par=conseiller)


def test_la_negociation_demande_deux_parties(conseiller) -> None:
    convention = PartieFactory(convention__caisse=conseiller.caisse).convention
    with pytest.raises(ActeRefuse, match="deux parties"):
        CIRCUIT.executer(convention, "ouvrir_la_negociation", par=conseiller)


@pytest.mark.parametrize("acte", ["denoncer", "remplacer"])
def test_mettre_fin_demande_un_motif(conseiller, acte: str) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    Convention.objects.update(statut=S.EN_VIGUEUR)
    with pytest.raises(ActeRefuse, match="motif"):
        CIRCUIT.executer(convention, acte, par=conseiller)
    assert CIRCUIT.executer(convention, acte, par=conseiller, motif="La commune se retire.").est_close


@pytest.mark.parametrize(("ecart", "echue"), [(-1, True), (0, False), (1, False)])
def test_l_horloge_constate_le_terme_le_lendemain_du_dernier_jour(ecart: int, echue: bool) -> None:
    fin = timezone.localdate() + dt.timedelta(days=ecart)
    convention = ConventionFactory(debut=dt.date(2020, 1, 1), fin=fin)
    ConventionFactory(debut=dt.date(2020, 1, 1), fin=dt.date(2021, 1, 1))
    Convention.objects.filter(pk=convention.pk).update(statut=S.EN_VIGUEUR)
    assert operations.constater_les_echeances() == int(echue)
    convention.refresh_from_db()
    assert convention.est_close is echue


def test_le_document_est_garde_et_le_journal_dit_qui_l_a_joint(conseiller, en_negociation) -> None:
    fichier = SimpleUploadedFile("convention.pdf", PDF)
    convention = operations.joindre_le_document(en_negociation, fichier=fichier, par=conseiller)
    assert convention.document.nom == "convention.pdf"
    assert EntreeDuJournal.objects.sur(convention).first().acteur == conseiller


def test_le_centre_ne_voit_que_les_conventions_de_ses_structures() -> None:
    structure = StructureFactory()
    directrice = UtilisateurFactory(direction=True, structure=structure)
    sienne = ConventionFactory(caisse=structure.caisse)
    sienne.structures.add(structure)
    ConventionFactory(caisse=structure.caisse)
    assert list(Convention.objects.visibles_par(directrice)) == [sienne]
