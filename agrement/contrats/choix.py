from django.db import models


class StatutContrat(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    EN_SURSIS = "en_sursis", "En sursis"
    PROROGE = "proroge", "Prorogé"
    RENOUVELE = "renouvele", "Renouvelé"
    ECHU = "echu", "Échu"
    RETIRE = "retire", "Retiré"
    RESILIE = "resilie", "Résilié"
    REMPLACE = "remplace", "Remplacé"


class PartieSignataire(models.TextChoices):
    GESTIONNAIRE = "gestionnaire", "Pour le gestionnaire"
    CAF = "caf", "Pour la Caf"


TONS: dict[str, str] = {
    StatutContrat.EN_ATTENTE: "info",
    StatutContrat.EN_VIGUEUR: "succes",
    StatutContrat.EN_SURSIS: "attention",
    StatutContrat.PROROGE: "succes",
    StatutContrat.RETIRE: "danger",
    StatutContrat.RESILIE: "danger",
}
