"""Un petit monde complet : un dossier en signature, un objet de chaque sorte, et toute la distribution."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from agrement.contrats.choix import (
    ModeDeSignature,
    PartieSignataire,
    SorteDeContrat,
    StatutAvenant,
    StatutContrat,
    StatutVersion,
    TypeAvenant,
)
from agrement.contrats.models import (
    Contrat,
    DossierDePreuve,
    EffetDeDecision,
    FinAnticipee,
    GenerationEnLot,
    ImportDeContrats,
    ImpressionDeTexte,
    ModeleDeContrat,
    PartieASigner,
    RepriseDeContrat,
    Signature,
    VersionASigner,
)
from agrement.dossiers import operations as dossiers
from agrement.dossiers.choix import Geste, SensAvisDePartenaire, SorteDEtape, Statut, TypeDeCompteRendu, TypeDossier
from agrement.dossiers.models import Dossier, Etiquette, Lot
from agrement.seances.choix import (
    FondementDeRetour,
    IssueInscription,
    ModeNotification,
    SorteDeDocument,
    SorteDeLettre,
    StatutSeance,
)
from agrement.seances.models import (
    Convocation,
    Deport,
    DeportEcarte,
    DocumentDeSeance,
    Enveloppe,
    ImpressionDeSeance,
    InteretDeclare,
    ModeleDeLettre,
    Notification,
    Opposition,
    Pouvoir,
    Presence,
    Recours,
    RetourSurDecision,
    ScenarioRetenu,
    Vote,
)
from agrement.seances.regles_des_lettres import TEXTES
from centres import operations as projets
from centres.choix import NatureProjet
from centres.models import Gestion, NomSuccessif, ProjetSocial
from comptes import operations as comptes
from comptes.models import Utilisateur
from evaluation import operations as evaluation
from evaluation.models import Critere
from socle import fichiers
from socle.choix import StatutTravail
from socle.models import Courriel, Export, VueEnregistree
from tests.fabriques import (
    MOT_DE_PASSE,
    AntenneFactory,
    ProjetSocialFactory,
    QuartierPrioritaireFactory,
    SecteurFactory,
    StructureFactory,
    UtilisateurFactory,
)
from tests.fabriques.dossiers import Demande, DossierFactory, un_pdf
from tests.fabriques.fichiers import PDF
from tests.fabriques.partenaires import ConventionFactory, PartenaireFactory, PartieFactory
from tests.fabriques.prestations import BaremeFactory
from tests.fabriques.seances import InscriptionFactory, InstanceFactory, MandatFactory, SeanceFactory
from tests.fabriques.suivi import AgrementFactory, DecisionFactory, EcheanceFactory
from tests.monde_a_signer import proposer_un_avenant

JOUR = dt.date(2026, 12, 14)


def construire() -> SimpleNamespace:
    """Rend le monde : ses objets par nom, et `personnes`, de l'anonyme à la personne d'une autre Caisse."""
    demande = Demande().menee_a(Statut.NEGOCIATION)
    monde = SimpleNamespace(dossier=demande.dossier, structure=demande.structure, caisse=demande.caisse)
    monde.personnes = dict(_personnes(demande))
    _instruire(monde, demande)
    _entourer(monde)
    _se_parler(monde, demande)
    _decider(monde)
    _contracter(monde)
    _ranger(monde)
    monde.brouillon = Demande(StructureFactory(caisse=monde.caisse)).dossier
    for qui in ("directrice", "co-rédactrice", "lecteur"):
        monde.personnes[qui].rattachements.create(structure=monde.brouillon.structure)
    monde.versions = _versions(demande)
    monde.renouvellement = ProjetSocialFactory(
        structure=monde.brouillon.structure, nature=NatureProjet.RENOUVELLEMENT, arbre=False
    )
    return monde


def _versions(demande: Demande) -> list[ProjetSocial]:
    """La version du dossier et une suivante, toutes deux transmises."""
    premiere: ProjetSocial = demande.dossier.projet  # type: ignore[assignment]
    suite = projets.nouvelle_version(premiere, par=demande.directrice)
    return [premiere, projets.figer(suite, par=demande.directrice)]


def _personnes(demande: Demande) -> Iterator[tuple[str, Any]]:
    for nom, personne in _distribution(demande):
        if isinstance(personne, Utilisateur):  # qui est connecté a un mot de passe
            personne.set_password(MOT_DE_PASSE)
            personne.save()
        yield nom, personne


def _distribution(demande: Demande) -> Iterator[tuple[str, Any]]:
    yield "anonyme", AnonymousUser()
    yield "directrice", demande.directrice
    yield (
        "directeur d'une autre structure",
        demande.personne(direction=True, structure=StructureFactory(caisse=demande.caisse)),
    )
    yield "co-rédactrice", demande.personne(co_redaction=True, structure=demande.structure)
    yield "présidente du gestionnaire", demande.presidente
    yield "lecteur", demande.personne(lecture=True, structure=demande.structure)
    yield "conseillère", demande.conseillere
    yield "responsable", demande.responsable
    yield "secrétariat", demande.personne(secretariat=True)
    yield "élue", demande.personne(elu=True)
    yield "présidence de la Caf", demande.personne(presidence=True)
    yield "comptable", demande.personne(comptable=True)
    yield "administration", demande.personne(administration=True)
    ailleurs = UtilisateurFactory(responsable=True)
    yield "responsable d'une autre Caisse", ailleurs
    yield "administration d'une autre Caisse", UtilisateurFactory(administration=True, caisse=ailleurs.caisse)


def _instruire(monde: SimpleNamespace, demande: Demande) -> None:
    dossier, conseillere = monde.dossier, demande.conseillere
    monde.piece = dossier.pieces.first()
    monde.piece.type.modele = fichiers.enregistrer(un_pdf("modele.pdf"), par=None)
    monde.piece.type.save()
    monde.point = dossiers.ouvrir_un_point(dossier, sujet="Participation", position="À préciser.", par=conseillere)
    monde.point.transmis_le = monde.point.ouvert_le
    monde.point.save()
    monde.tache = dossiers.confier_une_tache(
        dossier, intitule="Relire le projet", pour=demande.directrice, echeance=dt.date(2099, 1, 1), par=conseillere
    )
    demande.accepter()
    monde.objectif = dossier.projet.objectifs.first()
    monde.note = dossiers.ajouter_une_note(dossier, texte="Entre nous.", par=conseillere)
    monde.reserve = dossiers.ajouter_une_reserve(
        dossier, texte="Un comité d'habitants.", echeance=dt.date(2027, 6, 30), par=conseillere
    )
    monde.preuve = fichiers.enregistrer(un_pdf("preuve.pdf"), par=conseillere)
    monde.derogation = dossier.derogations.create(
        motif="Niveau 5.", contrepartie="Formation.", date_limite=dt.date(2028, 6, 30)
    )
    demande_de_complements = dossier.demandes_de_complements.create(
        par=conseillere,
        statut="repondue",
        echeance=dt.date(2026, 10, 1),
        repondue_le=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
    )
    dossier.lettres_d_irrecevabilite.create(le=dt.date(2026, 9, 2), version_du_modele="essai", contenu={})
    demande_de_complements.lignes.create(type_de_piece=monde.piece.type, motif="Illisible.")
    demande.noter()
    demande.rediger()
    cotation = dossier.projet.cotations.select_related("projet__structure", "critere").first()
    monde.epingle = evaluation.epingler(cotation, lieu="projet:synthese", par=conseillere)
    monde.preconisation = dossiers.ajouter_une_preconisation(dossier, texte="Ouvrir le samedi.", par=conseillere)
    notes = dict.fromkeys(Critere.objects.applicables(dossier.projet), ("3", ""))
    dossiers.s_auto_evaluer(dossier, notes=notes, par=demande.directrice)
    dossiers.remettre_l_auto_evaluation(dossier, par=demande.directrice)


def _entourer(monde: SimpleNamespace) -> None:
    caisse, structure = monde.caisse, monde.structure
    AntenneFactory(structure=structure)
    StructureFactory(evs=True, caisse=caisse)
    NomSuccessif.objects.create(structure=structure, nom="Ancien nom", jusqu_au=dt.date(2020, 1, 1))
    Gestion.objects.get_or_create(structure=structure, fin="", defaults={"gestionnaire": structure.gestionnaire})
    QuartierPrioritaireFactory()
    SecteurFactory(caisse=caisse).communes.add(structure.commune)
    comptes.charger_les_textes()
    monde.partenaire = PartenaireFactory(caisse=caisse)
    monde.convention = ConventionFactory(caisse=caisse, document=fichiers.enregistrer_pdf(PDF, "c.pdf", par=None))
    monde.convention.structures.add(structure)
    PartieFactory(convention=monde.convention, partenaire=monde.partenaire)
    monde.bareme = BaremeFactory(caisse=caisse)
    monde.grille = caisse.grilles.first()
    monde.auteur = structure.rattachements.get(utilisateur=monde.personnes["co-rédactrice"])
    monde.jeton = comptes.inviter(UtilisateurFactory(caisse=caisse), par=None)[1]
    Courriel.objects.create(destinataire=monde.personnes["directrice"].courriel, objet="Essai", texte="Essai")


def _se_parler(monde: SimpleNamespace, demande: Demande) -> None:
    """Les échanges avec le centre, un avis reçu sur le dossier, et un autre qui s'attend encore sur un avenant."""
    dossier, conseillere = monde.dossier, demande.conseillere
    monde.message = dossiers.envoyer_un_message(
        dossier, texte="Bonjour.", par=conseillere, fichiers_joints=[un_pdf("message.pdf")]
    )
    monde.compte_rendu = dossiers.ecrire_un_compte_rendu(
        dossier,
        type=TypeDeCompteRendu.VISITE,
        date=dt.date(2026, 9, 10),
        participants="La directrice, la conseillère",
        texte="Visite des locaux.",
        par=conseillere,
        fichiers_joints=[un_pdf("visite.pdf")],
    )
    demandes = {
        "partenaires": [PartenaireFactory(caisse=monde.caisse, courriel="maire@commune.example")],
        "question": "Votre avis ?",
        "date_limite": dt.date(2099, 12, 31),
        "par": conseillere,
    }
    (monde.avis_recu,) = dossiers.demander_des_avis(dossier, **demandes)
    dossiers.repondre_a_une_demande_d_avis(
        monde.avis_recu,
        sens=SensAvisDePartenaire.FAVORABLE,
        texte="Oui.",
        nom="Odile Vasseur",
        qualite="maire adjointe",
        fichier=un_pdf("avis.pdf"),
    )
    avenant = DossierFactory(
        structure=monde.structure, type=TypeDossier.AVENANT, statut=Statut.NEGOCIATION, projet=dossier.projet
    )
    monde.piece_montree = avenant.pieces.create(
        type=monde.piece.type, fichier=fichiers.enregistrer(un_pdf("montree.pdf"), par=None), deposee_par=conseillere
    )
    (monde.avis_attendu,) = dossiers.demander_des_avis(avenant, **demandes, pieces=[monde.piece_montree])


