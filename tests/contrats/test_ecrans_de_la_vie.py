"""Les écrans des avenants, d'une résiliation et de la version consolidée."""

import datetime as dt
import html
from types import SimpleNamespace

import pytest
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import StatutAvenant, StatutContrat
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.models import Avenant, Contrat
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.seances.choix import TypeDecision as D
from socle.workflow import ActeRefuse
from tests.fabriques import GestionnaireFactory, UtilisateurFactory
from tests.fabriques.avenants import avenant_signe, contenu_d_essai, contrat_ecrit, decision_notifiee
from tests.fabriques.contrats import imprimer_ce_qui_attend
from tests.greffons.pdf import jointes, porte, texte

JUIN = dt.date(2027, 6, 1)
OBJET = {"objet": "Essai.", "effet_le": "2027-06-01"}
STRUCTURE = contenu_d_essai()["structure"]


@pytest.fixture
def scene(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime.combine(JUIN, dt.time(10), dt.UTC))
    contrat = contrat_ecrit()
    version = contrat.versions.get()
    for rang, (partie, nom) in enumerate((("gestionnaire", "Tilleuls"), ("caf", "Caf")), 1):
        version.parties.create(rang=rang, partie=partie, nom=nom)
    return SimpleNamespace(
        contrat=contrat, horloge=le_jour_de_la_signature,
        conseillere=UtilisateurFactory(caisse=contrat.caisse),
        presidente=UtilisateurFactory(gestionnaire=True, structure=contrat.structure),
        entrante=UtilisateurFactory(gestionnaire=True, structure=contrat.structure),
        president=UtilisateurFactory(presidence=True, caisse=contrat.caisse),
    )  # fmt: skip


def adresse(scene, nom, *args):
    return reverse(f"contrats:{nom}", args=[scene.contrat.numero, *args])


def lu(reponse):
    return html.unescape(reponse.content.decode())


SAISIES = {
    T.OBJECTIFS: {"famille": "1.1 Accueillir\n- 1.1.1 Ouvrir le samedi"},
    T.EQUIPE: {"direction_nom": "Sami Roux", "direction_etp": "1"},
    T.FINANCEMENT: {"annee_2027": "70000", "annee_2028": "70000", "annee_2029": "60000"},
    T.TERRITOIRE: {"adresse": "2 rue des Lilas", "communes": "Bourg\nSaint-Denis"},
    T.TEXTE_LIBRE: {"texte": "Le local est prêté le samedi."},
}


@pytest.mark.parametrize("type_", list(SAISIES))
def test_chaque_type_a_son_ecran_et_n_ecrit_que_son_bloc(scene, client, type_):
    client.force_login(scene.conseillere)
    ecran = adresse(scene, "ecrire_un_avenant", type_.value)
    assert client.get(ecran).status_code == 200
    saisie = SAISIES[type_]
    if type_ == T.OBJECTIFS:
        champs = client.get(ecran).context["formulaire"].fields
        saisie = {next(nom for nom in champs if nom.startswith("famille_")): saisie["famille"]}
    reponse = client.post(ecran, OBJET | saisie)
    assert reponse.status_code == 302, reponse.context["formulaire"].errors
    avenant = Avenant.objects.get()
    page = client.get(avenant.get_absolute_url())
    assert page.status_code == 200
    assert "Avant" in lu(page)
    assert client.get(adresse(scene, "modifier_un_avenant", 1)).status_code == 200


def test_un_montant_change_une_annee_et_laisse_les_autres(scene, client):
    client.force_login(scene.conseillere)
    client.post(adresse(scene, "ecrire_un_avenant", "financement"), OBJET | SAISIES[T.FINANCEMENT])
    budget = Avenant.objects.get().modifications["budget"]
    assert [annee["produits"] for annee in budget] == ["110000.00", "110000.00", "100000.00"]
    assert budget[2] == contenu_d_essai()["budget"][2]


def test_un_avenant_refuse_dit_pourquoi_a_cote_du_champ(scene, client):
    client.force_login(scene.conseillere)
    reponse = client.post(
        adresse(scene, "ecrire_un_avenant", "duree"), {"objet": "x", "effet_le": "2027-06-01", "fin": "2033-01-01"}
    )
    assert reponse.status_code == 422
    assert "ne peut pas dépasser" in str(reponse.context["formulaire"].errors["fin"])
    assert not Avenant.objects.exists()


