"""Ce que la vie des contrats demande : les sursis qui finissent, les montants de l'année."""

from django.urls import reverse
from django.utils import timezone

from agrement.accueil.tableaux.formes import Bloc, Ligne, Suite, bloc_de_lignes
from agrement.accueil.tableaux.instruction import contrats_en_vigueur
from agrement.contrats.choix import StatutContrat
from agrement.contrats.consolidation import total_de_l_annee
from agrement.contrats.models import Contrat
from centres.models import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.templatetags.composants import euros


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
