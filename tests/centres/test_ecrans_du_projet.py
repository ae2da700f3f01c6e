from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres import operations
from centres.models import Action, Axe, Enjeu, Indicateur, LigneBudget, Objectif, ProjetSocial
from socle.models import EntreeDuJournal
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

MODELES = {
    "enjeux": Enjeu,
    "axes": Axe,
    "objectifs": Objectif,
    "actions": Action,
    "indicateurs": Indicateur,
    "budget": LigneBudget,
}


@pytest.fixture
def projet() -> ProjetSocial:
    return ProjetSocialFactory()


@pytest.fixture
def directrice(client, projet):
    personne = UtilisateurFactory(direction=True, structure=projet.structure)
    client.force_login(personne)
    return personne


def adresse(projet: ProjetSocial, nom: str, *arguments: object) -> str:
    return reverse(f"centres:{nom}", args=[projet.pk, *arguments])


def saisies(modele: type) -> dict[str, str]:
    """Ce que le formulaire d'un nœud demande au moins."""
    propres = {
        Objectif: {"famille": "complementaire"},
        Indicateur: {"nature": "effet"},
        LigneBudget: {"annee": "2029", "sens": "charge", "montant": "1 250,50 €"},
    }
    return {"intitule": "Nouveau nœud", **propres.get(modele, {})}


def test_le_projet_se_lit_en_entier(client, projet, directrice) -> None:
    html = client.get(projet.get_absolute_url()).content.decode()
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
    html = client.get(projet.get_absolute_url()).content.decode()
    niveaux = [int(morceau[0]) for morceau in html.split("<h")[1:] if morceau[:1].isdecimal()]
    assert all(suivant - present <= 1 for present, suivant in zip(niveaux, niveaux[1:], strict=False))


def test_lire_un_projet_coute_autant_de_requetes_petit_et_grand(client, projet, directrice) -> None:
    comptes = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as requetes:
            client.get(projet.get_absolute_url())
        comptes.append(len(requetes))
        for n in range(6):
            axe = projet.axes.create(intitule=f"Axe {n}")
            axe.objectifs.create(intitule="Objectif").actions.create(intitule="Action").indicateurs.create(intitule="I")
    assert comptes[0] == comptes[1]


def porteur(nature: str, projet: ProjetSocial) -> str:
    general = Objectif.objects.get(parent=None)
    return {
        "objectifs": f"?axe={projet.axes.get().pk}",
        "actions": f"?objectif={general.pk}",
        "indicateurs": f"?action={Action.objects.get().pk}",
    }.get(nature, "")


@pytest.mark.parametrize("nature", MODELES)
def test_un_noeud_s_ajoute_se_modifie_se_deplace_et_se_supprime(client, projet, directrice, nature: str) -> None:
    modele = MODELES[nature]
    ajouter = adresse(projet, "noeud_ajouter", nature) + porteur(nature, projet)
    assert client.get(ajouter).status_code == 200
    assert client.post(ajouter, saisies(modele)).status_code == 302
    noeud = modele.objects.order_by("-pk").first()
    assert noeud.projet_porteur() == projet
    modifier = adresse(projet, "noeud_modifier", nature, noeud.pk)
    assert client.get(modifier).status_code == 200
    client.post(modifier, {**saisies(modele), "intitule": "Autre intitulé"})
    noeud.refresh_from_db()
    assert noeud.intitule == "Autre intitulé"
    client.post(adresse(projet, "noeud_deplacer", nature, noeud.pk), {"sens": "haut"})
    assert noeud.freres().first() == noeud
    supprimer = adresse(projet, "noeud_supprimer", nature, noeud.pk)
    assert client.get(supprimer).status_code == 200
    assert modele.objects.filter(pk=noeud.pk).exists()
    client.post(supprimer)
    assert not modele.objects.filter(pk=noeud.pk).exists()


def test_un_objectif_operationnel_se_range_sous_son_general(client, projet, directrice) -> None:
    general = Objectif.objects.get(parent=None)
    client.post(f"{adresse(projet, 'noeud_ajouter', 'objectifs')}?parent={general.pk}", saisies(Objectif))
    ajoute = Objectif.objects.order_by("-pk").first()
    assert (ajoute.parent, ajoute.axe, ajoute.niveau, ajoute.ordre) == (general, general.axe, "operationnel", 2)


def test_un_montant_s_ecrit_a_la_francaise(client, projet, directrice) -> None:
    client.post(adresse(projet, "noeud_ajouter", "budget"), saisies(LigneBudget))
    assert projet.lignes_budget.get(annee=2029).montant == Decimal("1250.50")


