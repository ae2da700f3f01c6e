"""La démonstration : une Caf fictive, ses structures, ses équipes, et un dossier dans chaque état."""
