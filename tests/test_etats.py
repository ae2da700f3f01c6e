"""Un objet lu avant un acte et enregistré après lui ne ramène pas l'état en arrière."""

import datetime as dt
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models, transaction
from django.test import RequestFactory
from django.utils import timezone

from agrement.contrats.choix import StatutAvenant, StatutContrat, StatutVersion, TypeAvenant
from agrement.contrats.models import (
    Avenant,
    Contrat,
    DossierDePreuve,
    GenerationEnLot,
    ImportDeContrats,
    ImpressionDeTexte,
    VersionASigner,
)
from agrement.dossiers.choix import Geste, Statut, StatutComplements, StatutPiece, StatutPoint
from agrement.dossiers.models import DemandeDeComplements, Dossier, Lot, Piece, PointDeNegociation
from agrement.seances import operations as seances
from agrement.seances.choix import StatutSeance
from agrement.seances.models import ImpressionDeSeance, Seance
from comptes.models import Utilisateur
from evaluation.choix import StatutAutoEvaluation, StatutNotation
from evaluation.models import AutoEvaluation, Notation
from partenaires import operations as partenaires
from partenaires.choix import StatutConvention
from partenaires.models import Convention, PartieConvention
from socle.choix import StatutTravail
from socle.models import EntreeDuJournal, Export, ModeleACircuit
from socle.workflow import ActeRefuse
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory
from tests.fabriques.fichiers import PDF
from tests.fabriques.partenaires import ConventionFactory, PartieFactory
from tests.fabriques.seances import SeanceFactory
from tests.fabriques.suivi import ContratSigneFactory, VersionASignerFactory

pytestmark = pytest.mark.django_db


def une_piece() -> Piece:
    return Demande.prete().joindre("P06")


def un_point() -> PointDeNegociation:
    par = UtilisateurFactory()
    return PointDeNegociation.objects.create(
        dossier=DossierFactory(statut=Statut.NEGOCIATION), sujet="Accueil", ouvert_par=par
    )


def un_export() -> Export:
    return Export.objects.create(
        demandeur=UtilisateurFactory(), liste="dossiers:liste", titre="D", format="csv", expire_le=dt.date(2099, 1, 1)
    )


def un_lot() -> Lot:
    return Lot.objects.create(demandeur=UtilisateurFactory(), geste=Geste.ECRIRE)


def une_generation() -> GenerationEnLot:
    return GenerationEnLot.objects.create(demandeur=UtilisateurFactory())


def un_texte_a_imprimer() -> ImpressionDeTexte:
    return ImpressionDeTexte.objects.create(demandeur=UtilisateurFactory(), dossier=DossierFactory())


def une_impression() -> ImpressionDeSeance:
    return ImpressionDeSeance.objects.create(demandeur=UtilisateurFactory(), seance=SeanceFactory())


def une_preuve() -> DossierDePreuve:
    return DossierDePreuve.objects.create(
        demandeur=UtilisateurFactory(), dossier=DossierFactory(), expire_le=dt.date(2099, 1, 1)
    )


def une_demande_de_complements() -> DemandeDeComplements:
    return DemandeDeComplements.objects.create(
        dossier=DossierFactory(statut=Statut.INCOMPLET), par=UtilisateurFactory(), echeance=dt.date(2027, 1, 31)
    )


def une_notation() -> Notation:
    """Ouverte, avec la date et l'auteur qu'une clôture garderait."""
    return Notation.objects.create(
        projet=ProjetSocialFactory(arbre=False), close_par=UtilisateurFactory(), close_le=timezone.now()
    )


def une_auto_evaluation() -> AutoEvaluation:
    return AutoEvaluation.objects.create(
        projet=ProjetSocialFactory(arbre=False), remise_par=UtilisateurFactory(), remise_le=timezone.now()
    )


def un_avenant() -> Avenant:
    return Avenant.objects.create(
        contrat=ContratSigneFactory(), numero=1, type=TypeAvenant.TEXTE_LIBRE, statut=StatutAvenant.BROUILLON,
        objet="Essai.",
        effet_le=dt.date(2027, 6, 1), lu="0" * 64,
    )  # fmt: skip


