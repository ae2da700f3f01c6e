"""Les courriels d'une structure à ses auteurs : une fonction par message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from comptes.choix import PORTEURS
from comptes.models import Utilisateur
from socle import courriels

if TYPE_CHECKING:
    from centres.models import Rattachement


def prevenir_du_rattachement(rattachement: Rattachement, par: Utilisateur) -> None:
    """À qui avait déjà un compte : la structure où il lui est ouvert, et par qui."""
    _ecrire((rattachement.utilisateur,), rattachement, par, "Un accès vous est ouvert :", "rattachement")


def prevenir_d_un_nouveau_porteur(rattachement: Rattachement, par: Utilisateur) -> None:
    """À qui engage déjà la structure, et à son conseiller : une personne de plus peut l'engager."""
    structure = rattachement.structure
    porteurs = Q(rattachements__structure=structure, role__in=sorted(PORTEURS))
    prevenus = Utilisateur.objects.filter(porteurs | Q(pk=structure.conseiller_id), is_active=True)
    autres = prevenus.exclude(pk__in=[par.pk, rattachement.utilisateur_id]).distinct()
    _ecrire(autres, rattachement, par, "Une personne de plus peut engager", "nouveau_porteur")


def _ecrire(a: Iterable[Utilisateur], rattachement: Rattachement, par: Utilisateur, objet: str, gabarit: str) -> None:
    structure = rattachement.structure
    for personne in a:
        contexte = {
            "personne": personne,
            "nouvelle": rattachement.utilisateur,
            "structure": structure,
            "par": par,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("centres:auteurs", args=[structure.pk]),
        }
        texte = render_to_string(f"courriels/centres/{gabarit}.txt", contexte)
        courriels.deposer(personne.courriel, f"{objet} {structure}", texte)
