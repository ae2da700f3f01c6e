"""Reprendre un contrat signé avant l'application : ce qui l'empêche, son fichier de saisie, ses formulaires."""
