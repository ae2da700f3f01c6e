import datetime as dt
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from comptes.choix import Role
from partenaires.choix import RolePartie, StatutConvention
from partenaires.models import Convention, Partenaire
from tests.comptage import nombre_de_requetes
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.fichiers import PDF
from tests.fabriques.partenaires import ConventionFactory, PartenaireFactory, PartieFactory

pytestmark = pytest.mark.django_db
GERENT = {Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION}


@pytest.fixture
def conseiller(client):
    conseiller = UtilisateurFactory()
    client.force_login(conseiller)
    return conseiller


def saisie(parties: list[dict[str, object]], debut: int = 0, **champs: object) -> dict[str, object]:
    """Ce qu'envoie le formulaire d'une convention et de ses parties ; `debut` : combien existent déjà."""
    gestion = {"parties-TOTAL_FORMS": len(parties), "parties-INITIAL_FORMS": debut}
    lignes = {f"parties-{n}-{champ}": valeur for n, partie in enumerate(parties) for champ, valeur in partie.items()}
    dite = {"type": "tripartite", "intitule": "Convention des Tilleuls", "debut": "2027-01-01", "fin": "2029-12-31"}
    return {**dite, **gestion, **lignes, **champs}


@pytest.mark.parametrize("role", Role.values)
def test_ajouter_est_reserve_a_qui_instruit(client, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role))
    attendu = 200 if role in GERENT else 403
    for nom in ("partenaires:ajouter", "partenaires:convention_ajouter"):
        assert client.get(reverse(nom)).status_code == attendu
    for nom in ("partenaires:liste", "partenaires:conventions"):
        assert client.get(reverse(nom)).status_code == 200


def test_une_autre_caisse_ne_trouve_rien(client, conseiller) -> None:
    convention, partenaire = ConventionFactory(), PartenaireFactory()
    for nom in ("convention", "convention_modifier", "signer", "document", "document_deposer"):
        assert client.get(reverse(f"partenaires:{nom}", args=[convention.pk])).status_code == 404
    for nom in ("partenaire", "modifier"):
        assert client.get(reverse(f"partenaires:{nom}", args=[partenaire.pk])).status_code == 404


def test_un_elu_lit_la_convention_mais_ne_la_change_pas(client) -> None:
    convention = PartieFactory().convention
    client.force_login(UtilisateurFactory(elu=True, caisse=convention.caisse))
    assert client.get(convention.get_absolute_url()).status_code == 200
    for nom in ("convention_modifier", "signer", "document_deposer"):
        assert client.get(reverse(f"partenaires:{nom}", args=[convention.pk])).status_code == 403
    assert client.post(reverse("partenaires:acte", args=[convention.pk, "denoncer"])).status_code == 403


def test_ajouter_un_partenaire(client, conseiller) -> None:
    reponse = client.post(reverse("partenaires:ajouter"), {"nom": "MSA", "type": "msa"})
    assert reponse.url == Partenaire.objects.get(nom="MSA", caisse=conseiller.caisse).get_absolute_url()


def test_un_partenaire_en_double_est_refuse(client, conseiller) -> None:
    PartenaireFactory(caisse=conseiller.caisse, nom="MSA", type="msa")
    page = client.post(reverse("partenaires:ajouter"), {"nom": "MSA", "type": "msa"}).content.decode()
    assert "existe déjà" in page
    assert Partenaire.objects.count() == 1


def test_modifier_un_partenaire_et_lire_sa_page(client, conseiller) -> None:
    partie = PartieFactory(
        convention__caisse=conseiller.caisse, partenaire=PartenaireFactory(caisse=conseiller.caisse), nom="Commune"
    )
    adresse = reverse("partenaires:modifier", args=[partie.partenaire.pk])
    assert client.post(adresse, {"nom": "Saint-Aubin", "type": "commune"}).status_code == 302
    page = unescape(client.get(partie.partenaire.get_absolute_url()).content.decode())
    assert "Saint-Aubin" in page
    assert partie.convention.intitule in page


