"""Enregistrer ce que l'instance a décidé : tout ou rien."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction

from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import duree_admise, fin_de_periode
from agrement.seances.choix import IssueInscription, SensDecision, TypeDecision
from agrement.seances.models import Decision, Inscription
from agrement.seances.operations.agrements import interrompre_la_periode, ouvrir_la_periode
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.operations.retours import rapporter
from agrement.seances.regles import OUVRENT_UNE_PERIODE, Votes
from comptes.models import Caisse, Utilisateur
from evaluation.models import Critere
from socle import journal
from socle.models import Compteur
from socle.workflow import ActeRefuse, Manque

UN_SIECLE = 100  # ans : au-delà, une durée ne se calcule plus

# L'acte du dossier qui suit chaque sens de décision (T15, T17, T18).
ACTES = {
    SensDecision.FAVORABLE: "accorder",
    SensDecision.DEFAVORABLE: "refuser",
    SensDecision.AJOURNEMENT: "ajourner",
}


def decider(
    inscription: Inscription,
    *,
    type: str,
    votes: Votes,
    numero: str = "",
    date: dt.date | None = None,
    duree_annees: int | None = None,
    debut: dt.date | None = None,
    fin: dt.date | None = None,
    echeance: dt.date | None = None,
    effet_le: dt.date | None = None,
    motifs: str = "",
    criteres: Collection[Critere] = (),
    questions: str = "",
    conditions: str = "",
    par: Utilisateur,
) -> Decision:
    """T15, T17 ou T18 – enregistre le vote de l'instance et sa décision, qui ne se modifie plus.

    `numero` vide : le numéro suivant est attribué. `date` : celle de la séance par défaut. `duree_annees` et `debut`
    (celui que le centre souhaite par défaut) ne servent qu'à un accord ; `fin`, à une prorogation ; `echeance`, à un
    sursis et à un ajournement ; `effet_le`, à un retrait. Un accord qui ouvre une période écrit son agrément. Refuse
    tout ce que dit `Decision.manques`, un numéro déjà pris et un point déjà tranché.
    """
    exiger(par, TENIR, inscription.dossier, "enregistrer le vote de l'instance")
    with transaction.atomic(), journal.acte("decider", "Décision enregistrée", par=par):
        dossier = inscription.dossier
        inscription.seance.verrouiller()  # la séance d'abord : deux votes, ou un vote et la levée, ne se croisent pas
        dossier.verrouiller()
        dossier.structure.verrouiller()  # deux décisions sur une même structure passent l'une après l'autre
        inscription.refresh_from_db()
        _refuser_un_point_tranche(inscription)
        inscription.questions = questions.strip()
        decision = Decision(
            inscription=inscription,
            dossier=dossier,
            caisse=dossier.caisse,
            type=TypeDecision(type),
            date=date or inscription.seance.date,
            **_emargement(inscription),
            **votes._asdict(),
            **_periode(type, dossier, duree_annees, debut, fin),
            echeance=echeance,
            effet_le=effet_le,
            motifs=motifs.strip(),
            conditions=conditions.strip(),
            delegation=inscription.competence().delegation,
            enregistree_par=par,
        )
        if raisons := tuple(decision.manques(criteres)):
            raise ActeRefuse(*raisons)
        decision.numero = _attribuer_un_numero(dossier.caisse, decision.date.year, numero.strip())
        decision.save()
        decision.criteres_non_satisfaits.set(criteres)
        inscription.issue = IssueInscription.DECIDEE
        inscription.save()
        Dossier.circuit.executer(dossier, ACTES[SensDecision(decision.sens)], par=par)
        rapporter(decision)
        ouvrir_la_periode(decision)
        interrompre_la_periode(decision)
    return decision


def _emargement(inscription: Inscription) -> dict[str, Any]:
    """Qui avait une voix au moment du vote, et qui ne l'a pas exercée : ce que diront le procès-verbal et l'extrait."""
    voix = inscription.emargement()
    pouvoirs = sum(une.est_representee for une in voix)
    return {
        "presents": len(voix) - pouvoirs,
        "pouvoirs": pouvoirs,
        "emargement": [
            {
                "membre": une.membre.nom_complet,
                "college": une.membre.get_college_display(),
                "porteur": une.porteur.nom_complet if une.est_representee else "",
                "deporte": une.deportee,
            }
            for une in voix
        ],
    }


def _refuser_un_point_tranche(inscription: Inscription) -> None:
    if inscription.est_en_attente:
        return
    decision = Decision.objects.filter(inscription=inscription).select_related("enregistree_par").first()
    if decision is None:
        raise ActeRefuse("Ce point n'est plus à l'ordre du jour : rien n'a été enregistré.")
    raise ActeRefuse(
        f"{decision.enregistree_par} vient d'enregistrer la décision de ce point : délibération {decision.numero}, "
        f"{decision.get_type_display().lower()}. Votre saisie n'a rien changé."
    )


def _periode(
    type_: str, dossier: Dossier, duree_annees: int | None, debut: dt.date | None, fin: dt.date | None
) -> dict[str, object]:
    """Les dates de la période qu'ouvre l'accord ; aucune pour une autre décision.

    Une durée nulle ou démesurée n'a pas de fin : elle est refusée ensuite.
    """
    if type_ not in OUVRENT_UNE_PERIODE:
        return {}
    debut = debut or dossier.debut_souhaite
    if type_ == TypeDecision.PROROGATION:
        return {"debut": debut, "fin": fin}
    fin = fin_de_periode(debut, duree_annees) if duree_annees and duree_admise(duree_annees, UN_SIECLE) else None
    return {"duree_annees": duree_annees, "debut": debut, "fin": fin}


# --- Numéros de délibération -------------------------------------------------------------------


def proposer_un_numero(caisse: Caisse, annee: int) -> str:
    """Le numéro de délibération qui sera attribué si le secrétariat n'en écrit pas d'autre."""
    compteur = Compteur.objects.filter(cle=_cle(caisse, annee)).first()
    return next(_libres(caisse, annee, depuis=compteur.valeur if compteur else 0))


def _attribuer_un_numero(caisse: Caisse, annee: int, voulu: str) -> str:
    """Prend le numéro voulu, ou le suivant. Le verrou du compteur fait passer les décisions l'une après l'autre."""
    Compteur.objects.get_or_create(cle=_cle(caisse, annee))
    compteur = Compteur.objects.select_for_update().get(cle=_cle(caisse, annee))
    if lu := re.fullmatch(rf"{annee}-0*([1-9][0-9]*)", voulu):
        voulu = f"{annee}-{lu[1]}"
    if voulu and _est_pris(caisse, voulu):
        suivant = next(_libres(caisse, annee, depuis=compteur.valeur))
        raise ActeRefuse(
            Manque(
                f"Le numéro de délibération {voulu} est déjà pris : le prochain libre est {suivant}.", champ="numero"
            )
        )
    numero = voulu or next(_libres(caisse, annee, depuis=compteur.valeur))
    if (lu := re.fullmatch(rf"{annee}-([0-9]{{1,6}})", numero)) and int(lu[1]) > compteur.valeur:
        compteur.valeur = int(lu[1])
        compteur.save(update_fields=["valeur"])
    return numero


def _libres(caisse: Caisse, annee: int, *, depuis: int) -> Iterator[str]:
    while True:
        depuis += 1
        if not _est_pris(caisse, f"{annee}-{depuis}"):
            yield f"{annee}-{depuis}"


def _est_pris(caisse: Caisse, numero: str) -> bool:
    return Decision.objects.filter(caisse=caisse, numero=numero).exists()


def _cle(caisse: Caisse, annee: int) -> str:
    return f"deliberation-{caisse.pk}-{annee}"
