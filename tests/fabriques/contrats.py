import datetime as dt
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import time_machine
from django.conf import settings
from django.utils import timezone

from agrement.contrats import operations
from agrement.contrats.choix import PartieSignataire, StatutContrat, StatutVersion
from agrement.contrats.documents import imprimer
from agrement.contrats.models import Contrat, ImpressionDeTexte, PartieASigner, Signature, VersionASigner
from agrement.contrats.operations.generation import parties_du_contrat
from agrement.contrats.tasks import mener_une_impression
from agrement.dossiers.choix import Statut
from agrement.seances.models import Notification
from centres.operations import figer
from outils.contrats_de_controle import COURT
from socle import fichiers
from tests.fabriques.centres import PosteFactory, ProjetSocialFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import accorder_les_objectifs
from tests.fabriques.partenaires import PartenaireFactory
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


def contrat_propose(accord: SimpleNamespace, parties: list[PartieASigner] | None = None) -> Contrat:
    """Le même accord, son contrat proposé à la signature de ces parties, sans que son texte soit rendu."""
    type(accord.dossier).objects.filter(pk=accord.dossier.pk).update(statut=Statut.EN_SIGNATURE)
    accord.dossier.refresh_from_db()
    contrat: Contrat = ContratSigneFactory(
        structure=accord.structure, decision=accord.decision, statut=StatutContrat.EN_ATTENTE, scelle_pdf=None,
        signe_le=None,
    )  # type: ignore[assignment]  # fmt: skip
    proposer_sans_rendre(contrat, parties or parties_du_contrat(accord.dossier))
    return contrat


def proposer_sans_rendre(contrat: Contrat, parties: list[PartieASigner]) -> VersionASigner:
    """Une version à signer, dont l'exemplaire est un vrai PDF à champs, rendu une fois pour toute la session."""
    version = contrat.versions.create(
        numero=contrat.versions.count() + 1,
        statut=StatutVersion.EN_SIGNATURE,
        projet_pdf=FichierFactory(),
        original_pdf=fichiers.enregistrer_pdf(exemplaire(len(parties)), "a-signer.pdf", par=None),
    )
    for rang, partie in enumerate(parties, 1):
        partie.rang, partie.version = rang, version
        partie.save()
    return version


@functools.cache
def exemplaire(parties: int) -> bytes:
    """Le PDF d'un contrat court, à autant de champs de signature vides, plus celui du cachet."""
    champs = [
        {"partie": "caf", "nom": f"Partie {rang}", "representant": "", "qualite": "", "champ": f"signature_{rang}"}
        for rang in range(1, parties + 1)
    ]
    return imprimer({**COURT, "parties": champs}, projet=False)


def commune_a_signer(accord: SimpleNamespace) -> PartieASigner:
    """La commune, co-signataire du registre, qui n'a pas de compte."""
    commune = PartenaireFactory(caisse=accord.caisse, nom="Commune de Saint-Aubin", courriel="mairie@exemple.fr")
    return PartieASigner(
        partie=PartieSignataire.COMMUNE, nom=commune.nom, representant="Élise Morel", qualite="maire",
        courriel=commune.courriel, partenaire=commune,
    )  # fmt: skip


def a_trois(accord: SimpleNamespace) -> list[PartieASigner]:
    """Le gestionnaire, la commune, puis la Caf."""
    gestionnaire, caf = parties_du_contrat(accord.dossier)
    return [gestionnaire, commune_a_signer(accord), caf]


def saisie_des_parties(client: Any, adresse: str) -> dict[str, Any]:
    """Ce que le formulaire des parties de cette page envoie tel quel."""
    jeu = client.get(adresse).context["parties"]
    saisie = {f"parties-{nom}": valeur for nom, valeur in jeu.management_form.initial.items()}
    for formulaire in jeu.forms:
        saisie |= {formulaire.add_prefix(nom): formulaire[nom].value() or "" for nom in formulaire.fields}
    return saisie


def imprimer_ce_qui_attend() -> None:
    """La tâche de fond passe : chaque texte demandé s'imprime, ou dit pourquoi il ne s'imprime pas."""
    for pk in ImpressionDeTexte.objects.a_mener().values_list("pk", flat=True):
        mener_une_impression.call(pk)


@contextmanager
def le_jour(date: dt.date) -> Iterator[None]:
    """Ce jour-là, à quinze heures."""
    instant = dt.datetime.combine(date, dt.time(15), timezone.get_default_timezone())
    with time_machine.travel(instant, tick=False):
        yield


@contextmanager
def sans_cachet() -> Iterator[None]:
    """La clé du cachet est ailleurs : ce que toutes les parties ont signé attend d'être scellé."""
    cachet = settings.SIGNATURE_DOSSIER / "cachet.p12"
    ailleurs = cachet.rename(cachet.with_suffix(".absent"))
    try:
        yield
    finally:
        ailleurs.rename(cachet)


def signer_dans_l_application(partie: PartieASigner, qualite: str, par: Any, date: dt.date) -> Signature:
    """Demande un code, puis signe avec lui, ce jour-là."""
    with le_jour(date):
        code = operations.demander_un_code(partie, par=par)
        return operations.signer(partie, qualite=qualite, code=code, par=par)


def signer_le_20(contrat: Contrat, par: Any, date: dt.date = dt.date(2026, 12, 20)) -> Signature:
    """La signature de la présidence du gestionnaire."""
    partie = partie_du(contrat, PartieSignataire.GESTIONNAIRE)
    return signer_dans_l_application(partie, "présidente", par, date)


def signer_le_22(contrat: Contrat, par: Any, date: dt.date = dt.date(2026, 12, 22)) -> Signature:
    """La signature de la présidence du CA de la Caf."""
    partie = partie_du(contrat, PartieSignataire.CAF)
    return signer_dans_l_application(partie, "président du conseil d'administration", par, date)


def partie_du(contrat: Contrat, partie: str) -> PartieASigner:
    """La partie de la dernière version du contrat, relue."""
    return PartieASigner.objects.filter(version__contrat=contrat, partie=partie).latest("version__numero")


def contrat_signe(accord: SimpleNamespace) -> Contrat:
    """Le contrat généré, signé par les deux parties et scellé."""
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    signer_le_20(contrat, accord.presidente)
    signer_le_22(contrat, accord.president)
    contrat.refresh_from_db()
    return contrat
