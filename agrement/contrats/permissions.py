"""Qui génère, signe, reprend, lit et prouve un contrat.

Les droits de générer et de signer portent sur le dossier ; d'un contrat repris, qui n'en a pas, sur la structure.
"""

from typing import Any

import rules

from agrement.contrats.models import Contrat
from agrement.dossiers.models import Dossier
from agrement.dossiers.permissions import (
    administrateur,
    conseiller,
    direction,
    gestionnaire,
    lecteur_interne,
    responsable,
    se_deporte,
    sur_le_dossier,
)
from comptes.choix import VOTANTS, Role
from comptes.permissions import a_le_role, administration, meme_caisse, ouvrir_a_l_administration, suppleance


@rules.predicate
def _generer_sur_le_dossier(utilisateur: Any, objet: Any) -> bool:
    """Le droit sur une version ou un avenant est celui de générer le contrat de son dossier."""
    return bool(utilisateur.has_perm("contrats.generer", objet and objet.contrat.porteur))


@rules.predicate
def _reprendre_sur_la_structure(utilisateur: Any, contrat: Any) -> bool:
    """Le droit sur un contrat repris est celui de reprendre les contrats de sa structure."""
    return bool(utilisateur.has_perm("contrats.reprendre_pour", contrat and contrat.structure))


@rules.predicate
def _saisir_un_avenant_signe(utilisateur: Any, avenant: Any) -> bool:
    return bool(utilisateur.has_perm("contrats.reprendre", avenant and avenant.contrat))


@rules.predicate
def _preside_le_gestionnaire(utilisateur: Any, gestionnaire: Any) -> bool:
    """Vrai d'une personne rattachée à une structure de ce gestionnaire ; sans objet, la question porte sur l'écran."""
    if gestionnaire is None:
        return True
    return bool(utilisateur.rattachements.filter(structure__gestionnaire=gestionnaire).exists())


@rules.predicate
def se_deporte_du_dossier(utilisateur: Any, porteur: Any) -> bool:
    """Vrai d'un membre qui se déporte du dossier de ce contrat ; un contrat repris n'a qu'une structure."""
    return isinstance(porteur, Dossier) and bool(se_deporte(utilisateur, porteur))


def se_deporte_du_contrat(utilisateur: Any, contrat: Contrat) -> bool:
    """Vrai d'un membre à qui ce contrat est fermé, par la décision qui l'ouvre ou par une autre qui le change."""
    if utilisateur.role not in VOTANTS:
        return False
    return not Contrat.objects.visibles_par(utilisateur).filter(pk=contrat.pk).exists()


presidence = a_le_role(Role.PRESIDENCE) & meme_caisse & ~se_deporte_du_dossier


@rules.predicate
def _arreter(utilisateur: Any, contrat: Any) -> bool:
    """Une résiliation ou une fusion s'enregistrent par qui instruit le dossier du contrat."""
    return bool(utilisateur.has_perm("dossiers.instruire", contrat and contrat.porteur))


rules.add_perm("contrats.generer", conseiller | suppleance)
rules.add_perm("contrats.generer_contrat", sur_le_dossier("contrats.generer"))
rules.add_perm("contrats.generer_version", _generer_sur_le_dossier)
rules.add_perm("contrats.ecrire_un_avenant", _generer_sur_le_dossier)
rules.add_perm("contrats.signer_pour_la_caf", presidence)
rules.add_perm("contrats.arreter", _arreter)
rules.add_perm("contrats.signer_pour_le_gestionnaire", gestionnaire)
# Le papier : chacun dépose ce qu'il a reçu, et l'autre côté le relit.
rules.add_perm("contrats.deposer_un_exemplaire", gestionnaire | direction | conseiller | presidence | suppleance)
rules.add_perm("contrats.confirmer_pour_la_caf", conseiller | presidence | suppleance)
rules.add_perm("contrats.confirmer_pour_le_gestionnaire", gestionnaire | direction)
# D'où, quel code, quelle adresse : la Caf qui instruit, et la personne qui a signé.
rules.add_perm("contrats.voir_les_preuves", lecteur_interne | presidence | (administration & meme_caisse))
rules.add_perm("contrats.deleguer", a_le_role(Role.GESTIONNAIRE) & meme_caisse & _preside_le_gestionnaire)
rules.add_perm("contrats.voir_liste", rules.always_true)
# Reprendre n'engage personne : c'est constater ce qui est déjà signé.
rules.add_perm("contrats.reprendre_pour", conseiller | responsable | administrateur)
rules.add_perm("contrats.reprendre", _reprendre_sur_la_structure)
rules.add_perm("contrats.saisir_un_avenant_signe", _saisir_un_avenant_signe)
rules.add_perm("contrats.importer", responsable | administrateur)
rules.add_perm("contrats.prouver", a_le_role(Role.RESPONSABLE, Role.ADMINISTRATION, Role.SECRETARIAT) & meme_caisse)

LUS = [
    "contrat",
    "versionasigner",
    "partieasigner",
    "signature",
    "avenant",
    "effetdedecision",
    "finanticipee",
    "exemplairepapier",
    "demandedemodification",
    "reprisedecontrat",
    "importdecontrats",
    "dossierdepreuve",
]
ouvrir_a_l_administration("contrats", LUS, ["view"])
ouvrir_a_l_administration("contrats", ["delegationdesignature"], ["view", "add"])
rules.add_perm("contrats.change_delegationdesignature", administration & meme_caisse)
ouvrir_a_l_administration("contrats", ["modeledecontrat", "articledemodele"], ["view", "add", "change"])
