"""L'histoire d'un contrat : généré, signé par l'un puis par l'autre, scellé, mis en vigueur (scénario 25)."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import PartieSignataire, StatutContrat
from agrement.contrats.models import Contrat, ContratScelle, Signature
from agrement.dossiers.choix import Statut
from agrement.seances.choix import TypeDecision
from socle.models import Compteur, Courriel, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.contrats import (
    accord_notifie,
    contrat_propose,
    contrat_signe,
    partie_du,
    signer_dans_l_application,
    signer_le_20,
    signer_le_22,
)
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import ContratSigneFactory, FichierFactory
from tests.greffons.pdf import jointes, porte, texte


def fichiers_sur_le_disque() -> set[Path]:
    return {chemin for chemin in Path(settings.MEDIA_ROOT).rglob("*") if chemin.is_file()}


def lu(fichier: Fichier) -> bytes:
    with fichier.contenu.open("rb") as contenu:
        return bytes(contenu.read())


# --- Générer --------------------------------------------------------------------------------------


def test_generer_donne_un_numero_un_projet_et_met_le_dossier_en_signature(accord):
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    accord.dossier.refresh_from_db()
    assert contrat.numero == "C2026-0001"
    assert (contrat.statut, accord.dossier.statut) == (StatutContrat.EN_ATTENTE, Statut.EN_SIGNATURE)
    assert (contrat.debut, contrat.fin) == (dt.date(2027, 1, 1), dt.date(2029, 12, 31))
    version = contrat.version
    assert version.original_pdf.empreinte == hashlib.sha256(lu(version.original_pdf)).hexdigest()
    assert porte(lu(version.projet_pdf), "PROJET")
    assert not porte(lu(version.original_pdf), "PROJET")
    assert not contrat.est_scelle


def test_un_second_clic_est_refuse_et_n_ecrit_rien(accord):
    operations.generer(accord.dossier, par=accord.conseillere)
    with pytest.raises(ActeRefuse, match="C2026-0001 est déjà généré"):
        operations.generer(accord.dossier, par=accord.conseillere)
    assert Contrat.objects.count() == 1
    assert Compteur.objects.get(cle=f"contrat-{accord.caisse.pk}-2026").valeur == 1


@pytest.mark.parametrize("role", ["presidente", "directrice", "president"])
def test_seul_le_conseil_technique_genere(accord, role):
    with pytest.raises(ActeInterdit):
        operations.generer(accord.dossier, par=getattr(accord, role))
    assert not Contrat.objects.exists()


def test_un_refus_n_a_pas_de_contrat():
    accord = accord_notifie(type=TypeDecision.REFUS, duree_annees=None, debut=None, fin=None, motifs="Gouvernance")
    with pytest.raises(ActeRefuse, match="Aucun accord"):
        operations.generer(accord.dossier, par=accord.conseillere)


@pytest.mark.parametrize("statut", [Statut.ACCORDE, Statut.INSCRIT, Statut.RECOURS])
def test_le_contrat_attend_que_la_decision_soit_notifiee(statut):
    accord = accord_notifie(dossier={"statut": statut})
    with pytest.raises(ActeRefuse, match="notifiée"):
        operations.generer(accord.dossier, par=accord.conseillere)
    assert not Fichier.objects.filter(nom__startswith="projet-de-contrat").exists()


def test_sans_decision_ni_projet_les_deux_manques_sont_dits():
    dossier = DossierPretFactory(statut=Statut.NOTIFIE)
    manques = " ".join(map(str, operations.manques_pour_generer(dossier)))
    assert "Aucun accord" in manques
    assert "version transmise" in manques


@pytest.mark.django_db(transaction=True)
def test_un_acte_annule_apres_le_rendu_ne_laisse_aucun_fichier(accord):
    avant = fichiers_sur_le_disque()
    with transaction.atomic():
        operations.generer(accord.dossier, par=accord.conseillere)
        transaction.set_rollback(True)
    assert fichiers_sur_le_disque() == avant
    assert not Contrat.objects.exists()


# --- Signer ---------------------------------------------------------------------------------------


def test_scenario_25_signe_le_20_puis_le_22_scelle_et_clos(accord):
    accord.dossier.reserves.create(texte="Installer le comité des habitants.", echeance=dt.date(2027, 6, 30))
    accord.dossier.reserves.create(texte="Recruter un demi-poste à l'accueil.", echeance=dt.date(2027, 3, 31))
    contrat = contrat_signe(accord)
    accord.dossier.refresh_from_db()
    assert accord.dossier.statut == Statut.CLOS_AGREE
    assert contrat.signe_le == dt.date(2026, 12, 22)
    dit = texte(lu(contrat.scelle_pdf))
    for attendu in (
        accord.caisse.nom, accord.structure.gestionnaire.raison_sociale, "14 décembre 2026", accord.decision.numero,
        "Animation globale et coordination", "fonds propres de la Caf", "politique familiale",
        "Installer le comité des habitants.", "Recruter un demi-poste à l'accueil.",
        "Aminata Diallo", "20 décembre 2026", "Bernard Lefèvre", "22 décembre 2026", "Scellé le",
    ):  # fmt: skip
        assert attendu in dit
    assert not porte(lu(contrat.scelle_pdf), "PROJET")
    assert contrat.scelle_pdf.empreinte == hashlib.sha256(lu(contrat.scelle_pdf)).hexdigest()


def test_les_donnees_jointes_disent_qui_signe(accord):
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    donnees = jointes(lu(contrat.version.original_pdf))[f"contrat-{contrat.numero}.json"]
    assert [partie["partie"] for partie in donnees["parties"]] == ["gestionnaire", "caf"]
    assert donnees["periode"]["debut"] == "2027-01-01"


@pytest.mark.parametrize(
    ("date", "raison"),
    [(dt.date(2026, 12, 10), "la décision est du"), (dt.date(2026, 12, 13), "la décision est du")],
)
def test_une_signature_d_avant_la_decision_est_refusee_et_rien_n_est_ecrit(accord, date, raison):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeRefuse, match=raison):
        signer_le_20(contrat, accord.presidente, date)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("date", [dt.date(2026, 12, 14), dt.date(2026, 12, 22)])
def test_le_jour_de_la_decision_et_le_jour_meme_sont_admis(accord, date):
    contrat = contrat_propose(accord)
    assert signer_le_20(contrat, accord.presidente, date).date == date


def test_la_caf_signe_apres_le_gestionnaire(accord):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeRefuse, match="Attendez la signature précédente"):
        signer_le_22(contrat, accord.president)
    signer_le_20(contrat, accord.presidente)
    with pytest.raises(ActeRefuse, match="ne peut pas précéder celle de"):
        signer_le_22(contrat, accord.president, dt.date(2026, 12, 19))
    assert Signature.objects.count() == 1


def test_une_signature_garde_l_empreinte_du_texte_montre(accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    signer_le_22(contrat, accord.president)
    original = contrat.version.original_pdf
    assert {signature.empreinte for signature in Signature.objects.all()} == {original.empreinte}
    assert hashlib.sha256(lu(original)).hexdigest() == original.empreinte


def test_un_accord_qui_n_ouvre_pas_de_periode_n_a_pas_de_contrat_meme_date():
    accord = accord_notifie(type=TypeDecision.MAINTIEN)
    with pytest.raises(ActeRefuse, match="Aucun accord n'ouvre de période"):
        operations.generer(accord.dossier, par=accord.conseillere)


def test_la_caf_est_prevenue_que_sa_signature_est_attendue(accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    courriel = Courriel.objects.get(destinataire=accord.president.courriel)
    assert "votre signature est attendue" in courriel.objet
    assert contrat.get_absolute_url() in courriel.texte


def test_une_partie_ne_signe_qu_une_fois(accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    with pytest.raises(ActeRefuse, match="déjà signé"):
        signer_le_20(contrat, accord.presidente)


@pytest.mark.parametrize("role", ["conseillere", "directrice", "president"])
def test_seule_la_presidence_du_gestionnaire_signe_pour_lui(accord, role):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeInterdit):
        signer_le_20(contrat, getattr(accord, role))
    assert not Signature.objects.exists()


def test_la_presidence_d_un_autre_gestionnaire_ne_signe_pas(accord):
    contrat = contrat_propose(accord)
    voisine = UtilisateurFactory(gestionnaire=True, structure=StructureFactory(caisse=accord.caisse))
    with pytest.raises(ActeInterdit):
        signer_le_20(contrat, voisine)


@pytest.mark.parametrize("role", ["conseillere", "directrice", "presidente"])
def test_seule_la_presidence_de_la_caf_signe_pour_elle(accord, role):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    with pytest.raises(ActeInterdit):
        signer_le_22(contrat, getattr(accord, role))
    contrat.refresh_from_db()
    assert not contrat.est_scelle


def test_la_presidence_d_une_autre_caf_ne_signe_pas(accord):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeInterdit):
        signer_le_22(contrat, UtilisateurFactory(presidence=True))


def test_un_signataire_a_un_nom_et_une_qualite(accord):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeRefuse, match="nom et la qualité"):
        signer_dans_l_application(
            partie_du(contrat, PartieSignataire.GESTIONNAIRE), " ", accord.presidente,
            dt.date(2026, 12, 20),
        )  # fmt: skip


def test_un_contrat_qui_commence_plus_tard_attend_sa_date(accord):
    assert contrat_signe(accord).statut == StatutContrat.EN_ATTENTE


def test_un_contrat_deja_commence_entre_en_vigueur_a_la_derniere_signature():
    accord = accord_notifie(debut=dt.date(2026, 12, 15), fin=dt.date(2029, 12, 14))
    assert contrat_signe(accord).statut == StatutContrat.EN_VIGUEUR


# --- Sceller --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("numero", "C0"), ("debut", dt.date(2027, 2, 1)), ("fin", dt.date(2030, 1, 1)),
        ("signe_le", dt.date(2026, 12, 20)), ("scelle_pdf", None),
    ],
)  # fmt: skip
def test_un_contrat_scelle_ne_change_plus(champ, valeur):
    contrat = ContratSigneFactory()
    valeur = FichierFactory() if valeur is None else valeur
    setattr(contrat, champ, valeur)
    with pytest.raises(ContratScelle):
        contrat.save()
    with pytest.raises(ContratScelle):
        Contrat.objects.filter(pk=contrat.pk).update(**{champ: valeur})


def test_ni_un_contrat_scelle_ni_une_signature_ne_se_suppriment(accord):
    contrat = contrat_propose(accord)
    signature = signer_le_20(contrat, accord.presidente)
    for effacer in (ContratSigneFactory().delete, Contrat.objects.all().delete, signature.delete,
                    Signature.objects.all().delete):  # fmt: skip
        with pytest.raises(ContratScelle):
            effacer()
    signature.nom = "Autre"
    for changer in (signature.save, lambda: Signature.objects.update(nom="Autre")):
        with pytest.raises(ContratScelle):
            changer()


def test_le_contrat_dit_ce_qui_valait_a_sa_generation_et_se_relit_identique(accord, client):
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    accord.structure.gestionnaire.raison_sociale = "Nom changé depuis"
    accord.structure.gestionnaire.save()
    signer_le_20(contrat, accord.presidente)
    signer_le_22(contrat, accord.president)
    contrat.refresh_from_db()
    client.force_login(accord.directrice)
    recus = [
        b"".join(client.get(reverse("contrats:scelle_pdf", args=[contrat.numero])).streaming_content) for _ in range(2)
    ]
    assert {hashlib.sha256(recu).hexdigest() for recu in recus} == {contrat.scelle_pdf.empreinte}
    assert "Nom changé depuis" not in texte(recus[0])
