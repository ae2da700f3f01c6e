"""Ce que la vie des contrats demande : signatures à débloquer, sursis qui finissent, montants de l'année."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from agrement.accueil.tableaux.formes import Bloc, Ligne, Suite, bloc_de_lignes
from agrement.accueil.tableaux.instruction import contrats_en_vigueur
from agrement.contrats.choix import StatutAvenant, StatutContrat, StatutVersion
from agrement.contrats.consolidation import total_de_l_annee
from agrement.contrats.models import Contrat, VersionASigner
from centres.models import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.templatetags.composants import euros

ARRETEES: dict[str, str] = {
    StatutVersion.REFUSEE: "signature refusée, une autre version est à proposer",
    StatutVersion.RAPPELEE: "signature rappelée, une autre version est à proposer",
}


def agrements_en_sursis(utilisateur: Utilisateur) -> Bloc:
    """Les sursis, le plus tôt fini d'abord ; un sursis dépassé sans nouvelle décision se lit en rouge."""
    contrats = Contrat.objects.visibles_par(utilisateur).filter(statut=StatutContrat.EN_SURSIS)
    if utilisateur.role == Role.CONSEILLER:
        contrats = contrats.filter(structure__in=Structure.objects.suivies_par(utilisateur).values("pk"))
    lus = contrats.select_related("structure").prefetch_related("effets__decision")
    return bloc_de_lignes(
        "sursis",
        "Agréments en sursis",
        sorted((_en_sursis(contrat) for contrat in lus), key=lambda ligne: (ligne.echeance is None, ligne.echeance)),
        vide="Aucun agrément n'est en sursis.",
    )


def signatures_a_debloquer(utilisateur: Utilisateur) -> Bloc:
    """Les textes à la signature dont la suite est au conseiller : papier à confirmer, modification, refus, rappel."""
    suivante = VersionASigner.objects.filter(contrat=OuterRef("contrat"), numero__gt=OuterRef("numero"))
    du_meme_avenant = suivante.filter(avenant=OuterRef("avenant"))
    lues = VersionASigner.objects.filter(
        Q(~Exists(suivante.filter(avenant=None)), avenant=None)
        | Q(~Exists(du_meme_avenant), avenant__statut=StatutAvenant.EN_SIGNATURE),
        contrat__in=Contrat.objects.visibles_par(utilisateur),
        contrat__structure__in=Structure.objects.suivies_par(utilisateur).values("pk"),
        statut__in=[StatutVersion.EN_SIGNATURE, *ARRETEES],
    )
    lues = lues.select_related("contrat__structure", "avenant__contrat").order_by("pk")
    versions = lues.prefetch_related("parties__exemplaires", "parties__demandes")
    return bloc_de_lignes(
        "signatures",
        "Signatures à débloquer",
        [
            Ligne(str(version.contrat.structure), version.get_absolute_url(), f"{version.acte} · {bloque}")
            for version in versions
            if (bloque := _ce_qui_bloque(version))
        ],
        vide="Aucune signature n'attend un acte de votre part.",
    )


def _ce_qui_bloque(version: VersionASigner) -> str:
    """Pourquoi la signature n'avance pas sans le conseiller, en quelques mots ; vide si elle suit son cours."""
    if phrase := ARRETEES.get(version.statut):
        return phrase
    parties = version.parties.all()
    if any(exemplaire.attend and not exemplaire.par_la_caf for p in parties for exemplaire in p.exemplaires.all()):
        return "exemplaire papier à confirmer"
    demandeurs = [partie.nom for partie in parties if partie.demandes.all()]
    return f"modification demandée par {' et '.join(demandeurs)}" if demandeurs else ""


def _en_sursis(contrat: Contrat) -> Ligne:
    sursis = contrat.sursis
    detail = "aucune nouvelle décision" if contrat.sursis_depasse else (sursis.conditions if sursis else "")
    return Ligne(str(contrat.structure), contrat.get_absolute_url(), detail, sursis.echeance if sursis else None)


def montants_de_l_annee(utilisateur: Utilisateur) -> Bloc:
    """Ce que les contrats en cours attendent de la Caf cette année, avenants en vigueur compris."""
    annee, contrats = timezone.localdate().year, list(contrats_en_vigueur(utilisateur))
    total = euros(total_de_l_annee(contrats, annee))
    chiffres = [contrat for contrat in contrats if str(annee) in contrat.montants]
    return bloc_de_lignes(
        "montants",
        f"Attendu de la Caf en {annee}",
        [Ligne(total, reverse("contrats:liste"), f"{len(chiffres)} contrats en cours, avenants en vigueur compris")]
        if chiffres
        else [],
        vide="Aucun contrat en cours ne dit de montant pour cette année.",
        suite=Suite("Tous les contrats", reverse("contrats:liste")),
        compter=False,
    )
