"""Ouvrir une demande, écrire son projet, la transmettre ; rendre et reprendre l'écriture du projet."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.operations.acces import (
    conclure,
    contraintes_en_phrases,
    exiger_l_etat,
    exiger_le_droit,
    verrouiller,
)
from agrement.dossiers.operations.accords import s_engager_sur_la_version
from agrement.dossiers.regles import NATURE_DU_PROJET, SANS_AGREMENT
from agrement.dossiers.tasks.ecrits import preparer_l_accuse
from agrement.dossiers.workflow import CIRCUIT
from centres.choix import NatureProjet
from centres.models import ProjetSocial, Structure
from centres.operations import contenu, creer_projet, figer, nouvelle_version, ouvrir_les_parties
from centres.regles import parties_changees
from comptes.models import Utilisateur
from socle import journal
from socle.models import Compteur
from socle.workflow import ActeRefuse


def ouvrir(
    *,
    structure: Structure,
    type: str,  # noqa: A002 — le nom du champ
    debut: dt.date,
    fin: dt.date,
    par: Utilisateur,
    echeance_actuelle: dt.date | None = None,
) -> Dossier:
    """T01 – Un brouillon numéroté, avec son projet social : celui en cours d'écriture, sinon un nouveau.

    `echeance_actuelle` : fin de l'agrément en cours, lue sur le dernier contrat si elle n'est pas donnée.
    Refuse une structure fermée, une période hors des bornes de la Caisse, et un second dossier ouvert pour la période.
    """
    with contraintes_en_phrases(Dossier), transaction.atomic():
        dossier = Dossier(
            caisse=structure.caisse,
            type=type,
            structure=structure,
            gestionnaire=structure.gestionnaire,
            debut_souhaite=debut,
            fin_souhaitee=fin,
            echeance_actuelle=echeance_actuelle or _fin_de_l_agrement(structure, type),
            ouvert_par=par,
        )
        exiger_le_droit(par, "dossiers.creer", dossier, "Ouvrir la demande")
        annee = timezone.localdate().year
        dossier.numero = f"{annee}-{Compteur.suivant(f'dossier-{structure.caisse_id}-{annee}'):04d}"
        CIRCUIT.verifier(dossier, CIRCUIT["ouvrir"], par, "")
        if dossier.demande_un_projet and par.has_perm("dossiers.preparer_le_projet", dossier):
            dossier.projet = _projet_de_depart(dossier, par)
        return CIRCUIT.executer(dossier, "ouvrir", par=par)


def commencer_le_projet(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """Donne un projet social au brouillon qui n'en a pas encore.

    Refuse un dossier transmis, et une demande qui ne repose pas sur un projet.
    """
    exiger_le_droit(par, "dossiers.preparer_le_projet", dossier, "Commencer le projet social")
    with transaction.atomic(), journal.acte("commencer_le_projet", "Projet social commencé", par=par):
        dossier = verrouiller(dossier)
        exiger_l_etat(dossier, {Statut.BROUILLON}, "Commencer le projet social")
        if not dossier.demande_un_projet:
            raise ActeRefuse(f"Une demande « {dossier.get_type_display()} » n'a pas de projet social à écrire.")
        if dossier.projet is None:
            dossier.projet = _projet_de_depart(dossier, par)
            dossier.save()
    return dossier


def deposer(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T02 – Fige la version du projet, enregistre la demande et la transmet à la Caf, d'un seul geste.

    Sur un dossier déjà déposé, où qu'il en soit depuis, ne fait rien : le second clic ne crée pas de second acte.
    """
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, "dossiers.deposer", verrouille, CIRCUIT["deposer"].libelle)
        if verrouille.depose_le is not None:
            dossier.refresh_from_db()
            return dossier
        transmettre_le_projet(verrouille, par)
        conclure(dossier, verrouille, "deposer", par)
        accuse = verrouille.accuses.get(numero=verrouille.numero_d_enregistrement)
        transaction.on_commit(lambda: preparer_l_accuse.enqueue(accuse.pk), robust=True)
    return dossier


