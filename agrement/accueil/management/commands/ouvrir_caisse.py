from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agrement.dossiers.operations import creer_criteres_de_recevabilite, creer_referentiel_des_pieces
from agrement.seances.operations import creer_instances, creer_modeles_de_lettres
from comptes import operations
from comptes.choix import Role
from comptes.models import Utilisateur
from evaluation.operations import creer_grille_par_defaut


class Command(BaseCommand):
    help = (
        "Ouvre une Caisse : ses paramètres et leurs textes, ses pièces, ses critères de recevabilité, sa grille, ses "
        "instances, et le compte de sa première personne d'administration, dont le lien d'invitation est affiché. Tout "
        "se fait, ou rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--nom", required=True, help="le nom de la Caf, tel qu'il s'imprime")
        parser.add_argument("--departement", required=True, help="son code, par exemple 61")
        parser.add_argument("--courriel", required=True, help="celui de la première personne d'administration")
        parser.add_argument("--prenom", default="Administration", help="son prénom")
        parser.add_argument("--patronyme", default="Agrément", help="son nom")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lien = ouvrir(options)
        except ValidationError as erreur:
            raise CommandError(" ".join(erreur.messages)) from erreur
        self.stdout.write(f"{options['nom']} est ouverte. Lien de la première personne d'administration :")
        self.stdout.write(lien)


@transaction.atomic
def ouvrir(options: dict[str, Any]) -> str:
    """Ouvre la Caisse et rend le lien d'invitation de sa première personne d'administration."""
    caisse = operations.ouvrir_caisse(nom=options["nom"], code_departement=options["departement"])
    for creer in (
        creer_referentiel_des_pieces,
        creer_criteres_de_recevabilite,
        creer_grille_par_defaut,
        creer_instances,
        creer_modeles_de_lettres,
    ):
        creer(caisse)
    personne = Utilisateur(
        courriel=options["courriel"].lower(),
        prenom=options["prenom"],
        nom=options["patronyme"],
        caisse=caisse,
        role=Role.ADMINISTRATION,
    )
    personne.set_unusable_password()
    personne.full_clean()
    personne.save()
    _, jeton = operations.inviter(personne, par=None)
    return operations.lien_d_invitation(jeton)
