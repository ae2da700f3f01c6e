"""Les courriels d'un contrat : une fonction par message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from agrement.contrats.choix import PartieSignataire
from comptes.choix import Role
from comptes.models import Utilisateur
from socle import courriels

if TYPE_CHECKING:
    from agrement.contrats.models import Contrat


def demander_la_signature_de_la_caf(contrat: Contrat) -> None:
    """À la présidence du CA de la Caf : le gestionnaire a signé, c'est à elle."""
    signature = contrat.signatures_par_partie()[PartieSignataire.GESTIONNAIRE]
    for personne in Utilisateur.objects.filter(caisse=contrat.caisse_id, role=Role.PRESIDENCE, is_active=True):
        texte = render_to_string(
            "courriels/contrats/signature_attendue.txt",
            {
                "contrat": contrat,
                "signature": signature,
                "personne": personne,
                "lien": settings.ADRESSE_PUBLIQUE + contrat.get_absolute_url(),
            },
        )
        courriels.deposer(personne.courriel, f"Contrat {contrat.numero} : votre signature est attendue", texte)
