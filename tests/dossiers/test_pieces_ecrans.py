"""L'onglet Pièces, ses formulaires, l'aperçu, le modèle vierge, et la grille de l'administration."""

import struct
from io import BytesIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from agrement.dossiers import operations
from agrement.dossiers.choix import Exigence, Statut, TypeDossier
from agrement.dossiers.models import Dossier, Piece, TypeDePiece
from agrement.dossiers.workflow import CIRCUIT_PIECE
from centres.choix import TypeStructure
from socle import fichiers
from socle.models import EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit
from tests.comptage import nombre_de_requetes
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import Demande, un_pdf
from tests.fabriques.fichiers import CATALOGUE, pdf

pytestmark = pytest.mark.django_db
TROIS_PAGES = (
    CATALOGUE,
    b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>",
    *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * 3,
)


@pytest.fixture
def demande() -> Demande:
    return Demande.prete()


@pytest.fixture
def connecte(client: Client, demande: Demande) -> Client:
    client.force_login(demande.directrice)
    return client


def adresse(dossier: Dossier, nom: str, *args: Any) -> str:
    return reverse(f"dossiers:{nom}", args=[dossier.numero, *args])


def messages(reponse: Any) -> str:
    return " ".join(str(message) for message in get_messages(reponse.wsgi_request))


def groupes(client: Client, dossier: Dossier) -> dict[str, list[str]]:
    page = client.get(adresse(dossier, "onglet", "pieces"))
    return {groupe["ancre"]: [ligne.type.code for ligne in groupe["lignes"]] for groupe in page.context["groupes"]}


def une_image(largeur: int = 40, hauteur: int = 20) -> SimpleUploadedFile:
    rendu = BytesIO()
    Image.new("RGB", (largeur, hauteur), "white").save(rendu, "PNG")
    return SimpleUploadedFile("plan.png", rendu.getvalue())


# --- L'onglet -------------------------------------------------------------------------------------


def test_les_pieces_se_rangent_par_ce_qu_il_reste_a_faire(connecte: Client, demande: Demande) -> None:
    rangees = groupes(connecte, demande.dossier)
    assert rangees["jointes"] == ["P01", "P02", "P04"]
    assert "P06" in rangees["a-joindre"]
    assert rangees["facultatives"] == ["P07", "P15", "P17", "P25", "P26"]
    demande.tout_joindre()
    demande.joindre("P25")
    rangees = groupes(connecte, demande.dossier)
    assert "a-joindre" not in rangees
    assert "P25" in rangees["jointes"]


def test_un_fichier_refuse_ramene_sa_piece_a_joindre(connecte: Client) -> None:
    deposee = Demande.prete(Statut.DEPOSE)
    piece = deposee.dossier.pieces.get(type__code="P06")
    CIRCUIT_PIECE.executer(piece, "refuser", par=deposee.conseillere, motif="Page 3 absente.")
    connecte.force_login(deposee.directrice)
    assert groupes(connecte, deposee.dossier)["a-joindre"] == ["P06"]


def test_l_onglet_montre_chaque_fichier_et_ses_versions(connecte: Client, demande: Demande) -> None:
    premier = demande.joindre("P06")
    demande.joindre("P06")
    for _ in range(2):
        premier = demande.joindre("P06", remplace=premier)
    page = connecte.get(adresse(demande.dossier, "onglet", "pieces"))
    (ligne,) = [l for g in page.context["groupes"] for l in g["lignes"] if l.type.code == "P06"]  # noqa: E741
    assert [len(joint.anciens) for joint in ligne.fichiers] == [0, 2]
    assert "2 versions précédentes" in page.content.decode()
    assert "Ajouter un fichier" in page.content.decode()


def test_l_onglet_fait_autant_de_requetes_pour_deux_fichiers_que_pour_vingt(connecte: Client, demande: Demande) -> None:
    page = adresse(demande.dossier, "onglet", "pieces")
    demande.joindre("P06", remplace=demande.joindre("P06"))
    avant = nombre_de_requetes(connecte, page)
    for code in ("P06", "P08"):
        for _ in range(8):
            demande.joindre(code)
    assert nombre_de_requetes(connecte, page) == avant


def test_la_caf_ne_se_voit_proposer_ni_depot_ni_retrait(connecte: Client, demande: Demande) -> None:
    connecte.force_login(demande.responsable)
    page = connecte.get(adresse(demande.dossier, "onglet", "pieces")).content.decode()
    assert "/deposer/" not in page.partition('id="a-joindre"')[2]
    assert "/retirer/" not in page.partition('id="a-joindre"')[2]


