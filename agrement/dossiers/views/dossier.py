"""La page d'un dossier : une tête qui reste, et un onglet par sujet, chacun à son adresse."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from agrement.dossiers.accords import cote_de
from agrement.dossiers.choix import Phase, Statut, StatutPiece
from agrement.dossiers.models import Avis, DemandeDAvis, Dossier, NoteInterne, Preconisation, ReponseDeRecevabilite
from agrement.dossiers.regles import ACTES_DE_LA_DECISION, MOTIFS_LUS_PAR_LE_CENTRE, SANS_AGREMENT
from agrement.dossiers.views.autoevaluation import invitation
from agrement.dossiers.views.contradictoire import decision
from agrement.dossiers.views.echanges import echanges, messages_nouveaux
from agrement.dossiers.views.gestes import adresse_de_l_acte, onglet, trouver
from agrement.dossiers.views.onglet_analyse import analyse
from agrement.dossiers.views.onglet_negociation import negociation
from agrement.dossiers.views.onglet_pieces import pieces
from agrement.dossiers.views.parcours import parcours
from agrement.dossiers.views.synthese import synthese
from centres.models import ProjetSocial
from centres.views.ecarts import a_lire, versions
from centres.views.projets import avancement
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle import chronologie
from socle.actes import presenter
from socle.models import EntreeDuJournal, type_de

ENTREES_MONTREES = 200
SIGNER = ("contrats.signer_pour_le_gestionnaire", "contrats.signer_pour_la_caf")


class Onglet(NamedTuple):
    """Un onglet : son nom dans l'adresse, son libellé, le droit qui le montre, et ce que sa page demande."""

    nom: str
    libelle: str
    permission: str
    gabarit: str
    contexte: Callable[[Requete, Dossier], dict[str, Any]]


@require_safe
def dossier(request: Requete, numero: str) -> HttpResponse:
    return onglet_du_dossier(request, numero, "synthese")


@require_safe
def onglet_du_dossier(request: Requete, numero: str, onglet: str) -> HttpResponse:
    trouve = trouver(request, numero)
    choisi = next(connu for connu in ONGLETS if connu.nom == onglet)
    if choisi.permission and not request.user.has_perm(choisi.permission, trouve):
        raise PermissionDenied(f"Votre rôle ne donne pas accès à l'onglet « {choisi.libelle} ».")
    contexte = {**tete(request.user, trouve, choisi), **choisi.contexte(request, trouve)}
    place = parcours(request, trouve)
    if place is not None:
        for lien in contexte["onglets"]:
            lien["url"] += place.suite
    contexte["parcours"] = place
    return render(request, choisi.gabarit, contexte)


# --- La tête --------------------------------------------------------------------------------------


def tete(utilisateur: Utilisateur, trouve: Dossier, choisi: Onglet) -> dict[str, Any]:
    return {
        "dossier": trouve,
        "echeance": trouve.prochaine_echeance(),
        "onglet": choisi,
        "actes": actes(utilisateur, trouve),
        "etapes": etapes(trouve),
        "onglets": onglets(utilisateur, trouve, choisi),
    }


def actes(utilisateur: Utilisateur, trouve: Dossier) -> dict[str, Any]:
    """La barre d'actes, rangée pour la tête : l'acte attendu, les autres possibles, ceux qui attendent."""
    presentes = presenter(trouve, utilisateur, adresse_de_l_acte(trouve))
    return {
        "primaire": next((acte for acte in presentes if acte["primaire"]), None),
        "possibles": [acte for acte in presentes if not (acte["manques"] or acte["primaire"] or acte["grave"])],
        "graves": [acte for acte in presentes if acte["grave"] and not acte["manques"]],
        "bloques": [acte for acte in presentes if acte["manques"]],
        "suite": lire_et_signer(utilisateur, trouve) or suivre_l_impression(utilisateur, trouve),
    }


def lire_et_signer(utilisateur: Utilisateur, trouve: Dossier) -> dict[str, str] | None:
    """À la signature, rien ne se fait ici : le lien mène au contrat, que signe qui engage une partie."""
    if trouve.statut != Statut.EN_SIGNATURE or not any(utilisateur.has_perm(droit, trouve) for droit in SIGNER):
        return None
    contrat = trouve.contrats.order_by("-pk").first()
    return {"libelle": "Lire et signer", "url": contrat.get_absolute_url()} if contrat is not None else None


