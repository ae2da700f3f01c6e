"""L'écart de deux versions : gardé en transmettant, relu à l'écran et en PDF par qui lit les deux."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres import operations
from centres.differences import Entree, differences
from centres.models import EcartDeVersions, LigneBudget, ProjetFige, ProjetSocial
from tests.comptage import nombre_de_requetes
from tests.fabriques import CommuneFactory, ProjetSocialFactory, UtilisateurFactory
from tests.greffons.pdf import infractions, texte

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def projet() -> ProjetSocial:
    """Trois versions : deux transmises, la troisième en cours d'écriture."""
    premiere: ProjetSocial = ProjetSocialFactory()
    par = UtilisateurFactory(direction=True, structure=premiere.structure, prenom="Aline", nom="Roche")
    seconde = operations.nouvelle_version(operations.figer(premiere, par=par), par=par)
    changer(seconde)
    return operations.nouvelle_version(operations.figer(seconde, par=par), par=par)


def changer(projet: ProjetSocial) -> None:
    """Un ajout, un retrait, un déplacement, et des changements de toutes les formes."""
    projet.synthese = f"{projet.synthese} Il s'adresse d'abord à {HOSTILE} et à leurs familles, chaque jour."
    projet.save()
    autre = projet.axes.create(ordre=2, intitule="Soutenir les familles")
    general = projet.axes.get(ordre=1).objectifs.get(parent=None)
    general.axe = autre
    general.save()
    operationnel = general.enfants.get()
    operationnel.axe = autre
    operationnel.save()
    operationnel.actions.get().financements.get().delete()
    projet.zones.get().communes.add(CommuneFactory(nom="Foissac", code_departement="30"))
    for ligne in projet.lignes_budget.filter(annee=2027):
        ligne.montant = Decimal("61000.00")
        ligne.save()


def version(projet: ProjetSocial, numero: int) -> ProjetSocial:
    return ProjetSocial.objects.get(serie=projet.serie, version=numero)


def adresse(projet: ProjetSocial, avant: int, apres: int, nom: str = "ecart") -> str:
    return reverse(f"centres:{nom}", args=[version(projet, avant).pk, version(projet, apres).pk])


# --- Ce qui est gardé -------------------------------------------------------------------------------


def test_l_ecart_est_garde_en_transmettant_avec_chaque_version_deja_transmise(projet: ProjetSocial) -> None:
    assert EcartDeVersions.objects.count() == 1
    projet.synthese = "Tout autre chose."
    projet.save()
    par = UtilisateurFactory(direction=True, structure=projet.structure)
    operations.figer(projet, par=par)
    assert [(e.avant.version, e.apres.version) for e in EcartDeVersions.objects.all()] == [(1, 2), (1, 3), (2, 3)]
    for garde in EcartDeVersions.objects.all():
        assert (garde.empreinte_avant, garde.empreinte_apres) == (garde.avant.empreinte, garde.apres.empreinte)
        relu = operations.ecart(garde.avant, garde.apres)
        noms = {c.code_insee: str(c) for zone in projet.zones.all() for c in zone.communes.all()}
        assert relu == differences(operations.contenu(garde.avant), operations.contenu(garde.apres), noms)
        assert garde.nombre == len({entree.element for entree in relu})
    with pytest.raises(ProjetFige):
        operations.figer(projet, par=par)
    assert EcartDeVersions.objects.count() == 3


def test_l_ecart_d_un_brouillon_se_lit_sans_etre_garde(projet: ProjetSocial) -> None:
    projet.postes.get().delete()
    (entete, *champs) = operations.ecart(version(projet, 2), projet)
    assert (entete.geste, entete.sorte, entete.intitule) == ("retrait", "postes", "Direction")
    assert [(champ.champ, champ.avant) for champ in champs] == [
        ("fonction", "Direction"),
        ("ETP", "1,00"),
        ("niveau du diplôme", "6"),
    ]
    assert EcartDeVersions.objects.count() == 1


def test_un_ecart_que_rien_ne_garde_se_recalcule_le_meme(projet: ProjetSocial) -> None:
    garde: list[Entree] = operations.ecart(version(projet, 1), version(projet, 2))
    EcartDeVersions.objects.all().delete()
    assert operations.ecart(version(projet, 1), version(projet, 2)) == garde


# --- Les écrans -------------------------------------------------------------------------------------


