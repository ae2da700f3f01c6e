"""Les actes d'un contrat : le générer depuis la décision, le signer, le sceller, le faire vivre."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.contrats import notifications
from agrement.contrats.choix import PartieSignataire
from agrement.contrats.documents import CONTRAT, contenu_du_contrat, conventions_de, imprimer
from agrement.contrats.models import Contrat
from agrement.contrats.regles import ecarts_de_signature
from agrement.contrats.workflow import CIRCUIT
from agrement.dossiers.accords import familles_accordees
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.models import Compteur
from socle.workflow import ActeInterdit, ActeRefuse, Manque

logger = logging.getLogger(__name__)

GENERER, CLORE = Dossier.circuit["mettre_en_signature"], Dossier.circuit["clore_par_le_contrat"]
DROIT_DE_SIGNER = {
    PartieSignataire.GESTIONNAIRE: "contrats.signer_pour_le_gestionnaire",
    PartieSignataire.CAF: "contrats.signer_pour_la_caf",
}


# --- Générer -------------------------------------------------------------------------------------


def generer(dossier: Dossier, *, par: Utilisateur) -> Contrat:
    """Rédige le contrat depuis la décision notifiée, garde son projet en PDF et le propose à la signature (T20).

    Refuse sans accord notifié qui ouvre une période, sans version du projet transmise (une préfiguration n'en a pas
    encore), et une seconde fois.
    """
    if not par.has_perm(GENERER.permission, dossier):
        raise ActeInterdit(f"Vous n'avez pas le droit de faire l'acte « {GENERER.libelle} ».")
    with transaction.atomic(), journal.acte(GENERER.nom, GENERER.libelle, par=par):
        dossier.verrouiller()
        if manques := tuple(manques_pour_generer(dossier)):
            raise ActeRefuse(*manques)
        contrat = _rediger(dossier, par)
        CIRCUIT.executer(contrat, "preparer", par=par)
        contrat.conventions.set(conventions_de(dossier.structure, contrat.decision))
        Dossier.circuit.executer(dossier, GENERER.nom, par=par)
    return contrat


def manques_pour_generer(dossier: Dossier) -> Iterator[Manque]:
    """Ce qui empêche d'écrire le contrat de ce dossier, en phrases."""
    decision = dossier.derniere_decision()
    if decision is None or not decision.ouvre_une_periode:
        yield Manque("Aucun accord n'ouvre de période d'agrément dans ce dossier : il n'y a pas de contrat à écrire.")
    elif (contrat := Contrat.objects.filter(decision=decision).first()) is not None:
        yield Manque(
            f"Le contrat {contrat.numero} est déjà généré : il attend sa signature.", contrat.get_absolute_url()
        )
    elif dossier.statut not in GENERER.de:
        etat = dossier.get_statut_display()
        yield Manque(f"Le dossier est à l'état « {etat} » : le contrat se génère quand la décision est notifiée.")
    else:
        yield from decision.manques_d_execution()
    if dossier.demande_un_projet and (dossier.projet is None or not dossier.projet.est_fige):
        yield Manque("Aucune version transmise du projet social : le contrat ne peut pas en retenir les objectifs.")
    elif dossier.vise_un_agrement and not familles_accordees(dossier):
        yield Manque(
            "Aucun objectif n'est accepté des deux côtés : acceptez ceux que le contrat doit retenir.",
            dossier.adresse("dossiers:onglet", onglet="negociation"),
        )


def _rediger(dossier: Dossier, par: Utilisateur) -> Contrat:
    decision = dossier.derniere_decision()
    annee = timezone.localdate().year
    numero = f"C{annee}-{Compteur.suivant(f'contrat-{dossier.caisse_id}-{annee}'):04d}"
    contenu = contenu_du_contrat(dossier, decision, numero=numero)
    projet = fichiers.enregistrer_pdf(imprimer(contenu), f"projet-de-contrat-{numero}.pdf", par=par)
    return Contrat(
        caisse=dossier.caisse,
        numero=numero,
        dossier=dossier,
        decision=decision,
        structure=dossier.structure,
        gestionnaire=dossier.gestionnaire,
        debut=decision.debut,
        fin=decision.fin,
        contenu=contenu,
        version_du_modele=CONTRAT.version,
        projet_pdf=projet,
    )


# --- Signer --------------------------------------------------------------------------------------


