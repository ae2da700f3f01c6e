"""Ce que fait la Caf d'une demande reçue : l'examiner, et dire qu'elle n'est pas recevable."""

import datetime as dt

from django.urls import reverse

from agrement.accueil.demonstration.ecrire_projets import ecrire_le_projet
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from centres.models import ProjetSocial
from centres.operations import figer
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir


def test_un_renouvellement_recopie_est_declare_irrecevable(visiter: Ouvrir) -> None:
    """Scénario 8 : axes identiques, perspectives vides ; une lettre part, une autre demande s'ouvre."""
    dossier = _renouvellement_recopie("Centre qui se recopie")
    pks = {critere.code: critere.pk for critere in dossier.caisse.criteres_de_recevabilite.all()}
    conseillere = visiter("conseillere@caf", largeur="téléphone")
    page = conseillere.aller(reverse("dossiers:examiner", args=[dossier.numero]))
    gestes.lit(conseillere, "aucun, les perspectives sont vides")
    conseillere.accessible()
    conseillere.sans_debordement()
    page.locator(f"[name=reponse_{pks['R01']}][value=oui]").check()
    page.locator(f"[name=reponse_{pks['R05']}][value=non]").check()
    gestes.valider(conseillere)
    gestes.lit(conseillere, "Dites pourquoi")
    page.locator(f"[name=commentaire_{pks['R05']}]").fill("Pas de perspectives pluriannuelles nouvelles.")
    gestes.valider(conseillere)
    gestes.lit(conseillere, "Répondu par")

    responsable = visiter("responsable@caf")
    responsable.aller(reverse("dossiers:declarer_irrecevable", args=[dossier.numero]))
    gestes.lit(responsable, "Pas de perspectives pluriannuelles nouvelles.")
    responsable.accessible()
    gestes.valider(responsable)
    dossier.refresh_from_db()
    assert dossier.statut == Statut.IRRECEVABLE

    directrice = visiter("directrice@tilleuls")
    directrice.aller(dossier.get_absolute_url())
    gestes.lit(directrice, "Lettre d'irrecevabilité")
    gestes.lit(directrice, "une nouvelle demande reste possible")
    directrice.accessible()
    numero = gestes.ouvrir_la_demande(directrice, dossier.structure.nom, "Renouvellement", "2027-01-01", "2029-12-31")
    assert Dossier.objects.get(numero=numero).statut == Statut.BROUILLON


def _renouvellement_recopie(nom: str) -> Dossier:
    """Un renouvellement transmis, dont les axes sont mot pour mot ceux du projet précédent, transmis lui aussi."""
    structure = gestes.structure_neuve(nom)
    recit = gestes.recit(structure, debut=dt.date(2027, 1, 1), il_y_a=20, type=TypeDossier.RENOUVELLEMENT)
    recit.ouvrir()
    ancien = ecrire_le_projet(
        gestes.structure_neuve(f"{nom}, avant"),
        rang=0,
        debut=dt.date(2024, 1, 1),
        fin=dt.date(2026, 12, 31),
        adopte_le=dt.date(2023, 10, 1),
    )
    ProjetSocial.objects.filter(pk=ancien.pk).update(structure=structure)
    ancien.refresh_from_db()
    figer(ancien, par=recit.porteur)
    recit.deposer_les_pieces()
    recit.deposer()
    recit.dossier.refresh_from_db()
    return recit.dossier
