"""Le dépôt : la relecture, le numéro sans trou, l'accusé de réception."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import AccuseDeReception, Dossier
from agrement.dossiers.models.accuses import EcritFige
from agrement.dossiers.silence import dire_le_silence
from agrement.dossiers.tasks import preparer_l_accuse, reprendre_les_ecrits
from agrement.dossiers.workflow import CIRCUIT
from centres.models import Axe, ProjetSocial
from comptes.choix import SensDuSilence
from comptes.models import Caisse, TexteDeReference
from socle.models import Compteur, Courriel, EntreeDuJournal, Fichier
from socle.workflow import ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory
from tests.greffons.pdf import infractions, texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande() -> Demande:
    return Demande.prete()


def deposer(demande: Demande) -> AccuseDeReception:
    operations.deposer(demande.dossier, par=demande.porteur_de(demande.dossier.type))
    return demande.dossier.accuses.get()


def relecture(dossier: Dossier) -> str:
    return reverse("dossiers:deposer", args=[dossier.numero])


def messages(reponse: Any) -> str:
    return " ".join(str(message) for message in get_messages(reponse.wsgi_request))


def liens(reponse: Any, cle: str) -> dict[str, str]:
    return {manque["texte"]: manque["lien"] for manque in reponse.context[cle]}


# --- Relire ---------------------------------------------------------------------------------------


def test_la_relecture_montre_tout_ce_qui_partira(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    page = client.get(relecture(demande.dossier)).content.decode()
    piece = demande.dossier.pieces.select_related("fichier").get(type__code="P04")
    axe = Axe.objects.filter(projet=demande.dossier.projet).first()
    for attendu in (axe.intitule, piece.fichier.nom, piece.fichier.empreinte[:12], "3 pièces jointes"):
        assert attendu in page
    assert "Cette version du projet est figée" in page
    assert page.count('<button class="btn btn-primary"') == 1


def test_la_relecture_n_offre_aucun_geste_qui_ecrit_le_projet(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    page = client.get(relecture(demande.dossier)).content.decode()
    assert reverse("centres:noeud_ajouter", args=[demande.dossier.projet_id, "axes"]) not in page


def test_ce_qui_empeche_de_transmettre_est_en_tete_avec_le_lien_de_chaque_endroit(
    client: Client, demande: Demande
) -> None:
    projet = demande.dossier.projet
    ProjetSocial.objects.filter(pk=projet.pk).update(date_d_adoption=None)
    projet.axes.all().delete()
    demande.dossier.pieces.filter(type__code="P04").delete()
    client.force_login(demande.directrice)
    reponse = client.get(relecture(demande.dossier))
    assert list(liens(reponse, "bloquants").values()) == [
        projet.adresse_de("axes"),
        f"{projet.adresse_de('validation')}#id_date_d_adoption",
        reverse("centres:projet_viser", args=[projet.pk]),  # le texte a changé depuis que la présidence l'a validé
        reverse("dossiers:onglet", args=[demande.dossier.numero, "pieces"]) + "#P04",
    ]
    assert not set(liens(reponse, "a_savoir").values()) & set(liens(reponse, "bloquants").values())  # dit une fois
    page = reponse.content.decode()
    assert page.index("il reste à régler") < page.index("Les pièces jointes")
    assert '<form class="confirmation"' not in page


def test_ce_qui_n_empeche_pas_de_transmettre_est_dit_avec_son_lien(client: Client) -> None:
    fin = timezone.localdate() + dt.timedelta(days=30)
    demande = Demande(type=TypeDossier.RENOUVELLEMENT, echeance_actuelle=fin)
    projet = demande.dossier.projet
    ProjetSocial.objects.filter(pk=projet.pk).update(partenariat="")
    projet.lignes_budget.create(intitule="Loyer", annee=2027, sens="charge", montant=100)
    demande.dossier.pieces.filter(type__code="P01").update(valable_jusqu_au=dt.date(2020, 1, 1))
    client.force_login(demande.directrice)
    dits = liens(client.get(relecture(demande.dossier)), "a_savoir")
    pieces = reverse("dossiers:onglet", args=[demande.dossier.numero, "pieces"])
    assert any("marquée en retard" in texte for texte in dits)
    assert dits["Partenariat : Décrivez le partenariat."] == f"{projet.adresse_de('partenariat')}#id_partenariat"
    assert any(texte.startswith("Budget pluriannuel : Budget 2027") for texte in dits)
    assert dits["Pas encore jointe : P06 – Diagnostic partagé."] == f"{pieces}#P06"
    assert dits["Périmée depuis le 1er janvier 2020 : P01 – Lettre de demande."] == f"{pieces}#P01"


def test_une_demande_sans_projet_se_relit_et_se_transmet(client: Client) -> None:
    demande = Demande(type=TypeDossier.AVENANT)
    client.force_login(demande.directrice)
    assert "Le projet social :" not in client.get(relecture(demande.dossier)).content.decode()
    client.post(relecture(demande.dossier))
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.DEPOSE


def test_la_relecture_fait_autant_de_requetes_pour_peu_que_pour_beaucoup(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    avant = nombre_de_requetes(client, relecture(demande.dossier))
    for rang in range(12):
        axe = demande.dossier.projet.axes.create(intitule=f"Axe {rang}")
        axe.objectifs.create(intitule="Objectif", famille="complementaire").actions.create(intitule="Action")
    demande.tout_joindre()
    demande.viser()
    assert nombre_de_requetes(client, relecture(demande.dossier)) == avant


# --- Transmettre ----------------------------------------------------------------------------------


def test_un_refus_ramene_a_la_relecture_et_ne_change_rien(client: Client, demande: Demande) -> None:
    demande.dossier.pieces.filter(type__code="P04").delete()
    client.force_login(demande.directrice)
    reponse = client.post(relecture(demande.dossier))
    assert reponse.url == relecture(demande.dossier)
    assert "rien n'a changé" in messages(reponse)
    demande.dossier.refresh_from_db()
    assert (demande.dossier.statut, demande.dossier.projet.est_fige) == (Statut.BROUILLON, False)
    assert not AccuseDeReception.objects.exists()
    assert not Courriel.objects.exists()


def test_une_demande_changee_depuis_sa_lecture_se_relit(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    lue = client.get(relecture(demande.dossier)).context["lue"]
    demande.joindre("P06", par=demande.presidente)
    reponse = client.post(relecture(demande.dossier), {"lue": lue})
    assert reponse.url == relecture(demande.dossier)
    assert "a changé pendant votre lecture" in messages(reponse)
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.BROUILLON
    client.post(relecture(demande.dossier), {"lue": client.get(relecture(demande.dossier)).context["lue"]})
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.DEPOSE


def test_double_clic_rechargement_et_retour_ne_font_qu_un_depot(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    lue = client.get(relecture(demande.dossier)).context["lue"]
    for _ in range(2):
        reponse = client.post(relecture(demande.dossier), {"lue": lue})
        assert reponse.url == demande.dossier.get_absolute_url()
    demande.dossier.refresh_from_db()
    dit = messages(reponse)
    assert "déjà transmise" in dit
    assert demande.dossier.numero_d_enregistrement in dit
    assert client.get(relecture(demande.dossier)).url == demande.dossier.get_absolute_url()
    assert AccuseDeReception.objects.count() == 1
    assert Courriel.objects.filter(objet__startswith="Accusé").count() == 2  # un par personne du centre
    assert EntreeDuJournal.objects.filter(acte="deposer", objet_type="dossiers.dossier").count() == 1


@pytest.mark.parametrize("acte", ["declarer_recevable", "declarer_irrecevable", "retirer"])
def test_un_second_envoi_apres_un_autre_acte_dit_que_la_demande_est_deja_transmise(client: Client, acte: str) -> None:
    demande = Demande.prete(Statut.DEPOSE)
    demande.tout_declarer_conforme()
    demande.examiner(**({"R01": "Pièces illisibles."} if acte == "declarer_irrecevable" else {}))
    par = {"declarer_recevable": demande.conseillere, "declarer_irrecevable": demande.responsable}
    CIRCUIT.executer(demande.dossier, acte, par=par.get(acte, demande.directrice), motif="Un motif.")
    statut = demande.dossier.statut
    client.force_login(demande.directrice)
    assert "déjà transmise" in messages(client.post(relecture(demande.dossier)))
    assert operations.deposer(demande.dossier, par=demande.directrice).statut == statut
    assert AccuseDeReception.objects.count() == 1


def test_un_brouillon_abandonne_ne_se_transmet_pas(client: Client, demande: Demande) -> None:
    CIRCUIT.executer(demande.dossier, "abandonner", par=demande.directrice)
    client.force_login(demande.directrice)
    assert "plus possible" in client.get(relecture(demande.dossier)).content.decode()
    assert client.post(relecture(demande.dossier)).url == relecture(demande.dossier)
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.RETIRE


# --- Le numéro d'enregistrement -------------------------------------------------------------------


def test_les_depots_se_suivent_sans_trou_malgre_brouillons_et_refus() -> None:
    premiere = Demande.prete()
    Demande(StructureFactory(caisse=premiere.caisse))  # un brouillon prend un numéro de dossier, pas d'enregistrement
    incomplete = Demande(StructureFactory(caisse=premiere.caisse))
    incomplete.dossier.pieces.filter(type__code="P04").delete()
    derniere = Demande(StructureFactory(caisse=premiere.caisse))
    deposer(premiere)
    with pytest.raises(ActeRefuse):
        deposer(incomplete)
    deposer(derniere)
    annee = timezone.localdate().year
    assert premiere.dossier.numero_d_enregistrement == f"E-{annee}-0001"
    assert derniere.dossier.numero_d_enregistrement == f"E-{annee}-0002"
    incomplete.dossier.refresh_from_db()
    assert incomplete.dossier.numero_d_enregistrement == ""
    assert Compteur.objects.get(cle=f"enregistrement-{premiere.caisse.pk}-{annee}").valeur == 2


def deposer_puis_tomber_en_panne(demande: Demande) -> None:
    with transaction.atomic():
        deposer(demande)
        raise OSError("disque plein")


def test_un_depot_qui_n_aboutit_pas_rend_son_numero(demande: Demande) -> None:
    with pytest.raises(OSError, match="disque plein"):
        deposer_puis_tomber_en_panne(demande)
    assert not AccuseDeReception.objects.exists()
    assert deposer(demande).numero.endswith("-0001")


def test_chaque_caisse_a_sa_suite() -> None:
    assert [deposer(Demande.prete()).numero[-4:] for _ in range(2)] == ["0001", "0001"]


def test_une_reouverture_garde_le_numero_et_l_accuse() -> None:
    demande = Demande.prete(Statut.RECEVABLE)
    avant = demande.dossier.numero_d_enregistrement
    administratrice = demande.personne(administration=True)
    CIRCUIT.executer(demande.dossier, "rouvrir", par=administratrice, motif="Reprise d'une erreur.")
    operations.deposer(demande.dossier, par=demande.directrice)
    assert demande.dossier.numero_d_enregistrement == avant
    assert demande.dossier.accuses.count() == 1


def test_le_numero_se_lit_en_tete_du_dossier_et_se_cherche(client: Client, demande: Demande) -> None:
    numero = deposer(demande).numero
    client.force_login(demande.conseillere)
    assert numero in client.get(demande.dossier.get_absolute_url()).content.decode()
    for adresse in (reverse("accueil:recherche") + f"?q={numero.lower()}", f"/dossiers/?recherche={numero.lower()}"):
        assert demande.dossier.numero in client.get(adresse).content.decode()


# --- L'accusé de réception ------------------------------------------------------------------------


def coordonnees(caisse: Caisse) -> dict[str, str]:
    """Pose l'adresse, le téléphone et le courriel du service, et les rend."""
    champs = {
        "adresse": "12 quai de l'Orne",
        "code_postal": "00100",
        "ville": "Saint-Aubin",
        "courriel_du_service": "action-sociale@caf.example",
        "telephone": "01 99 00 12 34",
    }
    for nom, valeur in champs.items():
        setattr(caisse, nom, valeur)
    caisse.save()
    return champs


