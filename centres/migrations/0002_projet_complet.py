import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.dates


class Migration(migrations.Migration):
    """Toutes les parties du projet social, ses tableaux, et qui les écrit."""

    dependencies = [
        ("centres", "0001_initiale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="benevoles",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="nombre de bénévoles"),
        ),
        migrations.AddField(
            model_name="action",
            name="charges",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                verbose_name="coût prévu, par an",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="effectif",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre de personnes attendues"),
        ),
        migrations.AddField(
            model_name="action",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="actions",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AddField(
            model_name="axe",
            name="orientation",
            field=models.CharField(blank=True, max_length=200, verbose_name="orientation qui réunit plusieurs axes"),
        ),
        migrations.AddField(
            model_name="gestionnaire",
            name="creation",
            field=socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="créé en"),
        ),
        migrations.AddField(
            model_name="gestionnaire",
            name="service",
            field=models.CharField(blank=True, max_length=120, verbose_name="service"),
        ),
        migrations.AddField(
            model_name="indicateur",
            name="mesure",
            field=models.CharField(
                blank=True,
                choices=[("quantitatif", "Quantitatif"), ("qualitatif", "Qualitatif")],
                max_length=12,
                verbose_name="mesure",
            ),
        ),
        migrations.AddField(
            model_name="indicateur",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="indicateurs",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AddField(
            model_name="objectif",
            name="finalite",
            field=models.CharField(
                blank=True,
                choices=[
                    ("inclusion", "L'inclusion sociale et la socialisation des personnes"),
                    ("liens", "Le développement des liens sociaux et la cohésion sociale"),
                    ("citoyennete", "La prise de responsabilité et la citoyenneté de proximité"),
                ],
                max_length=15,
                verbose_name="finalité",
            ),
        ),
        migrations.AddField(
            model_name="objectif",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="objectifs",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="accessibilite",
            field=models.TextField(blank=True, verbose_name="accessibilité"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="agrement_precedent",
            field=socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="agrément précédent"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="budget_global",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                verbose_name="budget total, s'il n'est pas détaillé",
            ),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="contexte",
            field=models.TextField(blank=True, verbose_name="ce qui a marqué la période"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="dispositif_precedent",
            field=models.CharField(blank=True, max_length=120, verbose_name="intitulé de l'agrément précédent"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="duree_annees",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)],
                verbose_name="durée prévue, en années",
            ),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="equipe",
            field=models.TextField(blank=True, verbose_name="équipe"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="finalite_citoyennete",
            field=models.TextField(blank=True, verbose_name="responsabilité et citoyenneté de proximité"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="finalite_inclusion",
            field=models.TextField(blank=True, verbose_name="inclusion sociale et socialisation"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="finalite_liens",
            field=models.TextField(blank=True, verbose_name="liens sociaux et cohésion"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="horaires",
            field=models.TextField(blank=True, verbose_name="horaires d'ouverture"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="nature",
            field=models.CharField(
                choices=[
                    ("premier", "Premier projet"),
                    ("renouvellement", "Renouvellement"),
                    ("prefiguration", "Préfiguration"),
                ],
                default="premier",
                editable=False,
                max_length=15,
                verbose_name="nature",
            ),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="periode_precedente",
            field=models.CharField(blank=True, max_length=40, verbose_name="période du projet précédent"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="problematique",
            field=models.TextField(blank=True, verbose_name="question centrale"),
        ),
        migrations.AddField(
            model_name="projetsocial",
            name="tarification",
            field=models.TextField(blank=True, verbose_name="tarification"),
        ),
        migrations.AddField(
            model_name="structure",
            name="nom_d_usage",
            field=models.CharField(blank=True, max_length=200, verbose_name="nom d'usage"),
        ),
        migrations.AddField(
            model_name="structure",
            name="ouverture",
            field=socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="ouverte en"),
        ),
        migrations.AddField(
            model_name="structure",
            name="premier_agrement",
            field=socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="premier agrément"),
        ),
        migrations.AlterField(
            model_name="action",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.AlterField(
            model_name="axe",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.AlterField(
            model_name="axe",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="axes",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AlterField(
            model_name="enjeu",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.AlterField(
            model_name="enjeu",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="enjeux",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AlterField(
            model_name="indicateur",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.AlterField(
            model_name="lignebudget",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.AlterField(
            model_name="lignebudget",
            name="montant",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal("0"),
                max_digits=12,
                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                verbose_name="montant",
            ),
        ),
        migrations.AlterField(
            model_name="lignebudget",
            name="projet",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lignes_budget",
                to="centres.projetsocial",
                verbose_name="projet",
            ),
        ),
        migrations.AlterField(
            model_name="objectif",
            name="intitule",
            field=models.CharField(blank=True, max_length=300, verbose_name="intitulé"),
        ),
        migrations.CreateModel(
            name="AutreIdentifiant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nature", models.CharField(max_length=80, verbose_name="nature")),
                ("valeur", models.CharField(max_length=60, verbose_name="numéro")),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="autres_identifiants",
                        to="centres.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "autre identifiant",
                "verbose_name_plural": "autres identifiants",
                "ordering": ["nature"],
            },
        ),
        migrations.CreateModel(
            name="Bilan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "origine",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="nœud du projet précédent"),
                ),
                (
                    "realisation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("realise", "Réalisé"),
                            ("partiel", "Réalisé en partie"),
                            ("non_realise", "Non réalisé"),
                        ],
                        max_length=12,
                        verbose_name="réalisation",
                    ),
                ),
                ("ecart", models.TextField(blank=True, verbose_name="écart et explication")),
                (
                    "force_majeure",
                    models.BooleanField(default=False, verbose_name="empêché par un cas de force majeure"),
                ),
                (
                    "suite",
                    models.CharField(
                        blank=True,
                        choices=[("poursuivre", "Poursuivre"), ("modifier", "Modifier"), ("arreter", "Arrêter")],
                        max_length=12,
                        verbose_name="suite",
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bilans",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du bilan",
                "verbose_name_plural": "lignes du bilan",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ElementDeDiagnostic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("donnee", "Donnée"),
                            ("besoin", "Besoin exprimé"),
                            ("force", "Force"),
                            ("faiblesse", "Faiblesse"),
                            ("opportunite", "Opportunité"),
                            ("menace", "Menace"),
                        ],
                        default="donnee",
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                ("rubrique", models.CharField(blank=True, max_length=120, verbose_name="rubrique")),
                ("valeur", models.CharField(blank=True, max_length=60, verbose_name="valeur")),
                ("unite", models.CharField(blank=True, max_length=60, verbose_name="unité")),
                ("annee", socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="année")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="elements",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "élément du diagnostic",
                "verbose_name_plural": "éléments du diagnostic",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Financement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "montant",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="montant, par an",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="financements",
                        to="centres.action",
                        verbose_name="action",
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="financements",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "financement",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Local",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                ("surface", models.PositiveIntegerField(blank=True, null=True, verbose_name="surface, en m²")),
                ("proprietaire", models.CharField(blank=True, max_length=150, verbose_name="propriétaire")),
                (
                    "occupation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("proprietaire", "Propriétaire"),
                            ("locataire", "Locataire"),
                            ("mise_a_disposition", "Mise à disposition par convention"),
                            ("autre", "Autre"),
                        ],
                        max_length=20,
                        verbose_name="titre d'occupation",
                    ),
                ),
                (
                    "charges_payees_par",
                    models.CharField(blank=True, max_length=150, verbose_name="qui paie les charges"),
                ),
                (
                    "valorisation",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="valeur du prêt, par an",
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="locaux",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "local",
                "verbose_name_plural": "locaux",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PartenaireDuProjet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("financeur", "Financeur"),
                            ("institution", "Institution"),
                            ("association", "Association"),
                            ("federation", "Fédération"),
                            ("cadre", "Cadre commun : convention territoriale, contrat de ville, schéma"),
                            ("autre", "Autre"),
                        ],
                        max_length=15,
                        verbose_name="à quel titre",
                    ),
                ),
                ("apport", models.CharField(blank=True, max_length=300, verbose_name="apport")),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partenaires",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "partenaire du projet",
                "verbose_name_plural": "partenaires du projet",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "cote",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("centre", "Instance du centre"),
                            ("gestionnaire", "Instance du gestionnaire"),
                            ("partenaires", "Partenaires"),
                            ("caf", "Caf"),
                            ("etat", "État"),
                        ],
                        max_length=15,
                        verbose_name="chez qui",
                    ),
                ),
                ("date", socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="date")),
                ("suite_donnee", models.CharField(blank=True, max_length=300, verbose_name="ce qui en est sorti")),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "passage en instance",
                "verbose_name_plural": "passages en instance",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PosteDuProjet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "fonction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("direction", "Direction"),
                            ("adjoint", "Direction adjointe"),
                            ("referent_familles", "Référent familles"),
                            ("accueil", "Accueil et secrétariat"),
                            ("animation", "Animation"),
                            ("comptabilite", "Comptabilité et gestion"),
                            ("autre", "Autre"),
                        ],
                        max_length=20,
                        verbose_name="fonction",
                    ),
                ),
                (
                    "etp",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="ETP",
                    ),
                ),
                ("qualification", models.CharField(blank=True, max_length=150, verbose_name="qualification")),
                (
                    "niveau",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(3),
                            django.core.validators.MaxValueValidator(8),
                        ],
                        verbose_name="niveau du diplôme",
                    ),
                ),
                (
                    "employeur",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="employeur, si ce n'est pas le gestionnaire"
                    ),
                ),
                ("mis_a_disposition", models.BooleanField(default=False, verbose_name="mis à disposition")),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postes",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "poste du projet",
                "verbose_name_plural": "postes du projet",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="clé")),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("intitule", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quartier", "Quartier"),
                            ("commune", "Commune"),
                            ("communes", "Plusieurs communes"),
                            ("intercommunalite", "Intercommunalité"),
                            ("autre", "Autre"),
                        ],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                (
                    "nombre_de_communes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="nombre de communes"),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="habitants")),
                ("annee", socle.dates.DateImprecise(blank=True, max_length=10, verbose_name="année du chiffre")),
                ("itinerant", models.BooleanField(default=False, verbose_name="le centre s'y déplace")),
                ("precision", models.TextField(blank=True, verbose_name="précisions")),
                (
                    "communes",
                    models.ManyToManyField(blank=True, related_name="+", to="centres.commune", verbose_name="communes"),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zones",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "zone",
                "ordering": ["ordre", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Saisie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("partie", models.CharField(max_length=20, verbose_name="partie")),
                ("jour", models.DateField(verbose_name="jour")),
                ("le", models.DateTimeField(verbose_name="dernière écriture")),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saisies",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
            ],
            options={
                "verbose_name": "saisie",
                "ordering": ["-le"],
                "constraints": [
                    models.UniqueConstraint(fields=("projet", "partie", "par", "jour"), name="une_saisie_par_jour")
                ],
            },
        ),
    ]