def transmettre_le_projet(dossier: Dossier, par: Utilisateur) -> None:
    """Fige la version que le centre écrivait, si elle ne l'est déjà ; la transmettre l'engage sur ses objectifs.

    Qui transmet pour un centre empêché ne l'engage pas.
    """
    if dossier.projet is not None and not dossier.projet.est_fige:
        figer(dossier.projet, par=par)
    if par.est_du_centre:
        s_engager_sur_la_version(dossier, par=par)


def rouvrir_l_ecriture(dossier: Dossier, par: Utilisateur, parties: Collection[str] | None = None) -> None:
    """Rend au centre l'écriture du projet, dans ces seules parties s'il y en a une liste.

    Il reprend le brouillon qu'il avait commencé, s'il y en a un, avec les parties qu'il y avait changées ; sinon la
    version suivante, copie de la transmise.
    """
    if dossier.projet is None:
        return
    transmise = dossier.projet_transmis()
    with journal.acte("rouvrir_l_ecriture", "Écriture du projet rouverte au centre", par=par):
        if dossier.projet.est_fige:
            dossier.projet = dossier.projet.brouillon_de_la_serie() or nouvelle_version(dossier.projet, par=par)
            dossier.save()
        if parties is not None and transmise is not None and transmise != dossier.projet:
            parties = {*parties, *parties_changees(contenu(transmise), contenu(dossier.projet))}
        ouvrir_les_parties(dossier.projet, parties)


def suspendre_l_ecriture(dossier: Dossier, par: Utilisateur) -> None:
    """Revient à la dernière version transmise. Le brouillon du centre est gardé, lisible, et ne s'écrit plus."""
    transmise = dossier.projet_transmis()
    if dossier.projet is None or transmise is None or dossier.projet == transmise:
        return
    with journal.acte("suspendre_l_ecriture", "Retour à la version transmise", par=par):
        ouvrir_les_parties(dossier.projet, ())
        dossier.projet = transmise
        dossier.save()


def _projet_de_depart(dossier: Dossier, par: Utilisateur) -> ProjetSocial:
    """Le brouillon déjà commencé ; sinon la suite d'un projet resté sans agrément ; sinon un projet vide."""
    dernier = ProjetSocial.objects.filter(structure=dossier.structure).order_by("-pk").first()
    if dernier is not None and not Dossier.objects.ouverts().filter(projet__serie=dernier.serie).exists():
        agree = Dossier.objects.filter(projet__serie=dernier.serie, statut=Statut.CLOS_AGREE).exists()
        if not dernier.est_fige and not agree:
            ouvrir_les_parties(dernier, None)
            return _de_nature(dernier, NATURE_DU_PROJET[dossier.type])
        if dernier.dossiers.filter(statut__in=SANS_AGREMENT).exists():
            return _de_nature(nouvelle_version(dernier, par=par), NATURE_DU_PROJET[dossier.type])
    return creer_projet(
        dossier.structure,
        titre=f"Projet social {dossier.debut_souhaite.year}-{dossier.fin_souhaitee.year}",
        nature=NATURE_DU_PROJET[dossier.type],
        debut=dossier.debut_souhaite,
        fin=dossier.fin_souhaitee,
        par=par,
    )


def _de_nature(projet: ProjetSocial, nature: NatureProjet) -> ProjetSocial:
    """Le brouillon, de la nature que veut la demande : ses parties en dépendent ; rien de ce qu'il dit n'est perdu."""
    if projet.nature != nature:
        projet.nature = nature
        projet.save()
    return projet


def _fin_de_l_agrement(structure: Structure, type_de_dossier: str) -> dt.date | None:
    """Le terme du dernier contrat signé de la structure, pour une demande qui suit un agrément."""
    if type_de_dossier not in (TypeDossier.RENOUVELLEMENT, TypeDossier.AVENANT, TypeDossier.SURSIS_RETRAIT):
        return None
    contrat = structure.contrats.filter(signe_le__isnull=False).order_by("-terme").first()
    return contrat.terme if contrat else None
