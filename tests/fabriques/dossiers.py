import datetime as dt
import itertools
import uuid
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from agrement.dossiers import operations
from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import Cote, SensAvis, Statut, StatutPiece, TypeDossier
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.regles import ETATS_FINAUX, OUVERTES_PAR_LA_CAF
from agrement.dossiers.workflow import CIRCUIT
from centres.models import ProjetSocial, Structure
from centres.operations import viser
from centres.operations.projets import copie
from comptes.models import Caisse, Utilisateur
from evaluation.choix import Note
from evaluation.models import Critere
from evaluation.operations import coter, creer_grille_par_defaut
from socle.models import Fichier
from tests.fabriques.centres import PosteFactory, ProjetSocialFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.fichiers import pdf
from tests.photographie import photographier

_RANGS = itertools.count()
JAMAIS_DEPOSES = {Statut.BROUILLON, Statut.RETIRE}


def un_pdf(nom: str = "piece.pdf") -> SimpleUploadedFile:
    """Un PDF à déposer, différent à chaque appel."""
    contenu = pdf(marque=f"{nom} {next(_RANGS)}")
    return SimpleUploadedFile(nom, contenu, content_type="application/pdf")


class DossierFactory(DjangoModelFactory[Dossier]):
    """Un premier agrément, posé d'un coup dans l'état voulu ; pour un dossier cohérent de bout en bout : `Demande`."""

    class Meta:
        model = Dossier

    structure = factory.SubFactory(StructureFactory)
    caisse = factory.SelfAttribute("structure.caisse")
    gestionnaire = factory.SelfAttribute("structure.gestionnaire")
    numero = factory.Sequence(lambda n: f"2025-{n + 1:04d}")
    type = TypeDossier.PREMIER_AGREMENT
    statut = Statut.BROUILLON
    debut_souhaite = dt.date(2027, 1, 1)
    fin_souhaitee = dt.date(2029, 12, 31)
    depose_le = factory.LazyAttribute(
        lambda dossier: None if dossier.statut in JAMAIS_DEPOSES else dt.datetime(2026, 6, 20, 9, tzinfo=dt.UTC)
    )
    numero_d_enregistrement = factory.LazyAttributeSequence(
        lambda dossier, n: f"E-2025-{n + 1:04d}" if dossier.depose_le else ""
    )
    clos_le = factory.LazyAttribute(lambda dossier: dt.date(2026, 11, 2) if dossier.statut in ETATS_FINAUX else None)


def accorder_les_objectifs(dossier: Dossier) -> None:
    """Les deux côtés ont accepté tous les objectifs de la version transmise, s'il y en a une."""
    for ligne in etat_des_accords(dossier):
        texte = ligne.objectif.a_accepter(ligne.famille)
        dossier.accords.create(
            cle=ligne.objectif.cle, intitule=ligne.objectif.intitule, empreinte_caf=texte, empreinte_centre=texte
        )


