import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from centres.choix import FormeJuridique
from centres.models import Commune, Gestionnaire, NomSuccessif, Structure
from centres.operations.importation import COLONNES, FichierIllisible, importer
from centres.operations.importation.ressorts import caf_de
from comptes.models import Caisse
from socle.models import EntreeDuJournal
from tests.fabriques import (
    CaisseFactory,
    CommuneFactory,
    QuartierPrioritaireFactory,
    StructureFactory,
    UtilisateurFactory,
)
from tests.fabriques.centres import siret

pytestmark = pytest.mark.django_db

FICHIER = Path(__file__).parent.parent / "donnees" / "structures.csv"


@pytest.fixture(autouse=True)
def territoires() -> None:
    CommuneFactory(code_insee="01001", nom="Ville-Haute")
    CommuneFactory(code_insee="02001", nom="Ville-Basse")
    CommuneFactory(code_insee="98001", nom="Île-Lointaine", code_departement="988")
    QuartierPrioritaireFactory(code="QN00001M")


@pytest.fixture
def octets() -> bytes:
    return FICHIER.read_bytes()


def fichier(*lignes: dict[str, str]) -> bytes:
    """Un fichier bien formé ; chaque ligne ne donne que ce qui la distingue."""
    texte = io.StringIO()
    ecrivain = csv.DictWriter(texte, COLONNES, restval="", lineterminator="\n")
    ecrivain.writeheader()
    for ligne in lignes:
        ecrivain.writerow({"id": "X-1", "nom": "Centre", "type": "CS", "code_insee": "01001", **ligne})
    return texte.getvalue().encode()


def photographie() -> dict[str, list[tuple]]:
    """Tout le contenu de la base, table par table."""
    with connection.cursor() as curseur:
        photo = {}
        for table in connection.introspection.table_names(curseur):
            curseur.execute(f'SELECT * FROM "{table}"')
            photo[table] = sorted(map(repr, curseur.fetchall()))
        return photo


def test_chaque_ligne_va_a_la_caisse_de_son_departement(octets: bytes) -> None:
    rapport = importer(octets, par=None)
    assert (rapport.creees, rapport.mises_a_jour, rapport.inchangees, rapport.refusees) == (4, 0, 0, 12)
    assert rapport.caisses_creees == ["Caf de l'Ain", "Caf de l'Aisne"]
    tilleuls = Structure.objects.get(code_interne="T-001")
    assert tilleuls.caisse.nom == "Caf de l'Ain"
    assert tilleuls.quartier_prioritaire_id == "QN00001M"
    assert tilleuls.site == "https://www.tilleuls.example"
    assert (tilleuls.gestionnaire.siren, tilleuls.gestionnaire.forme) == ("900000019", FormeJuridique.ASSOCIATION)
    assert EntreeDuJournal.objects.filter(acte="importer", objet_type="centres.structure").count() == 4


@pytest.mark.parametrize(
    ("ligne", "raison"),
    [
        (6, "le type « indetermine » n'est pas connu : écrivez CS ou EVS."),
        (7, "le nom est vide."),
        (8, "la commune « 99999 » n'est pas au code officiel géographique."),
        (9, "la commune Ville-Haute (01) n'est pas dans le département « 02 »."),
        (10, "SIRET : Le SIRET « 12345678900000 » est faux : vérifiez ses 14 chiffres."),
        (11, "le code postal « 1000 » n'a pas cinq chiffres (un tableur ôte souvent le zéro de tête)."),
        (
            12,
            "la latitude « 146.15 » n'est pas un nombre entre -90 et 90 ; "
            "la longitude « est » n'est pas un nombre entre -180 et 180.",
        ),
        (13, "le quartier prioritaire « QN99999M » n'est pas connu."),
        (14, "l'identifiant T-001 est déjà à la ligne 2."),
        (15, "l'identifiant (colonne id) est vide."),
        (16, "elle n'a pas autant de cellules que la ligne de titres."),
        (
            17,
            "aucune Caf n'est connue pour le département 988 : "
            "créez la Caisse avec ce département, puis relancez l'import.",
        ),
    ],
)
def test_une_ligne_fausse_est_nommee_avec_sa_raison(octets: bytes, ligne: int, raison: str) -> None:
    assert (ligne, raison) in importer(octets, par=None).refus


