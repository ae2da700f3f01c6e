"""La base refuse elle-même de changer ou d'ôter une entrée du journal, quel que soit le chemin."""

from django.db import migrations

POSER = {
    "sqlite": (
        """CREATE TRIGGER journal_sans_changement BEFORE UPDATE ON socle_entreedujournal
           BEGIN SELECT RAISE(ABORT, 'Le journal ne se modifie pas.'); END""",
        """CREATE TRIGGER journal_sans_suppression BEFORE DELETE ON socle_entreedujournal
           BEGIN SELECT RAISE(ABORT, 'Le journal ne se supprime pas.'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION journal_inalterable() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'Le journal ne se modifie ni ne se supprime.'; END $$""",
        """CREATE TRIGGER journal_sans_changement BEFORE UPDATE OR DELETE ON socle_entreedujournal
           FOR EACH ROW EXECUTE FUNCTION journal_inalterable()""",
        """CREATE TRIGGER journal_sans_vidage BEFORE TRUNCATE ON socle_entreedujournal
           FOR EACH STATEMENT EXECUTE FUNCTION journal_inalterable()""",
    ),
}
OTER = {
    "sqlite": ("DROP TRIGGER journal_sans_changement", "DROP TRIGGER journal_sans_suppression"),
    "postgresql": (
        "DROP TRIGGER journal_sans_changement ON socle_entreedujournal",
        "DROP TRIGGER journal_sans_vidage ON socle_entreedujournal",
        "DROP FUNCTION journal_inalterable()",
    ),
}


def poser(apps, schema_editor):
    for commande in POSER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


def oter(apps, schema_editor):
    for commande in OTER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]

    operations = [migrations.RunPython(poser, oter)]
