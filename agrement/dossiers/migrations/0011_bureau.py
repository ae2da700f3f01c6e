import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge

# PostgreSQL cherche en français par ces index ; ailleurs, le texte se lit mot à mot.
CHAMPS = ("identite", "complet")


def poser_les_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for champ in CHAMPS:
            schema_editor.execute(
                f"CREATE INDEX recherche_de_dossier_{champ} ON dossiers_textederecherche "
                f"USING gin (to_tsvector('french'::regconfig, {champ}))"
            )


def oter_les_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for champ in CHAMPS:
            schema_editor.execute(f"DROP INDEX recherche_de_dossier_{champ}")


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0003_roles_du_centre"),
        ("dossiers", "0010_avis_de_partenaires"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TexteDeRecherche",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="texte_de_recherche",
                        serialize=False,
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                ("identite", models.TextField(verbose_name="identité")),
                ("complet", models.TextField(verbose_name="texte complet")),
            ],
            options={
                "verbose_name": "texte de recherche",
                "verbose_name_plural": "textes de recherche",
            },
        ),
        migrations.CreateModel(
            name="Etiquette",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nom", models.CharField(max_length=40, verbose_name="nom")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="etiquettes",
                        to="comptes.caisse",
                        verbose_name="Caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "étiquette",
                "ordering": ["nom"],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("en_attente", "En attente"),
                            ("en_cours", "En cours"),
                            ("fait", "Prêt"),
                            ("echoue", "Échoué"),
                        ],
                        default="en_attente",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="à faire en tout")),
                ("faits", models.PositiveIntegerField(default=0, verbose_name="faits")),
                ("demande_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="demandé le")),
                (
                    "nouvelles_le",
                    models.DateTimeField(default=socle.horloge.maintenant, verbose_name="dernières nouvelles"),
                ),
                ("raison_de_l_echec", models.CharField(blank=True, max_length=300, verbose_name="raison de l'échec")),
                (
                    "geste",
                    models.CharField(
                        choices=[
                            ("confier", "Confier à un conseiller"),
                            ("ecrire", "Écrire aux centres"),
                            ("etiqueter", "Poser une étiquette"),
                            ("decoller", "Ôter une étiquette"),
                        ],
                        max_length=12,
                        verbose_name="geste",
                    ),
                ),
                ("parametres", models.JSONField(default=dict, verbose_name="paramètres")),
                ("dossiers", models.JSONField(default=list, verbose_name="dossiers")),
                ("reussis", models.PositiveIntegerField(default=0, verbose_name="réussis")),
                ("echecs", models.JSONField(default=list, verbose_name="échecs")),
                (
                    "demandeur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
            ],
            options={
                "verbose_name": "geste en lot",
                "verbose_name_plural": "gestes en lot",
                "ordering": ["-demande_le"],
            },
        ),
        migrations.CreateModel(
            name="PoseDEtiquette",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="etiquettes",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "etiquette",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="poses",
                        to="dossiers.etiquette",
                        verbose_name="étiquette",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "étiquette posée",
                "verbose_name_plural": "étiquettes posées",
                "ordering": ["etiquette__nom"],
            },
        ),
        migrations.CreateModel(
            name="Visite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vu_le", models.DateTimeField(verbose_name="vu le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visites",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "utilisateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visites",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "visite",
            },
        ),
        migrations.AddConstraint(
            model_name="etiquette",
            constraint=models.UniqueConstraint(
                fields=("caisse", "nom"),
                name="etiquette_unique_par_caisse",
                violation_error_message="Une étiquette porte déjà ce nom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("geste__in", ["confier", "ecrire", "etiqueter", "decoller"])),
                name="geste_de_lot_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["en_attente", "en_cours", "fait", "echoue"])),
                name="statut_de_lot_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="posedetiquette",
            constraint=models.UniqueConstraint(
                fields=("dossier", "etiquette"),
                name="etiquette_posee_une_fois",
                violation_error_message="Le dossier porte déjà cette étiquette.",
            ),
        ),
        migrations.AddConstraint(
            model_name="visite",
            constraint=models.UniqueConstraint(
                fields=("dossier", "utilisateur"),
                name="une_visite_par_personne",
                violation_error_message="Cette personne a déjà ouvert ce dossier.",
            ),
        ),
        migrations.RunPython(poser_les_index, oter_les_index),
    ]
