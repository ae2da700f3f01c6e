from django.db import models


class Role(models.TextChoices):
    """Les fonctions qui donnent des droits (domaine : table « qui peut quoi »)."""

    DIRECTION = "direction", "Direction de structure"
    CO_REDACTION = "co_redaction", "Co-rédaction du projet"
    GESTIONNAIRE = "gestionnaire", "Présidence du gestionnaire"
    LECTURE = "lecture", "Lecture pour le centre"
    CONSEILLER = "conseiller", "Conseil technique"
    RESPONSABLE = "responsable", "Responsable action sociale"
    SECRETARIAT = "secretariat", "Secrétariat des instances"
    ELU = "elu", "Administrateur élu de la Caf"
    PRESIDENCE = "presidence", "Présidence du conseil d'administration de la Caf"
    COMPTABLE = "comptable", "Agence comptable"
    ADMINISTRATION = "administration", "Administration de l'application"


class SensDuSilence(models.TextChoices):
    """Ce que vaut l'absence de réponse de la Caf à une demande, au terme du délai."""

    REJET = "rejet", "Rejet implicite"
    ACCORD = "accord", "Accord implicite"
    A_PRECISER = "a_preciser", "La Caf le précisera"


# Ils engagent le centre : ouvrir, transmettre, répondre, retirer.
PORTEURS = frozenset({Role.DIRECTION, Role.GESTIONNAIRE})
# Ils écrivent le projet et déposent les pièces.
REDACTEURS = PORTEURS | {Role.CO_REDACTION}
ROLES_DU_CENTRE = REDACTEURS | {Role.LECTURE}
ROLES_DE_LA_CAF = frozenset(Role) - ROLES_DU_CENTRE
# Les membres des instances : ils votent, et se déportent.
VOTANTS = frozenset({Role.ELU, Role.PRESIDENCE})


class Severite(models.TextChoices):
    """Ce que fait une règle de cohérence quand un projet social y manque : chaque Caisse le règle."""

    BLOQUANTE = "bloquante", "Empêche de transmettre"
    AVERTISSEMENT = "avertissement", "Avertit sans empêcher"
    IGNOREE = "ignoree", "Ne se contrôle pas"
