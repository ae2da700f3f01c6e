"""Ce que tout acte de signature vérifie : le verrou, le pouvoir de la personne, et la trace d'un refus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.utils import timezone

from agrement.contrats.blocs import fondre, montants_de
from agrement.contrats.choix import ActeASigner, PartieSignataire
from agrement.contrats.consolidation import contenu_avec_les_avenants_signes
from agrement.contrats.models import DelegationDeSignature, LienDeSignature, PartieASigner
from agrement.contrats.permissions import se_deporte_du_contrat
from agrement.dossiers.montants import montant_annuel_demande
from comptes.choix import PORTEURS, ROLES_DE_LA_CAF, Role
from comptes.models import Utilisateur
from socle import journal
from socle.models import EntreeDuJournal, ModeleSuivi, noter, type_de
from socle.workflow import MOTIF_MAX, ActeInterdit, ActeRefuse

DROIT_DE_SIGNER: dict[str, str] = {
    PartieSignataire.GESTIONNAIRE: "contrats.signer_pour_le_gestionnaire",
    PartieSignataire.CAF: "contrats.signer_pour_la_caf",
}
DEPORT = "Qui se déporte d'un dossier n'en signe pas le contrat : une autre personne le signe, par délégation."
# Un maire peut être élu de la Caf, ou lire pour le centre : il garde son adresse.
D_UNE_AUTRE_PARTIE = (ROLES_DE_LA_CAF - {Role.ELU}) | PORTEURS
UN_JOUR = dt.timedelta(days=1)
REPRESENTANT: dict[str, Role] = {
    PartieSignataire.GESTIONNAIRE: Role.GESTIONNAIRE,
    PartieSignataire.CAF: Role.PRESIDENCE,
}


def verrouiller(partie: PartieASigner) -> None:
    """Le dossier ou la structure, le contrat, la version puis la partie : le même ordre pour tout acte de signature."""
    contrat = partie.version.contrat
    contrat.porteur.verrouiller()
    contrat.verrouiller()
    partie.version.verrouiller()
    partie.verrouiller()


@contextmanager
def refus_au_journal(
    objet: ModeleSuivi, par: Utilisateur | None, acte: str = "refuser_une_signature", quoi: str = "Signature"
) -> Iterator[None]:
    """Un refus laisse une trace et sa raison, et rien d'autre. À placer autour de la transaction."""
    try:
        yield
    except ActeRefuse as refus:
        noter_un_refus(objet, str(refus), par=par, acte=acte, quoi=quoi)
        raise


def noter_un_refus(
    objet: ModeleSuivi,
    raison: str,
    *,
    par: Utilisateur | None,
    acte: str = "refuser_une_signature",
    quoi: str = "Signature",
) -> None:
    """Écrit au journal qui a essayé quoi, et pourquoi ce n'est pas admis."""
    libelle = f"{quoi} non admise"
    with journal.acte(acte, libelle, par=par, motif=raison[:MOTIF_MAX]):
        noter(objet, libelle)


def exiger_de_la_mesure(partie: PartieASigner, deja: int, parametre: str, quoi: str) -> None:
    """Refuse au-delà de ce que la Caisse règle par jour et par partie. `deja` : ceux des vingt-quatre dernières heures.

    Un lien personnel passe de main en main : sans borne, il ferait deviner un code ou noierait la Caf de courriels.
    """
    if deja >= partie.version.contrat.caisse.entier(parametre):
        raise ActeRefuse(f"Trop de {quoi} aujourd'hui : réessayez demain, ou prévenez la Caf.")


def noter_un_lien_clos(lien: LienDeSignature, raison: str) -> None:
    """Écrit au journal qu'un lien qui ne sert plus s'est ouvert : une fois par envoi et par raison."""
    acte, partie = "ouvrir_un_lien_clos", lien.partie
    deja = EntreeDuJournal.objects.filter(
        objet_type=type_de(partie), objet_id=str(partie.pk), acte=acte, motif=raison, horodatage__gte=lien.envoye_le
    )
    if not deja.exists():
        noter_un_refus(partie, raison, par=None, acte=acte, quoi="Ouverture d'un lien")


# --- Qui peut engager une partie --------------------------------------------------------------------


def represente(par: Utilisateur, partie: PartieASigner) -> bool:
    """Vrai si ses fonctions, aujourd'hui, lui font engager cette partie."""
    droit, contrat = DROIT_DE_SIGNER.get(partie.partie, ""), partie.version.contrat
    return bool(droit) and par.has_perm(droit, contrat.porteur) and not se_deporte_du_contrat(par, contrat)


def delegations_de(par: Utilisateur, partie: PartieASigner) -> list[DelegationDeSignature]:
    """Ce que le registre dit de cette personne pour cette partie, en vigueur ou non."""
    contrat = partie.version.contrat
    pour = DelegationDeSignature.objects.pour(partie.partie, contrat.gestionnaire, contrat.caisse)
    return list(pour.filter(delegataire=par).select_related("delegataire"))


