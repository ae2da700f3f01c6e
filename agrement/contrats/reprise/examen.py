"""Des lignes d'un fichier aux reprises qu'elles donneraient : chaque erreur est dite à sa cellule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.models import RepriseDeContrat
from agrement.contrats.reprise.ecarts import ecarts_de_la_reprise, entourage_de
from agrement.contrats.reprise.tableur import COLONNES, TITRES, Colonne
from centres.models import Structure
from comptes.models import Utilisateur
from socle.dates import ANNEES
from socle.texte import sans_accents
from socle.workflow import Manque

DATES = ("debut", "fin", "delibere_le", "gestionnaire_signe_le", "caf_signe_le", "commune_signe_le")
_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
DEBUTS_DE_FORMULE = ("=", "+", "@", "#")  # « #N/A », « #REF! » : ce qu'une formule laisse quand elle échoue
_PAR_CHAMP = {colonne.champ: colonne.titre for colonne in reversed(COLONNES)}


class Erreur(NamedTuple):
    """Ce qui ne va pas dans une cellule."""

    ligne: int
    colonne: str
    phrase: str

    def __str__(self) -> str:
        return f"Ligne {self.ligne}, colonne « {self.colonne} » : {self.phrase}"


@dataclass
class Examen:
    """Ce que le fichier donnerait : les reprises, non enregistrées, et les erreurs ; une seule, et rien ne s'écrit."""

    reprises: list[RepriseDeContrat] = field(default_factory=list)
    erreurs: list[Erreur] = field(default_factory=list)


def examiner(lignes: Iterable[dict[str, str]], *, par: Utilisateur) -> Examen:
    """Les reprises de ces lignes, pour la Caisse de cette personne. N'écrit rien."""
    connues, examen = _Structures(par), Examen()
    lues: list[tuple[int, RepriseDeContrat]] = []
    for ligne in lignes:
        numero, structure = int(ligne["ligne"]), connues.trouver(ligne["structure"])
        fautes = [*_mal_remplies(ligne), *_de_la_structure(ligne, structure, par)]
        examen.erreurs += [Erreur(numero, TITRES[code], phrase) for code, phrase in fautes]
        if not fautes and structure is not None:
            lues.append((numero, _reprise(ligne, structure, par)))
    examen.reprises = [reprise for _, reprise in lues]
    entourage = entourage_de(par.caisse, examen.reprises)
    for rang, (numero, reprise) in enumerate(lues):
        examen.erreurs += [
            Erreur(numero, _PAR_CHAMP.get(manque.champ, TITRES["numero"]), str(manque))
            for manque in (*ecarts_de_la_reprise(reprise, entourage), *_avec_les_autres(reprise, lues[:rang]))
        ]
    examen.erreurs.sort(key=lambda erreur: erreur.ligne)
    return examen


def _de_la_structure(ligne: dict[str, str], structure: Structure | None, par: Utilisateur) -> Iterator[tuple[str, str]]:
    if structure is None and ligne["structure"]:
        yield "structure", "aucune structure de votre Caisse, ou plusieurs, n'ont ce code, ce SIRET ou ce nom."
    elif structure is not None and not par.has_perm("contrats.reprendre_pour", structure):
        yield "structure", "vous ne reprenez pas les contrats de cette structure."


class _Structures:
    """Celles de la Caisse, lues en une requête : par code interne, par SIRET, ou par un nom que nulle autre n'a."""

    def __init__(self, par: Utilisateur) -> None:
        self.par_cle: dict[str, Structure | None] = {}
        siennes = Structure.objects.filter(caisse=par.caisse_id).select_related("caisse", "gestionnaire", "commune")
        for structure in siennes:
            for cle in filter(None, (structure.code_interne, structure.siret, structure.nom)):
                cle = sans_accents(cle)
                self.par_cle[cle] = None if self.par_cle.get(cle, structure) != structure else structure

    def trouver(self, texte: str) -> Structure | None:
        return self.par_cle.get(sans_accents(texte)) or self.par_cle.get(texte.replace(" ", ""))


