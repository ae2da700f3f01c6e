"""À qui le tour : ce qui empêche une partie de signer, et qui l'on prévient ensuite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import PartieASigner
from agrement.contrats.regles import ecarts_de_signature
from agrement.dossiers.models import Dossier
from socle.templatetags.composants import date_longue
from socle.workflow import Manque

CLORE = Dossier.circuit["clore_par_le_contrat"]
NE_SE_SIGNE_PLUS = {
    StatutVersion.RAPPELEE: "Le texte a changé : cette version est rappelée et ne se signe plus.",
    StatutVersion.REFUSEE: "Une partie a refusé de signer cette version : elle ne se signe plus.",
}


def manques_pour_signer(partie: PartieASigner) -> Iterator[Manque]:
    """Ce qui empêche cette partie de signer aujourd'hui, quelle que soit la date qu'elle donnera."""
    version = partie.version
    if phrase := NE_SE_SIGNE_PLUS.get(StatutVersion(version.statut)):
        yield Manque(phrase, version.get_absolute_url())
    if version.avenant_id is None:
        yield from _contrat_a_signer(partie)
    if partie.est_signee:
        jour = date_longue(partie.signature.date)
        yield Manque(f"Cette partie a déjà signé, le {jour} : une signature ne se refait pas.")
    elif partie.exemplaires.a_confirmer().exists():
        yield Manque("Un exemplaire signé sur papier est déposé pour cette partie : il attend d'être confirmé.")
    yield from (Manque(ecart) for ecart in ecarts_du_jour(partie))


def _contrat_a_signer(partie: PartieASigner) -> Iterator[Manque]:
    contrat = partie.version.contrat
    dernier = contrat.dossier.contrats.order_by("-pk").first()
    if dernier is not None and dernier.pk != contrat.pk:
        yield Manque(f"Ce contrat est remplacé par le contrat {dernier.numero}.", dernier.get_absolute_url())
    elif contrat.dossier.statut not in CLORE.de:
        yield Manque(f"Le dossier est à l'état « {contrat.dossier.get_statut_display()} » : il ne se signe plus.")


def ecarts_du_jour(partie: PartieASigner) -> list[str]:
    """Ce que l'ordre des signatures oppose à une signature d'aujourd'hui."""
    jour = timezone.localdate()
    return list(ecarts_de_signature(jour, decidee_le=jour, aujourd_hui=jour, precedentes=_precedentes(partie)))


def ecarts_de_date(partie: PartieASigner, date: dt.date) -> Iterator[Manque]:
    """Ce que la date a de faux ; les autres écarts sont déjà dits."""
    decision = partie.version.avenant.decision if partie.version.avenant else None
    decidee_le = decision.date if decision else partie.version.contrat.decidee_le
    deja_dits = set(ecarts_du_jour(partie))
    ecarts = ecarts_de_signature(
        date, decidee_le=decidee_le, aujourd_hui=timezone.localdate(), precedentes=_precedentes(partie)
    )
    yield from (Manque(ecart, champ="date") for ecart in ecarts if ecart not in deja_dits)


def _precedentes(partie: PartieASigner) -> list[tuple[str, dt.date | None]]:
    avant = partie.version.parties.filter(rang__lt=partie.rang).select_related("signature")
    return [(autre.nom, autre.signature.date if autre.est_signee else None) for autre in avant]
