"""Le bureau du conseiller : chercher, voir ce qui bouge, parcourir, agir sur plusieurs dossiers, exporter."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, QueryDict
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from agrement.dossiers import operations
from agrement.dossiers.choix import Geste, Statut
from agrement.dossiers.models import Dossier, Etiquette, Lot, NoteInterne
from agrement.dossiers.models.recherche import TexteDeRecherche, chercher, en_mots
from agrement.dossiers.tasks import indexer_les_oublies, mener_un_lot, reindexer, reprendre_les_lots
from agrement.dossiers.views.liste import ListeDesDossiers
from comptes.choix import Role
from socle.choix import FormatExport, StatutTravail
from socle.listes import Liste
from socle.listes.exports import effacer_les_perimes
from socle.models import Courriel, EntreeDuJournal, Export
from socle.tasks.exports import preparer_un_export
from socle.templatetags.composants import nombre
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory

LISTE = "dossiers:liste"
CINQ_MILLE = 5000


def connecter(client: Client, personne: Any) -> Any:
    client.force_login(personne)
    return personne


def numeros(client: Client, **filtres: str) -> list[str]:
    return [dossier.numero for dossier in client.get(reverse(LISTE), filtres).context["page"]]


def multiplier(modele: Dossier, combien: int) -> None:
    """Des dossiers pareils à celui-ci, posés d'un coup ; la période les distingue."""
    Dossier.objects.bulk_create(
        Dossier(
            caisse_id=modele.caisse_id,
            structure_id=modele.structure_id,
            gestionnaire_id=modele.gestionnaire_id,
            numero=f"1990-{rang:05d}",
            type=modele.type,
            statut=Statut.BROUILLON,
            debut_souhaite=dt.date(2027, 1, 1) + dt.timedelta(days=rang),
            fin_souhaitee=dt.date(2099, 1, 1),
        )
        for rang in range(1, combien + 1)
    )


@pytest.mark.django_db
def test_la_liste_et_l_export_tiennent_cinq_mille_dossiers(client: Client, django_capture_on_commit_callbacks) -> None:
    premier: Any = DossierFactory(numero="2026-0001", structure__nom="=1+1")
    conseillere = connecter(client, UtilisateurFactory(conseiller=True, caisse=premier.caisse))
    adresse = reverse(LISTE)
    multiplier(premier, 1)
    requetes = nombre_de_requetes(client, adresse)
    Dossier.objects.filter(numero="1990-00001").delete()
    multiplier(premier, 19)
    assert nombre_de_requetes(client, adresse) == requetes
    Dossier.objects.exclude(pk=premier.pk).delete()
    multiplier(premier, CINQ_MILLE - 1)
    assert nombre_de_requetes(client, adresse) == requetes
    # Au-delà de 500 lignes, l'export s'annonce et se prépare en tâche de fond, avec les colonnes choisies.
    for format_ in FormatExport:
        annonce = client.get(adresse, {"export": format_, "colonnes": ["numero", "structure", "debut"]}, follow=True)
        assert f"{nombre(CINQ_MILLE)} lignes, 3 colonnes" in annonce.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(annonce.request["PATH_INFO"] + "?" + annonce.request["QUERY_STRING"])
        export = Export.objects.get(format=format_)
        assert (export.statut, export.total, export.lignes) == (StatutTravail.FAIT, CINQ_MILLE, CINQ_MILLE)
        rangees = _lire(b"".join(client.get(reverse("listes:telecharger", args=[export.pk]))), format_)
        assert rangees[0] == ["Numéro", "Structure", "Début souhaité"]
        assert len(rangees) == CINQ_MILLE + 1
        assert {rangee[1] for rangee in rangees[1:]} == {"'=1+1" if format_ == FormatExport.CSV else "=1+1"}
        assert (
            f"{nombre(CINQ_MILLE)} lignes"
            in Courriel.objects.filter(destinataire=conseillere.courriel).latest("pk").texte
        )
    assert EntreeDuJournal.objects.filter(acte="demander_un_export", acteur=conseillere).count() == 2
    # Passé son temps, le fichier est effacé ; sa trace reste.
    Export.objects.update(expire_le=dt.date(2020, 1, 1))
    effacer_les_perimes()
    assert set(Export.objects.values_list("lignes", "fichier")) == {(CINQ_MILLE, None)}
    assert "Le fichier a été effacé" in client.get(export.get_absolute_url()).content.decode()


