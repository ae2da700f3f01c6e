"""La fiche de présentation d'un dossier : une page, faite des données, pour ceux qui siègent.

Ce qui dépasse est coupé par règle : un nombre de lignes par liste, un nombre de signes par texte. La feuille de style
compte en plus les lignes imprimées : quoi que le projet contienne, la fiche tient sur une page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.text import Truncator

from agrement.dossiers.models import Avis, Dossier
from agrement.dossiers.montants import Produit, est_demande_a_la_caf
from agrement.dossiers.note_d_avis import blocs
from agrement.seances.models import Agrement, Decision, DocumentDeSeance, Inscription
from centres.choix import Fonction, SensBudget
from centres.models import LigneBudget, Poste, ProjetSocial, Structure
from centres.operations import totaux_du_budget
from socle import pdf
from socle.templatetags.composants import date_longue, duree, euros, nombre

GABARIT = "documents/fiche.html"
TEXTE, LIGNE = 330, 150  # signes
AXES, PARAGRAPHES, CRITERES, RESERVES, DEROGATIONS, PARTENAIRES, PASSAGES = 4, 4, 4, 3, 2, 4, 3
DITS_AILLEURS = frozenset({"Avis des partenaires"})  # sections de la synthèse que la fiche montre autrement
_BLANCS = re.compile(r"[ \t\r\n]+")  # pas les espaces insécables
_SOURCES = re.compile(r"\s*\[[^\]]*\]$")


def points_a_presenter() -> Any:
    """Les points avec tout ce que leur fiche dit, en un nombre fixe de requêtes."""
    return Inscription.objects.select_related(
        "seance__instance__caisse",
        "dossier__caisse",
        "dossier__gestionnaire",
        "dossier__structure__commune",
        "dossier__structure__quartier_prioritaire",
        "dossier__projet",
        "dossier__avis",
    ).prefetch_related(
        "dossier__avis__criteres",
        "dossier__reserves",
        "dossier__derogations",
        "dossier__demandes_d_avis__partenaire",
        "dossier__demandes_d_avis__avis",
        "dossier__projet__axes",
        "dossier__projet__actions",
        "dossier__projet__lignes_budget",
        "dossier__structure__postes",
        Prefetch(
            "dossier__structure__agrements",
            Agrement.objects.en_cours().select_related("decision"),
            to_attr="agrements_en_cours",
        ),
        Prefetch("dossier__structure__dossiers__decisions", Decision.objects.order_by("-date", "-pk")),
        Prefetch(
            "documents", DocumentDeSeance.objects.fiches().en_vigueur().select_related("fichier"), to_attr="fiches"
        ),
    )


def imprimer_le_projet_de_fiche(point: Inscription) -> bytes:
    """Le PDF de la fiche telle qu'elle serait validée maintenant. Le point est lu par `points_a_presenter`."""
    contenu = contenu_de_la_fiche(point)
    return pdf.rendre(GABARIT, {**contenu, "etabli_le": timezone.localdate().isoformat()}, filigrane="PROJET")


def contenu_de_la_fiche(point: Inscription) -> dict[str, Any]:
    """Les valeurs de la fiche, en textes. Le point est lu par `points_a_presenter` : aucune requête ici."""
    dossier = point.dossier
    structure, avis = dossier.structure, getattr(dossier, "avis", None)
    projet = dossier.projet_transmis()
    return {
        "caisse": dossier.caisse.nom,
        "instance": point.seance.instance.nom_entier,
        "dossier": dossier.numero,
        "structure": structure.nom,
        "type": structure.get_type_display(),
        "faits": [[libelle, court(valeur, 2 * LIGNE)] for libelle, valeur in _faits(point, projet) if valeur],
        "axes": _liste((axe.intitule for axe in projet.axes.all()) if projet else (), AXES, 90),
        "avis": _avis(avis),
        "synthese": _synthese(avis),
        "criteres": _liste((critere.intitule for critere in avis.criteres.all()) if avis else (), CRITERES, 90),
        "reserves": _liste(
            (_date(r.texte, "à lever avant le", r.echeance) for r in dossier.reserves.all()),
            RESERVES,
        ),
        "derogations": _liste(
            (_date(d.motif, "jusqu'au", d.date_limite) for d in dossier.derogations.all()),
            DEROGATIONS,
        ),
        "historique": _liste(_passages(point), PASSAGES),
    }


