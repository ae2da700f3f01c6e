"""Écrire un brouillon : une partie du projet ou un nœud, en entier avec un bouton ou champ par champ."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from centres import coherence, operations
from centres.forms import FormulaireDEcriture, formulaire_de
from centres.models import NOM_DU_NOEUD, Noeud, ProjetSocial, Saisie
from centres.regles import (
    PARTIE_DU_TABLEAU,
    PARTIE_PAR_CODE,
    Partie,
    dire_la_lecture_seule,
    parties_a_ecrire,
    parties_de,
)
from centres.views.arbre import Arbre, budget_a_ecrire, endroits, tableaux
from centres.views.coherence import de_la_partie
from centres.views.natures import NATURES
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.listes import a_l_ecran

FORMULAIRES = {
    partie.code: formulaire_de(ProjetSocial, partie.champs) for partie in PARTIE_PAR_CODE.values() if partie.champs
}


def lire_le_brouillon(utilisateur: Utilisateur, pk: int, *, verrou: bool = False) -> ProjetSocial:
    """Le projet que la personne peut écrire ; introuvable s'il ne lui est pas visible, interdit s'il est figé."""
    projets = ProjetSocial.objects.filter(pk__in=ProjetSocial.objects.visibles_par(utilisateur))
    projets = projets.select_for_update(of=("self",)) if verrou else projets
    return exiger_un_brouillon(utilisateur, get_object_or_404(projets.select_related("structure__gestionnaire"), pk=pk))


def lire_le_noeud(utilisateur: Utilisateur, pk: int, nature: str, noeud_pk: int, *, verrou: bool = False) -> Noeud:
    """Le nœud s'il est bien d'un projet que la personne peut écrire.

    `verrou` : son projet, seul et le premier, comme pour tout geste sur l'arbre ; deux gestes ne se croisent donc pas.
    """
    modele: Any = NATURES[nature].modele
    noeuds = modele._default_manager.filter(
        projet=pk, projet__in=ProjetSocial.objects.visibles_par(utilisateur)
    ).select_related("projet__structure__gestionnaire", *modele.PORTEURS)
    noeuds = noeuds.select_for_update(of=("projet",)) if verrou else noeuds
    noeud: Noeud = get_object_or_404(noeuds, pk=noeud_pk)
    exiger_une_partie_ouverte(exiger_un_brouillon(utilisateur, noeud.projet), PARTIE_DU_TABLEAU[nature])
    return noeud


def exiger_un_brouillon(utilisateur: Utilisateur, projet: ProjetSocial) -> ProjetSocial:
    if projet.est_fige:
        raise PermissionDenied("Cette version a été transmise à la Caf : elle ne change plus.")
    if not utilisateur.has_perm("centres.modifier_projet", projet):
        raise PermissionDenied("Ce projet s'écrit par le centre ou par son conseiller.")
    return projet


@dataclass
class Ecrit:
    """Ce que l'envoi d'une page a donné : le formulaire, et ce que l'opération en a fait."""

    formulaire: FormulaireDEcriture
    ecriture: operations.Ecriture

    @property
    def est_entier(self) -> bool:
        return not (self.formulaire.errors or self.ecriture.conflits)


def ecrire(request: Requete, objet: ProjetSocial | Noeud, classe: type[FormulaireDEcriture], partie: str) -> Ecrit:
    """Enregistre les champs justes que la page envoie ; les autres restent à l'écran, avec leur raison.

    À appeler dans la transaction qui a verrouillé l'objet.
    """
    formulaire = classe(request.POST, instance=objet)
    formulaire.is_valid()
    ecriture = operations.ecrire(
        objet,
        saisies=formulaire.cleaned_data,
        lus=formulaire.valeurs_en_base,
        vus=formulaire.vus(),
        partie=partie,
        par=request.user,
    )
    return Ecrit(formulaire, ecriture)


def repondre_au_champ(request: Requete, ecrit: Ecrit, projet: ProjetSocial, partie: str) -> JsonResponse:
    """La réponse à une écriture champ par champ : témoins nouveaux, erreurs, et les deux valeurs en cas de conflit."""
    formulaire, saisies = ecrit.formulaire, ecrit.formulaire.cleaned_data
    conflits = ecrit.ecriture.conflits
    temoins = {nom: operations.temoin(saisies[nom]) for nom in saisies if nom not in conflits}
    auteur = _dernier_auteur(projet, partie, request.user) if conflits else ""
    return JsonResponse(
        {
            "temoins": temoins,
            "erreurs": {nom: [str(erreur) for erreur in erreurs] for nom, erreurs in formulaire.errors.items()},
            "conflits": {
                nom: {"leur": lisible(formulaire, nom), "temoin": formulaire.presents[nom], "auteur": auteur}
                for nom in conflits
            },
            "heure": timezone.localtime().strftime("%H:%M"),
        },
        status=409 if conflits else 422 if formulaire.errors else 200,
    )