def _lire(contenu: bytes, format_: FormatExport) -> list[list[Any]]:
    if format_ == FormatExport.CSV:
        return list(csv.reader(io.StringIO(contenu.decode("utf-8-sig")), delimiter=";"))
    feuille = load_workbook(io.BytesIO(contenu), read_only=True).worksheets[0]
    lignes = list(feuille.iter_rows())
    assert {case.data_type for ligne in lignes for case in ligne} <= {"s", "d", "n"}  # jamais « f », une formule
    return [[case.value for case in ligne] for ligne in lignes]


@pytest.mark.django_db
def test_un_export_relit_les_droits_de_son_demandeur_au_moment_d_ecrire() -> None:
    dossier: Any = DossierFactory(statut=Statut.DEPOSE)
    personne: Any = UtilisateurFactory(conseiller=True, caisse=dossier.caisse)

    def demander() -> Export:
        return Export.objects.create(
            demandeur=personne, liste=LISTE, titre="Dossiers", format="csv", total=1, expire_le=dt.date(2099, 1, 1)
        )

    en_comptable, ferme = demander(), demander()
    personne.role = Role.COMPTABLE  # elle ne voit plus un dossier déposé
    personne.save()
    preparer_un_export.call(en_comptable.pk)
    en_comptable.refresh_from_db()
    assert (en_comptable.statut, en_comptable.total, en_comptable.lignes) == (StatutTravail.FAIT, 1, 0)
    personne.is_active = False
    personne.save()
    preparer_un_export.call(ferme.pk)
    ferme.refresh_from_db()
    assert (ferme.statut, ferme.fichier) == (StatutTravail.ECHOUE, None)
    assert "compte qui l'a demandé est fermé" in ferme.raison_de_l_echec
    preparer_un_export.call(en_comptable.pk)  # deux fois : la seconde ne fait rien
    assert EntreeDuJournal.objects.filter(acte="finir").count() == 1


@pytest.mark.django_db
def test_la_recherche_trouve_en_francais_sans_accents_et_jamais_un_ecrit_interne(client: Client) -> None:
    demande = Demande(StructureFactory(nom="Centre social de l'Éveil")).menee_a(Statut.NEGOCIATION)
    dossier = demande.dossier
    operations.ouvrir_un_point(dossier, sujet="Une ludothèque itinérante", position="?", par=demande.conseillere)
    NoteInterne.objects.create(dossier=dossier, texte="Confidentiel", par=demande.conseillere)
    DossierFactory(structure__caisse=demande.caisse, structure__nom="Les Tilleuls", numero="2025-9999")
    ici = [dossier.numero]
    connecter(client, demande.conseillere)
    assert numeros(client, recherche="ludotheque") == []  # le point n'est pas transmis : il n'est encore à personne
    operations.rendre_au_porteur(dossier, par=demande.conseillere)
    for cherche in (
        "eveil CENTRE",
        dossier.numero,
        "l'éveil",
        "ludothèque",
        demande.conseillere.nom,
    ):
        assert numeros(client, recherche=cherche) == ici, cherche
    for rien in ("confidentiel", "eveil tilleuls", "' OR 1=1"):
        assert numeros(client, recherche=rien) == [], rien
    assert len(numeros(client, recherche="%")) == 2  # rien à chercher
    assert "2025-9999" in client.get(reverse("accueil:recherche"), {"q": "tilleuls 9999"}).content.decode()
    # Qui ne lit pas l'instruction n'apprend rien d'un point en le cherchant.
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.EN_SIGNATURE)
    connecter(client, UtilisateurFactory(comptable=True, caisse=demande.caisse))
    assert (numeros(client, recherche="ludotheque"), numeros(client, recherche="eveil")) == ([], ici)
    # Une structure renommée se retrouve à la reprise de la nuit ; un dossier oublié, cinq minutes plus tard.
    type(demande.structure).objects.filter(pk=demande.structure.pk).update(nom="Les Lilas")
    reindexer.call_local()
    assert numeros(client, recherche="lilas") == ici
    TexteDeRecherche.objects.all().delete()
    indexer_les_oublies.call_local()
    assert numeros(client, recherche="lilas") == ici


