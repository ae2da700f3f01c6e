"""Ce que l'application contrôle au démarrage : SQLite, adresses des services, clés de signature."""

import re
import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

ATTENDU = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}
MODE_D_EMPLOI = "Voir docs/exploitation.md, « Signature électronique »."
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on")


@register(Tags.database)
def reglages_sqlite(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    base = settings.DATABASES["default"]
    if base["ENGINE"] != "django.db.backends.sqlite3":
        return []
    options = base.get("OPTIONS", {})
    commandes = str(options.get("init_command", "")).lower().replace(" ", "")
    ecarts = [f"{cle} = {valeur}" for cle, valeur in ATTENDU.items() if options.get(cle) != valeur]
    ecarts += [pragma for pragma in PRAGMAS if pragma not in commandes]
    return [
        Error(f"SQLite est mal réglée : {ecart} est attendu.", hint="Voir SQLITE_OPTIONS.", id="socle.E001")
        for ecart in ecarts
    ]


@register(Tags.security)
def reglage_de_l_antivirus(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.ANTIVIRUS or re.fullmatch(r"[^:\s]+:\d{1,5}", settings.ANTIVIRUS):
        return []
    return [Error("ANTIVIRUS se donne « hôte:port ».", hint="Voir docs/exploitation.md.", id="socle.E002")]


@register(Tags.security)
def reglages_de_la_signature(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """L'horodatage par une adresse, les clés à leur seul propriétaire."""
    constats: list[CheckMessage] = []
    if settings.HORODATAGE_URL and not settings.HORODATAGE_URL.startswith(("https://", "http://")):
        constats.append(Error("HORODATAGE_URL commence par https:// ou http://.", hint=MODE_D_EMPLOI, id="socle.E003"))
    ouvertes = [cle.name for cle in Path(settings.SIGNATURE_DOSSIER).glob("*.p12") if _se_lit_par_d_autres(cle)]
    if ouvertes:
        constats.append(
            Error(
                f"Des clés de signature se lisent par d'autres comptes : {', '.join(sorted(ouvertes))}.",
                hint="chmod 600 sur chacune.",
                id="socle.E004",
            )
        )
    return constats


@register(Tags.security, deploy=True)
def cles_de_la_signature(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """En production : sans cachet, un contrat signé par tous attend d'être scellé ; sans émetteur, nul ne signe ici."""
    dossier = Path(settings.SIGNATURE_DOSSIER)
    attendues = ["cachet.p12", "emetteur.p12", *([] if settings.HORODATAGE_URL else ["horodatage.p12"])]
    absentes = [nom for nom in attendues if not (dossier / nom).is_file()]
    constats: list[CheckMessage] = []
    if absentes:
        dit = f"Clés de signature absentes de {dossier} : {', '.join(absentes)}."
        constats.append(Warning(dit, hint=MODE_D_EMPLOI, id="socle.W001"))
    if (dossier / "racines" / "demonstration.pem").exists():
        dit = "Les signatures sont celles de la démonstration : elles ne valent rien."
        constats.append(Warning(dit, hint=MODE_D_EMPLOI, id="socle.W002"))
    return constats


def _se_lit_par_d_autres(cle: Path) -> bool:
    return bool(stat.S_IMODE(cle.stat().st_mode) & 0o077)