def _ranger(monde: SimpleNamespace) -> None:
    """Le bureau : une vue partagée, un export, un geste en lot et une étiquette."""
    conseillere, liste = monde.personnes["conseillère"], "dossiers:liste"
    monde.vue = VueEnregistree.objects.create(
        proprietaire=conseillere, perimetre=conseillere.perimetre_des_vues, liste=liste, nom="Ouverts", partagee=True
    )
    monde.export = Export.objects.create(
        demandeur=conseillere, liste=liste, titre="Dossiers", format="csv", expire_le=dt.date(2099, 1, 1)
    )
    monde.lot = Lot.objects.create(demandeur=conseillere, geste=Geste.ETIQUETER, total=1, dossiers=[monde.dossier.pk])
    monde.generation = GenerationEnLot.objects.create(demandeur=conseillere, total=1, dossiers=[monde.dossier.pk])
    monde.etiquette = Etiquette.objects.create(caisse=monde.caisse, nom="À revoir")


def _decider(monde: SimpleNamespace) -> None:
    """Le dossier est passé devant le conseil, qui l'a accordé et notifié."""
    instance = InstanceFactory(caisse=monde.caisse)
    monde.mandat = MandatFactory(instance=instance, utilisateur=monde.personnes["élue"])
    monde.seance = SeanceFactory(instance=instance, date=JOUR, date_limite=JOUR, statut=StatutSeance.TENUE)
    Presence.objects.create(seance=monde.seance, mandat=monde.mandat, present=True)
    Pouvoir.objects.create(seance=monde.seance, porteur=monde.mandat, mandant=MandatFactory(instance=instance))
    monde.inscription = InscriptionFactory(seance=monde.seance, dossier=monde.dossier, issue=IssueInscription.DECIDEE)
    Vote.objects.create(inscription=monde.inscription, mandat=monde.mandat, sens="pour")
    monde.interet = InteretDeclare.objects.create(
        mandat=monde.mandat, sorte="federation", federation="Fédération d'ailleurs", fonction="vice-présidente",
        debut=dt.date(2024, 1, 1),
    )  # fmt: skip
    DeportEcarte.objects.create(
        inscription=monde.inscription, mandat=monde.mandat, interet=monde.interet, motif="Ne touche pas ce dossier."
    )
    monde.deport = Deport.objects.create(
        inscription=monde.inscription, mandat=MandatFactory(instance=instance), motif="Administrateur du centre."
    )
    monde.decision = DecisionFactory(dossier=monde.dossier, inscription=monde.inscription, caisse=monde.caisse)
    AgrementFactory(decision=monde.decision, structure=monde.structure)
    monde.notification = Notification.objects.create(
        decision=monde.decision,
        mode=ModeNotification.LRAR,
        envoyee_le=JOUR,
        lettre=fichiers.enregistrer_pdf(PDF, "lettre.pdf", par=monde.personnes["secrétariat"]),
    )
    Convocation.objects.create(
        seance=monde.seance, membre=monde.mandat, courriel=monde.personnes["élue"].courriel, pour_le=JOUR
    )
    monde.fiche = DocumentDeSeance(
        seance=monde.seance,
        inscription=monde.inscription,
        sorte=SorteDeDocument.FICHE,
        fichier=fichiers.enregistrer_pdf(PDF, "fiche.pdf", par=None),
    )
    monde.fiche.figer(monde.personnes["secrétariat"])
    monde.fiche.save()
    # Un point dont le vote est à moitié fait : la séance ne se lève pas par les seules visites de ses adresses.
    en_cours = InscriptionFactory(seance=monde.seance, appele_le=timezone.now(), dossier__numero="2026-9999")
    Vote.objects.create(inscription=en_cours, mandat=monde.mandat, sens="pour")
    monde.ecrit, _ = (
        DocumentDeSeance.objects.create(
            seance=monde.seance,
            inscription=point,
            sorte=sorte,
            fige_le=timezone.now(),
            fichier=fichiers.enregistrer_pdf(PDF, f"{sorte}.pdf", par=None),
        )
        for sorte, point in ((SorteDeDocument.PROCES_VERBAL, None), (SorteDeDocument.EXTRAIT, monde.inscription))
    )
    ModeleDeLettre.objects.create(
        caisse=monde.caisse, sorte=SorteDeLettre.REFUS, applicable_du=JOUR, **TEXTES[SorteDeLettre.REFUS]._asdict()
    )
    ModeleDeContrat.objects.create(caisse=monde.caisse, sorte=SorteDeContrat.EVS, applicable_du=JOUR)
    monde.impression = ImpressionDeSeance.objects.create(
        demandeur=monde.personnes["secrétariat"], seance=monde.seance, total=1
    )
    secretaire = monde.personnes["secrétariat"]
    monde.recours = Recours.objects.create(
        decision=monde.decision,
        type="gracieux",
        date=JOUR,
        fichier=fichiers.enregistrer(un_pdf("recours.pdf"), par=secretaire),
    )
    Opposition.objects.create(decision=monde.decision, date=JOUR, motif="Essai.", enregistree_par=secretaire)
    Enveloppe.objects.create(caisse=monde.caisse, annee=2027, montant=1000, source="Budget")
    ScenarioRetenu.objects.create(seance=monde.seance, retenu_le=timezone.now(), par=secretaire)
    RetourSurDecision.objects.create(
        decision=monde.decision,
        fondement=FondementDeRetour.DEMANDE,
        motif="Essai.",
        ouvert_le=JOUR,
        ouvert_par=monde.personnes["responsable"],
    )
    monde.etape = monde.dossier.etapes_contradictoires.create(
        sorte=SorteDEtape.AVERTISSEMENT,
        date=JOUR,
        resume="Faits rappelés.",
        fichier=fichiers.enregistrer(un_pdf("avertissement.pdf"), par=secretaire),
        par=monde.personnes["conseillère"],
    )