def suivre_l_impression(utilisateur: Utilisateur, trouve: Dossier) -> dict[str, str] | None:
    """Le contrat demandé s'imprime : le lien mène à son avancement, pour qui peut le générer."""
    if trouve.statut != Statut.NOTIFIE or not utilisateur.has_perm("contrats.generer", trouve):
        return None
    impression = trouve.impressions.en_route().first()
    return {"libelle": "Contrat en cours d'impression", "url": impression.get_absolute_url()} if impression else None


def onglets(utilisateur: Utilisateur, trouve: Dossier, choisi: Onglet) -> list[dict[str, Any]]:
    """Les onglets que cette personne peut ouvrir, avec ce qui y attend."""
    comptes = _comptes(utilisateur, trouve)
    return [
        {
            "libelle": connu.libelle,
            "url": trouve.get_absolute_url() if connu.nom == "synthese" else onglet(trouve, connu.nom),
            "actif": connu is choisi,
            **comptes.get(connu.nom, {}),
        }
        for connu in ONGLETS
        if not connu.permission or utilisateur.has_perm(connu.permission, trouve)
    ]


def _comptes(utilisateur: Utilisateur, trouve: Dossier) -> dict[str, dict[str, Any]]:
    a_remplacer = trouve.pieces.en_vigueur().filter(statut=StatutPiece.REFUSEE).count()
    points = trouve.points.ouverts().lisibles(cote_de(utilisateur, trouve)).count()
    return {
        "pieces": {"compte": a_remplacer, "ton": "attention", "dit": "à remplacer"},
        "negociation": {"compte": points, "ton": "info", "dit": "à régler"},
        "echanges": {"compte": messages_nouveaux(utilisateur, trouve), "ton": "info", "dit": "nouveaux messages"},
    }


def etapes(trouve: Dossier) -> list[dict[str, Any]]:
    """La frise : chaque étape, sa date, et qui la tient si c'est la présente."""
    atteinte = _phase_atteinte(trouve)
    dates = {
        Phase.DEMANDE: trouve.depose_le,
        Phase.NEGOCIATION: trouve.avis_rendu_le or trouve.negociation_ouverte_le,
        Phase.DECISION: trouve.decide_le,
        Phase.CONTRAT: trouve.clos_le if trouve.statut == Statut.CLOS_AGREE else None,
    }
    rang = list(Phase).index(atteinte)
    return [
        {
            "libelle": phase.label,
            "etat": _etat_de_l_etape(trouve, place - rang),
            "date": dates[phase],
            "qui": capfirst(trouve.tenu_par) if place == rang else "",
        }
        for place, phase in enumerate(Phase)
    ]


def _phase_atteinte(trouve: Dossier) -> Phase:
    """L'étape où le dossier s'est arrêté, même retiré en cours de négociation."""
    if trouve.statut == Statut.RETIRE and trouve.negociation_ouverte_le:
        return Phase.NEGOCIATION
    return trouve.phase


def _etat_de_l_etape(trouve: Dossier, ecart: int) -> str:
    if ecart < 0 or trouve.statut == Statut.CLOS_AGREE:
        return "faite"
    if ecart > 0:
        return "a_venir"
    refuse = trouve.statut in {*SANS_AGREMENT, Statut.REFUSE} and not trouve.decision_tue
    return "refusee" if refuse else "courante"


# --- Les onglets ----------------------------------------------------------------------------------


def projet(request: Requete, trouve: Dossier) -> dict[str, Any]:
    liste = versions(request.user, trouve.projet) if trouve.projet else {"versions": [], "comparaison": None}
    lues = [version.projet for version in liste["versions"]]
    # Un brouillon que la Caf n'attend plus se lit dans la liste : celle du dossier reste la version transmise.
    courante = next((lue for lue in lues if lue == trouve.projet), lues[0] if lues else None)
    precedente = next((lue for lue in lues if courante and lue.version < courante.version), None)
    modifiable = courante is not None and request.user.has_perm("centres.modifier_projet", courante)
    return {
        **liste,
        "courante": courante,
        "textes": _textes(courante) if courante else [],
        "modifiable": modifiable,
        "pieces": _reste_de_pieces(trouve),
        "avancement": avancement(ProjetSocial.objects.avec_arbre().select_related("structure").get(pk=courante.pk))
        if modifiable and courante
        else None,
        "ecart": a_lire(precedente, courante) if precedente and courante else None,
        "auto_evaluation": invitation(request.user, trouve),
        "a_commencer": trouve.projet is None
        and trouve.demande_un_projet
        and not trouve.est_final
        and request.user.has_perm("dossiers.preparer_le_projet", trouve),
    }


