"""De fiches contrôlées à la base, en une transaction, sans rien écrire qui y soit déjà."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from centres.models import Commune, Gestionnaire, Structure
from centres.operations.importation.fiches import Fiche, LigneRefusee, References, controler
from centres.operations.importation.lecture import FichierIllisible, Ligne, lire
from centres.operations.importation.ressorts import HorsRessort, Ressorts, caisse_nommee
from centres.operations.structures import changer_de_gestionnaire, renommer
from comptes.models import Caisse, Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


class Note(NamedTuple):
    """Ce qu'il y a à dire d'une ligne du fichier."""

    ligne: int
    texte: str

    def __str__(self) -> str:
        return f"Ligne {self.ligne} : {self.texte}"


@dataclass
class Rapport:
    """Ce que l'import a fait, ou ferait s'il est simulé. Les compteurs comptent des structures.

    `hors_ressort` : parmi les refus, ceux dont la seule raison est que la structure est d'une autre Caf.
    """

    simule: bool
    creees: int = 0
    mises_a_jour: int = 0
    inchangees: int = 0
    refus: list[Note] = field(default_factory=list)
    hors_ressort: list[Note] = field(default_factory=list)
    remarques: list[Note] = field(default_factory=list)
    gestionnaires_crees: int = 0
    gestionnaires_mis_a_jour: int = 0
    caisses_creees: list[str] = field(default_factory=list)

    @property
    def refusees(self) -> int:
        return len(self.refus) + len(self.hors_ressort)

    def phrase(self) -> str:
        """Le compte rendu en une phrase."""
        return (
            f"Structures créées : {self.creees}, mises à jour : {self.mises_a_jour}, "
            f"inchangées : {self.inchangees}, refusées : {self.refusees}."
        )


def importer(
    octets: bytes, *, par: Utilisateur | None, caisse: Caisse | str | None = None, simuler: bool = False
) -> Rapport:
    """Importe le fichier et rend compte. `par` vide désigne une commande ; `simuler` n'écrit rien.

    Une structure se reconnaît à son identifiant (`code_interne`) dans sa Caisse. Seules les cellules remplies du
    fichier mettent à jour une structure connue ; un nom ou un gestionnaire qui change entre dans son histoire.
    Refuse le fichier entier par `FichierIllisible` ; une ligne fausse est refusée seule.
    """
    lignes = lire(octets)
    if not Commune.objects.exists():
        raise FichierIllisible("Les communes manquent : lancez d'abord « manage.py charger_territoires ».")
    with transaction.atomic(), journal.acte("importer", "Import de structures", par=par):
        seule = caisse_nommee(caisse) if isinstance(caisse, str) else caisse
        rapport = _Import(Ressorts(seule), par, Rapport(simule=simuler)).executer(lignes)
        if simuler:
            transaction.set_rollback(True)
    return rapport


class _Import:
    def __init__(self, ressorts: Ressorts, par: Utilisateur | None, rapport: Rapport) -> None:
        self.ressorts = ressorts
        self.par = par
        self.rapport = rapport

    def executer(self, lignes: list[Ligne]) -> Rapport:
        attribuees = list(self._attribuer(self._controler(lignes)))
        self._relire(attribuees)
        for fiche, caisse in attribuees:
            try:
                self._importer(fiche, caisse)
            except ActeRefuse as refus:
                self.rapport.refus.append(Note(fiche.numero, str(refus)))
        self.rapport.refus.sort()
        self.rapport.caisses_creees = self.ressorts.creees
        return self.rapport

    def _controler(self, lignes: list[Ligne]) -> Iterable[Fiche]:
        references = References(lignes)
        vues: dict[str, int] = {}
        for ligne in lignes:
            try:
                fiche = controler(ligne, references)
                if fiche.code in vues:
                    raise LigneRefusee(f"l'identifiant {fiche.code} est déjà à la ligne {vues[fiche.code]}.")
            except LigneRefusee as refus:
                self.rapport.refus.append(Note(ligne.numero, str(refus)))
            else:
                vues[fiche.code] = ligne.numero
                yield fiche

    def _attribuer(self, fiches: Iterable[Fiche]) -> Iterable[tuple[Fiche, Caisse]]:
        for fiche in fiches:
            try:
                yield fiche, self.ressorts.caisse_de(fiche.commune)
            except HorsRessort as refus:
                self.rapport.hors_ressort.append(Note(fiche.numero, str(refus)))
            except LigneRefusee as refus:
                self.rapport.refus.append(Note(fiche.numero, str(refus)))

    def _relire(self, attribuees: list[tuple[Fiche, Caisse]]) -> None:
        """Ce que la base connaît déjà de ces fiches, en deux requêtes."""
        caisses = {caisse.pk for _, caisse in attribuees}
        codes = [fiche.code for fiche, _ in attribuees]
        self.structures = {
            (structure.caisse_id, structure.code_interne): structure
            for structure in Structure.objects.filter(caisse__in=caisses, code_interne__in=codes).select_related(
                "commune", "gestionnaire", "quartier_prioritaire"
            )
        }
        gestionnaires = Gestionnaire.objects.filter(caisse__in=caisses)
        self.par_siren = {(g.caisse_id, g.siren): g for g in gestionnaires if g.siren}
        self.par_provenance = {(g.caisse_id, g.provenance): g for g in gestionnaires if g.provenance}
        self.partages = Counter((caisse.pk, fiche.siren) for fiche, caisse in attribuees)
        self.raisons_sociales: dict[tuple[int, str], str] = {}
        for fiche, caisse in attribuees:
            if fiche.siren and fiche.raison_sociale:
                self.raisons_sociales.setdefault((caisse.pk, fiche.siren), fiche.raison_sociale)

    def _importer(self, fiche: Fiche, caisse: Caisse) -> None:
        structure = self.structures.get((caisse.pk, fiche.code))
        gestionnaire = self._gestionnaire(fiche, caisse, structure)
        if structure is None:
            Structure.objects.create(caisse=caisse, gestionnaire=gestionnaire, **fiche.champs)
            self.rapport.creees += 1
        elif self._mettre_a_jour(structure, gestionnaire, fiche.champs):
            self.rapport.mises_a_jour += 1
        else:
            self.rapport.inchangees += 1
        self.rapport.remarques += [Note(fiche.numero, remarque) for remarque in fiche.remarques]

    def _mettre_a_jour(self, structure: Structure, gestionnaire: Gestionnaire, champs: dict[str, Any]) -> bool:
        jour = timezone.localdate()
        renommee = structure.nom != champs["nom"]
        if renommee:
            renommer(structure, champs["nom"], au=jour, par=self.par)
        confiee = structure.gestionnaire_id != gestionnaire.pk
        if confiee:
            changer_de_gestionnaire(structure, gestionnaire, au=jour, par=self.par)
        changes = {champ: valeur for champ, valeur in champs.items() if getattr(structure, champ) != valeur}
        for champ, valeur in changes.items():
            setattr(structure, champ, valeur)
        if changes:
            structure.save()
        return bool(renommee or confiee or changes)

    def _gestionnaire(self, fiche: Fiche, caisse: Caisse, structure: Structure | None) -> Gestionnaire:
        """Celui du SIREN ; sans SIRET, celui de la structure connue, sinon le sien, reconnu à sa provenance."""
        if fiche.siren:
            connu = self.par_siren.get((caisse.pk, fiche.siren)) or self._identifier(fiche, structure)
        elif structure is not None:
            connu = structure.gestionnaire
        else:
            connu = self.par_provenance.get((caisse.pk, fiche.code))
        if connu is None:
            return self._creer_le_gestionnaire(fiche, caisse)
        self._nommer(connu, fiche)
        return connu

    def _identifier(self, fiche: Fiche, structure: Structure | None) -> Gestionnaire | None:
        """Le gestionnaire provisoire de la structure reçoit le SIREN que le fichier donne maintenant."""
        provisoire = structure.gestionnaire if structure is not None else None
        if provisoire is None or provisoire.siren or provisoire.provenance != fiche.code:
            return None
        provisoire.siren = fiche.siren
        provisoire.save()
        self.par_siren[provisoire.caisse_id, fiche.siren] = provisoire
        self.rapport.gestionnaires_mis_a_jour += 1
        return provisoire

    def _nommer(self, gestionnaire: Gestionnaire, fiche: Fiche) -> None:
        """La raison sociale que donne le fichier ; celle d'un gestionnaire sans SIREN n'est donnée que par sa ligne."""
        dite = self.raisons_sociales.get((gestionnaire.caisse_id, fiche.siren), "")
        if not fiche.siren and gestionnaire.provenance == fiche.code:
            dite = fiche.raison_sociale
        if dite and gestionnaire.raison_sociale != dite:
            gestionnaire.raison_sociale = dite
            gestionnaire.save()
            self.rapport.gestionnaires_mis_a_jour += 1

    def _creer_le_gestionnaire(self, fiche: Fiche, caisse: Caisse) -> Gestionnaire:
        gestionnaire = Gestionnaire.objects.create(
            caisse=caisse,
            raison_sociale=self._raison_sociale(fiche, caisse)[:200],
            forme=fiche.forme,
            siren=fiche.siren,
            provenance=fiche.code,
        )
        if fiche.siren:
            self.par_siren[caisse.pk, fiche.siren] = gestionnaire
        self.par_provenance[caisse.pk, fiche.code] = gestionnaire
        self.rapport.gestionnaires_crees += 1
        return gestionnaire

    def _raison_sociale(self, fiche: Fiche, caisse: Caisse) -> str:
        """Celle du fichier ; à défaut un libellé que l'agent reconnaît et corrige."""
        if fiche.siren and self.partages[caisse.pk, fiche.siren] > 1:
            siren = f"{fiche.siren[:3]} {fiche.siren[3:6]} {fiche.siren[6:]}"
            return self.raisons_sociales.get((caisse.pk, fiche.siren)) or f"Gestionnaire au SIREN {siren}"
        return fiche.raison_sociale or f"Gestionnaire de « {fiche.champs['nom']} » ({fiche.commune.nom})"