@pytest.mark.django_db
def test_sur_postgresql_la_recherche_passe_par_son_index() -> None:
    assert en_mots("L'Éveil, n° 2026-0012") == "l eveil n 2026 0012"
    responsable: Any = UtilisateurFactory(responsable=True)
    cherches = chercher(Dossier.objects.all(), "éveil habitantes", responsable)
    if connection.vendor != "postgresql":
        assert "LIKE" in str(cherches.query)
        return
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
    textes = TexteDeRecherche.objects.filter(complet__mots="eveil habitantes")
    assert "recherche_de_dossier_complet" in textes.explain()
    DossierFactory(structure__caisse=responsable.caisse, structure__nom="Habitants de l'Éveil")
    assert cherches.count() == 1
    assert chercher(Dossier.objects.all(), "le de", responsable).count() == 1  # rien que des mots vides


@pytest.mark.django_db
def test_ce_qui_a_bouge_depuis_ma_visite_se_voit_et_se_filtre(client: Client) -> None:
    dossier: Any = DossierFactory(numero="2026-0001")
    mien: Any = DossierFactory(numero="2026-0002", structure__caisse=dossier.caisse)
    moi = connecter(client, UtilisateurFactory(conseiller=True, caisse=dossier.caisse))
    assert numeros(client, bouge="on") == []
    mien.conseiller = moi
    mien.save()
    assert numeros(client, bouge="on") == ["2026-0002"]  # le mien, que je n'ai jamais ouvert
    for vu in (dossier, mien):
        assert client.get(vu.get_absolute_url()).status_code == 200  # ouvrir n'écrit rien
    assert numeros(client, bouge="on") == ["2026-0002"]
    for vu in (dossier, mien):
        assert client.post(reverse("dossiers:vu", args=[vu.numero])).status_code == 200
    assert numeros(client, bouge="on") == []
    dossier.save()
    assert numeros(client, bouge="on") == ["2026-0001"]
    assert client.get(reverse(LISTE)).content.decode().count(">nouveau<") == 1


@pytest.mark.django_db
def test_on_passe_d_un_dossier_a_l_autre_dans_l_ordre_de_sa_liste(client: Client) -> None:
    premier: Any = DossierFactory(numero="2026-0001")
    for numero in ("2026-0002", "2026-0003", "2026-0004"):
        DossierFactory(numero=numero, structure=premier.structure, debut_souhaite=dt.date(2027, 1, int(numero[-1])))
    connecter(client, UtilisateurFactory(conseiller=True, caisse=premier.caisse))
    liste = client.get(reverse(LISTE), {"tri": "-numero", "statut": Statut.BROUILLON})
    milieu = f"/dossiers/2026-0002/?liste={'statut%3Dbrouillon%26tri%3D-numero'}"
    page = client.get(milieu)
    place = page.context["parcours"]
    assert (place.rang, place.total) == (3, 4)
    assert place.precedent.startswith("/dossiers/2026-0003/?liste=")
    assert place.suivant.startswith("/dossiers/2026-0001/?liste=")
    assert "3 sur 4" in page.content.decode()
    assert "/dossiers/2026-0002/?liste=" in liste.content.decode()
    assert "?liste=" in page.context["onglets"][1]["url"]
    assert client.get("/dossiers/2026-0002/?liste=statut%3Ddepose").context["parcours"] is None
    assert client.get("/dossiers/2026-0002/").context["parcours"] is None


