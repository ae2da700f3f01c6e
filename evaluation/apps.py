from django.apps import AppConfig


class Evaluation(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"
