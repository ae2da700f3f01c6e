"""Les écrans d'un contrat."""
