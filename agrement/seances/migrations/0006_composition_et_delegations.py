"""Les sièges par collège, la présidence unique, et les délégations du conseil à la place d'une date."""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models

SIEGES = (("assures", 8), ("employeurs", 5), ("independants", 3), ("familles", 4), ("qualifies", 4))
TEXTE = "Composition du conseil d'administration d'une Caf : vingt-quatre membres"
SANS_TERME = dt.date(2099, 12, 31)


def reprendre(apps, schema_editor):
    """Chaque conseil reçoit ses sièges d'origine ; chaque date de délégation, une délégation de toute demande."""
    Instance, Composition = apps.get_model("seances", "Instance"), apps.get_model("seances", "Composition")
    for conseil in Instance.objects.filter(type="ca"):
        for college, sieges in SIEGES:
            Composition.objects.create(instance=conseil, college=college, sieges=sieges, texte=TEXTE)
    Delegation = apps.get_model("seances", "Delegation")
    for instance in Instance.objects.exclude(type="ca").filter(delegation_jusqu_au__isnull=False):
        fin = instance.delegation_jusqu_au
        premiere = instance.seances.order_by("date").values_list("date", flat=True).first()
        Delegation.objects.create(
            instance=instance,
            debut=min(fin.replace(month=1, day=1), premiere or fin),
            fin=fin,
            deliberation="à préciser",
        )


def rendre(apps, schema_editor):
    """La dernière fin des délégations sans plafond ni objet redevient la date de l'instance."""
    Delegation = apps.get_model("seances", "Delegation")
    for delegation in Delegation.objects.filter(type_de_demande="", plafond_annuel=None).select_related("instance"):
        instance, fin = delegation.instance, delegation.fin or SANS_TERME
        if instance.delegation_jusqu_au is None or instance.delegation_jusqu_au < fin:
            instance.delegation_jusqu_au = fin
            instance.save()


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0005_salle"),
    ]

    operations = [
        migrations.CreateModel(
            name="Composition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "college",
                    models.CharField(
                        choices=[
                            ("assures", "Assurés sociaux"),
                            ("employeurs", "Employeurs"),
                            ("independants", "Travailleurs indépendants"),
                            ("familles", "Associations familiales"),
                            ("qualifies", "Personnes qualifiées"),
                        ],
                        max_length=15,
                        verbose_name="collège",
                    ),
                ),
                ("sieges", models.PositiveSmallIntegerField(verbose_name="sièges")),
                (
                    "depuis",
                    models.DateField(
                        blank=True, help_text="Vide : depuis l'origine.", null=True, verbose_name="depuis le"
                    ),
                ),
                (
                    "texte",
                    models.CharField(
                        blank=True,
                        help_text="Celui qui fixe ce nombre de sièges.",
                        max_length=200,
                        verbose_name="texte",
                    ),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="compositions",
                        to="seances.instance",
                        verbose_name="instance",
                    ),
                ),
            ],
            options={
                "verbose_name": "composition d'une instance",
                "verbose_name_plural": "composition",
                "ordering": ["college", "-depuis", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.UniqueConstraint(
                fields=("instance", "college", "depuis"),
                name="une_composition_par_college_et_par_date",
                violation_error_message="Ce collège a déjà un nombre de sièges à cette date : modifiez-le.",
            ),
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("depuis", None)),
                fields=("instance", "college"),
                name="une_composition_d_origine_par_college",
                violation_error_message="Ce collège a déjà un nombre de sièges d'origine : datez le nouveau.",
            ),
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type_de_demande",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("premier_agrement", "Premier agrément"),
                            ("renouvellement", "Renouvellement"),
                            ("avenant", "Avenant"),
                            ("prefiguration", "Préfiguration"),
                            ("sursis_retrait", "Sursis ou retrait"),
                        ],
                        help_text="Vide : toute demande.",
                        max_length=20,
                        verbose_name="objet",
                    ),
                ),
                (
                    "plafond_annuel",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Le plus qu'une demande peut demander à la Caf par année, en euros. Vide : sans plafond.",
                        max_digits=12,
                        null=True,
                        verbose_name="plafond annuel",
                    ),
                ),
                ("debut", models.DateField(verbose_name="depuis le")),
                ("fin", models.DateField(blank=True, null=True, verbose_name="jusqu'au")),
                (
                    "deliberation",
                    models.CharField(
                        help_text="Celle par laquelle le conseil d'administration délègue.",
                        max_length=120,
                        verbose_name="délibération",
                    ),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="seances.instance",
                        verbose_name="instance",
                    ),
                ),
            ],
            options={
                "verbose_name": "délégation du conseil",
                "verbose_name_plural": "délégations du conseil",
                "ordering": ["-debut", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("fin", None), ("fin__gte", models.F("debut")), _connector="OR"),
                name="delegation_debut_avant_fin",
                violation_error_message="La fin de la délégation précède son début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("plafond_annuel", None), ("plafond_annuel__gt", 0), _connector="OR"),
                name="plafond_de_delegation_positif",
                violation_error_message="Le plafond d'une délégation est un montant positif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type_de_demande__in",
                        ["", "premier_agrement", "renouvellement", "avenant", "prefiguration", "sursis_retrait"],
                    )
                ),
                name="objet_de_delegation_connu",
                violation_error_message="Une délégation porte sur un type de demande, ou sur toutes.",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="delegation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="seances.delegation",
                verbose_name="par délégation",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fin", None), ("fonction", "presidence")),
                fields=("instance",),
                name="une_presidence_en_cours_par_instance",
                violation_error_message="Cette instance a déjà une présidence : datez d'abord la fin de la sienne.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandat",
            constraint=models.CheckConstraint(
                condition=models.Q(("titulaire", True), ("fonction", "membre"), _connector="OR"),
                name="presidence_confiee_a_un_titulaire",
                violation_error_message="La présidence et la vice-présidence sont confiées à un titulaire.",
            ),
        ),
        migrations.RunPython(reprendre, rendre),
    ]