@pytest.mark.django_db
def test_un_geste_en_lot_annonce_fait_et_rend_compte_de_chaque_refus(client: Client) -> None:
    ouvert: Any = DossierFactory(numero="2026-0001", statut=Statut.DEPOSE)
    caisse = ouvert.caisse
    clos: Any = DossierFactory(numero="2026-0002", structure__caisse=caisse, statut=Statut.RETIRE)
    autre: Any = DossierFactory(numero="2026-0003")
    responsable = connecter(client, UtilisateurFactory(responsable=True, caisse=caisse))
    conseillere: Any = UtilisateurFactory(conseiller=True, caisse=caisse)
    coches = f"?choisis={ouvert.pk}&choisis={clos.pk}&choisis={autre.pk}&choisis=x"
    adresse = reverse("dossiers:confier_en_lot") + coches
    annonce = client.get(adresse)
    assert "Confier ces 2 dossiers" in annonce.content.decode()  # celui d'une autre Caisse n'existe pas
    saisie = {"conseiller": conseillere.pk, "annonces": 2}
    change = client.post(adresse, saisie | {"annonces": 7})
    assert "La liste a changé depuis : 2 dossiers maintenant" in change.content.decode()
    assert Lot.objects.count() == 0
    rapport = client.post(adresse, saisie, follow=True).content.decode()
    assert "1 dossier sur 2 est fait" in rapport
    assert "« Confier le dossier » n&#x27;est pas possible : le dossier est maintenant « Retiré" in rapport
    ouvert.refresh_from_db()
    assert ouvert.conseiller == conseillere
    assert "Cochez au moins un dossier" in client.get(reverse("dossiers:confier_en_lot"), follow=True).content.decode()
    # Tous ceux des filtres, et non ceux d'une page.
    tous = reverse("dossiers:ecrire_en_lot") + "?tous=oui&statut=depose"
    directrice: Any = UtilisateurFactory(direction=True, structure=ouvert.structure)
    client.post(tous, {"texte": "Réunion le 3 mars.", "annonces": 1})
    courriel = Courriel.objects.get(destinataire=directrice.courriel)
    assert "Réunion le 3 mars." in courriel.texte
    assert ouvert.messages.get().texte == "Réunion le 3 mars."
    with pytest.raises(ActeInterdit):
        operations.demander_un_lot(Geste.CONFIER, [ouvert.pk], par=conseillere, conseiller=conseillere.pk)
    assert responsable.lots.count() == 2


