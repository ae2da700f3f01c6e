"""Confronter ce qu'on a lu au projet : ce qui serait ajouté ou changé, et ce qui ne va pas, cellule par cellule."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from centres.forms import FormulaireDEcriture, formulaire_de
from centres.models import Action, Indicateur, Noeud, ProjetSocial
from centres.operations import Remplissage
from centres.tableur.colonnes import Colonne, Sorte
from centres.tableur.feuilles import CHAMPS_DE_L_INDICATEUR, CLE_DE_L_INDICATEUR, FEUILLES, EnBase, Feuille
from centres.tableur.lecture import Erreur, Lecture, LigneLue
from centres.tableur.lieux import Introuvable, Lieux

EXTRAIT = 60  # caractères d'une valeur refusée que la phrase rappelle


class _SansRequete:
    """Les contraintes de la base se vérifient par une requête chacune : ici, celles des champs disent déjà tout."""

    def validate_constraints(self) -> None:
        return None


def _formulaire(modele: type[models.Model], champs: tuple[str, ...]) -> type[FormulaireDEcriture]:
    base = formulaire_de(modele, champs)
    return type(base.__name__, (_SansRequete, base), {})


_FORMULAIRES: dict[type[models.Model], type[FormulaireDEcriture]] = {
    **{feuille.modele: _formulaire(feuille.modele, feuille.champs) for feuille in FEUILLES.values()},
    Indicateur: _formulaire(Indicateur, CHAMPS_DE_L_INDICATEUR),
}


@dataclass(frozen=True, slots=True)
class Changement:
    """Une ligne ajoutée ou changée, telle que l'aperçu la montre. `colonnes` : les titres de celles qui changent."""

    intitule: str
    ajout: bool
    colonnes: list[str]


@dataclass
class Examen:
    """Ce que l'enregistrement ferait. `absents` : les lignes du projet qui ne sont pas dans le classeur."""

    feuille: Feuille
    remplissage: Remplissage = field(default_factory=Remplissage)
    changements: list[Changement] = field(default_factory=list)
    a_confirmer: list[LigneLue] = field(default_factory=list)
    inchanges: int = 0
    absents: int = 0
    erreurs: list[str] = field(default_factory=list)

    @property
    def ajouts(self) -> int:
        return sum(changement.ajout for changement in self.changements)

    @property
    def changes(self) -> str:
        """« 12 actions ajoutées, 3 modifiées »."""
        nom = self.feuille.plusieurs if self.ajouts > 1 else self.feuille.un
        return f"{_compter(self.ajouts, f'{nom} ajoutée')}, {_compter(len(self.changements) - self.ajouts, 'modifiée')}"

    @property
    def bilan(self) -> str:
        """« 12 actions ajoutées, 3 modifiées, 2 inchangées »."""
        return f"{self.changes}, {_compter(self.inchanges, 'inchangée')}"


def _compter(nombre: int, dit: str) -> str:
    return f"{nombre or 'aucune'} {dit}{'s' if nombre > 1 else ''}"


def examiner(feuille: Feuille, projet: ProjetSocial, lecture: Lecture) -> Examen:
    """Ce que le classeur changerait au projet (lu par `avec_arbre`), sans rien écrire ni faire de requête.

    Une ligne se reconnaît à sa clé. Celle que la personne n'a pas touchée n'est pas reprise, même si le projet a
    changé ; celle qu'elle a touchée est refusée si le projet a changé aussi. Les nœuds lus portent les valeurs neuves.
    """
    return _Examinateur(feuille, projet, lecture).examiner()


