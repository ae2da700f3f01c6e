"""Lever une séance : reports, numéros, écrits, permissions ; puis notifier et dater en une fois."""

import datetime as dt

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.seances.choix import IssueInscription, SorteDeDocument, StatutSeance, TypeDecision
from agrement.seances.models import Decision, DocumentDeSeance, Inscription, Notification, ScenarioRetenu, Seance, Vote
from agrement.seances.operations import (
    LignesRefusees,
    Reception,
    approuver_le_pv,
    dater_les_receptions,
    decider,
    declarer_un_deport,
    enregistrer_la_reception,
    lever_la_seance,
    notifier_la_seance,
)
from agrement.seances.regles import Votes
from agrement.seances.tasks import mener_une_impression
from comptes.models import TexteDeReference
from socle import fichiers, pdf
from socle.fusion import bloc
from socle.models import Compteur
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import un_pdf
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import InscriptionFactory, MandatFactory, SeanceFactory, decision_enregistree
from tests.fabriques.suivi import FichierFactory

LE_14 = dt.date(2026, 12, 14)


def seance_de_fevrier(reunion, **champs):
    return SeanceFactory(
        instance=reunion.seance.instance, date=dt.date(2027, 2, 8), date_limite=dt.date(2026, 12, 1), **champs
    )


def un_refus(point, reunion):
    return decider(
        point,
        type=TypeDecision.REFUS,
        votes=Votes(12, 4, 1, 0),
        motifs="La gouvernance n'associe pas les habitants.\n- Aucun comité.",
        criteres=[CritereFactory(grille__caisse=reunion.caisse, intitule="Gouvernance")],
        par=reunion.secretaire,
    )


def un_ajournement(point, reunion):
    return decider(
        point,
        type=TypeDecision.AJOURNEMENT,
        votes=Votes(17, 0, 0, 0),
        questions="Comment ?\nAvec qui ?",
        echeance=dt.date(2027, 2, 8),
        par=reunion.secretaire,
    )


@pytest.fixture
def levee(reunion):
    """Quatre points : un accord, un refus, un ajournement, un reporté ; un déport sur l'accord. Sans PDF."""
    points = [reunion.inscription, *InscriptionFactory.create_batch(3, seance=reunion.seance, rapporteur="N. Benali")]
    declarer_un_deport(points[0], mandat=reunion.membres[0], motif="Administratrice du centre.", par=reunion.secretaire)
    decision_enregistree(reunion, votes=Votes(15, 1, 0, 1), numero="2026-112")
    un_refus(points[1], reunion)
    un_ajournement(points[2], reunion)
    declarer_un_deport(points[3], mandat=reunion.membres[1], motif="Conjoint salarié.", par=reunion.secretaire)
    reunion.suivante = seance_de_fevrier(reunion)
    reunion.deja = InscriptionFactory(seance=reunion.suivante, ordre=1)
    lever_la_seance(reunion.seance, par=reunion.secretaire)
    reunion.points = points
    return reunion


def ecrit(reunion, sorte, point=None):
    return reunion.seance.documents.get(sorte=sorte, inscription=point)


# --- Lever --------------------------------------------------------------------------------------


def test_la_seance_se_leve_d_un_geste(levee):
    seance = Seance.objects.get(pk=levee.seance.pk)
    assert (seance.statut, seance.levee_le.date()) == (StatutSeance.LEVEE, LE_14)
    sortes = list(seance.documents.values_list("sorte", flat=True))
    assert sorted(sortes) == sorted(["pv", "feuille", "liasse"] + 3 * ["extrait", "lettre"])
    assert seance.documents.a_imprimer().count() == seance.impressions.get().total == 9
    assert ecrit(levee, "pv").numero == "PV-2026-001"
    numeros = {document.numero for document in seance.documents.filter(sorte=SorteDeDocument.EXTRAIT)}
    assert numeros == set(Decision.objects.values_list("numero", flat=True))
    with pytest.raises(ActeRefuse, match="a déjà levé cette séance : procès-verbal PV-2026-001"):
        lever_la_seance(seance, par=levee.secretaire)