def _mal_remplies(ligne: dict[str, str]) -> Iterator[tuple[str, str]]:
    for colonne in COLONNES:
        if phrase := _faute_de_la_cellule(colonne, ligne[colonne.code]):
            yield colonne.code, phrase
    if ligne["numero"] and len(ligne["numero"]) > 30:
        yield "numero", "ce numéro dépasse 30 caractères : raccourcissez-le."
    if len(ligne["deliberation"]) > 160:
        yield "deliberation", "ce texte dépasse 160 caractères : raccourcissez-le."
    if bool(ligne["commune_nom"]) != bool(ligne["commune_signe_le"]):
        yield "commune_signe_le", "la commune et sa date de signature vont ensemble : remplissez les deux, ou aucune."
    if sans_accents(ligne["avenants"]) not in {"", "oui", "non"}:
        yield "avenants", "écrivez oui ou non."


def _faute_de_la_cellule(colonne: Colonne, texte: str) -> str:
    if colonne.requise and not texte:
        return "cette cellule est vide : remplissez-la."
    if texte.startswith(DEBUTS_DE_FORMULE):
        return "cette cellule porte une formule ou son erreur : écrivez sa valeur."
    if texte and colonne.code in DATES and _date(texte) is None:
        return f"« {texte} » n'est pas une date : écrivez-la JJ/MM/AAAA."
    return ""


def _date(texte: str) -> dt.date | None:
    for forme in _FORMATS:
        try:
            jour = dt.datetime.strptime(texte, forme).date()  # noqa: DTZ007 — un jour, sans heure
        except ValueError:
            continue
        return jour if str(jour.year) in ANNEES else None
    return None


def _reprise(ligne: dict[str, str], structure: Structure, par: Utilisateur) -> RepriseDeContrat:
    dates: dict[str, Any] = {code: _date(ligne[code]) for code in DATES}
    return RepriseDeContrat(
        caisse=structure.caisse,
        structure=structure,
        numero=ligne["numero"],
        debut=dates["debut"],
        fin=dates["fin"],
        deliberation=ligne["deliberation"],
        delibere_le=dates["delibere_le"],
        parties=list(_parties(ligne, dates, structure)),
        avenants_attendus=sans_accents(ligne["avenants"]) == "oui",
        par=par,
    )


def _parties(ligne: dict[str, str], dates: dict[str, Any], structure: Structure) -> Iterator[dict[str, str]]:
    noms = {
        PartieSignataire.GESTIONNAIRE: structure.gestionnaire.raison_sociale,
        PartieSignataire.COMMUNE: ligne["commune_nom"],
        PartieSignataire.CAF: structure.caisse.nom,
    }
    for partie, nom in noms.items():
        if (signe_le := dates[f"{partie}_signe_le"]) is not None:
            representant, _, qualite = ligne.get(f"{partie}_par", "").partition(",")
            yield {
                "partie": partie.value,
                "nom": nom,
                "representant": representant.strip(),
                "qualite": qualite.strip(),
                "signe_le": signe_le.isoformat(),
            }


def _avec_les_autres(
    reprise: RepriseDeContrat, precedentes: Iterable[tuple[int, RepriseDeContrat]]
) -> Iterator[Manque]:
    """Ce que deux lignes du même fichier se disputent : un numéro, ou une période d'une structure."""
    for ligne, autre in precedentes:
        if autre.numero.casefold() == reprise.numero.casefold():
            yield Manque(f"le numéro {reprise.numero} est déjà à la ligne {ligne} de ce fichier.", champ="numero")
        if autre.structure_id == reprise.structure_id and autre.debut <= reprise.fin and reprise.debut <= autre.fin:
            yield Manque(
                f"cette période chevauche celle du contrat {autre.numero}, de la même structure, à la ligne {ligne}.",
                champ="debut",
            )
