"""Ce que la séance laisse au registre : le procès-verbal, la feuille de présence, l'extrait de chaque délibération.

Des valeurs simples, prises quand la séance se lève. Les voix s'y disent en totaux ; personne n'y est nommé pour son
vote.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from agrement.seances.choix import College, FonctionDInstance
from agrement.seances.documents.lettres import delegation_du_conseil, nom_de_l_instance, reserves_a_lever
from agrement.seances.models import Decision, Inscription, Mandat, Presence, Seance
from agrement.seances.regles import compter_le_quorum
from comptes.models import Utilisateur
from socle.fusion import en_paragraphes
from socle.templatetags.composants import date_longue, heure, instant


def contenu_de_la_feuille(seance: Seance, *, par: Utilisateur) -> dict[str, Any]:
    """Chaque membre, par collège : présent, représenté, absent ; et le quorum de la séance."""
    return {**_en_tete(seance, par), **_assemblee(seance)}


def contenu_du_proces_verbal(seance: Seance, *, numero: str, par: Utilisateur) -> dict[str, Any]:
    """Tout ce que la séance a fait, point par point, dans l'ordre de son ordre du jour."""
    points = [_point(rang, point) for rang, point in enumerate(_points(seance), start=1)]
    return {
        **_en_tete(seance, par),
        **_assemblee(seance),
        "numero": numero,
        "points": points,
        "totaux": {
            "decisions": sum(point["deliberation"] is not None for point in points),
            "avis": sum(bool(point["avis"]) for point in points),
            "reports": sum(bool(point["report"]) for point in points),
        },
        "annexe": hasattr(seance, "scenario"),
    }


def contenu_de_l_annexe(seance: Seance, *, numero: str, par: Utilisateur) -> dict[str, Any]:
    """Le scénario d'engagements retenu, à part du procès-verbal de ce numéro, que lisent aussi les déportés."""
    scenario = seance.scenario
    engagements = {**scenario.contenu, "retenu_le": instant(scenario.retenu_le)}
    return {**_en_tete(seance, par), "numero": numero, "engagements": engagements}


def contenu_de_l_extrait(decision: Decision, *, par: Utilisateur) -> dict[str, Any]:
    """La délibération seule, telle que le registre la porte ; le motif d'un déport n'y est pas."""
    inscription = decision.inscription
    return {
        **_en_tete(inscription.seance, par),
        "instance": nom_de_l_instance(inscription),
        "point": _point(0, inscription),
        "deliberation": _deliberation(decision),
        "presents": _par_college(
            (voix["college"], voix["membre"]) for voix in decision.emargement if not voix["porteur"]
        ),
        "representes": [
            {"membre": voix["membre"], "porteur": voix["porteur"]} for voix in decision.emargement if voix["porteur"]
        ],
        "hors_du_vote": [voix["membre"] for voix in decision.emargement if voix["deporte"]],
    }


def _points(seance: Seance) -> Iterable[Inscription]:
    return seance.points_inscrits().select_related(
        "dossier__gestionnaire", "dossier__structure__commune", "decision__dossier", "reportee_vers__seance"
    )


# --- La séance et ses membres -------------------------------------------------------------------


def _en_tete(seance: Seance, par: Utilisateur) -> dict[str, Any]:
    jour = timezone.localdate()
    return {
        "caisse": seance.caisse.nom,
        "etabli_le": jour.isoformat(),
        "le": date_longue(jour),
        "par": par.nom_complet,
        "instance": seance.instance.nom_entier,
        "date": date_longue(seance.date),
        "lieu": seance.lieu,
        "ouverte": heure(seance.ouverte_le) if seance.ouverte_le else "",
        "levee": heure(seance.levee_le) if seance.levee_le else "",
        "presidence": str(seance.qui_preside() or ""),
    }