def test_le_numero_est_celui_du_fichier_meme_apres_une_cellule_de_plusieurs_lignes() -> None:
    rapport = importer(fichier({"adresse": "1 rue\ndu Port"}, {"id": "X-2", "type": "?"}), par=None)
    assert [refus.ligne for refus in rapport.refus] == [4]
    assert Structure.objects.get().adresse == "1 rue du Port"


def test_relancer_ne_change_rien(octets: bytes) -> None:
    importer(octets, par=None)
    avant = photographie()
    rapport = importer(octets, par=None)
    assert (rapport.creees, rapport.mises_a_jour, rapport.inchangees) == (0, 0, 4)
    assert (rapport.gestionnaires_crees, rapport.gestionnaires_mis_a_jour) == (0, 0)
    assert photographie() == avant


def test_simuler_rend_le_meme_compte_et_n_ecrit_rien(octets: bytes) -> None:
    avant = photographie()
    simule = importer(octets, par=None, simuler=True)
    assert photographie() == avant
    reel = importer(octets, par=None)
    simule.simule = False
    assert simule == reel


def test_deux_cents_lignes_s_importent_deux_fois_a_l_identique() -> None:
    caisse = CaisseFactory(nom="Caf de l'Ain")
    lignes = [
        {
            "id": f"G-{n:03d}",
            "nom": f"Centre {n}",
            "type": "EVS" if n % 7 == 0 else "CS",
            "siret": siret(n % 120) if n % 2 else "",
            "gestionnaire": f"Association {n % 40}" if n % 3 == 0 else "",
            "latitude": f"46.{n:07d}",
            "longitude": "4.9",
        }
        for n in range(200)
    ]
    octets = fichier(*lignes)
    premier = importer(octets, par=None)
    avant = photographie()
    second = importer(octets, par=None)
    assert (premier.creees, second.inchangees, second.mises_a_jour, second.refusees) == (200, 200, 0, 0)
    assert Structure.objects.filter(caisse=caisse).count() == 200
    assert photographie() == avant


def test_un_gestionnaire_est_partage_par_son_siren_et_nomme_par_le_fichier(octets: bytes) -> None:
    importer(octets, par=None)
    port, halles = Structure.objects.filter(code_interne__in=["T-003", "T-004"]).order_by("code_interne")
    assert port.gestionnaire == halles.gestionnaire
    assert (port.gestionnaire.raison_sociale, port.gestionnaire.forme) == ("Commune de Ville-Basse", "commune")


def test_sans_siret_chaque_structure_a_son_gestionnaire_nomme_d_apres_elle(octets: bytes) -> None:
    importer(octets, par=None)
    gestionnaire = Structure.objects.get(code_interne="T-002").gestionnaire
    assert gestionnaire.raison_sociale == 'Gestionnaire de « Espace "La Passerelle", quartier sud » (Ville-Haute)'
    assert (gestionnaire.siren, gestionnaire.provenance) == ("", "T-002")


def test_ce_qu_un_agent_a_ecrit_reste_si_le_fichier_ne_le_donne_pas(octets: bytes) -> None:
    importer(octets, par=None)
    passerelle = Structure.objects.get(code_interne="T-002")
    passerelle.telephone, passerelle.adresse, passerelle.siret = "04 00 00 00 00", "9 rue Ajoutée", ""
    passerelle.gestionnaire = Gestionnaire.objects.get(siren="900000019")
    passerelle.save()
    rapport = importer(octets, par=None)
    passerelle.refresh_from_db()
    assert rapport.mises_a_jour == 0
    assert (passerelle.telephone, passerelle.adresse) == ("04 00 00 00 00", "9 rue Ajoutée")
    assert passerelle.gestionnaire.siren == "900000019"