def _reste_de_pieces(trouve: Dossier) -> dict[str, Any]:
    """La ligne « Pièces » de ce qu'il reste à faire."""
    manquent = trouve.types_exiges().exclude(pieces__in=trouve.pieces.en_vigueur()).count()
    return {"adresse": onglet(trouve, "pieces"), "manquent": manquent, "dit": f"{manquent} à joindre"}


def _textes(version: ProjetSocial) -> list[tuple[str, str]]:
    """Les textes qui présentent le projet ; le reste se lit sur sa page."""
    noms = ("synthese", "methode_participation", "gouvernance")
    return [(str(ProjetSocial._meta.get_field(nom).verbose_name), getattr(version, nom)) for nom in noms]  # type: ignore[union-attr]


def journal(request: Requete, trouve: Dossier) -> dict[str, Any]:
    entrees = EntreeDuJournal.objects.sur(trouve)
    if request.user.has_perm("dossiers.voir_analyse", trouve):
        entrees = (entrees | _entrees_internes(trouve)).order_by("-horodatage", "-pk")
        return {"entrees": chronologie.presenter(entrees[:ENTREES_MONTREES])}
    propres = _propres_aux_instances(trouve)
    if any(decision.se_tait for decision in trouve.decisions.select_related("notification")):
        entrees = entrees.exclude(acte__in=ACTES_DE_LA_DECISION, objet_type__in={type_de(Dossier), *propres})
    entrees = entrees[:ENTREES_MONTREES]
    return {"entrees": chronologie.presenter(entrees, motifs_lus=MOTIFS_LUS_PAR_LE_CENTRE, sans_changements=propres)}


def _propres_aux_instances(trouve: Dossier) -> set[str]:
    """Les votes, le rapporteur, les motifs et la période se lisent dans l'onglet Décision, à qui peut les y lire."""
    return {type_de(lies.model) for lies in (trouve.decisions, trouve.inscriptions, trouve.structure.agrements)}


def _entrees_internes(trouve: Dossier) -> models.QuerySet[EntreeDuJournal]:
    """Ce qui est arrivé aux écrits internes, que le journal range à part."""
    internes = Q()
    for modele in (Avis, DemandeDAvis, NoteInterne, Preconisation, ReponseDeRecevabilite):
        siens = modele._default_manager.filter(dossier=trouve).values_list("pk", flat=True)
        internes |= Q(sujet_type=type_de(modele), sujet_id__in=[str(pk) for pk in siens])
    return EntreeDuJournal.objects.filter(internes).select_related("acteur")


def contrat(request: Requete, trouve: Dossier) -> dict[str, Any]:
    return {
        "peut_prouver": request.user.has_perm("contrats.prouver", trouve),
        "impression": trouve.impressions.en_route().first(),
        "mene": request.user.has_perm("contrats.generer", trouve),
    }


INSTRUCTION = "dossiers.voir_instruction"
ONGLETS = (
    Onglet("synthese", "Synthèse", "", "dossiers/synthese.html", synthese),
    Onglet("projet", "Projet", "", "dossiers/projet.html", projet),
    Onglet("pieces", "Pièces", INSTRUCTION, "dossiers/pieces.html", pieces),
    Onglet("negociation", "Négociation", INSTRUCTION, "dossiers/negociation.html", negociation),
    Onglet("echanges", "Échanges", INSTRUCTION, "dossiers/echanges.html", echanges),
    Onglet("analyse", "Analyse", "dossiers.voir_synthese", "dossiers/analyse.html", analyse),
    Onglet("decision", "Décision", "", "dossiers/decision.html", decision),
    Onglet("contrat", "Contrat", "", "dossiers/contrat.html", contrat),
    Onglet("journal", "Journal", INSTRUCTION, "dossiers/journal.html", journal),
)
