from django.db import models


class TypeEcheance(models.TextChoices):
    MI_PARCOURS = "mi_parcours", "Évaluation à mi-parcours"
    DEBUT_DU_RENOUVELLEMENT = "debut_du_renouvellement", "Début du renouvellement"
    EVALUATION = "evaluation", "Évaluation du projet"
    RESTITUTION = "restitution", "Restitution de l'évaluation et du diagnostic"
    DEPOT = "depot", "Dernier jour de dépôt du renouvellement"
    PASSAGE = "passage", "Passage en instance"
    DECISION = "decision", "Dernier mois pour décider"
    FIN = "fin", "Fin de l'agrément"
    SURSIS = "sursis", "Fin d'un sursis"
    RESERVE = "reserve", "Réserve à lever"
    DEROGATION = "derogation", "Fin d'une dérogation"
