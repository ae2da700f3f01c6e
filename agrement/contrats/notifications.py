"""Les courriels d'un contrat : une fonction par message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agrement.contrats.permissions import se_deporte_du_contrat
from comptes.choix import Role
from comptes.models import Utilisateur
from socle import courriels

if TYPE_CHECKING:
    from agrement.contrats.models import (
        CodeDeSignature,
        DemandeDeModification,
        ExemplairePapier,
        ImpressionDeTexte,
        LienDeSignature,
        PartieASigner,
        VersionASigner,
    )


def demander_la_signature(partie: PartieASigner, a: Iterable[Utilisateur], *, rappel: bool = False) -> None:
    """À qui engage cette partie : c'est son tour."""
    objet = f"{partie.version.acte} : votre signature est attendue"
    signees = [autre.signature for autre in partie.version.parties.all() if autre.est_signee]
    for personne in a:
        _ecrire(personne.courriel, f"Rappel – {objet}" if rappel else objet, "signature_attendue", partie,
                personne=personne, signees=signees)  # fmt: skip


def envoyer_le_lien(lien: LienDeSignature, *, rappel: bool = False) -> None:
    """Au co-signataire sans compte : son lien personnel, effacé une fois parti."""
    objet = f"{lien.partie.version.acte} : votre signature est attendue"
    adresse = settings.ADRESSE_PUBLIQUE + reverse("contrats:signer_par_le_lien", args=[lien.jeton()])
    _ecrire(lien.partie.courriel, f"Rappel – {objet}" if rappel else objet, "lien_de_signature", lien.partie,
            secret=True, lien_personnel=adresse, expire_le=lien.expire_le)  # fmt: skip


def prevenir_l_ancienne_adresse(partie: PartieASigner, ancienne: str) -> None:
    """À l'adresse d'un co-signataire que la Caf vient de changer : son lien part ailleurs."""
    if ancienne:
        _ecrire(ancienne, f"{partie.version.acte} : votre lien de signature change", "lien_envoye_ailleurs", partie)


def envoyer_le_code(code: CodeDeSignature, clair: str, par: Utilisateur | None) -> None:
    """À qui signe : son code, effacé une fois parti."""
    objet = f"{code.partie.version.acte} : votre code de signature"
    _ecrire(code.courriel, objet, "code_de_signature", code.partie, secret=True, code=clair, expire_le=code.expire_le,
            personne=par)  # fmt: skip


def demander_la_confirmation(exemplaire: ExemplairePapier) -> None:
    """À l'autre côté : un exemplaire signé sur papier attend d'être relu."""
    partie = exemplaire.partie
    a = _gestionnaire(partie) if exemplaire.par_la_caf else _caf(partie)
    for personne in a:
        _ecrire(personne.courriel, f"{partie.version.acte} : un exemplaire papier est à confirmer",
                "exemplaire_a_confirmer", partie, personne=personne, exemplaire=exemplaire)  # fmt: skip


def prevenir_du_rejet(exemplaire: ExemplairePapier) -> None:
    """À qui a déposé l'exemplaire : il est rejeté, et pourquoi."""
    courriel = exemplaire.depose_par.courriel if exemplaire.depose_par else exemplaire.partie.courriel
    _ecrire(courriel, f"{exemplaire.partie.version.acte} : exemplaire papier rejeté", "exemplaire_rejete",
            exemplaire.partie, exemplaire=exemplaire)  # fmt: skip


def prevenir_du_refus(partie: PartieASigner) -> None:
    """À la Caf : une partie refuse de signer, et pourquoi."""
    for personne in _caf(partie):
        _ecrire(personne.courriel, f"{partie.version.acte} : {partie.nom} refuse de signer", "refus_de_signer", partie,
                personne=personne)  # fmt: skip


def transmettre_une_demande(demande: DemandeDeModification) -> None:
    """À la Caf : une partie demande une modification avant de signer."""
    partie = demande.partie
    for personne in _caf(partie):
        _ecrire(personne.courriel, f"{partie.version.acte} : modification demandée", "modification_demandee", partie,
                personne=personne, demande=demande)  # fmt: skip


def prevenir_du_rappel(version: VersionASigner, motif: str) -> None:
    """Aux parties : cette version ne se signe plus."""
    for partie in version.parties.all():
        adresses = {partie.courriel} if partie.est_cosignataire else {p.courriel for p in _engages(partie)}
        for adresse in sorted(adresses - {""}):
            _ecrire(adresse, f"{version.acte} : la signature est rappelée", "signature_rappelee", partie, motif=motif)


def prevenir_de_l_echec(impression: ImpressionDeTexte) -> None:
    """À qui a demandé ce texte : il n'est pas proposé à la signature, et pourquoi."""
    texte = render_to_string(
        "courriels/contrats/impression_arretee.txt",
        {"impression": impression, "lien": settings.ADRESSE_PUBLIQUE + impression.get_absolute_url()},
    )
    courriels.deposer(impression.demandeur.courriel, f"{impression.objet} : l'impression s'est arrêtée", texte)


def _engages(partie: PartieASigner) -> Iterable[Utilisateur]:
    return _gestionnaire(partie) if partie.partie == "gestionnaire" else _presidence(partie)


def _gestionnaire(partie: PartieASigner) -> Iterable[Utilisateur]:
    return Utilisateur.objects.filter(
        rattachements__structure=partie.version.contrat.structure_id, role=Role.GESTIONNAIRE, is_active=True
    ).distinct()


def _presidence(partie: PartieASigner) -> Iterable[Utilisateur]:
    """Hors de qui se déporte : le contrat lui est fermé."""
    contrat = partie.version.contrat
    comptes = Utilisateur.objects.filter(caisse=contrat.caisse_id, role=Role.PRESIDENCE, is_active=True)
    return [compte for compte in comptes if not se_deporte_du_contrat(compte, contrat)]


def _caf(partie: PartieASigner) -> Iterable[Utilisateur]:
    """Qui mène la signature : le conseil technique du dossier, ou celui de la structure, ou les responsables."""
    contrat = partie.version.contrat
    for conseiller in (contrat.porteur.conseiller, contrat.structure.conseiller):
        if conseiller is not None and conseiller.is_active:
            return (conseiller,)
    return Utilisateur.objects.filter(caisse=contrat.caisse_id, is_active=True, role=Role.RESPONSABLE)


def _ecrire(a: str, objet: str, gabarit: str, partie: PartieASigner, *, secret: bool = False, **contexte: Any) -> None:
    contrat = partie.version.contrat
    texte = render_to_string(
        f"courriels/contrats/{gabarit}.txt",
        {
            "partie": partie,
            "version": partie.version,
            "contrat": contrat,
            "lien": settings.ADRESSE_PUBLIQUE + contrat.get_absolute_url(),
            **contexte,
        },
    )
    courriels.deposer(a, objet, texte, secret=secret)
