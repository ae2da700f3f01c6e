import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0009_visas"),
        ("evaluation", "0001_initiale"),
        ("socle", "0002_journal_inalterable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="cotation",
            name="reprise",
            field=models.BooleanField(default=False, verbose_name="reprise de la version précédente, à confirmer"),
        ),
        migrations.AddField(
            model_name="critere",
            name="a_partir_du",
            field=models.DateField(blank=True, null=True, verbose_name="demandé aux périodes commençant à partir du"),
        ),
        migrations.CreateModel(
            name="Epingle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sorte", models.CharField(blank=True, max_length=20, verbose_name="sorte")),
                ("cle", models.UUIDField(blank=True, null=True, verbose_name="clé du nœud")),
                ("champ", models.CharField(blank=True, max_length=40, verbose_name="champ")),
                ("citation", models.TextField(blank=True, verbose_name="passage cité")),
                ("intitule", models.CharField(max_length=300, verbose_name="intitulé")),
                ("ancre", models.CharField(blank=True, max_length=60, verbose_name="ancre")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                (
                    "cotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="epingles",
                        to="evaluation.cotation",
                        verbose_name="note",
                    ),
                ),
                (
                    "fichier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="epingles",
                        to="socle.fichier",
                        verbose_name="pièce",
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
                "verbose_name": "épingle",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Notation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statut",
                    models.CharField(
                        choices=[("ouverte", "En cours de notation"), ("close", "Close")],
                        default="ouverte",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("close_le", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "close_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="close par",
                    ),
                ),
                (
                    "projet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notation",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "notation",
            },
        ),
        migrations.AddConstraint(
            model_name="epingle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fichier", None),
                        (
                            "sorte__in",
                            (
                                "projet",
                                "zones",
                                "bilans",
                                "elements",
                                "enjeux",
                                "axes",
                                "objectifs",
                                "actions",
                                "financements",
                                "indicateurs",
                                "partenaires",
                                "postes",
                                "locaux",
                                "budget",
                                "passages",
                            ),
                        ),
                    ),
                    models.Q(("champ", ""), ("citation", ""), ("cle", None), ("fichier__isnull", False), ("sorte", "")),
                    _connector="OR",
                ),
                name="epingle_dans_le_projet_ou_sur_un_fichier",
                violation_error_message="Une épingle désigne un endroit du projet, ou une pièce du dossier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="epingle",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation", ""), models.Q(("champ", ""), _negated=True), _connector="OR"),
                name="citation_avec_son_champ",
                violation_error_message="Une citation dit de quel texte elle vient.",
            ),
        ),
        migrations.AddConstraint(
            model_name="notation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut", "close"), _negated=True),
                    models.Q(("close_le__isnull", False), ("close_par__isnull", False)),
                    _connector="OR",
                ),
                name="notation_close_datee",
                violation_error_message="Une grille close dit par qui et quand.",
            ),
        ),
    ]
