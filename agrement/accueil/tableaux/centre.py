"""Ce que voient les auteurs d'un centre : où en est leur dossier, et ce que chacun peut y faire."""

from typing import Any

from django.urls import reverse

from agrement.accueil.tableaux.formes import Bloc, Ligne, Suite, bloc_de_lignes, ligne_de_dossier, lignes_de_taches
from agrement.accueil.tableaux.instruction import contrats_en_vigueur
from agrement.dossiers.models import AccuseDeReception, Dossier, LettreDIrrecevabilite
from agrement.dossiers.situation import Situation, situation_de
from agrement.dossiers.views.dossier import etapes
from agrement.dossiers.views.gestes import adresse_de_l_acte
from agrement.seances.models import Notification
from agrement.suivi.models import Echeance
from comptes.choix import PORTEURS, REDACTEURS
from comptes.models import Utilisateur
from socle.actes import presenter
from socle.templatetags.composants import date_longue

CHOSES_A_FAIRE = 3
DATES_MONTREES = 5
SANS_DOSSIER = "Une demande s'écrit en plusieurs fois : rien n'est transmis à la Caf avant que vous le décidiez."


def _dossiers(utilisateur: Utilisateur) -> list[Dossier]:
    visibles = Dossier.objects.visibles_par(utilisateur).ouverts()
    lies = visibles.select_related("structure", "caisse", "projet").avec_echeance(utilisateur.caisse)
    return list(lies.order_by("-modifie_le", "-pk"))


def mon_dossier(utilisateur: Utilisateur) -> Bloc:
    """Une phrase, la frise, et les trois prochaines choses à faire avec leur date."""
    dossiers = _dossiers(utilisateur)
    courant = dossiers[0] if dossiers else None
    situation = situation_de(courant) if courant else None
    ouvre = utilisateur.has_perm("dossiers.creer")
    contenu: dict[str, Any] = {
        "dossier": courant,
        "phrase": _phrase(courant, situation, utilisateur),
        "a_preparer": situation.a_preparer if situation else "",
        "etapes": etapes(courant) if courant else [],
        "a_faire": _a_faire(courant, utilisateur),
        "autres": [ligne_de_dossier(dossier) for dossier in dossiers[1:]],
        "ouvrir": Suite("Ouvrir une demande", reverse("dossiers:ouvrir")) if ouvre else Suite(""),
        "sans_dossier": SANS_DOSSIER if ouvre else "La direction ou la présidence de la structure ouvre une demande.",
        "previendra": utilisateur.role in REDACTEURS,
    }
    return Bloc("mon-dossier", "Où en est votre dossier", "accueil/_mon_dossier.html", contenu)


def _phrase(courant: Dossier | None, situation: Situation | None, utilisateur: Utilisateur) -> str:
    if courant is not None and situation is not None:
        return f"{courant.structure}, dossier {courant.numero}. {situation.phrase}"
    contrat = contrats_en_vigueur(utilisateur).select_related("structure").last()
    if contrat is not None:
        fin = date_longue(contrat.terme)
        return f"{contrat.structure} : votre agrément court jusqu'au {fin}. Aucune demande n'est ouverte."
    return "Aucune demande n'est ouverte et aucun contrat n'est en vigueur."


def _a_faire(courant: Dossier | None, utilisateur: Utilisateur) -> list[Ligne]:
    """Rien pour qui ne fait que lire ; une échéance est à qui peut y répondre."""
    lignes = _actes(courant, utilisateur) or _ecritures(courant, utilisateur) if courant is not None else []
    lignes += lignes_de_taches(utilisateur)
    if len(lignes) < CHOSES_A_FAIRE and utilisateur.role in PORTEURS:
        lignes += [_ligne_d_echeance(echeance) for echeance in _prochaines(utilisateur)]
    return lignes[:CHOSES_A_FAIRE]


def _actes(courant: Dossier, utilisateur: Utilisateur) -> list[Ligne]:
    """L'acte qui fait avancer le dossier ; s'il est bloqué, ce qui lui manque."""
    actes = presenter(courant, utilisateur, adresse_de_l_acte(courant))
    bloque = next((acte for acte in actes if acte["manques"]), None)
    if bloque is not None:
        pour = f"Pour « {bloque['libelle']} »"
        return [Ligne(manque["texte"], manque["lien"], pour, courant.echeance) for manque in bloque["manques"]]
    return [
        Ligne(acte["libelle"], acte["url"], acte["consequence"], courant.echeance) for acte in actes if acte["primaire"]
    ]


