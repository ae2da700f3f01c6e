"""Les conditions de l'avis sur l'équipe, et ce que l'avis propose et imprime."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import NatureDerogation, SensAvis, Statut
from agrement.dossiers.models import Avis, Preconisation
from agrement.dossiers.note_d_avis import blocs, contenu_de_la_note
from agrement.dossiers.proposition import proposer
from agrement.dossiers.regles import annees_demandees, sens_propose
from agrement.dossiers.workflow.gardes.avis import conditions_de_l_avis
from centres.models import Poste
from evaluation import operations as evaluation
from evaluation.models import Critere
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import PosteFactory, StructureFactory
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db


@pytest.fixture
def negociee() -> Demande:
    return Demande.prete(Statut.NEGOCIATION)


def bientot(jours: int = 300) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=jours)


def manques(demande: Demande) -> dict[str, str]:
    """{condition : ce qui manque} des conditions qui se lisent des faits."""
    faits = [condition for condition in conditions_de_l_avis(demande.dossier) if condition.de_fait]
    return {fait.libelle: " ".join(map(str, fait.manques)) for fait in faits if fait.manques}


def deroger(demande: Demande, nature: NatureDerogation, **champs: object) -> None:
    saisie = {"motif": "M.", "contrepartie": "C.", "date_limite": bientot(), "par": demande.responsable, **champs}
    operations.accorder_une_derogation(demande.dossier, nature=nature, **saisie)  # type: ignore[arg-type]


def test_chaque_ecart_de_l_equipe_se_dit_et_s_admet_par_sa_derogation(negociee: Demande) -> None:
    postes = negociee.structure.postes
    assert manques(negociee) == {}
    referent = postes.get(fonction="referent_familles")
    for champs, mots in (
        ({"niveau": 4}, "n'a pas le niveau 5"),
        ({"niveau": 5, "etp": Decimal("0.40")}, "il faut de 0,5 ETP à 1 ETP"),
    ):
        for nom, valeur in champs.items():
            setattr(referent, nom, valeur)
        referent.save()
        assert mots in manques(negociee)["Référent familles"]
    referent.delete()
    assert "n'a pas de référent familles" in manques(negociee)["Référent familles"]
    deroger(negociee, NatureDerogation.REFERENT_FAMILLES)
    assert manques(negociee) == {}

    direction = postes.get()
    direction.niveau = 4
    direction.save()
    assert set(manques(negociee)) == {"Niveau de diplôme de la direction", "Qualification de l'équipe"}
    deroger(negociee, NatureDerogation.QUALIFICATION, contrepartie="VAE avant juin 2028.")
    deroger(negociee, NatureDerogation.EQUIPE)
    assert manques(negociee) == {}
    (niveau,) = [c for c in conditions_de_l_avis(negociee.dossier) if c.libelle == "Niveau de diplôme de la direction"]
    assert "plan de formation : VAE avant juin 2028." in niveau.avertissements[0]
    negociee.dossier.derogations.get(nature=NatureDerogation.EQUIPE).delete()
    postes.create(
        fonction="animation", prenom="A", nom="B", niveau=5, etp=Decimal("0.50"), debut=dt.date(2025, 1, 1)
    )  # la qualification de l'équipe s'apprécie en commun
    assert manques(negociee) == {}


def test_une_direction_partagee_demande_une_direction_adjointe_dans_chaque_structure(negociee: Demande) -> None:
    structure = negociee.structure
    direction = structure.postes.get(fonction="direction")
    voisine = StructureFactory(caisse=structure.caisse, gestionnaire=structure.gestionnaire, nom="Les Lilas")
    Poste.objects.filter(pk=direction.pk).update(etp=Decimal("0.50"))
    assert "dirige à 0,5 ETP" in manques(negociee)["Temps de travail de la direction"]
    # La même personne, à la casse et aux accents près, dirige l'autre structure : leurs temps s'ajoutent.
    PosteFactory(structure=voisine, prenom=direction.prenom.upper(), nom=direction.nom, etp=Decimal("0.50"))
    partagee = manques(negociee)
    assert set(partagee) == {"Direction propre à la structure"}
    assert f"« {structure} », « Les Lilas »" in partagee["Direction propre à la structure"]
    PosteFactory(structure=structure, fonction="adjoint")
    assert "à « Les Lilas »." in manques(negociee)["Direction propre à la structure"]
    PosteFactory(structure=voisine, fonction="adjoint")
    assert manques(negociee) == {}


def test_passer_outre_le_volet_familles_revient_au_responsable_et_un_terme_passe_est_refuse(negociee: Demande) -> None:
    with pytest.raises(ActeInterdit):
        deroger(negociee, NatureDerogation.VOLET_FAMILLES, par=negociee.conseillere)
    with pytest.raises(ActeRefuse, match="à venir"):
        deroger(negociee, NatureDerogation.EQUIPE, date_limite=timezone.localdate())
    assert not negociee.dossier.derogations.exists()


@pytest.mark.parametrize(
    ("bloquants", "conditions", "faibles", "reserves", "attendu"),
    [
        (1, 1, 3, 1, SensAvis.DEFAVORABLE),
        (0, 1, 0, 1, SensAvis.AJOURNEMENT),
        (0, 0, 1, 0, SensAvis.FAVORABLE_AVEC_RESERVES),
        (0, 0, 0, 1, SensAvis.FAVORABLE_AVEC_RESERVES),
        (0, 0, 0, 0, SensAvis.FAVORABLE),
    ],
)
def test_le_sens_propose_suit_la_table(bloquants, conditions, faibles, reserves, attendu) -> None:
    sens = sens_propose(bloquants=bloquants, conditions_a_regler=conditions, faibles=faibles, reserves=reserves)
    assert sens == attendu


@pytest.mark.parametrize(("fin", "annees"), [((2027, 12, 31), 1), ((2029, 12, 31), 3), ((2030, 12, 31), 3)])
def test_la_duree_proposee_est_celle_demandee_dans_la_limite_de_la_caisse(fin, annees) -> None:
    assert annees_demandees(dt.date(2027, 1, 1), dt.date(*fin), 3) == annees


def test_la_synthese_se_propose_avec_ses_sources_et_n_ecrase_rien(client: Client, negociee: Demande) -> None:
    dossier, conseillere = negociee.dossier, negociee.conseillere
    negociee.noter()
    participation, gouvernance, *_ = Critere.objects.applicables(dossier.projet)
    evaluation.coter(
        dossier.projet,
        notes={participation: ("3", "Démarche exemplaire."), gouvernance: ("1", "Un seul habitant.")},
        par=conseillere,
    )
    citation = "Un conseil d'habitants se réunit"
    evaluation.epingler(dossier.projet.cotations.get(critere=gouvernance), citation=citation, par=conseillere)
    piece = dossier.pieces.first()
    evaluation.epingler_un_fichier(
        dossier.projet.cotations.get(critere=participation), fichier=piece.fichier, intitule="P01", par=conseillere
    )
    operations.ajouter_une_reserve(
        dossier, texte="Un comité.", echeance=bientot(), preuve_attendue="Compte rendu", par=conseillere
    )
    operations.ajouter_une_preconisation(dossier, texte="Ouvrir le samedi.", par=conseillere)
    proposition = proposer(dossier)
    assert (proposition.sens, proposition.duree) == (SensAvis.FAVORABLE_AVEC_RESERVES, 3)
    assert proposition.criteres == (gouvernance,)
    assert all(phrase.sources for section in proposition.sections for phrase in section.phrases)
    phrases = {str(phrase): phrase for section in proposition.sections for phrase in section.phrases}
    (faible,) = [phrase for texte, phrase in phrases.items() if "insuffisant" in texte]
    assert f"Le projet dit : « {citation} »." in faible.texte
    assert faible.sources[-1].adresse.endswith("#partie-gouvernance")
    (fort,) = [phrase for texte, phrase in phrases.items() if "très satisfaisant" in texte]
    assert fort.sources[-1].adresse == dossier.adresse("dossiers:piece", pk=piece.pk)
    assert "Preuve attendue : Compte rendu." in proposition.texte

    client.force_login(conseillere)
    ecran = dossier.adresse("dossiers:rediger_l_avis")
    assert "Un seul habitant." in client.get(ecran).context["formulaire"]["synthese"].value()
    operations.rediger_l_avis(dossier, sens=SensAvis.FAVORABLE, synthese="Mon texte.", par=conseillere)
    assert client.get(ecran).context["formulaire"]["synthese"].value() == "Mon texte."
    reprise = client.get(f"{ecran}?proposition=reprendre")
    assert "Un seul habitant." in reprise.context["formulaire"]["synthese"].value()
    assert "Mon texte." in reprise.content.decode()
    assert Avis.objects.get().synthese == "Mon texte."


def test_la_note_d_avis_s_imprime_et_ne_se_lit_des_instances_qu_une_fois_rendue(
    client: Client, negociee: Demande
) -> None:
    dossier = negociee.dossier
    negociee.noter()
    negociee.accepter()
    deroger(negociee, NatureDerogation.AUTRE, motif="Écart admis.")
    operations.ajouter_une_preconisation(dossier, texte="Ouvrir le samedi.", par=negociee.conseillere)
    negociee.rediger(synthese="Points forts\n– Un accueil ouvert. [critère 7]\n\nUn projet solide.")
    adresse = dossier.adresse("dossiers:note_d_avis")
    client.force_login(negociee.conseillere)
    document = pikepdf.open(BytesIO(client.get(adresse).content))
    assert len(document.pages) <= 2
    assert "pdfuaid" in document.Root.Metadata.read_bytes().decode()
    operations.rendre_l_avis(dossier, par=negociee.responsable)
    dossier.refresh_from_db()
    assert dossier.projet.notation.est_close  # la grille se clôt avec l'avis
    with pytest.raises(ActeRefuse, match="L'avis est rendu"):
        evaluation.rouvrir_la_grille(dossier.projet, motif="Trop tard.", par=negociee.responsable)
    contenu = contenu_de_la_note(dossier, Avis.objects.get())
    assert contenu["blocs"] == blocs("Points forts\n– Un accueil ouvert. [critère 7]\n\nUn projet solide.")
    assert contenu["blocs"][0] == {"titre": "Points forts", "textes": [], "points": ["Un accueil ouvert. [critère 7]"]}
    assert negociee.responsable.nom_complet in contenu["contresigne"]
    client.force_login(negociee.personne(secretariat=True))
    assert client.get(adresse).status_code == 200
    with pytest.raises(ActeRefuse, match="n'est pas possible"):
        operations.retirer_une_preconisation(Preconisation.objects.get(), par=negociee.conseillere)
