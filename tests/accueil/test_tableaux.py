import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from agrement.accueil.tableaux import TABLEAUX, centre, contrats, gestion, instances, instruction
from agrement.accueil.tableaux.formes import Bloc
from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Avenant, VersionASigner
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Avis
from agrement.dossiers.operations import creer_referentiel_des_pieces
from agrement.seances.choix import StatutSeance, TypeDecision
from agrement.seances.models import Seance
from comptes.choix import Role
from socle.models import Courriel, EntreeDuJournal
from tests.comptage import nombre_de_requetes
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.dossiers import Demande
from tests.fabriques.prestations import BaremeFactory
from tests.fabriques.seances import DossierPretFactory, InscriptionFactory, SeanceFactory
from tests.fabriques.suivi import (
    ContratSigneFactory,
    DecisionFactory,
    EcheanceFactory,
    FichierFactory,
    SignatureFactory,
    VersionASignerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conseiller():
    return UtilisateurFactory()


def suivi_par(conseiller, **champs):
    """Un dossier confié au conseiller."""
    return DossierPretFactory(structure__caisse=conseiller.caisse, conseiller=conseiller, **champs)


def libelles(bloc: Bloc) -> list[str]:
    return [ligne.libelle for ligne in bloc.contenu["lignes"]]


def test_chaque_role_a_son_tableau() -> None:
    assert set(TABLEAUX) == set(Role)


@pytest.mark.parametrize("role", Role.values)
def test_un_tableau_vide_dit_ce_qu_il_montrera(client, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role))
    reponse = client.get(reverse("accueil:accueil"))
    assert reponse.status_code == 200
    for bloc in reponse.context["blocs"]:
        assert bloc.contenu.get("vide", "rien à dire")


def peupler(structure, nombre: int) -> None:
    """De quoi remplir tous les blocs de tous les rôles."""
    for _ in range(nombre):
        caisse = structure.caisse
        siennes = {"structure__caisse": caisse, "structure__gestionnaire": structure.gestionnaire}
        for statut in (Statut.AVIS_RENDU, Statut.NEGOCIATION, Statut.ACCORDE, Statut.EN_SIGNATURE):
            DossierPretFactory(statut=statut, **siennes)
        recours = DossierPretFactory(statut=Statut.RECOURS, conseiller=None, **siennes)
        auteur = UtilisateurFactory(caisse=caisse)
        avis = DossierPretFactory(statut=Statut.NEGOCIATION, conseiller=auteur, **siennes)
        Avis.objects.create(dossier=avis, sens="favorable", duree_proposee=3, synthese="Bien.", par=auteur)
        DossierPretFactory(structure=structure, statut=Statut.DEPOSE, debut_souhaite=_un_jour_libre(structure))
        EcheanceFactory(contrat__structure=structure)
        InscriptionFactory(seance__instance__caisse=caisse)
        ContratSigneFactory(structure__caisse=caisse, signe_le=None, scelle_pdf=None, statut=StatutContrat.EN_ATTENTE)
        BaremeFactory(caisse=caisse, annee=2000 + structure.caisse.baremes.count())
        Courriel.objects.create(destinataire=auteur.courriel, objet="Essai", texte="Essai")
        auteur.invitations.create(empreinte_du_jeton=f"{auteur.pk}", expire_le=timezone.now() + dt.timedelta(days=1))
        EntreeDuJournal.objects.create(
            acte="deposer", libelle="Dépôt", objet_type="dossiers.dossier", objet_id=recours.pk, objet_libelle="",
            sujet_type="dossiers.dossier", sujet_id=recours.pk, perimetre=str(caisse.pk),
        )  # fmt: skip


def _un_jour_libre(structure) -> dt.date:
    return dt.date(2027, 1, 1) + dt.timedelta(days=structure.dossiers.count())


@pytest.mark.parametrize("role", Role.values)
def test_un_tableau_fait_toujours_autant_de_requetes(client, role: str) -> None:
    structure = StructureFactory()
    client.force_login(UtilisateurFactory(role=role, structure=structure))
    peupler(structure, 2)
    pour_deux = nombre_de_requetes(client, reverse("accueil:accueil"))
    peupler(structure, 2)
    assert nombre_de_requetes(client, reverse("accueil:accueil")) == pour_deux


# Conseil technique