# Pour chaque modèle à circuit : de quoi en faire un, et l'état où un acte l'a mené entre-temps.
CAS: dict[type[models.Model], tuple[Any, str]] = {
    AutoEvaluation: (une_auto_evaluation, StatutAutoEvaluation.CLOSE),
    Avenant: (un_avenant, StatutAvenant.ABANDONNE),
    DossierDePreuve: (une_preuve, StatutTravail.EN_COURS),
    ImportDeContrats: (lambda: ImportDeContrats.objects.create(demandeur=UtilisateurFactory()), StatutTravail.EN_COURS),
    Contrat: (ContratSigneFactory, StatutContrat.ECHU),
    Convention: (ConventionFactory, StatutConvention.EN_NEGOCIATION),
    Dossier: (lambda: DossierFactory(statut=Statut.DEPOSE), Statut.RECEVABLE),
    Export: (un_export, StatutTravail.EN_COURS),
    GenerationEnLot: (une_generation, StatutTravail.EN_COURS),
    ImpressionDeTexte: (un_texte_a_imprimer, StatutTravail.EN_COURS),
    ImpressionDeSeance: (une_impression, StatutTravail.EN_COURS),
    Lot: (un_lot, StatutTravail.EN_COURS),
    DemandeDeComplements: (une_demande_de_complements, StatutComplements.REPONDUE),
    Notation: (une_notation, StatutNotation.CLOSE),
    Piece: (une_piece, StatutPiece.CONFORME),
    PointDeNegociation: (un_point, StatutPoint.ACCEPTE),
    Seance: (SeanceFactory, StatutSeance.ARRETEE),
    VersionASigner: (VersionASignerFactory, StatutVersion.RAPPELEE),
}


# Un état que la base n'admet pas sans sa date : elle refuse aussi l'enregistrement qui l'effacerait.
DATES: dict[type[models.Model], dict[str, Any]] = {
    DemandeDeComplements: {"repondue_le": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)}
}


def test_tout_modele_a_circuit_protege_son_etat() -> None:
    a_circuit = {modele for modele in apps.get_models() if hasattr(modele, "circuit")}
    assert a_circuit == set(CAS)
    assert all(issubclass(modele, ModeleACircuit) for modele in a_circuit)


@pytest.mark.parametrize("modele", CAS, ids=lambda modele: modele.__name__)
@pytest.mark.parametrize("champs", [{}, {"update_fields": ["statut"]}], ids=["entier", "statut"])
def test_enregistrer_un_objet_lu_plus_tot_garde_l_etat(modele: Any, champs: dict[str, Any]) -> None:
    fabrique, etat = CAS[modele]
    perime = modele.objects.get(pk=fabrique().pk)
    modele.objects.filter(pk=perime.pk).update(statut=etat, **DATES.get(modele, {}))
    entrees = EntreeDuJournal.objects.count()
    with suppress(IntegrityError) if modele in DATES else nullcontext(), transaction.atomic():
        perime.save(**champs)
    assert modele.objects.get(pk=perime.pk).statut == etat
    assert EntreeDuJournal.objects.count() == entrees


# --- Les opérations relisent sous verrou ------------------------------------------------------------


@pytest.fixture
def conseillere() -> Utilisateur:
    return UtilisateurFactory()  # type: ignore[return-value]


@pytest.fixture
def convention(conseillere: Utilisateur) -> Convention:
    """Une convention lue pendant la négociation, avec sa partie."""
    partie = PartieFactory(convention__caisse=conseillere.caisse, nom="MSA")
    Convention.objects.update(statut=StatutConvention.EN_NEGOCIATION)
    return Convention.objects.get(pk=partie.convention.pk)


def test_une_convention_entree_en_vigueur_entre_temps_ne_se_modifie_plus(convention, conseillere) -> None:
    Convention.objects.update(statut=StatutConvention.EN_VIGUEUR)
    convention.intitule = "Changé"
    with pytest.raises(ActeRefuse, match="ne se modifie plus"):
        partenaires.enregistrer(convention, par=conseillere)
    assert Convention.objects.filter(statut=StatutConvention.EN_VIGUEUR).exclude(intitule="Changé").exists()


def test_modifier_une_convention_garde_ce_qu_un_autre_y_a_ecrit(convention, conseillere) -> None:
    partie = convention.parties.get()
    partenaires.joindre_le_document(Convention.objects.get(), fichier=SimpleUploadedFile("a.pdf", PDF), par=conseillere)
    partenaires.signer(PartieConvention.objects.get(), date=dt.date(2026, 11, 20), par=conseillere)
    convention.intitule, partie.representant = "Changé", "Claude Roy"
    partenaires.enregistrer(convention, parties=[partie], par=conseillere)
    relue = Convention.objects.get()
    assert (relue.intitule, relue.statut) == ("Changé", StatutConvention.SIGNEE_PARTIELLEMENT)
    assert relue.document is not None
    assert (partie.representant, relue.parties.get().signee_le) == ("Claude Roy", dt.date(2026, 11, 20))


def test_une_convention_denoncee_entre_temps_ne_se_signe_plus(convention, conseillere) -> None:
    partie = PartieConvention.objects.select_related("convention").get()
    Convention.objects.update(statut=StatutConvention.DENONCEE)
    with pytest.raises(ActeRefuse, match="« Dénoncée »"):
        partenaires.signer(partie, date=dt.date(2026, 11, 20), par=conseillere)
    assert PartieConvention.objects.get().signee_le is None


