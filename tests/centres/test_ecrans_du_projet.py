"""Écrire et lire un projet social à l'écran."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres import operations
from centres.choix import NatureProjet
from centres.models import NOEUDS, Action, Axe, Indicateur, LigneBudget, Objectif, ProjetSocial, Saisie
from centres.operations import temoin
from centres.regles import PARTIES
from tests.fabriques import CommuneFactory, ProjetSocialFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

PREMIER_RANG = sorted(nom for nom, modele in NOEUDS.items() if not modele.PORTEURS)


@pytest.fixture
def projet() -> ProjetSocial:
    return ProjetSocialFactory()


def adresse(projet: ProjetSocial, nom: str, *arguments: object) -> str:
    return reverse(f"centres:{nom}", args=[projet.pk, *arguments])


def avec_temoins(objet: Any, **saisies: Any) -> dict[str, Any]:
    """Ce qu'une page envoie : les valeurs, et le témoin de ce qu'elle montrait."""
    return {**saisies, **{f"vu-{nom}": temoin(getattr(objet, nom)) for nom in saisies}}


def ecrire(client: Client, lien: str, saisies: dict[str, Any]) -> Any:
    """Comme le script de la page : un champ, et une réponse à lire par lui."""
    return client.post(lien, saisies, headers={"accept": "application/json"})


# --- Lire ---------------------------------------------------------------------------------------------------------


def test_le_projet_se_lit_en_entier(client, projet, directrice) -> None:
    html = client.get(adresse(projet, "projet_lire")).content.decode()
    attendus = [
        "Rompre l&#x27;isolement",
        "Aller vers les habitants",
        "Créer des liens",
        "Tenir un café des habitants",
        "Café du mercredi",
        "Cafés tenus",
        "Habitants rencontrés",
        "Budget 2027",
        "Budget équilibré",
        "Peu de lieux",
    ]
    assert [attendu for attendu in attendus if attendu not in html] == []


def test_les_titres_descendent_sans_sauter_de_niveau(client, projet, directrice) -> None:
    html = client.get(adresse(projet, "projet_lire")).content.decode()
    niveaux = [int(morceau[0]) for morceau in html.split("<h")[1:] if morceau[:1].isdecimal()]
    assert all(suivant - present <= 1 for present, suivant in zip(niveaux, niveaux[1:], strict=False))


@pytest.mark.parametrize("ecran", ["projet", "projet_lire", "partie axes", "partie budget", "partie diagnostic"])
def test_une_page_coute_autant_de_requetes_pour_un_petit_et_un_grand_projet(client, projet, directrice, ecran) -> None:
    nom, *suite = ecran.split()
    projet.zones.create(intitule="Zone").communes.add(CommuneFactory())
    comptes = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse(projet, nom, *suite))
        comptes.append(len(requetes))
        for n in range(6):
            axe = projet.axes.create(intitule=f"Axe {n}")
            axe.objectifs.create(intitule="Objectif").actions.create(intitule="Action").indicateurs.create(intitule="I")
            projet.zones.create(intitule="Zone").communes.add(CommuneFactory())
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize(
    ("evs", "nature", "presentes", "absentes"),
    [
        (False, NatureProjet.PREMIER, {"axes", "familles"}, {"finalites", "bilan"}),
        (False, NatureProjet.RENOUVELLEMENT, {"axes", "familles", "bilan"}, {"finalites"}),
        (True, NatureProjet.PREMIER, {"axes", "finalites"}, {"familles", "bilan"}),
        (False, NatureProjet.PREFIGURATION, {"diagnostic", "enjeux"}, {"axes", "familles", "bilan", "evaluation"}),
    ],
)
def test_seules_les_parties_qui_s_appliquent_sont_montrees(client, evs, nature, presentes, absentes) -> None:
    projet = ProjetSocialFactory(structure=StructureFactory(evs=evs), nature=nature)
    client.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    html = client.get(projet.get_absolute_url()).content.decode()
    montrees = {partie.code for partie in PARTIES if adresse(projet, "partie", partie.code) in html}
    assert presentes <= montrees
    assert not absentes & montrees
    for code in absentes:
        assert client.get(adresse(projet, "partie", code)).status_code == 404


def test_la_liste_dit_ce_qui_manque_et_n_oublie_pas_que_rien_n_est_transmis(client, directrice, projet) -> None:
    ProjetSocial.objects.update(diagnostic="", fonction_accueil="")
    html = client.get(projet.get_absolute_url()).content.decode()
    assert "Non transmis à la Caf" in html
    assert "À écrire" in html
    assert "Écrivez le diagnostic partagé." in client.get(adresse(projet, "partie", "diagnostic")).content.decode()


# --- Écrire une partie --------------------------------------------------------------------------------------------


def test_un_champ_s_enregistre_seul_et_dit_l_heure(client, projet, directrice) -> None:
    reponse = ecrire(client, adresse(projet, "partie", "diagnostic"), avec_temoins(projet, diagnostic="Relu à deux"))
    projet.refresh_from_db()
    assert (reponse.status_code, projet.diagnostic) == (200, "Relu à deux")
    assert reponse.json()["temoins"] == {"diagnostic": temoin("Relu à deux")}
    assert Saisie.objects.get().par == directrice


def test_une_partie_s_enregistre_d_un_bouton_et_mene_a_la_suivante(client, projet, directrice) -> None:
    saisies = avec_temoins(projet, diagnostic="Relu")
    reponse = client.post(adresse(projet, "partie", "diagnostic"), {**saisies, "suivante": "oui"})
    assert reponse.url == adresse(projet, "partie", "enjeux")
    projet.refresh_from_db()
    assert projet.diagnostic == "Relu"


def test_une_copie_perimee_est_refusee_et_les_deux_valeurs_se_lisent(client, projet, directrice) -> None:
    ancienne = avec_temoins(projet, diagnostic="Le mien")
    ProjetSocial.objects.update(diagnostic="Le sien")
    reponse = ecrire(client, adresse(projet, "partie", "diagnostic"), ancienne)
    assert reponse.status_code == 409
    assert reponse.json()["conflits"]["diagnostic"]["leur"] == "Le sien"
    page = client.post(adresse(projet, "partie", "diagnostic"), ancienne).content.decode()
    assert "Le mien" in page
    assert "Le sien" in page
    assert ProjetSocial.objects.get().diagnostic == "Le sien"


def test_apres_avoir_vu_les_deux_valeurs_on_garde_la_sienne(client, projet, directrice) -> None:
    ProjetSocial.objects.update(diagnostic="Le sien")
    vu = {"diagnostic": "Le mien", "vu-diagnostic": temoin("Le sien")}
    assert ecrire(client, adresse(projet, "partie", "diagnostic"), vu).status_code == 200
    assert ProjetSocial.objects.get().diagnostic == "Le mien"


def test_le_champ_qu_on_n_a_pas_touche_garde_ce_qu_un_autre_y_a_ecrit(client, projet, directrice) -> None:
    page = avec_temoins(projet, equipe="Mon équipe", horaires=projet.horaires)
    ProjetSocial.objects.update(horaires="Ses horaires")
    assert client.post(adresse(projet, "partie", "moyens"), page).status_code == 302
    projet.refresh_from_db()
    assert (projet.equipe, projet.horaires) == ("Mon équipe", "Ses horaires")


def test_envoyer_deux_fois_la_meme_valeur_n_est_pas_un_conflit(client, projet, directrice) -> None:
    saisies = avec_temoins(projet, diagnostic="Relu")
    reponses = [ecrire(client, adresse(projet, "partie", "diagnostic"), saisies) for _ in range(2)]
    assert [reponse.status_code for reponse in reponses] == [200, 200]


def test_une_saisie_fausse_laisse_le_reste_s_enregistrer_et_le_dit(client, projet, directrice) -> None:
    saisies = avec_temoins(projet, synthese="Neuve", debut="2029-01-01", fin="2027-01-01")
    page = client.post(adresse(projet, "partie", "identification"), saisies).content.decode()
    assert "La fin de la période doit suivre son début." in page
    projet.refresh_from_db()
    assert projet.synthese == "Neuve"
    assert str(projet.fin) == "2029-12-31"


def test_une_date_enregistree_seule_est_comparee_a_l_autre(client, projet, directrice) -> None:
    reponse = ecrire(client, adresse(projet, "partie", "identification"), avec_temoins(projet, fin="2026-01-01"))
    assert reponse.status_code == 422
    assert "doit suivre son début" in reponse.json()["erreurs"]["fin"][0]


def test_des_retours_a_la_ligne_du_navigateur_ne_sont_pas_un_changement(client, projet, directrice) -> None:
    ProjetSocial.objects.update(diagnostic="Une ligne\nUne autre")
    projet.refresh_from_db()
    client.post(adresse(projet, "partie", "diagnostic"), avec_temoins(projet, diagnostic="Une ligne\r\nUne autre"))
    assert ProjetSocial.objects.get().diagnostic == "Une ligne\nUne autre"
    assert not Saisie.objects.exists()


def test_ecrire_un_champ_coute_autant_sur_dix_actions_et_sur_deux_cents(client, projet, directrice) -> None:
    action = Action.objects.get()
    comptes = []
    for combien in (10, 200):
        operationnel = action.objectif
        while operationnel.actions.count() < combien:
            operationnel.actions.create(intitule="Une de plus")
        action.refresh_from_db()
        with CaptureQueriesContext(connection) as requetes:
            saisies = avec_temoins(action, description=f"Pour {combien}")
            assert ecrire(client, adresse(projet, "noeud", "actions", action.pk), saisies).status_code == 200
        comptes.append([r["sql"] for r in requetes if "SAVEPOINT" not in r["sql"]])
    assert len(comptes[0]) == len(comptes[1]) <= 6, comptes[1]


def test_une_personne_voit_qui_d_autre_ecrit_et_ou(client, projet, directrice) -> None:
    autre = UtilisateurFactory(direction=True, structure=projet.structure, prenom="Karim", nom="Benali")
    operations.noter_la_saisie(projet, "diagnostic", autre)
    html = client.get(adresse(projet, "presence")).content.decode()
    assert "Karim Benali" in html
    assert "Diagnostic partagé" in html


# --- Les nœuds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nature", PREMIER_RANG)
def test_un_noeud_s_ajoute_s_ecrit_se_deplace_se_duplique_et_se_supprime(client, projet, directrice, nature) -> None:
    modele = NOEUDS[nature]
    assert client.post(adresse(projet, "noeud_ajouter", nature)).status_code == 302
    noeud: Any = modele._default_manager.order_by("-pk")[0]
    assert noeud.projet == projet
    fiche = adresse(projet, "noeud", nature, noeud.pk)
    assert client.get(fiche).status_code == 200
    client.post(fiche, avec_temoins(noeud, intitule="Autre intitulé"))
    noeud.refresh_from_db()
    assert noeud.intitule == "Autre intitulé"
    client.post(adresse(projet, "noeud_deplacer", nature, noeud.pk), {"sens": "haut"})
    noeud.refresh_from_db()
    client.post(adresse(projet, "noeud_dupliquer", nature, noeud.pk))
    assert modele._default_manager.filter(intitule="Autre intitulé (copie)").count() == 1
    supprimer = adresse(projet, "noeud_supprimer", nature, noeud.pk)
    assert client.get(supprimer).status_code == 200
    assert modele._default_manager.filter(pk=noeud.pk).exists()
    client.post(supprimer)
    assert not modele._default_manager.filter(pk=noeud.pk).exists()


@pytest.mark.parametrize(("nature", "porteur"), [("objectifs", "axe"), ("objectifs", "parent"), ("actions", "objectif"),
                                                 ("indicateurs", "objectif"), ("indicateurs", "action"),
                                                 ("financements", "action")])  # fmt: skip
def test_un_noeud_de_l_arbre_se_range_sous_son_porteur(client, projet, directrice, nature, porteur) -> None:
    lies = {"axe": Axe, "parent": Objectif, "objectif": Objectif, "action": Action}
    sous = lies[porteur]._default_manager.order_by("pk")[0]
    client.post(adresse(projet, "noeud_ajouter", nature), {porteur: sous.pk})
    ajoute: Any = NOEUDS[nature]._default_manager.order_by("-pk")[0]
    assert (getattr(ajoute, porteur), ajoute.projet) == (sous, projet)


def test_dupliquer_un_axe_copie_tout_ce_qu_il_porte_sous_d_autres_cles(client, projet, directrice) -> None:
    client.post(adresse(projet, "noeud_dupliquer", "axes", projet.axes.get().pk))
    original, copie = projet.axes.all()
    assert copie.enjeux.get() == original.enjeux.get()
    assert Objectif.objects.filter(axe=copie).count() == Objectif.objects.filter(axe=original).count() == 2
    assert Action.objects.filter(objectif__axe=copie).get().intitule == "Café du mercredi (copie)".removesuffix(
        " (copie)"
    )
    assert Indicateur.objects.values("cle").distinct().count() == Indicateur.objects.count()


def test_une_action_se_range_sous_un_autre_objectif(client, projet, directrice) -> None:
    general, action = Objectif.objects.get(parent=None), Action.objects.get()
    client.post(adresse(projet, "noeud_deplacer", "actions", action.pk), {"sous": f"objectif-{general.pk}"})
    action.refresh_from_db()
    assert action.objectif == general


def test_un_objectif_general_change_d_axe_avec_ses_operationnels(client, projet, directrice) -> None:
    general, autre = Objectif.objects.get(parent=None), projet.axes.create(intitule="Autre axe")
    client.post(adresse(projet, "noeud_deplacer", "objectifs", general.pk), {"sous": f"axe-{autre.pk}"})
    assert set(Objectif.objects.values_list("axe", flat=True)) == {autre.pk}


@pytest.mark.parametrize("sous", ["axe-0", "axe-x", "enjeu-1", "rien", "-"])
def test_un_noeud_ne_se_range_pas_n_importe_ou(client, projet, directrice, sous) -> None:
    general = Objectif.objects.get(parent=None)
    lien = adresse(projet, "noeud_deplacer", "objectifs", general.pk)
    assert client.post(lien, {"sous": sous}).status_code == 404


def test_un_montant_s_ecrit_a_la_francaise(client, projet, directrice) -> None:
    ligne = projet.lignes_budget.first()
    client.post(adresse(projet, "noeud", "budget", ligne.pk), avec_temoins(ligne, montant="1 250,50 €"))
    ligne.refresh_from_db()
    assert ligne.montant == Decimal("1250.50")


def test_une_ligne_de_budget_nait_dans_son_annee_et_son_sens(client, projet, directrice) -> None:
    client.post(adresse(projet, "noeud_ajouter", "budget"), {"annee": "2029", "sens": "produit"})
    ligne = LigneBudget.objects.latest("pk")
    assert (ligne.annee, ligne.sens, ligne.montant) == (2029, "produit", 0)


def test_un_axe_ne_repond_qu_a_des_enjeux_du_projet(client, projet, directrice) -> None:
    d_ailleurs, axe = ProjetSocialFactory().enjeux.get(), projet.axes.get()
    fiche = adresse(projet, "noeud", "axes", axe.pk)
    page = client.post(fiche, {"enjeux": [d_ailleurs.pk], "vu-enjeux": temoin(axe.enjeux.all())})
    assert page.status_code == 200
    assert axe.enjeux.get() == projet.enjeux.get()
    client.post(fiche, {"vu-enjeux": temoin(axe.enjeux.all())})
    assert not axe.enjeux.exists()


def test_des_communes_s_ecrivent_par_leur_nom_et_une_inconnue_est_dite(client, projet, directrice) -> None:
    foissac, autre = (CommuneFactory(nom="Foissac", code_departement=dep) for dep in ("30", "12"))
    zone = projet.zones.create(intitule="Trois communes")
    fiche = adresse(projet, "noeud", "zones", zone.pk)
    for saisie, attendu in (("Foissac", "Foissac (30)"), ("Nulle-Part", "pas une commune connue")):
        page = client.post(fiche, {"communes": saisie, "vu-communes": temoin([])}).content.decode()
        assert attendu in page
    client.post(fiche, {"communes": "Foissac (30)", "vu-communes": temoin([])})
    assert zone.communes.get() == foissac
    assert autre not in zone.communes.all()


def test_une_commune_s_ecrit_avec_l_apostrophe_du_traitement_de_texte(client, projet, directrice) -> None:
    commune = CommuneFactory(nom="Saint-Georges-d'Espéranche", code_departement="38")
    zone = projet.zones.create(intitule="La plaine")
    fiche = adresse(projet, "noeud", "zones", zone.pk)
    client.post(fiche, {"communes": "Saint-Georges-d’Espéranche (38)", "vu-communes": temoin([])})
    assert zone.communes.get() == commune


@pytest.mark.parametrize("place", [{}, {"axe": "0"}, {"axe": "x"}, {"parent": "0"}, {"parent": "operationnel"}])
def test_un_porteur_qui_n_existe_pas_ou_ne_peut_pas_porter_n_est_pas_trouve(client, projet, directrice, place) -> None:
    operationnel = str(Objectif.objects.exclude(parent=None).get().pk)
    saisies = {nom: valeur.replace("operationnel", operationnel) for nom, valeur in place.items()}
    assert client.post(adresse(projet, "noeud_ajouter", "objectifs"), saisies).status_code == 404


@pytest.mark.parametrize("nature", ["enjeux", "axes", "objectifs", "actions", "indicateurs", "budget"])
def test_un_noeud_d_un_autre_projet_n_est_pas_trouve(client, projet, directrice, nature: str) -> None:
    ProjetSocialFactory()
    autre = NOEUDS[nature]._default_manager.order_by("-pk")[0]
    for acte in ("", "_supprimer", "_deplacer", "_dupliquer"):
        assert client.post(adresse(projet, f"noeud{acte}", nature, autre.pk), {}).status_code == 404


# --- Qui écrit ----------------------------------------------------------------------------------------------------


def ecritures(projet: ProjetSocial) -> list[str]:
    axe = projet.axes.get().pk
    return [
        adresse(projet, "partie", "diagnostic"),
        adresse(projet, "noeud_ajouter", "axes"),
        *(adresse(projet, f"noeud{acte}", "axes", axe) for acte in ("", "_supprimer", "_deplacer", "_dupliquer")),
    ]


X = {"intitule": "x", "vu-intitule": "0", "diagnostic": "x", "vu-diagnostic": "0"}


def test_une_version_figee_se_lit_et_ne_s_ecrit_plus(client, projet, directrice) -> None:
    operations.figer(projet, par=directrice)
    assert client.get(projet.get_absolute_url()).url == adresse(projet, "projet_lire")
    assert "Écrire le projet" not in client.get(adresse(projet, "projet_lire")).content.decode()
    for lien in ecritures(projet):
        assert client.post(lien, X).status_code == 403
    assert operations.empreinte(operations.contenu(projet)) == ProjetSocial.objects.get().empreinte


@pytest.mark.parametrize("role", ["responsable", "secretariat", "elu", "presidence", "comptable", "administration"])
def test_un_brouillon_n_existe_pas_pour_les_autres_roles_de_la_caf(client, projet, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role, caisse=projet.structure.caisse))
    assert client.get(projet.get_absolute_url()).status_code == 404
    for lien in ecritures(projet):
        assert client.post(lien, X).status_code == 404
    assert projet.axes.get().intitule != "x"


def test_le_conseiller_de_la_structure_ecrit_le_brouillon_avec_elle(client, projet) -> None:
    client.force_login(UtilisateurFactory(conseiller=True, caisse=projet.structure.caisse))
    client.post(adresse(projet, "partie", "diagnostic"), avec_temoins(projet, diagnostic="Écrit à deux"))
    assert ProjetSocial.objects.get().diagnostic == "Écrit à deux"


def test_deplacer_ne_se_fait_pas_en_lisant(client, projet, directrice) -> None:
    assert client.get(adresse(projet, "noeud_deplacer", "axes", projet.axes.get().pk)).status_code == 405
