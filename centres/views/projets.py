"""Le projet social à l'écran : la liste de ce qu'il reste à écrire, et la lecture de bout en bout."""

from typing import Any, NamedTuple

from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from centres import coherence, operations
from centres.models import ProjetSocial, Saisie
from centres.regles import RELATIONS, Partie, dire_la_lecture_seule, parties_de
from centres.views.arbre import Arbre, a_lire
from centres.views.coherence import Bilan, bilan, de_la_partie
from centres.views.dessin import dessiner, ranger
from centres.views.ecriture import presents
from centres.views.natures import NATURES
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue


class Tache(NamedTuple):
    """Une partie et où elle en est. `etat` : « complete », « en_cours » ou « vide » ; `saisie` : la dernière.

    `bilan` : combien de remarques la cohérence du projet y trouve. `s_ecrit` : faux si elle ne fait que se lire.
    """

    partie: Partie
    etat: str
    manques: list[str]
    adresse: str
    saisie: Saisie | None
    bilan: Bilan
    s_ecrit: bool


@require_safe
def projet(request: Requete, pk: int) -> HttpResponse:
    """Où en est le projet, partie par partie ; à qui ne l'écrit pas, le projet à lire."""
    lu = get_object_or_404(_lisibles(request).avec_arbre(), pk=pk)
    if not request.user.has_perm("centres.modifier_projet", lu):
        return redirect("centres:projet_lire", pk)
    contexte = {"projet": lu, "presents": presents(lu, request.user), **avancement(lu)}
    return render(request, "centres/projet.html", contexte)


@require_safe
def projet_lire(request: Requete, pk: int) -> HttpResponse:
    """Le projet de bout en bout, tel que la Caf le lit et tel qu'il s'imprime."""
    lu = get_object_or_404(_lisibles(request).avec_arbre(), pk=pk)
    contexte = {
        "projet": lu,
        "modifiable": request.user.has_perm("centres.modifier_projet", lu),
        **lecture(lu),
    }
    return render(request, "centres/projet_lire.html", contexte)


def _lisibles(request: Requete) -> Any:
    return ProjetSocial.objects.visibles_par(request.user).select_related("structure__gestionnaire")


def avancement(projet: ProjetSocial) -> dict[str, Any]:
    """Ce que montre la liste des parties. `projet` : lu par `avec_arbre`."""
    saisies: dict[str, Saisie] = {}
    for saisie in projet.saisies.select_related("par"):
        saisies.setdefault(saisie.partie, saisie)
    remarques = coherence.controler(projet)
    taches = [
        _tache(projet, partie, saisies.get(partie.code), bilan(de_la_partie(remarques, partie)))
        for partie in parties_de(projet)
    ]
    completes = sum(tache.etat == "complete" for tache in taches)
    return {
        "taches": taches,
        "bilan": bilan(remarques),
        "completes": completes,
        "lecture_seule": "" if projet.parties_ouvertes is None else dire_la_lecture_seule(projet.parties_ouvertes),
        "phrase": f"partie{'s' if completes > 1 else ''} sur {len(taches)} complète{'s' if completes > 1 else ''}",
    }


def _tache(projet: ProjetSocial, partie: Partie, saisie: Saisie | None, bilan: Bilan) -> Tache:
    manques, commencee = partie.manques(projet), partie.est_commencee(projet)
    complete = commencee and not manques
    etat = "complete" if complete else "en_cours" if commencee else "vide"
    s_ecrit = projet.est_ouverte(partie.code)
    adresse = projet.adresse_de(partie.code) if s_ecrit else projet.lecture_de(partie.code)
    return Tache(partie, etat, manques, adresse, saisie, bilan, s_ecrit)


def lecture(projet: ProjetSocial) -> dict[str, Any]:
    """Ce que montre la lecture de bout en bout. `projet` : lu par `avec_arbre`."""
    arbre = Arbre(projet, modifiable=False)
    lignes = arbre.lignes()
    return {
        "faits": couverture(projet),
        "parties": [
            (
                partie,
                partie.est_commencee(projet),
                *_ecrits(projet, partie),
                [(NATURES[nom], arbre.branches(nom)) for nom in partie.tableaux if nom not in ("axes", "budget")],
            )
            for partie in parties_de(projet)
        ],
        "axes": arbre.axes(),
        "dessin": dessiner(projet.titre, projet.axes.all()),
        "rangees": ranger(projet.axes.all()),
        "budget": [
            {"annee": annee, "lignes": lignes[annee], **totaux}
            for annee, totaux in operations.totaux_du_budget(getattr(projet, RELATIONS["budget"]).all()).items()
        ],
    }


A_LA_COUVERTURE = frozenset({"titre", "debut", "fin", "volet_familles", "instance_d_adoption", "date_d_adoption"})


def _ecrits(projet: ProjetSocial, partie: Partie) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """(libellé, valeur) des champs remplis de la partie que la couverture ne dit pas : les brefs, puis les textes."""
    brefs: list[tuple[str, Any]] = []
    textes: list[tuple[str, Any]] = []
    for nom in partie.champs:
        champ: Any = ProjetSocial._meta.get_field(nom)
        if nom not in A_LA_COUVERTURE and (valeur := a_lire(projet, champ)):
            (textes if isinstance(champ, models.TextField) else brefs).append((str(champ.verbose_name), valeur))
    return brefs, textes


def couverture(projet: ProjetSocial) -> list[tuple[str, Any]]:
    """La page de garde : la période, l'adoption, l'état de la version."""
    periode = f"du {date_longue(projet.debut)} au {date_longue(projet.fin)}" if projet.debut and projet.fin else ""
    return [
        ("Nature", projet.get_nature_display()),
        ("Période", periode),
        ("Adopté par", projet.instance_d_adoption),
        ("Adopté le", date_longue(projet.date_d_adoption)),
        ("Volet familles", "Oui" if projet.volet_familles else "Non"),
        ("Version", projet.version),
        ("Transmise à la Caf le", date_longue(projet.fige_le) or "Brouillon, non transmis à la Caf"),
    ]
