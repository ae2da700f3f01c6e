"""Reprendre les contrats et les avenants signés avant l'application : rien n'y est signé, tout y est constaté."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from agrement.contrats.models import Avenant, Contrat, ImportDeContrats, RepriseDeContrat
from agrement.contrats.operations.effets import mettre_en_ordre, porter_l_agrement
from agrement.contrats.operations.vie import mettre_a_jour
from agrement.contrats.reprise.ecarts import ecarts_de_l_avenant, ecarts_de_la_reprise
from agrement.contrats.reprise.examen import examiner
from agrement.contrats.workflow import CIRCUIT, CIRCUIT_DES_AVENANTS
from agrement.seances.models import Agrement
from agrement.seances.regles import duree_en_mots
from centres.models import Structure
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.models import Fichier
from socle.travaux import TravailImpossible, annoncer
from socle.workflow import ActeInterdit, ActeRefuse

REPRENDRE = CIRCUIT["reprendre"]
ANNONCES = 10  # contrats écrits entre deux annonces de l'avancement


def _exiger_le_droit(par: Utilisateur, structure: Structure) -> None:
    if not par.has_perm("contrats.reprendre_pour", structure):
        raise ActeInterdit("Vous n'avez pas le droit de reprendre les contrats de cette structure.")


def commencer(donnees: Mapping[str, Any], *, par: Utilisateur) -> RepriseDeContrat:
    """Première étape : ce qu'on sait du contrat. Refuse, donnée par donnée, ce qui ne peut pas donner un contrat."""
    return _enregistrer(RepriseDeContrat(caisse=par.caisse, par=par), donnees, par)


def corriger(reprise: RepriseDeContrat, donnees: Mapping[str, Any], *, par: Utilisateur) -> RepriseDeContrat:
    """Change ce que la première étape a recueilli, tant que le contrat n'en est pas né."""
    with transaction.atomic():
        reprise.verrouiller()
        if reprise.contrat_id is not None:
            raise ActeRefuse("Le contrat est déjà repris : il ne se change plus.")
        return _enregistrer(reprise, donnees, par)


def _enregistrer(reprise: RepriseDeContrat, donnees: Mapping[str, Any], par: Utilisateur) -> RepriseDeContrat:
    for champ in ("structure", "numero", "debut", "fin", "deliberation", "delibere_le", "parties"):
        setattr(reprise, champ, donnees[champ])
    _exiger_le_droit(par, reprise.structure)
    if ecarts := tuple(ecarts_de_la_reprise(reprise)):
        raise ActeRefuse(*ecarts)
    with transaction.atomic(), journal.acte("reprendre", "Reprise d'un contrat signé", par=par):
        reprise.save()
    return reprise


# --- Deuxième étape : le fichier, et le contrat en naît -------------------------------------------------------------


def joindre_le_fichier(reprise: RepriseDeContrat, fichier: File[Any], *, par: Utilisateur) -> Contrat:
    """Garde le PDF signé. Le contrat naît s'il n'était pas encore né.

    Refuse un fichier qui n'est pas un PDF, et un contrat qui a déjà le sien.
    """
    _exiger_le_droit(par, reprise.structure)
    with transaction.atomic(), journal.acte(REPRENDRE.nom, REPRENDRE.libelle, par=par):
        reprise.verrouiller()
        if reprise.etape == 3:
            raise ActeRefuse("Le contrat repris a déjà son fichier : il ne se remplace pas.")
        garde = _garder_le_pdf(fichier, par)
        if reprise.contrat is None:
            if ecarts := tuple(ecarts_de_la_reprise(reprise)):
                raise ActeRefuse(*ecarts)
            return _faire_naitre(reprise, garde, par)
        reprise.contrat.scelle_pdf = garde
        reprise.contrat.save()
        return reprise.contrat


def _garder_le_pdf(fichier: File[Any], par: Utilisateur) -> Fichier:
    garde = fichiers.enregistrer(fichier, par=par)
    if garde.type_mime != "application/pdf":
        raise ActeRefuse("Le contrat signé se joint au format PDF : enregistrez-le ou numérisez-le en PDF.")
    return garde


def _faire_naitre(reprise: RepriseDeContrat, fichier: Fichier | None, par: Utilisateur) -> Contrat:
    """Le contrat, et la période d'agrément qu'il porte. Dans la transaction de l'appelant, qui a vérifié la reprise."""
    contrat = Contrat(
        caisse=reprise.caisse,
        numero=reprise.numero,
        structure=reprise.structure,
        gestionnaire=reprise.structure.gestionnaire,
        debut=reprise.debut,
        fin=reprise.fin,
        signe_le=reprise.signe_le,
        scelle_pdf=fichier,
        repris_le=timezone.localdate(),
        repris_par=par,
        deliberation_reprise=reprise.deliberation,
        delibere_le=reprise.delibere_le,
    )
    CIRCUIT.executer(contrat, REPRENDRE.nom, par=par)
    try:
        with transaction.atomic():
            Agrement.objects.create(
                structure=reprise.structure, debut=reprise.debut, fin=reprise.fin, fin_reprise=reprise.fin
            )
    except IntegrityError as erreur:  # un agrément enregistré entre-temps
        raise ActeRefuse("La structure vient de recevoir un agrément sur cette période. Rien n'est repris.") from erreur
    reprise.contrat = contrat
    reprise.save()
    return contrat


# --- Troisième étape : les avenants, puis la fin de la reprise ------------------------------------------------------


