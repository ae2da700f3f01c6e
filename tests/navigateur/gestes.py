"""Les gestes d'une personne devant un dossier, tels que les parcours les enchaînent."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from agrement.accueil.demonstration.ecrire_le_decor import Decor
from agrement.accueil.demonstration.recits import Recit
from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Dossier
from agrement.seances.models import Instance, Seance
from centres.models import Structure
from comptes.models import Caisse, Utilisateur
from tests.fabriques.fichiers import PDF, pdf
from tests.fabriques.seances import DossierPretFactory
from tests.navigateur.conftest import JOUR, Visite


def piece(dossier: Path, nom: str = "piece.pdf") -> Path:
    """Un petit PDF à déposer, qui n'est celui d'aucun autre nom."""
    fichier = dossier / nom
    fichier.write_bytes(pdf(marque=nom))
    return fichier


def envoyer(visite: Visite, bouton: str) -> None:
    """Presse le bouton principal de la page, par son nom."""
    visite.page.locator("main").get_by_role("button", name=bouton, exact=True).click()
    visite.page.wait_for_load_state()


def valider(visite: Visite) -> None:
    """Envoie le formulaire de la page, quel que soit le nom de son bouton."""
    visite.page.locator("main form").last.locator("button[type=submit]").first.click()
    visite.page.wait_for_load_state()


def lit(visite: Visite, texte: str) -> None:
    expect(visite.page.locator("main")).to_contain_text(texte)


def structure_neuve(nom: str) -> Structure:
    """Une structure de plus pour l'association des Tilleuls : aucun autre parcours ne la connaît."""
    modele = Structure.objects.get(nom="Centre social Les Tilleuls")
    structure = Structure.objects.create(
        nom=nom,
        type=modele.type,
        caisse=modele.caisse,
        gestionnaire=modele.gestionnaire,
        commune=modele.commune,
        conseiller=modele.conseiller,
    )
    for qui in ("directrice@tilleuls.example", "presidente@tilleuls.example"):
        structure.rattachements.create(utilisateur=Utilisateur.objects.get(courriel=qui))
    return structure


def conseil_de(caisse: Caisse) -> Instance:
    """Le conseil d'administration de la démonstration ; d'autres parcours en ajoutent, d'un autre nom."""
    return caisse.instances.get(nom="Conseil d'administration")


def ouvrir_la_demande(visite: Visite, structure: str, type_: str, debut: str, fin: str) -> str:
    """Ouvre une demande et rend son numéro."""
    page = visite.aller(reverse("dossiers:ouvrir"))
    page.locator("main").get_by_label("Structure").select_option(label=structure)
    page.locator("main").get_by_label("Type de demande").select_option(label=type_)
    page.get_by_label("Début souhaité").fill(debut)
    page.get_by_label("Fin souhaitée").fill(fin)
    envoyer(visite, "Ouvrir la demande")
    return page.url.rstrip("/").rpartition("/")[2]


def deposer_les_pieces(visite: Visite, dossier: Dossier, codes: list[str], fichier: Path) -> None:
    for code in codes:
        page = visite.aller(reverse("dossiers:deposer_piece", args=[dossier.numero, code]))
        page.locator("[name=fichiers]").set_input_files(fichier)
        valider(visite)


def agir(visite: Visite, dossier: Dossier, acte: str, *, motif: str = "") -> None:
    """Ouvre l'écran d'un acte du dossier, écrit le motif s'il en faut un, et confirme."""
    page = visite.aller(f"{dossier.get_absolute_url()}{acte}/")
    if motif:
        page.get_by_label("Motif").fill(motif)
    valider(visite)


# --- Le secrétariat et ses séances ----------------------------------------------------------------


def planifier(visite: Visite, date: dt.date, limite: dt.date) -> Seance:
    """Planifie une séance du conseil d'administration et l'ouvre aux inscriptions."""
    page = visite.aller(reverse("seances:planifier"))
    page.get_by_label("Instance").select_option(label="Conseil d'administration")
    page.locator("[name=date]").fill(date.isoformat())
    page.locator("[name=date_limite]").fill(limite.isoformat())
    envoyer(visite, "Planifier la séance")
    seance = Seance.objects.get(date=date)
    faire_avancer(visite, seance, "ouvrir-les-inscriptions")
    return seance


def inscrire(visite: Visite, dossier: Dossier, seance: Seance) -> None:
    page = visite.aller(reverse("seances:inscrire", args=[dossier.numero]))
    page.locator("[name=seance]").select_option(str(seance.pk))
    valider(visite)


def faire_avancer(visite: Visite, seance: Seance, *actes: str) -> None:
    """Fait l'un après l'autre ces actes de la séance."""
    for acte in actes:
        if acte == "convoquer":
            valider_les_fiches(visite, seance)
        visite.aller(reverse("seances:acte", args=[seance.pk, acte]))
        valider(visite)