# --- Déposer, remplacer, retirer ------------------------------------------------------------------


def test_plusieurs_fichiers_se_joignent_d_un_envoi(connecte: Client, demande: Demande) -> None:
    ecran = adresse(demande.dossier, "deposer_piece", "P06")
    assert "multiple" in connecte.get(ecran).content.decode()
    reponse = connecte.post(ecran, {"fichiers": [un_pdf("a.pdf"), un_pdf("b.pdf")]})
    assert reponse.url.endswith("#P06")
    assert "2 fichiers sont joints à la pièce P06" in messages(reponse)
    assert demande.dossier.pieces.en_vigueur().filter(type__code="P06").count() == 2


def test_l_ecran_nomme_chaque_mauvais_fichier_et_n_en_garde_aucun(connecte: Client, demande: Demande) -> None:
    avant = Fichier.objects.count()
    envoi = [un_pdf("bon.pdf"), SimpleUploadedFile("vide.pdf", b""), un_pdf("virus.exe")]
    page = connecte.post(adresse(demande.dossier, "deposer_piece", "P06"), {"fichiers": envoi}).content.decode()
    assert "« vide.pdf » est vide" in page
    assert "« virus.exe »" in page
    assert not demande.dossier.pieces.filter(type__code="P06").exists()
    assert Fichier.objects.count() == avant


def test_ne_choisir_aucun_fichier_se_dit(connecte: Client, demande: Demande) -> None:
    page = connecte.post(adresse(demande.dossier, "deposer_piece", "P06"), {"envoi": "1"}).content.decode()
    assert "obligatoire" in page


def test_remplacer_puis_retirer_a_l_ecran(connecte: Client, demande: Demande) -> None:
    ancienne = demande.joindre("P06")
    ecran = adresse(demande.dossier, "remplacer_piece", ancienne.pk)
    assert "restera lisible" in connecte.get(ecran).content.decode()
    assert "est remplacé" in messages(connecte.post(ecran, {"fichier": un_pdf("mieux.pdf")}))
    assert "rechargez la page" in connecte.post(ecran, {"fichier": un_pdf("encore.pdf")}).content.decode()
    nouvelle = demande.dossier.pieces.en_vigueur().get(type__code="P06")
    retrait = adresse(demande.dossier, "retirer_piece", nouvelle.pk)
    assert "reprend sa place" in connecte.get(retrait).content.decode()
    assert "« mieux.pdf » est retiré" in messages(connecte.post(retrait))
    assert demande.dossier.pieces.en_vigueur().get(type__code="P06") == ancienne


def test_un_retrait_impossible_dit_pourquoi(connecte: Client, demande: Demande) -> None:
    demande._deposer()
    piece = demande.dossier.pieces.get(type__code="P06")
    assert "Déposé" in messages(connecte.post(adresse(demande.dossier, "retirer_piece", piece.pk)))
    assert Piece.objects.filter(pk=piece.pk).exists()


# --- L'aperçu -------------------------------------------------------------------------------------


def deposer(demande: Demande, fichier: Any) -> Piece:
    type_ = demande.caisse.types_de_piece.get(code="P06")
    return operations.deposer_piece(demande.dossier, type_, fichier, par=demande.directrice)


def test_un_pdf_se_feuillette_page_a_page(connecte: Client, demande: Demande) -> None:
    piece = deposer(demande, SimpleUploadedFile("diagnostic.pdf", pdf(TROIS_PAGES)))
    ecran = adresse(demande.dossier, "apercu_de_piece", piece.pk)
    page = connecte.get(ecran).content.decode()
    assert "Page 1 sur 3" in page
    assert "Page suivante" in page
    assert "Page précédente" not in page
    derniere = connecte.get(f"{ecran}?page=3").content.decode()
    assert "Page précédente" in derniere
    assert "Page suivante" not in derniere
    assert 'alt="Page 3 sur 3 de « diagnostic.pdf »' in derniere
    for demesure in ("99", "0", "-1", "x", "²"):
        assert connecte.get(ecran, {"page": demesure}).status_code == 200