@pytest.fixture
def accusee(django_capture_on_commit_callbacks) -> tuple[Demande, AccuseDeReception, bytes]:
    """Un renouvellement déposé en retard, son accusé, et le PDF que la tâche de fond en a fait."""
    fin = timezone.localdate() + dt.timedelta(days=30)
    demande = Demande(type=TypeDossier.RENOUVELLEMENT, echeance_actuelle=fin)
    coordonnees(demande.caisse)
    demande.structure.conseiller = demande.conseillere
    demande.structure.save()
    demande.dossier.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        accuse = deposer(demande)
    accuse.refresh_from_db()
    with accuse.fichier.contenu.open() as fichier:
        return demande, accuse, fichier.read()


def test_l_accuse_porte_toutes_les_mentions_obligatoires(accusee) -> None:
    demande, accuse, pdf = accusee
    dit = texte(pdf)
    local = timezone.localtime(accuse.recu_le)
    for attendu in (
        f"reçue le {local.day} ",  # la date de réception
        accuse.numero,
        *coordonnees(demande.caisse).values(),  # le service, son adresse, son téléphone, son courriel
        "Action sociale",
        demande.conseillere.courriel,
        "P06, Diagnostic partagé",  # les pièces manquantes, et que la Caf peut les demander
        "La Caf peut vous les demander",
        "soit 2 mois après sa réception",  # le silence
        "décision implicite de rejet",
        "recours gracieux",  # les voies et délais de recours
        "tribunal administratif",
        "Vous disposez de 2 mois",
        "reçue en retard",
    ):
        assert attendu in dit, attendu
    sans_blancs = dit.replace(" ", "")
    demande.dossier.refresh_from_db()
    assert accuse.empreinte_du_projet == demande.dossier.projet.empreinte
    assert accuse.empreinte_du_projet in sans_blancs
    for piece in demande.dossier.pieces.select_related("fichier"):
        assert piece.fichier.empreinte in sans_blancs


