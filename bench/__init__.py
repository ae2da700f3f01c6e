"""Les mesures : ce que coûtent les écrans les plus ouverts, sur un pays entier de dossiers."""