def _contracter(monde: SimpleNamespace) -> None:
    """Le contrat est généré et une partie l'a signé ; le dossier est posé dans l'état qui correspond."""
    Dossier.objects.filter(pk=monde.dossier.pk).update(
        statut=Statut.EN_SIGNATURE, avis_rendu_le=dt.date(2026, 11, 20), decide_le=JOUR, notifie_le=JOUR
    )
    monde.dossier.refresh_from_db()
    monde.reserve.levee_le, monde.reserve.preuve = JOUR, monde.preuve
    monde.reserve.save()
    monde.contrat = Contrat.objects.create(
        caisse=monde.caisse,
        numero="C2026-0001",
        dossier=monde.dossier,
        decision=monde.decision,
        structure=monde.structure,
        gestionnaire=monde.structure.gestionnaire,
        debut=dt.date(2027, 1, 1),
        fin=dt.date(2029, 12, 31),
        statut=StatutContrat.EN_VIGUEUR,
        signe_le=dt.date(2026, 12, 22),
        scelle_pdf=fichiers.enregistrer_pdf(PDF, "contrat.pdf", par=None),
    )
    president: Utilisateur = monde.personnes["présidence de la Caf"]
    version = VersionASigner.objects.create(
        contrat=monde.contrat,
        numero=1,
        statut=StatutVersion.SCELLEE,
        version_du_modele="essai",
        projet_pdf=fichiers.enregistrer_pdf(PDF, "projet.pdf", par=None),
        original_pdf=fichiers.enregistrer_pdf(PDF, "a-signer.pdf", par=None),
        scelle_pdf=monde.contrat.scelle_pdf,
        scellee_le=timezone.now(),
    )
    Signature.objects.create(
        partie=PartieASigner.objects.create(version=version, rang=1, partie=PartieSignataire.CAF, nom=monde.caisse.nom),
        mode=ModeDeSignature.APPLICATION,
        nom="Le président",
        qualite="président",
        date=JOUR,
        par=president,
    )
    monde.partie_signee = version.parties.get()
    proposer_un_avenant(monde, JOUR)
    EffetDeDecision.objects.create(
        contrat=monde.contrat, decision=monde.decision, effet_le=dt.date(2099, 1, 1), annule_le=JOUR
    )
    FinAnticipee.objects.create(
        contrat=monde.contrat, sorte="commun_accord", notifiee_le=JOUR, effet_le=dt.date(2029, 1, 1),
        motif="Essai.", enregistree_par=monde.personnes["conseillère"],
    )  # fmt: skip
    monde.echeance = EcheanceFactory(contrat=monde.contrat)
    _reprendre(monde)


