"""Soixante fichiers hostiles et vingt-cinq bons, faits en mémoire : le dépôt n'en garde aucun.

`python -m tests.socle.corpus DOSSIER` les écrit tous, pour les essayer sur un autre logiciel.
"""
