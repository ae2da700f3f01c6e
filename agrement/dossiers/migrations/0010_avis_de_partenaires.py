"""Les avis demandés aux partenaires, et ce qu'ils répondent par leur lien personnel."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0009_visas"),
        ("dossiers", "0009_echanges"),
        ("partenaires", "0001_initiale"),
        ("socle", "0002_journal_inalterable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DemandeDAvis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("destinataire", models.CharField(blank=True, max_length=120, verbose_name="interlocuteur")),
                ("courriel", models.EmailField(max_length=254, verbose_name="envoyée à")),
                ("question", models.TextField(verbose_name="question")),
                ("date_limite", models.DateField(verbose_name="réponse attendue jusqu'au")),
                ("demandee_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="demandé le")),
                ("graine", models.CharField(editable=False, max_length=50)),
                ("empreinte_du_jeton", models.CharField(editable=False, max_length=64, unique=True)),
                ("relancee_le", models.DateTimeField(blank=True, null=True, verbose_name="relancé le")),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
                ("motif_du_retrait", models.TextField(blank=True, verbose_name="motif du retrait")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demandes_d_avis",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
                (
                    "partenaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demandes_d_avis",
                        to="partenaires.partenaire",
                        verbose_name="partenaire",
                    ),
                ),
                (
                    "pieces",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="dossiers.piece", verbose_name="pièces montrées"
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.projetsocial",
                        verbose_name="version du projet montrée",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d'avis",
                "verbose_name_plural": "demandes d'avis",
                "ordering": ["demandee_le", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AvisDePartenaire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sens",
                    models.CharField(
                        choices=[
                            ("favorable", "Favorable"),
                            ("reserve", "Réservé"),
                            ("defavorable", "Défavorable"),
                            ("sans_avis", "Sans avis"),
                        ],
                        max_length=12,
                        verbose_name="sens de l'avis",
                    ),
                ),
                ("texte", models.TextField(blank=True, verbose_name="avis")),
                ("nom", models.CharField(max_length=120, verbose_name="nom")),
                ("qualite", models.CharField(max_length=120, verbose_name="qualité")),
                ("recu_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="reçu le")),
                (
                    "fichier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="socle.fichier",
                        verbose_name="fichier",
                    ),
                ),
                (
                    "demande",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="avis",
                        to="dossiers.demandedavis",
                        verbose_name="demande",
                    ),
                ),
            ],
            options={
                "verbose_name": "avis de partenaire",
                "verbose_name_plural": "avis de partenaires",
                "ordering": ["recu_le", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="demandedavis",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retiree_le", None)),
                fields=("dossier", "partenaire"),
                name="un_avis_demande_une_fois",
                violation_error_message="L'avis de ce partenaire est déjà demandé : relancez-le ou retirez la demande.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demandedavis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("motif_du_retrait", ""), ("retiree_le", None)),
                    models.Q(("retiree_le__isnull", False), models.Q(("motif_du_retrait", ""), _negated=True)),
                    _connector="OR",
                ),
                name="demande_d_avis_retiree_avec_motif",
                violation_error_message="Le retrait d'une demande d'avis se motive.",
            ),
        ),
        migrations.AddConstraint(
            model_name="avisdepartenaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("sens__in", ["favorable", "reserve", "defavorable", "sans_avis"])),
                name="sens_d_avis_de_partenaire_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="avisdepartenaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sens__in", ["defavorable", "reserve"]), _negated=True),
                    models.Q(("texte", ""), _negated=True),
                    _connector="OR",
                ),
                name="avis_de_partenaire_motive",
                violation_error_message="Un avis réservé ou défavorable dit pourquoi.",
            ),
        ),
    ]
