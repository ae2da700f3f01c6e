import datetime as dt
from types import SimpleNamespace
from typing import Any

from agrement.contrats import operations
from agrement.contrats.choix import PartieSignataire, StatutContrat
from agrement.contrats.models import Contrat
from agrement.dossiers.choix import Statut
from agrement.seances.models import Notification
from centres.operations import figer
from tests.fabriques.centres import PosteFactory, ProjetSocialFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import accorder_les_objectifs
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import ContratSigneFactory, DecisionFactory, FichierFactory


def accord_notifie(structure: Any = None, *, dossier: Any = None, **decision: Any) -> SimpleNamespace:
    """Un accord du 14 décembre 2026, notifié, dont le contrat reste à générer, et les personnes qui y prennent part.

    Rend `dossier`, `decision`, `structure`, `caisse`, `conseillere`, `presidente` (du gestionnaire), `president` (de la
    Caf), `directrice`.
    """
    structure = structure or StructureFactory()
    conseillere = UtilisateurFactory(caisse=structure.caisse)
    projet = ProjetSocialFactory(structure=structure)
    figer(projet, par=conseillere)  # type: ignore[arg-type]
    PosteFactory(structure=structure)
    champs = {"projet": projet, "statut": Statut.NOTIFIE, **(dossier or {})}
    demande = DossierPretFactory(structure=structure, **champs)
    accorder_les_objectifs(demande)  # type: ignore[arg-type]
    accord = DecisionFactory(dossier=demande, **{"numero": f"2026-{demande.pk + 111}", **decision})
    Notification.objects.create(decision=accord, mode="lrar", envoyee_le=dt.date(2026, 12, 15), lettre=FichierFactory())
    return SimpleNamespace(
        dossier=demande, decision=accord, structure=structure, caisse=structure.caisse, conseillere=conseillere,
        presidente=UtilisateurFactory(gestionnaire=True, structure=structure, prenom="Aminata", nom="Diallo"),
        directrice=UtilisateurFactory(direction=True, structure=structure),
        president=UtilisateurFactory(presidence=True, caisse=structure.caisse, prenom="Bernard", nom="Lefèvre"),
    )  # fmt: skip


def contrat_propose(accord: SimpleNamespace) -> Contrat:
    """Le même accord, son contrat proposé à la signature, sans que rien soit rendu en PDF."""
    type(accord.dossier).objects.filter(pk=accord.dossier.pk).update(statut=Statut.EN_SIGNATURE)
    accord.dossier.refresh_from_db()
    return ContratSigneFactory(  # type: ignore[return-value]
        structure=accord.structure, decision=accord.decision, statut=StatutContrat.EN_ATTENTE, scelle_pdf=None,
        signe_le=None,
    )  # fmt: skip


def signer_le_20(contrat: Contrat, par: Any, date: dt.date = dt.date(2026, 12, 20)) -> Contrat:
    """La signature de la présidence du gestionnaire."""
    return operations.signer(
        contrat, partie=PartieSignataire.GESTIONNAIRE, nom="Aminata Diallo", qualite="présidente", date=date, par=par
    )


def signer_le_22(contrat: Contrat, par: Any, date: dt.date = dt.date(2026, 12, 22)) -> Contrat:
    """La signature de la présidence du CA de la Caf."""
    return operations.signer(
        contrat, partie=PartieSignataire.CAF, nom="Bernard Lefèvre", qualite="président du conseil d'administration",
        date=date, par=par,
    )  # fmt: skip


def contrat_signe(accord: SimpleNamespace) -> Contrat:
    """Le contrat généré, signé par les deux parties et scellé."""
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    signer_le_20(contrat, accord.presidente)
    return signer_le_22(contrat, accord.president)
