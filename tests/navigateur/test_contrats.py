"""Le contrat à trois parties : chacune dans sa fenêtre, la commune sans compte ; scellé, téléchargé, vérifié."""

import datetime as dt
import hashlib
import re
from pathlib import Path

from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from partenaires.models import Partenaire
from socle import signature
from tests.fabriques.contrats import accord_notifie
from tests.fabriques.partenaires import PartenaireFactory
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au

LE_11, LE_22 = dt.date(2026, 12, 11), dt.date(2026, 12, 22)
PARTIES = ("Les Amis des Tilleuls", "Commune de Saint-Aubin-sur-Orne")


def test_trois_signataires_dans_trois_fenetres(visiter: Ouvrir) -> None:
    """Scénarios 25 et 27, pour la signature : le gestionnaire, la commune par son lien, puis la Caf."""
    structure = gestes.structure_neuve("Centre social des Trois Signatures")
    conseil = gestes.conseil_de(structure.caisse)  # type: ignore[attr-defined]
    dossier = accord_notifie(
        structure, dossier={"numero": "2026-9100"}, numero="2026-9100", date=LE_11,
        inscription__seance__instance=conseil, inscription__seance__date=LE_11,
    ).dossier  # fmt: skip
    commune = PartenaireFactory(caisse=structure.caisse, nom=PARTIES[1], courriel="mairie@saint-aubin.example")
    with au(LE_22):
        _generer(visiter, dossier.numero, commune)  # type: ignore[arg-type]
        contrat = dossier.contrats.get()

        presidente = visiter("presidente@tilleuls")
        gestes.signer_le_contrat(presidente, dossier)
        gestes.lit(presidente, "Votre signature est enregistrée. La partie suivante est prévenue")
        presidente.accessible()

        lien = re.search(r"/signer/[0-9a-f]{64}/", str(mail.outbox[-1].body))
        assert lien is not None
        mairie = visiter()
        page = mairie.aller(lien.group())
        expect(page.get_by_role("heading", level=1)).to_contain_text("Signer")
        gestes.lit(mairie, contrat.version.original_pdf.empreinte)
        mairie.accessible()
        mairie.sans_debordement()
        gestes.remplir_la_signature(mairie)
        gestes.lit(mairie, "Vous avez déjà signé ce texte")
        mairie.accessible()

        president = visiter("president@caf")
        gestes.signer_le_contrat(president, dossier)
        gestes.lit(president, "Le contrat est scellé")
        president.accessible()
        _telecharger_et_verifier(president, contrat)
    dossier.refresh_from_db()
    assert dossier.statut == "clos_agree"


def _generer(visiter: Ouvrir, numero: str, commune: Partenaire) -> None:
    conseillere = visiter("conseillere@caf")
    page = conseillere.aller(reverse("contrats:generer", args=[numero]))
    conseillere.accessible()
    page.locator("[name=parties-1-partenaire]").select_option(str(commune.pk))
    for nom, valeur in (("representant", "Élise Morel"), ("qualite", "maire"), ("courriel", commune.courriel)):
        page.locator(f"[name=parties-1-{nom}]").fill(valeur)
    gestes.envoyer(conseillere, "Générer le contrat")
    gestes.lit(conseillere, "proposé à la signature")
    gestes.lit(conseillere, "Signature attendue")
    conseillere.accessible()


def _telecharger_et_verifier(visite: gestes.Visite, contrat: object) -> None:
    contrat.refresh_from_db()  # type: ignore[attr-defined]
    with visite.page.expect_download() as attendu:
        visite.page.get_by_role("link", name="Télécharger le contrat signé").first.click()
    recu = Path(attendu.value.path()).read_bytes()
    assert hashlib.sha256(recu).hexdigest() == contrat.scelle_pdf.empreinte  # type: ignore[attr-defined]
    examen = signature.examiner(recu)
    assert [lue.champ for lue in examen.signatures] == ["signature_1", "signature_2", "signature_3", "cachet"]
    assert examen.intact
    assert all(lue.fiable for lue in examen.signatures)
