"""La négociation : la plume, les points, les positions, les versions du projet."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import Cote, SensPosition
from agrement.dossiers.models import Dossier, PointDeNegociation, Position, TypeDePiece
from agrement.dossiers.operations.acces import conclure, exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.operations.demande import rouvrir_l_ecriture, transmettre_le_projet
from agrement.dossiers.regles import EN_NEGOCIATION, NEGOCIATION_EN_COURS
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_POINT
from agrement.dossiers.workflow.points import ACTE_DE_LA_POSITION, PRENDRE_POSITION
from centres.models import NOEUDS
from comptes.models import Utilisateur
from comptes.regles import DELAI_DE_LECTURE
from socle import journal
from socle.workflow import ActeRefuse


@dataclass(frozen=True)
class Ancre:
    """Ce à quoi un point s'attache : un nœud du projet (`sorte`, `cle`), une pièce, ou le projet entier."""

    sorte: str = ""
    cle: uuid.UUID | None = None
    piece: TypeDePiece | None = None


@dataclass(frozen=True)
class Dit:
    """Ce qu'un côté écrit d'un point. `montant` : euros par an."""

    texte: str
    sens: SensPosition = SensPosition.REPOND
    proposition: str = ""
    montant: Decimal | None = None


PARTOUT = Ancre()


