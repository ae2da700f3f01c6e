"""Ce qu'il manque à un dossier pour chaque acte, en phrases. Une garde ne lit que des faits enregistrés."""
