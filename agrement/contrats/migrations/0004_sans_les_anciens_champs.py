import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contrats", "0003_signatures_par_partie")]

    operations = [
        migrations.RemoveConstraint("signature", "une_signature_par_partie"),
        migrations.RemoveConstraint("signature", "partie_signataire_connue"),
        migrations.RemoveField("signature", "contrat"),
        migrations.RemoveField("signature", "partie"),
        migrations.RenameField("signature", "partie_a_signer", "partie"),
        migrations.AlterField(
            "signature",
            "partie",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signature",
                to="contrats.partieasigner",
                verbose_name="partie",
            ),
        ),
        migrations.AlterField(
            "signature",
            "par",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="enregistrée par",
            ),
        ),
        migrations.AddConstraint(
            "signature",
            models.CheckConstraint(
                condition=models.Q(("mode__in", ["application", "certificat", "papier"])),
                name="mode_de_signature_connu",
            ),
        ),
        migrations.RemoveField("contrat", "contenu"),
        migrations.RemoveField("contrat", "projet_pdf"),
        migrations.RemoveField("contrat", "version_du_modele"),
    ]
