"""What the database itself refuses: changing a record, and acting with fewer than two people."""

from django.db import migrations

FIXED = (
    "ledgerleaf",
    "ledgercheckpoint",
    "approval",
    "release",
    "verification",
    "holdlift",
    "examination",
    "adoption",
)

TWO_PEOPLE = """
CREATE TRIGGER {table}_two_people BEFORE INSERT ON office_{table}
WHEN {when} (SELECT COUNT(DISTINCT officer_id) FROM office_approval
      WHERE examination_id = NEW.examination_id AND officer_id <> submitted_by) < 2
BEGIN SELECT RAISE(ABORT, 'two different officers must approve first'); END
"""

GROWS = """
CREATE TRIGGER ledgertile_grows BEFORE UPDATE ON office_ledgertile
WHEN NEW.level <> OLD.level OR NEW.number <> OLD.number OR length(NEW.hashes) < length(OLD.hashes)
     OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'a tile only grows'); END
"""

KEPT = """
CREATE TRIGGER {table}_kept BEFORE DELETE ON office_{table}
BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END
"""

UNCHANGED = """
CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON office_{table}
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END
"""


NAMES = (
    *(f"{table}_kept" for table in (*FIXED, "ledgertile", "batch")),
    *(f"{table}_unchanged" for table in FIXED),
    "verification_two_people",
    "release_two_people",
    "ledgertile_grows",
)


def guard(_apps, schema_editor):
    """Create the triggers. They are a second belt: the code keeps the same rules."""
    statements = [KEPT.format(table=table) for table in (*FIXED, "ledgertile", "batch")]
    statements += [UNCHANGED.format(table=table) for table in FIXED]
    statements.append(TWO_PEOPLE.format(table="verification", when=""))
    statements.append(TWO_PEOPLE.format(table="release", when="NEW.kind = 'answered' AND"))
    statements.append(GROWS)
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards, written for SQLite; another database brings its own."""

    dependencies = [("office", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
