"""What the database itself refuses: changing a record, and acting with fewer than two people."""

from django.db import migrations

from counterfoil.office import guards


def guard(_apps, schema_editor):
    """Create the triggers of `guards.py`, in the words of the database at hand."""
    guards.create(schema_editor)


class Migration(migrations.Migration):
    """Guards. They are a second belt: the code keeps the same rules."""

    dependencies = [("office", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
