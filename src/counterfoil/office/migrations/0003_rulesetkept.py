"""Rule sets kept: which archive the ledger names for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="RuleSetKept",
            fields=[
                ("rule_set", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("version", models.CharField(max_length=40)),
                ("archive", models.CharField(max_length=64)),
                ("entry", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