def ouvrir_la_negociation(dossier: Dossier, *, date: dt.date, par: Utilisateur) -> Dossier:
    """T08 – Ouvre la négociation ; `date` : la réunion de lancement. Refuse une date antérieure au dépôt."""
    transition = CIRCUIT["ouvrir_la_negociation"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        if verrouille.depose_le is not None and date < verrouille.depose_le.date():
            raise ActeRefuse("La réunion de lancement ne peut pas précéder le dépôt de la demande.")
        with journal.acte("fixer_la_reunion", "Réunion de lancement fixée", par=par):
            verrouille.negociation_ouverte_le = date
            verrouille.save()
        return conclure(dossier, verrouille, transition.nom, par)


def ouvrir_un_point(
    dossier: Dossier, *, sujet: str, position: Dit | str, par: Utilisateur, ancre: Ancre = PARTOUT
) -> PointDeNegociation:
    """Un point à régler, avec la position de la Caf ; le centre le lira quand la plume lui sera rendue.

    Refuse hors du tour de la Caf, un texte vide, et un élément qui n'est pas de ce dossier. Sur un objectif que la Caf
    avait accepté, son accord est suspendu.
    """
    dit = Dit(position) if isinstance(position, str) else position
    exiger_le_droit(par, "dossiers.instruire", dossier, "Ouvrir un point")
    if not sujet.strip() or not dit.texte.strip():
        raise ActeRefuse("Écrivez le sujet du point et la position de la Caf.")
    with transaction.atomic(), journal.acte("ouvrir_un_point", "Point de négociation ouvert", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EN_NEGOCIATION, "Ouvrir un point")
        _exiger_l_ancre(verrouille, ancre)
        point = PointDeNegociation.objects.create(
            dossier=verrouille,
            sujet=sujet.strip(),
            sorte=ancre.sorte,
            cle=ancre.cle,
            piece=ancre.piece,
            ouvert_par=par,
            ouvert_le=timezone.now(),
        )
        _ecrire(point, None, Cote.CAF, dit, par)
    return point


def prendre_position(
    point: PointDeNegociation, *, dit: Dit, par: Utilisateur, connue: uuid.UUID | None = None
) -> Position:
    """Écrit, ou récrit, la position du côté qui tient la plume ; l'autre côté ne la lira qu'une fois transmise.

    `connue` : le témoin de ce que la page montrait. Refuse un texte vide, une contre-proposition sans rien proposer,
    un point réglé, et une page que quelqu'un d'autre a devancée : rien n'est alors effacé.
    """
    with transaction.atomic():
        dossier = verrouiller(point.dossier)
        point.verrouiller()
        point.dossier = dossier
        exiger_l_etat(dossier, NEGOCIATION_EN_COURS, "Prendre position")
        exiger_le_droit(par, PRENDRE_POSITION, point, "Prendre position")
        assert dossier.plume is not None
        if point.est_regle:
            raise ActeRefuse(f"Ce point est réglé : il est « {point.get_statut_display()} ».")
        en_cours = point.brouillon(dossier.plume)
        if en_cours is not None and not en_cours.est_a_lire_par(par):
            raise ActeRefuse(
                "Le centre prépare déjà sa position sur ce point : elle est à lui jusqu'à ce qu'il transmette."
            )
        if en_cours is not None and en_cours.revision != connue:
            raise ActeRefuse(
                f"{en_cours.par} a écrit entre-temps sur ce point : « {en_cours.texte} » Votre texte est gardé "
                "ci-dessous ; enregistrez de nouveau pour le mettre à la place."
            )
        return _ecrire(point, en_cours, dossier.plume, dit, par)


def accepter_un_point(point: PointDeNegociation, *, par: Utilisateur) -> PointDeNegociation:
    """La Caf accepte, tout de suite, ce que le centre a répondu. Refuse tant que le centre n'a rien transmis."""
    with transaction.atomic():
        dossier = verrouiller(point.dossier)
        exiger_l_etat(dossier, EN_NEGOCIATION, "Accepter un point")
        exiger_le_droit(par, "dossiers.negocier_point", point, "Accepter un point")
        if not point.positions.filter(cote=Cote.CENTRE, transmise_le__isnull=False).exists():
            raise ActeRefuse("Le centre n'a pas encore répondu à ce point : rendez-lui la plume, ou closez le point.")
        _ecrire(point, point.brouillon(Cote.CAF), Cote.CAF, Dit("La Caf accepte.", SensPosition.ACCEPTE), par)
        _transmettre_les_positions(dossier, Cote.CAF, par, point)
    point.refresh_from_db()
    return point


def rendre_au_porteur(dossier: Dossier, *, par: Utilisateur, jusqu_au: dt.date | None = None) -> Dossier:
    """T09 – Passe la plume au centre jusqu'à cette date : il lit les positions de la Caf et récrit une version.

    Sans date, celle du délai de la Caisse. Refuse une date passée.
    """
    transition = CIRCUIT["rendre_au_porteur"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        if jusqu_au is not None and jusqu_au < timezone.localdate():
            raise ActeRefuse("La date donnée au centre est passée : choisissez une date à venir.")
        _transmettre_les_positions(verrouille, Cote.CAF, par)
        rouvrir_l_ecriture(verrouille, par)
        CIRCUIT.executer(verrouille, transition.nom, par=par)
        _donner_la_plume(verrouille, jusqu_au or delai_de_lecture(verrouille), par)
    dossier.refresh_from_db()
    return dossier


def transmettre_la_version(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T10 – Fige la nouvelle version, transmet les positions du centre et rend la plume à la Caf.

    Refuse tant qu'un point ouvert est sans réponse.
    """
    transition = CIRCUIT["transmettre_la_version"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        transmettre_le_projet(verrouille, par)
        _transmettre_les_positions(verrouille, Cote.CENTRE, par)
        CIRCUIT.executer(verrouille, transition.nom, par=par)
        _donner_la_plume(verrouille, delai_de_lecture(verrouille), par)
    dossier.refresh_from_db()
    return dossier


def delai_de_lecture(dossier: Dossier) -> dt.date:
    """Jusqu'à quand tient la plume celui qui la reçoit aujourd'hui, d'après le délai de la Caisse."""
    return timezone.localdate() + dt.timedelta(days=dossier.caisse.entier(DELAI_DE_LECTURE))


def _exiger_l_ancre(dossier: Dossier, ancre: Ancre) -> None:
    """Un nœud de la dernière version transmise, ou une pièce que cette demande peut recevoir."""
    if ancre.cle is not None:
        projet, modele = dossier.projet_transmis(), NOEUDS.get(ancre.sorte)
        if (
            projet is None
            or modele is None
            or not modele._default_manager.filter(projet=projet, cle=ancre.cle).exists()  # type: ignore[misc]
        ):
            raise ActeRefuse("Cet élément n'est pas de la dernière version transmise : rechargez la page.")
    if ancre.piece is not None and not dossier.types_demandables().filter(pk=ancre.piece.pk).exists():
        raise ActeRefuse(f"La pièce {ancre.piece.code} n'est pas de cette demande.")


def _ecrire(point: PointDeNegociation, en_cours: Position | None, cote: Cote, dit: Dit, par: Utilisateur) -> Position:
    if not dit.texte.strip():
        raise ActeRefuse("Écrivez votre position.")
    propose = bool(dit.proposition.strip()) or dit.montant is not None
    if dit.sens == SensPosition.AMENDE and not propose:
        raise ActeRefuse("Écrivez ce que vous proposez à la place : un texte, un montant, ou les deux.")
    if dit.sens == SensPosition.ACCEPTE and propose:
        raise ActeRefuse("Accepter, c'est ne rien proposer d'autre : effacez ce que vous proposez.")
    position = en_cours or Position(point=point, cote=cote)
    position.sens, position.texte, position.proposition = dit.sens, dit.texte.strip(), dit.proposition.strip()
    position.montant, position.par, position.le, position.revision = dit.montant, par, timezone.now(), uuid.uuid4()
    position.save()
    return position


def _transmettre_les_positions(
    dossier: Dossier, cote: Cote, par: Utilisateur, seul: PointDeNegociation | None = None
) -> None:
    """Rend lisibles de l'autre côté les positions écrites, et fait sur chaque point l'acte que sa position dit."""
    projet = dossier.projet_transmis()
    positions = Position.objects.a_transmettre(dossier, cote).select_related("point")
    for position in positions.filter(point=seul) if seul else positions:
        point = position.point
        point.dossier = dossier
        with journal.acte("transmettre_la_position", "Position transmise", par=par):
            point.transmis_le = point.transmis_le or timezone.now()
            point.save()
        CIRCUIT_POINT.executer(point, ACTE_DE_LA_POSITION[SensPosition(position.sens)], par=par)
        position.transmise_le = timezone.now()
        position.version = projet.version if projet else None
        position.save()


def _donner_la_plume(dossier: Dossier, jusqu_au: dt.date, par: Utilisateur) -> None:
    with journal.acte("passer_la_plume", "Plume passée", par=par):
        dossier.plume_passee_le, dossier.plume_jusqu_au = timezone.now(), jusqu_au
        dossier.save()