def test_les_etats_qui_attendent_le_conseiller_sont_ceux_de_la_table_du_circuit() -> None:
    assert instruction.etats_ou_agir("dossiers.instruire", "contrats.generer") == {
        Statut.DEPOSE, Statut.INCOMPLET, Statut.RECEVABLE, Statut.NEGOCIATION, Statut.AJOURNE, Statut.NOTIFIE,
    }  # fmt: skip


def test_ce_qui_m_attend_est_trie_par_echeance(conseiller) -> None:
    for nom, annee in (("Loin", 2028), ("Près", 2027)):
        suivi_par(conseiller, structure__nom=nom, statut=Statut.DEPOSE, debut_souhaite=dt.date(annee, 1, 1))
    suivi_par(conseiller, structure__nom="Au centre", statut=Statut.INCOMPLET)
    suivi_par(conseiller, structure__nom="Aux instances", statut=Statut.AVIS_RENDU)
    autre = UtilisateurFactory(caisse=conseiller.caisse)
    suivi_par(autre, structure__nom="À un autre", statut=Statut.DEPOSE)
    assert libelles(instruction.ce_qui_m_attend(conseiller)) == ["Près", "Loin"]


@pytest.mark.parametrize(
    ("type_", "attend"),
    [(TypeDecision.ATTRIBUTION, True), (TypeDecision.REFUS, False), (TypeDecision.NON_RENOUVELLEMENT, False)],
)
def test_un_accord_notifie_attend_son_contrat_et_pas_un_refus(conseiller, type_: str, attend: bool) -> None:
    dossier = suivi_par(conseiller, statut=Statut.NOTIFIE)
    DecisionFactory(dossier=dossier, type=type_)
    assert bool(libelles(instruction.ce_qui_m_attend(conseiller))) is attend


@pytest.mark.parametrize(("ecart", "en_retard"), [(-1, True), (0, False), (1, False)])
def test_un_dossier_est_en_retard_le_lendemain_de_son_echeance(conseiller, ecart: int, en_retard: bool) -> None:
    jour = timezone.localdate() + dt.timedelta(days=ecart)
    suivi_par(conseiller, statut=Statut.DEPOSE, debut_souhaite=jour, fin_souhaitee=dt.date(2035, 1, 1))
    assert bool(libelles(instruction.mes_retards(conseiller))) is en_retard


def test_le_retard_d_un_renouvellement_se_compte_depuis_la_fin_de_l_agrement(conseiller) -> None:
    jour = timezone.localdate()
    for nom, mois in (("En retard", 2), ("À temps", 4)):
        suivi_par(
            conseiller, structure__nom=nom, type=TypeDossier.RENOUVELLEMENT, statut=Statut.NEGOCIATION,
            echeance_actuelle=jour + relativedelta(months=mois),
        )  # fmt: skip
    assert libelles(instruction.mes_retards(conseiller)) == ["En retard"]
    assert libelles(instruction.retards_de_la_caisse(UtilisateurFactory(responsable=True))) == []


def noter_un_acte(dossier, par, *, le: dt.datetime, acte: str = "deposer", objet: str = "dossiers.dossier") -> None:
    EntreeDuJournal.objects.create(
        acteur=par, acte=acte, libelle="Transmettre à la Caf", horodatage=le, objet_type=objet,
        objet_id=dossier.pk, objet_libelle=str(dossier), sujet_type="dossiers.dossier", sujet_id=dossier.pk,
        perimetre=str(dossier.caisse_id),
    )  # fmt: skip


def test_depuis_hier_dit_une_fois_chaque_acte_des_autres(conseiller) -> None:
    dossier = suivi_par(conseiller, structure__nom="Les Tilleuls", statut=Statut.DEPOSE)
    directrice = UtilisateurFactory(direction=True, structure=dossier.structure)
    maintenant = timezone.now()
    for _ in range(2):
        noter_un_acte(dossier, directrice, le=maintenant)
    noter_un_acte(dossier, None, le=maintenant, acte="constater")
    noter_un_acte(dossier, conseiller, le=maintenant, acte="instruire")
    noter_un_acte(dossier, None, le=maintenant, acte="creer_echeances", objet="suivi.echeance")
    noter_un_acte(dossier, directrice, le=maintenant - dt.timedelta(days=3), acte="ouvrir")
    bloc = instruction.bouge_depuis_hier(conseiller)
    assert libelles(bloc) == ["Les Tilleuls : Transmettre à la Caf"] * 2
    assert {ligne.detail.split(",")[0] for ligne in bloc.contenu["lignes"]} == {str(directrice), "Automatique"}


