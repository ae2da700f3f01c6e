"""L'examen de recevabilité : ses critères d'origine, les réponses de la Caf, et l'irrecevabilité qu'elles motivent."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import ReponseDExamen
from agrement.dossiers.criteres import CRITERES
from agrement.dossiers.models import CritereDeRecevabilite, Dossier, ReponseDeRecevabilite
from agrement.dossiers.operations.acces import conclure, exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import EXAMEN_POSSIBLE
from agrement.dossiers.tasks.ecrits import preparer_la_lettre
from agrement.dossiers.workflow import CIRCUIT
from comptes.models import Caisse, Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

EXAMINER = "Examiner la recevabilité"


def creer_criteres_de_recevabilite(caisse: Caisse) -> list[CritereDeRecevabilite]:
    """Les critères de la circulaire. Ce que la Caisse a déjà réglé n'est pas touché."""
    with transaction.atomic():
        return [
            CritereDeRecevabilite.objects.get_or_create(
                caisse=caisse,
                code=connu.code,
                defaults={
                    "intitule": connu.intitule,
                    "aide": connu.aide,
                    "source": connu.source,
                    "types_de_dossier": list(connu.demandes),
                    "terrain_d_accueil": connu.terrain_d_accueil,
                    "ordre": rang,
                },
            )[0]
            for rang, connu in enumerate(CRITERES, start=1)
        ]


def examiner(
    dossier: Dossier,
    *,
    reponses: Mapping[CritereDeRecevabilite, tuple[str, str]],
    par: Utilisateur,
    terrain_d_accueil: bool | None = None,
) -> Dossier:
    """Enregistre les réponses données, chacune avec son commentaire ; une réponse vide ôte celle qui y était.

    `terrain_d_accueil` : si la structure est implantée sur un terrain d'accueil ; inchangé s'il n'est pas donné.
    Refuse hors du contrôle de la demande, un critère qui ne s'y applique pas, et un « non » sans commentaire.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, EXAMINER)
    with transaction.atomic(), journal.acte("examiner", "Recevabilité examinée", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EXAMEN_POSSIBLE, EXAMINER)
        if terrain_d_accueil is not None and verrouille.terrain_d_accueil != terrain_d_accueil:
            verrouille.terrain_d_accueil = terrain_d_accueil
            verrouille.save()
        connues = {connue.critere_id: connue for connue in verrouille.reponses_de_recevabilite.all()}
        for critere, (reponse, commentaire) in reponses.items():
            _exiger_une_reponse_juste(verrouille, critere, reponse, commentaire)
            ancienne = connues.get(critere.pk) or ReponseDeRecevabilite(dossier=verrouille, critere=critere)
            _repondre(ancienne, reponse, commentaire.strip(), par)
    dossier.refresh_from_db()
    return dossier


def _exiger_une_reponse_juste(dossier: Dossier, critere: CritereDeRecevabilite, reponse: str, dit: str) -> None:
    if critere.caisse_id != dossier.caisse_id or not critere.s_applique(dossier):
        raise ActeRefuse(f"Le critère {critere.code} ne s'applique pas à cette demande : rechargez la page.")
    if reponse and reponse not in ReponseDExamen:
        raise ActeRefuse(f"Répondez « oui », « non » ou « sans objet » au critère {critere.code}.")
    if reponse == ReponseDExamen.NON and not dit.strip():
        raise ActeRefuse(f"Dites pourquoi vous répondez « non » au critère {critere.code} : la lettre le dira.")


def _repondre(connue: ReponseDeRecevabilite, reponse: str, commentaire: str, par: Utilisateur) -> None:
    """N'écrit que ce qui change : le journal ne garde pas de réponse identique."""
    if (connue.reponse, connue.commentaire) == (reponse, commentaire):
        return
    if not reponse:
        if connue.pk is not None:
            connue.delete()
        return
    connue.reponse, connue.commentaire, connue.par, connue.le = reponse, commentaire, par, timezone.now()
    connue.save()


def motifs_de_l_examen(dossier: Dossier) -> list[str]:
    """Une phrase par critère non rempli : ce qui n'est pas rempli, puis pourquoi."""
    return [
        f"Critère non rempli : « {non.critere.intitule.rstrip('.')} ». {non.commentaire}"
        for non in ReponseDeRecevabilite.objects.non_remplies(dossier)
    ]


def declarer_irrecevable(dossier: Dossier, *, par: Utilisateur, complement: str = "") -> Dossier:
    """T06 – Clôt la demande et en écrit la lettre, motivée par les critères non remplis et le `complement`.

    Refuse sans critère non rempli, ou sans aucun motif si aucun critère ne s'applique à cette demande.
    """
    transition = CIRCUIT["declarer_irrecevable"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        motif = "\n".join([*motifs_de_l_examen(verrouille), complement.strip()]).strip()
        conclure(dossier, verrouille, transition.nom, par, motif)
        lettre = verrouille.lettres_d_irrecevabilite.latest("pk")
        transaction.on_commit(lambda: preparer_la_lettre.enqueue(lettre.pk), robust=True)
    return dossier
