"""La base refuse elle-même de changer les critères d'une décision et les questions d'un point décidé.

Les critères d'une décision ne changent ni ne s'ôtent, et les questions d'un point ne changent plus une fois qu'il est
décidé. PostgreSQL refuse aussi d'ajouter un critère à un point décidé. SQLite ne le fait pas : sa garde lirait deux
autres tables, qu'il ne pourrait plus refaire sans l'ôter. Il perd les gardes d'une table qu'il refait : une migration
qui change `seances_inscription` les remet ensuite, par `oter` et `poser`.
"""

from django.db import migrations

CRITERES = "Les critères d''une décision ne changent plus."
QUESTIONS = "Les questions d''un point décidé ne changent plus."
TABLE = "seances_decision_criteres_non_satisfaits"
CHANGENT = "OLD.issue = 'decidee' AND NEW.questions <> OLD.questions"

POSER = {
    "sqlite": (
        f"""CREATE TRIGGER criteres_sans_changement BEFORE UPDATE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{CRITERES}'); END""",
        f"""CREATE TRIGGER criteres_sans_suppression BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{CRITERES}'); END""",
        f"""CREATE TRIGGER questions_gelees BEFORE UPDATE OF questions ON seances_inscription WHEN {CHANGENT}
            BEGIN SELECT RAISE(ABORT, '{QUESTIONS}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION criteres_geles() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' OR EXISTS (
                    SELECT 1 FROM seances_decision AS decision
                    JOIN seances_inscription AS point ON point.id = decision.inscription_id
                    WHERE decision.id = NEW.decision_id AND point.issue = 'decidee'
                ) THEN
                    RAISE EXCEPTION '{CRITERES}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$""",
        f"""CREATE TRIGGER criteres_geles BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION criteres_geles()""",
        f"""CREATE FUNCTION questions_gelees() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{QUESTIONS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER questions_gelees BEFORE UPDATE OF questions ON seances_inscription
            FOR EACH ROW WHEN ({CHANGENT}) EXECUTE FUNCTION questions_gelees()""",
    ),
}
OTER = {
    "sqlite": (
        "DROP TRIGGER criteres_sans_changement",
        "DROP TRIGGER criteres_sans_suppression",
        "DROP TRIGGER questions_gelees",
    ),
    "postgresql": (
        f"DROP TRIGGER criteres_geles ON {TABLE}",
        "DROP TRIGGER questions_gelees ON seances_inscription",
        "DROP FUNCTION criteres_geles()",
        "DROP FUNCTION questions_gelees()",
    ),
}


def poser(apps, schema_editor):
    for commande in POSER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


def oter(apps, schema_editor):
    for commande in OTER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


class Migration(migrations.Migration):
    dependencies = [("seances", "0018_annexe_et_recours_sans_objet")]

    operations = [migrations.RunPython(poser, oter)]