def valider_les_fiches(visite: Visite, seance: Seance) -> None:
    """Valide, sur l'écran de préparation, la fiche de chaque point qui l'attend."""
    page = visite.aller(reverse("seances:preparer", args=[seance.pk]))
    boutons = page.get_by_role("button", name="Valider la fiche")
    for _ in range(boutons.count()):
        boutons.first.click()
        page.wait_for_load_state()


def noter_les_presents(visite: Visite, seance: Seance, combien: int = 17) -> None:
    page = visite.aller(reverse("seances:presences", args=[seance.pk]))
    cases = page.locator("[name=presents]")
    for rang in range(cases.count()):
        cases.nth(rang).set_checked(rang < combien)
    valider(visite)


def deporter_le_premier_present(visite: Visite, dossier: Dossier, seance: Seance, *, motif: str) -> None:
    page = visite.aller(reverse("seances:deporter", args=[dossier.numero]))
    present = seance.presences.filter(present=True).earliest("pk")
    page.locator("[name=mandat]").select_option(str(present.mandat_id))
    page.locator("[name=motif]").fill(motif)
    valider(visite)


def voter(visite: Visite, dossier: Dossier, acte: str, **saisie: object) -> None:
    """Ouvre l'écran de la décision (« accorder », « refuser » ou « ajourner ») et l'enregistre."""
    visite.aller(reverse(f"seances:{acte}", args=[dossier.numero]))
    remplir_le_vote(visite, **saisie)


def remplir_le_vote(visite: Visite, **saisie: object) -> None:
    """Enregistre la décision de l'écran ouvert. Sans autre précision : 15 pour, 1 contre, 1 abstention."""
    for nom, valeur in {"pour": 15, "contre": 1, "abstention": 1, "deport": 0, **saisie}.items():
        visite.page.locator(f"[name={nom}]").fill(str(valeur))
    valider(visite)


def recit(structure: Structure, *, debut: dt.date, il_y_a: int, **champs: Any) -> Recit:
    """Un récit qui s'ouvre tant de jours avant aujourd'hui pour cette structure, comme ceux de la démonstration."""
    trouvee = Structure.objects.select_related("caisse", "conseiller", "commune", "gestionnaire").get(pk=structure.pk)
    responsable = Utilisateur.objects.get(courriel="responsable@caf.example")
    conseil = conseil_de(trouvee.caisse)
    decor = Decor(trouvee.caisse, JOUR, {"responsable@caf": responsable}, {trouvee.nom: trouvee}, conseil)
    return Recit(decor, trouvee, 0, JOUR - dt.timedelta(days=il_y_a), debut, modele_de_piece=PDF, **champs)


def dossier_recevable(nom: str, *, debut: dt.date) -> Dossier:
    """Un dossier d'une structure neuve, déclaré recevable."""
    raconte = recit(structure_neuve(nom), debut=debut, il_y_a=60)
    raconte.ouvrir()
    raconte.deposer_les_pieces()
    raconte.deposer()
    raconte.declarer_recevable()
    return raconte.dossier


def dossier_pret(structure: str, *, debut: dt.date) -> Dossier:
    """Un dossier de plus pour cette structure, dont l'avis est rendu : celui-là, aucun autre parcours ne le connaît."""
    raconte = recit(Structure.objects.get(nom=structure), debut=debut, il_y_a=160)
    raconte.jusqu_a_l_avis()
    return raconte.dossier


def dossier_a_inscrire(structure: str, numero: int, type_: TypeDossier = TypeDossier.PREMIER_AGREMENT) -> Dossier:
    """Un dossier d'une structure neuve, dont l'avis est rendu, sans projet ni pièces : écrit d'un coup."""
    neuve = structure_neuve(structure)
    dossier: Dossier = DossierPretFactory(  # type: ignore[assignment]
        structure=neuve,
        type=type_,
        numero=f"2026-{numero}",
        conseiller=neuve.conseiller,
        numero_d_enregistrement=f"E-2026-{numero}",
    )
    return dossier


def signer_le_contrat(visite: Visite, dossier: Dossier) -> None:
    """Du dossier au contrat, puis la signature de la partie dont c'est le tour, avec son mot de passe et son code."""
    visite.aller(dossier.get_absolute_url())
    for lien in ("Lire et signer", "Lire et signer"):
        visite.page.locator("main").get_by_role("link", name=lien, exact=True).first.click()
        visite.page.wait_for_load_state()
    remplir_la_signature(visite, mot_de_passe="demonstration-agrement")


def remplir_la_signature(visite: Visite, **saisie: str) -> None:
    """Sur la page de signature ouverte : reçoit un code, et signe avec lui."""
    envoyer(visite, "Recevoir un code")
    trouve = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert trouve is not None
    for nom, valeur in {**saisie, "code": trouve.group()}.items():
        visite.page.locator(f"[name={nom}]").fill(valeur)
    visite.page.locator("[name=accord]").check()
    bouton = re.compile("^Signer (le contrat|l'avenant)$")
    visite.page.locator("main").get_by_role("button", name=bouton).click()
    visite.page.wait_for_load_state()
