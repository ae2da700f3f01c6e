"""La négociation : la plume passe, chacun prend position à part, les deux acceptent objectif par objectif."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.contrats.documents import contenu_du_contrat
from agrement.contrats.operations import manques_pour_generer
from agrement.dossiers import operations
from agrement.dossiers.accords import etat_des_accords, familles_accordees
from agrement.dossiers.choix import Cote, SensPosition, Statut, StatutPoint
from agrement.dossiers.models import Position, Tache
from agrement.dossiers.operations import Ancre, Dit
from agrement.dossiers.workflow import CIRCUIT_POINT
from centres.choix import FamilleObjectif
from centres.models import NOEUDS, Action, EcartDeVersions, Financement, Objectif
from centres.operations import ecart
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.contrats import accord_notifie
from tests.fabriques.dossiers import Demande
from tests.fabriques.suivi import DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande() -> Demande:
    return Demande.prete(Statut.NEGOCIATION)


def un_point(demande: Demande, position: Dit | str = "Précisez.", ancre: Ancre | None = None, sujet: str = "Accueil"):
    return operations.ouvrir_un_point(
        demande.dossier, sujet=sujet, position=position, ancre=ancre or Ancre(), par=demande.conseillere
    )


def rendre(demande: Demande) -> None:
    operations.rendre_au_porteur(demande.dossier, par=demande.conseillere)


def transmettre(demande: Demande) -> None:
    operations.transmettre_la_version(demande.dossier, par=demande.directrice)


def page(client: Client, demande: Demande, qui: object, **adresse: object) -> str:
    client.force_login(qui)
    negociation = reverse("dossiers:onglet", args=[demande.dossier.numero, "negociation"])
    return client.get(negociation, adresse).content.decode()


# --- La plume et le secret de ce qui s'écrit -------------------------------------------------------


def test_rien_de_ce_qu_un_cote_ecrit_n_est_lu_de_l_autre_avant_d_etre_transmis(
    client: Client, demande: Demande
) -> None:
    point = un_point(demande, "Position gardée.", sujet="Sujet gardé")
    lue = page(client, demande, demande.directrice)
    assert "gardé" not in lue
    assert "La Caf tient la plume" in lue
    assert "1 position en préparation" in lue
    journal = reverse("dossiers:onglet", args=[demande.dossier.numero, "journal"])
    assert "gardé" not in client.get(journal).content.decode()
    for adresse in ("prendre_position", "clore_un_point"):
        assert client.get(demande.dossier.adresse(f"dossiers:{adresse}", pk=point.pk)).status_code == 404
    rendre(demande)
    assert "Position gardée." in page(client, demande, demande.directrice)
    operations.prendre_position(point, dit=Dit("Réponse gardée."), par=demande.directrice)
    assert "Réponse gardée." not in page(client, demande, demande.conseillere)
    transmettre(demande)
    assert "Réponse gardée." in page(client, demande, demande.conseillere)


def test_la_plume_dit_qui_ecrit_et_jusqu_a_quand(client: Client, demande: Demande) -> None:
    un_point(demande)
    terme = timezone.localdate() + dt.timedelta(days=12)
    with pytest.raises(ActeRefuse, match="est passée"):
        operations.rendre_au_porteur(demande.dossier, par=demande.conseillere, jusqu_au=dt.date(2020, 1, 1))
    operations.rendre_au_porteur(demande.dossier, par=demande.conseillere, jusqu_au=terme)
    assert (demande.dossier.plume, demande.dossier.plume_jusqu_au) == (Cote.CENTRE, terme)
    assert demande.dossier.prochaine_echeance() == (terme, "Nouvelle version")
    assert "Le centre tient la plume" in page(client, demande, demande.conseillere)
    with pytest.raises(ActeRefuse, match="n&#39;est pas possible|n'est pas possible"):
        un_point(demande)


@pytest.mark.parametrize(
    ("dit", "refus"),
    [
        (Dit("  "), "Écrivez votre position"),
        (Dit("Non.", SensPosition.AMENDE), "ce que vous proposez"),
        (Dit("Oui.", SensPosition.ACCEPTE, "Autre texte"), "ne rien proposer d'autre"),
        (Dit("Oui.", SensPosition.ACCEPTE, montant=Decimal("1")), "ne rien proposer d'autre"),
    ],
)
def test_une_position_incoherente_est_refusee_et_rien_n_est_ecrit(demande: Demande, dit: Dit, refus: str) -> None:
    point = un_point(demande)
    rendre(demande)
    with pytest.raises(ActeRefuse, match=refus):
        operations.prendre_position(point, dit=dit, par=demande.directrice)
    assert Position.objects.count() == 1


@pytest.mark.parametrize(
    ("sens", "etat"),
    [
        (SensPosition.REPOND, StatutPoint.OUVERT),
        (SensPosition.ACCEPTE, StatutPoint.ACCEPTE),
        (SensPosition.AMENDE, StatutPoint.AMENDE),
        (SensPosition.DESACCORD, StatutPoint.DESACCORD),
    ],
)
def test_la_position_transmise_fait_l_etat_du_point(demande: Demande, sens: SensPosition, etat: StatutPoint) -> None:
    point = un_point(demande)
    rendre(demande)
    propose = Decimal("9500.00") if sens == SensPosition.AMENDE else None
    operations.prendre_position(point, dit=Dit("Notre position.", sens, montant=propose), par=demande.directrice)
    point.refresh_from_db()
    assert point.statut == StatutPoint.OUVERT
    transmettre(demande)
    point.refresh_from_db()
    assert point.statut == etat
    derniere = point.positions.last()
    assert (derniere.version, derniere.montant) == (2, propose)


def test_un_point_ouvert_ou_en_desaccord_retient_l_avis_jusqu_a_ce_qu_il_soit_regle(demande: Demande) -> None:
    points = [un_point(demande, sujet=sujet) for sujet in ("Horaires", "Comité", "Loyer")]
    rendre(demande)
    for point in points:
        operations.prendre_position(point, dit=Dit("Non.", SensPosition.DESACCORD), par=demande.directrice)
    transmettre(demande)
    demande.noter()
    demande.accepter()
    demande.rediger()
    with pytest.raises(ActeRefuse, match="Point encore ouvert : Horaires.*Comité.*Loyer"):
        operations.rendre_l_avis(demande.dossier, par=demande.responsable)
    operations.accepter_un_point(points[0], par=demande.conseillere)
    CIRCUIT_POINT.executer(points[1], "clore", par=demande.conseillere, motif="Sans objet.")
    terme = timezone.localdate() + dt.timedelta(days=200)
    operations.reprendre_en_reserve(points[2], texte="Revoir le bail.", echeance=terme, par=demande.conseillere)
    operations.retirer_une_reserve(demande.dossier.reserves.get(), par=demande.conseillere)
    points[2].refresh_from_db()
    assert points[2].statut == StatutPoint.OUVERT
    operations.reprendre_en_reserve(points[2], texte="Revoir le bail.", echeance=terme, par=demande.conseillere)
    demande.rediger(sens="favorable_avec_reserves")
    operations.rendre_l_avis(demande.dossier, par=demande.responsable)
    assert demande.dossier.statut == Statut.AVIS_RENDU


def test_la_caf_n_accepte_que_ce_que_le_centre_a_repondu(demande: Demande) -> None:
    point = un_point(demande)
    with pytest.raises(ActeRefuse, match="pas encore répondu"):
        operations.accepter_un_point(point, par=demande.conseillere)


@pytest.mark.parametrize("sorte", ["axes", "objectifs", "actions", "financements", "indicateurs", "budget"])
def test_un_point_s_attache_a_toute_sorte_de_noeud_et_s_y_lit(client: Client, demande: Demande, sorte: str) -> None:
    noeud = NOEUDS[sorte]._default_manager.filter(projet=demande.dossier.projet).first()
    client.force_login(demande.conseillere)
    ouvrir = demande.dossier.adresse("dossiers:ouvrir_un_point")
    client.post(f"{ouvrir}?noeud={noeud.cle}", {"sujet": "À revoir", "texte": "Dites-en plus."})
    assert demande.dossier.points.get().cle == noeud.cle
    lue = page(client, demande, demande.conseillere, noeud=noeud.cle)
    assert "Dites-en plus." in lue
    assert "1 point ouvert" in lue


def test_un_point_s_attache_a_une_piece_mais_pas_a_ce_qui_n_existe_pas(client: Client, demande: Demande) -> None:
    client.force_login(demande.conseillere)
    ouvrir = demande.dossier.adresse("dossiers:ouvrir_un_point")
    client.post(f"{ouvrir}?piece=P16", {"sujet": "Budget", "texte": "Détaillez.", "montant": "9500"})
    point = demande.dossier.points.get()
    assert (point.piece.code, point.positions.get().montant) == ("P16", Decimal("9500"))
    assert "Montant proposé" in page(client, demande, demande.conseillere, piece="P16")
    for ailleurs in (f"?noeud={uuid.uuid4()}", "?noeud=rien", "?piece=P99"):
        assert client.post(ouvrir + ailleurs, {"sujet": "S", "texte": "T"}).status_code == 404
    assert demande.dossier.points.count() == 1


def test_deux_onglets_sur_un_meme_point_le_second_est_prevenu_et_garde_son_texte(
    client: Client, demande: Demande
) -> None:
    point = un_point(demande)
    rendre(demande)
    client.force_login(demande.directrice)
    adresse = demande.dossier.adresse("dossiers:prendre_position", pk=point.pk)
    client.post(adresse, {"sens": "repond", "texte": "Premier onglet.", "connue": ""})
    reponse = client.post(adresse, {"sens": "repond", "texte": "Second onglet.", "connue": ""})
    lue = reponse.content.decode()
    assert "a écrit entre-temps" in lue
    assert "Premier onglet." in lue
    assert "Second onglet." in lue
    assert point.positions.get(cote=Cote.CENTRE).texte == "Premier onglet."
    connue = reponse.context["formulaire"]["connue"].value()
    client.post(adresse, {"sens": "repond", "texte": "Second onglet.", "connue": connue})
    assert point.positions.get(cote=Cote.CENTRE).texte == "Second onglet."


def test_un_point_clos_avant_d_etre_transmis_ne_retient_pas_la_plume_et_ne_se_dit_jamais(
    client: Client, demande: Demande
) -> None:
    doublon, autre = un_point(demande, sujet="Sujet en double"), un_point(demande, sujet="Horaires")
    CIRCUIT_POINT.executer(doublon, "clore", par=demande.conseillere, motif="En double.")
    reserve = operations.ajouter_une_reserve(
        demande.dossier, texte="Revoir le bail.", echeance=dt.date(2099, 1, 1), par=demande.conseillere, point=doublon
    )
    rendre(demande)
    lue = page(client, demande, demande.directrice)
    assert "Horaires" in lue
    assert reserve.texte in lue
    assert "Sujet en double" not in lue
    journal = reverse("dossiers:onglet", args=[demande.dossier.numero, "journal"])
    assert "Sujet en double" not in client.get(journal).content.decode()
    assert autre.positions.get().transmise_le is not None


def test_un_point_sur_un_element_disparu_se_regle_encore(client: Client, demande: Demande) -> None:
    point = un_point(demande, ancre=Ancre("actions", Action.objects.get().cle))
    rendre(demande)
    Action.objects.filter(projet=demande.dossier.projet).delete()
    operations.prendre_position(point, dit=Dit("L'action est retirée."), par=demande.directrice)
    transmettre(demande)
    client.force_login(demande.conseillere)
    accepter = demande.dossier.adresse("dossiers:acte_de_point", pk=point.pk, acte="accepter")
    assert client.post(accepter, follow=True).status_code == 200
    point.refresh_from_db()
    assert point.statut == StatutPoint.ACCEPTE


def test_qui_ecrit_pour_le_centre_ne_lit_ni_ne_recouvre_ce_que_le_centre_prepare(
    client: Client, demande: Demande
) -> None:
    point = un_point(demande)
    rendre(demande)
    operations.prendre_position(point, dit=Dit("Brouillon du centre."), par=demande.directrice)
    client.force_login(demande.conseillere)
    adresse = demande.dossier.adresse("dossiers:prendre_position", pk=point.pk)
    assert "Brouillon du centre." not in client.get(adresse).content.decode()
    refusee = client.post(adresse, {"sens": "repond", "texte": "À sa place.", "connue": ""}).content.decode()
    assert "elle est à lui" in refusee
    assert "Brouillon du centre." not in refusee
    assert point.positions.get(cote=Cote.CENTRE).texte == "Brouillon du centre."


# --- L'accord sur chaque objectif ------------------------------------------------------------------


def lignes(demande: Demande):
    return {ligne.objectif.intitule: ligne for ligne in etat_des_accords(demande.dossier)}


def test_transmettre_vaut_accord_du_centre_et_la_caf_accepte_objectif_par_objectif(
    client: Client, demande: Demande
) -> None:
    assert {(ligne.caf, ligne.centre) for ligne in lignes(demande).values()} == {(False, True)}
    general = lignes(demande)["Créer des liens"].objectif
    client.force_login(demande.conseillere)
    client.post(demande.dossier.adresse("dossiers:accepter_des_objectifs"), {"objectif": str(general.cle)})
    lue = page(client, demande, demande.conseillere, noeud=general.cle)
    assert "<strong>1</strong> objectif sur 2 accordé" in lue
    assert set(familles_accordees(demande.dossier)) == {general.cle}
    client.post(demande.dossier.adresse("dossiers:retirer_l_accord", cle=general.cle))
    assert familles_accordees(demande.dossier) == {}
    client.post(demande.dossier.adresse("dossiers:accepter_des_objectifs"), {"tous": "1"})
    assert len(familles_accordees(demande.dossier)) == 2


def test_le_centre_ignore_qu_un_point_non_transmis_suspend_un_accord(client: Client, demande: Demande) -> None:
    demande.accepter()
    un_point(demande, ancre=Ancre("actions", Action.objects.get().cle))
    lue = page(client, demande, demande.directrice)
    assert "<strong>2</strong> objectifs sur 2 accordés" in lue
    assert "En discussion" not in lue
    assert "<strong>1</strong> objectif sur 2 accordé" in page(client, demande, demande.conseillere)


def test_on_n_accepte_que_ce_que_la_page_montrait(client: Client, demande: Demande) -> None:
    cle = lignes(demande)["Créer des liens"].objectif.cle
    client.force_login(demande.directrice)
    accepter = demande.dossier.adresse("dossiers:accepter_des_objectifs")
    vue = client.get(reverse("dossiers:onglet", args=[demande.dossier.numero, "negociation"]), {"noeud": str(cle)})
    connues = vue.context["accord"].temoin
    operations.classer_un_objectif(demande.dossier, cle=cle, famille="complementaire", par=demande.conseillere)
    reponse = client.post(accepter, {"objectif": str(cle), "connues": connues}, follow=True)
    assert "a changé depuis que la page" in reponse.content.decode()
    assert not lignes(demande)["Créer des liens"].centre


def test_un_contrat_sans_objectif_accepte_ne_s_ecrit_pas_et_s_accepte_encore_apres_la_decision() -> None:
    accord = accord_notifie()
    accord.dossier.accords.all().delete()
    assert "Aucun objectif n'est accepté" in " ".join(map(str, manques_pour_generer(accord.dossier)))
    cles = {ligne.objectif.cle for ligne in etat_des_accords(accord.dossier)}
    responsable = UtilisateurFactory(responsable=True, caisse=accord.caisse)
    for cote, qui in ((Cote.CAF, responsable), (Cote.CENTRE, accord.directrice)):
        operations.accepter_des_objectifs(accord.dossier, cles=cles, cote=cote, par=qui)
    assert not list(manques_pour_generer(accord.dossier))


def test_un_point_ouvert_suspend_l_accord_de_la_caf_sur_son_objectif(demande: Demande) -> None:
    demande.accepter()
    action = Action.objects.get(projet=demande.dossier.projet)
    un_point(demande, ancre=Ancre("actions", action.cle))
    touche, intact = lignes(demande)["Tenir un café des habitants"], lignes(demande)["Créer des liens"]
    assert (touche.caf, touche.points_ouverts, intact.accorde) == (False, 1, True)
    with pytest.raises(ActeRefuse, match="Réglez d'abord les points ouverts de l'objectif 1.1.1"):
        demande.accepter()


def test_changer_le_texte_d_un_objectif_fait_tomber_l_accord_et_lui_seul(demande: Demande) -> None:
    demande.accepter()
    un_point(demande)
    rendre(demande)
    Action.objects.filter(projet=demande.dossier.projet).update(lieu="Place du marché")
    operations.prendre_position(demande.dossier.points.get(), dit=Dit("Fait."), par=demande.directrice)
    transmettre(demande)
    etat = {nom: (ligne.caf, ligne.centre) for nom, ligne in lignes(demande).items()}
    assert etat == {"Créer des liens": (True, True), "Tenir un café des habitants": (False, True)}


def test_la_famille_retenue_par_la_caf_s_accepte_des_deux_cotes(demande: Demande) -> None:
    demande.accepter()
    cle = lignes(demande)["Créer des liens"].objectif.cle
    with pytest.raises(ActeRefuse, match="famille de la liste"):
        operations.classer_un_objectif(demande.dossier, cle=cle, famille="autre", par=demande.conseillere)
    with pytest.raises(ActeInterdit):
        operations.classer_un_objectif(demande.dossier, cle=cle, famille="particulier", par=demande.directrice)
    operations.classer_un_objectif(demande.dossier, cle=cle, famille="complementaire", par=demande.conseillere)
    assert not lignes(demande)["Créer des liens"].accorde
    for cote, qui in ((Cote.CAF, demande.conseillere), (Cote.CENTRE, demande.directrice)):
        operations.accepter_des_objectifs(demande.dossier, cles={cle}, cote=cote, par=qui)
    assert familles_accordees(demande.dossier)[cle] == FamilleObjectif.COMPLEMENTAIRE
    un_point(demande)
    rendre(demande)
    operations.prendre_position(demande.dossier.points.get(), dit=Dit("Fait."), par=demande.directrice)
    transmettre(demande)
    assert lignes(demande)["Créer des liens"].accorde


def test_un_objectif_inconnu_ou_hors_de_son_tour_ne_s_accepte_pas(demande: Demande) -> None:
    cles = {ligne.objectif.cle for ligne in lignes(demande).values()}
    for mauvaises, refus in (({uuid.uuid4()}, "rechargez la page"), (set(), "au moins un objectif")):
        with pytest.raises(ActeRefuse, match=refus):
            operations.accepter_des_objectifs(demande.dossier, cles=mauvaises, cote=Cote.CAF, par=demande.conseillere)
    with pytest.raises(ActeInterdit):
        operations.accepter_des_objectifs(demande.dossier, cles=cles, cote=Cote.CAF, par=demande.directrice)
    un_point(demande)
    rendre(demande)
    with pytest.raises(ActeRefuse, match="Projet à reprendre"):
        operations.accepter_des_objectifs(demande.dossier, cles=cles, cote=Cote.CAF, par=demande.conseillere)
    assert familles_accordees(demande.dossier) == {}


def test_le_journal_garde_une_ligne_par_acte_d_accord(demande: Demande) -> None:
    demande.accepter()
    entrees = EntreeDuJournal.objects.sur(demande.dossier).filter(acte="accepter_des_objectifs")
    assert [entree.libelle for entree in entrees] == ["Objectifs 1.1, 1.1.1 : accepté par la Caf"]


# --- Quatre tours, et le contrat --------------------------------------------------------------------


def tour(demande: Demande, *reponses: tuple[object, Dit]) -> list[tuple[str, str, str, str]]:
    """Le centre répond et transmet : ce que la nouvelle version change, nœud par nœud, tel que l'écart est gardé."""
    avant = demande.dossier.projet_transmis()
    for point, dit in reponses:
        operations.prendre_position(point, dit=dit, par=demande.directrice)
    transmettre(demande)
    garde = EcartDeVersions.objects.get(avant=avant, apres=demande.dossier.projet)
    assert garde.contenu
    entrees = ecart(garde.avant, garde.apres)
    lues = [entree for entree in entrees if entree.avant or not entree.champ]  # sans les champs d'un nœud ajouté
    return [(entree.geste, entree.intitule, entree.champ, entree.apres) for entree in lues]