@pytest.mark.django_db
def test_un_lot_interrompu_reprend_sans_rien_refaire(client: Client, django_capture_on_commit_callbacks) -> None:
    premier: Any = DossierFactory()
    conseillere: Any = UtilisateurFactory(conseiller=True, caisse=premier.caisse)
    pks = [premier.pk] + [DossierFactory(structure__caisse=premier.caisse).pk for _ in range(2)]  # type: ignore[attr-defined]
    etiquette = Etiquette.objects.create(caisse=premier.caisse, nom="À revoir")
    lot = operations.demander_un_lot(Geste.ETIQUETER, pks, par=conseillere, etiquette=etiquette.pk)
    operations.etiqueter(premier, etiquette, par=conseillere)  # fait avant l'interruption, et compté
    Lot.objects.filter(pk=lot.pk).update(faits=1, reussis=1)
    Lot.circuit.executer(lot, "commencer", par=None)
    Lot.objects.filter(pk=lot.pk).update(nouvelles_le=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    reprendre_les_lots.call_local()
    mener_un_lot.call(lot.pk)
    lot.refresh_from_db()
    assert (lot.statut, lot.faits, lot.reussis, lot.echecs) == (StatutTravail.FAIT, 3, 3, [])
    connecter(client, conseillere)
    assert len(numeros(client, etiquette=str(etiquette.pk))) == 3
    assert etiquette.poses.count() == 3
    assert (
        EntreeDuJournal.objects.sur(premier).filter(libelle="Étiquette posée").count() == 0
    )  # le centre lit ce journal
    with pytest.raises(ActeRefuse, match="porte déjà l'étiquette"):
        operations.etiqueter(premier, etiquette, par=conseillere)
    operations.decoller(premier, etiquette, par=conseillere)
    with pytest.raises(ActeRefuse, match="ne porte pas l'étiquette"):
        operations.decoller(premier, etiquette, par=conseillere)


@pytest.mark.django_db
def test_les_etiquettes_se_nomment_et_s_otent_par_le_responsable(client: Client) -> None:
    responsable = connecter(client, UtilisateurFactory(responsable=True))
    adresse = reverse("dossiers:etiquettes")
    for nom in ("Urgent", " Urgent ", ""):
        client.post(adresse, {"nom": nom})
    etiquette = Etiquette.objects.get()
    operations.etiqueter(DossierFactory(structure__caisse=responsable.caisse), etiquette, par=responsable)  # type: ignore[arg-type]
    page = client.get(adresse).content.decode()
    assert "Urgent" in page
    page = client.post(reverse("dossiers:supprimer_l_etiquette", args=[etiquette.pk]), follow=True).content.decode()
    assert "est supprimée" in page
    assert not Etiquette.objects.exists()


@pytest.mark.django_db
def test_une_vue_se_garde_se_partage_s_ouvre_d_abord_et_se_supprime(client: Client) -> None:
    dossier: Any = DossierFactory(statut=Statut.DEPOSE)
    responsable = connecter(client, UtilisateurFactory(responsable=True, caisse=dossier.caisse))
    collegue: Any = UtilisateurFactory(conseiller=True, caisse=dossier.caisse)
    liste = reverse(LISTE)
    creer = (
        reverse("listes:enregistrer_une_vue", args=[LISTE]) + "?statut=depose&colonnes=numero&colonnes=en_qpv&piege=1"
    )
    client.post(creer, {"nom": "  Déposés ", "partagee": "on"})
    vue = responsable.vues.get()
    assert (vue.nom, vue.parametres, vue.partagee) == ("Déposés", "statut=depose&colonnes=numero&colonnes=en_qpv", True)
    assert "porte déjà ce nom" in client.post(creer, {"nom": "Déposés"}).content.decode()
    assert responsable.vues.count() == 1
    # Partagée : la collègue l'ouvre, avec ses colonnes, mais ne la règle pas.
    connecter(client, collegue)
    page = client.get(vue.get_absolute_url())
    assert [colonne.nom for colonne in page.context["liste"].montrees] == ["numero", "en_qpv"]
    assert "Déposés" in page.content.decode()
    reglage = reverse("listes:vue", args=[vue.pk])
    assert client.get(reglage).status_code == 403
    assert "partagee" not in client.get(creer).content.decode()
    client.post(creer, {"nom": "La mienne", "par_defaut": "on"})
    client.post(creer, {"nom": "L'autre", "par_defaut": "on"})  # la dernière cède la place
    assert list(collegue.vues.filter(par_defaut=True).values_list("nom", flat=True)) == ["L'autre"]
    assert client.get(liste).url == collegue.vues.get(nom="L'autre").get_absolute_url()
    assert client.get(liste, {"vue": "toutes"}).status_code == 200
    comptes = client.get(reverse("listes:comptes_des_vues", args=[LISTE])).content.decode()
    assert comptes.count('class="compte">1<') == 3
    assert client.post(reverse("listes:supprimer_la_vue", args=[vue.pk])).status_code == 403
    # Un centre ne voit aucune vue de la Caf, et n'ouvre pas celle qu'il devinerait.
    connecter(client, UtilisateurFactory(direction=True, structure=dossier.structure))
    assert client.get(liste).context["outils"]["vues"] == []
    assert client.get(reglage).status_code == 404
    connecter(client, responsable)
    client.post(reglage, {"nom": "Arrivés"})
    vue.refresh_from_db()
    assert (vue.nom, vue.partagee) == ("Arrivés", False)
    client.post(reverse("listes:supprimer_la_vue", args=[vue.pk]))
    assert not responsable.vues.exists()


@pytest.mark.django_db
def test_seule_une_liste_s_ouvre_par_son_nom() -> None:
    conseillere: Any = UtilisateurFactory(conseiller=True)
    assert isinstance(Liste.ouvrir(LISTE, QueryDict(), conseillere), ListeDesDossiers)
    for nom in ("accueil:accueil", "inconnue", "dossiers:dossier"):
        with pytest.raises(Http404):
            Liste.ouvrir(nom, QueryDict(), conseillere)
    with pytest.raises(PermissionDenied):
        Liste.ouvrir("accueil:journal", QueryDict(), conseillere)
