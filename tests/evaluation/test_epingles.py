"""Ce qui appuie une note, la grille qui se clôt, les notes reprises d'une version à la suivante."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from centres.models import ProjetSocial
from centres.operations import figer, nouvelle_version
from comptes.models import Utilisateur
from evaluation import operations
from evaluation.comparaison import comparer
from evaluation.forms import FormulaireDeCotation
from evaluation.models import Cotation, Critere, Epingle, Notation
from socle import fichiers
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory
from tests.fabriques.fichiers import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def projet() -> ProjetSocial:
    """Une version transmise, avec son arbre, dans une Caisse qui a sa grille."""
    projet = ProjetSocialFactory()
    operations.creer_grille_par_defaut(projet.structure.caisse)
    return figer(projet, par=UtilisateurFactory(direction=True, structure=projet.structure))


@pytest.fixture
def conseillere(projet: ProjetSocial) -> Utilisateur:
    return UtilisateurFactory(caisse=projet.structure.caisse)  # type: ignore[return-value]


@pytest.fixture
def cotation(projet: ProjetSocial, conseillere: Utilisateur) -> Cotation:
    """La note du premier critère."""
    critere = Critere.objects.applicables(projet)[0]
    operations.coter(projet, notes={critere: ("2", "")}, par=conseillere)
    return projet.cotations.get()


def tout_noter(projet: ProjetSocial, par: Utilisateur, note: str = "2") -> None:
    operations.coter(projet, notes=dict.fromkeys(Critere.objects.applicables(projet), (note, "")), par=par)


def test_une_note_s_epingle_a_un_noeud_a_un_passage_et_a_un_texte(projet, conseillere, cotation) -> None:
    action = projet.actions.get()
    noeud = operations.epingler(cotation, lieu=f"actions:{action.cle}", par=conseillere)
    assert (noeud.sorte, noeud.cle, noeud.champ) == ("actions", action.cle, "")
    assert noeud.adresse.endswith(f"/projets/{projet.pk}/lire/#actions-{action.pk}")
    # La citation se reconnaît à la casse, aux espaces et à l'apostrophe près, et dit de quel champ elle vient.
    passage = operations.epingler(cotation, citation="  un conseil d’habitants   se réunit ", par=conseillere)
    assert (passage.sorte, passage.champ, passage.intitule) == ("projet", "gouvernance", "Participation et gouvernance")
    assert passage.adresse.endswith("#partie-gouvernance")
    (ligne, *_) = comparer(projet).lignes
    assert [appui.adresse for appui in ligne.appuis] == [noeud.adresse, passage.adresse]
    operations.retirer_une_epingle(noeud, par=conseillere)
    assert list(Epingle.objects.all()) == [passage]


@pytest.mark.parametrize(
    ("lieu", "citation", "raison"),
    [
        ("", "", "Choisissez un endroit"),
        ("actions:00000000-0000-0000-0000-000000000000", "", "n'est pas dans la version notée"),
        ("structures:1", "", "n'est pas dans la version notée"),
        ("", "Une phrase que personne n'a écrite.", "ne se trouve pas dans le projet"),
        ("projet:diagnostic", "Un conseil d'habitants se réunit", "ne se trouve pas dans « Diagnostic partagé »"),
        ("", "Peu", "Citez de 10 à 1000 caractères"),
        ("", "x" * 1001, "Citez de 10 à 1000 caractères"),
    ],
)
def test_une_epingle_qui_ne_tient_a_rien_est_refusee(conseillere, cotation, lieu, citation, raison) -> None:
    with pytest.raises(ActeRefuse, match=raison):
        operations.epingler(cotation, lieu=lieu, citation=citation, par=conseillere)
    assert not Epingle.objects.exists()


def test_le_fichier_d_une_autre_demande_ne_s_epingle_pas_ni_par_une_autre_personne(conseillere, cotation) -> None:
    fichier = fichiers.enregistrer(SimpleUploadedFile("a.pdf", PDF), par=None)
    with pytest.raises(ActeRefuse, match="n'est pas jointe à la demande"):
        operations.epingler_un_fichier(cotation, fichier=fichier, intitule="P04", par=conseillere)
    with pytest.raises(ActeInterdit):
        operations.epingler(cotation, lieu="projet:synthese", par=UtilisateurFactory())
    assert not Epingle.objects.exists()


def test_une_grille_se_clot_entiere_puis_ne_change_plus_sans_un_motif(projet, conseillere, cotation) -> None:
    with pytest.raises(ActeRefuse, match="n'est pas noté"):
        operations.clore_la_grille(projet, par=conseillere)
    tout_noter(projet, conseillere)
    epingle = operations.epingler(cotation, lieu="projet:synthese", par=conseillere)
    notation = operations.clore_la_grille(projet, par=conseillere)
    assert (notation.est_close, notation.close_par) == (True, conseillere)
    for geste in (
        lambda: tout_noter(projet, conseillere, "3"),
        lambda: operations.epingler(cotation, lieu="projet:synthese", par=conseillere),
        lambda: operations.retirer_une_epingle(epingle, par=conseillere),
        lambda: operations.clore_la_grille(projet, par=conseillere),
    ):
        with pytest.raises(ActeRefuse, match="La grille est close"):
            geste()
    assert set(Cotation.objects.values_list("note", flat=True)) == {"2"}
    with pytest.raises(ActeRefuse, match="motif"):
        operations.rouvrir_la_grille(projet, motif=" ", par=conseillere)
    operations.rouvrir_la_grille(projet, motif="Pièce reçue depuis.", par=conseillere)
    tout_noter(projet, conseillere, "3")
    assert EntreeDuJournal.objects.get(acte="rouvrir").motif == "Pièce reçue depuis."


def test_les_notes_de_la_version_precedente_se_reprennent_a_confirmer(projet, conseillere) -> None:
    tout_noter(projet, conseillere)
    suite = nouvelle_version(projet, par=conseillere)
    with pytest.raises(ActeRefuse, match="pas encore transmis"):
        operations.reprendre_les_notes(suite, par=conseillere)
    figer(suite, par=conseillere)
    premier, deuxieme, *_ = Critere.objects.applicables(suite)
    operations.coter(suite, notes={premier: ("3", "")}, par=conseillere)
    grille = comparer(suite)
    assert (grille.version_precedente, grille.a_reprendre) == (projet, 13)
    assert operations.reprendre_les_notes(suite, par=conseillere) == 13
    with pytest.raises(ActeRefuse, match="Rien à reprendre"):
        operations.reprendre_les_notes(suite, par=conseillere)
    # Une note reprise ne compte pas, et enregistrer le formulaire tel quel ne la confirme pas.
    assert Critere.objects.sans_note(suite).count() == 13
    donnees = {f"note_{pk}": "2" for pk in suite.cotations.a_confirmer().values_list("critere", flat=True)}
    formulaire = FormulaireDeCotation({**donnees, f"confirmer_{deuxieme.pk}": "on"}, projet=suite)
    assert formulaire.is_valid()
    assert formulaire.notes() == {deuxieme: ("2", "")}
    operations.coter(suite, notes=formulaire.notes(), par=conseillere)
    assert (comparer(suite).notes_donnees, comparer(suite).a_confirmer) == (2, 12)
    assert Notation.objects.filter(projet=suite).exists()


# --- L'auto-évaluation ------------------------------------------------------------------------------


def test_la_caf_ne_lit_l_auto_evaluation_qu_une_fois_les_deux_closes(projet, conseillere, cotation) -> None:
    directrice = UtilisateurFactory(direction=True, structure=projet.structure)
    notes = dict.fromkeys(Critere.objects.applicables(projet), ("3", ""))
    premier = cotation.critere
    with pytest.raises(ActeRefuse, match="vide"):
        operations.remettre_l_auto_evaluation(projet, par=directrice)
    with pytest.raises(ActeRefuse, match="expliquez en une phrase"):
        operations.s_auto_evaluer(projet, notes={premier: ("0", "")}, par=directrice)
    operations.s_auto_evaluer(projet, notes={premier: ("3", "")}, par=directrice)
    with pytest.raises(ActeRefuse, match="Donnez une note"):
        operations.remettre_l_auto_evaluation(projet, par=directrice)
    operations.s_auto_evaluer(projet, notes=notes, par=directrice)
    assert comparer(projet).auto_evaluation is None
    for autre in (conseillere, UtilisateurFactory(lecture=True, structure=projet.structure)):
        with pytest.raises(ActeInterdit):
            operations.s_auto_evaluer(projet, notes=notes, par=autre)
        with pytest.raises(ActeInterdit):
            operations.remettre_l_auto_evaluation(projet, par=autre)
    operations.remettre_l_auto_evaluation(projet, par=directrice)
    with pytest.raises(ActeRefuse, match="ne change plus"):
        operations.s_auto_evaluer(projet, notes=notes, par=directrice)
    assert not comparer(projet).en_regard
    tout_noter(projet, conseillere)
    operations.clore_la_grille(projet, par=conseillere)
    grille = comparer(projet)
    assert grille.en_regard
    assert [(ligne.du_centre.note, ligne.ecart) for ligne in grille.lignes[:1]] == [("3", True)]