def test_en_quatre_tours_chaque_ecart_est_juste_et_seuls_les_objectifs_acceptes_arrivent_au_contrat(
    demande: Demande,
) -> None:
    dossier = demande.dossier
    cout = un_point(demande, "Trop cher.", Ancre("financements", Financement.objects.get().cle), "Le coût du café")
    rendre(demande)  # premier tour : une contre-proposition, et un objectif de plus
    Objectif.objects.create(
        projet=dossier.projet, axe=dossier.projet.axes.get(), ordre=9, intitule="Ouvrir le dimanche"
    )
    moins = Dit("Moins.", SensPosition.AMENDE, montant=Decimal("9500"))
    assert tour(demande, (cout, moins)) == [("ajout", "Ouvrir le dimanche", "", "")]
    cout.refresh_from_db()
    assert (cout.statut, len(lignes(demande))) == (StatutPoint.AMENDE, 3)

    operations.prendre_position(cout, dit=Dit("D'accord, à écrire."), par=demande.conseillere)
    ancre = Ancre("objectifs", lignes(demande)["Ouvrir le dimanche"].objectif.cle)
    dimanche = un_point(demande, "Avec quelle équipe ?", ancre)
    rendre(demande)  # deuxième tour : le montant est écrit ; le dimanche fait désaccord
    Financement.objects.filter(projet=dossier.projet).update(montant=Decimal("9500"))
    fait, non = Dit("C'est écrit.", SensPosition.ACCEPTE), Dit("Nous y tenons.", SensPosition.DESACCORD)
    ecrit = ("changement", "Commune", "montant, par an", "9\u202f500,00\u00a0€")
    assert tour(demande, (cout, fait), (dimanche, non)) == [ecrit]

    operations.prendre_position(dimanche, dit=Dit("Et si l'action du café y passait ?"), par=demande.conseillere)
    rendre(demande)  # troisième tour : l'action du café passe sous le nouvel objectif
    cible = dossier.projet.objectifs.get(intitule="Ouvrir le dimanche")
    Action.objects.filter(projet=dossier.projet).update(objectif=cible)
    assert [geste for geste, *_ in tour(demande, (dimanche, Dit("Essayons.")))] == ["deplacement"]

    operations.prendre_position(dimanche, dit=Dit("Sans équipe, non."), par=demande.conseillere)
    rendre(demande)  # quatrième tour : elle revient à sa place, et le centre maintient son objectif
    retour = dossier.projet.objectifs.get(intitule="Tenir un café des habitants")
    Action.objects.filter(projet=dossier.projet).update(objectif=retour)
    assert [geste for geste, *_ in tour(demande, (dimanche, non))] == ["deplacement"]

    CIRCUIT_POINT.executer(dimanche, "clore", par=demande.conseillere, motif="Désaccord constaté : objectif écarté.")
    acceptes = {ligne.objectif.cle for nom, ligne in lignes(demande).items() if nom != "Ouvrir le dimanche"}
    operations.accepter_des_objectifs(dossier, cles=acceptes, cote=Cote.CAF, par=demande.conseillere)
    demande.noter()
    demande.rediger()
    operations.rendre_l_avis(dossier, par=demande.responsable)
    assert dossier.projet.version == 5
    decision = DecisionFactory(dossier=dossier)
    dit = contenu_du_contrat(dossier, decision, numero="2026-0001", code="0" * 12, parties=[])
    imprime = str(dit["objectifs"]) + str(dit["axes"])
    assert "Créer des liens" in imprime
    assert "Café du mercredi" in imprime
    assert "dimanche" not in imprime


