import pytest
from django.db import IntegrityError
from django.template.loader import render_to_string

from centres.models import ProjetSocial
from centres.operations import figer
from comptes.choix import Role
from evaluation.forms import FormulaireDeCotation
from evaluation.models import Cotation, Critere
from evaluation.operations import coter, creer_grille_par_defaut
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import ProjetSocialFactory, SecteurFactory, UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def projet() -> ProjetSocial:
    """Une version transmise, dans une Caisse qui a sa grille."""
    projet = ProjetSocialFactory()
    creer_grille_par_defaut(projet.structure.caisse)
    return figer(projet, par=UtilisateurFactory(direction=True, structure=projet.structure))


@pytest.fixture
def conseiller(projet: ProjetSocial):
    return UtilisateurFactory(caisse=projet.structure.caisse)


def critere(projet: ProjetSocial, code: str = "participation") -> Critere:
    return Critere.objects.applicables(projet).get(code=code)


def test_une_note_est_gardee_avec_son_auteur_et_son_commentaire(projet, conseiller) -> None:
    coter(projet, notes={critere(projet): ("2", "  Trois réunions publiques. ")}, par=conseiller)
    cotation = Cotation.objects.get()
    assert (cotation.note, cotation.commentaire, cotation.par) == ("2", "Trois réunions publiques.", conseiller)


def test_noter_a_nouveau_remplace_la_note_et_le_journal_garde_l_ancienne(projet, conseiller) -> None:
    coter(projet, notes={critere(projet): ("2", "")}, par=conseiller)
    responsable = UtilisateurFactory(responsable=True, caisse=conseiller.caisse)
    coter(projet, notes={critere(projet): ("1", "Peu d'habitants.")}, par=responsable)
    assert Cotation.objects.get().par == responsable
    entree = EntreeDuJournal.objects.filter(objet_type="evaluation.cotation").first()
    assert entree.changements["note"] == ["2", "1"]
    assert entree.acteur == responsable


def test_une_note_inchangee_garde_son_auteur(projet, conseiller) -> None:
    coter(projet, notes={critere(projet): ("2", "")}, par=conseiller)
    coter(
        projet, notes={critere(projet): ("2", "")}, par=UtilisateurFactory(responsable=True, caisse=conseiller.caisse)
    )
    assert Cotation.objects.get().par == conseiller
    assert EntreeDuJournal.objects.filter(objet_type="evaluation.cotation").count() == 1


@pytest.mark.parametrize("note", ["0", "1"])
def test_une_note_basse_sans_commentaire_est_refusee_et_rien_n_est_ecrit(projet, conseiller, note: str) -> None:
    notes = {critere(projet, "coherence"): ("3", ""), critere(projet): (note, "  ")}
    with pytest.raises(ActeRefuse, match="expliquez en une phrase"):
        coter(projet, notes=notes, par=conseiller)
    assert not Cotation.objects.exists()


@pytest.mark.parametrize("note", ["2", "3", "na"])
def test_les_autres_notes_se_passent_de_commentaire(projet, conseiller, note: str) -> None:
    coter(projet, notes={critere(projet): (note, "")}, par=conseiller)
    assert Cotation.objects.get().note == note


def test_une_note_inconnue_est_refusee(projet, conseiller) -> None:
    with pytest.raises(ActeRefuse, match="choisissez une note"):
        coter(projet, notes={critere(projet): ("4", "")}, par=conseiller)


def test_un_critere_d_une_autre_grille_est_refuse(projet, conseiller) -> None:
    with pytest.raises(ActeRefuse, match="grille de ce projet"):
        coter(projet, notes={CritereFactory(): ("2", "")}, par=conseiller)


def test_un_brouillon_ne_se_note_pas(projet, conseiller) -> None:
    brouillon = ProjetSocialFactory(structure=projet.structure)
    with pytest.raises(ActeRefuse, match="pas encore transmis"):
        coter(brouillon, notes={critere(projet): ("2", "")}, par=conseiller)


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CONSEILLER, Role.RESPONSABLE}))
def test_les_autres_roles_ne_notent_pas(projet, role: str) -> None:
    par = UtilisateurFactory(role=role, structure=projet.structure)
    with pytest.raises(ActeInterdit):
        coter(projet, notes={critere(projet): ("2", "")}, par=par)
    assert not Cotation.objects.exists()


@pytest.mark.parametrize("role", ["conseiller", "responsable"])
def test_une_autre_caisse_ne_note_pas(projet, role: str) -> None:
    with pytest.raises(ActeInterdit):
        coter(projet, notes={critere(projet): ("2", "")}, par=UtilisateurFactory(role=role))


def test_un_conseiller_d_un_autre_secteur_ne_note_pas(projet, conseiller) -> None:
    SecteurFactory(caisse=conseiller.caisse).conseillers.add(conseiller)
    assert not conseiller.has_perm("evaluation.coter", projet)


def test_la_base_refuse_une_note_basse_muette(projet, conseiller) -> None:
    with pytest.raises(IntegrityError):
        Cotation.objects.create(projet=projet, critere=critere(projet), note="0", par=conseiller)


def test_l_histoire_d_une_note_ne_se_lit_ni_sous_le_projet_ni_sous_la_structure(projet, conseiller) -> None:
    coter(projet, notes={critere(projet): ("2", "")}, par=conseiller)
    entree = EntreeDuJournal.objects.get(objet_type="evaluation.cotation")
    assert entree.sujet_type == "evaluation.cotation"
    assert entree.perimetre == str(projet.caisse_id)


def test_bloques_sont_les_criteres_bloquants_notes_zero(projet, conseiller) -> None:
    coter(projet, notes={critere(projet, "coherence"): ("0", "Rien.")}, par=conseiller)
    assert not Critere.objects.bloques(projet).exists()
    coter(projet, notes={critere(projet): ("0", "Rien.")}, par=conseiller)
    assert list(Critere.objects.bloques(projet)) == [critere(projet)]


# Le formulaire


def test_le_formulaire_rend_les_notes_que_l_operation_attend(projet, conseiller) -> None:
    pk = critere(projet).pk
    formulaire = FormulaireDeCotation({f"note_{pk}": "1", f"commentaire_{pk}": "Peu."}, projet=projet)
    assert formulaire.is_valid()
    assert formulaire.notes() == {critere(projet): ("1", "Peu.")}
    coter(projet, notes=formulaire.notes(), par=conseiller)
    suivant = FormulaireDeCotation(projet=projet)
    assert (suivant.nombre_de_notes, suivant.avancement) == (1, "sur 14 critères notés")


@pytest.mark.parametrize(
    ("note", "commentaire", "champ"), [("0", "", "commentaire"), ("", "Bien.", "note"), ("9", "Bien.", "note")]
)
def test_le_formulaire_dit_ce_qui_manque_a_cote_du_champ(projet, note: str, commentaire: str, champ: str) -> None:
    pk = critere(projet).pk
    formulaire = FormulaireDeCotation({f"note_{pk}": note, f"commentaire_{pk}": commentaire}, projet=projet)
    assert not formulaire.is_valid()
    assert list(formulaire.errors) == [f"{champ}_{pk}"]


def test_la_grille_a_remplir_montre_chaque_critere_et_les_notes_deja_donnees(projet, conseiller) -> None:
    coter(projet, notes={critere(projet): ("1", "Peu d'habitants.")}, par=conseiller)
    html = render_to_string("evaluation/_cotation.html", {"formulaire": FormulaireDeCotation(projet=projet)})
    assert all(intitule in html for intitule in ("Volet familles", "Peu d&#x27;habitants."))