def ecarts_de_la_delegation(delegation: DelegationDeSignature, partie: PartieASigner) -> list[str]:
    """Ce qui empêche de signer aujourd'hui pour cette partie par cette délégation."""
    contrat = partie.version.contrat
    acte = ActeASigner.AVENANT if partie.version.avenant_id else ActeASigner.CONTRAT
    montant = _montant_annuel(partie) if delegation.plafond_annuel is not None else None
    ecarts = list(delegation.ecarts(acte=acte, jour=timezone.localdate(), montant_annuel=montant))
    if se_deporte_du_contrat(delegation.delegataire, contrat):
        ecarts.append(DEPORT)
    return ecarts


def peut_engager(par: Utilisateur, partie: PartieASigner) -> bool:
    """Vrai si cette personne peut signer pour cette partie maintenant, par ses fonctions ou par délégation."""
    if partie.est_cosignataire or not par.is_active:
        return False
    return represente(par, partie) or any(
        not ecarts_de_la_delegation(delegation, partie) for delegation in delegations_de(par, partie)
    )


def concerne(par: Utilisateur, partie: PartieASigner) -> bool:
    """Vrai si la page de signature lui répond : il engage la partie, ou une délégation l'a nommé."""
    return represente(par, partie) or bool(delegations_de(par, partie))


def pouvoir_de(par: Utilisateur, partie: PartieASigner) -> DelegationDeSignature | None:
    """La délégation par laquelle il signe ; rien s'il représente la partie. Lu en base, sous verrou, à cet instant.

    Lève `ActeInterdit` s'il n'a pas, ou plus, ce pouvoir : la raison, et qui pourrait signer.
    """
    par = Utilisateur.objects.select_for_update().get(pk=par.pk)
    if represente(par, partie):
        return None
    recues = DelegationDeSignature.objects.select_for_update(of=("self",)).filter(
        pk__in=[delegation.pk for delegation in delegations_de(par, partie)]
    )
    raisons = [DEPORT] if se_deporte_du_contrat(par, partie.version.contrat) else []
    for delegation in recues.select_related("delegataire"):
        ecarts = ecarts_de_la_delegation(delegation, partie) if par.is_active else ["Votre compte est fermé."]
        if not ecarts:
            return delegation
        raisons += ecarts
    raise ActeInterdit("Vous n'avez pas le droit de signer pour cette partie.", *raisons, _qui_pourrait_signer(partie))


def representants(partie: PartieASigner) -> list[Utilisateur]:
    """Les comptes ouverts dont les fonctions engagent cette partie."""
    if partie.est_cosignataire:
        return []
    contrat = partie.version.contrat
    comptes = Utilisateur.objects.filter(caisse=contrat.caisse_id, role=REPRESENTANT[partie.partie], is_active=True)
    if partie.partie == PartieSignataire.GESTIONNAIRE:
        comptes = comptes.filter(rattachements__structure=contrat.structure_id).distinct()
    return [compte for compte in comptes if represente(compte, partie)]


def adresse_d_un_autre(partie: PartieASigner, caisse: int | None) -> str:
    """Pourquoi le lien d'un co-signataire ne part pas à cette adresse, en une phrase ; vide s'il le peut.

    Celle de qui engage ou mène la signature d'une autre partie ferait signer la même personne pour deux.
    """
    comptes = Utilisateur.objects.filter(caisse=caisse, courriel__iexact=partie.courriel, role__in=D_UNE_AUTRE_PARTIE)
    if not partie.est_cosignataire or not comptes.exists():
        return ""
    return f"{partie.nom} : {partie.courriel} est d'un compte de la Caf ou du centre ; écrivez une adresse à lui."


def _qui_pourrait_signer(partie: PartieASigner) -> str:
    contrat = partie.version.contrat
    delegations = DelegationDeSignature.objects.pour(partie.partie, contrat.gestionnaire, contrat.caisse)
    en_cours = delegations.filter(revoquee_le=None, delegataire__is_active=True).select_related("delegataire")
    noms = [compte.nom_complet for compte in representants(partie)] + [
        f"{delegation.delegataire} par délégation"
        for delegation in en_cours
        if not ecarts_de_la_delegation(delegation, partie)
    ]
    if not noms:
        return f"Personne ne peut signer pour {partie.nom} : ouvrez un compte à son représentant, ou déléguez."
    return f"Peuvent signer pour {partie.nom} : {', '.join(noms)}."


def _montant_annuel(partie: PartieASigner) -> Decimal | None:
    """Ce que le texte à signer attend de la Caf l'année où il attend le plus, en euros ; rien s'il ne le dit pas.

    Un avenant se mesure au contrat qu'il laissera, avec les avenants déjà signés ; un texte sans budget, à ce que le
    dossier demande. Un contrat repris n'a pas de dossier : seul un avenant de financement dit ses montants.
    """
    version, contrat = partie.version, partie.version.contrat
    contenu = version.contenu
    if version.avenant is not None:
        contenu = fondre(contenu_avec_les_avenants_signes(contrat), version.avenant.modifications)
    montants = montants_de(contenu) or (montant_annuel_demande(contrat.dossier) if contrat.dossier else {})
    return max(montants.values(), default=None)
