"""Les récits : chaque dossier vit les actes de son circuit, à leur date, par la personne qui en a le droit."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from django.core.files.base import ContentFile

from agrement.accueil.demonstration.ecrire_le_decor import Decor
from agrement.accueil.demonstration.ecrire_projets import ecrire_le_projet
from agrement.accueil.demonstration.temps import le
from agrement.dossiers import operations as dossiers
from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import Cote, RaisonDeComplement, SensAvis, TypeDossier
from agrement.dossiers.models import Dossier, TypeDePiece
from agrement.dossiers.regles import fin_de_periode
from centres.models import Structure
from centres.operations import viser
from comptes.choix import Role
from comptes.models import Utilisateur
from evaluation.models import Critere
from evaluation.operations import coter
from socle.pdf import rendre

SYNTHESE = (
    "Le projet est construit avec les habitants, le diagnostic est partagé et les objectifs sont mesurables. "
    "La gouvernance progresse. Le conseil technique propose l'agrément pour la durée indiquée."
)


@dataclass
class Recit:
    """Un dossier qui avance. Chaque méthode fait un acte, tant de jours après l'ouverture."""

    decor: Decor
    structure: Structure
    rang: int
    ouverture: dt.date
    debut: dt.date
    type: TypeDossier = TypeDossier.PREMIER_AGREMENT
    annees: int = 3
    modele_de_piece: bytes = b""
    dossier: Dossier = field(init=False)

    @cached_property
    def porteur(self) -> Utilisateur:
        """La direction rattachée à la structure."""
        return Utilisateur.objects.filter(role=Role.DIRECTION, rattachements__structure=self.structure).earliest("pk")

    @cached_property
    def presidence(self) -> Utilisateur:
        """La présidence du gestionnaire de la structure."""
        return presidence_de(self.structure)

    @cached_property
    def conseiller(self) -> Utilisateur:
        assert self.structure.conseiller is not None
        return self.structure.conseiller

    @cached_property
    def responsable(self) -> Utilisateur:
        return self.decor.personnes["responsable@caf"]

    def jour(self, decalage: int) -> dt.date:
        return self.ouverture + dt.timedelta(days=decalage)

    def ouvrir(self) -> None:
        """Un renouvellement suit, au lendemain de son terme, l'agrément en cours."""
        fin = fin_de_periode(self.debut, self.annees)
        renouvellement = self.type == TypeDossier.RENOUVELLEMENT
        echeance = self.debut - dt.timedelta(days=1) if renouvellement else None
        with le(self.ouverture):
            ecrire_le_projet(self.structure, rang=self.rang, debut=self.debut, fin=fin, adopte_le=self.jour(-6))
            self.dossier = dossiers.ouvrir(
                structure=self.structure,
                type=self.type,
                debut=self.debut,
                fin=fin,
                par=self.porteur,
                echeance_actuelle=echeance,
            )

    def deposer_les_pieces(self, *, sauf: tuple[str, ...] = ()) -> None:
        with le(self.jour(5)):
            for code, _ in self.dossier.pieces_obligatoires():
                if code not in sauf:
                    self.deposer_une_piece(code)

    def deposer_une_piece(self, code: str) -> None:
        type_de_piece = TypeDePiece.objects.get(caisse=self.decor.caisse, code=code)
        fichier = ContentFile(self.modele_de_piece, name=f"{code} {type_de_piece.libelle[:60]}.pdf".replace("/", "-"))
        dossiers.deposer_piece(self.dossier, type_de_piece, fichier, par=self.porteur)

    def deposer(self) -> None:
        """La présidence valide le projet la veille."""
        with le(self.jour(7)):
            assert self.dossier.projet is not None
            viser(self.dossier.projet, par=self.presidence)
        with le(self.jour(8)):
            dossiers.deposer(self.dossier, par=self.porteur)

    def demander_des_complements(self) -> None:
        with le(self.jour(15)):
            piece = TypeDePiece.objects.get(caisse=self.decor.caisse, code="P12")
            dossiers.demander_des_complements(
                self.dossier,
                lignes=[
                    (piece, "Le relevé d'identité bancaire est illisible.", RaisonDeComplement.ILLISIBLE),
                    ("diagnostic", "Datez les chiffres et citez leurs sources.", RaisonDeComplement.INCOMPLETE),
                ],
                echeance=self.jour(60),
                message="Merci de déposer un document lisible.",
                par=self.conseiller,
            )

    def declarer_recevable(self) -> None:
        with le(self.jour(20)):
            for piece in self.dossier.pieces.en_vigueur():
                piece.circuit.executer(piece, "declarer_conforme", par=self.conseiller)
            self.examiner()
            Dossier.circuit.executer(self.dossier, "declarer_recevable", par=self.conseiller)

    def examiner(self, **non: str) -> None:
        """Répond « oui » à chaque critère de recevabilité, sauf à ceux que l'on nomme, avec la raison du « non »."""
        criteres = self.decor.caisse.criteres_de_recevabilite.applicables_a(self.dossier)
        reponses = {critere: ("non", non[critere.code]) if critere.code in non else ("oui", "") for critere in criteres}
        dossiers.examiner(self.dossier, reponses=reponses, par=self.conseiller)

    def negocier(self) -> None:
        with le(self.jour(30)):
            dossiers.ouvrir_la_negociation(self.dossier, date=self.jour(30), par=self.conseiller)
            self.participation = dossiers.ouvrir_un_point(
                self.dossier,
                sujet="Méthode de participation des habitants",
                position="Précisez comment les habitants suivent les décisions, et à quel rythme.",
                par=self.conseiller,
            )
            self.mesure = dossiers.ouvrir_un_point(
                self.dossier,
                sujet="Objectif difficile à mesurer",
                position="Donnez un indicateur et une cible à l'objectif d'aller vers les habitants éloignés.",
                par=self.conseiller,
            )

    def rendre_au_porteur(self) -> None:
        with le(self.jour(36)):
            dossiers.rendre_au_porteur(self.dossier, par=self.conseiller)

    def accorder_les_points(self) -> None:
        with le(self.jour(45)):
            self.participation.circuit.executer(
                self.participation, "clore", par=self.conseiller, motif="Précisé pendant la réunion de lancement."
            )
            dossiers.reprendre_en_reserve(
                self.mesure,
                texte="Installer un comité d'habitants qui suit les indicateurs du projet.",
                echeance=self.debut + dt.timedelta(days=180),
                par=self.conseiller,
            )

    def rendre_l_avis(self, *, sens: SensAvis = SensAvis.FAVORABLE_AVEC_RESERVES) -> None:
        favorable = sens != SensAvis.DEFAVORABLE
        with le(self.jour(52)):
            assert self.dossier.projet is not None
            cles = {ligne.objectif.cle for ligne in etat_des_accords(self.dossier)}
            dossiers.accepter_des_objectifs(self.dossier, cles=cles, cote=Cote.CAF, par=self.conseiller)
            note = ("3", "Démarche exemplaire.") if favorable else ("1", "Trop peu d'éléments dans le projet.")
            coter(
                self.dossier.projet,
                notes=dict.fromkeys(Critere.objects.applicables(self.dossier.projet), note),
                par=self.conseiller,
            )
            dossiers.rediger_l_avis(
                self.dossier,
                sens=sens,
                duree_proposee=self.annees if favorable else None,
                par=self.conseiller,
                synthese=SYNTHESE
                if favorable
                else "La gouvernance et la participation des habitants ne sont pas assurées.",
            )
        with le(self.jour(56)):
            dossiers.rendre_l_avis(self.dossier, par=self.responsable)

    def jusqu_a_l_avis(self, *, sens: SensAvis = SensAvis.FAVORABLE_AVEC_RESERVES) -> None:
        """Tout le chemin de l'ouverture à l'avis rendu, en cinquante-six jours."""
        self.ouvrir()
        self.deposer_les_pieces()
        self.deposer()
        self.declarer_recevable()
        self.negocier()
        self.accorder_les_points()
        self.rendre_l_avis(sens=sens)


def presidence_de(structure: Structure) -> Utilisateur:
    """La présidence du gestionnaire, rattachée à la structure."""
    return Utilisateur.objects.filter(role=Role.GESTIONNAIRE, rattachements__structure=structure).earliest("pk")


def piece_de_demonstration() -> bytes:
    """Le PDF, d'une page, que toutes les pièces de la démonstration partagent."""
    return rendre("documents/piece_de_demonstration.html", {})
