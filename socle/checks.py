"""Ce que l'application refuse au démarrage : une base SQLite mal réglée, une adresse d'antivirus mal écrite."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

ATTENDU = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}
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
