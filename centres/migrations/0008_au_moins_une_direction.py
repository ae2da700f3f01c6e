"""La base refuse elle-même qu'une structure ouverte perde sa dernière direction, quel que soit le chemin.

Ces gardes lisent `centres_rattachement`, `centres_structure` et `comptes_utilisateur`. SQLite refait une table pour la
modifier, ce qu'il refuse tant qu'une garde la lit : une migration qui change l'une des trois les ôte d'abord et les
remet ensuite, par `oter` et `poser`.
"""

from django.db import migrations

PHRASE = "Une structure garde toujours une direction : rattachez-lui d''abord une autre personne."

# Les structures ouvertes de la personne OLD où il ne reste plus aucune direction au compte ouvert.
ORPHELINE_SQLITE = """
    EXISTS (
        SELECT 1 FROM centres_structure AS structure
        WHERE structure.id {lesquelles} AND structure.situation <> 'fermee' AND NOT EXISTS (
            SELECT 1 FROM centres_rattachement AS reste
            JOIN comptes_utilisateur AS personne ON personne.id = reste.utilisateur_id
            WHERE reste.structure_id = structure.id AND personne.role = 'direction' AND personne.is_active
        )
    )"""
DE_LA_LIGNE = ORPHELINE_SQLITE.format(lesquelles="= OLD.structure_id")
DE_LA_PERSONNE = ORPHELINE_SQLITE.format(
    lesquelles="IN (SELECT structure_id FROM centres_rattachement WHERE utilisateur_id = OLD.id)"
)
ETAIT_DIRECTION = """
    EXISTS (
        SELECT 1 FROM comptes_utilisateur AS ancienne
        WHERE ancienne.id = OLD.utilisateur_id AND ancienne.role = 'direction' AND ancienne.is_active
    )"""
REFUSER = f"BEGIN SELECT RAISE(ABORT, '{PHRASE}'); END"

POSER = {
    "sqlite": (
        f"""CREATE TRIGGER direction_detachee AFTER DELETE ON centres_rattachement
            WHEN {ETAIT_DIRECTION} AND {DE_LA_LIGNE} {REFUSER}""",
        f"""CREATE TRIGGER direction_deplacee AFTER UPDATE OF structure_id, utilisateur_id ON centres_rattachement
            WHEN {ETAIT_DIRECTION} AND {DE_LA_LIGNE} {REFUSER}""",
        f"""CREATE TRIGGER direction_demise AFTER UPDATE OF role, is_active ON comptes_utilisateur
            WHEN OLD.role = 'direction' AND OLD.is_active AND {DE_LA_PERSONNE} {REFUSER}""",
    ),
    # Les structures sont verrouillées avant d'être relues : deux directions ne se retirent pas l'une l'autre.
    "postgresql": (
        f"""CREATE FUNCTION garder_une_direction(structures bigint[]) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM 1 FROM centres_structure WHERE id = ANY (structures) ORDER BY id FOR NO KEY UPDATE;
                IF EXISTS (
                    SELECT 1 FROM centres_structure AS structure
                    WHERE structure.id = ANY (structures) AND structure.situation <> 'fermee' AND NOT EXISTS (
                        SELECT 1 FROM centres_rattachement AS reste
                        JOIN comptes_utilisateur AS personne ON personne.id = reste.utilisateur_id
                        WHERE reste.structure_id = structure.id AND personne.role = 'direction' AND personne.is_active
                    )
                ) THEN
                    RAISE EXCEPTION '{PHRASE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            END $$""",
        """CREATE FUNCTION direction_detachee() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM comptes_utilisateur AS ancienne
                    WHERE ancienne.id = OLD.utilisateur_id AND ancienne.role = 'direction' AND ancienne.is_active
                ) THEN
                    PERFORM garder_une_direction(ARRAY[OLD.structure_id]);
                END IF;
                RETURN NULL;
            END $$""",
        """CREATE FUNCTION direction_demise() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.role = 'direction' AND OLD.is_active AND NOT (NEW.role = 'direction' AND NEW.is_active) THEN
                    PERFORM garder_une_direction(
                        ARRAY(SELECT structure_id FROM centres_rattachement WHERE utilisateur_id = OLD.id)
                    );
                END IF;
                RETURN NULL;
            END $$""",
        """CREATE TRIGGER direction_detachee AFTER DELETE OR UPDATE OF structure_id, utilisateur_id
            ON centres_rattachement FOR EACH ROW EXECUTE FUNCTION direction_detachee()""",
        """CREATE TRIGGER direction_demise AFTER UPDATE OF role, is_active
            ON comptes_utilisateur FOR EACH ROW EXECUTE FUNCTION direction_demise()""",
    ),
}
OTER = {
    "sqlite": (
        "DROP TRIGGER direction_detachee",
        "DROP TRIGGER direction_deplacee",
        "DROP TRIGGER direction_demise",
    ),
    "postgresql": (
        "DROP TRIGGER direction_detachee ON centres_rattachement",
        "DROP TRIGGER direction_demise ON comptes_utilisateur",
        "DROP FUNCTION direction_detachee()",
        "DROP FUNCTION direction_demise()",
        "DROP FUNCTION garder_une_direction(bigint[])",
    ),
}


def poser(apps, schema_editor):
    for commande in POSER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


def oter(apps, schema_editor):
    for commande in OTER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


class Migration(migrations.Migration):
    dependencies = [("centres", "0007_gestions_a_l_annee_pres"), ("comptes", "0003_roles_du_centre")]

    operations = [migrations.RunPython(poser, oter)]
