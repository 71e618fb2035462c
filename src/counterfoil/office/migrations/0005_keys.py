"""Changes of keys, and expunctions; sealed records change in no other way than these two record."""

from django.db import migrations, models

from counterfoil.office import guards


def guard(_apps, schema_editor):
    guards.create_keyed(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0004_witnesses")]

    operations = [
        migrations.CreateModel(
            name="KeyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("use", models.CharField(max_length=20)),
                ("act", models.CharField(max_length=20)),
                ("key", models.CharField(db_index=True, max_length=300)),
                ("previous", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LedgerExpunction",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
