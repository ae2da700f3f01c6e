"""Les messages entre la Caf et le centre, jusqu'où chacun les a lus, et les comptes rendus de leurs rencontres."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0008_avis"),
        ("socle", "0002_journal_inalterable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texte", models.TextField(max_length=5000, verbose_name="message")),
                (
                    "cote",
                    models.CharField(
                        choices=[("caf", "La Caf"), ("centre", "Le centre")], max_length=6, verbose_name="côté"
                    ),
                ),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="envoyé le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "fichiers",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="socle.fichier", verbose_name="fichiers joints"
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
                "verbose_name": "message",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LectureDesMessages",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lu_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="lu le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lectures",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "utilisateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lectures_des_messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "dernier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dossiers.message",
                        verbose_name="dernier message lu",
                    ),
                ),
            ],
            options={
                "verbose_name": "lecture des messages",
                "verbose_name_plural": "lectures des messages",
            },
        ),
        migrations.CreateModel(
            name="CompteRendu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("reunion", "Réunion"),
                            ("visite", "Visite de la structure"),
                            ("appel", "Appel téléphonique"),
                            ("courrier", "Courrier"),
                            ("courriel", "Courriel"),
                            ("commission_delocalisee", "Commission délocalisée"),
                        ],
                        max_length=25,
                        verbose_name="nature",
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                ("lieu", models.CharField(blank=True, max_length=200, verbose_name="lieu")),
                (
                    "participants",
                    models.TextField(help_text="Un nom et une qualité par ligne.", verbose_name="participants"),
                ),
                ("texte", models.TextField(verbose_name="compte rendu")),
                ("convenu", models.TextField(blank=True, verbose_name="ce qui a été convenu")),
                ("ecrit_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="écrit le")),
                ("corrige_le", models.DateTimeField(blank=True, null=True, verbose_name="corrigé le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comptes_rendus",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "fichiers",
                    models.ManyToManyField(blank=True, related_name="+", to="socle.fichier", verbose_name="fichiers"),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrit par",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte rendu",
                "verbose_name_plural": "comptes rendus",
                "ordering": ["-date", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                ["reunion", "visite", "appel", "courrier", "courriel", "commission_delocalisee"],
                            )
                        ),
                        name="nature_de_compte_rendu_connue",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("texte", ""), _negated=True),
                name="message_non_vide",
                violation_error_message="Écrivez votre message.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("cote__in", ["caf", "centre"])), name="cote_du_message_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="lecturedesmessages",
            constraint=models.UniqueConstraint(
                fields=("dossier", "utilisateur"),
                name="une_lecture_par_personne_et_dossier",
                violation_error_message="Cette personne a déjà une lecture de cette conversation.",
            ),
        ),
    ]
