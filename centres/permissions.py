"""Qui peut quoi sur les structures et les gestionnaires."""

from typing import Any

import rules

from centres.models import NOEUDS
from comptes.choix import PORTEURS, REDACTEURS, ROLES_DE_LA_CAF, ROLES_DU_CENTRE, Role
from comptes.permissions import a_le_role, administration, meme_caisse, ouvrir_a_l_administration, suppleance


@rules.predicate
def rattache(utilisateur: Any, structure: Any) -> bool:
    """Vrai si la personne est rattachée à la structure ; sans structure, si elle est rattachée à une structure."""
    siennes = utilisateur.structures_rattachees
    return structure.pk in siennes if structure else bool(siennes)


@rules.predicate
def suit_la_structure(utilisateur: Any, structure: Any) -> bool:
    """Vrai pour le conseiller référent, celui du secteur, ou un conseiller sans secteur (toute la Caisse)."""
    if structure is None or structure.conseiller_id == utilisateur.pk:
        return True
    secteurs = utilisateur.secteurs
    return not secteurs.exists() or secteurs.filter(communes=structure.commune_id).exists()


du_centre = a_le_role(*ROLES_DU_CENTRE) & meme_caisse & rattache
redacteur = a_le_role(*REDACTEURS) & meme_caisse & rattache
porteur = a_le_role(*PORTEURS) & meme_caisse & rattache
presidence = a_le_role(Role.GESTIONNAIRE) & meme_caisse & rattache
conseiller_de_la_structure = a_le_role(Role.CONSEILLER) & meme_caisse & suit_la_structure
agent_ou_elu = a_le_role(*ROLES_DE_LA_CAF)


def sur_le_projet(predicat: rules.Predicate) -> rules.Predicate:
    """Le même prédicat, demandé de la structure du projet."""

    def de_sa_structure(utilisateur: Any, projet: Any) -> bool:
        return bool(predicat.test(utilisateur, projet.structure if projet else None))

    return rules.predicate(de_sa_structure, name=f"{predicat.name} (structure du projet)")


@rules.predicate
def est_un_brouillon(utilisateur: Any, projet: Any) -> bool:
    """Vrai tant que la version n'est pas figée : figée, elle ne change plus pour personne."""
    return projet is None or not projet.est_fige


redacteurs_du_projet = redacteur | conseiller_de_la_structure

rules.add_perm("centres.voir_liste", rules.always_true)
rules.add_perm("centres.voir_structure", (agent_ou_elu & meme_caisse) | du_centre)
rules.add_perm(
    "centres.modifier_structure",
    conseiller_de_la_structure | ((a_le_role(Role.RESPONSABLE) | administration) & meme_caisse),
)
# Qui ouvre une demande (« dossiers.creer ») en ouvre le projet ; la co-rédaction l'ouvre dans une demande déjà là.
rules.add_perm("centres.creer_projet", redacteurs_du_projet | (administration & meme_caisse))
rules.add_perm("centres.modifier_projet", sur_le_projet(redacteurs_du_projet) & est_un_brouillon)
# La présidence valide le projet ; la Caf peut le constater pour elle, au vu du procès-verbal.
rules.add_perm("centres.viser_projet", sur_le_projet(presidence | conseiller_de_la_structure | suppleance))
rules.add_perm(
    "centres.voir_auteurs",
    du_centre | conseiller_de_la_structure | ((a_le_role(Role.RESPONSABLE) | administration) & meme_caisse),
)
rules.add_perm("centres.gerer_auteurs", porteur | (administration & meme_caisse))
# La présidence emploie la direction : elle n'est pas retirée par elle.
rules.add_perm("centres.retirer_la_presidence", presidence | (administration & meme_caisse))
rules.add_perm("centres.importer", a_le_role(Role.ADMINISTRATION))

ouvrir_a_l_administration(
    "centres",
    [
        "gestionnaire",
        "structure",
        "centresocial",
        "espaceviesociale",
        "antenne",
        "autreidentifiant",
        "nomsuccessif",
        "gestion",
        "poste",
        "rattachement",
        "secteur",
    ],
    ["view", "add", "change", "delete"],
)
ouvrir_a_l_administration("centres", ["commune", "quartierprioritaire"], ["view"])
ouvrir_a_l_administration(
    "centres", ["projetsocial", "visa", *(str(modele._meta.model_name) for modele in NOEUDS.values())], ["view"]
)