def test_un_axe_ne_repond_qu_a_des_enjeux_du_projet(client, projet, directrice) -> None:
    d_ailleurs = ProjetSocialFactory().enjeux.get()
    ajouter = adresse(projet, "noeud_ajouter", "axes")
    assert client.post(ajouter, {"intitule": "Axe", "enjeux": [d_ailleurs.pk]}).status_code == 200
    client.post(ajouter, {"intitule": "Axe", "enjeux": [projet.enjeux.get().pk]})
    assert projet.axes.get(intitule="Axe").enjeux.get() == projet.enjeux.get()


def test_modifier_les_textes_ecrit_au_nom_de_la_personne(client, projet, directrice) -> None:
    modifier = adresse(projet, "projet_modifier")
    assert client.get(modifier).status_code == 200
    client.post(modifier, {"titre": "Nouveau titre", "diagnostic": "Relu"})
    projet.refresh_from_db()
    assert (projet.titre, projet.diagnostic) == ("Nouveau titre", "Relu")
    assert EntreeDuJournal.objects.filter(objet_type="centres.projetsocial", acteur=directrice).exists()


def test_une_saisie_fausse_n_ecrit_rien_et_le_dit(client, projet, directrice) -> None:
    reponse = client.post(adresse(projet, "projet_modifier"), {"titre": "", "debut": "2029-01-01", "fin": "2027-01-01"})
    assert "Rien n'a été enregistré" in reponse.content.decode()
    assert ProjetSocial.objects.get().titre == projet.titre


@pytest.mark.parametrize(
    "suite",
    ["?axe=0", "?axe=x", "?parent=0", "?parent={operationnel}", ""],
    ids=["absent", "lettre", "zero", "trop bas", "rien"],
)
def test_un_porteur_qui_n_existe_pas_ou_ne_peut_pas_porter_n_est_pas_trouve(client, projet, directrice, suite) -> None:
    suite = suite.format(operationnel=Objectif.objects.exclude(parent=None).get().pk)
    assert client.get(adresse(projet, "noeud_ajouter", "objectifs") + suite).status_code == 404


@pytest.mark.parametrize("nature", MODELES)
def test_un_noeud_d_un_autre_projet_n_est_pas_trouve(client, projet, directrice, nature: str) -> None:
    ProjetSocialFactory()
    autre = MODELES[nature].objects.order_by("-pk").first()
    for acte in ("modifier", "supprimer", "deplacer"):
        assert client.post(adresse(projet, f"noeud_{acte}", nature, autre.pk), {}).status_code == 404
    assert client.get(adresse(projet, "noeud_ajouter", "chimeres")).status_code == 404


def ecritures(projet: ProjetSocial) -> list[str]:
    axe = projet.axes.get().pk
    return [
        adresse(projet, "projet_modifier"),
        adresse(projet, "noeud_ajouter", "axes"),
        *(adresse(projet, f"noeud_{acte}", "axes", axe) for acte in ("modifier", "supprimer", "deplacer")),
    ]


def test_une_version_figee_se_lit_et_ne_s_ecrit_plus(client, projet, directrice) -> None:
    operations.figer(projet, par=directrice)
    html = client.get(projet.get_absolute_url()).content.decode()
    assert "Modifier les textes" not in html
    assert "Supprimer" not in html
    for lien in ecritures(projet):
        assert client.post(lien, {"intitule": "x", "titre": "x"}).status_code == 403
    assert operations.empreinte(operations.contenu(projet)) == ProjetSocial.objects.get().empreinte


@pytest.mark.parametrize("role", ["responsable", "secretariat", "elu", "presidence", "comptable", "administration"])
def test_un_brouillon_n_existe_pas_pour_les_autres_roles_de_la_caf(client, projet, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role, caisse=projet.structure.caisse))
    for lien in (projet.get_absolute_url(), *ecritures(projet)):
        assert client.get(lien).status_code in {404, 405}
    for lien in ecritures(projet):
        assert client.post(lien, {"intitule": "x", "titre": "x"}).status_code == 404
    assert projet.axes.get().intitule != "x"


def test_le_conseiller_de_la_structure_ecrit_le_brouillon_avec_elle(client, projet) -> None:
    client.force_login(UtilisateurFactory(conseiller=True, caisse=projet.structure.caisse))
    client.post(adresse(projet, "projet_modifier"), {"titre": "Écrit à deux"})
    assert ProjetSocial.objects.get().titre == "Écrit à deux"


def test_deplacer_ne_se_fait_pas_en_lisant(client, projet, directrice) -> None:
    assert client.get(adresse(projet, "noeud_deplacer", "axes", projet.axes.get().pk)).status_code == 405