def a_change(point: Inscription) -> bool:
    """Vrai si le dossier ne dit plus ce que dit sa fiche validée. Le point est lu par `points_a_presenter`."""
    fiche: DocumentDeSeance | None = point.fiche
    if fiche is None:
        return False
    garde = {nom: valeur for nom, valeur in fiche.contenu.items() if nom != "etabli_le"}
    return garde != contenu_de_la_fiche(point)


def court(texte: str, signes: int = LIGNE) -> str:
    """Le texte sur une ligne, coupé à ce nombre de signes : « … » dit qu'il continue."""
    return str(Truncator(_BLANCS.sub(" ", texte).strip()).chars(signes))


def _liste(textes: Iterable[str], combien: int, signes: int = LIGNE) -> list[str]:
    """Les premiers, coupés ; au-delà, le dernier dit combien ne sont pas montrés."""
    tous = [texte for texte in textes if texte.strip()]
    montres = [court(texte, signes) for texte in tous[:combien]]
    if (reste := len(tous) - combien) > 0:
        montres.append(f"et {reste} autre{'s' if reste > 1 else ''}")
    return montres


def _date(texte: str, mot: str, jour: dt.date) -> str:
    """Le texte, coupé s'il est long, et sa date, jamais."""
    return f"{court(texte.strip().rstrip('.'), LIGNE - 40)} – {mot} {date_longue(jour)}"


# --- Ce que la fiche dit ------------------------------------------------------------------------


def _faits(point: Inscription, projet: ProjetSocial | None) -> Iterator[tuple[str, str]]:
    dossier = point.dossier
    structure = dossier.structure
    periode = f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}"
    yield "Demande", f"{dossier.get_type_display()}, {periode}"
    yield "Gestionnaire", dossier.gestionnaire.raison_sociale
    yield "Territoire", _territoire(structure)
    yield "Agrément en cours", _agrement_en_cours(dossier)
    if projet is not None:
        yield "Projet", _projet(projet)
        yield "Budget", _budget(projet.lignes_budget.all())
    yield "Équipe", _equipe(structure, projet)
    yield "Partenaires", " ; ".join(_liste(_partenaires(dossier), PARTENAIRES, 45))
    yield "Rapporteur", point.rapporteur or "Pas encore désigné"


def _territoire(structure: Structure) -> str:
    quartier = structure.quartier_prioritaire
    return " · ".join(
        filter(
            None,
            (
                structure.ville or "Commune non renseignée",
                f"quartier prioritaire {quartier.nom}" if quartier else "hors quartier prioritaire",
                "France ruralités revitalisation" if structure.en_zfrr else "",
            ),
        )
    )


def _agrement_en_cours(dossier: Dossier) -> str:
    jour = timezone.localdate()
    agrements: list[Agrement] = dossier.structure.agrements_en_cours  # type: ignore[attr-defined]
    for agrement in agrements:
        if agrement.debut <= jour <= agrement.fin:
            periode = f"du {date_longue(agrement.debut)} au {date_longue(agrement.fin)}"
            return f"{periode}, {agrement.origine}"
    return f"jusqu'au {date_longue(dossier.echeance_actuelle)}" if dossier.echeance_actuelle else "Aucun"


def _projet(projet: ProjetSocial) -> str:
    axes, actions = len(projet.axes.all()), len(projet.actions.all())
    return f"{_compte(axes, 'axe')}, {_compte(actions, 'action')}, version {projet.version}"