def test_un_point_reporte_ouvre_la_seance_suivante_et_garde_son_histoire(levee):
    """La date limite d'inscription est passée : elle ne ferme pas la séance à un point reporté."""
    ancien = Inscription.objects.get(pk=levee.points[3].pk)
    nouveau = ancien.reportee_vers
    assert (ancien.issue, nouveau.seance, nouveau.rapporteur) == (
        IssueInscription.REPORTEE, levee.suivante, "N. Benali"
    )  # fmt: skip
    assert [(deport.mandat, deport.motif) for deport in nouveau.deports.all()] == [
        (levee.membres[1], "Conjoint salarié.")
    ]
    levee.deja.refresh_from_db()
    assert (nouveau.ordre, levee.deja.ordre) == (1, 2)
    assert nouveau.dossier.statut == Statut.INSCRIT
    assert nouveau.dossier.inscription_en_cours() == nouveau


def test_les_totaux_des_extraits_sont_ceux_du_registre(levee):
    contenu = ecrit(levee, "pv").contenu
    assert contenu["totaux"] == {"decisions": 3, "avis": 0, "reports": 1}
    du_pv = {
        point["deliberation"]["numero"]: point["deliberation"] for point in contenu["points"] if point["deliberation"]
    }
    des_extraits = {
        document.numero: document.contenu["deliberation"]
        for document in levee.seance.documents.filter(sorte=SorteDeDocument.EXTRAIT)
    }
    assert du_pv == des_extraits
    for decision in Decision.objects.all():
        votes = du_pv[decision.numero]["votes"]
        assert votes == {**decision.votes._asdict(), "presents": 17, "pouvoirs": 0}
        assert votes["pour"] + votes["contre"] + votes["abstention"] + votes["deport"] == 17


def test_le_proces_verbal_dit_les_deports_avec_leur_motif_et_jamais_un_vote(levee):
    pv = ecrit(levee, "pv").contenu
    assert pv["points"][0]["deports"] == [{"membre": str(levee.membres[0]), "motif": "Administratrice du centre."}]
    assert pv["points"][3]["report"] == "8 février 2027"
    assert pv["nombres"] == {"presents": 17, "representes": 0, "absents": 7}
    assert sum(len(college["membres"]) for college in pv["presents"]) == 17
    extrait = ecrit(levee, "extrait", levee.points[0]).contenu
    assert extrait["hors_du_vote"] == [str(levee.membres[0])]
    assert "Administratrice" not in str(extrait["presents"])


@pytest.mark.parametrize("lignes", [0, 18, 22, 26])
def test_la_signature_du_proces_verbal_n_est_jamais_seule_sur_sa_page(levee, lignes):
    contenu = ecrit(levee, "pv").contenu
    contenu["points"] = contenu["points"][:2]
    contenu["points"][1]["deliberation"]["motifs"] = [bloc(textes=["Un motif."])] * lignes
    pages = pypdfium2.PdfDocument(pdf.rendre("documents/proces_verbal.html", contenu))
    derniere = pages[len(pages) - 1].get_textpage().get_text_range()
    avant, _, _ = derniere.partition("La séance est levée")
    assert "La présidence de séance" in derniere
    assert "motif" in avant or "Gouvernance" in avant


def retenir(reunion):
    commun = {"demande": "Premier agrément", "dossier": "2026-0001"}
    lignes = [
        {**commun, "structure": "Les Tilleuls", "garde": True, "duree": "3 ans", "montants": ["63 600,00 €"]},
        {**commun, "structure": "La Halte", "garde": False, "duree": "non retenu", "montants": ["0,00 €"]},
    ]
    ScenarioRetenu.objects.create(
        seance=reunion.seance,
        contenu={
            "annees": [2027],
            "lignes": lignes,
            "reserve": "Une estimation.",
            "depassements": [],
            "territoires": [],
        },
        retenu_le=timezone.now(),
        par=reunion.secretaire,
    )