def test_un_conflit_se_lit_sur_la_page_du_second(scene, client):
    second = operations.ecrire_un_avenant(
        scene.contrat, T.TERRITOIRE, objet="b", effet_le=JUIN,
        modifications={"structure": STRUCTURE | {"horaires": "9 h"}},
        par=scene.conseillere,
    )  # fmt: skip
    avenant_signe(scene.contrat, T.TERRITOIRE, {"structure": STRUCTURE | {"adresse": "2 rue"}}, effet_le=JUIN)
    client.force_login(scene.conseillere)
    assert "Ce projet heurte un autre avenant" in lu(client.get(second.get_absolute_url()))
    reponse = client.post(adresse(scene, "proposer_un_avenant", second.numero))
    assert reponse.status_code == 422
    assert "a changé les mêmes valeurs" in lu(reponse)


def signer(personne):
    """La partie dont c'est le tour, par cette personne, avec son code."""
    partie = Avenant.objects.get().version.partie_attendue
    code = operations.demander_un_code(partie, par=personne)
    operations.signer(partie, qualite="présidente", code=code, par=personne)


def test_une_substitution_se_propose_se_signe_a_trois_et_prend_effet(scene, client):
    """De l'écran au PDF scellé : l'ancien gestionnaire, le nouveau, puis la Caf ; la fin ne change pas."""
    nouveau = GestionnaireFactory(caisse=scene.contrat.caisse, raison_sociale="Ville de Bourg")
    decision = decision_notifiee(scene.contrat, D.MAINTIEN, le=JUIN, dossier="avenant")
    client.force_login(scene.conseillere)
    client.post(
        adresse(scene, "ecrire_un_avenant", "gestionnaire"),
        OBJET | {"nouveau_gestionnaire": nouveau.pk, "decision": decision.pk},
    )
    assert client.post(adresse(scene, "proposer_un_avenant", 1)).status_code == 302
    imprimer_ce_qui_attend()
    signer(scene.presidente)
    with pytest.raises(ActeRefuse, match="Vous avez déjà signé pour une autre partie"):
        signer(scene.presidente)
    assert client.get(Avenant.objects.get().get_absolute_url()).status_code == 200
    signer(scene.entrante)
    signer(scene.president)
    avenant = Avenant.objects.get()
    version = avenant.version
    assert avenant.statut == StatutAvenant.SIGNE
    assert [p.signature.par for p in version.parties.all()] == [scene.presidente, scene.entrante, scene.president]
    contrat = Contrat.objects.get(pk=scene.contrat.pk)
    assert (contrat.gestionnaire, contrat.structure.gestionnaire) == (nouveau, nouveau)
    assert contrat.terme == contrat.fin
    scelle = b"".join(client.get(adresse(scene, "avenant_scelle", 1)).streaming_content)
    assert "Ville de Bourg" in texte(scelle)
    assert not porte(scelle, "PROJET")
    assert jointes(scelle)["avenant-" + avenant.reference + ".json"]["contrat"]["numero"] == contrat.numero
    projet = b"".join(client.get(adresse(scene, "projet_d_avenant", 1)).streaming_content)
    assert porte(projet, "PROJET")


def test_la_version_consolidee_se_lit_a_la_date_choisie(scene, client):
    change = {"structure": STRUCTURE | {"adresse": "2 rue des Lilas"}}
    avenant_signe(scene.contrat, T.TERRITOIRE, change, effet_le=dt.date(2027, 9, 1))
    client.force_login(scene.presidente)
    avant = lu(client.get(adresse(scene, "version_consolidee"), {"au": "2027-08-31"}))
    apres = lu(client.get(adresse(scene, "version_consolidee"), {"au": "2027-09-01"}))
    assert "Version consolidée au 31 août 2027" in avant
    assert ("2 rue des Lilas" in avant, "2 rue des Lilas" in apres) == (False, True)
    assert "Avenant n° 1" in apres


@pytest.mark.parametrize("demande", ["hier", "", "31/31/2027"])
def test_une_date_illisible_montre_le_contrat_d_aujourd_hui(scene, client, demande):
    client.force_login(scene.presidente)
    reponse = client.get(adresse(scene, "version_consolidee"), {"au": demande})
    assert reponse.status_code == 200
    assert reponse.context["jour"] == JUIN


