"""On SQLite, an entry's index becomes the number of its row: before, an index of its own led from one to the other.

A `bigint` key is no row number there, only an `integer` one is. Nothing else changes: columns, values and guards
are as they were. A later migration that lets Django remake one of these tables would have to do this again.
"""

from django.db import migrations

TABLES = (
    ("office_ledgerleaf", "index", "leaf", "BLOB"),
    ("office_ledgersealed", "index", "box", "BLOB"),
    ("office_ledgercheckpoint", "size", "note", "text"),
)


def number(_apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table, key, column, kind in TABLES:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            guards = [sql for (sql,) in cursor.fetchall()]
            cursor.execute(
                f'CREATE TABLE "{table}_new" ("{key}" integer NOT NULL PRIMARY KEY, "{column}" {kind} NOT NULL)'
            )
            cursor.execute(f'INSERT INTO "{table}_new" SELECT "{key}", "{column}" FROM "{table}" ORDER BY "{key}"')  # noqa: S608 - our own names
            cursor.execute(f'DROP TABLE "{table}"')
            cursor.execute(f'ALTER TABLE "{table}_new" RENAME TO "{table}"')
            for sql in guards:
                cursor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("office", "0005_keys")]
    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