def _ecritures(courant: Dossier, utilisateur: Utilisateur) -> list[Ligne]:
    """Ce qui s'écrit encore, pour qui écrit sans transmettre."""
    projet = courant.projet
    if projet is None or not utilisateur.has_perm("centres.modifier_projet", projet):
        return []
    pieces = reverse("dossiers:onglet", args=[courant.numero, "pieces"])
    return [
        Ligne("Écrire le projet social", projet.get_absolute_url(), str(projet), courant.echeance),
        Ligne("Déposer les pièces", pieces, "La direction transmet ensuite la demande à la Caf", courant.echeance),
    ]


def _prochaines(utilisateur: Utilisateur) -> list[Echeance]:
    a_faire = Echeance.objects.visibles_par(utilisateur).a_faire().select_related("contrat__structure")
    return list(a_faire.order_by("date", "pk")[:CHOSES_A_FAIRE])


def _ligne_d_echeance(echeance: Echeance) -> Ligne:
    return Ligne(echeance.get_type_display(), echeance.contrat.get_absolute_url(), echeance.objet, echeance.date)


def mes_echeances(utilisateur: Utilisateur) -> Bloc:
    a_faire = Echeance.objects.visibles_par(utilisateur).a_faire().select_related("contrat__structure")
    return bloc_de_lignes(
        "echeances",
        "Vos dates à tenir",
        [_ligne_d_echeance(echeance) for echeance in a_faire.order_by("date", "pk")[:DATES_MONTREES]],
        vide="Vos dates à tenir apparaîtront ici dès que votre contrat sera signé.",
        suite=Suite("Toutes les échéances", reverse("suivi:echeances")),
        compter=False,
    )


def mes_documents(utilisateur: Utilisateur) -> Bloc:
    """Les contrats, les lettres de décision et les accusés de réception, chacun du plus récent au plus ancien."""
    contrats = contrats_en_vigueur(utilisateur).select_related("structure").order_by("-terme")
    visibles = Dossier.objects.visibles_par(utilisateur)
    accuses = AccuseDeReception.objects.filter(dossier__in=visibles).select_related("dossier__structure")
    irrecevables = LettreDIrrecevabilite.objects.filter(dossier__in=visibles).select_related("dossier__structure")
    lettres = Notification.objects.filter(decision__dossier__in=visibles)
    lettres = lettres.select_related("decision__dossier__structure").order_by("-envoyee_le", "-pk")
    return bloc_de_lignes(
        "documents",
        "Vos documents",
        [
            *(
                Ligne(str(contrat), contrat.get_absolute_url(), f"{contrat.structure} · en vigueur")
                for contrat in contrats
            ),
            *(_ligne_de_lettre(lettre) for lettre in lettres),
            *(_ligne_d_irrecevabilite(lettre) for lettre in irrecevables),
            *(_ligne_d_accuse(accuse) for accuse in accuses),
        ],
        vide="Vos accusés de réception, vos lettres de décision et vos contrats apparaîtront ici.",
        montrees=6,
    )


def _ligne_de_lettre(lettre: Notification) -> Ligne:
    dossier = lettre.decision.dossier
    return Ligne(
        f"Lettre de décision du {date_longue(lettre.decision.date)}",
        reverse("seances:lettre_gardee", args=[dossier.numero, lettre.pk]),
        f"{dossier.structure} · dossier {dossier.numero}",
    )


def _ligne_d_irrecevabilite(lettre: LettreDIrrecevabilite) -> Ligne:
    dossier = lettre.dossier
    return Ligne(
        f"Lettre d'irrecevabilité du {date_longue(lettre.le)}",
        dossier.adresse("dossiers:lettre_d_irrecevabilite"),
        f"{dossier.structure} · dossier {dossier.numero}",
    )


def _ligne_d_accuse(accuse: AccuseDeReception) -> Ligne:
    dossier = accuse.dossier
    return Ligne(
        f"Accusé de réception du {date_longue(accuse.recu_le)}",
        dossier.adresse("dossiers:accuse"),
        f"{dossier.structure} · enregistrement {accuse.numero}",
    )
