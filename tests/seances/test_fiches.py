"""L'impression des écrits figés d'une séance, et la fiche de présentation de chaque dossier."""

import datetime as dt
import io

import pypdfium2
import pytest
from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import SensAvis, SensAvisDePartenaire
from agrement.dossiers.models import Avis, AvisDePartenaire, DemandeDAvis, Derogation, Reserve
from agrement.seances import documents
from agrement.seances.choix import SorteDeDocument, StatutSeance
from agrement.seances.documents import contenu_de_la_fiche, points_a_presenter
from agrement.seances.documents.fiches import court
from agrement.seances.models import DocumentDeSeance, DocumentFige, ImpressionDeSeance, Seance
from agrement.seances.operations import imprimer_les_ecrits, reprendre_la_fiche, valider_la_fiche
from centres.choix import SensBudget
from centres.models import ProjetSocial
from socle.choix import StatutTravail
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import PosteFactory, ProjetSocialFactory, UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.partenaires import PartenaireFactory
from tests.fabriques.seances import InscriptionFactory, seance_tenue
from tests.fabriques.suivi import DecisionFactory

JOUR = dt.date(2026, 12, 14)


def fige(reunion, sorte, **champs):
    ecrit = DocumentDeSeance(seance=reunion.seance, sorte=sorte, **champs)
    ecrit.figer(reunion.secretaire)
    ecrit.save()
    return ecrit


@pytest.fixture
def preparee(reunion):
    """La même séance, avant que ses membres soient convoqués."""
    Seance.objects.update(statut=StatutSeance.ARRETEE)
    for objet in (reunion.seance, reunion.inscription.seance):
        objet.refresh_from_db()
    return reunion


def lu(point):
    return points_a_presenter().get(pk=point.pk)


def pages(contenu):
    document = pypdfium2.PdfDocument(io.BytesIO(contenu))
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def charger(point, texte, *, nombre=6):
    """Donne au dossier tout ce qu'une fiche peut dire, `nombre` fois, dans ces mots."""
    dossier = point.dossier
    structure, conseiller = dossier.structure, UtilisateurFactory(caisse=dossier.caisse)
    projet = ProjetSocialFactory(structure=structure, volet_familles=True, arbre=False)
    type(structure).objects.filter(pk=structure.pk).update(nom=texte[:200], en_zfrr=True)
    type(dossier.gestionnaire).objects.update(raison_sociale=texte[:150])
    dossier.projet = projet
    dossier.save()
    point.rapporteur = texte[:120]
    point.save()
    for fonction in ("direction", "referent_familles"):
        PosteFactory(structure=structure, fonction=fonction)
    avis = Avis.objects.create(
        dossier=dossier, sens=SensAvis.FAVORABLE_AVEC_RESERVES, duree_proposee=3, par=conseiller,
        synthese="\n\n".join(f"Section {n}\n– {texte} [critère {n}, note 2]\n– {texte}" for n in range(nombre)),
    )  # fmt: skip
    for rang in range(nombre):
        projet.axes.create(intitule=texte[:200], ordre=rang)
        projet.lignes_budget.create(
            intitule=texte[:200], financeur="Caf", annee=2027, sens=SensBudget.PRODUIT, montant=10_000, ordre=rang
        )
        avis.criteres.add(CritereFactory(grille__caisse=dossier.caisse, intitule=texte[:200]))
        Reserve.objects.create(dossier=dossier, texte=texte, echeance=dt.date(2027, 6, 30))
        Derogation.objects.create(dossier=dossier, motif=texte, contrepartie=texte, date_limite=dt.date(2028, 6, 30))
        demande = DemandeDAvis(
            dossier=dossier,
            partenaire=PartenaireFactory(caisse=dossier.caisse, nom=f"{point.pk}.{rang} {texte[:150]}"),
            courriel="a@b.example", question="?", date_limite=JOUR, par=conseiller,
        )  # fmt: skip
        demande.sceller()
        demande.save()
    AvisDePartenaire.objects.create(
        demande=demande, sens=SensAvisDePartenaire.RESERVE, texte=texte, nom="N", qualite="Q"
    )
    DecisionFactory.create_batch(nombre, dossier__structure=structure)
    ProjetSocial.objects.filter(pk=projet.pk).update(fige_le=timezone.now(), empreinte="0" * 64)


# --- Impression ---------------------------------------------------------------------------------


def test_les_ecrits_figes_s_impriment_une_fois_et_celui_qui_echoue_n_arrete_pas_les_autres(
    monkeypatch, django_capture_on_commit_callbacks
):
    gabarit = documents.impression.Imprime("feuille", "documents/piece_de_demonstration.html")
    monkeypatch.setitem(documents.impression.IMPRIMES, SorteDeDocument.FEUILLE, gabarit)
    reunion = seance_tenue(points=0)
    assert imprimer_les_ecrits(reunion.seance, par=reunion.secretaire) is None
    feuille = fige(reunion, SorteDeDocument.FEUILLE)
    casse = fige(reunion, SorteDeDocument.LIASSE)
    monkeypatch.delitem(documents.impression.IMPRIMES, SorteDeDocument.LIASSE, raising=False)
    with django_capture_on_commit_callbacks(execute=True):
        imprimer_les_ecrits(reunion.seance, par=reunion.secretaire)
    impression = ImpressionDeSeance.objects.get()
    assert (impression.statut, impression.faits, impression.total) == (StatutTravail.ECHOUE, 2, 2)
    assert impression.raison_de_l_echec.startswith("Ces écrits n'ont pas pu s'imprimer : Liasse de la séance.")
    feuille.refresh_from_db()
    assert feuille.fichier.nom == "feuille-2026-12-14.pdf"
    assert list(reunion.seance.documents.a_imprimer()) == [casse]