def test_une_resiliation_s_enregistre_depuis_la_page(scene, client):
    client.force_login(scene.conseillere)
    saisie = {"sorte": "gestionnaire", "notifiee_le": "2027-06-01", "effet_le": "2027-08-31", "motif": "Dissolution."}
    assert client.post(adresse(scene, "arreter"), saisie).status_code == 422
    assert client.post(adresse(scene, "arreter"), saisie | {"effet_le": "2027-09-01"}).status_code == 302
    page = lu(client.get(scene.contrat.get_absolute_url()))
    assert "Résiliation par le gestionnaire" in page
    assert "31 août 2027" in page


@pytest.mark.parametrize(
    ("jour", "dit"), [(JUIN, "Agrément en sursis"), (dt.date(2028, 1, 1), "Le sursis est dépassé")]
)
def test_un_sursis_se_lit_sur_la_page_et_a_l_accueil(scene, client, jour, dit):
    decision_notifiee(scene.contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31), conditions="Recruter.")
    faire_vivre_les_contrats()
    scene.horloge.move_to(dt.datetime.combine(jour, dt.time(10), dt.UTC))
    client.force_login(scene.conseillere)
    page = lu(client.get(scene.contrat.get_absolute_url()))
    assert dit in page
    assert "Recruter." in page
    accueil = lu(client.get(reverse("accueil:accueil")))
    assert scene.contrat.structure.nom in accueil
    assert ("aucune nouvelle décision" in accueil) == (jour != JUIN)


def test_les_listes_lisent_le_terme_et_non_la_fin_signee(scene, client):
    decision = decision_notifiee(scene.contrat, D.MAINTIEN, le=JUIN, dossier="avenant")
    periode = {"periode": {"debut": "2027-01-01", "fin": "2028-05-31", "duree": "essai"}}
    avenant_signe(scene.contrat, T.DUREE, periode, effet_le=JUIN, decision=decision)
    client.force_login(scene.conseillere)
    for nom in ("contrats:liste", "suivi:renouvellements"):
        page = lu(client.get(reverse(nom)))
        assert "31 mai 2028" in page
        assert "31 décembre 2029" not in page
    assert Contrat.objects.get(pk=scene.contrat.pk).statut == StatutContrat.EN_VIGUEUR


# --- Un avenant à la signature --------------------------------------------------------------------


def test_un_avenant_a_la_signature_se_relance_se_signe_sur_papier_et_se_reprend(scene, client):
    """Sa page offre ce qu'offre celle du contrat ; « Reprendre l'écriture » n'y est pas bloqué par la signature."""
    client.force_login(scene.conseillere)
    client.post(adresse(scene, "ecrire_un_avenant", "texte_libre"), OBJET | SAISIES[T.TEXTE_LIBRE])
    assert client.post(adresse(scene, "proposer_un_avenant", 1)).status_code == 302
    imprimer_ce_qui_attend()
    avenant = Avenant.objects.get()
    attendue = avenant.version.partie_attendue
    page = lu(client.get(avenant.get_absolute_url()))
    assert f"C'est à {attendue.nom} de signer" in page
    for nom in ("relancer", "papier"):
        assert adresse(scene, nom, attendue.pk) in page
    assert f'href="{adresse(scene, "reprendre_un_avenant", 1)}"' in page
    scene.horloge.shift(dt.timedelta(days=4))
    client.force_login(scene.conseillere)
    relance = client.post(adresse(scene, "relancer", attendue.pk), {"envoyer": "1"})
    assert relance.url == avenant.get_absolute_url()
    assert client.post(adresse(scene, "reprendre_un_avenant", 1), {"motif": "Une faute."}).status_code == 302
    avenant.refresh_from_db()
    assert avenant.statut == StatutAvenant.BROUILLON


def test_la_presidence_trouve_sur_le_contrat_l_avenant_qui_l_attend(scene, client):
    client.force_login(scene.conseillere)
    client.post(adresse(scene, "ecrire_un_avenant", "texte_libre"), OBJET | SAISIES[T.TEXTE_LIBRE])
    client.post(adresse(scene, "proposer_un_avenant", 1))
    imprimer_ce_qui_attend()
    assert "attend votre signature" not in lu(client.get(scene.contrat.get_absolute_url()))
    client.force_login(scene.presidente)
    assert "L'avenant n° 1 attend votre signature" in lu(client.get(scene.contrat.get_absolute_url()))


def test_une_date_de_l_equipe_se_choisit_au_calendrier(scene, client):
    client.force_login(scene.conseillere)
    ecran = lu(client.get(adresse(scene, "ecrire_un_avenant", "equipe")))
    assert '<input type="date" name="direction_debut"' in ecran
