"""Les histoires d'une demande, racontées par ses actes : déposer, compléter, négocier, retirer, rendre l'avis."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import NatureDerogation, SensAvis, Statut, StatutPoint, TypeDossier
from agrement.dossiers.models import Avis, Derogation, Dossier, Piece
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_PIECE, CIRCUIT_POINT
from agrement.dossiers.workflow.gardes.avis import conditions_de_l_avis
from centres.choix import SensBudget, SituationStructure
from centres.models import ProjetSocial
from centres.operations import ecart
from evaluation.choix import Note
from evaluation.models import Cotation, Grille
from socle.models import Courriel, EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.centres import PosteFactory, StructureFactory
from tests.fabriques.dossiers import Demande, un_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande() -> Demande:
    return Demande.prete()


@pytest.fixture
def negociee() -> Demande:
    return Demande.prete(Statut.NEGOCIATION)


def bientot(jours: int = 30) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=jours)


def raisons(refus: pytest.ExceptionInfo[ActeRefuse]) -> str:
    return " ".join(str(raison) for raison in refus.value.raisons)


# --- Ouvrir ---------------------------------------------------------------------------------------


def test_ouvrir_donne_un_numero_sans_trou_et_le_projet_en_cours(demande: Demande) -> None:
    annee = timezone.localdate().year
    assert demande.dossier.numero == f"{annee}-0001"
    assert demande.dossier.statut == Statut.BROUILLON
    assert demande.dossier.projet == ProjetSocial.objects.get()
    with pytest.raises(ActeRefuse, match="déjà ouvert"):
        demande._ouvrir({})
    suivant = operations.ouvrir(
        structure=demande.structure, type=TypeDossier.AVENANT, debut=dt.date(2027, 1, 1), fin=dt.date(2027, 12, 31),
        par=demande.directrice,
    )  # fmt: skip
    assert suivant.numero == f"{annee}-0002"


def test_ouvrir_cree_un_projet_vide_quand_il_n_y_en_a_pas() -> None:
    structure = StructureFactory()
    dossier = Demande(structure).dossier
    autre = operations.ouvrir(
        structure=structure, type=TypeDossier.RENOUVELLEMENT, debut=dt.date(2027, 1, 1), fin=dt.date(2027, 12, 31),
        par=dossier.ouvert_par,
    )  # fmt: skip
    assert autre.projet is not None
    assert autre.projet != dossier.projet
    assert not autre.projet.axes.exists()


def test_ouvrir_refuse_une_structure_fermee_et_une_periode_trop_longue(demande: Demande) -> None:
    demande.structure.situation = SituationStructure.FERMEE
    demande.structure.save()
    with pytest.raises(ActeRefuse) as refus:
        operations.ouvrir(
            structure=demande.structure, type=TypeDossier.RENOUVELLEMENT, debut=dt.date(2027, 1, 1),
            fin=dt.date(2031, 12, 31), par=demande.directrice,
        )  # fmt: skip
    assert "fermée" in raisons(refus)
    assert "3 ans" in raisons(refus)
    assert Dossier.objects.count() == 1


def test_le_centre_n_ouvre_pas_de_procedure_de_retrait(demande: Demande) -> None:
    periode = {"debut": dt.date(2027, 1, 1), "fin": dt.date(2027, 6, 30)}
    with pytest.raises(ActeRefuse, match="Caf seule"):
        operations.ouvrir(
            structure=demande.structure, type=TypeDossier.SURSIS_RETRAIT, par=demande.directrice, **periode
        )
    dossier = operations.ouvrir(
        structure=demande.structure, type=TypeDossier.SURSIS_RETRAIT, par=demande.conseillere, **periode
    )
    for acte in ("deposer", "abandonner"):
        with pytest.raises(ActeInterdit):
            CIRCUIT.executer(dossier, acte, par=demande.directrice)


@pytest.mark.parametrize("role", ["secretariat", "elu", "presidence", "comptable", "responsable"])
def test_ouvrir_est_interdit_hors_du_centre_et_de_son_conseil(role: str) -> None:
    structure = StructureFactory()
    demande = Demande(structure)
    with pytest.raises(ActeInterdit):
        operations.ouvrir(
            structure=structure, type=TypeDossier.AVENANT, debut=dt.date(2027, 1, 1), fin=dt.date(2027, 6, 30),
            par=demande.personne(**{role: True}),
        )  # fmt: skip
    assert Dossier.objects.count() == 1


# --- Scénarios 1 et 2 : déposer -------------------------------------------------------------------


def test_deposer_fige_le_projet_date_le_depot_et_ecrit_l_accuse(
    demande: Demande, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        operations.deposer(demande.dossier, par=demande.directrice)
    dossier = demande.dossier
    assert dossier.statut == Statut.DEPOSE
    assert dossier.projet.est_fige
    assert (dossier.projet.version, dossier.tardif) == (1, False)
    accuse = Courriel.objects.get(destinataire=demande.directrice.courriel)
    assert dossier.numero in accuse.objet
    assert "a été reçue le" in accuse.texte
    assert "P06" in accuse.texte
    assert Courriel.objects.filter(destinataire=demande.responsable.courriel).exists()


def test_deposer_deux_fois_ne_fait_qu_un_acte(demande: Demande) -> None:
    premier = operations.deposer(demande.dossier, par=demande.directrice)
    second = operations.deposer(Dossier.objects.get(), par=demande.presidente)
    assert (second.pk, second.depose_le) == (premier.pk, premier.depose_le)
    assert EntreeDuJournal.objects.filter(acte="deposer", objet_type="dossiers.dossier").count() == 1


def test_deposer_sans_le_proces_verbal_nomme_la_piece_et_ne_perd_rien(demande: Demande) -> None:
    demande.dossier.pieces.filter(type__code="P04").delete()
    with pytest.raises(ActeRefuse, match="P04"):
        operations.deposer(demande.dossier, par=demande.directrice)
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.BROUILLON
    assert not demande.dossier.projet.est_fige
    assert demande.dossier.pieces.count() == 2


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"date_d_adoption": None}, "Indiquez la date"),
        ({"instance_d_adoption": ""}, "Nommez l'instance"),
        ({"date_d_adoption": dt.date(2099, 1, 1)}, "dans l'avenir"),
    ],
)
def test_deposer_demande_un_projet_adopte(demande: Demande, champs: dict[str, object], attendu: str) -> None:
    ProjetSocial.objects.update(**champs)
    with pytest.raises(ActeRefuse, match=attendu):
        operations.deposer(demande.dossier, par=demande.directrice)


def test_un_renouvellement_depose_apres_la_limite_est_note_en_retard() -> None:
    demande = Demande(
        type=TypeDossier.RENOUVELLEMENT, echeance_actuelle=bientot(30), debut=bientot(31), fin=bientot(400)
    )
    operations.deposer(demande.dossier, par=demande.directrice)
    assert demande.dossier.tardif


def test_un_avenant_se_depose_sans_projet_avec_sa_seule_lettre(demande: Demande) -> None:
    avenant = operations.ouvrir(
        structure=demande.structure, type=TypeDossier.AVENANT, debut=dt.date(2027, 1, 1), fin=dt.date(2027, 12, 31),
        par=demande.directrice,
    )  # fmt: skip
    with pytest.raises(ActeRefuse, match="P01"):
        operations.deposer(avenant, par=demande.directrice)
    demande.dossier = avenant
    demande.joindre("P01")
    assert operations.deposer(avenant, par=demande.directrice).statut == Statut.DEPOSE


# --- Pièces ---------------------------------------------------------------------------------------


def test_remplacer_une_piece_garde_l_ancienne(demande: Demande) -> None:
    ancienne = demande.dossier.pieces.get(type__code="P01")
    nouvelle = demande.joindre("P01", remplace=ancienne)
    ancienne.refresh_from_db()
    assert ancienne.remplacee_par == nouvelle
    assert list(demande.dossier.pieces.en_vigueur().filter(type__code="P01")) == [nouvelle]


def test_une_piece_ne_se_depose_plus_une_fois_la_demande_transmise(demande: Demande) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    avant = Fichier.objects.count()
    with pytest.raises(ActeRefuse, match="Déposé"):
        demande.joindre("P06")
    assert Fichier.objects.count() == avant


def test_une_piece_qui_n_est_pas_demandee_est_refusee(demande: Demande) -> None:
    with pytest.raises(ActeRefuse, match="P05"):
        demande.joindre("P05")


def test_un_fichier_qui_n_est_pas_ce_qu_il_dit_est_refuse(demande: Demande) -> None:
    faux = un_pdf("lettre.pdf")
    faux.file.seek(0)
    faux.file.write(b"MZ pas un pdf du tout")
    faux.seek(0)
    with pytest.raises(ActeRefuse, match="extension"):
        operations.deposer_piece(
            demande.dossier, demande.caisse.types_de_piece.get(code="P06"), faux, par=demande.directrice
        )


def test_la_caf_ne_controle_pas_les_pieces_d_un_brouillon(demande: Demande) -> None:
    piece = demande.dossier.pieces.first()
    with pytest.raises(ActeRefuse, match="pendant l'instruction"):
        CIRCUIT_PIECE.executer(piece, "declarer_conforme", par=demande.conseillere)
    operations.deposer(demande.dossier, par=demande.directrice)
    piece.dossier.refresh_from_db()
    with pytest.raises(ActeInterdit):
        CIRCUIT_PIECE.executer(piece, "declarer_conforme", par=demande.directrice)
    CIRCUIT_PIECE.executer(piece, "refuser", par=demande.conseillere, motif="Signature illisible.")
    assert piece.motif == "Signature illisible."


def test_la_recevabilite_demande_chaque_piece_obligatoire_conforme_et_valable(demande: Demande) -> None:
    demande._deposer()
    with pytest.raises(ActeRefuse, match="P01 à déclarer conforme"):
        CIRCUIT.executer(demande.dossier, "declarer_recevable", par=demande.conseillere)
    demande.tout_declarer_conforme()
    Piece.objects.filter(type__code="P22").update(valable_jusqu_au=dt.date(2020, 1, 1))
    with pytest.raises(ActeRefuse, match="P22"):
        CIRCUIT.executer(demande.dossier, "declarer_recevable", par=demande.conseillere)
    Piece.objects.filter(type__code="P22").update(valable_jusqu_au=None)
    demande.examiner()
    CIRCUIT.executer(demande.dossier, "declarer_recevable", par=demande.conseillere)
    assert demande.dossier.conseiller == demande.conseillere


# --- Scénario 4 : compléments ---------------------------------------------------------------------


def completer(demande: Demande, *codes: str) -> None:
    types = [demande.caisse.types_de_piece.get(code=code) for code in codes]
    operations.demander_des_complements(
        demande.dossier, lignes=[(type_, f"À revoir : {type_.code}.") for type_ in types], echeance=bientot(),
        message="Merci de compléter.", par=demande.conseillere,
    )  # fmt: skip


def ecrire_le_budget(projet: ProjetSocial, charges: str, produits: str) -> None:
    projet.lignes_budget.all().delete()
    for sens, montant in ((SensBudget.CHARGE, charges), (SensBudget.PRODUIT, produits)):
        projet.lignes_budget.create(annee=2027, sens=sens, intitule=sens.label, montant=Decimal(montant))


def test_les_complements_se_rendent_une_fois_les_pieces_deposees_et_le_budget_equilibre(demande: Demande) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    completer(demande, "P12", "P16")
    dossier = demande.dossier
    assert (dossier.statut, dossier.projet.version, dossier.projet.est_fige) == (Statut.INCOMPLET, 2, False)
    ecrire_le_budget(dossier.projet, "412300", "405000")
    with pytest.raises(ActeRefuse) as refus:
        operations.repondre_aux_complements(dossier, par=demande.directrice)
    assert "P12" in raisons(refus)
    assert "405\u202f000,00" in raisons(refus)
    demande.joindre("P12")
    demande.joindre("P16")
    with pytest.raises(ActeRefuse, match="doivent être égaux"):
        operations.repondre_aux_complements(dossier, par=demande.directrice)
    ecrire_le_budget(dossier.projet, "412300", "412300")
    operations.repondre_aux_complements(dossier, par=demande.directrice)
    assert dossier.statut == Statut.DEPOSE
    assert dossier.projet.est_fige
    assert dossier.demande_ouverte() is None


def test_seules_les_pieces_demandees_se_deposent(demande: Demande) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    completer(demande, "P12")
    assert demande.dossier.projet.est_fige  # une pièce administrative ne rouvre pas le projet
    with pytest.raises(ActeRefuse, match="P06"):
        demande.joindre("P06")
    assert demande.joindre("P12") == demande.dossier.demande_ouverte().lignes.get().reponse


@pytest.mark.parametrize(
    ("lignes", "echeance", "attendu"),
    [([], 30, "au moins une pièce ou une partie"), (["P12"], -1, "passée"), (["P12:"], 30, "Dites ce qui est attendu")],
)
def test_une_demande_de_complements_se_motive_et_se_date(
    demande: Demande, lignes: list[str], echeance: int, attendu: str
) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    pieces = [
        (demande.caisse.types_de_piece.get(code=code.rstrip(":")), "" if code.endswith(":") else "Illisible.")
        for code in lignes
    ]
    with pytest.raises(ActeRefuse, match=attendu):
        operations.demander_des_complements(
            demande.dossier, lignes=pieces, echeance=bientot(echeance), par=demande.conseillere
        )
    assert not demande.dossier.demandes_de_complements.exists()


def test_une_demande_laissee_par_une_reouverture_est_annulee_par_la_suivante(demande: Demande) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    completer(demande, "P12")
    administrateur = demande.personne(administration=True)
    CIRCUIT.executer(demande.dossier, "rouvrir", par=administrateur, motif="Le centre ne peut plus répondre.")
    completer(demande, "P13")
    assert demande.dossier.demandes_de_complements.filter(annulee_le__isnull=False).count() == 1
    assert demande.dossier.demande_ouverte().lignes.get().type_de_piece.code == "P13"


# --- Scénario 6 : nouvelle version ----------------------------------------------------------------


def test_une_version_rendue_se_reecrit_et_se_compare(negociee: Demande) -> None:
    dossier = negociee.dossier
    objectif = dossier.projet.axes.get().objectifs.get(parent__isnull=False)
    ancre = operations.Ancre("objectifs", objectif.cle)
    with pytest.raises(ActeRefuse, match="au moins un point"):
        operations.rendre_au_porteur(dossier, par=negociee.conseillere)
    points = [
        operations.ouvrir_un_point(dossier, sujet="Participation", position="Précisez.", par=negociee.conseillere),
        operations.ouvrir_un_point(
            dossier, sujet="Objectif 2.3", position="Il ne se mesure pas.", ancre=ancre, par=negociee.conseillere
        ),
    ]
    operations.rendre_au_porteur(dossier, par=negociee.conseillere)
    assert (dossier.statut, dossier.projet.version, dossier.projet.est_fige) == (Statut.RETOUR_PORTEUR, 2, False)
    with pytest.raises(ActeRefuse, match="Répondez au point"):
        operations.transmettre_la_version(dossier, par=negociee.directrice)
    assert not ProjetSocial.objects.get(pk=dossier.projet_id).est_fige
    for point in points:
        operations.prendre_position(point, dit=operations.Dit("C'est précisé."), par=negociee.directrice)
    dossier.projet.methode_participation = "Un comité d'habitants chaque mois."
    dossier.projet.save()
    dossier.projet.axes.get().objectifs.get(parent__isnull=False).indicateurs.create(intitule="Habitants au comité")
    operations.transmettre_la_version(dossier, par=negociee.directrice)
    v1, v2 = ProjetSocial.objects.order_by("version")
    assert (dossier.statut, dossier.projet, v2.est_fige) == (Statut.NEGOCIATION, v2, True)
    lues = [(e.geste, e.champ or e.intitule, e.avant, e.apres) for e in ecart(v1, v2) if e.champ != "nature"]
    assert lues == [
        ("changement", "méthode et participation", v1.methode_participation, "Un comité d'habitants chaque mois."),
        ("ajout", "Habitants au comité", "", ""),
    ]


def test_un_point_ne_s_ouvre_qu_en_negociation_et_par_la_caf(demande: Demande, negociee: Demande) -> None:
    with pytest.raises(ActeRefuse, match="Brouillon"):
        operations.ouvrir_un_point(demande.dossier, sujet="S", position="P", par=demande.conseillere)
    with pytest.raises(ActeInterdit):
        operations.ouvrir_un_point(negociee.dossier, sujet="S", position="P", par=negociee.directrice)
    autre = demande.dossier.projet.axes.get().objectifs.first()
    ailleurs = operations.Ancre("objectifs", autre.cle)
    with pytest.raises(ActeRefuse, match="dernière version"):
        operations.ouvrir_un_point(negociee.dossier, sujet="S", position="P", ancre=ailleurs, par=negociee.conseillere)
    assert not negociee.dossier.points.exists()


def test_la_reunion_de_lancement_ne_precede_pas_le_depot() -> None:
    demande = Demande.prete(Statut.RECEVABLE)
    with pytest.raises(ActeRefuse, match="précéder"):
        operations.ouvrir_la_negociation(demande.dossier, date=bientot(-400), par=demande.conseillere)
    demande.dossier.refresh_from_db()
    assert demande.dossier.negociation_ouverte_le is None


# --- Scénario 7 : retirer -------------------------------------------------------------------------


@pytest.mark.parametrize("statut", [Statut.DEPOSE, Statut.RECEVABLE, Statut.NEGOCIATION, Statut.AVIS_RENDU])
def test_une_demande_se_retire_avec_un_motif_avant_l_ordre_du_jour(statut: Statut) -> None:
    demande = Demande.prete(statut)
    CIRCUIT.executer(demande.dossier, "retirer", par=demande.directrice, motif="Le gestionnaire change.")
    assert demande.dossier.statut == Statut.RETIRE
    assert EntreeDuJournal.objects.filter(acte="retirer", motif="Le gestionnaire change.").exists()


def test_apres_un_retrait_une_nouvelle_demande_reprend_le_projet_ecrit(demande: Demande) -> None:
    operations.deposer(demande.dossier, par=demande.directrice)
    ancien = demande.dossier.projet
    CIRCUIT.executer(demande.dossier, "retirer", par=demande.directrice, motif="Trop tôt.")
    suivant = operations.ouvrir(
        structure=demande.structure, type=TypeDossier.PREMIER_AGREMENT, debut=dt.date(2027, 1, 1),
        fin=dt.date(2029, 12, 31), par=demande.directrice,
    )  # fmt: skip
    assert (suivant.projet.serie, suivant.projet.version, suivant.projet.est_fige) == (ancien.serie, 2, False)
    with pytest.raises(ActeRefuse, match="déjà ouvert"):
        CIRCUIT.executer(demande.dossier, "rouvrir", par=demande.personne(administration=True), motif="Erreur.")


def test_un_brouillon_abandonne_ne_se_rouvre_pas(demande: Demande) -> None:
    CIRCUIT.executer(demande.dossier, "abandonner", par=demande.directrice)
    with pytest.raises(ActeRefuse, match="jamais été transmis"):
        CIRCUIT.executer(demande.dossier, "rouvrir", par=demande.personne(administration=True), motif="Erreur.")


# --- L'avis ---------------------------------------------------------------------------------------


def test_l_avis_attend_la_grille_les_points_et_sa_redaction(negociee: Demande) -> None:
    operations.ouvrir_un_point(negociee.dossier, sujet="Accueil", position="Précisez.", par=negociee.conseillere)
    with pytest.raises(ActeRefuse) as refus:
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    for attendu in ("à noter dans la grille", "Point encore ouvert : Accueil", "Rédigez l'avis"):
        assert attendu in raisons(refus)


def test_sans_grille_en_vigueur_aucun_avis_ne_se_rend(negociee: Demande) -> None:
    Grille.objects.update(date_effet="2099-01-01")
    with pytest.raises(ActeRefuse, match="Aucune grille d'analyse n'est en vigueur"):
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)


def test_qui_a_redige_l_avis_ne_le_contresigne_pas(negociee: Demande) -> None:
    negociee.noter()
    negociee.accepter()
    operations.rediger_l_avis(
        negociee.dossier, sens=SensAvis.FAVORABLE, duree_proposee=3, synthese="Bien.", par=negociee.responsable
    )
    with pytest.raises(ActeRefuse, match="un autre responsable"):
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    assert Avis.objects.get().contresigne_le is None
    operations.rendre_l_avis(negociee.dossier, par=negociee.personne(responsable=True))
    assert negociee.dossier.statut == Statut.AVIS_RENDU


def test_reprendre_la_negociation_fait_tomber_la_contresignature() -> None:
    demande = Demande.prete(Statut.AVIS_RENDU)
    CIRCUIT.executer(demande.dossier, "reprendre_la_negociation", par=demande.responsable, motif="Une pièce a changé.")
    with pytest.raises(ActeRefuse, match="contresigner"):
        CIRCUIT.executer(demande.dossier, "rendre_l_avis", par=demande.responsable)
    operations.rendre_l_avis(demande.dossier, par=demande.responsable)
    assert demande.dossier.statut == Statut.AVIS_RENDU


@pytest.mark.parametrize(
    ("sens", "duree", "attendu"),
    [
        (SensAvis.FAVORABLE, None, "1 à 3 ans"),
        (SensAvis.FAVORABLE, 4, "1 à 3 ans"),
        (SensAvis.FAVORABLE_AVEC_RESERVES, 3, "écrivez-en au moins une"),
    ],
)
def test_un_avis_incoherent_n_est_pas_rendu(negociee: Demande, sens: str, duree: int | None, attendu: str) -> None:
    negociee.noter()
    negociee.accepter()
    negociee.rediger(sens=sens, duree_proposee=duree)
    with pytest.raises(ActeRefuse, match=attendu):
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)


def test_un_critere_bloquant_a_zero_interdit_un_avis_favorable_et_lui_seul(negociee: Demande) -> None:
    negociee.noter()
    negociee.accepter()
    Cotation.objects.filter(critere__bloquant=True).update(note=Note.ABSENT, commentaire="Aucun habitant associé.")
    negociee.rediger()
    with pytest.raises(ActeRefuse, match="noté 0"):
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    negociee.rediger(sens=SensAvis.DEFAVORABLE, duree_proposee=None)
    with pytest.raises(ActeRefuse, match="nommez au moins un critère"):
        operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    criteres = [cotation.critere for cotation in Cotation.objects.filter(note=Note.ABSENT)]
    negociee.rediger(sens=SensAvis.DEFAVORABLE, duree_proposee=None, criteres=criteres)
    operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    assert negociee.dossier.statut == Statut.AVIS_RENDU


def test_un_point_repris_en_reserve_est_regle_avec_sa_reserve(negociee: Demande) -> None:
    point = operations.ouvrir_un_point(negociee.dossier, sujet="Comité", position="Créez-le.", par=negociee.conseillere)
    with pytest.raises(ActeRefuse, match="Écrivez la réserve"):
        CIRCUIT_POINT.executer(point, "reprendre_en_reserve", par=negociee.conseillere)
    operations.reprendre_en_reserve(point, texte="Créer le comité.", echeance=bientot(200), par=negociee.conseillere)
    assert point.statut == StatutPoint.CLOS
    negociee.noter()
    negociee.accepter()
    negociee.rediger(sens=SensAvis.FAVORABLE_AVEC_RESERVES)
    operations.rendre_l_avis(negociee.dossier, par=negociee.responsable)
    assert negociee.dossier.reserves.get().point == point


def test_une_reserve_se_leve_sur_preuve_une_fois_l_agrement_accorde(negociee: Demande) -> None:
    reserve = operations.ajouter_une_reserve(
        negociee.dossier, texte="Recruter à l'accueil.", echeance=bientot(200), par=negociee.conseillere
    )
    with pytest.raises(ActeRefuse, match="Lever"):
        operations.lever_une_reserve(reserve, preuve=un_pdf("contrat.pdf"), par=negociee.conseillere)
    Dossier.objects.update(statut=Statut.ACCORDE)
    with pytest.raises(ActeInterdit):
        operations.lever_une_reserve(reserve, preuve=un_pdf("contrat.pdf"), par=negociee.directrice)
    reserve.dossier.refresh_from_db()
    operations.lever_une_reserve(reserve, preuve=un_pdf("contrat.pdf"), par=negociee.conseillere)
    assert (reserve.levee_le, reserve.preuve.nom) == (timezone.localdate(), "contrat.pdf")


# --- Scénario 10 : deux gestionnaires distincts ---------------------------------------------------


@pytest.fixture
def espace() -> Demande:
    """Un espace de vie sociale dont le gestionnaire porte déjà le centre social de la commune."""
    evs = StructureFactory(evs=True)
    StructureFactory(caisse=evs.caisse, gestionnaire=evs.gestionnaire, commune=evs.commune, nom="Les Tilleuls")
    demande = Demande(evs, directeur=False).menee_a(Statut.NEGOCIATION)
    demande.noter()
    demande.accepter()
    demande.rediger()
    return demande


def test_un_espace_et_un_centre_du_meme_gestionnaire_demandent_une_derogation_du_responsable(espace: Demande) -> None:
    with pytest.raises(ActeRefuse, match="Les Tilleuls"):
        operations.rendre_l_avis(espace.dossier, par=espace.responsable)
    derogation = {
        "nature": NatureDerogation.GESTIONNAIRES, "motif": "Aucun autre porteur sur le canton.",
        "contrepartie": "Une coordination écrite.", "date_limite": bientot(900),
    }  # fmt: skip
    with pytest.raises(ActeInterdit):
        operations.accorder_une_derogation(espace.dossier, par=espace.conseillere, **derogation)
    assert not Derogation.objects.exists()
    operations.accorder_une_derogation(espace.dossier, par=espace.responsable, **derogation)
    operations.rendre_l_avis(espace.dossier, par=espace.responsable)
    assert espace.dossier.statut == Statut.AVIS_RENDU


def test_une_derogation_de_qualification_ne_vaut_pas_pour_les_gestionnaires(espace: Demande) -> None:
    operations.accorder_une_derogation(
        espace.dossier, motif="M", contrepartie="C", date_limite=bientot(), par=espace.responsable
    )
    with pytest.raises(ActeRefuse, match="gestionnaires distincts"):
        operations.rendre_l_avis(espace.dossier, par=espace.responsable)


# --- Scénarios 11 et 14 : qualification, volet familles -------------------------------------------


@pytest.mark.parametrize(
    ("niveau", "etp", "nature", "manque"),
    [
        (5, "1.00", NatureDerogation.QUALIFICATION, "n'a pas le niveau 6"),
        (None, "1.00", NatureDerogation.QUALIFICATION, "diplôme non renseigné"),
        (6, "0.80", NatureDerogation.TEMPS_DE_TRAVAIL, "dirige à 0,8 ETP ; il faut 1 ETP"),
    ],
)
def test_une_direction_sans_le_niveau_ou_le_temps_plein_demande_une_derogation(
    niveau: int | None, etp: str, nature: NatureDerogation, manque: str
) -> None:
    structure = StructureFactory()
    poste = PosteFactory(structure=structure, niveau=niveau, etp=Decimal(etp))
    demande = Demande(structure, directeur=False).menee_a(Statut.NEGOCIATION)
    demande.noter()
    demande.accepter()
    demande.rediger()
    with pytest.raises(ActeRefuse, match=manque):
        operations.rendre_l_avis(demande.dossier, par=demande.responsable)
    operations.accorder_une_derogation(
        demande.dossier, nature=nature, poste=poste, motif="Expérience confirmée.", contrepartie="VAE avant le terme.",
        date_limite=bientot(500), par=demande.conseillere,
    )  # fmt: skip
    operations.rendre_l_avis(demande.dossier, par=demande.responsable)
    assert demande.dossier.statut == Statut.AVIS_RENDU


@pytest.mark.parametrize(("debut", "bloque"), [(dt.date(2026, 7, 1), False), (dt.date(2027, 1, 1), True)])
def test_sans_volet_familles_l_avis_est_bloque_a_la_date_et_averti_avant(debut: dt.date, bloque: bool) -> None:
    demande = Demande(debut=debut, fin=debut + dt.timedelta(days=700))
    ProjetSocial.objects.update(volet_familles=False)
    demande.dossier.refresh_from_db()
    demande.viser()
    demande.menee_a(Statut.NEGOCIATION)
    (volet,) = [
        condition for condition in conditions_de_l_avis(demande.dossier) if condition.libelle == "Volet familles"
    ]
    assert (bool(volet.manques), bool(volet.avertissements)) == (bloque, not bloque)


# --- Référentiel ----------------------------------------------------------------------------------


def test_le_referentiel_se_cree_une_fois_et_respecte_les_reglages_de_la_caisse(demande: Demande) -> None:
    caisse = demande.caisse
    piece = caisse.types_de_piece.get(code="P12")
    piece.libelle = "RIB"
    piece.save()
    piece.exigences.update(niveau="F")
    operations.creer_referentiel_des_pieces(caisse)
    piece.refresh_from_db()
    assert caisse.types_de_piece.count() == 26
    assert piece.libelle == "RIB"
    assert set(piece.exigences.values_list("niveau", flat=True)) == {"F"}
    assert piece.exigences.count() == 5 * 2 * 2


def test_un_responsable_confie_le_dossier_a_un_conseiller(demande: Demande) -> None:
    autre = demande.personne(conseiller=True)
    with pytest.raises(ActeInterdit):
        operations.affecter(demande.dossier, conseiller=autre, par=demande.conseillere)
    with pytest.raises(ActeRefuse, match="conseiller de votre Caf"):
        operations.affecter(demande.dossier, conseiller=demande.directrice, par=demande.responsable)
    assert operations.affecter(demande.dossier, conseiller=autre, par=demande.responsable).conseiller == autre