def dire_les_conflits(ecrit: Ecrit, projet: ProjetSocial, partie: str, par: Utilisateur) -> None:
    """Sans script : la valeur de l'autre se lit sous le champ ; un second envoi la remplace en connaissance."""
    for nom in ecrit.ecriture.conflits:
        leur = lisible(ecrit.formulaire, nom) or "vide"
        auteur = _dernier_auteur(projet, partie, par) or "Une autre personne"
        ecrit.formulaire.add_error(
            nom,
            f"{auteur} a changé ce champ entre-temps. Sa version : « {leur} ». "
            "La vôtre est ci-dessus : enregistrez de nouveau pour la garder, ou recopiez la sienne.",
        )


def lisible(formulaire: FormulaireDEcriture, nom: str) -> str:
    """La valeur en base du champ, telle qu'une personne la lit."""
    champ, valeur = formulaire.fields[nom], formulaire.valeurs_en_base[nom]
    if isinstance(valeur, list):
        return "\n".join(str(element) for element in valeur)
    if isinstance(champ, forms.ChoiceField):
        return str(dict(champ.choices).get(valeur, valeur or ""))  # type: ignore[arg-type]
    return "" if valeur in (None, "") else str(a_l_ecran(valeur))


def _dernier_auteur(projet: ProjetSocial, partie: str, sauf: Utilisateur) -> str:
    saisie = Saisie.objects.filter(projet=projet, partie=partie).exclude(par=sauf).select_related("par").first()
    return saisie.par.nom_complet if saisie else ""


def par_champ(request: Requete) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


@require_http_methods(["GET", "POST"])
def partie(request: Requete, pk: int, partie: str) -> HttpResponse:
    """Une partie du projet : ses textes, puis ses tableaux."""
    if request.method == "POST":
        return _ecrire_la_partie(request, pk, partie)
    brouillon = lire_le_brouillon(request.user, pk)
    if not brouillon.est_ouverte(partie):
        messages.info(request, dire_la_lecture_seule(brouillon.parties_ouvertes or ()))
        return redirect(brouillon.lecture_de(partie))
    voulue = exiger_la_partie(brouillon, partie)
    formulaire = FORMULAIRES[partie](instance=brouillon) if voulue.champs else None
    return _page(request, brouillon, voulue, formulaire)


def _ecrire_la_partie(request: Requete, pk: int, code: str) -> HttpResponse:
    with transaction.atomic():
        brouillon = lire_le_brouillon(request.user, pk, verrou=True)
        voulue = exiger_la_partie(brouillon, code)
        if not voulue.champs:
            raise Http404
        ecrit = ecrire(request, brouillon, FORMULAIRES[code], code)
    if par_champ(request):
        return repondre_au_champ(request, ecrit, brouillon, code)
    if ecrit.est_entier:
        messages.success(request, "C'est enregistré. Le projet n'est pas encore transmis à la Caf.")
        suite = _voisine(brouillon, voulue, 1) if "suivante" in request.POST else voulue
        return redirect("centres:partie", pk, (suite or voulue).code)
    dire_les_conflits(ecrit, brouillon, code, request.user)
    return _page(request, brouillon, voulue, ecrit.formulaire)


def _page(
    request: Requete, brouillon: ProjetSocial, voulue: Partie, formulaire: FormulaireDEcriture | None
) -> HttpResponse:
    lu = ProjetSocial.objects.avec_arbre().select_related("structure__gestionnaire").get(pk=brouillon.pk)
    contexte: dict[str, Any] = {
        "projet": lu,
        "partie": voulue,
        "formulaire": formulaire,
        "remarques": de_la_partie(coherence.controler(lu), voulue),
        "tableaux": tableaux(lu, voulue),
        "axes": Arbre(lu, modifiable=True).axes() if "axes" in voulue.tableaux else None,
        "ici": request.GET.get("ici", ""),
        "rang": parties_de(lu).index(voulue) + 1,
        "total": len(parties_de(lu)),
        **(budget_a_ecrire(lu) if "budget" in voulue.tableaux else {"budget": None, "budget_detaille": False}),
        "precedent": ProjetSocial.objects.precedant(lu) if PARTIE_PAR_CODE["bilan"].s_applique(lu) else None,
        "presents": presents(lu, request.user),
        "precedente": _voisine(lu, voulue, -1),
        "suivante": _voisine(lu, voulue, 1),
    }
    return render(request, "centres/partie.html", contexte)