class Demande:
    """Une demande menée par les vraies opérations, et les personnes qui y prennent part.

    `Demande()` : un brouillon prêt à transmettre. `Demande().menee_a(Statut.NEGOCIATION)` : la suite, acte par acte.
    `Demande.prete()`, `Demande.prete(Statut.NEGOCIATION)` : les mêmes, reprises d'une photographie.
    """

    @classmethod
    def prete(cls, statut: Statut = Statut.BROUILLON) -> "Demande":
        """La demande d'un centre social quelconque, dans cet état : ses actes ne se refont pas à chaque test."""
        return photographier(statut, lambda: cls() if statut == Statut.BROUILLON else cls().menee_a(statut))

    def __init__(self, structure: Structure | None = None, *, directeur: bool = True, **champs: Any) -> None:
        self.structure: Structure = structure or StructureFactory()  # type: ignore[assignment]
        self.caisse: Caisse = self.structure.caisse
        operations.creer_referentiel_des_pieces(self.caisse)
        operations.creer_criteres_de_recevabilite(self.caisse)
        creer_grille_par_defaut(self.caisse)
        if directeur:
            PosteFactory(structure=self.structure)
        if self.structure.est_centre_social:
            PosteFactory(structure=self.structure, fonction="referent_familles", niveau=5, etp="0.50")
        self.directrice = self.personne(direction=True, structure=self.structure)
        self.presidente = self.personne(gestionnaire=True, structure=self.structure)
        self.conseillere = self.personne(conseiller=True)
        self.responsable = self.personne(responsable=True)
        self.dossier = self._ouvrir(champs)

    def personne(self, **traits: Any) -> Utilisateur:
        traits.setdefault("caisse", self.caisse)
        return UtilisateurFactory(**traits)  # type: ignore[return-value]

    def _ouvrir(self, champs: dict[str, Any]) -> Dossier:
        projet: ProjetSocial = ProjetSocialFactory(structure=self.structure)  # type: ignore[assignment]
        dossier = operations.ouvrir(
            structure=self.structure,
            **{
                "par": self.porteur_de(champs.get("type", "")),
                "type": TypeDossier.PREMIER_AGREMENT,
                "debut": dt.date(2027, 1, 1),
                "fin": dt.date(2029, 12, 31),
                **champs,
            },
        )
        assert dossier.projet in (projet, None)
        self.dossier = dossier
        for code in dossier.types_demandables().filter(exigee_au_depot=True).values_list("code", flat=True):
            self.joindre(code)
        self.viser()
        return dossier

    def porteur_de(self, type_de_dossier: str) -> Utilisateur:
        """Qui écrit et transmet cette demande : le centre, ou la Caf pour celles qu'elle seule ouvre."""
        return self.conseillere if type_de_dossier in OUVERTES_PAR_LA_CAF else self.directrice

    def viser(self) -> None:
        """La présidente valide le texte tel qu'il est, s'il y en a un."""
        if self.dossier.projet is not None:
            viser(ProjetSocial.objects.get(pk=self.dossier.projet.pk), par=self.presidente)

    def joindre(self, code: str, par: Utilisateur | None = None, *, remplace: Piece | None = None) -> Piece:
        type_de_piece = self.caisse.types_de_piece.get(code=code)
        return operations.deposer_piece(
            self.dossier, type_de_piece, un_pdf(f"{code}.pdf"), par=par or self.directrice, remplace=remplace
        )

    def tout_joindre(self) -> None:
        """Une pièce qui manque est déposée pour de bon ; les autres en ont le contenu, posées d'un coup."""
        manquent = list(self.dossier.types_exiges().exclude(pieces__dossier=self.dossier))
        if manquent:
            modele = self.joindre(manquent.pop().code)
            fichiers = [copie(modele.fichier, id=uuid.uuid4(), nom=f"{type_.code}.pdf") for type_ in manquent]
            Fichier.objects.bulk_create(fichiers)
            Piece.objects.bulk_create(
                copie(modele, type_id=type_.pk, fichier_id=fichier.pk, valable_jusqu_au=None)
                for type_, fichier in zip(manquent, fichiers, strict=True)
            )

    def tout_declarer_conforme(self) -> None:
        self.dossier.pieces.en_vigueur().update(statut=StatutPiece.CONFORME)

    def noter(self) -> None:
        """Note « satisfaisant » chaque critère de la dernière version transmise, s'il y a un projet."""
        if (projet := self.dossier.projet) is not None:
            notes = dict.fromkeys(Critere.objects.applicables(projet), (Note.SATISFAISANT.value, ""))
            coter(projet, notes=notes, par=self.conseillere)

    def accepter(self) -> None:
        """La Caf accepte tous les objectifs ; en transmettant, le centre l'a déjà fait."""
        if cles := {ligne.objectif.cle for ligne in etat_des_accords(self.dossier)}:
            operations.accepter_des_objectifs(self.dossier, cles=cles, cote=Cote.CAF, par=self.conseillere)

    def rediger(self, **champs: Any) -> None:
        operations.rediger_l_avis(
            self.dossier,
            par=self.conseillere,
            **{"sens": SensAvis.FAVORABLE, "duree_proposee": 3, "synthese": "Un projet solide.", **champs},
        )

    # Les étapes, dans l'ordre du chemin favorable.

    def _deposer(self) -> None:
        self.tout_joindre()
        operations.deposer(self.dossier, par=self.porteur_de(self.dossier.type))

    def examiner(self, **non: str) -> None:
        """Répond « oui » à chaque critère de recevabilité, sauf à ceux que l'on nomme, avec la raison du « non »."""
        criteres = self.caisse.criteres_de_recevabilite.applicables_a(self.dossier)
        reponses = {critere: ("non", non[critere.code]) if critere.code in non else ("oui", "") for critere in criteres}
        operations.examiner(self.dossier, reponses=reponses, par=self.conseillere)

    def _declarer_recevable(self) -> None:
        self.tout_declarer_conforme()
        self.examiner()
        CIRCUIT.executer(self.dossier, "declarer_recevable", par=self.conseillere)

    def _ouvrir_la_negociation(self) -> None:
        operations.ouvrir_la_negociation(self.dossier, date=timezone.localdate(), par=self.conseillere)

    def _rendre_l_avis(self) -> None:
        self.noter()
        self.accepter()
        self.rediger()
        operations.rendre_l_avis(self.dossier, par=self.responsable)

    def menee_a(self, statut: Statut) -> "Demande":
        """Avance la demande par ses actes jusqu'à l'état voulu : déposé, recevable, en négociation ou avis rendu."""
        etapes = {
            Statut.DEPOSE: self._deposer,
            Statut.RECEVABLE: self._declarer_recevable,
            Statut.NEGOCIATION: self._ouvrir_la_negociation,
            Statut.AVIS_RENDU: self._rendre_l_avis,
        }
        for etat, avancer in etapes.items():
            avancer()
            if etat == statut:
                return self
        raise ValueError(statut)
