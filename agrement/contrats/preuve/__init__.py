"""Le dossier de preuve : ce qui y entre, l'archive, son manifeste, le bordereau d'archives et le vérificateur."""
