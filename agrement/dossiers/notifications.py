"""Les courriels d'un dossier : une fonction par message, appelée après la validation de l'acte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from agrement.dossiers.documents import contenu_de_l_accuse, contenu_de_la_lettre
from agrement.dossiers.regles import MOTIFS_LUS_PAR_LE_CENTRE
from comptes.choix import REDACTEURS, Role
from comptes.models import Utilisateur
from socle import courriels, journal
from socle.models import EntreeDuJournal

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


def accuser_reception(dossier: Dossier, par: Any) -> None:
    """Au centre : l'accusé de réception, gardé au dossier et dit dans le courriel. À la Caf : un dossier est arrivé."""
    recu_le = dossier.depose_le
    assert recu_le is not None
    contenu = contenu_de_l_accuse(dossier, recu_le)
    dossier.accuses.create(
        numero=dossier.numero_d_enregistrement,
        recu_le=recu_le,
        empreinte_du_projet=dossier.projet.empreinte if dossier.projet else "",
        version_du_modele=contenu["modele"],
        contenu=contenu,
    )
    _ecrire(
        _centre(dossier, REDACTEURS),
        dossier,
        f"Accusé de réception {dossier.numero_d_enregistrement} – dossier {dossier.numero}",
        "accuse_de_reception",
        accuse=contenu,
        lien_de_l_accuse=settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:accuse"),
    )
    prevenir_la_caf(dossier, par)


def demander_des_complements(dossier: Dossier, par: Any) -> None:
    """À qui écrit pour le centre : ce qui manque, pourquoi et jusqu'à quand."""
    objet = f"Compléments demandés – dossier {dossier.numero}"
    lien = settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:complements")
    demande = dossier.demande_ouverte()
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "complements", demande=demande, lien_de_la_demande=lien)


def prevenir_du_retrait_des_complements(dossier: Dossier, par: Any) -> None:
    """Au centre : il n'a plus à répondre, et ce que devient ce qu'il écrivait."""
    objet = f"Compléments : demande retirée – dossier {dossier.numero}"
    motif = journal.contexte().motif
    suspendu = dossier.projet is not None and dossier.projet.brouillon_de_la_serie() is not None
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "complements_retires", motif=motif, suspendu=suspendu)


def notifier_l_irrecevabilite(dossier: Dossier, par: Any) -> None:
    """Au centre : la lettre, gardée au dossier, avec ses motifs et ses recours."""
    le = timezone.localdate()
    contenu = contenu_de_la_lettre(dossier, motif=journal.contexte().motif, le=le, par=par)
    dossier.lettres_d_irrecevabilite.create(le=le, version_du_modele=contenu["modele"], contenu=contenu)
    lien = settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:lettre_d_irrecevabilite")
    objet = f"Demande irrecevable – dossier {dossier.numero}"
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "irrecevabilite", lettre=contenu, lien_de_la_lettre=lien)


def prevenir_le_centre(dossier: Dossier, par: Any) -> None:
    """Au centre : l'état du dossier a changé."""
    _dire_l_etat(_centre(dossier, REDACTEURS), dossier)


def prevenir_la_caf(dossier: Dossier, par: Any) -> None:
    """À qui instruit : l'état du dossier a changé."""
    _dire_l_etat(_caf(dossier), dossier)


def ecrire_au_centre(dossier: Dossier, *, objet: str, texte: str, par: Utilisateur) -> int:
    """À qui écrit pour le centre : le message d'un agent de la Caf. Rend le nombre de destinataires."""
    personnes = list(_centre(dossier, REDACTEURS))
    _ecrire(personnes, dossier, f"{objet} – dossier {dossier.numero}", "message", texte=texte, par=par)
    return len(personnes)


def _dire_l_etat(a: Iterable[Utilisateur], dossier: Dossier) -> None:
    """Le nouvel état et, si le centre peut le lire, le motif de l'acte."""
    entree = EntreeDuJournal.objects.sur(dossier).exclude(acte="").first()
    motif = entree.motif if entree and entree.acte in MOTIFS_LUS_PAR_LE_CENTRE else ""
    objet = f"Dossier {dossier.numero} : {dossier.get_statut_display().lower()}"
    _ecrire(a, dossier, objet, "etat", motif=motif)


def _centre(dossier: Dossier, roles: Iterable[Role]) -> Iterable[Utilisateur]:
    """Les auteurs de la structure qui ont l'un de ces rôles ; qui ne fait que lire ne reçoit rien."""
    return Utilisateur.objects.filter(
        rattachements__structure=dossier.structure, is_active=True, role__in=sorted(roles)
    ).distinct()


def _caf(dossier: Dossier) -> Iterable[Utilisateur]:
    if dossier.conseiller is not None:
        return (dossier.conseiller,)
    if dossier.structure.conseiller is not None:
        return (dossier.structure.conseiller,)
    return Utilisateur.objects.filter(caisse=dossier.caisse, is_active=True, role=Role.RESPONSABLE)


def _ecrire(a: Iterable[Utilisateur], dossier: Dossier, objet: str, gabarit: str, **contexte: Any) -> None:
    for personne in a:
        texte = render_to_string(
            f"courriels/dossiers/{gabarit}.txt",
            {
                "dossier": dossier,
                "personne": personne,
                "etat": dossier.get_statut_display(),
                "lien": settings.ADRESSE_PUBLIQUE + dossier.get_absolute_url(),
                **contexte,
            },
        )
        courriels.deposer(personne.courriel, objet, texte)
