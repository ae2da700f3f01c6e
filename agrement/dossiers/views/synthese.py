"""L'onglet Synthèse : une note que l'on pourrait envoyer telle quelle."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from agrement.dossiers.accords import cote_de
from agrement.dossiers.choix import Cote, StatutPiece, TypeDossier
from agrement.dossiers.models import Avis, Dossier
from agrement.dossiers.regles import EXAMEN_POSSIBLE, POINTS_REGLES
from agrement.dossiers.silence import dire_le_terme
from agrement.dossiers.situation import situation_de
from centres.models import EcartDeVersions
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue, duree

OBJETS = {
    TypeDossier.PREMIER_AGREMENT: "un premier agrément",
    TypeDossier.RENOUVELLEMENT: "le renouvellement de l'agrément",
    TypeDossier.AVENANT: "un avenant à l'agrément",
    TypeDossier.PREFIGURATION: "une préfiguration",
}


def synthese(request: Requete, dossier: Dossier) -> dict[str, Any]:
    avis = Avis.objects.filter(dossier=dossier).first() if dossier.avis_rendu_le else None
    montre = avis if request.user.has_perm("dossiers.voir_synthese", dossier) else None
    decision = None if dossier.decision_tue else dossier.derniere_decision()
    refuse = decision is not None and decision.est_defavorable
    return {
        "note": list(note(dossier, montre, decision, cote_de(request.user, dossier))),
        "avis": montre,
        "reserves": [] if refuse else list(dossier.reserves.all()),  # une réserve n'accompagne qu'un accord
        "demande": dossier.demande_ouverte(),
        "situation": situation_de(dossier) if request.user.est_du_centre else None,
        "silence": dire_le_terme(terme, timezone.localdate()) if (terme := dossier.terme_du_silence()) else "",
        "lettre": dossier.lettres_d_irrecevabilite.first()
        if request.user.has_perm("dossiers.voir_instruction", dossier)
        else None,
        "a_examiner": dossier.statut in EXAMEN_POSSIBLE and request.user.has_perm("dossiers.voir_analyse", dossier),
        "accuse": dossier.accuses.first() if request.user.has_perm("dossiers.voir_instruction", dossier) else None,
        "ecart": _ecart(request.user, dossier),
        "a_relire": dossier.depose_le is None
        and not dossier.est_final
        and request.user.has_perm("dossiers.deposer", dossier),
        "peut_prendre": dossier.conseiller is None
        and not dossier.est_final
        and request.user.has_perm("dossiers.prendre", dossier),
        "peut_affecter": not dossier.est_final and request.user.has_perm("dossiers.contresigner", dossier),
    }


def _ecart(utilisateur: Utilisateur, dossier: Dossier) -> EcartDeVersions | None:
    """Ce que change la version que le centre vient de transmettre, tant que le dossier est ouvert."""
    if dossier.est_final or dossier.projet_id is None:
        return None
    gardes = EcartDeVersions.objects.visibles_par(utilisateur).a_la_precedente().select_related("avant", "apres")
    return gardes.filter(apres=dossier.projet_id).first()


def note(dossier: Dossier, avis: Avis | None, decision: Any, cote: Cote = Cote.CENTRE) -> Iterator[str]:
    """L'histoire de la demande en quelques phrases ; `avis` et `decision` ne sont donnés qu'à qui peut les lire."""
    yield _demande(dossier)
    if dossier.depose_le is not None:
        yield _depot(dossier)
    if dossier.negociation_ouverte_le is not None:
        yield _negociation(dossier, cote)
    if avis is not None:
        sens = avis.get_sens_display().lower()
        pour = f", pour {duree(avis.duree_proposee)}" if avis.duree_proposee else ""
        yield f"L'avis technique, rendu le {date_longue(dossier.avis_rendu_le)}, est {sens}{pour}."
    if dossier.decide_le is not None:
        notifiee = f" ; la décision a été notifiée le {date_longue(dossier.notifie_le)}" if dossier.notifie_le else ""
        sens = f" : {decision.get_type_display().lower()}" if decision else ""
        yield f"L'instance de la Caf a décidé le {date_longue(dossier.decide_le)}{sens}{notifiee}."
    elif (passage := dossier.inscription_en_cours()) is not None:
        yield f"Le dossier est inscrit à la séance du {date_longue(passage.seance.date)}."
    if dossier.clos_le is not None:
        yield f"Le dossier est clos depuis le {date_longue(dossier.clos_le)}."


def _demande(dossier: Dossier) -> str:
    structure = dossier.structure
    lieu = f" à {structure.ville}" if structure.ville else ""
    pour = (
        f"« {structure.nom} », {structure.get_type_display().lower()}{lieu}, du "
        f"{date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}."
    )
    objet = OBJETS.get(TypeDossier(dossier.type))
    if objet is None:
        return f"La Caf examine l'agrément de {pour}"
    actuelle = dossier.echeance_actuelle
    suite = f" L'agrément en cours prend fin le {date_longue(actuelle)}." if actuelle else ""
    return f"{dossier.gestionnaire} demande {objet} pour {pour}{suite}"


def _depot(dossier: Dossier) -> str:
    retard = f", après la date limite du {date_longue(dossier.limite_de_depot)}" if dossier.tardif else ""
    suite = f", et déclarée recevable le {date_longue(dossier.recevable_le)}" if dossier.recevable_le else ""
    comptes = dossier.pieces.en_vigueur().aggregate(
        jointes=Count("pk"), conformes=Count("pk", filter=Q(statut=StatutPiece.CONFORME))
    )
    pieces = _accorder(comptes["jointes"], "pièce est jointe", "pièces sont jointes")
    conformes = _accorder(comptes["conformes"], "déclarée conforme", "déclarées conformes")
    dont = f", dont {conformes}" if comptes["conformes"] else ""
    recue = f"reçue le {date_longue(dossier.depose_le)}{retard}, enregistrée sous le numéro"
    return f"La demande a été {recue} {dossier.numero_d_enregistrement}{suite}. {pieces}{dont}."


def _negociation(dossier: Dossier, cote: Cote) -> str:
    jour = dossier.negociation_ouverte_le
    assert jour is not None
    tenue = "s'est tenue" if jour <= timezone.localdate() else "se tiendra"
    phrase = f"La réunion de lancement {tenue} le {date_longue(jour)}."
    points = dossier.points.lisibles(cote).aggregate(
        total=Count("pk"), regles=Count("pk", filter=Q(statut__in=POINTS_REGLES))
    )
    if not points["total"]:
        return phrase
    regles = _accorder(points["regles"], "point est réglé", "points sont réglés")
    return f"{phrase} {regles} sur {points['total']}."


def _accorder(nombre: int, singulier: str, pluriel: str) -> str:
    return f"{nombre} {pluriel if nombre > 1 else singulier}"
