"""`python -m bench` : requêtes, temps du serveur et rapports, pour la liste, la page d'un dossier et l'écriture.

Trois chiffres par écran : requêtes SQL, temps médian (millisecondes), rapport à une page presque vide et à la liste
d'administration de Django sur les mêmes lignes. Sort en erreur si une barre n'est pas tenue.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

DOSSIERS = 3000
PASSAGES = 40
BARRE_PAGE_VIDE, BARRE_ADMIN = 3.0, 0.6
BARRE_LEVEE = 60.0  # secondes, tous les écrits d'une séance compris
BARRE_SIGNATURE = 1.5  # secondes, au 95e centile
BARRE_REQUETES, BARRE_TAILLE = 6, 1.25  # une écriture, et son temps dans un grand projet rapporté à un petit

os.environ.update(DEBUG="0", SECRET_KEY="mesure-" + "0" * 50, DONNEES=tempfile.mkdtemp(prefix="bench"))
os.environ.update(SIGNATURE_MOT_DE_PASSE="mesure")
os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", NIVEAU_DU_JOURNAL="ERROR")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402  (les réglages se lisent dans l'environnement posé ci-dessus)

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.contrat import LOT, mesurer_le_contrat  # noqa: E402
from bench.ecriture import GRAND, PETIT, EcritureDUnChamp, directrice_de, projet_de  # noqa: E402
from bench.peuplement import peupler  # noqa: E402
from bench.seance import POINTS, lever_et_imprimer  # noqa: E402
from bench.signature import SIGNATURES, signer_et_examiner  # noqa: E402


class Ecran(NamedTuple):
    """Une page, la personne qui l'ouvre, et ce qu'elle a coûté."""

    nom: str
    client: Client
    adresse: str

    def servir(self) -> float:
        """Le temps de calcul du serveur, base comprise, en millisecondes : le reste de la machine n'y compte pas."""
        depart = time.process_time()
        reponse = self.client.get(self.adresse)
        duree = (time.process_time() - depart) * 1000
        assert reponse.status_code == 200, f"{self.adresse} : {reponse.status_code}"
        return duree

    def requetes(self) -> int:
        with CaptureQueriesContext(connection) as requetes:
            self.servir()
        return len(requetes)


def mesurer(ecrans: Sequence[Ecran | EcritureDUnChamp]) -> dict[str, float]:
    """Le temps médian de chaque écran. Les passages alternent : le bruit de la machine touche tous les écrans."""
    for ecran in ecrans:
        for _ in range(3):
            ecran.servir()
    passages = [[ecran.servir() for ecran in ecrans] for _ in range(PASSAGES)]
    return {
        ecran.nom: statistics.median(durees) for ecran, durees in zip(ecrans, zip(*passages, strict=True), strict=True)
    }


def main() -> int:
    call_command("migrate", verbosity=0)
    conseillere, administratrice, dossier = peupler(DOSSIERS)
    client = Client()
    client.force_login(conseillere, backend="comptes.backends.ConnexionParCourriel")
    etalon = Client()
    etalon.force_login(administratrice, backend="comptes.backends.ConnexionParCourriel")
    ecrans = (
        Ecran("page presque vide", client, reverse("comptes:compte")),
        Ecran("administration Django", etalon, "/etalon/dossiers/dossier/"),
        Ecran("liste des dossiers", client, reverse("dossiers:liste")),
        Ecran("la même, en 25 lignes", etalon, "/etalon-25/dossiers/dossier/"),
        Ecran("page d'un dossier", client, dossier.get_absolute_url()),
    )
    centre = Client()
    centre.force_login(directrice_de(dossier.structure), backend="comptes.backends.ConnexionParCourriel")
    petit, grand = (
        EcritureDUnChamp(f"un champ, {actions} actions", centre, projet_de(dossier.structure, actions))
        for actions in (PETIT, GRAND)
    )
    durees = mesurer((*ecrans, petit, grand))
    vide, admin, liste = (durees[ecran.nom] for ecran in ecrans[:3])
    print(f"{DOSSIERS} dossiers, {PASSAGES} passages, base {connection.vendor}")
    print(f"{'écran':24}{'requêtes':>10}{'ms':>9}{'× vide':>9}{'× admin':>9}")
    for ecran in (*ecrans, petit, grand):
        duree = durees[ecran.nom]
        print(f"{ecran.nom:24}{ecran.requetes():>10}{duree:>9.1f}{duree / vide:>9.2f}{duree / admin:>9.2f}")
    tenue = liste <= BARRE_PAGE_VIDE * vide and liste <= BARRE_ADMIN * admin
    print(f"Barre : liste ≤ {BARRE_PAGE_VIDE} × vide et ≤ {BARRE_ADMIN} × administration – {_verdict(tenue)}")
    croissance = durees[grand.nom] / durees[petit.nom]
    sobre = max(petit.requetes(), grand.requetes()) <= BARRE_REQUETES and croissance <= BARRE_TAILLE
    print(
        f"Barre : un champ en {BARRE_REQUETES} requêtes au plus, {GRAND} actions ≤ {BARRE_TAILLE} × {PETIT} actions "
        f"({croissance:.2f}) – {_verdict(sobre)}"
    )
    levee = lever_et_imprimer(dossier.caisse)
    prompte = levee.acte + levee.impression <= BARRE_LEVEE
    print(
        f"Barre : séance de {POINTS} dossiers levée en {levee.acte:.1f} s, {levee.ecrits} écrits imprimés en "
        f"{levee.impression:.1f} s, ensemble ≤ {BARRE_LEVEE:.0f} s – {_verdict(prompte)}"
    )
    rendu = mesurer_le_contrat()
    print(
        f"Contrat de {rendu.pages} pages rendu en {rendu.contrat:.2f} s : {rendu.rapport:.0f} × une page vide de mêmes "
        f"polices ({rendu.vide * 1000:.0f} ms), soit {rendu.rapport / rendu.pages:.1f} × par page"
    )
    print(f"Lot de {LOT} contrats, projet et exemplaire à signer : {rendu.lot / 60:.1f} min de calcul")
    mesure = signer_et_examiner()
    vive = mesure.p95 <= BARRE_SIGNATURE
    print(
        f"Barre : signature en {mesure.p95:.2f} s de calcul au p95 de {SIGNATURES}, ≤ {BARRE_SIGNATURE} s – "
        f"{_verdict(vive)} ({mesure.ecoule:.2f} s écoulées), un contrat scellé examiné en {mesure.examen:.1f} s"
    )
    return 0 if tenue and sobre and prompte and vive else 1


def _verdict(tenue: bool) -> str:
    return "tenue" if tenue else "MANQUÉE"


if __name__ == "__main__":
    with override_settings(
        ROOT_URLCONF="bench.adresses",
        SECURE_SSL_REDIRECT=False,
        ALLOWED_HOSTS=["testserver"],
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        sys.exit(main())
