"""Ce que voient l'agence comptable et l'administration de l'application."""

from django.urls import reverse
from django.utils import timezone

from agrement.accueil.tableaux.formes import LIGNES_MONTREES, Bloc, Ligne, Suite, bloc_de_lignes
from agrement.accueil.tableaux.instruction import contrats_en_vigueur
from agrement.dossiers.models import Dossier
from agrement.prestations.models import Bareme
from centres.models import Structure
from comptes.models import Invitation, Utilisateur
from socle.models import Courriel, EntreeDuJournal
from socle.templatetags.composants import date_longue, euros, instant, nombre, pourcent

CONTRATS_MONTRES = FAITS_MONTRES = LIGNES_MONTREES


def contrats_en_cours(utilisateur: Utilisateur) -> Bloc:
    contrats = contrats_en_vigueur(utilisateur).select_related("structure")
    return bloc_de_lignes(
        "contrats",
        "Contrats en vigueur, les premiers à finir d'abord",
        [
            Ligne(str(contrat.structure), contrat.get_absolute_url(), str(contrat), contrat.terme)
            for contrat in contrats[:CONTRATS_MONTRES]
        ],
        vide="Aucun contrat n'est en vigueur.",
        suite=Suite("Tous les contrats", reverse("contrats:liste")),
        compter=False,
    )


def baremes_de_l_annee(utilisateur: Utilisateur) -> Bloc:
    annee = timezone.localdate().year
    baremes = Bareme.objects.visibles_par(utilisateur).filter(annee=annee)
    return bloc_de_lignes(
        "baremes",
        f"Barèmes de {annee}",
        [
            Ligne(
                bareme.get_type_display(),
                bareme.get_absolute_url(),
                f"plafond {euros(bareme.plafond)} · taux {pourcent(bareme.taux)} · {bareme.source}",
            )
            for bareme in baremes
        ],
        vide=f"Aucun barème n'est saisi pour {annee}.",
        suite=Suite("Tous les barèmes", reverse("prestations:baremes")),
        si_vide=Suite("Ajouter un barème", reverse("prestations:ajouter")),
    )


def comptes(utilisateur: Utilisateur) -> Bloc:
    """Ce que contient la Caisse, en quelques nombres."""
    caisse = utilisateur.caisse
    cartes = [
        ("Comptes ouverts", caisse.utilisateurs.filter(is_active=True).count(), "admin:comptes_utilisateur_changelist"),
        ("Structures", Structure.objects.visibles_par(utilisateur).count(), "centres:structures"),
        ("Dossiers ouverts", Dossier.objects.visibles_par(utilisateur).ouverts().count(), "dossiers:liste"),
        ("Contrats en vigueur", contrats_en_vigueur(utilisateur).count(), "contrats:liste"),
    ]
    contenu = [{"titre": titre, "valeur": nombre(valeur), "url": reverse(url)} for titre, valeur, url in cartes]
    return Bloc("comptes", caisse.nom, "accueil/_cartes.html", {"cartes": contenu})


def invitations_ouvertes(utilisateur: Utilisateur) -> Bloc:
    ouvertes = Invitation.objects.ouvertes().filter(utilisateur__caisse=utilisateur.caisse_id)
    return bloc_de_lignes(
        "invitations",
        "Invitations en attente",
        [
            Ligne(
                str(invitation.utilisateur),
                reverse("admin:comptes_utilisateur_change", args=[invitation.utilisateur_id]),
                f"{invitation.utilisateur.get_role_display()} · envoyée le {date_longue(invitation.cree_le)}",
                timezone.localdate(invitation.expire_le),
            )
            for invitation in ouvertes.select_related("utilisateur").order_by("expire_le")
        ],
        vide="Aucune invitation n'attend de réponse.",
    )


def courriels_en_attente(utilisateur: Utilisateur) -> Bloc:
    """Les courriels destinés aux personnes de la Caisse qui ne sont pas partis."""
    destinataires = utilisateur.caisse.utilisateurs.values("courriel")
    courriels = Courriel.objects.filter(envoye_le=None, destinataire__in=destinataires)
    return bloc_de_lignes(
        "courriels",
        "Courriels qui ne sont pas encore partis",
        [
            Ligne(courriel.objet, "", f"{courriel.destinataire} · {courriel.erreur or instant(courriel.cree_le)}")
            for courriel in courriels.order_by("cree_le")
        ],
        vide="Tous les courriels sont partis.",
    )


def derniers_faits(utilisateur: Utilisateur) -> Bloc:
    entrees = EntreeDuJournal.objects.filter(perimetre=str(utilisateur.caisse_id)).select_related("acteur")[
        :FAITS_MONTRES
    ]
    return bloc_de_lignes(
        "journal",
        "Derniers faits du journal",
        [
            Ligne(
                f"{entree.libelle} – {entree.objet_libelle}",
                reverse("accueil:entree", args=[entree.pk]),
                f"{entree.acteur or 'Automatique'}, {instant(entree.horodatage)}",
            )
            for entree in entrees
        ],
        vide="Le journal est vide.",
        suite=Suite("Tout le journal", reverse("accueil:journal")),
        compter=False,
    )
