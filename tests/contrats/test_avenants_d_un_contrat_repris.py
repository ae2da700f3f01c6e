"""Un contrat repris se change comme un autre : ses avenants s'écrivent, se signent, prennent effet et se vérifient."""

import datetime as dt
import html
from decimal import Decimal

import pytest
from django.urls import reverse

from agrement.contrats import operations, verification
from agrement.contrats.choix import ActeASigner, ModeDeSignature, PartieSignataire
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.consolidation import contenu_au
from agrement.contrats.models import Avenant, Contrat, DelegationDeSignature, Signature
from agrement.contrats.operations.acces import ecarts_de_la_delegation
from agrement.seances.choix import TypeDecision as D
from socle import fichiers
from socle.workflow import ActeRefuse
from tests.contrats.test_reprise import donnees, un_avenant, un_pdf
from tests.fabriques import GestionnaireFactory, UtilisateurFactory
from tests.fabriques.avenants import avenant_signe, decision_notifiee, signer_sans_pdf
from tests.fabriques.contrats import partie_du
from tests.fabriques.partenaires import PartenaireFactory
from tests.fabriques.suivi import FichierFactory

JOUR = dt.date(2026, 12, 22)
COMMUNE = {"partie": "commune", "nom": "Ville d'Essai", "representant": "", "qualite": "", "signe_le": "2023-12-21"}
DEMENAGE = {"structure": {"nom": "Les Tilleuls", "adresse": "2 rue des Lilas"}}
QUI = {"qualite": "présidente"}


@pytest.fixture
def presidente(structure):
    return UtilisateurFactory(gestionnaire=True, structure=structure)


@pytest.fixture
def president(structure):
    return UtilisateurFactory(presidence=True, caisse=structure.caisse)


def reprendre(structure, conseillere, **autres):
    reprise = operations.commencer(donnees(structure, **autres), par=conseillere)
    contrat = operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    operations.terminer(reprise, par=conseillere)
    operations.faire_vivre_les_contrats()
    return Contrat.objects.get(pk=contrat.pk)


@pytest.fixture
def repris(structure, conseillere):
    return reprendre(structure, conseillere)


def ecrire(contrat, par, type_=T.TERRITOIRE, modifications=None, **champs):
    valeurs = {"objet": "Déménagement.", "effet_le": JOUR} | champs
    return operations.ecrire_un_avenant(contrat, type_, modifications=modifications or DEMENAGE, par=par, **valeurs)


def deleguer(structure, a, **champs):
    return DelegationDeSignature.objects.create(
        caisse=structure.caisse, partie="gestionnaire", gestionnaire=structure.gestionnaire, acte=ActeASigner.AVENANT,
        delegataire=a, du=JOUR, au=JOUR, reference="Délibération 12", **champs,
    )  # fmt: skip


def signer(contrat, partie, par, **qui):
    la_sienne = partie_du(contrat, partie)
    code = operations.demander_un_code(la_sienne, par=par)
    return operations.signer(la_sienne, code=code, par=par, **(QUI | qui))


# --- De bout en bout --------------------------------------------------------------------------------------------


def test_un_avenant_signe_par_delegation_prend_effet_et_se_verifie(client, structure, repris, conseillere, president):
    """Le texte est rendu, signé, scellé ; le contrat le suit, et la page publique le reconnaît."""
    operations.saisir_un_avenant_signe(repris, un_avenant(), un_pdf("a1.pdf"), par=conseillere)
    directrice = UtilisateurFactory(direction=True, structure=structure)
    deleguer(structure, directrice)
    avenant = ecrire(repris, conseillere)
    operations.proposer_un_avenant(avenant, par=conseillere)
    client.force_login(directrice)
    page = client.get(reverse("contrats:signer", args=[repris.numero, partie_du(repris, "gestionnaire").pk]))
    assert page.status_code == 200
    assert signer(repris, "gestionnaire", directrice, qualite="directrice").delegation is not None
    signer(repris, "caf", president, qualite="président")

    avenant.refresh_from_db()
    repris = Contrat.objects.get(pk=repris.pk)
    assert (avenant.statut, avenant.applique_le, repris.statut) == ("signe", JOUR, "en_vigueur")
    assert contenu_au(repris, JOUR)["structure"]["adresse"] == "2 rue des Lilas"
    assert "adresse" not in contenu_au(repris, JOUR - dt.timedelta(days=1))["structure"]
    version = avenant.versions.get()
    with fichiers.ouvrir(version.scelle_pdf) as garde:
        verdict = verification.verifier(garde.read(), version)
    assert (verdict.bon, verdict.titre, len(verdict.signatures)) == (True, "C'est le contrat signé", 2)
    client.logout()
    page = html.unescape(client.get(reverse("contrats:verifier_un_code", args=[version.code])).content.decode())
    assert "R-2024-17-A2" in page
    assert "En vigueur" in page
    assert "Aminata" not in page