@pytest.mark.parametrize("norme", ["3a", "ua1"])
def test_l_accuse_est_archivable_et_accessible(accusee, norme: str) -> None:
    assert not infractions(accusee[2], norme)


def test_le_courriel_porte_les_memes_mentions_et_le_lien(accusee) -> None:
    demande, accuse, _ = accusee
    courriel = Courriel.objects.get(destinataire=demande.directrice.courriel, objet__startswith="Accusé")
    assert accuse.numero in courriel.objet
    for attendu in (
        accuse.numero,
        *(valeur for nom, valeur in coordonnees(demande.caisse).items() if nom not in ("code_postal", "ville")),
        demande.conseillere.courriel,
        "P06, Diagnostic partagé",
        "La Caf peut vous les demander",
        "décision implicite de rejet",
        "tribunal administratif",
        "reçue en retard",
        accuse.empreinte_du_projet,
        demande.dossier.pieces.first().fichier.empreinte,
        reverse("dossiers:accuse", args=[demande.dossier.numero]),
    ):
        assert attendu in courriel.texte, attendu


def test_l_accuse_dit_ce_qui_etait_vrai_au_depot_meme_imprime_plus_tard(demande: Demande) -> None:
    accuse = deposer(demande)
    coordonnees(demande.caisse)
    demande.structure.nom = "Un autre nom"
    demande.structure.save()
    preparer_l_accuse.enqueue(accuse.pk)
    accuse.refresh_from_db()
    with accuse.fichier.contenu.open() as fichier:
        dit = texte(fichier.read())
    assert "Un autre nom" not in dit
    assert "12 quai" not in dit


