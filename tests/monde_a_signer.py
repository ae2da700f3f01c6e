"""Ce qui, dans le monde des essais d'accès, attend une signature."""

import datetime as dt
from types import SimpleNamespace

from agrement.contrats.choix import ActeASigner, PartieSignataire, StatutAvenant, StatutVersion, TypeAvenant
from agrement.contrats.models import (
    Avenant,
    DelegationDeSignature,
    DemandeDeModification,
    ExemplairePapier,
    PartieASigner,
    VersionASigner,
)
from agrement.contrats.operations.codes import envoyer_le_lien
from comptes.models import Utilisateur
from socle import fichiers
from tests.fabriques import UtilisateurFactory
from tests.fabriques.fichiers import PDF


def proposer_un_avenant(monde: SimpleNamespace, jour: dt.date) -> None:
    """Un avenant à la signature : la commune a son lien, le gestionnaire a déposé un papier, et il délègue."""
    presidente: Utilisateur = monde.personnes["présidente du gestionnaire"]
    monde.avenant = Avenant.objects.create(
        contrat=monde.contrat,
        numero=1,
        type=TypeAvenant.TEXTE_LIBRE,
        statut=StatutAvenant.EN_SIGNATURE,
        objet="Un avenant.",
        effet_le=dt.date(2027, 6, 1),
        modifications={"stipulations": {"C2026-0001-A1": "Essai."}},
        lu="0" * 64,
    )
    monde.version_ouverte = VersionASigner.objects.create(
        contrat=monde.contrat,
        avenant=monde.avenant,
        numero=1,
        statut=StatutVersion.EN_SIGNATURE,
        version_du_modele="essai",
        projet_pdf=fichiers.enregistrer_pdf(PDF, "projet-a1.pdf", par=None),
        original_pdf=fichiers.enregistrer_pdf(PDF, "a-signer-a1.pdf", par=None),
        scelle_pdf=fichiers.enregistrer_pdf(PDF, "avenant.pdf", par=None),
    )
    commune, monde.partie_a_signer = (
        PartieASigner.objects.create(
            version=monde.version_ouverte, rang=rang, partie=partie, nom=nom, courriel=courriel
        )
        for rang, (partie, nom, courriel) in enumerate(
            (
                (PartieSignataire.COMMUNE, "Commune d'essai", "mairie@exemple.fr"),
                (PartieSignataire.GESTIONNAIRE, "L'association", ""),
            ),
            1,
        )
    )
    monde.lien_de_signature = envoyer_le_lien(commune)
    monde.exemplaire = ExemplairePapier.objects.create(
        partie=monde.partie_a_signer,
        fichier=fichiers.enregistrer_pdf(PDF, "papier.pdf", par=presidente),
        nom="Mme Diallo",
        qualite="présidente",
        date=jour,
        depose_par=presidente,
    )
    DemandeDeModification.objects.create(partie=commune, texte="Une adresse.")
    monde.delegation_de_signature = DelegationDeSignature.objects.create(
        caisse=monde.caisse,
        partie=PartieSignataire.GESTIONNAIRE,
        gestionnaire=monde.structure.gestionnaire,
        acte=ActeASigner.TOUS,
        delegataire=UtilisateurFactory(lecture=True, structure=monde.structure),
        du=dt.date(2020, 1, 1),
        au=dt.date(2020, 12, 31),
        reference="Délibération 1",
    )
