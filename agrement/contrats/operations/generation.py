"""Écrire un contrat depuis la décision notifiée, et en proposer une version à la signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agrement.contrats.choix import PartieSignataire, TypeAvenant
from agrement.contrats.documents import contenu_du_contrat, conventions_de, modele_du_contrat
from agrement.contrats.models import Contrat, PartieASigner, VersionASigner
from agrement.contrats.operations.acces import adresse_d_un_autre
from agrement.contrats.operations.epreuves import Epreuves, imprimer_d_abord
from agrement.contrats.operations.signatures import prevenir
from agrement.contrats.workflow import CIRCUIT, CIRCUIT_DES_VERSIONS
from agrement.dossiers.accords import familles_accordees
from agrement.dossiers.models import Dossier
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Decision
from comptes.choix import Role
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.models import Compteur
from socle.workflow import ActeInterdit, ActeRefuse, Manque

GENERER = Dossier.circuit["mettre_en_signature"]


def generer(
    dossier: Dossier,
    *,
    par: Utilisateur,
    parties: Sequence[PartieASigner] | None = None,
    epreuves: Epreuves | None = None,
) -> Contrat:
    """Rédige le contrat depuis la décision notifiée, garde son projet en PDF et le propose à la signature (T20).

    `parties` : celles qui signent, dans l'ordre ; à défaut le gestionnaire, puis la Caf. Refuse sans accord notifié qui
    ouvre une période, sans version du projet transmise (une préfiguration n'en a pas encore), et une seconde fois.
    `epreuves` : comme à `imprimer_d_abord`.
    """
    exiger_de_generer_pour(dossier, par)
    return imprimer_d_abord(lambda epreuves: _generer(dossier, par, parties, epreuves), epreuves=epreuves)


def exiger_de_generer_pour(dossier: Dossier, par: Utilisateur) -> None:
    if not par.has_perm(GENERER.permission, dossier):
        raise ActeInterdit(f"Vous n'avez pas le droit de faire l'acte « {GENERER.libelle} ».")


def _generer(
    dossier: Dossier, par: Utilisateur, parties: Sequence[PartieASigner] | None, epreuves: Epreuves
) -> Contrat:
    with transaction.atomic(), journal.acte(GENERER.nom, GENERER.libelle, par=par):
        dossier.verrouiller()
        if manques := tuple(manques_pour_generer(dossier)):
            raise ActeRefuse(*manques)
        contrat = _rediger(dossier, dossier.derniere_decision(), par)
        version = proposer(contrat, parties or parties_du_contrat(dossier), par=par, epreuves=epreuves)
        Dossier.circuit.executer(dossier, GENERER.nom, par=par)
        premiere = version.parties.get(rang=1)
        if premiere.partie != PartieSignataire.GESTIONNAIRE:  # le dossier prévient déjà le centre
            prevenir(premiere)
    return contrat


def manques_pour_generer(dossier: Dossier) -> Iterator[Manque]:
    """Ce qui empêche d'écrire le contrat de ce dossier, en phrases."""
    decision = dossier.derniere_decision()
    if decision is None or not decision.ouvre_une_periode:
        yield Manque("Aucun accord n'ouvre de période d'agrément dans ce dossier : il n'y a pas de contrat à écrire.")
    elif (contrat := Contrat.objects.filter(decision=decision).first()) is not None:
        ou = "il est signé" if contrat.signe_le else "il attend sa signature"
        yield Manque(f"Le contrat {contrat.numero} est déjà généré : {ou}.", contrat.get_absolute_url())
    elif dossier.statut not in GENERER.de:
        etat = dossier.get_statut_display()
        yield Manque(f"Le dossier est à l'état « {etat} » : le contrat se génère quand la décision est notifiée.")
    elif decision.type == TypeDecision.PROROGATION and (en_cours := _contrat_a_proroger(dossier)) is not None:
        yield Manque(
            f"Une prorogation se signe par un avenant au contrat {en_cours.numero} : écrivez-le.",
            reverse("contrats:ecrire_un_avenant", args=[en_cours.numero, TypeAvenant.DUREE]),
        )
    else:
        yield from decision.manques_d_execution()
    if dossier.demande_un_projet and (dossier.projet is None or not dossier.projet.est_fige):
        yield Manque("Aucune version transmise du projet social : le contrat ne peut pas en retenir les objectifs.")
    elif dossier.vise_un_agrement and not familles_accordees(dossier):
        yield Manque(
            "Aucun objectif n'est accepté des deux côtés : acceptez ceux que le contrat doit retenir.",
            dossier.adresse("dossiers:onglet", onglet="negociation"),
        )


def _contrat_a_proroger(dossier: Dossier) -> Contrat | None:
    return Contrat.objects.en_cours().filter(structure=dossier.structure_id).order_by("-debut").first()


def _rediger(dossier: Dossier, decision: Decision, par: Utilisateur) -> Contrat:
    assert decision.debut is not None  # `manques_pour_generer` l'a vérifié
    assert decision.fin is not None
    annee = timezone.localdate().year
    numero = f"C{annee}-{Compteur.suivant(f'contrat-{dossier.caisse_id}-{annee}'):04d}"
    contrat = Contrat(
        caisse=dossier.caisse,
        numero=numero,
        dossier=dossier,
        decision=decision,
        structure=dossier.structure,
        gestionnaire=dossier.gestionnaire,
        debut=decision.debut,
        fin=decision.fin,
    )
    CIRCUIT.executer(contrat, "preparer", par=par)
    contrat.conventions.set(conventions_de(dossier.structure, decision))
    return contrat


# --- Proposer à la signature ----------------------------------------------------------------------


def proposer(
    contrat: Contrat, parties: Sequence[PartieASigner], *, par: Utilisateur, epreuves: Epreuves
) -> VersionASigner:
    """Écrit la version suivante du contrat pour ces parties, qui la signeront dans l'ordre donné.

    Lève `AImprimer` si les épreuves ne sont pas celles de ce contenu.
    """
    if manques := tuple(manques_des_parties(parties, contrat.caisse_id)):
        raise ActeRefuse(*manques)
    precedente = VersionASigner.objects.filter(contrat=contrat, avenant=None).order_by("numero").last()
    for rang, partie in enumerate(parties, 1):
        partie.rang = rang
    jour, code, en_valeurs = timezone.localdate(), epreuves.code, parties_en_valeurs(parties)
    modele = modele_du_contrat(contrat.dossier, en_valeurs, jour)
    contenu = contenu_du_contrat(
        contrat.dossier, contrat.decision, numero=contrat.numero, code=code, parties=en_valeurs, modele=modele
    )
    projet, original = epreuves.de(contenu)
    version = VersionASigner(
        contrat=contrat,
        numero=precedente.numero + 1 if precedente else 1,
        code=code,
        contenu=contenu,
        version_du_modele=modele.reference,
        projet_pdf=fichiers.enregistrer_pdf(projet, f"projet-de-contrat-{contrat.numero}.pdf", par=par),
        original_pdf=fichiers.enregistrer_pdf(original, f"contrat-a-signer-{contrat.numero}.pdf", par=par),
    )
    CIRCUIT_DES_VERSIONS.executer(version, "proposer", par=par)
    for partie in parties:
        partie.version = version
        partie.save()
    modele.employer(jour)
    return version


def parties_en_valeurs(parties: Sequence[PartieASigner]) -> list[dict[str, Any]]:
    """Ce que le texte dit de chaque partie, en valeurs simples, dans l'ordre où elles signent."""
    champs = ("partie", "nom", "representant", "qualite", "champ")
    return [{champ: getattr(partie, champ) for champ in champs} for partie in parties]


def manques_des_parties(parties: Sequence[PartieASigner], caisse_id: int) -> Iterator[Manque]:
    """Ce qu'il manque à cette liste de parties : les deux présidences, chacun une fois, et où écrire aux autres."""
    sortes = [partie.partie for partie in parties]
    for sorte, nom in ((PartieSignataire.GESTIONNAIRE, "le gestionnaire"), (PartieSignataire.CAF, "la Caf")):
        if sortes.count(sorte) != 1:
            yield Manque(f"Un contrat se signe une fois pour {nom}.")
    cosignataires = [partie for partie in parties if partie.est_cosignataire]
    if len({partie.partenaire_id for partie in cosignataires}) != len(cosignataires):
        yield Manque("Chaque co-signataire est un partenaire du registre, choisi une seule fois.")
    for partie in cosignataires:
        if not partie.courriel or not partie.representant or not partie.qualite:
            yield Manque(f"{partie.nom} : écrivez qui signe, en quelle qualité, et son courriel.")
        elif phrase := adresse_d_un_autre(partie, caisse_id):
            yield Manque(phrase)


def parties_du_contrat(objet: Dossier | Contrat) -> list[PartieASigner]:
    """Le gestionnaire s'engage d'abord ; la Caf signe la dernière (Circulaire 56, §11).

    `objet` : le dossier ; le contrat lui-même, s'il est repris : qui l'a signé avec eux signe entre les deux.
    """
    gestionnaire, caisse = objet.gestionnaire, objet.caisse
    autres = _cosignataires_repris(objet) if isinstance(objet, Contrat) else ()
    presidence = caisse.utilisateurs.filter(role=Role.PRESIDENCE, is_active=True).order_by("pk").first()
    return [
        PartieASigner(
            partie=PartieSignataire.GESTIONNAIRE,
            nom=gestionnaire.raison_sociale,
            representant=gestionnaire.representant,
            qualite=gestionnaire.qualite_du_representant,
        ),
        *autres,
        PartieASigner(
            partie=PartieSignataire.CAF,
            nom=caisse.nom,
            representant=presidence.nom_complet if presidence else "",
            qualite=presidence.qualite if presidence else "",
        ),
    ]


def _cosignataires_repris(contrat: Contrat) -> Iterator[PartieASigner]:
    """La commune et les autres qui ont signé un contrat repris ; on leur écrit comme le registre des partenaires."""
    for dite in contrat.reprise.parties:
        partie = PartieASigner(**{champ: dite[champ] for champ in ("partie", "nom", "representant", "qualite")})
        if partie.est_cosignataire:
            inscrits = contrat.caisse.partenaires.filter(nom__iexact=partie.nom).exclude(courriel="")
            partie.partenaire = inscrits.order_by("pk").first()
            partie.courriel = partie.partenaire.courriel if partie.partenaire else ""
            yield partie