def test_le_scenario_retenu_est_une_annexe_a_part_du_proces_verbal(reunion):
    decision_enregistree(reunion)
    retenir(reunion)
    lever_la_seance(reunion.seance, par=reunion.secretaire)
    pv, annexe = ecrit(reunion, "pv"), ecrit(reunion, "annexe")
    assert (pv.contenu["annexe"], "engagements" in pv.contenu, annexe.numero) == (True, False, pv.numero)
    assert [(ligne["structure"], ligne["duree"]) for ligne in annexe.contenu["engagements"]["lignes"]] == [
        ("Les Tilleuls", "3 ans"),
        ("La Halte", "non retenu"),
    ]
    mener_une_impression.call(reunion.seance.impressions.get().pk)
    textes = {sorte: _texte(ecrit(reunion, sorte)) for sorte in ("pv", "annexe", "liasse")}
    assert "63 600,00" not in textes["pv"]
    assert "annexe, à part" in textes["pv"]
    assert "63 600,00" in textes["annexe"]
    assert "63 600,00" in textes["liasse"]


def _texte(document):
    document.refresh_from_db()
    with fichiers.ouvrir(document.fichier) as garde:
        imprime = pypdfium2.PdfDocument(garde.read())
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in imprime).split())


@pytest.mark.parametrize("deporte", [False, True])
def test_qui_se_deporte_lit_le_proces_verbal_et_non_les_montants(client, reunion, deporte):
    """Du point où il se déporte, un membre lit la délibération : ni l'extrait ni le procès-verbal ne le chiffrent."""
    membre = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    mandat = MandatFactory(instance=reunion.seance.instance, utilisateur=membre, titulaire=False)
    if deporte:
        declarer_un_deport(reunion.inscription, mandat=mandat, motif="Maire de la commune.", par=reunion.secretaire)
    decision_enregistree(reunion)
    retenir(reunion)
    lever_la_seance(reunion.seance, par=reunion.secretaire)
    for document in reunion.seance.documents.all():
        document.fichier = fichiers.enregistrer_pdf(b"%PDF-1.7", "ecrit.pdf", par=None)
        document.save()
    client.force_login(membre)
    lus = {}
    for document in reunion.seance.documents.all():
        reponse = client.get(reverse("seances:ecrit", args=[reunion.seance.pk, document.pk]))
        lus[document.sorte] = reponse.status_code
        assert b"".join(reponse)
    attendus = {"pv": 200, "feuille": 200, "extrait": 200, "annexe": 404 if deporte else 200}
    assert lus == {**attendus, "lettre": 404, "liasse": 404}
    page = client.get(reverse("seances:ecrits", args=[reunion.seance.pk])).content.decode()
    assert ("Annexe des engagements" in page) is not deporte


# --- Refuser ------------------------------------------------------------------------------------


def test_sans_seance_suivante_rien_ne_se_leve(reunion):
    with pytest.raises(ActeRefuse, match="planifiez-en une, ou retirez-les de l'ordre du jour"):
        lever_la_seance(reunion.seance, par=reunion.secretaire)
    SeanceFactory(instance=reunion.seance.instance, date=dt.date(2027, 1, 4), statut=StatutSeance.CONVOQUEE)
    with pytest.raises(ActeRefuse, match="planifiez-en une"):
        lever_la_seance(reunion.seance, par=reunion.secretaire)
    reunion.seance.refresh_from_db()
    assert (reunion.seance.statut, DocumentDeSeance.objects.count()) == (StatutSeance.TENUE, 0)
    assert not Compteur.objects.filter(cle__startswith="pv-").exists()


def test_un_vote_a_moitie_fait_ne_se_reporte_pas(reunion):
    seance_de_fevrier(reunion)
    Vote.objects.create(inscription=reunion.inscription, mandat=reunion.membres[0], sens="pour")
    with pytest.raises(ActeRefuse, match="Des voix sont données sur un point qui n'a pas de décision"):
        lever_la_seance(reunion.seance, par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="s'établit en levant la séance"):
        Seance.circuit.executer(reunion.seance, "lever", par=reunion.secretaire)
    with pytest.raises(ActeInterdit):
        lever_la_seance(reunion.seance, par=UtilisateurFactory(responsable=True, caisse=reunion.caisse))
    assert not DocumentDeSeance.objects.exists()