# --- Contenu ------------------------------------------------------------------------------------


def test_la_fiche_dit_le_dossier_et_se_coupe_par_regle(preparee):
    point = preparee.inscription
    charger(point, "Un texte bref.")
    contenu = contenu_de_la_fiche(lu(point))
    faits = dict(contenu["faits"])
    assert faits["Demande"] == "Premier agrément, du 1er janvier 2027 au 31 décembre 2029"
    assert faits["Budget"].replace("\u202f", " ").replace("\xa0", " ") == (
        "2027 : 0 € de charges, dont 60 000 € attendus de la Caf (100 % des produits)"
    )
    assert faits["Équipe"] == "direction : niveau 6, 1 ETP · référent familles : niveau 6, 1 ETP"
    assert faits["Agrément en cours"] == "Aucun"
    assert contenu["avis"].replace("\xa0", " ") == "Avis favorable avec réserves, pour 3 ans"
    assert contenu["synthese"][0] == {"titre": "Section 0", "texte": "Un texte bref. Un texte bref."}
    assert contenu["reserves"][0] == "Un texte bref – à lever avant le 30 juin 2027"
    assert contenu["derogations"][-1] == "et 4 autres"
    assert faits["Partenaires"].endswith("; et 2 autres")
    assert contenu["historique"][0].startswith("14 décembre 2026 : attribution, 3\xa0ans (")
    assert court("mot " * 100, 20) == "mot mot mot mot mot…"


def test_la_fiche_se_lit_en_un_nombre_fixe_de_requetes(preparee, django_assert_num_queries):
    points = [preparee.inscription, *InscriptionFactory.create_batch(2, seance=preparee.seance)]
    for point in points:
        charger(point, "Un texte.", nombre=2)
    lus = list(points_a_presenter().filter(seance=preparee.seance))
    with django_assert_num_queries(0):
        assert len({contenu_de_la_fiche(point)["dossier"] for point in lus}) == 3


@pytest.mark.parametrize("texte", ["W" * 900, "Wagon " * 150, "Un conseil d'habitants se réunit chaque mois. " * 20])
def test_une_fiche_tient_toujours_sur_une_page(preparee, texte):
    charger(preparee.inscription, texte)
    (page,) = pages(documents.imprimer_le_projet_de_fiche(lu(preparee.inscription)))
    assert "Décisions précédentes" in page
    assert page.count("délibération") or "14 décembre 2026 : attribution" in page


def test_une_fiche_vide_s_imprime(preparee):
    (page,) = pages(documents.imprimer_le_projet_de_fiche(lu(preparee.inscription)))
    assert "Avis technique non rendu" in page
    assert "PROJET" in page.replace(" ", "")


# --- Validation ---------------------------------------------------------------------------------


def test_une_fiche_validee_se_fige_s_imprime_et_se_reprend(preparee, django_capture_on_commit_callbacks):
    point, par = preparee.inscription, preparee.secretaire
    with django_capture_on_commit_callbacks(execute=True):
        premiere = valider_la_fiche(point, par=par)
    premiere.refresh_from_db()
    assert premiere.fichier.nom == f"fiche-{point.dossier.numero}.pdf"
    assert not documents.a_change(lu(point))
    with pytest.raises(ActeRefuse, match="déjà validée"):
        valider_la_fiche(point, par=par)
    Reserve.objects.create(dossier=point.dossier, texte="Recruter.", echeance=JOUR)
    assert documents.a_change(lu(point))
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        reprendre_la_fiche(point, motif=" ", par=par)
    reprendre_la_fiche(point, motif="Une réserve s'ajoute.", par=par)
    seconde = valider_la_fiche(point, par=par)
    assert seconde.contenu["reserves"] == ["Recruter – à lever avant le 14 décembre 2026"]
    assert list(point.documents.fiches()) == [premiere, seconde]
    assert list(point.documents.fiches().en_vigueur()) == [seconde]
    reprise = EntreeDuJournal.objects.filter(acte="reprendre_la_fiche").get()
    assert (reprise.motif, reprise.sujet_type) == ("Une réserve s'ajoute.", "seances.seance")
    seconde.contenu = {}
    with pytest.raises(DocumentFige):
        seconde.save()


def test_une_fiche_ne_change_plus_apres_la_convocation(preparee):
    point = preparee.inscription
    valider_la_fiche(point, par=preparee.secretaire)
    Seance.objects.update(statut=StatutSeance.CONVOQUEE)
    point.seance.refresh_from_db()
    with pytest.raises(ActeRefuse, match="ne changent plus"):
        reprendre_la_fiche(point, motif="Trop tard.", par=preparee.secretaire)
    assert point.documents.fiches().en_vigueur().count() == 1


@pytest.mark.parametrize(
    ("role", "peut"),
    [("secretariat", True), ("responsable", True), ("conseiller", True), ("elu", False), ("direction", False)],
)
def test_le_secretariat_ou_qui_instruit_valide_une_fiche(preparee, role, peut):
    traits = {} if role == "conseiller" else {role: True}
    par = UtilisateurFactory(caisse=preparee.caisse, **traits)
    if peut:
        assert valider_la_fiche(preparee.inscription, par=par).est_fige
    else:
        with transaction.atomic(), pytest.raises(ActeInterdit):
            valider_la_fiche(preparee.inscription, par=par)
        assert not DocumentDeSeance.objects.exists()