def test_joindre_un_document_garde_l_etat_et_les_changements_d_un_autre(convention, conseillere) -> None:
    Convention.objects.update(statut=StatutConvention.DENONCEE, intitule="Changé")
    fichier = SimpleUploadedFile("a.pdf", PDF)
    jointe = partenaires.joindre_le_document(convention, fichier=fichier, par=conseillere)
    assert (jointe.statut, jointe.intitule) == (StatutConvention.DENONCEE, "Changé")


def test_une_seance_tenue_entre_temps_ne_change_plus_de_date() -> None:
    seance = SeanceFactory()
    secretaire = UtilisateurFactory(secretariat=True, caisse=seance.caisse)
    Seance.objects.update(statut=StatutSeance.TENUE)
    seance.lieu = "Ailleurs"
    with pytest.raises(ActeRefuse, match="a eu lieu"):
        seances.modifier(seance, par=secretaire)
    relue = Seance.objects.get()
    assert (relue.statut, relue.lieu) == (StatutSeance.TENUE, "")


# --- L'administration ---------------------------------------------------------------------------------


def enregistrer_dans_l_administration(objet: Any, **saisie: Any) -> None:
    """Ce que fait la fiche après avoir lu `objet` et reçu la saisie."""
    page = admin.site._registry[type(objet)]
    requete = RequestFactory().post("/")
    requete.user = UtilisateurFactory(administration=True, caisse=objet.caisse)
    formulaire = page.get_form(requete, objet, change=True)(instance=objet)
    formulaire.changed_data = list(saisie)
    for champ, valeur in saisie.items():
        setattr(objet, champ, valeur)
    page.save_model(requete, objet, formulaire, change=True)


@pytest.mark.parametrize(
    ("modele", "etat", "saisie"),
    [
        (Convention, StatutConvention.EN_NEGOCIATION, {"intitule": "Changé"}),
        (Seance, StatutSeance.ARRETEE, {"lieu": "Salle bleue"}),
        (Dossier, Statut.RECEVABLE, {"echeance_actuelle": dt.date(2026, 12, 31)}),
    ],
    ids=["convention", "seance", "dossier"],
)
def test_la_fiche_de_l_administration_garde_l_etat_qu_un_acte_vient_de_donner(modele, etat, saisie) -> None:
    objet = modele.objects.get(pk=CAS[modele][0]().pk)
    modele.objects.update(statut=etat)
    enregistrer_dans_l_administration(objet, **saisie)
    relu = modele.objects.get()
    assert {"statut": relu.statut, **{champ: getattr(relu, champ) for champ in saisie}} == {"statut": etat, **saisie}


@pytest.mark.parametrize(
    ("modele", "etat", "saisie"),
    [
        (Convention, StatutConvention.EN_VIGUEUR, {"intitule": "Changé"}),
        (Seance, StatutSeance.TENUE, {"lieu": "Salle bleue"}),
    ],
    ids=["convention", "seance"],
)
def test_la_fiche_refuse_ce_qu_un_acte_vient_de_fermer(modele, etat, saisie) -> None:
    objet = modele.objects.get(pk=CAS[modele][0]().pk)
    modele.objects.update(statut=etat)
    with pytest.raises(PermissionDenied):
        enregistrer_dans_l_administration(objet, **saisie)
    relu = modele.objects.get()
    assert relu.statut == etat
    assert all(getattr(relu, champ) != valeur for champ, valeur in saisie.items())


@pytest.mark.parametrize("retiree", [False, True])
def test_la_fiche_d_une_convention_n_efface_pas_une_signature_recente(convention, retiree: bool) -> None:
    page = admin.site._registry[Convention]
    requete = RequestFactory().post("/")
    requete.user = UtilisateurFactory(administration=True, caisse=convention.caisse)
    ((formulaires, _),) = page.get_formsets_with_inlines(requete, convention)
    partie = convention.parties.get()
    saisie = {"role": partie.role, "nom": partie.nom, "representant": "Claude Roy", "id": partie.pk}
    lignes = formulaires(
        {"parties-TOTAL_FORMS": 1, "parties-INITIAL_FORMS": 1}
        | {f"parties-0-{champ}": valeur for champ, valeur in saisie.items()}
        | ({"parties-0-DELETE": "on"} if retiree else {}),
        instance=convention,
    )
    assert lignes.is_valid(), lignes.errors
    PartieConvention.objects.update(signee_le=dt.date(2026, 11, 20))
    with pytest.raises(PermissionDenied) if retiree else nullcontext():
        page.save_formset(requete, None, lignes, change=True)
    relue = PartieConvention.objects.get()
    assert (relue.signee_le, relue.representant) == (dt.date(2026, 11, 20), "" if retiree else "Claude Roy")
