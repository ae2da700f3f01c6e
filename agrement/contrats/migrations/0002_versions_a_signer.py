import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agrement.contrats.models.versions


class Migration(migrations.Migration):
    dependencies = [
        ("contrats", "0001_initiale"),
        ("partenaires", "0001_initiale"),
        ("seances", "0016_cloture"),
        ("socle", "0003_vues_et_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Avenant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("numero", models.PositiveSmallIntegerField(editable=False, verbose_name="numéro")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("duree", "Durée"),
                            ("objectifs", "Objectifs"),
                            ("gestionnaire", "Gestionnaire"),
                            ("equipe", "Équipe"),
                            ("financement", "Financement"),
                            ("territoire", "Territoire"),
                            ("partenaires", "Partenaires"),
                            ("texte_libre", "Texte libre"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("brouillon", "Brouillon"),
                            ("en_signature", "En signature"),
                            ("signe", "Signé"),
                            ("abandonne", "Abandonné"),
                        ],
                        default="",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                (
                    "objet",
                    models.TextField(
                        help_text="Ce qui change, et pourquoi, en quelques phrases.", verbose_name="objet"
                    ),
                ),
                ("effet_le", models.DateField(verbose_name="prend effet le")),
                ("modifications", models.JSONField(default=dict, editable=False, verbose_name="modifications")),
                ("lu", models.CharField(editable=False, max_length=64, verbose_name="empreinte de ce qu'il remplace")),
                ("signe_le", models.DateField(blank=True, null=True, verbose_name="signé le")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="écrit le")),
                (
                    "contrat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="avenants",
                        to="contrats.contrat",
                        verbose_name="contrat",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="avenants",
                        to="seances.decision",
                        verbose_name="décision",
                    ),
                ),
            ],
            options={
                "verbose_name": "avenant",
                "ordering": ["contrat", "numero"],
            },
        ),
        migrations.CreateModel(
            name="PartieASigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rang", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "partie",
                    models.CharField(
                        choices=[
                            ("gestionnaire", "Pour le gestionnaire"),
                            ("commune", "Pour la commune"),
                            ("cosignataire", "Pour un autre signataire"),
                            ("caf", "Pour la Caf"),
                        ],
                        max_length=15,
                        verbose_name="partie",
                    ),
                ),
                ("nom", models.CharField(max_length=200, verbose_name="personne morale")),
                ("representant", models.CharField(blank=True, max_length=160, verbose_name="représentant")),
                ("qualite", models.CharField(blank=True, max_length=160, verbose_name="qualité")),
                ("courriel", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("refusee_le", models.DateTimeField(blank=True, null=True, verbose_name="refusée le")),
                ("motif_du_refus", models.TextField(blank=True, verbose_name="motif du refus")),
                (
                    "partenaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partenaires.partenaire",
                        verbose_name="partenaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "partie à la signature",
                "verbose_name_plural": "parties à la signature",
                "ordering": ["version", "rang"],
            },
        ),
        migrations.CreateModel(
            name="VersionASigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("numero", models.PositiveSmallIntegerField(editable=False, verbose_name="version")),
                (
                    "code",
                    models.CharField(
                        default=agrement.contrats.models.versions.nouveau_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="code de vérification",
                    ),
                ),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("en_signature", "En signature"),
                            ("a_sceller", "À sceller"),
                            ("scellee", "Signée et scellée"),
                            ("rappelee", "Rappelée"),
                            ("refusee", "Signature refusée"),
                        ],
                        default="",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("contenu", models.JSONField(default=dict, editable=False, verbose_name="contenu")),
                ("version_du_modele", models.CharField(editable=False, max_length=60, verbose_name="modèle du texte")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="proposée le")),
                ("scellee_le", models.DateTimeField(blank=True, null=True, verbose_name="scellée le")),
                (
                    "avenant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="contrats.avenant",
                        verbose_name="avenant",
                    ),
                ),
                (
                    "contrat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="contrats.contrat",
                        verbose_name="contrat",
                    ),
                ),
                (
                    "original_pdf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="socle.fichier",
                        verbose_name="exemplaire à signer",
                    ),
                ),
                (
                    "projet_pdf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="socle.fichier",
                        verbose_name="projet",
                    ),
                ),
                (
                    "scelle_pdf",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="version_scellee",
                        to="socle.fichier",
                        verbose_name="exemplaire signé",
                    ),
                ),
            ],
            options={
                "verbose_name": "version à signer",
                "verbose_name_plural": "versions à signer",
                "ordering": ["contrat", "avenant", "numero"],
            },
        ),
        migrations.AddField(
            model_name="partieasigner",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parties",
                to="contrats.versionasigner",
                verbose_name="version",
            ),
        ),
        migrations.AddConstraint(
            model_name="avenant",
            constraint=models.UniqueConstraint(fields=("contrat", "numero"), name="numero_d_avenant_unique"),
        ),
        migrations.AddConstraint(
            model_name="avenant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "duree",
                            "objectifs",
                            "gestionnaire",
                            "equipe",
                            "financement",
                            "territoire",
                            "partenaires",
                            "texte_libre",
                        ],
                    )
                ),
                name="type_d_avenant_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="avenant",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["brouillon", "en_signature", "signe", "abandonne"])),
                name="statut_d_avenant_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="avenant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut", "signe"), _negated=True), ("signe_le__isnull", False), _connector="OR"
                ),
                name="avenant_signe_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("avenant", None)), fields=("contrat", "numero"), name="version_de_contrat_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.UniqueConstraint(fields=("avenant", "numero"), name="version_d_avenant_unique"),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("avenant", None), ("statut__in", ("en_signature", "a_sceller"))),
                fields=("contrat",),
                name="un_seul_circuit_de_signature_par_contrat",
                violation_error_message="Une version est déjà à la signature : rappelez-la d'abord.",
            ),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("statut__in", ("en_signature", "a_sceller"))),
                fields=("avenant",),
                name="un_seul_circuit_de_signature_par_avenant",
                violation_error_message="Une version est déjà à la signature : rappelez-la d'abord.",
            ),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["en_signature", "a_sceller", "scellee", "rappelee", "refusee"])),
                name="statut_de_version_a_signer_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="versionasigner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut", "scellee"), _negated=True),
                    models.Q(("scelle_pdf__isnull", False), ("scellee_le__isnull", False)),
                    _connector="OR",
                ),
                name="version_scellee_avec_son_fichier",
            ),
        ),
        migrations.AddConstraint(
            model_name="partieasigner",
            constraint=models.UniqueConstraint(fields=("version", "rang"), name="un_rang_par_partie"),
        ),
        migrations.AddConstraint(
            model_name="partieasigner",
            constraint=models.CheckConstraint(
                condition=models.Q(("partie__in", ["gestionnaire", "commune", "cosignataire", "caf"])),
                name="partie_signataire_connue",
            ),
        ),
        migrations.AddConstraint(
            model_name="partieasigner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("motif_du_refus", ""), ("refusee_le", None)),
                    models.Q(("refusee_le__isnull", False), models.Q(("motif_du_refus", ""), _negated=True)),
                    _connector="OR",
                ),
                name="refus_de_signer_motive",
                violation_error_message="Le refus de signer se motive.",
            ),
        ),
    ]
