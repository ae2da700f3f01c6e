"""Ce que le centre ne doit jamais lire : un mot unique dans chaque texte interne, puis toutes les pages du centre."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from agrement.dossiers import notifications
from agrement.dossiers.documents import contenu_de_l_accuse
from agrement.dossiers.models import Dossier
from agrement.dossiers.models.internes import _Interne
from agrement.seances.models import Deport, Mandat
from evaluation.models import Cotation
from socle.models import Courriel, EntreeDuJournal, Fichier, ModeleSuivi
from tests.fabriques.seances import InscriptionFactory
from tests.test_acces import TABLE, adresse, arguments, monde  # noqa: F401

CANARI = "kanari4"
DU_CENTRE = ("directrice", "co-rédactrice", "présidente du gestionnaire", "lecteur")
SIEGE = {"nom_complet": "Une élue", "college": "familles", "debut": dt.date(2020, 1, 1)}
# Internes aussi, à un étage qui ne connaît pas `_Interne`.
AUTRES_INTERNES: tuple[type[models.Model], ...] = (Cotation,)
# On serait dehors ; la page d'un partenaire n'est qu'à qui tient son lien, que le centre n'a pas.
SANS_LECTURE = {"account_logout", "dossiers:avis_de_partenaire"}
# Les listes, pour leur export et leur recherche ; une page qui n'en est pas ignore ces paramètres.
LISTES = ("dossiers:liste", "contrats:liste", "centres:structures", "partenaires:liste", "partenaires:conventions")


def internes() -> Iterator[type[Any]]:
    """Chaque modèle interne, ceux qui viendront compris."""
    a_voir: list[type[Any]] = [*_Interne.__subclasses__(), *AUTRES_INTERNES]
    while a_voir:
        modele = a_voir.pop()
        a_voir += modele.__subclasses__()
        if not modele._meta.abstract and not modele.__module__.startswith("tests."):
            yield modele


def planter(modele: type[Any]) -> set[str]:
    """Écrit un canari dans chaque texte de chaque objet de ce modèle ; rend les champs où il est."""
    champs = [
        champ
        for champ in modele._meta.concrete_fields
        if isinstance(champ, models.CharField | models.TextField) and champ.editable and not champ.choices
    ]
    fichiers = [champ for champ in modele._meta.concrete_fields if champ.related_model is Fichier]
    objets = list(modele._base_manager.all())
    assert objets, f"Le monde n'a aucun objet « {modele._meta.label} » : ajoutez-en un, pour y planter un canari."
    for objet in objets:
        for champ in champs:
            if getattr(objet, champ.name) or champ.name != "motif_du_retrait":  # un retrait motivé est daté
                setattr(objet, champ.name, f"{CANARI} {modele.__name__}.{champ.name} {objet.pk}")
        for champ in fichiers:
            Fichier.objects.filter(pk=getattr(objet, champ.attname)).update(nom=f"{CANARI} {champ.name}.pdf")
        ModeleSuivi.save(objet)  # même un écrit figé ; le journal le retient aussi
    return {champ.name for champ in [*champs, *fichiers]}


@pytest.fixture(scope="module")
def seme(monde, django_db_blocker) -> SimpleNamespace:  # noqa: F811
    with django_db_blocker.unblock():
        for modele in internes():
            assert planter(modele), f"« {modele._meta.label} » n'a aucun texte où planter un canari."
    return monde


def lieux(trouve: SimpleNamespace) -> list[str]:
    """Toutes les adresses de l'application, l'avenant où un avis s'attend, les exports et les recherches."""
    connus = arguments(trouve)
    toutes = [adresse(nom, connus, trouve) for nom in TABLE if nom not in SANS_LECTURE]
    avenant = trouve.avis_attendu.dossier
    onglets = [nom.partition(" ")[2] for nom in TABLE if nom.startswith("dossiers:onglet ")]
    toutes += [avenant.get_absolute_url(), *(avenant.adresse("dossiers:onglet", onglet=nom) for nom in onglets)]
    toutes += [f"{reverse(nom)}?{suite}" for nom in LISTES for suite in ("export=csv", f"recherche={CANARI[:-1]}")]
    return [*toutes, f"{reverse('accueil:recherche')}?q={CANARI[:-1]}"]