class _Examinateur:
    def __init__(self, feuille: Feuille, projet: ProjetSocial, lecture: Lecture) -> None:
        self.feuille, self.projet, self.lecture = feuille, projet, lecture
        self.en_base = {str(ligne.noeud.cle): ligne for ligne in feuille.en_base(projet)}
        self.colonnes = {colonne.code: colonne for colonne in feuille.colonnes}
        self.lieux = Lieux(projet)
        self.erreurs: list[Erreur] = list(lecture.erreurs)
        self.rencontrees: dict[str, int] = {}  # clé → numéro de la ligne
        self.examen = Examen(feuille)

    def examiner(self) -> Examen:
        illisibles = {erreur.numero for erreur in self.lecture.erreurs}
        for ligne in self.lecture.lignes:
            if ligne.numero not in illisibles:
                self._examiner_la_ligne(ligne)
        self.examen.absents = len(self.en_base.keys() - self.rencontrees.keys())
        rangs = {code: rang for rang, code in enumerate(self.colonnes)}
        self.erreurs.sort(key=lambda erreur: (erreur.numero, rangs[erreur.code]))
        self.examen.erreurs = [self._phrase(erreur) for erreur in self.erreurs]
        return self.examen

    def _phrase(self, erreur: Erreur) -> str:
        cellule = f"{self.lecture.lettres[erreur.code]}{erreur.numero}"
        return f"Feuille {self.feuille.titre}, cellule {cellule} : {erreur.phrase}"

    def _refuser(self, ligne: LigneLue, code: str, phrase: str) -> None:
        self.erreurs.append(Erreur(ligne.numero, code, phrase))

    def _examiner_la_ligne(self, ligne: LigneLue) -> None:
        if ligne.neuve and ligne.neuve in self.en_base:
            self.examen.inchanges += 1
            return
        if not ligne.cle:
            self._ajouter(ligne)
            return
        connue = self.en_base.get(ligne.cle)
        if refus := self._refus_de_la_cle(ligne, connue):
            self._refuser(ligne, "intitule", refus)
        elif connue is not None:
            self._comparer(ligne, connue)

    def _refus_de_la_cle(self, ligne: LigneLue, connue: EnBase | None) -> str:
        if connue is None:
            return (
                "cette ligne n'est plus dans le projet. Recopiez ses cellules sur une ligne vide pour l'ajouter, ou "
                "ôtez-la du classeur."
            )
        premiere = self.rencontrees.setdefault(ligne.cle, ligne.numero)
        if premiere != ligne.numero:
            return (
                f"cette ligne est une copie de la ligne {premiere}. Recopiez ses cellules sur une ligne vide pour en "
                "faire une nouvelle."
            )
        if not any(ligne.textes[colonne.code] for colonne in self.feuille.remplies):
            return (
                "cette ligne a été vidée, mais rien ne se supprime par le tableur : supprimez-la à l'écran, ou ôtez la "
                "ligne du classeur."
            )
        return ""

    def _comparer(self, ligne: LigneLue, connue: EnBase) -> None:
        presents = self.feuille.textes(connue)
        lu, present = self.feuille.temoin_de(ligne.textes), self.feuille.temoin_de(presents)
        if lu in (ligne.temoin, present):
            self.examen.inchanges += 1
        elif ligne.temoin != present:
            self._refuser(
                ligne,
                "intitule",
                f"« {connue.noeud} » a été modifiée depuis le téléchargement. Téléchargez à nouveau le modèle et "
                "reportez-y votre changement.",
            )
        else:
            self._modifier(ligne, connue, [code for code in presents if presents[code] != ligne.textes[code]])

    def _ajouter(self, ligne: LigneLue) -> None:
        modele: Any = self.feuille.modele
        noeud = modele(projet=self.projet, cle=ligne.neuve or uuid.uuid4())
        remplies = [code for code in self.feuille.champs if ligne.textes[code] or self._doit_etre_dit(code)]
        justes = [self._ranger(ligne, noeud), self._remplir(ligne, noeud, remplies)]
        if all([*justes, self._mesurer(ligne, noeud, self._de_l_indicateur(ligne))]):
            self.examen.remplissage.ajouts.append(noeud)
            self._retenir(ligne._replace(neuve=str(noeud.cle)), str(noeud), ajout=True, changes=[])

    def _modifier(self, ligne: LigneLue, connue: EnBase, changes: list[str]) -> None:
        noeud = connue.noeud
        deplace = any(self.colonnes[code].sorte is Sorte.LIEU for code in changes)
        du_noeud = [code for code in changes if code in self.feuille.champs]
        mesures = [code for code in changes if "." in code]
        justes = [self._ranger(ligne, noeud) if deplace else True, self._remplir(ligne, noeud, du_noeud)]
        if all([*justes, self._mesurer(ligne, noeud, mesures)]):
            if deplace:
                self.examen.remplissage.deplaces.append(noeud)
            if deplace or du_noeud:
                self.examen.remplissage.modifies.append(noeud)
            self._retenir(ligne, str(noeud), ajout=False, changes=changes)

    def _retenir(self, ligne: LigneLue, intitule: str, *, ajout: bool, changes: list[str]) -> None:
        visibles = [self.colonnes[code] for code in changes]
        titres = [colonne.titre for colonne in visibles if colonne.sorte is not Sorte.CACHEE]
        self.examen.changements.append(Changement(intitule, ajout, titres))
        self.examen.a_confirmer.append(ligne)

    def _doit_etre_dit(self, code: str) -> bool:
        """Vrai d'un champ qu'une ligne neuve ne peut laisser vide : l'année, le sens et le montant d'un budget."""
        champ: Any = self.feuille.modele._meta.get_field(code)
        return not (champ.blank or champ.null)

    # --- Où, quoi, et comment c'est mesuré --------------------------------------------------------------------------

    def _ranger(self, ligne: LigneLue, noeud: Noeud) -> bool:
        if isinstance(noeud, Action):
            try:
                noeud.objectif = self.lieux.trouver(ligne.textes)
            except Introuvable as erreur:
                self._refuser(ligne, erreur.code, str(erreur))
                return False
        return True

    def _remplir(self, ligne: LigneLue, noeud: Noeud, codes: list[str]) -> bool:
        """Donne au nœud les valeurs de ces colonnes ; faux, et une erreur par cellule, s'il en est de fausses."""
        champs = {code: code.rpartition(".")[2] for code in codes}
        saisies = {champ: ligne.textes[code] for code, champ in champs.items()}
        classe = _FORMULAIRES[type(noeud)]
        formulaire = classe({**saisies, **{classe.PREFIXE + champ: "" for champ in saisies}}, instance=noeud)
        fautes = formulaire.errors.as_data()
        for champ, siennes in fautes.items():
            code = next((code for code in codes if champs[code] == champ), "intitule")  # à défaut : toute la ligne
            for faute in siennes:
                self._refuser(ligne, code, _dire(faute, self.colonnes[code], ligne.textes[code]))
        return not fautes

    def _de_l_indicateur(self, ligne: LigneLue) -> list[str]:
        return [c.code for c in self.feuille.remplies if "." in c.code and ligne.textes[c.code]]

    def _mesurer(self, ligne: LigneLue, action: Noeud, codes: list[str]) -> bool:
        """Ajoute ou change l'indicateur que la ligne porte, dans ces colonnes-là ; faux s'il s'y trouve une erreur."""
        if not codes or not isinstance(action, Action):
            return True
        if refus := self._refus_de_l_indicateur(ligne, codes):
            self._refuser(ligne, "indicateur.intitule", refus)
            return False
        siens = action.indicateurs.all() if action.pk else ()
        connu = next((lu for lu in siens if str(lu.cle) == ligne.textes[CLE_DE_L_INDICATEUR]), None)
        indicateur = connu or Indicateur(projet=self.projet, action=action)
        if not self._remplir(ligne, indicateur, [code for code in codes if connu or ligne.textes[code]]):
            return False
        remplissage = self.examen.remplissage
        (remplissage.modifies if connu else remplissage.ajouts).append(indicateur)
        return True

    def _refus_de_l_indicateur(self, ligne: LigneLue, codes: list[str]) -> str:
        if CLE_DE_L_INDICATEUR in codes:
            return "une cellule cachée de cette ligne a changé. Téléchargez à nouveau le modèle."
        if ligne.cle and ligne.textes[CLE_DE_L_INDICATEUR] and not self._de_l_indicateur(ligne):
            return "un indicateur ne se supprime pas par le tableur : supprimez-le à l'écran."
        return ""


def _dire(faute: ValidationError, colonne: Colonne, texte: str) -> str:
    """La phrase d'une erreur de formulaire, qui rappelle ce qui est écrit dans la cellule."""
    dit = f"« {texte[:EXTRAIT]}{'…' if len(texte) > EXTRAIT else ''} »"
    if not texte:
        return f"indiquez {_AVEC_ARTICLE.get(colonne.code, 'une valeur')}."
    if colonne.choix:
        return f"{dit} n'est pas dans la liste : {', '.join(libelle for _, libelle in colonne.choix)}."
    if faute.code == "invalid" and colonne.sorte in (Sorte.ENTIER, Sorte.MONTANT):
        return f"{dit} n'est pas un nombre{' entier' if colonne.sorte is Sorte.ENTIER else ''}."
    return f"{dit} n'est pas admis. {' '.join(faute.messages)}"


_AVEC_ARTICLE = {
    "annee": "l'année",
    "sens": "le sens, charge ou produit",
    "montant": "le montant, 0 s'il est nul",
}
