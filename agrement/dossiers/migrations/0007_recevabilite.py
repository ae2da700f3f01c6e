"""L'examen de recevabilité et sa lettre ; une demande de compléments a un état, et demande aussi des parties du projet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import agrement.dossiers.models.recevabilite
import socle.horloge

CIRCULAIRE = "Circulaire Cnaf n° 56 du 31 octobre 1995, §14"
CRPA = "Code des relations entre le public et l'administration, article L114-5"
PREMIER, RENOUVELLEMENT = ["premier_agrement"], ["renouvellement"]
AGREMENT = PREMIER + RENOUVELLEMENT
TOUTES = [*AGREMENT, "avenant", "prefiguration"]

# code, intitulé, aide, types de demande, source, terrain d'accueil seulement
CRITERES = (
    (
        "R01",
        "La demande est complète : les pièces obligatoires sont produites et se lisent.",
        "Si une pièce manque, demandez d'abord des compléments : le centre doit avoir eu le temps de la produire.",
        TOUTES,
        CRPA,
        False,
    ),
    (
        "R02",
        "Le projet est faisable.",
        "Les moyens humains, matériels et financiers annoncés permettent les actions prévues.",
        PREMIER,
        CIRCULAIRE,
        False,
    ),
    (
        "R03",
        "L'équipement a la capacité d'intégrer les objectifs et les missions des centres sociaux.",
        "Ce que le projet dit des missions, de la fonction d'animation globale et de la place des habitants.",
        PREMIER,
        CIRCULAIRE,
        False,
    ),
    (
        "R04",
        "L'équipement présente des garanties suffisantes d'évolution.",
        "Qualification, gouvernance, partenaires : ce qui permettra d'atteindre ce qui n'est pas encore là.",
        PREMIER,
        CIRCULAIRE,
        False,
    ),
    (
        "R05",
        "Le projet s'inscrit dans des perspectives pluriannuelles nouvelles.",
        "Un projet qui reprend celui de la période passée n'est pas recevable. Les faits relevés disent ce qui est "
        "repris.",
        RENOUVELLEMENT,
        CIRCULAIRE,
        False,
    ),
    (
        "R06",
        "Les actions sont mises en cohérence.",
        "Premier des quatre principes de la fonction d'animation globale sur un terrain d'accueil.",
        AGREMENT,
        CIRCULAIRE,
        True,
    ),
    (
        "R07",
        "Les usagers et les habitants participent aux décisions.",
        "Deuxième principe : les familles du terrain, et les habitants alentour.",
        AGREMENT,
        CIRCULAIRE,
        True,
    ),
    (
        "R08",
        "Le projet porte l'échange social.",
        "Troisième principe : des occasions de rencontre entre les familles du terrain et les autres habitants.",
        AGREMENT,
        CIRCULAIRE,
        True,
    ),
    (
        "R09",
        "Les personnels sont qualifiés.",
        "Quatrième principe : la qualification de qui exerce la fonction d'animation globale.",
        AGREMENT,
        CIRCULAIRE,
        True,
    ),
)


def donner_leur_etat_aux_demandes(apps, schema_editor):
    """Ni répondue ni annulée, une demande n'est ouverte que si son dossier l'attend encore."""
    Demande = apps.get_model("dossiers", "DemandeDeComplements")
    Projet = apps.get_model("centres", "ProjetSocial")
    Demande.objects.filter(repondue_le__isnull=False).update(statut="repondue", annulee_le=None)
    laissees = Demande.objects.filter(repondue_le=None).exclude(dossier__statut="incomplet")
    laissees.filter(annulee_le=None).update(annulee_le=timezone.now())
    Demande.objects.filter(repondue_le=None, annulee_le__isnull=False).update(statut="annulee")
    for demande in Demande.objects.filter(statut="ouverte", dossier__projet__isnull=False).select_related("dossier"):
        versions = Projet.objects.filter(serie=demande.dossier.projet.serie, fige_le__isnull=False)
        demande.projet = versions.order_by("-version").first()
        demande.save()


def oublier_les_parties_demandees(apps, schema_editor):
    apps.get_model("dossiers", "LigneDeComplements").objects.filter(type_de_piece=None).delete()


def donner_les_criteres(apps, schema_editor):
    """Chaque Caisse reçoit les critères d'origine, qu'elle règle ensuite."""
    Critere = apps.get_model("dossiers", "CritereDeRecevabilite")
    Critere.objects.bulk_create(
        Critere(
            caisse=caisse,
            code=code,
            intitule=intitule,
            aide=aide,
            types_de_dossier=demandes,
            source=source,
            terrain_d_accueil=terrain,
            ordre=rang,
        )
        for caisse in apps.get_model("comptes", "Caisse").objects.all()
        for rang, (code, intitule, aide, demandes, source, terrain) in enumerate(CRITERES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0012_parties_ouvertes"),
        ("comptes", "0003_roles_du_centre"),
        ("dossiers", "0006_positions_seules"),
        ("socle", "0002_journal_inalterable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="terrain_d_accueil",
            field=models.BooleanField(
                default=False,
                editable=False,
                verbose_name="implantée sur un terrain d'accueil des gens du voyage",
            ),
        ),
        migrations.CreateModel(
            name="CritereDeRecevabilite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4, verbose_name="code")),
                (
                    "intitule",
                    models.CharField(
                        help_text="Une affirmation : « oui » est favorable.", max_length=200, verbose_name="intitulé"
                    ),
                ),
                ("aide", models.TextField(blank=True, verbose_name="aide")),
                (
                    "source",
                    models.CharField(
                        help_text="Le texte qui fonde le critère ; la lettre le cite.",
                        max_length=150,
                        verbose_name="source",
                    ),
                ),
                (
                    "types_de_dossier",
                    models.JSONField(
                        default=list,
                        validators=[agrement.dossiers.models.recevabilite.des_types_de_demande],
                        verbose_name="types de demande",
                    ),
                ),
                (
                    "terrain_d_accueil",
                    models.BooleanField(
                        default=False, verbose_name="pour un terrain d'accueil des gens du voyage seulement"
                    ),
                ),
                ("ordre", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("actif", models.BooleanField(default=True, verbose_name="examiné")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteres_de_recevabilite",
                        to="comptes.caisse",
                        verbose_name="Caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "critère de recevabilité",
                "verbose_name_plural": "critères de recevabilité",
                "ordering": ["ordre", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "code"),
                        name="critere_de_recevabilite_unique",
                        violation_error_message="Ce code de critère existe déjà.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReponseDeRecevabilite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reponse",
                    models.CharField(
                        choices=[("oui", "Oui"), ("non", "Non"), ("sans_objet", "Sans objet")],
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                ("commentaire", models.TextField(blank=True, max_length=1000, verbose_name="commentaire")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                (
                    "critere",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reponses",
                        to="dossiers.criterederecevabilite",
                        verbose_name="critère",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reponses_de_recevabilite",
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
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse de recevabilité",
                "verbose_name_plural": "réponses de recevabilité",
                "ordering": ["critere__ordre", "critere__code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "critere"),
                        name="une_reponse_par_critere",
                        violation_error_message="Ce critère a déjà une réponse : rechargez la page.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reponse", "non"), _negated=True),
                            models.Q(("commentaire", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="non_recevable_motive",
                        violation_error_message="Un « non » se motive : la lettre dira pourquoi.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LettreDIrrecevabilite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_du_modele", models.CharField(max_length=20, verbose_name="version du modèle")),
                ("contenu", models.JSONField(verbose_name="contenu")),
                ("le", models.DateField(verbose_name="datée du")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lettres_d_irrecevabilite",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "fichier",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="irrecevabilite",
                        to="socle.fichier",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "lettre d'irrecevabilité",
                "verbose_name_plural": "lettres d'irrecevabilité",
                "ordering": ["-le", "-pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="demandedecomplements",
            options={
                "ordering": ["-cree_le", "-pk"],
                "verbose_name": "demande de compléments",
                "verbose_name_plural": "demandes de compléments",
            },
        ),
        migrations.AlterModelOptions(
            name="lignedecomplements",
            options={
                "ordering": ["pk"],
                "verbose_name": "ligne de compléments",
                "verbose_name_plural": "lignes de compléments",
            },
        ),
        migrations.RemoveConstraint(model_name="demandedecomplements", name="une_demande_ouverte_par_dossier"),
        migrations.AddField(
            model_name="demandedecomplements",
            name="motif_d_annulation",
            field=models.TextField(blank=True, default="", verbose_name="motif de l'annulation"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="demandedecomplements",
            name="projet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="centres.projetsocial",
                verbose_name="version examinée",
            ),
        ),
        migrations.AddField(
            model_name="demandedecomplements",
            name="statut",
            field=models.CharField(
                choices=[("ouverte", "Ouverte"), ("repondue", "Répondue"), ("annulee", "Annulée")],
                default="ouverte",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AddField(
            model_name="lignedecomplements",
            name="partie",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="partie du projet"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="lignedecomplements",
            name="raison",
            field=models.CharField(
                choices=[
                    ("manquante", "Pièce manquante"),
                    ("illisible", "Illisible"),
                    ("incomplete", "Incomplète"),
                    ("perimee", "Périmée"),
                    ("a_mettre_a_jour", "À mettre à jour"),
                    ("incoherente", "Incohérente avec le projet"),
                    ("autre", "Autre raison"),
                ],
                default="autre",
                max_length=20,
                verbose_name="raison",
            ),
        ),
        migrations.AlterField(
            model_name="lignedecomplements",
            name="type_de_piece",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.typedepiece",
                verbose_name="pièce",
            ),
        ),
        migrations.RunPython(donner_leur_etat_aux_demandes, oublier_les_parties_demandees),
        migrations.AddConstraint(
            model_name="demandedecomplements",
            constraint=models.UniqueConstraint(
                condition=models.Q(("statut", "ouverte")),
                fields=("dossier",),
                name="une_demande_ouverte_par_dossier",
                violation_error_message="Une demande de compléments est déjà ouverte pour ce dossier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demandedecomplements",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("annulee_le", None), ("repondue_le", None), ("statut", "ouverte")),
                    models.Q(("annulee_le", None), ("repondue_le__isnull", False), ("statut", "repondue")),
                    models.Q(("annulee_le__isnull", False), ("repondue_le", None), ("statut", "annulee")),
                    _connector="OR",
                ),
                name="demande_de_complements_datee",
                violation_error_message="Une demande de compléments répondue ou annulée porte la date de cet acte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lignedecomplements",
            constraint=models.UniqueConstraint(
                condition=models.Q(("partie", ""), _negated=True),
                fields=("demande", "partie"),
                name="partie_demandee_une_fois",
                violation_error_message="Cette partie du projet est déjà demandée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lignedecomplements",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("type_de_piece__isnull", False), ("partie", "")),
                    models.Q(("type_de_piece", None), models.Q(("partie", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ligne_pour_une_piece_ou_une_partie",
                violation_error_message="Une ligne demande une pièce, ou une partie du projet : l'une des deux.",
            ),
        ),
        migrations.RunPython(donner_les_criteres, migrations.RunPython.noop),
    ]
