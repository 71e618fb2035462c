"""When an answer was first handed out, so that the days after a first fetch can be counted."""

import django.db.models.deletion
from django.db import migrations, models

from counterfoil.office import guards


def guard(_apps, schema_editor):
    guards.create_fetched(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0007_ask_person")]

    operations = [
        migrations.CreateModel(
            name="HandedOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_out",
                        to="office.release",
                    ),
                ),
            ],
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