def test_un_nom_et_un_gestionnaire_qui_changent_entrent_dans_l_histoire() -> None:
    importer(fichier({"nom": "Ancien nom", "siret": "90000001900019"}), par=None)
    rapport = importer(fichier({"nom": "Nouveau nom", "siret": "90000002700012"}), par=None)
    structure = Structure.objects.get()
    assert (rapport.mises_a_jour, structure.nom, structure.gestionnaire.siren) == (1, "Nouveau nom", "900000027")
    assert NomSuccessif.objects.get().nom == "Ancien nom"
    assert [gestion.gestionnaire.siren for gestion in structure.gestions.order_by("pk")] == ["900000019", "900000027"]


def test_un_gestionnaire_provisoire_recoit_le_siren_des_qu_il_est_connu() -> None:
    importer(fichier({}), par=None)
    rapport = importer(fichier({"siret": "90000001900019"}), par=None)
    assert Gestionnaire.objects.get().siren == "900000019"
    assert (rapport.gestionnaires_crees, rapport.gestionnaires_mis_a_jour) == (0, 1)


def test_pour_une_seule_caf_les_structures_des_autres_sont_refusees(octets: bytes) -> None:
    rapport = importer(octets, par=None, caisse="caf de l'ain")
    assert (rapport.creees, len(rapport.hors_ressort)) == (2, 3)
    assert (4, "Ville-Basse (02) n'est pas du ressort de la Caf de l'Ain.") in rapport.hors_ressort
    assert [caisse.nom for caisse in Caisse.objects.all()] == ["Caf de l'Ain"]


def test_une_caisse_nommee_autrement_recoit_les_structures_de_son_departement(octets: bytes) -> None:
    caisse = CaisseFactory(nom="Notre Caf", code_departement="02")
    importer(octets, par=None)
    assert caisse.structures.count() == 2
    assert importer(octets, par=UtilisateurFactory(administration=True, caisse=caisse), caisse=caisse).inchangees == 2


def test_une_caisse_inconnue_n_importe_rien(octets: bytes) -> None:
    with pytest.raises(FichierIllisible, match="Aucune Caisse ne s'appelle « Caf de Nulle-Part »"):
        importer(octets, par=None, caisse="Caf de Nulle-Part")
    assert not Structure.objects.exists()


@pytest.mark.parametrize(
    ("departement", "epci", "nom"),
    [
        ("01", "", "Caf de l'Ain"),
        ("40", "", "Caf des Landes"),
        ("40", "244000659", "Caf Pays Basque et Seignanx"),
        ("64", "200067106", "Caf Pays Basque et Seignanx"),
        ("64", "", "Caf Béarn et Soule"),
        ("974", "", "Caf de La Réunion"),
    ],
)
def test_chaque_commune_a_sa_caf(departement: str, epci: str, nom: str) -> None:
    caf = caf_de(CommuneFactory.build(code_departement=departement, siren_epci=epci))
    assert caf is not None
    assert caf.nom == nom


def test_le_seignanx_ne_va_pas_a_la_seule_caisse_connue_des_landes() -> None:
    CommuneFactory(code_insee="40001", code_departement="40", siren_epci="244000659")
    CaisseFactory(nom="Caf des Landes", code_departement="40")
    octets = fichier({"code_insee": "40001"})
    assert importer(octets, par=None).caisses_creees == ["Caf Pays Basque et Seignanx"]
    assert importer(octets, par=None).inchangees == 1


def sans_colonne(octets: bytes, colonne: str) -> bytes:
    lignes = list(csv.DictReader(io.StringIO(octets.decode())))
    texte = io.StringIO()
    ecrivain = csv.DictWriter(texte, [c for c in COLONNES if c != colonne], extrasaction="ignore")
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return texte.getvalue().encode()