def saisir_un_avenant_signe(
    contrat: Contrat, donnees: Mapping[str, Any], fichier: File[Any], *, par: Utilisateur
) -> Avenant:
    """Un avenant déjà signé, avec son fichier. Celui de durée change le terme du contrat et de l'agrément.

    `donnees` : numero, type, objet, signe_le, effet_le, fin (vide si la durée ne change pas).
    """
    _exiger_le_droit(par, contrat.structure)
    with transaction.atomic(), journal.acte("saisir_un_avenant_signe", "Saisie d'un avenant signé", par=par):
        contrat.verrouiller()
        avenant = Avenant(contrat=contrat, modifications=_periode(contrat, donnees["fin"]))
        for champ in ("numero", "type", "objet", "signe_le", "effet_le"):
            setattr(avenant, champ, donnees[champ])
        if ecarts := tuple(ecarts_de_l_avenant(avenant)):
            raise ActeRefuse(*ecarts)
        avenant.repris_pdf = _garder_le_pdf(fichier, par)
        CIRCUIT_DES_AVENANTS.executer(avenant, "saisir", par=par)
        mettre_en_ordre(contrat)
        if avenant.nouvelle_fin is not None:
            porter_l_agrement(contrat)
    return avenant


def _periode(contrat: Contrat, fin: dt.date | None) -> dict[str, Any]:
    """Ce qu'un avenant de durée change du contenu ; rien si la fin ne change pas."""
    if fin is None:
        return {}
    debut = contrat.debut
    periode = {"debut": debut.isoformat(), "fin": fin.isoformat(), "duree": duree_en_mots(debut, fin)}
    return {"periode": periode}


def terminer(reprise: RepriseDeContrat, *, par: Utilisateur) -> RepriseDeContrat:
    """Dit qu'il ne manque plus rien. Les dates font aussitôt vivre le contrat, et ses échéances naissent."""
    _exiger_le_droit(par, reprise.structure)
    with transaction.atomic(), journal.acte("terminer_la_reprise", "Reprise terminée", par=par):
        reprise.verrouiller()
        if reprise.etape != 3:
            raise ActeRefuse("Joignez d'abord le fichier du contrat signé.")
        if reprise.terminee_le is None:
            reprise.terminee_le = timezone.now()
            reprise.save()
        mettre_a_jour(Contrat.objects.get(reprise=reprise))
    return reprise


# --- Plusieurs à la fois --------------------------------------------------------------------------------------------


class Jonction(NamedTuple):
    """Ce qu'on a fait de fichiers joints ensemble : les contrats servis, et ce qui est refusé, en phrases."""

    contrats: list[str]
    refus: list[str]


def joindre_des_fichiers(
    reprises: Iterable[RepriseDeContrat], recus: Collection[File[Any]], *, par: Utilisateur
) -> Jonction:
    """Chaque fichier va au contrat dont il porte le numéro : « R-2024-17.pdf ». Un refus n'arrête pas les autres."""
    attendues = {reprise.numero.casefold(): reprise for reprise in reprises if reprise.etape == 2}
    jonction = Jonction([], [])
    for recu in recus:
        nom = fichiers.nom_propre(str(recu.name))
        reprise = attendues.pop(nom.rpartition(".")[0].casefold(), None)
        if reprise is None:
            jonction.refus.append(f"{nom} : aucun contrat qui attend son fichier ne porte ce numéro.")
            continue
        try:
            jonction.contrats.append(joindre_le_fichier(reprise, recu, par=par).numero)
        except ActeRefuse as refus:
            jonction.refus.append(f"{nom} : {refus}")
    return jonction


def importer(lignes: list[dict[str, str]], *, par: Utilisateur) -> ImportDeContrats:
    """Demande la reprise des contrats de ces lignes, déjà montrées et confirmées."""
    if not par.has_perm("contrats.importer", par):
        raise ActeInterdit("Vous n'avez pas le droit d'importer des contrats.")
    with transaction.atomic(), journal.acte("importer", f"Import de contrats signés : {len(lignes)}", par=par):
        return ImportDeContrats.objects.create(demandeur=par, lignes=lignes, total=len(lignes))


def mener_l_import(demande: ImportDeContrats) -> None:
    """Reprend tous les contrats, ou aucun. Lève `TravailImpossible`, avec la première cause."""
    par = demande.demandeur
    if not (par.is_active and par.has_perm("contrats.importer", par)):
        raise TravailImpossible("Rien n'est repris. Le compte qui l'a demandé n'a plus ce droit.")
    try:
        with (
            annoncer(demande) as dire,
            transaction.atomic(),
            journal.acte("importer", "Import de contrats signés", par=par),
        ):
            examen = examiner(demande.lignes, par=par)
            if examen.erreurs:
                raise TravailImpossible(f"Rien n'est repris. {examen.erreurs[0]}")
            for rang, lue in enumerate(examen.reprises, 1):
                _reprendre_sans_fichier(lue, par)
                if rang % ANNONCES == 0:
                    dire(rang)
    except ActeRefuse as refus:  # un agrément ou un contrat enregistré entre l'examen et l'écriture
        raise TravailImpossible(f"Rien n'est repris. {refus}") from refus
    demande.avancer(len(examen.reprises))


def _reprendre_sans_fichier(lue: RepriseDeContrat, par: Utilisateur) -> None:
    """Celle-ci vient d'être examinée : ce qu'elle a de faux est déjà dit."""
    _exiger_le_droit(par, lue.structure)
    lue.save()
    lue.terminee_le = None if lue.avenants_attendus else timezone.now()
    _faire_naitre(lue, None, par)