def exiger_la_partie(projet: ProjetSocial, code: str) -> Partie:
    """La partie que nomme l'adresse ; introuvable si elle n'est pas de ce projet, interdite si elle ne s'écrit pas."""
    voulue = PARTIE_PAR_CODE.get(code)
    if voulue is None or not voulue.s_applique(projet):
        raise Http404
    exiger_une_partie_ouverte(projet, code)
    return voulue


def exiger_une_partie_ouverte(projet: ProjetSocial, code: str) -> None:
    if not projet.est_ouverte(code):
        raise PermissionDenied(dire_la_lecture_seule(projet.parties_ouvertes or ()))


def _voisine(projet: ProjetSocial, ici: Partie, pas: int) -> Partie | None:
    parties = parties_a_ecrire(projet)
    rang = parties.index(ici) + pas
    return parties[rang] if 0 <= rang < len(parties) else None


@require_http_methods(["GET", "POST"])
def noeud(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    """La fiche d'un nœud : tous ses champs, et ce qu'il porte."""
    sorte, partie_ = NATURES[nature], PARTIE_DU_TABLEAU[nature]
    if request.method != "POST":
        lu = lire_le_noeud(request.user, pk, nature, noeud_pk)
        return _fiche(request, lu, sorte.formulaire(instance=lu))
    with transaction.atomic():
        lu = lire_le_noeud(request.user, pk, nature, noeud_pk, verrou=True)
        try:
            ecrit = ecrire(request, lu, sorte.formulaire, partie_)
        except operations.LectureDepassee:  # le projet est maintenant verrouillé : cette lecture-ci est la bonne
            lu = lire_le_noeud(request.user, pk, nature, noeud_pk, verrou=True)
            ecrit = ecrire(request, lu, sorte.formulaire, partie_)
    if par_champ(request):
        return repondre_au_champ(request, ecrit, lu.projet, partie_)
    if ecrit.est_entier:
        messages.success(request, "C'est enregistré. Le projet n'est pas encore transmis à la Caf.")
        return redirect(f"{lu.projet.adresse_de(partie_)}#{nature}-{lu.pk}")
    dire_les_conflits(ecrit, lu.projet, partie_, request.user)
    return _fiche(request, lu, ecrit.formulaire)


def _fiche(request: Requete, lu: Noeud, formulaire: FormulaireDEcriture) -> HttpResponse:
    nature = NATURES[NOM_DU_NOEUD[type(lu)]]
    contexte = {
        "projet": lu.projet,
        "noeud": lu,
        "nature": nature,
        "partie": PARTIE_PAR_CODE[PARTIE_DU_TABLEAU[nature.nom]],
        "formulaire": formulaire,
        "branche": Arbre(lu.projet, modifiable=True).branche_de(lu),
        "porteur": lu.porteur,
        "endroits": endroits(lu),
        "retour": lu.projet.adresse_de(PARTIE_DU_TABLEAU[nature.nom]),
        "presents": presents(lu.projet, request.user),
    }
    return render(request, "centres/noeud.html", contexte)


@require_safe
def presence(request: Requete, pk: int) -> HttpResponse:
    """Qui d'autre écrit en ce moment, et dans quelle partie."""
    brouillon = lire_le_brouillon(request.user, pk)
    return render(
        request, "centres/_presence.html", {"projet": brouillon, "presents": presents(brouillon, request.user)}
    )


def presents(projet: ProjetSocial, sauf: Utilisateur) -> list[tuple[str, str]]:
    """(personne, partie) de ceux qui écrivent en ce moment, chacun là où il a écrit en dernier."""
    saisies = Saisie.objects.filter(projet=projet).en_ce_moment().exclude(par=sauf).select_related("par")
    derniers: dict[int, Saisie] = {}
    for saisie in saisies:
        derniers.setdefault(saisie.par_id, saisie)
    return [(saisie.par.nom_complet, PARTIE_PAR_CODE[saisie.partie].libelle) for saisie in derniers.values()]
