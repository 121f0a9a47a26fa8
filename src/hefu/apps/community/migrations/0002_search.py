"""The index of questions: FTS5 kept by triggers on SQLite, an expression index on PostgreSQL.

Triggers and the expression, and not a second write of the services: a restored backup, which puts
in the rows of ``SearchText`` only, is found at once. The grams are ASCII words (``core.text``).
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE community_searchindex USING fts5("
    "grams, content='community_searchtext', content_rowid='question_id', tokenize='ascii')",
    "CREATE TRIGGER community_searchtext_put AFTER INSERT ON community_searchtext BEGIN "
    "INSERT INTO community_searchindex(rowid, grams) VALUES (new.question_id, new.grams); END",
    "CREATE TRIGGER community_searchtext_cut AFTER DELETE ON community_searchtext BEGIN "
    "INSERT INTO community_searchindex(community_searchindex, rowid, grams) "
    "VALUES ('delete', old.question_id, old.grams); END",
    "CREATE TRIGGER community_searchtext_set AFTER UPDATE ON community_searchtext BEGIN "
    "INSERT INTO community_searchindex(community_searchindex, rowid, grams) "
    "VALUES ('delete', old.question_id, old.grams); "
    "INSERT INTO community_searchindex(rowid, grams) VALUES (new.question_id, new.grams); END",
)
SQLITE_BACK = (
    "DROP TRIGGER community_searchtext_set",
    "DROP TRIGGER community_searchtext_cut",
    "DROP TRIGGER community_searchtext_put",
    "DROP TABLE community_searchindex",
)
POSTGRES = (
    "CREATE INDEX community_searchindex ON community_searchtext "
    "USING gin (to_tsvector('simple', grams))",
)
POSTGRES_BACK = ("DROP INDEX community_searchindex",)


def build(apps, schema_editor):
    run(schema_editor, SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def remove(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    run(schema_editor, SQLITE_BACK if sqlite else POSTGRES_BACK)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(build, remove),
    ]