def _compte(combien: int, mot: str) -> str:
    return f"{combien} {mot}{'s' if combien > 1 else ''}"


def _budget(lignes: Iterable[LigneBudget]) -> str:
    """Le budget de la première année, et ce que le projet attend de la Caf parmi ses produits."""
    lignes = list(lignes)
    if not lignes:
        return "Non détaillé"
    annee = min(ligne.annee for ligne in lignes)
    totaux = totaux_du_budget(lignes)[annee]
    de_la_caf = sum((ligne.montant for ligne in lignes if ligne.annee == annee and _vient_de_la_caf(ligne)), Decimal(0))
    part = f" ({nombre(100 * de_la_caf / totaux['produits'])} % des produits)" if totaux["produits"] else ""
    return f"{annee} : {euros(totaux['charges'], 0)} de charges, dont {euros(de_la_caf, 0)} attendus de la Caf{part}"


def _vient_de_la_caf(ligne: LigneBudget) -> bool:
    produit = Produit(ligne.annee, ligne.montant, ligne.financeur, ligne.intitule)
    return ligne.sens == SensBudget.PRODUIT and est_demande_a_la_caf(produit)


def _equipe(structure: Structure, projet: ProjetSocial | None) -> str:
    dits = [f"direction : {_poste(structure, Fonction.DIRECTION)}"]
    if projet is not None and projet.volet_familles:
        dits.append(f"référent familles : {_poste(structure, Fonction.REFERENT_FAMILLES)}")
    return " · ".join(dits)


def _poste(structure: Structure, fonction: Fonction) -> str:
    """« niveau 6, 1 ETP » de la personne arrivée la dernière dans ce poste."""
    jour = timezone.localdate()
    tenus: list[Poste] = [
        poste
        for poste in structure.postes.all()
        if poste.fonction == fonction and poste.debut <= jour and (poste.fin is None or poste.fin >= jour)
    ]
    if not tenus:
        return "poste non pourvu"
    poste = max(tenus, key=lambda poste: poste.debut)
    niveau = f"niveau {poste.niveau}" if poste.niveau else "niveau non renseigné"
    return f"{niveau}, {nombre(poste.etp, 2).rstrip('0').rstrip(',')} ETP"


def _avis(avis: Avis | None) -> str:
    if avis is None:
        return "Avis technique non rendu"
    pour = f", pour {duree(avis.duree_proposee)}" if avis.duree_proposee else ""
    return f"Avis {avis.get_sens_display().lower()}{pour}"


def _synthese(avis: Avis | None) -> list[dict[str, str]]:
    """Un paragraphe par section de la synthèse, sans les renvois à la grille."""
    sections = [bloc for bloc in blocs(avis.synthese) if bloc["titre"] not in DITS_AILLEURS] if avis else []
    return [
        {
            "titre": court(bloc["titre"], 60),
            "texte": court(" ".join(_SOURCES.sub("", texte) for texte in [*bloc["textes"], *bloc["points"]]), TEXTE),
        }
        for bloc in sections[:PARAGRAPHES]
    ]


def _partenaires(dossier: Dossier) -> Iterator[str]:
    for demande in dossier.demandes_d_avis.all():
        if demande.retiree_le is None:
            avis = getattr(demande, "avis", None)
            yield f"{demande.partenaire} : {avis.get_sens_display().lower() if avis else 'sans réponse'}"


def _passages(point: Inscription) -> Iterator[str]:
    """Ce que les instances ont déjà décidé de cette structure, du plus récent au plus ancien."""
    decisions = [
        decision
        for dossier in point.dossier.structure.dossiers.all()
        for decision in dossier.decisions.all()
        if decision.inscription_id != point.pk
    ]
    for decision in sorted(decisions, key=lambda decision: (decision.date, decision.pk), reverse=True):
        pour = f", {decision.duree_en_mots}" if decision.duree_en_mots else ""
        yield f"{date_longue(decision.date)} : {decision.get_type_display().lower()}{pour} ({decision.numero})"