def test_le_pv_s_approuve_a_une_date_possible(levee):
    for jour, phrase in ((dt.date(2026, 12, 13), "pas avant la séance"), (dt.date(2026, 12, 15), "dans l'avenir")):
        with pytest.raises(ActeRefuse, match=phrase):
            approuver_le_pv(levee.seance, le=jour, par=levee.secretaire)
    approuver_le_pv(levee.seance, le=LE_14, par=levee.secretaire)
    levee.seance.refresh_from_db()
    assert (levee.seance.statut, levee.seance.pv_approuve_le) == (StatutSeance.PV_APPROUVE, LE_14)


# --- Notifier -----------------------------------------------------------------------------------


def test_la_seance_s_imprime_puis_se_notifie_avec_ses_lettres_toutes_ou_aucune(levee):
    mener_une_impression.call(levee.seance.impressions.get().pk)
    assert not levee.seance.documents.a_imprimer().exists()
    with (
        ecrit(levee, "liasse").fichier.contenu.open() as fichier,
        pikepdf.open(fichier) as liasse,
        liasse.open_outline() as signets,
    ):
        titres = [signet.title for signet in signets.root]
    assert titres[0].startswith("Séance du")
    assert [titre.split(" ")[0] for titre in titres[1:]] == [
        "Procès-verbal",
        "Feuille",
        *3 * ["Extrait"],
        *3 * ["Objet"],
    ]
    with pytest.raises(ActeRefuse, match="datée du 14 décembre 2026 : elle ne peut pas être partie avant"):
        notifier_la_seance(levee.seance, mode="lrar", envoyee_le=dt.date(2026, 12, 13), par=levee.secretaire)
    assert not Notification.objects.exists()
    notifiees = notifier_la_seance(levee.seance, mode="lrar", envoyee_le=LE_14, par=levee.secretaire)
    assert len(notifiees) == 3
    for notification in notifiees:
        assert notification.lettre == ecrit(levee, "lettre", notification.decision.inscription).fichier
    statuts = [Decision.objects.get(inscription=point).dossier.statut for point in levee.points[:3]]
    assert statuts == [Statut.NOTIFIE, Statut.NOTIFIE, Statut.AJOURNE]
    with pytest.raises(ActeRefuse, match="déjà notifiées"):
        notifier_la_seance(levee.seance, mode="lrar", envoyee_le=LE_14, par=levee.secretaire)


def test_une_seance_en_cours_ne_se_notifie_pas_en_lot(reunion):
    decision_enregistree(reunion)
    with pytest.raises(ActeRefuse, match="Levez d'abord la séance"):
        notifier_la_seance(reunion.seance, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)


def test_les_receptions_se_datent_toutes_ou_aucune_chaque_refus_a_sa_ligne(levee):
    lettre = FichierFactory()
    une, deux, trois = (
        Notification.objects.create(decision=point.decision, mode="lrar", envoyee_le=LE_14, lettre=lettre)
        for point in levee.points[:3]
    )
    avant = dt.date(2026, 12, 13)
    with pytest.raises(LignesRefusees) as refus:
        dater_les_receptions([Reception(une, LE_14), Reception(deux, avant)], par=levee.secretaire)
    assert list(refus.value.lignes) == [deux.pk]
    assert not Notification.objects.exclude(recue_le=None).exists()
    dater_les_receptions([Reception(une, LE_14, un_pdf("accuse.pdf")), Reception(trois, LE_14)], par=levee.secretaire)
    une.refresh_from_db()
    assert (une.recue_le, une.accuse.nom) == (LE_14, "accuse.pdf")
    assert list(Notification.objects.filter(recue_le=None)) == [deux]


# --- Écrans -------------------------------------------------------------------------------------