def test_sans_la_tache_de_fond_rien_n_est_perdu_la_reprise_imprime(client: Client, demande: Demande) -> None:
    accuse = deposer(demande)  # la transaction du test n'aboutit jamais : la tâche n'est pas lancée
    client.force_login(demande.directrice)
    adresse = reverse("dossiers:accuse", args=[demande.dossier.numero])
    assert "en préparation" in client.get(adresse).content.decode()
    reprendre_les_ecrits.call_local()
    reponse = client.get(adresse)
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")
    fichier = AccuseDeReception.objects.get(pk=accuse.pk).fichier_id
    reprendre_les_ecrits.call_local()
    preparer_l_accuse.enqueue(accuse.pk)
    assert AccuseDeReception.objects.get(pk=accuse.pk).fichier_id == fichier
    assert Fichier.objects.filter(nom__startswith="accuse").count() == 1


def test_un_accuse_ne_change_plus(accusee) -> None:
    accuse = accusee[1]
    with pytest.raises(EcritFige):
        accuse.save()
    with pytest.raises(EcritFige):
        accuse.joindre(accuse.fichier)
    with pytest.raises(EcritFige):
        accuse.delete()
    for geste in (lambda: AccuseDeReception.objects.update(numero="E"), AccuseDeReception.objects.all().delete):
        with pytest.raises(EcritFige):
            geste()


