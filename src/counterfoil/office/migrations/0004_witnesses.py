"""Witnesses: their cosignatures, and the policy that says which of them an answer waits for."""

from django.db import migrations, models

from counterfoil.office import guards


def guard(_apps, schema_editor):
    guards.create_witnessed(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0003_rulesetkept")]

    operations = [
        migrations.CreateModel(
            name="WitnessPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LedgerCosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("signer", models.CharField(max_length=300)),
                ("line", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("size", "signer"), name="cosigned_once")],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
