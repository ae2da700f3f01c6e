import datetime as dt

import factory
from factory.django import DjangoModelFactory

from agrement.contrats.choix import ModeDeSignature, StatutContrat, StatutVersion
from agrement.contrats.choix import PartieSignataire as P
from agrement.contrats.models import Contrat, Signature, VersionASigner
from agrement.dossiers.choix import Statut
from agrement.seances.choix import IssueInscription, TypeDecision
from agrement.seances.models import Agrement, Decision
from agrement.suivi.choix import TypeEcheance
from agrement.suivi.models import Echeance
from socle.models import Fichier
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory, InscriptionFactory


class FichierFactory(DjangoModelFactory[Fichier]):
    """La fiche d'un fichier dont le contenu n'importe pas."""

    class Meta:
        model = Fichier

    contenu = "absent"
    nom = "contrat.pdf"
    type_mime = "application/pdf"
    taille = 1
    empreinte = "0" * 64


class DecisionFactory(DjangoModelFactory[Decision]):
    """Un accord de trois ans, enregistré pour un dossier clos."""

    class Meta:
        model = Decision

    dossier = factory.SubFactory(DossierPretFactory, statut=Statut.CLOS_AGREE, clos_le=dt.date(2026, 12, 22))
    caisse = factory.SelfAttribute("dossier.caisse")
    inscription = factory.SubFactory(
        InscriptionFactory,
        dossier=factory.SelfAttribute("..dossier"),
        seance__instance__caisse=factory.SelfAttribute("....caisse"),
        issue=IssueInscription.DECIDEE,
    )
    type = TypeDecision.ATTRIBUTION
    numero = factory.Sequence(lambda n: f"2026-{n + 1}")
    date = dt.date(2026, 12, 14)
    presents = pour = 17
    contre = abstention = deport = 0
    duree_annees = 3
    debut = dt.date(2027, 1, 1)
    fin = dt.date(2029, 12, 31)
    enregistree_par = factory.SubFactory(UtilisateurFactory, secretariat=True, caisse=factory.SelfAttribute("..caisse"))


class AgrementFactory(DjangoModelFactory[Agrement]):
    """La période qu'ouvre un accord."""

    class Meta:
        model = Agrement

    decision = factory.SubFactory(DecisionFactory)
    structure = factory.SelfAttribute("decision.dossier.structure")
    debut = factory.SelfAttribute("decision.debut")
    fin = factory.SelfAttribute("decision.fin")


class ContratSigneFactory(DjangoModelFactory[Contrat]):
    """Un contrat scellé et en vigueur, de 2027 à 2029, sans échéances."""

    class Meta:
        model = Contrat

    structure = factory.SubFactory(StructureFactory)
    caisse = factory.SelfAttribute("structure.caisse")
    gestionnaire = factory.SelfAttribute("structure.gestionnaire")
    decision = factory.SubFactory(DecisionFactory, dossier__structure=factory.SelfAttribute("...structure"))
    dossier = factory.SelfAttribute("decision.dossier")
    numero = factory.Sequence(lambda n: f"C2026-{n + 1:04d}")
    debut = dt.date(2027, 1, 1)
    fin = dt.date(2029, 12, 31)
    statut = StatutContrat.EN_VIGUEUR
    scelle_pdf = factory.SubFactory(FichierFactory)
    signe_le = dt.date(2026, 12, 22)


class VersionASignerFactory(DjangoModelFactory[VersionASigner]):
    """Une version à la signature, que le gestionnaire puis la Caf doivent signer ; aucun PDF n'est rendu."""

    class Meta:
        model = VersionASigner
        skip_postgeneration_save = True

    contrat = factory.SubFactory(
        "tests.fabriques.suivi.ContratSigneFactory", statut=StatutContrat.EN_ATTENTE, scelle_pdf=None, signe_le=None
    )
    numero = 1
    statut = StatutVersion.EN_SIGNATURE
    version_du_modele = "essai"
    projet_pdf = factory.SubFactory(FichierFactory)
    original_pdf = factory.SubFactory(FichierFactory)

    @factory.post_generation
    def parties(self, create: bool, extracted: object, **kwargs: object) -> None:
        noms = (self.contrat.gestionnaire.raison_sociale, self.contrat.caisse.nom)
        for rang, (partie, nom) in enumerate(zip((P.GESTIONNAIRE, P.CAF), noms, strict=True), 1):
            self.parties.create(rang=rang, partie=partie, nom=nom)


class SignatureFactory(DjangoModelFactory[Signature]):
    """Une signature donnée dans l'application, sans son PDF."""

    class Meta:
        model = Signature

    mode = ModeDeSignature.APPLICATION
    nom = "Dominique Petit"
    qualite = "présidente"
    date = dt.date(2026, 12, 20)
    empreinte = "0" * 64


class EcheanceFactory(DjangoModelFactory[Echeance]):
    class Meta:
        model = Echeance

    contrat = factory.SubFactory(ContratSigneFactory)
    type = TypeEcheance.DEPOT
    date = dt.date(2029, 6, 30)
    objet = "Transmettre la demande de renouvellement à la Caf."