def test_la_secretaire_leve_lit_notifie_et_date(client, reunion):
    decision = decision_enregistree(reunion)
    client.force_login(reunion.secretaire)
    adresse = reverse("seances:lever", args=[reunion.seance.pk])
    annonce = client.get(adresse).content.decode()
    assert "Écrits à établir" in annonce
    assert "5 : procès-verbal, feuille de présence, 1 extrait, 1 lettre" in annonce
    assert client.post(adresse).status_code == 302
    page = client.get(reverse("seances:ecrits", args=[reunion.seance.pk])).content.decode()
    assert "Procès-verbal PV-2026-001" in page
    assert "Notifier la décision" in page
    assert client.post(adresse).status_code == 422
    notifier = reverse("seances:notifier_tout", args=[reunion.seance.pk])
    assert client.post(notifier, {"mode": "lrar", "envoyee_le": "2026-12-14"}).status_code == 302
    receptions, champ = reverse("seances:receptions", args=[reunion.seance.pk]), f"recue-{decision.notification.pk}"
    assert "au moins une date" in client.post(receptions, {}).content.decode()
    refusee = client.post(receptions, {champ: "2026-12-13"})
    assert refusee.status_code == 422
    assert "ne peut pas avoir été reçue avant" in refusee.content.decode()
    assert client.post(receptions, {champ: "2026-12-14"}).status_code == 302
    approuver = reverse("seances:approuver", args=[reunion.seance.pk])
    assert client.post(approuver, {"le": "2026-12-14"}).status_code == 302


def test_chacun_ne_lit_que_ses_ecrits(client, levee):
    seance, point = levee.seance, levee.points[0]
    for document in seance.documents.all():
        document.fichier = fichiers.enregistrer_pdf(b"%PDF-1.7", "ecrit.pdf", par=None)
        document.save()
    direction = UtilisateurFactory(caisse=levee.caisse, direction=True, structure=point.dossier.structure)
    extrait = reverse("seances:extrait", args=[point.dossier.numero, point.decision.pk])
    membre = UtilisateurFactory(elu=True, caisse=levee.caisse)
    MandatFactory(instance=seance.instance, utilisateur=membre, titulaire=False)
    lus = {
        UtilisateurFactory(responsable=True, caisse=levee.caisse): 9,
        membre: 5,
        UtilisateurFactory(elu=True, caisse=levee.caisse): 0,
        UtilisateurFactory(conseiller=True, caisse=levee.caisse): 0,
    }
    for personne, nombre in lus.items():
        client.force_login(personne)
        reponses = [
            client.get(reverse("seances:ecrit", args=[seance.pk, document.pk])) for document in seance.documents.all()
        ]
        assert sum(reponse.status_code == 200 and bool(b"".join(reponse)) for reponse in reponses) == nombre
    client.force_login(direction)
    assert client.get(extrait).status_code == 404
    notifier_la_seance(seance, mode="lrar", envoyee_le=LE_14, par=levee.secretaire)
    assert b"".join(client.get(extrait)).startswith(b"%PDF-")


def test_le_delai_de_recours_est_celui_que_la_lettre_a_annonce(levee, le_jour_de_la_seance):
    """La Caisse l'allonge entre la levée et l'envoi : la lettre, écrite à la levée, dit encore deux mois."""
    texte = TexteDeReference.objects.create(code="essai", titre="Essai")
    levee.caisse.parametres.create(code="delai_recours_mois", valeur="3", date_effet=dt.date(2027, 1, 1), texte=texte)
    le_jour_de_la_seance.move_to(dt.datetime(2027, 1, 5, 9, tzinfo=dt.UTC))
    notifier_la_seance(levee.seance, mode="lrar", envoyee_le=dt.date(2027, 1, 4), par=levee.secretaire)
    notification = Notification.objects.get(decision__type=TypeDecision.REFUS)
    enregistrer_la_reception(notification, recue_le=dt.date(2027, 1, 5), par=levee.secretaire)
    assert Decision.objects.get(type=TypeDecision.REFUS).limite_du_recours() == dt.date(2027, 3, 5)