@pytest.mark.parametrize("fichier", [lambda: un_pdf("a.pdf"), une_image], ids=["pdf", "image"])
def test_l_image_d_une_page_est_un_png_sans_danger(connecte: Client, demande: Demande, fichier: Any) -> None:
    piece = deposer(demande, fichier())
    reponse = connecte.get(adresse(demande.dossier, "page_de_piece", piece.pk, 1))
    assert (reponse["Content-Type"], reponse["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert reponse["Content-Disposition"] == "inline"
    assert reponse["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert reponse.content.startswith(b"\x89PNG")
    assert struct.unpack(">I", reponse.content[16:20])[0] <= 1100
    for absente in (0, 2):
        assert connecte.get(adresse(demande.dossier, "page_de_piece", piece.pk, absente)).status_code == 404


def test_ce_qui_ne_se_montre_pas_se_telecharge(connecte: Client, demande: Demande) -> None:
    piece = deposer(demande, un_pdf("tableau.pdf"))
    Fichier.objects.filter(pk=piece.fichier_id).update(type_mime="application/vnd.oasis.opendocument.text")
    page = connecte.get(adresse(demande.dossier, "apercu_de_piece", piece.pk)).content.decode()
    assert "pas d&#x27;aperçu" in page or "pas d'aperçu" in page
    assert adresse(demande.dossier, "piece", piece.pk) in page
    assert (
        adresse(demande.dossier, "apercu_de_piece", piece.pk)
        not in connecte.get(adresse(demande.dossier, "onglet", "pieces")).content.decode()
    )
    assert connecte.get(adresse(demande.dossier, "page_de_piece", piece.pk, 1)).status_code == 404


def test_l_apercu_suit_le_droit_de_lire_la_piece(connecte: Client, demande: Demande) -> None:
    piece = demande.dossier.pieces.get(type__code="P01")
    adresses = [
        adresse(demande.dossier, "apercu_de_piece", piece.pk),
        adresse(demande.dossier, "page_de_piece", piece.pk, 1),
    ]
    for code, role in ((200, "responsable"), (404, "secretariat"), (404, "comptable")):
        connecte.force_login(UtilisateurFactory(caisse=demande.caisse, **{role: True}))
        assert {connecte.get(lieu).status_code for lieu in adresses} == {code}
    autre = Demande.prete()
    connecte.force_login(autre.directrice)
    assert connecte.get(adresse(autre.dossier, "page_de_piece", piece.pk, 1)).status_code == 404


# --- Le modèle vierge et l'administration ---------------------------------------------------------


@pytest.fixture
def administration(client: Client, demande: Demande) -> Client:
    client.force_login(demande.personne(administration=True))
    return client


def fiche(demande: Demande, code: str = "P23") -> tuple[TypeDePiece, str]:
    type_ = TypeDePiece.objects.get(caisse=demande.caisse, code=code)
    return type_, reverse("admin:dossiers_typedepiece_change", args=[type_.pk])


def test_le_modele_vierge_se_depose_se_prend_et_s_ote(administration: Client, demande: Demande) -> None:
    type_, ecran = fiche(demande)
    saisie = {"code": "P23", "libelle": type_.libelle, "aide": "", "reutilisable": "on"}
    refus = administration.post(ecran, {**saisie, "nouveau_modele": SimpleUploadedFile("charte.exe", b"MZ")})
    assert "pas d'un type admis" in refus.content.decode().replace("&#x27;", "'")
    administration.post(ecran, {**saisie, "nouveau_modele": un_pdf("charte.pdf")})
    type_.refresh_from_db()
    assert type_.modele is not None
    lieu = reverse("dossiers:modele_de_piece", args=[type_.pk])
    assert lieu in administration.get(ecran).content.decode()
    administration.force_login(demande.directrice)
    assert lieu in administration.get(adresse(demande.dossier, "onglet", "pieces")).content.decode()
    reponse = administration.get(lieu)
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")
    administration.force_login(demande.personne(administration=True))
    administration.post(ecran, {**saisie, "sans_modele": "on"})
    assert administration.get(lieu).status_code == 404


def test_le_modele_d_une_autre_caisse_n_existe_pas(administration: Client) -> None:
    etranger = Demande.prete().caisse.types_de_piece.get(code="P01")
    etranger.modele = fichiers.enregistrer(un_pdf("lettre.pdf"), par=None)
    etranger.save()
    assert administration.get(reverse("dossiers:modele_de_piece", args=[etranger.pk])).status_code == 404


def test_la_fiche_dit_pour_quelles_demandes(administration: Client, demande: Demande) -> None:
    page = administration.get(fiche(demande)[1]).content.decode()
    assert "Centre social, gestionnaire privé" in page
    assert "?demande=renouvellement" in page


def grille(client: Client, demande: str) -> dict[str, str]:
    """Ce que la grille enverrait telle quelle."""
    page = client.get(reverse("admin:dossiers_typedepiece_exigences"), {"demande": demande})
    return {champ.html_name: champ.value() for _, champs in page.context["grille"].lignes() for champ in champs}


def test_la_grille_regle_ce_qui_change_et_le_dit_au_journal(administration: Client, demande: Demande) -> None:
    type_, _ = fiche(demande, "P25")
    lieu = f"{reverse('admin:dossiers_typedepiece_exigences')}?demande={TypeDossier.RENOUVELLEMENT}"
    saisie = grille(administration, TypeDossier.RENOUVELLEMENT)
    assert len(saisie) == 26 * 4
    avant = EntreeDuJournal.objects.count()
    assert "Rien n'a changé" in messages(administration.post(lieu, saisie))
    assert EntreeDuJournal.objects.count() == avant
    champ = f"niveau_{type_.pk}_{TypeStructure.CENTRE_SOCIAL}_0"
    assert saisie[champ] == Exigence.FACULTATIVE
    assert "Un niveau a changé" in messages(administration.post(lieu, {**saisie, champ: "O"}))
    reglee = type_.exigences.get(
        type_de_dossier=TypeDossier.RENOUVELLEMENT, type_de_structure=TypeStructure.CENTRE_SOCIAL,
        gestionnaire_public=False,
    )  # fmt: skip
    assert reglee.niveau == Exigence.OBLIGATOIRE
    trace = EntreeDuJournal.objects.sur(type_).first()
    assert trace.libelle == "Exigences réglées : renouvellement"
    assert type_.exigences.filter(type_de_dossier=TypeDossier.PREMIER_AGREMENT, niveau="O").count() == 0


def test_une_piece_neuve_se_regle_dans_la_grille(administration: Client, demande: Demande) -> None:
    neuve = TypeDePiece.objects.create(caisse=demande.caisse, code="P30", libelle="Convention d'objectifs")
    lieu = reverse("admin:dossiers_typedepiece_exigences")
    saisie = grille(administration, TypeDossier.PREMIER_AGREMENT)
    champ = f"niveau_{neuve.pk}_{TypeStructure.ESPACE_DE_VIE_SOCIALE}_1"
    assert saisie[champ] == Exigence.NON_DEMANDEE
    administration.post(lieu, {**saisie, champ: "F"})
    assert neuve.exigences.get().niveau == Exigence.FACULTATIVE


def test_un_niveau_inconnu_n_enregistre_rien(administration: Client, demande: Demande) -> None:
    type_, _ = fiche(demande)
    lieu = reverse("admin:dossiers_typedepiece_exigences")
    saisie = grille(administration, TypeDossier.PREMIER_AGREMENT)
    champ = f"niveau_{type_.pk}_{TypeStructure.CENTRE_SOCIAL}_0"
    avant = EntreeDuJournal.objects.count()
    reponse = administration.post(lieu, {**dict.fromkeys(saisie, "F"), champ: "X"})
    assert "Rien n'a été enregistré" in reponse.content.decode().replace("&#x27;", "'")
    assert EntreeDuJournal.objects.count() == avant


def test_la_grille_n_est_qu_a_l_administration_de_la_caisse(administration: Client, demande: Demande) -> None:
    ailleurs = Demande.prete()
    etranger = ailleurs.caisse.types_de_piece.get(code="P25")
    niveaux = {(etranger.pk, operations.referentiel.CAS[0]): "O"}
    personne = demande.personne(administration=True)
    assert operations.regler_les_exigences(demande.caisse, TypeDossier.RENOUVELLEMENT, niveaux, par=personne) == 0
    assert grille(administration, "n-importe-quoi")
    for caisse, par in ((ailleurs.caisse, personne), (demande.caisse, demande.responsable)):
        with pytest.raises(ActeInterdit):
            operations.regler_les_exigences(caisse, TypeDossier.RENOUVELLEMENT, niveaux, par=par)
    administration.force_login(demande.responsable)
    assert administration.get(reverse("admin:dossiers_typedepiece_exigences")).status_code == 403