def test_ajouter_une_convention_propose_la_caf_et_le_gestionnaire(client, conseiller) -> None:
    structure = StructureFactory(caisse=conseiller.caisse)
    page = client.get(f"{reverse('partenaires:convention_ajouter')}?structure={structure.pk}").content.decode()
    page = unescape(page)
    assert conseiller.caisse.nom in page
    assert structure.gestionnaire.representant in page


def test_ajouter_une_convention_avec_ses_parties(client, conseiller) -> None:
    msa = PartenaireFactory(caisse=conseiller.caisse, nom="MSA", type="msa")
    structure = StructureFactory(caisse=conseiller.caisse)
    parties = [
        {"role": RolePartie.CAF, "nom": "Caf"},
        {"role": RolePartie.PARTENAIRE, "partenaire": msa.pk, "nom": ""},
        {"role": "", "nom": ""},
    ]
    reponse = client.post(reverse("partenaires:convention_ajouter"), saisie(parties, structures=[structure.pk]))
    convention = Convention.objects.get(caisse=conseiller.caisse)
    assert reponse.url == convention.get_absolute_url()
    assert [partie.nom for partie in convention.parties.all()] == ["Caf", "MSA"]
    assert list(convention.structures.all()) == [structure]


@pytest.mark.parametrize(
    ("partie", "erreur"),
    [
        ({"role": "partenaire", "nom": ""}, "Écrivez le nom de la partie"),
        ({"role": "", "nom": "MSA"}, "obligatoire"),
    ],
)
def test_une_partie_a_moitie_ecrite_est_refusee(client, conseiller, partie, erreur: str) -> None:
    page = client.post(reverse("partenaires:convention_ajouter"), saisie([partie])).content.decode()
    assert erreur in page
    assert not Convention.objects.exists()


def test_le_partenaire_d_une_autre_caisse_est_refuse(client, conseiller) -> None:
    partie = {"role": "partenaire", "partenaire": PartenaireFactory().pk, "nom": "Autre"}
    assert client.post(reverse("partenaires:convention_ajouter"), saisie([partie])).status_code == 200
    assert not Convention.objects.exists()


def test_une_fin_avant_le_debut_est_refusee(client, conseiller) -> None:
    page = client.post(reverse("partenaires:convention_ajouter"), saisie([], fin="2026-12-31")).content.decode()
    assert "La fin de la convention doit suivre son début." in page