def test_un_avenant_signe_sur_papier_prend_effet(client, repris, conseillere, presidente, president):
    avenant = ecrire(repris, conseillere)
    operations.proposer_un_avenant(avenant, par=conseillere)
    exemplaire = operations.deposer_un_exemplaire(
        partie_du(repris, "gestionnaire"),
        fichier=un_pdf("papier.pdf"),
        date=JOUR,
        par=presidente,
        nom="Aminata Diallo",
        **QUI,
    )
    client.force_login(conseillere)
    examen = reverse("contrats:examiner", args=[repris.numero, exemplaire.pk])
    assert client.get(examen).status_code == 200
    client.post(examen, {"confirmer": "1"})
    assert Signature.objects.get().mode == ModeDeSignature.PAPIER
    client.force_login(president)
    assert client.get(reverse("contrats:signer", args=[repris.numero, partie_du(repris, "caf").pk])).status_code == 200
    signer(repris, "caf", president)
    avenant.refresh_from_db()
    assert (avenant.statut, avenant.applique_le) == ("signe", JOUR)
    assert client.get(avenant.get_absolute_url()).status_code == 200
    consolidee = client.get(reverse("contrats:version_consolidee", args=[repris.numero])).content.decode()
    assert "2 rue des Lilas" in consolidee


# --- Qui signe --------------------------------------------------------------------------------------------------


def test_la_commune_qui_a_signe_le_contrat_repris_signe_ses_avenants(structure, conseillere):
    """Sans courriel au registre des partenaires, l'avenant l'attend ; avec lui, elle signe entre les deux autres."""
    parties = donnees(structure)["parties"]
    contrat = reprendre(structure, conseillere, parties=[*parties, COMMUNE])
    avenant = ecrire(contrat, conseillere)
    with pytest.raises(ActeRefuse, match="inscrivez son courriel"):
        operations.proposer_un_avenant(avenant, par=conseillere)
    assert not avenant.versions.exists()
    PartenaireFactory(caisse=structure.caisse, nom="Ville d'essai", courriel="")
    ville = PartenaireFactory(caisse=structure.caisse, nom="VILLE D'ESSAI", courriel="mairie@exemple.fr")
    dites = operations.avenants.parties_de_l_avenant(avenant)
    assert [(d.partie, d.courriel) for d in dites] == [
        ("gestionnaire", ""), ("commune", "mairie@exemple.fr"), ("caf", ""),
    ]  # fmt: skip
    assert dites[1].partenaire == ville
    assert list(operations.avenants.manques_pour_proposer(avenant)) == []


def test_une_substitution_appelle_l_ancien_gestionnaire_le_nouveau_puis_la_caf(structure, repris, conseillere):
    nouveau = GestionnaireFactory(caisse=structure.caisse, raison_sociale="Ville d'Essai")
    decision = decision_notifiee(repris, D.MAINTIEN, le=JOUR, dossier="avenant")
    champs = {"nouveau_gestionnaire": nouveau, "decision": decision}
    avenant = ecrire(repris, conseillere, T.GESTIONNAIRE, {"gestionnaire": {"raison_sociale": "Ville"}}, **champs)
    assert list(operations.avenants.manques_pour_proposer(avenant)) == []
    noms = [partie.nom for partie in operations.avenants.parties_de_l_avenant(avenant)]
    assert noms == [structure.gestionnaire.raison_sociale, "Ville d'Essai", structure.caisse.nom]
    signer_sans_pdf(avenant)
    repris = Contrat.objects.get(pk=repris.pk)
    structure.refresh_from_db()
    assert (repris.gestionnaire, structure.gestionnaire, repris.terme) == (nouveau, nouveau, repris.fin)
    assert contenu_au(repris, JOUR - dt.timedelta(days=1))["gestionnaire"]["raison_sociale"] == "Association"


