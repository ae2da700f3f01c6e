import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0003_porte_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Accord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(verbose_name="objectif")),
                ("intitule", models.CharField(max_length=300, verbose_name="intitulé")),
                (
                    "famille",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("animation_globale", "Animation globale et coordination (prestation de service)"),
                            ("complementaire", "Animation globale complémentaire (fonds propres de la Caf)"),
                            ("particulier", "Objectif particulier de la politique familiale"),
                            ("partenaire", "Objectif d'un partenaire"),
                        ],
                        max_length=20,
                        verbose_name="famille retenue",
                    ),
                ),
                ("empreinte_caf", models.CharField(blank=True, max_length=64, verbose_name="texte accepté par la Caf")),
                ("caf_le", models.DateTimeField(blank=True, null=True, verbose_name="accepté par la Caf le")),
                (
                    "empreinte_centre",
                    models.CharField(blank=True, max_length=64, verbose_name="texte accepté par le centre"),
                ),
                ("centre_le", models.DateTimeField(blank=True, null=True, verbose_name="accepté par le centre le")),
            ],
            options={
                "verbose_name": "accord sur un objectif",
                "verbose_name_plural": "accords sur les objectifs",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cote",
                    models.CharField(
                        choices=[("caf", "La Caf"), ("centre", "Le centre")], max_length=6, verbose_name="côté"
                    ),
                ),
                (
                    "sens",
                    models.CharField(
                        choices=[
                            ("repond", "Répondre, sans rien proposer d'autre"),
                            ("accepte", "Accepter la dernière position"),
                            ("amende", "Proposer autre chose"),
                            ("desaccord", "Constater le désaccord"),
                        ],
                        max_length=10,
                        verbose_name="sens",
                    ),
                ),
                ("texte", models.TextField(verbose_name="position")),
                ("proposition", models.TextField(blank=True, verbose_name="texte proposé à la place")),
                (
                    "montant",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="montant proposé, en euros par an",
                    ),
                ),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="écrite le")),
                ("revision", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="témoin")),
                ("version", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="version du projet")),
                (
                    "transmise_le",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="transmise le"),
                ),
            ],
            options={
                "verbose_name": "position",
                "ordering": ["le", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tache",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("intitule", models.CharField(max_length=200, verbose_name="à faire")),
                ("echeance", models.DateField(verbose_name="avant le")),
                ("creee_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="créée le")),
                ("faite_le", models.DateTimeField(blank=True, null=True, verbose_name="faite le")),
            ],
            options={
                "verbose_name": "tâche",
                "ordering": ["echeance", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="pointdenegociation",
            name="statut_de_point_connu",
        ),
        migrations.AddField(
            model_name="dossier",
            name="plume_jusqu_au",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="plume tenue jusqu'au"),
        ),
        migrations.AddField(
            model_name="dossier",
            name="plume_passee_le",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="plume passée le"),
        ),
        migrations.AddField(
            model_name="pointdenegociation",
            name="cle",
            field=models.UUIDField(blank=True, null=True, verbose_name="nœud"),
        ),
        migrations.AddField(
            model_name="pointdenegociation",
            name="piece",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.typedepiece",
                verbose_name="pièce",
            ),
        ),
        migrations.AddField(
            model_name="pointdenegociation",
            name="sorte",
            field=models.CharField(blank=True, max_length=20, verbose_name="sorte de nœud"),
        ),
        migrations.AddField(
            model_name="pointdenegociation",
            name="transmis_le",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="transmis le"),
        ),
        migrations.AlterField(
            model_name="pointdenegociation",
            name="statut",
            field=models.CharField(
                choices=[
                    ("ouvert", "Ouvert"),
                    ("accepte", "Accepté"),
                    ("amende", "Amendé"),
                    ("desaccord", "En désaccord"),
                    ("clos", "Clos"),
                ],
                default="ouvert",
                editable=False,
                max_length=12,
                verbose_name="état",
            ),
        ),
        migrations.AddIndex(
            model_name="pointdenegociation",
            index=models.Index(fields=["dossier", "cle"], name="points_par_noeud"),
        ),
        migrations.AddConstraint(
            model_name="pointdenegociation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cle", None), ("sorte", "")),
                    models.Q(models.Q(("sorte", ""), _negated=True), ("cle__isnull", False), ("piece", None)),
                    _connector="OR",
                ),
                name="point_ancre_a_un_noeud_ou_a_une_piece",
                violation_error_message="Un point s'attache à un élément du projet ou à une pièce, pas aux deux.",
            ),
        ),
        migrations.AddField(
            model_name="accord",
            name="caf_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="accepté pour la Caf par",
            ),
        ),
        migrations.AddField(
            model_name="accord",
            name="centre_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="accepté pour le centre par",
            ),
        ),
        migrations.AddField(
            model_name="accord",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="accords",
                to="dossiers.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="position",
            name="par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="position",
            name="point",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="positions",
                to="dossiers.pointdenegociation",
                verbose_name="point",
            ),
        ),
        migrations.AddField(
            model_name="tache",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taches",
                to="dossiers.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="tache",
            name="par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="tache",
            name="point",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taches",
                to="dossiers.pointdenegociation",
                verbose_name="point",
            ),
        ),
        migrations.AddField(
            model_name="tache",
            name="pour",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taches",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confiée à",
            ),
        ),
        migrations.AddConstraint(
            model_name="accord",
            constraint=models.UniqueConstraint(fields=("dossier", "cle"), name="un_accord_par_objectif"),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(
                condition=models.Q(("transmise_le", None)),
                fields=("point", "cote"),
                name="une_position_en_cours_par_cote",
                violation_error_message="Une position est déjà en cours d'écriture de ce côté.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sens__in", ["repond", "accepte", "amende", "desaccord"]), ("cote__in", ["caf", "centre"])
                ),
                name="sens_de_position_connu",
            ),
        ),
        migrations.AddIndex(
            model_name="tache",
            index=models.Index(condition=models.Q(("faite_le", None)), fields=["pour"], name="taches_a_faire"),
        ),
    ]
