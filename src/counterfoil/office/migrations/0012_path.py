"""On a server, guards ask the office's own tables, and not a session's temporary ones of the same name."""

from django.db import migrations

from counterfoil.office import guards


def guard(_apps, schema_editor):
    guards.fix_path(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0011_asked")]

    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
