"""An ask keeps one token of all that was asked; those recorded before have another, and so are asked anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("office", "0008_handed_out")]

    operations = [
        migrations.RenameField("askrow", "years", "question"),
        migrations.RemoveField("askrow", "investigation"),
    ]