def _reprendre(monde: SimpleNamespace) -> None:
    """Un contrat signé avant l'application, son avenant, un import et un dossier de preuve."""
    responsable: Utilisateur = monde.personnes["responsable"]
    debut, fin, jour = dt.date(2020, 1, 1), dt.date(2022, 12, 31), dt.date(2019, 12, 1)
    ancien = Contrat.objects.create(
        caisse=monde.caisse,
        numero="R-2020-1",
        structure=monde.structure,
        gestionnaire=monde.structure.gestionnaire,
        debut=debut,
        fin=fin,
        statut=StatutContrat.ECHU,
        signe_le=jour,
        scelle_pdf=fichiers.enregistrer_pdf(PDF, "ancien.pdf", par=None),
        repris_le=JOUR,
        repris_par=responsable,
        deliberation_reprise="2019-4",
        delibere_le=jour,
    )
    ancien.avenants.create(
        numero=1,
        type=TypeAvenant.OBJECTIFS,
        statut=StatutAvenant.SIGNE,
        objet="Essai.",
        signe_le=jour,
        effet_le=debut,
        repris_pdf=fichiers.enregistrer_pdf(PDF, "avenant.pdf", par=None),
    )
    parties = [
        {"partie": partie, "nom": "Essai", "representant": "", "qualite": "", "signe_le": "2019-12-01"}
        for partie in (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF)
    ]
    monde.reprise = RepriseDeContrat.objects.create(
        caisse=monde.caisse,
        structure=monde.structure,
        numero=ancien.numero,
        debut=debut,
        fin=fin,
        deliberation="2019-4",
        delibere_le=jour,
        parties=parties,
        contrat=ancien,
        par=responsable,
    )
    monde.importation = ImportDeContrats.objects.create(demandeur=responsable)
    monde.texte_a_imprimer = ImpressionDeTexte.objects.create(
        demandeur=responsable, dossier=monde.dossier, statut=StatutTravail.ECHOUE, raison_de_l_echec="Déjà signé."
    )
    monde.dossier_de_preuve = DossierDePreuve.objects.create(
        demandeur=responsable,
        dossier=monde.dossier,
        expire_le=JOUR,
        fichier=fichiers.enregistrer_pdf(PDF, "preuve.pdf", par=None),
    )