@pytest.mark.parametrize(
    ("abimer", "phrase"),
    [
        (lambda octets: b"", "Le fichier est vide."),
        (lambda octets: octets.decode().encode("utf-16"), "Le fichier est en UTF-16"),
        (lambda octets: octets.decode().encode("utf-16-le"), "octets nuls"),
        (lambda octets: octets.decode().encode("latin-1"), r"n'est pas en UTF-8 \(ligne 2\)"),
        (lambda octets: octets.replace(b",", b";"), "séparés par des virgules"),
        (lambda octets: octets.replace(b",", b"\t"), "séparés par des virgules"),
        (lambda octets: sans_colonne(octets, "siret"), "Il manque au fichier : siret."),
        (lambda octets: octets.replace(b"commune,code_departement", b"nom,code_departement"), "le même titre"),
        (lambda octets: octets.splitlines(keepends=True)[0], "que sa ligne de titres"),
        (lambda octets: b"PK\x03\x04" + octets, "classeur"),
        (lambda octets: b"\x89PNG\r\n\x1a\n" + octets, "n'est pas en UTF-8"),
        (lambda octets: b"Bonjour", "séparés par des virgules"),
        (lambda octets: octets.replace(b"Tilleuls", b"Til\x00leuls"), "octets nuls"),
        (lambda octets: octets + b'T-020,"jamais ferm\xc3\xa9,CS\n', "mal formé"),
        (lambda octets: octets + b"T-021," + b"a" * 140_000, "mal formé"),
    ],
)
def test_un_fichier_illisible_est_refuse_entier_en_une_phrase(octets: bytes, abimer, phrase: str) -> None:
    with pytest.raises(FichierIllisible, match=phrase):
        importer(abimer(octets), par=None)
    assert not Structure.objects.exists()


def test_la_marque_d_ordre_et_les_fins_de_ligne_de_windows_sont_admises(octets: bytes) -> None:
    assert importer(b"\xef\xbb\xbf" + octets.replace(b"\n", b"\r\n"), par=None).creees == 4


def test_sans_communes_chargees_le_fichier_attend(octets: bytes) -> None:
    Commune.objects.all().delete()
    with pytest.raises(FichierIllisible, match="charger_territoires"):
        importer(octets, par=None)


def test_importer_coute_autant_de_requetes_pour_relire_deux_ou_vingt_lignes(django_assert_num_queries) -> None:
    for nombre in (2, 20):
        octets = fichier(
            *({"id": f"N-{nombre}-{n}", "qpv_statut": "dans", "code_qpv": "QN00001M"} for n in range(nombre))
        )
        importer(octets, par=None)
        with django_assert_num_queries(8):
            importer(octets, par=None)


def test_la_commande_rend_compte_ligne_a_ligne(capsys) -> None:
    call_command("importer_structures", str(FICHIER), "--simuler")
    sortie = capsys.readouterr().out
    assert "Ligne 7 : le nom est vide. (refusée)" in sortie
    assert "Structures créées : 4, mises à jour : 0, inchangées : 0, refusées : 12." in sortie
    assert "Simulation : rien n'a été écrit." in sortie
    assert not Structure.objects.exists()


@pytest.mark.parametrize("contenu", [b"", b"\xff\xfe", None])
def test_la_commande_dit_en_une_phrase_qu_elle_ne_peut_rien_lire(tmp_path: Path, contenu: bytes | None) -> None:
    chemin = tmp_path / "structures.csv"
    if contenu is not None:
        chemin.write_bytes(contenu)
    with pytest.raises(CommandError, match="Rien n'a été importé|ne s'ouvre pas"):
        call_command("importer_structures", str(chemin))


def test_une_structure_d_une_autre_caisse_au_meme_code_n_est_pas_touchee(octets: bytes) -> None:
    autre = StructureFactory(code_interne="T-001", nom="Autre centre")
    importer(octets, par=None, caisse="Caf de l'Aisne")
    autre.refresh_from_db()
    assert autre.nom == "Autre centre"