@pytest.mark.parametrize(
    ("fin", "place"), [("2026-01-01", "0.00"), ("2028-01-01", "49.97"), ("2029-12-31", "99.93"), ("2030-01-01", None)]
)
def test_la_bande_place_les_fins_sur_quatre_ans(time_machine, conseiller, fin: str, place: str | None) -> None:
    time_machine.move_to("2026-11-22 12:00")
    ContratSigneFactory(structure__caisse=conseiller.caisse, debut=dt.date(2025, 1, 1), fin=dt.date.fromisoformat(fin))
    contenu = instruction.portefeuille(conseiller).contenu
    assert [point["x"] for point in contenu["points"]] == ([place] if place else [])
    assert len(contenu["contrats"]) == 1


# Responsable


def test_les_avis_rediges_attendent_la_contresignature() -> None:
    responsable = UtilisateurFactory(responsable=True)
    auteur = UtilisateurFactory(caisse=responsable.caisse)
    for statut, nom in ((Statut.NEGOCIATION, "À contresigner"), (Statut.AVIS_RENDU, "Rendu")):
        dossier = suivi_par(auteur, statut=statut, structure__nom=nom)
        Avis.objects.create(dossier=dossier, sens="favorable", duree_proposee=3, synthese="Bien.", par=auteur)
    suivi_par(auteur, statut=Statut.NEGOCIATION, structure__nom="Sans avis")
    assert libelles(instruction.avis_a_contresigner(responsable)) == ["À contresigner"]


# Instances


def test_le_secretariat_voit_ce_qu_il_doit_inscrire_notifier_et_les_recours() -> None:
    secretaire = UtilisateurFactory(secretariat=True)
    for statut in (Statut.AVIS_RENDU, Statut.AJOURNE, Statut.ACCORDE, Statut.REFUSE, Statut.RECOURS):
        DossierPretFactory(structure__caisse=secretaire.caisse, structure__nom=statut.label, statut=statut)
    DossierPretFactory()
    assert set(libelles(instances.prets_a_inscrire(secretaire))) == {"Avis technique rendu", "Ajourné"}
    assert set(libelles(instances.decisions_a_notifier(secretaire))) == {"Agrément accordé", "Refusé"}
    assert libelles(instances.recours(secretaire)) == ["Recours en cours"]


def test_le_secretariat_garde_une_seance_sous_les_yeux_jusqu_a_son_proces_verbal_approuve() -> None:
    secretaire = UtilisateurFactory(secretariat=True)
    jour = timezone.localdate()
    for recul, statut in enumerate((StatutSeance.PV_APPROUVE, StatutSeance.LEVEE, StatutSeance.CONVOQUEE), start=1):
        passee = jour - dt.timedelta(days=recul)
        SeanceFactory(date=passee, date_limite=passee, statut=statut, instance__caisse=secretaire.caisse)
    SeanceFactory(date=jour, date_limite=jour, instance__caisse=secretaire.caisse)
    lignes = instances.seances_a_mener(secretaire).contenu["lignes"]
    assert [(ligne.badge["libelle"], ligne.echeance and (ligne.echeance - jour).days) for ligne in lignes] == [
        ("Convoquée", -3),
        ("Levée", None),
        ("Ouverte aux inscriptions", 0),
    ]
    assert "procès-verbal à approuver" in lignes[1].detail


def test_l_elu_lit_l_ordre_du_jour_de_la_premiere_seance_ouverte() -> None:
    elu = UtilisateurFactory(elu=True)
    jour = timezone.localdate()
    siennes = {"instance__caisse": elu.caisse, "date_limite": jour}
    SeanceFactory(date=jour, statut=StatutSeance.PLANIFIEE, **siennes)
    SeanceFactory(date=jour, statut=StatutSeance.LEVEE, **siennes)
    seance = SeanceFactory(date=jour + dt.timedelta(days=10), **siennes)
    SeanceFactory(date=jour + dt.timedelta(days=20), **siennes)
    InscriptionFactory(seance=seance, dossier__structure__nom="Les Tilleuls", rapporteur="Mme Roy")
    bloc = instances.prochaine_seance(elu)
    assert str(seance.instance) in bloc.titre
    assert libelles(bloc) == ["1. Les Tilleuls"]
    assert "Mme Roy" in bloc.contenu["lignes"][0].detail
    assert bloc.contenu["suite"].libelle == "Voir la séance"
    Seance.objects.filter(pk=seance.pk).update(statut=StatutSeance.TENUE)
    assert instances.prochaine_seance(elu).contenu["suite"].libelle == "Suivre la séance et voter"