def _assemblee(seance: Seance) -> dict[str, Any]:
    notees = list(seance.presences.select_related("mandat"))
    presents = [presence for presence in notees if presence.present]
    partis = [presence for presence in notees if presence.parti_le is not None]
    portes = list(seance.pouvoirs_portes().select_related("mandant", "porteur"))
    venus = {presence.mandat_id for presence in (*presents, *partis)} | {pouvoir.mandant_id for pouvoir in portes}
    absents = [membre for membre in seance.mandats() if membre.titulaire and membre.pk not in venus]
    quorum = compter_le_quorum(  # qui est parti avant la fin a siégé
        presents=len(presents) + len(partis),
        representes=len(portes),
        deportes=0,
        membres=seance.nombre_de_membres(),
        regles=seance.regles_de_vote(),
    )
    return {
        "presents": _par_college(_presence(presence) for presence in presents),
        "partis": _par_college(_presence(presence) for presence in partis),
        "representes": [{"membre": str(pouvoir.mandant), "porteur": str(pouvoir.porteur)} for pouvoir in portes],
        "absents": _par_college((membre.get_college_display(), _nom(membre)) for membre in absents),
        "nombres": {"presents": len(presents), "representes": len(portes), "absents": len(absents)},
        "quorum": {"membres": quorum.membres, "requis": quorum.requis, "comptes": quorum.comptes,
                   "atteint": quorum.atteint},
    }  # fmt: skip


def _presence(presence: Presence) -> tuple[str, str]:
    """Le collège et le nom du membre, avec ses heures s'il est arrivé ou parti pendant la séance."""
    heures = [
        f"{mot} à {heure(quand)}"
        for mot, quand in (("arrivée", presence.arrive_le), ("départ", presence.parti_le))
        if quand is not None
    ]
    return presence.mandat.get_college_display(), _nom(presence.mandat, *heures)


def _nom(membre: Mandat, *heures: str) -> str:
    precisions = []
    if membre.fonction != FonctionDInstance.MEMBRE:
        precisions.append(membre.get_fonction_display().lower())
    if not membre.titulaire:
        precisions.append("membre suppléant")
    precisions += heures
    return f"{membre} ({', '.join(precisions)})" if precisions else str(membre)


def _par_college(membres: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Les noms rangés par collège, dans l'ordre des collèges."""
    ranges: dict[str, list[str]] = {str(college.label): [] for college in College}
    for college, nom in membres:
        ranges[college].append(nom)
    return [{"college": college, "membres": noms} for college, noms in ranges.items() if noms]


# --- Un point -----------------------------------------------------------------------------------


def _point(rang: int, inscription: Inscription) -> dict[str, Any]:
    dossier = inscription.dossier
    decision: Decision | None = getattr(inscription, "decision", None)
    suite = inscription.reportee_vers
    deports = inscription.deports.select_related("mandat")
    return {
        "rang": rang,
        "structure": dossier.structure.nom,
        "commune": dossier.structure.commune.nom if dossier.structure.commune else "",
        "gestionnaire": dossier.gestionnaire.raison_sociale,
        "dossier": dossier.numero,
        "demande": dossier.get_type_display(),
        "rapporteur": inscription.rapporteur,
        "deports": [{"membre": str(deport.mandat), "motif": deport.motif} for deport in deports],
        "deliberation": _deliberation(decision) if decision is not None else None,
        "avis": inscription.get_avis_display() if inscription.avis else "",
        "observations": en_paragraphes(inscription.observations),
        "report": date_longue(suite.seance.date) if suite is not None else "",
    }


def _deliberation(decision: Decision) -> dict[str, Any]:
    return {
        "numero": decision.numero,
        "decision": decision.get_type_display(),
        "date": date_longue(decision.date),
        "votes": {**decision.votes._asdict(), "presents": decision.presents, "pouvoirs": decision.pouvoirs},
        "delegation": delegation_du_conseil(decision.inscription),
        "effets": _effets(decision),
        "reserves": reserves_a_lever(decision),
        "conditions": en_paragraphes(decision.conditions),
        "motifs": en_paragraphes(decision.motifs),
        "criteres": [critere.intitule for critere in decision.criteres_non_satisfaits.all()],
        "questions": decision.inscription.liste_des_questions,
    }


def _effets(decision: Decision) -> str:
    """Ce que la décision donne, en une phrase ; vide si elle ne fixe aucune date."""
    if decision.debut is not None:
        return f"Pour {decision.duree_en_mots}, du {date_longue(decision.debut)} au {date_longue(decision.fin)}."
    if decision.effet_le is not None:
        return f"À compter du {date_longue(decision.effet_le)}."
    if decision.echeance is not None and decision.est_favorable:
        return f"Jusqu'au {date_longue(decision.echeance)}."
    return f"Nouvel examen le {date_longue(decision.echeance)}." if decision.echeance is not None else ""
