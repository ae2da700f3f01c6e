"""La cohérence du projet à l'écran : la page qui explique, et le panneau d'une partie qui se rafraîchit."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from centres.coherence import REGLES, Regle, Remarque, controler
from centres.models import ProjetSocial
from centres.regles import PARTIE_PAR_CODE, Partie
from comptes.choix import Severite
from comptes.requetes import Requete
from comptes.textes import TITRES


class Bilan(NamedTuple):
    """Combien de remarques empêchent de transmettre, et combien avertissent."""

    bloquantes: int
    avertissements: int

    @property
    def total(self) -> int:
        return self.bloquantes + self.avertissements

    @property
    def phrase_des_bloquantes(self) -> str:
        return f"{self.bloquantes} à corriger"

    @property
    def phrase_des_avertissements(self) -> str:
        return f"{self.avertissements} à regarder"


class Groupe(NamedTuple):
    """Les remarques d'une même règle dans une même partie."""

    regle: Regle
    remarques: list[Remarque]


class Section(NamedTuple):
    """Les remarques d'une sévérité, rangées par partie puis par règle."""

    titre: str
    ton: str
    parties: list[tuple[Partie, list[Groupe]]]


@require_safe
def coherence(request: Requete, pk: int) -> HttpResponse:
    """Toutes les remarques, expliquées, et les règles que la Caisse contrôle."""
    projet = _lire(request, pk)
    remarques = controler(projet)
    contexte = {
        "projet": projet,
        "bilan": bilan(remarques),
        "sections": list(_sections(remarques)),
        "controles": _controles(projet),
    }
    return render(request, "centres/coherence.html", contexte)


@require_safe
def coherence_partie(request: Requete, pk: int, partie: str) -> HttpResponse:
    """Le panneau d'une partie, que sa page redemande après chaque enregistrement."""
    projet, voulue = _lire(request, pk), PARTIE_PAR_CODE[partie]
    if not voulue.s_applique(projet):
        raise Http404
    contexte = {"projet": projet, "partie": voulue, "remarques": de_la_partie(controler(projet), voulue)}
    return render(request, "centres/_remarques.html", contexte)


def _lire(request: Requete, pk: int) -> ProjetSocial:
    projets = ProjetSocial.objects.visibles_par(request.user).select_related("structure__caisse")
    return get_object_or_404(projets.avec_arbre(), pk=pk)


def bilan(remarques: Iterable[Remarque]) -> Bilan:
    bloquantes = [remarque.est_bloquante for remarque in remarques]
    return Bilan(sum(bloquantes), len(bloquantes) - sum(bloquantes))


def de_la_partie(remarques: Iterable[Remarque], partie: Partie) -> list[Remarque]:
    return [remarque for remarque in remarques if remarque.partie == partie]


def _sections(remarques: list[Remarque]) -> Iterable[Section]:
    for titre, ton, bloquante in (("Empêche de transmettre", "danger", True), ("À regarder", "attention", False)):
        siennes = [remarque for remarque in remarques if remarque.est_bloquante == bloquante]
        parties = [
            (partie, _groupes(list(de_la_partie))) for partie, de_la_partie in groupby(siennes, lambda r: r.partie)
        ]
        if parties:
            yield Section(titre, ton, parties)


def _groupes(remarques: list[Remarque]) -> list[Groupe]:
    par_regle: dict[str, Groupe] = {}
    for remarque in remarques:
        par_regle.setdefault(remarque.regle.code, Groupe(remarque.regle, [])).remarques.append(remarque)
    return list(par_regle.values())


def _controles(projet: ProjetSocial) -> list[tuple[Regle, str, str]]:
    """(règle, sévérité, texte qui la fonde) de chaque règle qui s'applique au projet."""
    regles = [regle for regle in REGLES if regle.s_applique(projet)]
    severites = projet.structure.caisse.valeurs(*(regle.controle.parametre for regle in regles))
    return [
        (
            regle,
            str(Severite(severites[regle.controle.parametre]).label),
            f"{TITRES[regle.controle.texte]} – {regle.controle.precision}",
        )
        for regle in regles
    ]