def signer(contrat: Contrat, *, partie: str, nom: str, qualite: str, date: dt.date, par: Utilisateur) -> Contrat:
    """Enregistre la signature d'une partie : le gestionnaire, puis la Caf, dont la signature scelle le contrat (T21).

    Refuse une date d'avant la décision ou dans l'avenir, une seconde signature, une signature hors de son tour.
    """
    partie = PartieSignataire(partie)
    if not par.has_perm(DROIT_DE_SIGNER[partie], contrat.dossier):
        raise ActeInterdit("Vous n'avez pas le droit de signer pour cette partie.")
    with transaction.atomic(), journal.acte("signer", f"Signature {partie.label.lower()}", par=par):
        contrat.dossier.verrouiller()
        contrat.verrouiller()
        manques = [*manques_pour_signer(contrat, partie), *_ecarts(contrat, partie, date)]
        if not nom.strip() or not qualite.strip():
            manques.append(Manque("Écrivez le nom et la qualité du signataire."))
        if manques:
            raise ActeRefuse(*manques)
        contrat.signatures.create(
            partie=partie, nom=nom.strip(), qualite=qualite.strip(), date=date, par=par,
            empreinte=contrat.projet_pdf.empreinte,
        )  # fmt: skip
        if partie == PartieSignataire.CAF:
            _sceller(contrat, par)
        else:
            notifications.demander_la_signature_de_la_caf(contrat)
    return contrat


def manques_pour_signer(contrat: Contrat, partie: str) -> Iterator[Manque]:
    """Ce qui empêche cette partie de signer aujourd'hui, quelle que soit la date qu'elle donnera."""
    dernier = contrat.dossier.contrats.order_by("-pk").first()
    if dernier is not None and dernier.pk != contrat.pk:
        yield Manque(f"Ce contrat est remplacé par le contrat {dernier.numero}.", dernier.get_absolute_url())
    elif contrat.dossier.statut not in CLORE.de:
        yield Manque(f"Le dossier est à l'état « {contrat.dossier.get_statut_display()} » : il ne se signe plus.")
    jour = timezone.localdate()
    ecarts = ecarts_de_signature(partie, jour, decidee_le=jour, aujourd_hui=jour, signees=_dates(contrat))
    yield from (Manque(ecart) for ecart in ecarts)


def _ecarts(contrat: Contrat, partie: str, date: dt.date) -> Iterator[Manque]:
    """Ce que la date a de faux ; les autres écarts sont déjà dits."""
    signees = _dates(contrat)
    jour = timezone.localdate()
    deja_dits = set(ecarts_de_signature(partie, jour, decidee_le=jour, aujourd_hui=jour, signees=signees))
    ecarts = ecarts_de_signature(partie, date, decidee_le=contrat.decision.date, aujourd_hui=jour, signees=signees)
    yield from (Manque(ecart) for ecart in ecarts if ecart not in deja_dits)


def _dates(contrat: Contrat) -> dict[str, dt.date]:
    return {partie: signature.date for partie, signature in contrat.signatures_par_partie().items()}


def _sceller(contrat: Contrat, par: Utilisateur) -> None:
    """Rend le texte signé, une seule fois, depuis les valeurs gardées à la génération ; clôt le dossier."""
    signatures = contrat.signatures.values("partie", "nom", "qualite", "date")
    rendu = imprimer(
        contrat.contenu, [{**signature, "date": signature["date"].isoformat()} for signature in signatures]
    )
    contrat.scelle_pdf = fichiers.enregistrer_pdf(rendu, f"contrat-{contrat.numero}.pdf", par=par)
    contrat.signe_le = max(signature["date"] for signature in signatures)
    contrat.save()
    Dossier.circuit.executer(contrat.dossier, CLORE.nom, par=par)
    if contrat.debut <= timezone.localdate():
        CIRCUIT.executer(contrat, "mettre_en_vigueur", par=None)


# --- L'horloge -----------------------------------------------------------------------------------


def faire_vivre_les_contrats() -> int:
    """Ce que les dates seules font : prise d'effet, renouvellement, terme. Rend le nombre d'actes faits."""
    jour = timezone.localdate()
    # L'ordre compte : un successeur qui prend effet la même nuit fait du précédent un contrat renouvelé, pas échu.
    return (
        _constater("mettre_en_vigueur", list(Contrat.objects.a_mettre_en_vigueur(jour)))
        + _constater("constater_le_renouvellement", list(Contrat.objects.au_terme(jour)))
        + _constater("constater_l_echeance", list(Contrat.objects.au_terme(jour)))
    )


def _constater(acte: str, contrats: list[Contrat]) -> int:
    faits = 0
    for contrat in contrats:
        try:
            CIRCUIT.executer(contrat, acte, par=None)
        except ActeRefuse as refus:
            logger.debug("%s : %s n'a pas eu lieu : %s", contrat, acte, refus)
        else:
            faits += 1
    return faits
