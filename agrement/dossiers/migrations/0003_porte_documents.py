import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def separer_les_fichiers(apps, schema_editor):
    """En arrière, chaque pièce a de nouveau sa fiche de fichier : une reprise en reçoit une, du même contenu."""
    for piece in apps.get_model("dossiers", "Piece").objects.filter(reprise_de__isnull=False).select_related("fichier"):
        piece.fichier.pk = uuid.uuid4()
        piece.fichier._state.adding = True
        piece.fichier.save()
        piece.fichier_id = piece.fichier.pk
        piece.save()
    schema_editor.connection.check_constraints()  # sans quoi PostgreSQL refuse de changer une table aux contrôles en attente


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0002_accuse_de_reception"),
        ("socle", "0002_journal_inalterable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="piece",
            name="reprise_de",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reprises",
                to="dossiers.piece",
                verbose_name="reprise de",
            ),
        ),
        migrations.AddField(
            model_name="typedepiece",
            name="modele",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="socle.fichier",
                verbose_name="modèle vierge",
            ),
        ),
        migrations.AddField(
            model_name="typedepiece",
            name="reutilisable",
            field=models.BooleanField(
                default=False,
                help_text="Encore valable, elle est proposée au dossier suivant de la structure, qui n'a pas à la redonner.",
                verbose_name="sert d'un dossier à l'autre",
            ),
        ),
        migrations.AlterField(
            model_name="piece",
            name="fichier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pieces",
                to="socle.fichier",
                verbose_name="fichier",
            ),
        ),
        migrations.AlterField(
            model_name="typedepiece",
            name="validite_mois",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Comptée du jour du dépôt. Vide : la pièce ne périme pas.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="validité en mois",
            ),
        ),
        migrations.AddConstraint(
            model_name="piece",
            constraint=models.UniqueConstraint(
                fields=("dossier", "fichier"),
                name="fichier_une_fois_par_dossier",
                violation_error_message="Ce document est déjà dans le dossier.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, separer_les_fichiers),
    ]