def test_un_contrat_a_signer_dit_quelle_signature_il_attend() -> None:
    president = UtilisateurFactory(presidence=True)
    version = VersionASignerFactory(contrat__structure__caisse=president.caisse)
    gestionnaire, caf = version.parties.all()
    for attendue in (gestionnaire, caf):
        ligne = instances.contrats_a_signer(president).contenu["lignes"][0]
        assert f"signature attendue : {attendue.nom}" in ligne.detail
        assert ligne.badge == (instances.A_VOUS if attendue == caf else None)
        SignatureFactory(partie=attendue)


def test_ce_qui_attend_sa_propre_signature_vient_d_abord() -> None:
    president = UtilisateurFactory(presidence=True)
    premiere, seconde = (VersionASignerFactory(contrat__structure__caisse=president.caisse) for _ in range(2))
    SignatureFactory(partie=seconde.parties.first())
    lignes = instances.contrats_a_signer(president).contenu["lignes"]
    assert [ligne.url for ligne in lignes] == [seconde.get_absolute_url(), premiere.get_absolute_url()]


@pytest.mark.parametrize("statut", ["refusee", "rappelee"])
def test_une_signature_arretee_attend_le_conseiller_jusqu_a_la_version_suivante(statut: str) -> None:
    conseillere = UtilisateurFactory()
    version = VersionASignerFactory(
        contrat__structure=StructureFactory(caisse=conseillere.caisse, conseiller=conseillere)
    )
    assert contrats.signatures_a_debloquer(conseillere).contenu["lignes"] == []
    VersionASigner.objects.filter(pk=version.pk).update(statut=statut)
    (ligne,) = contrats.signatures_a_debloquer(conseillere).contenu["lignes"]
    assert ligne.detail == f"{version.acte} · {contrats.ARRETEES[statut]}"
    VersionASignerFactory(contrat=version.contrat, numero=version.numero + 1)
    assert contrats.signatures_a_debloquer(conseillere).contenu["lignes"] == []


def test_un_papier_a_confirmer_et_une_modification_demandee_attendent_le_conseiller() -> None:
    conseillere = UtilisateurFactory()
    structure = StructureFactory(caisse=conseillere.caisse, conseiller=conseillere)
    version = VersionASignerFactory(contrat__structure=structure)
    partie = version.parties.first()
    partie.demandes.create(texte="Une adresse.")
    (ligne,) = contrats.signatures_a_debloquer(conseillere).contenu["lignes"]
    assert f"modification demandée par {partie.nom}" in ligne.detail
    partie.exemplaires.create(fichier=FichierFactory(), nom="A. D.", qualite="présidente", date=version.contrat.debut)
    (ligne,) = contrats.signatures_a_debloquer(conseillere).contenu["lignes"]
    assert "exemplaire papier à confirmer" in ligne.detail
    assert contrats.signatures_a_debloquer(UtilisateurFactory()).contenu["lignes"] == []


def test_un_avenant_a_signer_est_attendu_pour_sa_prise_d_effet_et_non_pour_le_debut_du_contrat() -> None:
    president = UtilisateurFactory(presidence=True)
    version = VersionASignerFactory(contrat__structure__caisse=president.caisse)
    effet = version.contrat.debut + dt.timedelta(days=300)
    VersionASigner.objects.filter(pk=version.pk).update(
        avenant=Avenant.objects.create(
            contrat=version.contrat, numero=1, type="equipe", statut="en_signature", objet="Essai.", effet_le=effet
        )
    )
    ligne = instances.contrats_a_signer(president).contenu["lignes"][0]
    assert ligne.echeance == effet


# Gestion