def test_une_prorogation_signee_prolonge_l_agrement_du_contrat_repris(structure, repris, conseillere):
    fin = dt.date(2028, 6, 30)
    decision = decision_notifiee(repris, D.MAINTIEN, le=JOUR, dossier="avenant")
    periode = {"debut": "2024-01-01", "fin": fin.isoformat(), "duree": "4 ans et 6 mois"}
    avenant_signe(repris, T.DUREE, {"periode": periode}, effet_le=JOUR, decision=decision)
    repris.refresh_from_db()
    assert (repris.terme, structure.agrements.get().fin) == (fin, fin)


# --- Le plafond d'une délégation ----------------------------------------------------------------------------------


def partie_a_signer(contrat, avenant):
    """La partie du gestionnaire d'une version de cet avenant, sans que son texte soit rendu."""
    version = avenant.versions.create(
        contrat=contrat,
        numero=1,
        statut="en_signature",
        contenu={},
        projet_pdf=FichierFactory(),
        original_pdf=FichierFactory(),
    )
    return version.parties.create(rang=1, partie=PartieSignataire.GESTIONNAIRE, nom="Association")


def un_financement(contrat, par, montant):
    lignes = [{"compte": "74", "intitule": "Participation de la Caf", "montant": montant, "charge": False,
               "precision": "Caf"}]  # fmt: skip
    budget = [{"annee": 2027, "charges": "0.00", "produits": montant, "lignes": lignes}]
    return ecrire(contrat, par, T.FINANCEMENT, {"budget": budget})


def test_un_plafond_ne_se_verifie_pas_sur_un_contrat_repris_sans_montant_et_le_dit(structure, repris, conseillere):
    directrice = UtilisateurFactory(direction=True, structure=structure)
    delegation = deleguer(structure, directrice, plafond_annuel=Decimal(5000))
    partie = partie_a_signer(repris, ecrire(repris, conseillere))
    (ecart,) = ecarts_de_la_delegation(delegation, partie)
    assert "le montant annuel est inconnu : signez par une délégation sans plafond" in ecart


@pytest.mark.parametrize(("montant", "admis"), [("5000.00", True), ("5000.01", False)])
def test_un_avenant_de_financement_dit_le_montant_que_le_plafond_compare(
    structure, repris, conseillere, montant, admis
):
    directrice = UtilisateurFactory(direction=True, structure=structure)
    delegation = deleguer(structure, directrice, plafond_annuel=Decimal(5000))
    partie = partie_a_signer(repris, un_financement(repris, conseillere, montant))
    ecarts = ecarts_de_la_delegation(delegation, partie)
    assert (ecarts == []) is admis
    assert admis or "le montant annuel est de 5 000,01" in ecarts[0].replace("\u202f", " ").replace("\xa0", " ")


# --- Les écrans ---------------------------------------------------------------------------------------------------

SAISIES = {
    T.DUREE: {"fin": "2028-06-30"},
    T.EQUIPE: {"direction_nom": "Sami Roux", "direction_etp": "1"},
    T.FINANCEMENT: {"annee_2024": "0", "annee_2025": "0", "annee_2026": "60000", "annee_2027": "70000"},
    T.TERRITOIRE: {"adresse": "2 rue des Lilas", "communes": "Bourg"},
    T.TEXTE_LIBRE: {"texte": "Le local est prêté le samedi."},
    T.OBJECTIFS: {"famille_globale": "1.1 Accueillir"},
}


