"""L'histoire entière : trois ans de contrats, puis un dossier dans chacun des dix-huit états."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from agrement.accueil.demonstration.conventions import ecrire_les_conventions
from agrement.accueil.demonstration.echanges import ecrire_les_echanges
from agrement.accueil.demonstration.ecrire_le_decor import Decor, planter_le_decor
from agrement.accueil.demonstration.ecrire_projets import ecrire_le_projet
from agrement.accueil.demonstration.recits import Recit, piece_de_demonstration, presidence_de
from agrement.accueil.demonstration.seances import SeanceRacontee, avertir, generer, signer
from agrement.accueil.demonstration.tables import STRUCTURES
from agrement.accueil.demonstration.temps import le
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.dossiers import operations as dossiers
from agrement.dossiers.choix import SensAvis, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import fin_de_periode
from agrement.seances.choix import TypeRecours
from agrement.seances.operations import constater_les_fins_de_delai, enregistrer_un_recours
from agrement.suivi.operations import creer_les_echeances_manquantes
from centres.operations import viser
from socle.models import Courriel

ANCIENS = ("Centre social La Passerelle", "Centre social Les Capucins", "EVS La Halte")
RECENTS = ("Centre social intercommunal des Prés", "EVS Le Café des voisins")


class Histoire:
    """Écrit la démonstration au jour donné. Deux fois le même jour, elle est la même."""

    def __init__(self, jour: dt.date) -> None:
        self.jour = jour
        self.decor: Decor = planter_le_decor(jour)
        self.piece = piece_de_demonstration()
        self.an_prochain = dt.date(jour.year + 1, 1, 1)
        self.ete_prochain = dt.date(jour.year + 1, 7, 1)

    def raconter(self) -> None:
        self._contrats_en_cours(ANCIENS, dt.date(self.jour.year - 2, 1, 1))
        self._contrats_en_cours(RECENTS, dt.date(self.jour.year, 1, 1))
        self._avant_l_instruction()
        self._en_negociation()
        self._seance_de_l_ete()
        self._seance_passee()
        self._seance_a_venir()
        self._projet_pret_aux_tilleuls()
        ecrire_les_conventions(self.decor, self.jour)
        with le(self.jour - dt.timedelta(days=2), 5):
            faire_vivre_les_contrats()
            creer_les_echeances_manquantes()
            constater_les_fins_de_delai()

    def recit(self, nom: str, il_y_a: int, *, debut: dt.date | None = None) -> Recit:
        """Un dossier ouvert il y a tant de jours ; un renouvellement si la structure a déjà été agréée."""
        rang, ligne = next((rang, ligne) for rang, ligne in enumerate(STRUCTURES) if ligne.nom == nom)
        type_ = TypeDossier.RENOUVELLEMENT if ligne.annee else TypeDossier.PREMIER_AGREMENT
        return Recit(
            self.decor,
            self.decor.structures[nom],
            rang,
            self.jour - dt.timedelta(days=il_y_a),
            debut or self.an_prochain,
            type_,
            modele_de_piece=self.piece,
        )

    def _contrats_en_cours(self, noms: tuple[str, ...], debut: dt.date) -> None:
        """Une séance de décembre, et des contrats signés avant le 1er janvier qui suit."""
        seance = SeanceRacontee(self.decor, debut - dt.timedelta(days=21))
        recits = [self.recit(nom, (self.jour - debut).days + 150, debut=debut) for nom in noms]
        for recit in recits:
            recit.jusqu_a_l_avis()
        seance.inscrire(recits)
        seance.tenir()
        decisions = [seance.accorder(recit) for recit in recits]
        seance.lever()
        for decision in decisions:
            seance.notifier(decision)
        seance.approuver()
        for recit in recits:
            signer(self.decor, generer(recit, debut - dt.timedelta(days=10)), debut - dt.timedelta(days=8))

    def _avant_l_instruction(self) -> None:
        brouillon = self.recit("Centre social La Passerelle", 20)
        brouillon.ouvrir()
        depose = self.recit("Centre socioculturel du Val-Fleuri", 12)
        depose.ouvrir()
        depose.deposer_les_pieces(sauf=("P20", "P24"))
        depose.deposer()
        incomplet = self.recit("Centre social municipal de la Forge", 40, debut=self.ete_prochain)
        irrecevable = self.recit("Centre social Horizons", 90, debut=self.ete_prochain)
        recevable = self.recit("Centre social Jeanne-Barret", 45, debut=self.ete_prochain)
        retire = self.recit("Préfiguration Roche-Haute", 120)
        for recit in (incomplet, irrecevable, recevable, retire):
            recit.ouvrir()
            recit.deposer_les_pieces()
            recit.deposer()
        incomplet.demander_des_complements()
        recevable.declarer_recevable()
        with le(irrecevable.jour(25)):
            irrecevable.examiner(
                R05="Pas de perspectives pluriannuelles nouvelles : le projet reprend celui de la période passée."
            )
            dossiers.declarer_irrecevable(irrecevable.dossier, par=irrecevable.responsable)
        with le(retire.jour(30)):
            Dossier.circuit.executer(
                retire.dossier, "retirer", par=retire.porteur, motif="La commune reporte l'ouverture d'un an."
            )

    def _en_negociation(self) -> None:
        en_cours = self.recit("Centre social L'Éclusière", 50, debut=self.ete_prochain)
        a_reprendre = self.recit("Centre social Bourg-Neuf", 55, debut=self.ete_prochain)
        for recit in (en_cours, a_reprendre):
            recit.ouvrir()
            recit.deposer_les_pieces()
            recit.deposer()
            recit.declarer_recevable()
            recit.negocier()
        a_reprendre.rendre_au_porteur()
        ecrire_les_echanges(en_cours, self.jour)
        self.recit("Centre social La Verrerie", 170, debut=self.ete_prochain).jusqu_a_l_avis()
        self.recit("EVS La Halte", 70).jusqu_a_l_avis()

    def _seance_de_l_ete(self) -> None:
        """Deux refus : l'un devient définitif, l'autre est attaqué."""
        seance = SeanceRacontee(self.decor, self.jour - dt.timedelta(days=110))
        definitif = self.recit("Préfiguration Les Hauts", 230)
        attaque = self.recit("Centre social Les Capucins", 235)
        for recit in (definitif, attaque):
            recit.jusqu_a_l_avis(sens=SensAvis.DEFAVORABLE)
        avertir(attaque, seance.date - dt.timedelta(days=25))
        seance.inscrire((definitif, attaque))
        seance.tenir()
        refus, decision = seance.refuser(definitif), seance.refuser(attaque)
        seance.lever()
        seance.notifier(refus)
        seance.notifier(decision)
        seance.approuver()
        date = seance.date + dt.timedelta(days=65)
        with le(date):
            enregistrer_un_recours(decision, type=TypeRecours.GRACIEUX, date=date, par=seance.secretaire)

    def _seance_passee(self) -> None:
        """La dernière séance, son procès-verbal à approuver : accords et refus à tous les stades de leur suite."""
        seance = SeanceRacontee(self.decor, self.jour - dt.timedelta(days=20))
        noms = (
            "EVS Les Petits Pas",
            "Préfiguration du Pont",
            "Centre social Le Moulin Vert",
            "EVS La Fabrique à liens",
            "EVS La Grange",
            "EVS Au fil de l'Orne",
        )
        recits = {nom: self.recit(nom, 165 + rang) for rang, nom in enumerate(noms)}
        for recit in recits.values():
            recit.jusqu_a_l_avis(
                sens=SensAvis.DEFAVORABLE if "Pont" in recit.structure.nom else SensAvis.FAVORABLE_AVEC_RESERVES
            )
        seance.inscrire(recits.values())
        seance.tenir()
        seance.accorder(recits["EVS Les Petits Pas"])
        seance.refuser(recits["Préfiguration du Pont"])
        seance.ajourner(recits["EVS Au fil de l'Orne"])
        noms_a_notifier = ("Centre social Le Moulin Vert", "EVS La Fabrique à liens", "EVS La Grange")
        decisions = [seance.accorder(recits[nom]) for nom in noms_a_notifier]
        seance.lever()
        for decision in decisions:
            seance.notifier(decision)
        generer(recits["EVS La Fabrique à liens"], self.jour - dt.timedelta(days=5))
        signer(
            self.decor,
            generer(recits["EVS La Grange"], self.jour - dt.timedelta(days=9)),
            self.jour - dt.timedelta(days=3),
        )

    def _seance_a_venir(self) -> None:
        seance = SeanceRacontee(self.decor, self.jour + dt.timedelta(days=22))
        recits = [self.recit(nom, 160) for nom in ("Centre socioculturel Simone-Weil", "EVS Tisserands")]
        for recit in recits:
            recit.jusqu_a_l_avis()
        seance.inscrire(recits)
        SeanceRacontee(self.decor, self.jour + dt.timedelta(days=78))

    def _projet_pret_aux_tilleuls(self) -> None:
        """La présidente a validé le projet : la directrice n'a plus qu'à ouvrir sa première demande."""
        tilleuls = self.decor.structures["Centre social Les Tilleuls"]
        projet = ecrire_le_projet(
            tilleuls,
            rang=0,
            debut=self.an_prochain,
            fin=fin_de_periode(self.an_prochain, 3),
            adopte_le=self.jour - dt.timedelta(days=12),
        )
        with le(self.jour - dt.timedelta(days=10)):
            viser(projet, par=presidence_de(tilleuls))


def ecrire_la_demonstration(jour: dt.date) -> None:
    """Toute la démonstration, ou rien. Ses courriels sont réputés partis."""
    with transaction.atomic():
        Histoire(jour).raconter()
        Courriel.objects.filter(envoye_le=None).update(envoye_le=F("cree_le"))