def lisible(contenu: bytes) -> str:
    """Le texte d'une réponse : d'une page, d'un PDF, d'un classeur."""
    if contenu.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(contenu) as document:
            return "".join(page.get_textpage().get_text_range() for page in document)
    if contenu.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(contenu))
        return "".join(archive.read(nom).decode("utf-8", "replace") for nom in archive.namelist())
    return contenu.decode("utf-8", "replace")


def contenu_de(reponse: Any) -> str:
    entetes = " ".join(f"{nom} {valeur}" for nom, valeur in reponse.items())
    return entetes + lisible(b"".join(reponse) if reponse.streaming else reponse.content)


@pytest.mark.django_db
@pytest.mark.parametrize("qui", DU_CENTRE)
def test_une_personne_du_centre_ne_lit_aucun_ecrit_interne(seme, qui):
    client = Client()
    client.force_login(seme.personnes[qui])
    assert [lieu for lieu in lieux(seme) if CANARI in contenu_de(client.get(lieu))] == []


@pytest.mark.django_db
def test_les_canaris_se_voient_la_ou_ils_ont_le_droit_d_etre(seme):
    """Sans quoi le test précédent ne prouverait rien."""
    client = Client()
    client.force_login(seme.personnes["responsable"])
    onglets = [seme.dossier.adresse("dossiers:onglet", onglet=nom) for nom in ("analyse", "journal")]
    page = "".join(contenu_de(client.get(onglet)) for onglet in onglets)
    attendus = {f"{CANARI} {modele.__name__}." for modele in internes()}
    assert {attendu for attendu in attendus if attendu not in page} == set()


@pytest.mark.django_db
def test_un_membre_deporte_ne_lit_plus_rien_d_interne_de_son_dossier(seme):
    elue = seme.personnes["élue"]
    client = Client()
    client.force_login(elue)
    ouverts = {lieu for lieu in lieux(seme) if CANARI in contenu_de(client.get(lieu))}
    assert seme.dossier.adresse("dossiers:onglet", onglet="analyse") in ouverts
    mandat, _ = Mandat.objects.get_or_create(
        instance=seme.inscription.seance.instance, utilisateur=elue, defaults=SIEGE
    )
    for dossier in Dossier.objects.all():
        point = dossier.inscriptions.first() or InscriptionFactory(dossier=dossier, seance=seme.inscription.seance)
        Deport.objects.create(inscription=point, mandat=mandat, motif="Administratrice")
    assert [lieu for lieu in lieux(seme) if CANARI in contenu_de(client.get(lieu))] == []
    assert [lieu for lieu in ouverts if client.get(lieu).status_code == 200 and "dossiers/" in lieu] == []


@pytest.mark.django_db
def test_aucun_courriel_du_centre_ni_son_accuse_ne_dit_un_ecrit_interne(seme):
    dossier, par = seme.dossier, seme.personnes["conseillère"]
    notifications.prevenir_le_centre(dossier, par)
    notifications.demander_des_complements(dossier, par)
    notifications.prevenir_d_un_message(seme.message)
    notifications.prevenir_d_un_compte_rendu(seme.compte_rendu)
    adresses = [seme.personnes[qui].courriel for qui in DU_CENTRE]
    envoyes = Courriel.objects.filter(destinataire__in=adresses)
    assert envoyes.count() >= 4
    ecrits = [f"{courriel.objet} {courriel.texte}" for courriel in envoyes]
    assert not [ecrit for ecrit in [*ecrits, str(contenu_de_l_accuse(dossier, dossier.depose_le))] if CANARI in ecrit]


@pytest.mark.django_db
def test_le_journal_du_dossier_n_en_dit_rien(seme):
    internes_du_dossier = EntreeDuJournal.objects.sur(seme.dossier).filter(changements__icontains=CANARI)
    assert not internes_du_dossier.exists()
