"""Le moteur des circuits : une table de transitions par machine, un seul endroit qui écrit `statut`.

Aucun mot du métier ici : chaque app écrit sa table dans son `workflow.py` et la rattache à son modèle
par l'attribut de classe `circuit`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.db import models, transaction

from socle import journal
from socle.texte import se_lit

if TYPE_CHECKING:
    from socle.models import ModeleACircuit

M = TypeVar("M", bound="ModeleACircuit")

NAISSANCE = ""  # l'état d'un objet qui n'existe pas encore
MOTIF_MAX = 5000  # caractères


class Manque(NamedTuple):
    """Ce qu'il manque, en une phrase, et l'adresse où le réparer.

    `saisie` : l'écran de l'acte le demandera lui-même. `sans_objet` : rien à réparer, l'acte n'est pas pour cet objet.
    `champ` : le nom de la donnée à corriger ; un formulaire qui la porte écrit la phrase à côté d'elle.
    """

    texte: str
    lien: str = ""
    saisie: bool = False
    sans_objet: bool = False
    champ: str = ""

    def __str__(self) -> str:
        return self.texte


class ActeRefuse(Exception):
    """L'acte n'a pas eu lieu et rien n'a été écrit ; `raisons` se lisent telles quelles par l'agent."""

    def __init__(self, *raisons: str | Manque) -> None:
        self.raisons = raisons
        super().__init__(" ".join(str(raison) for raison in raisons))


class ActeInterdit(ActeRefuse):
    """La personne n'a pas le droit de faire cet acte sur cet objet."""


@dataclass(frozen=True, slots=True)
class Transition(Generic[M]):
    """Une ligne de la table. `permission` vide : l'horloge seule peut agir. `effet` ne touche que cet objet.

    `notifier` écrit les courriels de l'acte. `vue` nomme l'URL de l'écran quand l'acte demande plus qu'un motif.
    `grave` : l'acte ferme, refuse ou rouvre.
    """

    nom: str
    libelle: str
    de: frozenset[str]
    vers: str
    permission: str
    numero: str = ""
    consequence: str = ""
    motif_requis: bool = False
    manques: Callable[[M], Iterable[Manque]] = lambda objet: ()
    effet: Callable[[M, Any], None] = lambda objet, par: None
    notifier: Callable[[M, Any], None] = lambda objet, par: None
    vue: str = ""
    grave: bool = False


class Acte(NamedTuple):
    """Un acte que cette personne peut faire dès que `manques` est vide."""

    transition: Transition[Any]
    manques: tuple[Manque, ...]

    @property
    def obstacles(self) -> tuple[Manque, ...]:
        """Ce qu'il faut réparer avant même d'ouvrir l'écran de l'acte."""
        return tuple(manque for manque in self.manques if not manque.saisie)


class Circuit(Generic[M]):
    """La machine d'un modèle : ses états et la table de ses transitions."""

    def __init__(self, etats: type[models.TextChoices], transitions: Iterable[Transition[M]]) -> None:
        self.etats = etats
        self.transitions = tuple(transitions)
        self._par_nom = {transition.nom: transition for transition in self.transitions}

    def __getitem__(self, nom: str) -> Transition[M]:
        return self._par_nom[nom]

    def libelle(self, statut: str) -> str:
        return str(self.etats(statut).label) if statut else "Nouveau"

    def autorise(self, objet: M, transition: Transition[M], par: Any) -> bool:
        """`par=None` désigne l'horloge : elle ne fait que les actes sans permission, et elle seule."""
        if par is None or not transition.permission:
            return par is None and not transition.permission
        return bool(par.has_perm(transition.permission, objet))

    def actes(self, objet: M, par: Any) -> list[Acte]:
        """Les actes de l'état présent que cette personne a le droit de faire, avec ce qu'il leur manque."""
        return [
            Acte(transition, tuple(transition.manques(objet)))
            for transition in self.transitions
            if objet.statut in transition.de and self.autorise(objet, transition, par)
        ]

    def verifier(self, objet: M, transition: Transition[M], par: Any, motif: str) -> None:
        """Lève `ActeInterdit` ou `ActeRefuse` avec toutes ses raisons ; ne change rien."""
        statut: str = objet.statut
        if not self.autorise(objet, transition, par):
            raise ActeInterdit(f"Vous n'avez pas le droit de faire l'acte « {transition.libelle} ».")
        if statut not in transition.de:
            possibles = ", ".join(f"« {self.libelle(etat)} »" for etat in self.etats.values if etat in transition.de)
            raise ActeRefuse(
                f"« {transition.libelle} » n'est pas possible : l'état est maintenant « {self.libelle(statut)} ». "
                + (f"Il faudrait : {possibles}." if possibles else "Cet acte ne se fait qu'à la création.")
            )
        if manques := (*_manques_du_motif(transition, motif), *transition.manques(objet)):
            raise ActeRefuse(*manques)

    def executer(self, objet: M, nom: str, *, par: Any, motif: str = "") -> M:
        """Fait l'acte `nom`, ou lève `ActeRefuse` sans rien écrire. Seul endroit qui écrit `statut`.

        L'objet est verrouillé et relu : ce qui n'était pas enregistré sur lui est perdu. Neuf, il naît par l'acte.
        """
        transition = self[nom]
        with transaction.atomic(), journal.acte(transition.nom, transition.libelle, par=par, motif=motif.strip()):
            if objet.pk is not None:
                objet.refresh_from_db(from_queryset=type(objet)._base_manager.select_for_update(of=("self",)))
            self.verifier(objet, transition, par, motif)
            transition.effet(objet, par)
            objet.statut = transition.vers
            objet.save(par_un_acte=True)
            transition.notifier(objet, par)
        return objet


def _manques_du_motif(transition: Transition[Any], motif: str) -> Iterator[Manque]:
    """Un motif demandé se lit : des espaces ou des caractères invisibles n'en sont pas un."""
    if transition.motif_requis and not se_lit(motif):
        yield Manque("Écrivez le motif.")
    if len(motif.strip()) > MOTIF_MAX:
        yield Manque("Le motif dépasse 5 000 caractères : résumez-le.")