@pytest.mark.parametrize("type_", list(SAISIES))
def test_chaque_type_d_avenant_s_ecrit_sur_un_contrat_repris(client, repris, conseillere, type_):
    client.force_login(conseillere)
    ecran = reverse("contrats:ecrire_un_avenant", args=[repris.numero, type_.value])
    champs = client.get(ecran).context["formulaire"].fields
    saisie = dict(SAISIES[type_])
    if type_ == T.OBJECTIFS:
        saisie = {next(nom for nom in champs if nom.startswith("famille_")): "1.1 Accueillir"}
    reponse = client.post(ecran, {"objet": "Essai.", "effet_le": JOUR.isoformat(), **saisie})
    assert reponse.status_code == 302, reponse.context["formulaire"].errors
    avenant = Avenant.objects.get()
    assert "Après" in html.unescape(client.get(avenant.get_absolute_url()).content.decode())
    assert client.get(reverse("contrats:modifier_un_avenant", args=[repris.numero, 1])).status_code == 200


@pytest.mark.parametrize("type_", [T.FINANCEMENT, T.PARTENAIRES])
def test_un_avenant_qui_ne_dit_rien_de_plus_que_le_contrat_repris_est_refuse(client, repris, conseillere, type_):
    client.force_login(conseillere)
    ecran = reverse("contrats:ecrire_un_avenant", args=[repris.numero, type_.value])
    vides = {f"annee_{annee}": "0" for annee in range(2024, 2028)}
    reponse = client.post(ecran, {"objet": "Essai.", "effet_le": JOUR.isoformat(), **vides})
    assert reponse.status_code == 422
    assert "Rien ne change" in reponse.content.decode()
    assert not Avenant.objects.exists()


def test_un_financement_donne_ses_montants_au_contrat_repris(client, repris, conseillere):
    client.force_login(conseillere)
    ecran = reverse("contrats:ecrire_un_avenant", args=[repris.numero, "financement"])
    client.post(ecran, {"objet": "Essai.", "effet_le": JOUR.isoformat(), **SAISIES[T.FINANCEMENT]})
    avenant = Avenant.objects.get()
    signer_sans_pdf(avenant)
    repris.refresh_from_db()
    assert repris.montants == {"2026": "60000.00", "2027": "70000.00"}
    consolidee = reverse("contrats:version_consolidee", args=[repris.numero])
    page = html.unescape(client.get(consolidee).content.decode())
    assert "Attendu de la Caf en 2027" in page
    assert "Charges 2027" not in page


def test_la_page_d_un_avenant_repris_offre_son_fichier_et_ce_qu_il_a_change(client, repris, conseillere):
    fin = dt.date(2028, 6, 30)
    operations.saisir_un_avenant_signe(repris, un_avenant(), un_pdf("a1.pdf"), par=conseillere)
    saisie = un_avenant(numero=2, type=T.DUREE, fin=fin)
    duree = operations.saisir_un_avenant_signe(repris, saisie, un_pdf("a2.pdf"), par=conseillere)
    client.force_login(conseillere)
    page = html.unescape(client.get(duree.get_absolute_url()).content.decode())
    assert "31 décembre 2027" in page
    assert "30 juin 2028" in page
    assert "ne sont pas vérifiées" in page
    assert reverse("contrats:avenant_repris", args=[repris.numero, 2]) in page
    page = html.unescape(client.get(reverse("contrats:avenant", args=[repris.numero, 1])).content.decode())
    assert "la reprise n'en garde que l'objet" in page
    sans = repris.avenants.create(
        numero=3, type=T.OBJECTIFS, statut="signe", objet="Perdu.", signe_le=JOUR, effet_le=JOUR
    )
    page = html.unescape(client.get(sans.get_absolute_url()).content.decode())
    assert "Le fichier de cet avenant n'est pas joint." in page
    assert reverse("contrats:avenant_repris", args=[repris.numero, 3]) not in page


def test_l_ecran_d_une_autre_version_dit_qu_un_contrat_repris_se_change_par_avenant(client, structure, conseillere):
    parties = [*donnees(structure)["parties"], COMMUNE]
    contrat = reprendre(structure, conseillere, parties=parties)
    client.force_login(conseillere)
    reponse = client.get(reverse("contrats:proposer", args=[contrat.numero]))
    assert reponse.status_code == 200
    assert "une modification se fait par avenant" in reponse.content.decode()
