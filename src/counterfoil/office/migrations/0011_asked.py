"""An officer names its entry, an examination how many tokens it recorded; those of an answered batch are kept."""

from django.db import migrations, models

from counterfoil.office import guards


def guard(_apps, schema_editor):
    guards.create_asked(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0010_endings")]

    operations = [
        migrations.AddField("Officer", "entry", models.BigIntegerField(null=True)),
        migrations.AddField("Examination", "asked", models.IntegerField(null=True)),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
