import django.db.models.deletion
from django.db import migrations, models

from agrement.contrats.models.versions import nouveau_code

PARTIES = ("gestionnaire", "caf")


def mettre_en_versions(apps, schema_editor):
    """Un contrat d'avant les versions : scellé, il en a une, signée ; sinon, la sienne se propose à nouveau.

    Son exemplaire n'a pas de champ de signature.
    """
    Contrat = apps.get_model("contrats", "Contrat")
    Version = apps.get_model("contrats", "VersionASigner")
    Signature = apps.get_model("contrats", "Signature")
    for contrat in Contrat.objects.select_related("gestionnaire", "caisse"):
        version = Version.objects.create(
            contrat=contrat,
            numero=1,
            code=nouveau_code(),
            statut="scellee" if contrat.scelle_pdf_id else "rappelee",
            contenu=contrat.contenu,
            version_du_modele=contrat.version_du_modele,
            projet_pdf_id=contrat.projet_pdf_id,
            original_pdf_id=contrat.projet_pdf_id,
            scelle_pdf_id=contrat.scelle_pdf_id,
            scellee_le=contrat.cree_le if contrat.scelle_pdf_id else None,
        )
        noms = (contrat.gestionnaire.raison_sociale, contrat.caisse.nom)
        for rang, (partie, nom) in enumerate(zip(PARTIES, noms, strict=True), 1):
            la_sienne = version.parties.create(rang=rang, partie=partie, nom=nom)
            Signature.objects.filter(contrat=contrat, partie=partie).update(partie_a_signer=la_sienne)


class Migration(migrations.Migration):
    dependencies = [("contrats", "0002_versions_a_signer"), ("socle", "0003_vues_et_exports")]

    operations = [
        migrations.AddField(
            "signature",
            "partie_a_signer",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signature",
                to="contrats.partieasigner",
            ),
        ),
        migrations.AddField(
            "signature",
            "mode",
            models.CharField(
                choices=[
                    ("application", "Dans l'application"),
                    ("certificat", "Avec son propre certificat"),
                    ("papier", "Sur papier"),
                ],
                default="application",
                max_length=12,
                verbose_name="mode",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "signature",
            "fichier",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="socle.fichier",
                verbose_name="exemplaire signé",
            ),
        ),
        migrations.AddField(
            "signature", "preuve", models.JSONField(default=dict, editable=False, verbose_name="preuve")
        ),
        migrations.RunPython(mettre_en_versions, migrations.RunPython.noop),
    ]
