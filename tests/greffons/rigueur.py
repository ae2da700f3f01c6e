"""Greffon de pytest : un test sauté, attendu en échec ou écarté sans qu'on l'ait demandé fait échouer la suite."""

import os
from pathlib import Path

import pytest

from tests.greffons.base_de_test import version_de_la_base

NON_FAITS = {"skipped": "sauté", "xfailed": "attendu en échec", "xpassed": "réussi contre toute attente"}
CHOIX = ("keyword", "markexpr", "deselect", "lf", "stepwise")


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Écarter des tests se demande à la ligne de commande, et nulle part ailleurs."""
    if items and not any(items[0].config.getoption(choix, None) for choix in CHOIX):
        raise pytest.UsageError("Tests écartés sans que -k, -m ou --deselect l'ait demandé.")


def _non_faits(config: pytest.Config) -> list[tuple[str, str]]:
    rapport = config.pluginmanager.get_plugin("terminalreporter")
    stats = rapport.stats if rapport else {}
    return [(libelle, essai.nodeid) for etat, libelle in NON_FAITS.items() for essai in stats.get(etat, ())]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _non_faits(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    non_faits = _non_faits(config)
    for libelle, nom in non_faits:
        terminalreporter.write_line(f"ÉCHEC : test {libelle} : {nom}", red=True)
    bilan = os.environ.get("BILAN_DES_TESTS")
    if bilan and not hasattr(config, "workerinput"):  # un processus de xdist ne voit qu'une partie des tests
        compte = {etat: len(terminalreporter.getreports(etat)) for etat in ("passed", "failed", "error")}
        ligne = f"{compte['passed']} réussis, {compte['failed'] + compte['error']} en échec, {len(non_faits)} non faits"
        with Path(bilan).open("a") as fichier:
            fichier.write(f"{ligne} ({version_de_la_base()})\n")
