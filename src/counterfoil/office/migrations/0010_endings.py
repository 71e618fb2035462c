"""A lifting, an end and another last day are rows of their own, and what people enter is never changed again.

Each such row names the ledger's entry that says the same. What was lifted or ended before is taken over where the
ledger has an entry of it, and nowhere else: an order without one is in force again.
"""

import json

from django.db import migrations, models

from counterfoil.office import guards
from counterfoil.office.ledger_store import DatabaseStore


def take_over(apps, schema_editor):
    """Name the entries of what stands, and make rows of liftings, ends and kept rule sets."""
    alias = schema_editor.connection.alias

    def table(name):
        return apps.get_model("office", name)._default_manager.using(alias)

    def leaves_of(kind):
        return DatabaseStore(alias).leaves_with(f'"type":"{kind}"')

    def entries(kind, name):
        found = {}
        for index, leaf in leaves_of(kind):
            found.setdefault(json.loads(leaf).get(name), []).append(index)
        return found

    def end(kind, row, entry, at):
        table("Ending").create(entry=entry, kind=kind, of=row.id, at=at)

    entered, lifted = entries("stay", "order"), entries("stay_lifted", "order")
    for row in table("CourtOrder").all():
        table("CourtOrder").filter(id=row.id).update(entry=entered.get(row.id, [None])[0])
        if row.lifted_at and row.id in lifted:
            end("order", row, lifted[row.id][0], row.lifted_at)
    overrides = entries("override", "override")
    for row in table("Override").all():
        told = overrides.get(row.id, [None])
        table("Override").filter(id=row.id).update(entry=told[0])
        if row.ended_at and len(told) > 1:
            end("override", row, told[-1], row.ended_at)
    statuses = [index for index, _ in leaves_of("safeguards")]
    for row, entry in zip(table("Safeguards").order_by("id"), statuses, strict=False):
        table("Safeguards").filter(id=row.id).update(entry=entry)
    for row in table("RuleSetKept").all():
        table("RuleArchive").create(
            entry=row.entry, rule_set=row.rule_set, version=row.version, archive=row.archive, at=row.at
        )


def guard(_apps, schema_editor):
    guards.create_entered(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0009_question")]

    operations = [
        *(
            migrations.AddField(model, "entry", models.BigIntegerField(null=True))
            for model in ("Adoption", "CourtOrder", "Override", "Official", "Safeguards")
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("entry", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("of", models.CharField(max_length=100)),
                ("last_day", models.DateField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RuleArchive",
            fields=[
                ("entry", models.BigIntegerField(primary_key=True, serialize=False)),
                ("rule_set", models.CharField(db_index=True, max_length=64)),
                ("version", models.CharField(max_length=40)),
                ("archive", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RemoveField("CourtOrder", "lifted_at"),
        migrations.RemoveField("Override", "ended_at"),
        migrations.DeleteModel("RuleSetKept"),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