def test_l_ecart_se_lit_en_mots_par_partie_et_par_axe(client: Client, directrice: Any, projet: ProjetSocial) -> None:
    page = client.get(adresse(projet, 1, 2)).content.decode()
    assert "La version 2 change 7 éléments : 1 ajout, 1 retrait, 1 déplacement, 4 changements." in page
    assert "Déplacé de l&#x27;axe « Aller vers les habitants » vers l&#x27;axe « Soutenir les familles »." in page
    assert "<del>63\u202f600,00\u00a0€</del>" in page
    assert "<ins>61\u202f000,00\u00a0€</ins>" in page
    assert "<script>alert" not in page
    assert page.index("Synthèse") < page.index("Axe « Soutenir les familles »") < page.index("Budget pluriannuel")
    assert "<h2>Axe « Aller vers les habitants »</h2>" not in page  # ce qu'on y ôte a suivi son objectif
    filtree = client.get(adresse(projet, 1, 2), {"geste": "retrait"}).content.decode()
    assert "Financement « Commune »" in filtree
    assert "Déplacé de" not in filtree
    assert client.get(adresse(projet, 1, 2), {"geste": "inconnu"}).content.decode().count("Déplacé de") == 1


def test_deux_versions_se_choisissent_dans_un_formulaire(client: Client, directrice: Any, projet: ProjetSocial) -> None:
    page = reverse("centres:ecarts", args=[projet.pk])
    liste = client.get(page).content.decode()
    for attendu in ("7 éléments changés", "Aline Roche", "Brouillon, non transmis", "Comparer ces deux versions"):
        assert attendu in liste
    v1, v2 = version(projet, 1), version(projet, 2)
    for choix in ({"avant": v1.pk, "apres": v2.pk}, {"avant": v2.pk, "apres": v1.pk}):
        assert client.get(page, choix).headers["Location"] == adresse(projet, 1, 2)
    for faux, dit in (
        ({"avant": v1.pk, "apres": v1.pk}, "Choisissez deux versions différentes."),
        ({"avant": v1.pk}, "Choisissez deux versions différentes."),
        ({"avant": v1.pk, "apres": "x"}, "Choisissez une version de ce projet, dans la liste."),
    ):
        assert dit in client.get(page, faux).content.decode()
    assert client.get(adresse(projet, 2, 1)).headers["Location"] == adresse(projet, 1, 2)
    assert client.get(adresse(projet, 2, 2)).headers["Location"] == reverse("centres:ecarts", args=[v2.pk])


def test_seul_qui_lit_les_deux_versions_lit_l_ecart(client: Client, directrice: Any, projet: ProjetSocial) -> None:
    autre = ProjetSocialFactory(structure=projet.structure)
    assert client.get(reverse("centres:ecart", args=[version(projet, 1).pk, autre.pk])).status_code == 404
    client.force_login(UtilisateurFactory(responsable=True, caisse=projet.structure.caisse))
    assert client.get(adresse(projet, 1, 2)).status_code == 200
    for nom in ("ecart", "ecart_pdf"):
        assert client.get(adresse(projet, 2, 3, nom)).status_code == 404
    liste = client.get(reverse("centres:ecarts", args=[version(projet, 2).pk])).content.decode()
    assert ("Version 2" in liste, "Version 3" in liste) == (True, False)


def test_lire_un_ecart_garde_coute_toujours_autant_de_requetes(
    client: Client, directrice: Any, projet: ProjetSocial
) -> None:
    avant = nombre_de_requetes(client, adresse(projet, 1, 2))
    axe = projet.axes.first()
    for rang in range(10):
        axe.objectifs.create(ordre=rang, intitule=f"Objectif {rang}").actions.create(intitule=f"Action {rang}")
        projet.zones.create(intitule=f"Zone {rang}").communes.add(CommuneFactory())
    operations.figer(projet, par=directrice)
    assert nombre_de_requetes(client, adresse(projet, 1, 3)) == avant
    premiere, derniere = version(projet, 1), version(projet, 3)
    with CaptureQueriesContext(connection) as requetes:
        operations.ecart(premiere, derniere)
    assert len(requetes) == 1


def test_l_ecart_s_imprime_en_pdf_accessible_et_archivable(
    client: Client, directrice: Any, projet: ProjetSocial
) -> None:
    reponse = client.get(adresse(projet, 1, 2, "ecart_pdf"))
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="projet-social-versions-1-2.pdf"'
    assert infractions(reponse.content, "3a") == infractions(reponse.content, "ua1") == set()
    lu = texte(reponse.content)
    for attendu in (
        "La version 2 change 7 éléments",
        "Déplacé de l'axe « Aller vers les habitants » vers l'axe « Soutenir les familles ».",
        "600,00 € → 61",  # poppler ne rend pas les fines insécables
        HOSTILE,
        version(projet, 2).empreinte[:32],
    ):
        assert " ".join(attendu.split()) in lu
    LigneBudget.objects.bulk_create(
        LigneBudget(projet=projet, annee=2027, sens="charge", intitule=f"Ligne {rang}") for rang in range(301)
    )
    trop_long = client.get(adresse(projet, 2, 3, "ecart_pdf"), follow=True)
    assert "trop longue pour un PDF" in trop_long.content.decode()