def test_l_annee_sans_bareme_propose_d_en_ajouter_un() -> None:
    comptable = UtilisateurFactory(comptable=True)
    BaremeFactory(caisse=comptable.caisse, annee=timezone.localdate().year - 1)
    bloc = gestion.baremes_de_l_annee(comptable)
    assert libelles(bloc) == []
    assert bloc.contenu["si_vide"].url == reverse("prestations:ajouter")


def test_l_administration_ne_voit_que_les_courriels_des_personnes_de_sa_caisse() -> None:
    admin = UtilisateurFactory(administration=True)
    for destinataire in (admin.courriel, UtilisateurFactory().courriel):
        Courriel.objects.create(destinataire=destinataire, objet=f"Pour {destinataire}", texte="…")
    Courriel.objects.create(destinataire=admin.courriel, objet="Parti", texte="…", envoye_le=timezone.now())
    assert libelles(gestion.courriels_en_attente(admin)) == [f"Pour {admin.courriel}"]


# Centre


@pytest.fixture
def directrice():
    return UtilisateurFactory(direction=True, structure=StructureFactory(nom="Les Tilleuls"))


def test_sans_dossier_la_directrice_est_invitee_a_en_ouvrir_un(client, directrice) -> None:
    client.force_login(directrice)
    page = client.get(reverse("accueil:accueil")).content.decode()
    assert "Ouvrir une demande" in page
    assert reverse("dossiers:ouvrir") in page


def test_avec_un_contrat_elle_lit_jusqu_a_quand_il_court(directrice) -> None:
    ContratSigneFactory(structure=directrice.rattachements.get().structure)
    contenu = centre.mon_dossier(directrice).contenu
    assert contenu["phrase"].startswith("Les Tilleuls : votre agrément court jusqu'au 31 décembre 2029.")


def test_un_brouillon_dit_les_trois_premieres_choses_qui_manquent(directrice) -> None:
    creer_referentiel_des_pieces(directrice.caisse)
    structure = directrice.rattachements.get().structure
    dossier = DossierPretFactory(structure=structure, statut=Statut.BROUILLON, depose_le=None)
    contenu = centre.mon_dossier(directrice).contenu
    assert contenu["dossier"] == dossier
    assert len(contenu["a_faire"]) == 3
    assert all(ligne.url and ligne.echeance for ligne in contenu["a_faire"])
    assert [etape["etat"] for etape in contenu["etapes"]] == ["courante", "a_venir", "a_venir", "a_venir"]


def test_quand_la_caf_tient_le_dossier_ses_dates_a_tenir_suivent(directrice) -> None:
    structure = directrice.rattachements.get().structure
    DossierPretFactory(structure=structure, statut=Statut.DEPOSE)
    echeance = EcheanceFactory(contrat__structure=structure)
    assert [ligne.libelle for ligne in centre.mon_dossier(directrice).contenu["a_faire"]] == [
        echeance.get_type_display()
    ]


def test_qui_ne_l_engage_pas_n_est_pas_invite_a_ouvrir_une_demande(client, directrice) -> None:
    structure = directrice.rattachements.get().structure
    for role in (Role.CO_REDACTION, Role.LECTURE):
        client.force_login(UtilisateurFactory(role=role, structure=structure))
        page = client.get(reverse("accueil:accueil")).content.decode()
        assert reverse("dossiers:ouvrir") not in page
        assert "La direction ou la présidence de la structure ouvre une demande." in page


def test_la_co_redaction_a_ce_qui_s_ecrit_et_la_lecture_rien(client) -> None:
    demande = Demande.prete()
    redactrice, lecteur = (
        demande.personne(structure=demande.structure, **{role: True}) for role in ("co_redaction", "lecture")
    )
    assert [ligne.libelle for ligne in centre.mon_dossier(redactrice).contenu["a_faire"]] == [
        "Écrire le projet social",
        "Déposer les pièces",
    ]
    assert centre.mon_dossier(lecteur).contenu["a_faire"] == []
    client.force_login(lecteur)
    assert "Vous recevrez un courriel" not in client.get(reverse("accueil:accueil")).content.decode()


def test_elle_ne_voit_ni_avis_ni_dossier_d_une_autre_structure(client, directrice) -> None:
    DossierPretFactory(structure__caisse=directrice.caisse, structure__nom="La Passerelle", statut=Statut.DEPOSE)
    client.force_login(directrice)
    assert "La Passerelle" not in client.get(reverse("accueil:accueil")).content.decode()