def test_l_accuse_se_lit_par_le_centre_et_la_caf_et_par_eux_seuls(client: Client, demande: Demande) -> None:
    deposer(demande)
    adresse = reverse("dossiers:accuse", args=[demande.dossier.numero])
    for personne in (demande.directrice, demande.presidente, demande.conseillere, demande.responsable):
        client.force_login(personne)
        assert client.get(adresse).status_code == 200
    client.force_login(UtilisateurFactory(direction=True, structure=StructureFactory(caisse=demande.caisse)))
    assert client.get(adresse).status_code == 404


def test_un_dossier_jamais_depose_n_a_pas_d_accuse(client: Client, demande: Demande) -> None:
    client.force_login(demande.directrice)
    assert client.get(reverse("dossiers:accuse", args=[demande.dossier.numero])).status_code == 404


def test_un_dossier_depose_avant_les_accuses_s_affiche_sans_lui(client: Client) -> None:
    dossier = DossierFactory(statut=Statut.DEPOSE)
    client.force_login(UtilisateurFactory(responsable=True, caisse=dossier.caisse))
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "<dt>Accusé de réception</dt>" not in page


# --- Le silence de la Caf -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sens", "attendus", "absents"),
    [
        (
            SensDuSilence.REJET,
            ("28 avril 2027", "2 mois", "réputée rejetée", "L231-4", "L114-5", "de cette date"),
            ("acceptée", "attestation"),
        ),
        (
            SensDuSilence.ACCORD,
            ("28 avril 2027", "réputée acceptée", "L232-3", "attestation", "à partir de sa réception"),
            ("rejetée", "de cette date"),
        ),
        (SensDuSilence.A_PRECISER, ("précisera par écrit", "L112-6"), ("28 avril 2027", "réputée", "de cette date")),
    ],
)
def test_le_silence_se_dit_selon_le_parametre(sens: str, attendus: tuple[str, ...], absents: tuple[str, ...]) -> None:
    silence = dire_le_silence(sens, dt.date(2027, 2, 28), delai_mois=2, recours_mois=3)
    dit = " ".join((*silence.effet, *silence.recours)).replace("\u00a0", " ")
    assert [mot for mot in attendus if mot not in dit] == []
    assert [mot for mot in absents if mot in dit] == []
    assert "Vous disposez de 3 mois" in dit
    assert "recours contentieux" in dit


@pytest.mark.parametrize(
    ("recue_le", "mois", "terme"),
    [
        (dt.date(2026, 12, 31), 2, "28 février 2027"),
        (dt.date(2027, 12, 31), 2, "29 février 2028"),
        (dt.date(2026, 11, 1), 2, "1er janvier 2027"),
    ],
)
def test_le_terme_du_silence_tombe_le_meme_jour_du_mois_ou_le_dernier(recue_le, mois: int, terme: str) -> None:
    assert terme in dire_le_silence(SensDuSilence.REJET, recue_le, delai_mois=mois, recours_mois=2).effet[0]


def test_la_caisse_regle_ce_que_vaut_son_silence_a_partir_d_une_date(demande: Demande) -> None:
    texte_fondateur = TexteDeReference.objects.create(caisse=demande.caisse, code="avis", titre="Avis du service")
    for code, valeur, jour in (
        ("sens_du_silence", "accord", timezone.localdate()),
        ("delai_du_silence_mois", "4", timezone.localdate()),
        ("sens_du_silence", "a_preciser", timezone.localdate() + dt.timedelta(days=1)),
    ):
        demande.caisse.parametres.create(code=code, valeur=valeur, date_effet=jour, texte=texte_fondateur)
    (effet, _) = deposer(demande).contenu["silence"]
    assert "4\u00a0mois" in effet
    assert "décision implicite d'acceptation" in effet


def test_une_procedure_ouverte_par_la_caf_ne_dit_rien_du_silence() -> None:
    demande = Demande(type=TypeDossier.SURSIS_RETRAIT)
    contenu = deposer(demande).contenu
    assert (contenu["silence"], contenu["recours"]) == ([], [])
