"""Le tableau de bord de chaque rôle : une table, et une fonction par bloc, au nombre de requêtes constant."""

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from agrement.accueil.tableaux import centre, contrats, gestion, instances, instruction
from agrement.accueil.tableaux.formes import Bloc
from comptes.choix import Role
from comptes.models import Utilisateur


class Tableau(NamedTuple):
    """La phrase d'accueil d'un rôle, et ses blocs dans l'ordre où ils se lisent."""

    phrase: str
    blocs: tuple[Callable[[Utilisateur], Bloc], ...]


TABLEAUX: MappingProxyType[str, Tableau] = MappingProxyType(
    {
        Role.DIRECTION: Tableau(
            "Où en est votre demande, et ce qu'il reste à faire.",
            (centre.mon_dossier, centre.mes_echeances, centre.mes_documents),
        ),
        Role.CO_REDACTION: Tableau(
            "Où en est la demande, et ce qu'il reste à écrire.",
            (centre.mon_dossier, centre.mes_echeances, centre.mes_documents),
        ),
        Role.GESTIONNAIRE: Tableau(
            "Ce que vous avez à signer, et où en est votre demande.",
            (instances.contrats_a_signer, centre.mon_dossier, centre.mes_echeances, centre.mes_documents),
        ),
        Role.LECTURE: Tableau(
            "Où en est la demande de votre structure.",
            (centre.mon_dossier, centre.mes_echeances, centre.mes_documents),
        ),
        Role.CONSEILLER: Tableau(
            "Ce qui vous attend, le plus pressé d'abord.",
            (
                instruction.ce_qui_m_attend,
                contrats.signatures_a_debloquer,
                instruction.mes_retards,
                contrats.agrements_en_sursis,
                instruction.bouge_depuis_hier,
                instruction.portefeuille,
            ),
        ),
        Role.RESPONSABLE: Tableau(
            "Les avis à contresigner, et ce qui prend du retard.",
            (
                instruction.avis_a_contresigner,
                instruction.mes_taches,
                instruction.retards_de_la_caisse,
                contrats.agrements_en_sursis,
                instruction.recours_a_trancher,
            ),
        ),
        Role.SECRETARIAT: Tableau(
            "Les séances, et les dossiers qui les attendent.",
            (
                instances.prets_a_inscrire,
                instances.seances_a_mener,
                instances.decisions_a_notifier,
                instances.recours,
            ),
        ),
        Role.ELU: Tableau("La prochaine séance et son ordre du jour.", (instances.prochaine_seance,)),
        Role.PRESIDENCE: Tableau(
            "Les contrats à signer, et la prochaine séance.", (instances.contrats_a_signer, instances.prochaine_seance)
        ),
        Role.COMPTABLE: Tableau(
            "Les contrats en vigueur et les barèmes de l'année.",
            (gestion.contrats_en_cours, contrats.montants_de_l_annee, gestion.baremes_de_l_annee),
        ),
        Role.ADMINISTRATION: Tableau(
            "L'état de l'application pour votre Caisse.",
            (gestion.comptes, gestion.invitations_ouvertes, gestion.courriels_en_attente, gestion.derniers_faits),
        ),
    }
)