# --- Les tâches -------------------------------------------------------------------------------------


def test_un_point_devient_une_tache_qui_parait_sur_l_accueil_jusqu_a_ce_qu_elle_soit_faite(
    client: Client, demande: Demande
) -> None:
    point = un_point(demande, sujet="Statuts à fournir")
    terme = timezone.localdate() + dt.timedelta(days=9)
    champs = {"intitule": "Envoyer les statuts", "echeance": terme}
    with pytest.raises(ActeRefuse, match="pas encore transmis au centre"):
        operations.confier_une_tache(
            demande.dossier, pour=demande.directrice, point=point, par=demande.conseillere, **champs
        )
    rendre(demande)
    client.force_login(demande.conseillere)
    confier = f"{demande.dossier.adresse('dossiers:confier_une_tache')}?point={point.pk}"
    client.post(confier, {**champs, "pour": demande.directrice.pk})
    tache = Tache.objects.get()
    client.force_login(demande.directrice)
    assert "Envoyer les statuts" in client.get(reverse("accueil:accueil")).content.decode()
    assert "Envoyer les statuts" in page(client, demande, demande.directrice)
    client.post(demande.dossier.adresse("dossiers:faire_une_tache", pk=tache.pk))
    tache.refresh_from_db()
    assert tache.faite_le is not None
    assert "Envoyer les statuts" not in client.get(reverse("accueil:accueil")).content.decode()
    with pytest.raises(ActeRefuse, match="faite depuis"):
        operations.faire_une_tache(tache, par=demande.directrice)


def test_une_tache_de_la_caf_a_la_caf_ne_se_lit_pas_au_centre(client: Client, demande: Demande) -> None:
    operations.confier_une_tache(
        demande.dossier, intitule="Appeler la mairie entre nous", pour=demande.responsable,
        echeance=timezone.localdate(), par=demande.conseillere,
    )  # fmt: skip
    assert "entre nous" not in page(client, demande, demande.directrice)
    journal = reverse("dossiers:onglet", args=[demande.dossier.numero, "journal"])
    assert "entre nous" not in client.get(journal).content.decode()


@pytest.mark.parametrize(
    ("champs", "refus"),
    [({"intitule": " "}, "ce qui est à faire"), ({"echeance": dt.date(2020, 1, 1)}, "est passée")],
)
def test_une_tache_mal_dite_est_refusee(demande: Demande, champs: dict[str, object], refus: str) -> None:
    entiers = {"intitule": "Lire", "pour": demande.responsable, "echeance": timezone.localdate(), **champs}
    with pytest.raises(ActeRefuse, match=refus):
        operations.confier_une_tache(demande.dossier, par=demande.conseillere, **entiers)
    assert not Tache.objects.exists()