def test_modifier_retire_une_partie_qui_n_a_pas_signe_et_garde_celle_qui_a_signe(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    parties = [PartieFactory(convention=convention, nom=nom) for nom in ("Caf", "MSA")]
    lignes = [{"id": p.pk, "role": p.role, "nom": p.nom} for p in parties]
    lignes[1]["DELETE"] = "on"
    adresse = reverse("partenaires:convention_modifier", args=[convention.pk])
    parties[1].signee_le = dt.date(2026, 11, 1)
    parties[1].save()
    assert "ne se retire plus" in client.post(adresse, saisie(lignes, debut=2)).content.decode()
    parties[1].signee_le = None
    parties[1].save()
    assert client.post(adresse, saisie(lignes, debut=2)).status_code == 302
    assert convention.parties.get().nom == "Caf"


def test_une_convention_en_vigueur_ne_s_ouvre_plus_en_modification(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    Convention.objects.update(statut=StatutConvention.EN_VIGUEUR)
    reponse = client.get(reverse("partenaires:convention_modifier", args=[convention.pk]))
    assert reponse.url == convention.get_absolute_url()


def test_un_acte_inconnu_ou_qui_a_son_ecran_est_introuvable(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    for acte in ("jeter", "constater-une-signature"):
        assert client.get(reverse("partenaires:acte", args=[convention.pk, acte])).status_code == 404


def test_un_acte_impossible_dit_pourquoi_et_ne_change_rien(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    adresse = reverse("partenaires:acte", args=[convention.pk, "ouvrir-la-negociation"])
    for page in (client.get(adresse), client.post(adresse)):
        assert "Inscrivez au moins deux parties." in page.content.decode()
    convention.refresh_from_db()
    assert convention.statut == StatutConvention.EN_PROJET


def test_un_motif_oublie_se_dit_sous_le_champ(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    Convention.objects.update(statut=StatutConvention.EN_VIGUEUR)
    adresse = reverse("partenaires:acte", args=[convention.pk, "denoncer"])
    assert "id_motif_error" in client.post(adresse).content.decode()
    assert client.post(adresse, {"motif": "La commune se retire."}).status_code == 302


def test_le_document_se_joint_et_se_telecharge(client, conseiller) -> None:
    convention = ConventionFactory(caisse=conseiller.caisse)
    depot, lecture = (reverse(f"partenaires:{nom}", args=[convention.pk]) for nom in ("document_deposer", "document"))
    assert client.get(lecture).status_code == 404
    refus = client.post(depot, {"fichier": SimpleUploadedFile("convention.exe", b"MZ")})
    assert "pas d&#x27;un type admis" in refus.content.decode()
    client.post(depot, {"fichier": SimpleUploadedFile("convention.pdf", PDF)})
    assert b"".join(client.get(lecture)) == PDF
    assert "convention.pdf" in client.get(convention.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("filtre", "trouvees"),
    [
        ("type=tripartite", 2),
        ("type=ctg", 0),
        ("recherche=msa", 1),
        ("statut=en_projet", 2),
        ("fin_before=2029-12-31", 1),
    ],
)
def test_les_conventions_se_filtrent(client, conseiller, filtre: str, trouvees: int) -> None:
    PartieFactory(convention__caisse=conseiller.caisse, nom="MSA")
    ConventionFactory(caisse=conseiller.caisse, fin=dt.date(2030, 12, 31))
    reponse = client.get(f"{reverse('partenaires:conventions')}?{filtre}")
    assert reponse.context["page"].paginator.count == trouvees


@pytest.mark.parametrize(
    ("nom", "recherche", "trouves"),
    [
        ("liste", "MEDIATHEQUE", 1),
        ("liste", "zoe médiathèque", 1),
        ("liste", "zoe mairie", 0),
        ("conventions", "etampes", 1),
        ("conventions", "eveche PREFECTURE etampes", 1),
        ("conventions", "etampes mairie", 0),
    ],
)
def test_la_recherche_ignore_les_accents_et_trouve_chaque_mot(client, conseiller, nom, recherche, trouves) -> None:
    PartenaireFactory(caisse=conseiller.caisse, nom="Médiathèque", interlocuteur="Zoé Léger")
    convention = ConventionFactory(caisse=conseiller.caisse, intitule="Pacte d'Étampes")
    for partie in ("Préfecture", "Évêché"):
        PartieFactory(convention=convention, nom=partie)
    reponse = client.get(reverse(f"partenaires:{nom}"), {"recherche": recherche})
    assert reponse.context["page"].paginator.count == trouves


@pytest.mark.parametrize("role", ["conseiller", "direction"])
@pytest.mark.parametrize("nom", ["liste", "conventions"])
def test_les_listes_font_toujours_autant_de_requetes(client, nom: str, role: str) -> None:
    structure = StructureFactory()
    client.force_login(UtilisateurFactory(role=role, structure=structure))

    def peupler(nombre: int) -> None:
        for _ in range(nombre):
            partenaire = PartenaireFactory(caisse=structure.caisse)
            partie = PartieFactory(convention__caisse=structure.caisse, partenaire=partenaire)
            partie.convention.structures.add(structure)

    peupler(2)
    pour_deux = nombre_de_requetes(client, reverse(f"partenaires:{nom}"))
    peupler(18)
    assert nombre_de_requetes(client, reverse(f"partenaires:{nom}")) == pour_deux
