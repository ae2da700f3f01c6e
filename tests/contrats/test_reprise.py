"""Les contrats signés avant l'application : trois étapes, un fichier de 500 lignes, et ce qui est refusé."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import StatutAvenant, StatutContrat, TypeAvenant
from agrement.contrats.models import Avenant, Contrat, RepriseDeContrat
from agrement.dossiers import operations as dossiers
from agrement.dossiers.choix import TypeDossier
from agrement.seances.models import Agrement
from agrement.suivi.operations import creer_echeances, creer_les_echeances_manquantes
from comptes.choix import Role
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.fichiers import pdf, recu
from tests.fabriques.suivi import AgrementFactory, ContratSigneFactory, DecisionFactory

JOUR = dt.date(2026, 12, 22)


def un_pdf(nom="signe.pdf", marque=""):
    return recu(nom, pdf(marque=marque or nom))


def donnees(structure, **autres):
    parties = [
        {"partie": "gestionnaire", "nom": "Association", "representant": "A. D.", "qualite": "présidente",
         "signe_le": "2023-12-20"},
        {"partie": "caf", "nom": "Caf", "representant": "", "qualite": "", "signe_le": "2023-12-22"},
    ]  # fmt: skip
    return {
        "structure": structure, "numero": "R-2024-17", "debut": dt.date(2024, 1, 1), "fin": dt.date(2027, 12, 31),
        "deliberation": "2023-118", "delibere_le": dt.date(2023, 12, 12), "parties": parties, **autres,
    }  # fmt: skip


def un_avenant(**autres):
    return {
        "numero": 1, "type": TypeAvenant.OBJECTIFS, "objet": "Un atelier de plus.", "signe_le": dt.date(2025, 6, 1),
        "effet_le": dt.date(2025, 7, 1), "fin": None, **autres,
    }  # fmt: skip


@pytest.fixture
def repris(structure, conseillere):
    reprise = operations.commencer(donnees(structure), par=conseillere)
    return operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)


# --- Trois étapes -----------------------------------------------------------------------------------------------


def test_un_contrat_signe_avant_l_application_est_en_vigueur_et_son_agrement_court(repris, conseillere, structure):
    operations.faire_vivre_les_contrats()
    repris.refresh_from_db()
    assert (repris.statut, repris.signe_le, repris.repris_le) == ("en_vigueur", dt.date(2023, 12, 22), JOUR)
    assert (repris.repris_par, repris.decidee_le, repris.deliberation) == (
        conseillere, dt.date(2023, 12, 12), "2023-118",
    )  # fmt: skip
    agrement = structure.agrements.en_cours().get()
    assert (agrement.debut, agrement.fin, agrement.decision) == (repris.debut, repris.fin, None)
    assert repris.scelle_pdf.type_mime == "application/pdf"
    assert EntreeDuJournal.objects.sur(repris).filter(acte="reprendre", acteur=conseillere).exists()


def test_la_reprise_interrompue_attend_son_fichier_puis_ses_avenants(structure, conseillere):
    reprise = operations.commencer(donnees(structure), par=conseillere)
    assert reprise.etape == 2
    assert not Contrat.objects.exists()
    assert RepriseDeContrat.objects.a_terminer().get() == reprise
    operations.corriger(reprise, donnees(structure, numero="R-18"), par=conseillere)
    contrat = operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    assert (contrat.numero, reprise.etape) == ("R-18", 3)
    operations.terminer(reprise, par=conseillere)
    assert not RepriseDeContrat.objects.a_terminer().exists()


def test_un_contrat_repris_ne_change_plus(repris, conseillere, structure):
    with pytest.raises(ActeRefuse, match="ne se change plus"):
        operations.corriger(repris.reprise, donnees(structure), par=conseillere)
    with pytest.raises(ActeRefuse, match="ne se remplace pas"):
        operations.joindre_le_fichier(repris.reprise, un_pdf("autre.pdf"), par=conseillere)


def test_les_echeances_naissent_d_une_reprise_terminee_et_ne_disent_rien_du_passe(repris, conseillere):
    operations.faire_vivre_les_contrats()
    assert creer_les_echeances_manquantes() == 0
    operations.terminer(repris.reprise, par=conseillere)
    assert creer_les_echeances_manquantes() == 1
    assert {echeance.date >= JOUR for echeance in repris.echeances.all()} == {True}
    assert repris.echeances.filter(date=repris.fin).exists()
    creer_echeances(repris)
    assert creer_les_echeances_manquantes() == 0


@pytest.mark.parametrize(
    ("debut", "fin", "statut"),
    [
        (dt.date(2024, 1, 1), dt.date(2027, 12, 31), "en_vigueur"),
        (dt.date(2024, 1, 1), JOUR, "en_vigueur"),
        (dt.date(2024, 1, 1), JOUR - dt.timedelta(days=1), "echu"),
        (JOUR + dt.timedelta(days=1), dt.date(2028, 12, 31), "en_attente"),
    ],
)
def test_une_reprise_terminee_dit_aussitot_ou_en_est_le_contrat(structure, conseillere, debut, fin, statut):
    reprise = operations.commencer(donnees(structure, debut=debut, fin=fin), par=conseillere)
    operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    operations.terminer(reprise, par=conseillere)
    assert Contrat.objects.get().statut == statut


def test_le_pied_de_la_page_d_un_avenant_dit_la_version_de_l_application(client, repris, conseillere):
    avenant = operations.saisir_un_avenant_signe(repris, un_avenant(), un_pdf("a1.pdf"), par=conseillere)
    client.force_login(conseillere)
    assert "Agrément None" not in client.get(avenant.get_absolute_url()).content.decode()


def test_un_contrat_repris_se_renouvelle_comme_un_autre(repris, conseillere):
    dossier = dossiers.ouvrir(
        structure=repris.structure, type=TypeDossier.RENOUVELLEMENT, debut=dt.date(2028, 1, 1),
        fin=dt.date(2030, 12, 31), par=conseillere,
    )  # fmt: skip
    assert dossier.echeance_actuelle == dt.date(2027, 12, 31)


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"numero": "17/2024"}, "numero"),
        ({"numero": "reprises"}, "numero"),
        ({"numero": "C2024-0017"}, "numero"),
        ({"fin": dt.date(2024, 1, 1)}, "fin"),
        ({"fin": dt.date(2028, 1, 1)}, "fin"),
        ({"deliberation": " "}, "deliberation"),
        ({"delibere_le": dt.date(2026, 12, 23)}, "delibere_le"),
        ({"delibere_le": dt.date(2023, 12, 21)}, "gestionnaire_signe_le"),
        ({"parties": []}, "caf_signe_le"),
    ],
)
def test_ce_qui_ne_peut_pas_etre_un_contrat_est_refuse_et_rien_n_est_ecrit(structure, conseillere, change, champ):
    with pytest.raises(ActeRefuse) as refus:
        operations.commencer(donnees(structure, **change), par=conseillere)
    assert champ in {raison.champ for raison in refus.value.raisons}
    assert not RepriseDeContrat.objects.exists()


@pytest.mark.parametrize("fin", [dt.date(2024, 1, 2), dt.date(2027, 12, 31)])
def test_les_durees_aux_bornes_sont_admises(structure, conseillere, fin):
    assert operations.commencer(donnees(structure, fin=fin), par=conseillere).fin == fin


def test_un_numero_deja_pris_est_refuse(structure, conseillere, repris):
    ailleurs = StructureFactory(caisse=structure.caisse)
    with pytest.raises(ActeRefuse, match="déjà celui d'un contrat"):
        operations.commencer(donnees(ailleurs), par=conseillere)
    operations.commencer(donnees(ailleurs, numero="R-18"), par=conseillere)
    with pytest.raises(ActeRefuse, match="déjà commencée"):
        operations.commencer(donnees(ailleurs, numero="R-18"), par=conseillere)


def test_un_chevauchement_avec_un_agrement_est_refuse_au_jour_pres(conseillere, structure):
    decision = DecisionFactory(dossier__structure=structure)
    AgrementFactory(decision=decision, debut=dt.date(2027, 1, 1), fin=dt.date(2029, 12, 31))
    with pytest.raises(ActeRefuse, match="qu'un agrément à la fois"):
        operations.commencer(donnees(structure, fin=dt.date(2027, 1, 1)), par=conseillere)
    reprise = operations.commencer(donnees(structure, fin=dt.date(2026, 12, 31)), par=conseillere)
    operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    assert structure.agrements.en_cours().count() == 2


def test_un_agrement_decide_entre_deux_etapes_arrete_la_reprise(conseillere, structure):
    reprise = operations.commencer(donnees(structure), par=conseillere)
    AgrementFactory(decision=DecisionFactory(dossier__structure=structure))
    with pytest.raises(ActeRefuse, match="qu'un agrément à la fois"):
        operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    assert not Contrat.objects.exists()


def test_la_base_refuse_un_contrat_sans_decision_ni_deliberation(structure):
    champs = {
        "caisse": structure.caisse, "numero": "X-1", "structure": structure, "gestionnaire": structure.gestionnaire,
        "debut": JOUR, "fin": dt.date(2027, 12, 31), "statut": StatutContrat.EN_ATTENTE,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Contrat.objects.create(**champs)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contrat.objects.create(**champs, repris_le=JOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agrement.objects.create(structure=structure, debut=JOUR, fin=JOUR)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ELU, Role.COMPTABLE, Role.DIRECTION, Role.PRESIDENCE])
def test_reprendre_est_aux_conseillers_au_responsable_et_a_l_administration(structure, role, client):
    personne = UtilisateurFactory(role=role, structure=structure)
    with pytest.raises(ActeInterdit):
        operations.commencer(donnees(structure), par=personne)
    client.force_login(personne)
    assert client.get(reverse("contrats:reprises")).status_code == 403
    assert client.get(reverse("contrats:importer")).status_code == 403


def test_une_autre_caisse_ne_reprend_ni_ne_voit_rien(structure, conseillere, client):
    reprise = operations.commencer(donnees(structure), par=conseillere)
    etrangere = UtilisateurFactory(responsable=True)
    with pytest.raises(ActeInterdit):
        operations.commencer(donnees(structure, numero="R-19"), par=etrangere)
    client.force_login(etrangere)
    assert client.get(reverse("contrats:reprise_fichier", args=[reprise.pk])).status_code == 404


# --- Les avenants déjà signés -----------------------------------------------------------------------------------


def test_un_avenant_de_duree_repris_prolonge_l_agrement_et_le_contrat_ne_finit_pas_avant(
    repris, conseillere, structure, le_jour_de_la_signature
):
    operations.saisir_un_avenant_signe(repris, un_avenant(), un_pdf("a1.pdf"), par=conseillere)
    fin = dt.date(2028, 6, 30)
    prolonge = operations.saisir_un_avenant_signe(
        repris, un_avenant(numero=2, type=TypeAvenant.DUREE, fin=fin), un_pdf("a2.pdf"), par=conseillere
    )
    assert (prolonge.statut, prolonge.reference) == (StatutAvenant.SIGNE, "R-2024-17-A2")
    repris = Contrat.objects.get(pk=repris.pk)
    assert (repris.terme, structure.agrements.get().fin) == (fin, fin)
    operations.terminer(repris.reprise, par=conseillere)
    operations.faire_vivre_les_contrats()
    for jour, statut in ((dt.date(2028, 6, 30), "proroge"), (dt.date(2028, 7, 1), "echu")):
        le_jour_de_la_signature.move_to(dt.datetime.combine(jour, dt.time(12), dt.UTC))
        operations.faire_vivre_les_contrats()
        repris.refresh_from_db()
        assert repris.statut == statut


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"signe_le": dt.date(2023, 12, 21)}, "signe_le"),
        ({"signe_le": dt.date(2026, 12, 23)}, "signe_le"),
        ({"effet_le": dt.date(2023, 12, 31)}, "effet_le"),
        ({"effet_le": dt.date(2028, 1, 1)}, "effet_le"),
        ({"fin": dt.date(2028, 1, 1)}, "fin"),
        ({"type": TypeAvenant.DUREE}, "fin"),
        ({"type": TypeAvenant.DUREE, "fin": dt.date(2029, 1, 1)}, "fin"),
    ],
)
def test_un_avenant_impossible_est_refuse_et_rien_n_est_ecrit(repris, conseillere, change, champ):
    with pytest.raises(ActeRefuse) as refus:
        operations.saisir_un_avenant_signe(repris, un_avenant(**change), un_pdf("a.pdf"), par=conseillere)
    assert champ in {raison.champ for raison in refus.value.raisons}
    assert not Avenant.objects.exists()


def test_un_avenant_qui_mordrait_sur_l_agrement_suivant_est_refuse(repris, conseillere, structure):
    suivant = DecisionFactory(dossier__structure=structure, debut=dt.date(2028, 1, 1), fin=dt.date(2030, 12, 31))
    AgrementFactory(decision=suivant)
    with pytest.raises(ActeRefuse, match="qu'un agrément à la fois"):
        operations.saisir_un_avenant_signe(
            repris, un_avenant(type=TypeAvenant.DUREE, fin=dt.date(2028, 1, 1)), un_pdf("a.pdf"), par=conseillere
        )


def test_l_avenant_d_un_contrat_ne_dans_l_application_ne_se_reprend_pas(structure, conseillere):
    contrat = ContratSigneFactory(structure=structure)
    with pytest.raises(ActeRefuse, match="né dans l'application"):
        operations.saisir_un_avenant_signe(
            contrat,
            un_avenant(signe_le=JOUR, effet_le=contrat.debut),
            un_pdf("a.pdf"),
            par=conseillere,
        )


# --- Les écrans -------------------------------------------------------------------------------------------------


def test_les_trois_etapes_se_font_a_l_ecran_et_la_page_dit_que_rien_n_est_verifie(client, structure):
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    client.force_login(responsable)
    champs = {
        "structure": structure.pk, "numero": "R-2024-17", "debut": "2024-01-01", "fin": "2027-12-31",
        "deliberation": "2023-118", "delibere_le": "2023-12-12", "gestionnaire_representant": "Aminata Diallo",
        "gestionnaire_signe_le": "2023-12-20", "caf_signe_le": "2023-12-22", "commune_nom": "Ville d'Essai",
    }  # fmt: skip
    page = client.post(reverse("contrats:reprise_nouvelle"), champs)
    assert page.status_code == 422
    assert "Écrivez le jour où cette partie a signé." in page.content.decode()
    page = client.post(reverse("contrats:reprise_nouvelle"), {**champs, "commune_signe_le": "2023-12-21"})
    reprise = RepriseDeContrat.objects.get()
    assert page.url == reverse("contrats:reprise_fichier", args=[reprise.pk])
    assert client.get(reverse("contrats:reprises")).status_code == 200
    assert client.get(reverse("contrats:reprise_corriger", args=[reprise.pk])).status_code == 200
    page = client.post(page.url, {"fichier": recu("contrat.txt", b"rien")})
    assert page.status_code == 422
    page = client.post(reverse("contrats:reprise_fichier", args=[reprise.pk]), {"fichier": un_pdf()})
    avenants = reverse("contrats:reprise_avenants", args=[reprise.pk])
    assert page.url == avenants
    saisie = {
        "numero": "1", "type": "duree", "objet": "Six mois de plus", "signe_le": "2025-06-01",
        "effet_le": "2025-07-01", "fin": "2028-06-30", "fichier": un_pdf("avenant.pdf"),
    }  # fmt: skip
    assert client.post(avenants, saisie).url == avenants
    assert "Six mois de plus" in client.get(avenants).content.decode()
    page = client.post(reverse("contrats:reprise_terminer", args=[reprise.pk]), follow=True).content.decode()
    assert "Repris le 22 décembre 2026, par" in page
    assert "ne sont pas vérifiées" in page
    assert "Ville d&#x27;Essai" in page
    assert "30 juin 2028" in page
    contrat = Contrat.objects.get()
    for nom, cles in (("avenant_repris", [contrat.numero, 1]), ("scelle_pdf", [contrat.numero])):
        assert b"".join(client.get(reverse(f"contrats:{nom}", args=cles))).startswith(b"%PDF")


@pytest.mark.parametrize("role", Role.values)
def test_un_contrat_repris_se_lit_partout(client, structure, repris, conseillere, role):
    operations.terminer(repris.reprise, par=conseillere)
    operations.faire_vivre_les_contrats()
    creer_les_echeances_manquantes()
    personne = UtilisateurFactory(role=role, structure=structure)
    client.force_login(personne)
    assert client.get(repris.get_absolute_url()).status_code == 200
    for nom in ("accueil:accueil", "contrats:liste", "suivi:echeances", "suivi:renouvellements"):
        assert client.get(reverse(nom)).status_code in {200, 403}, nom
    assert client.get(reverse("accueil:recherche"), {"q": repris.numero}).status_code == 200
    assert client.get(structure.get_absolute_url()).status_code == 200
