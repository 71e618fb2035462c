"""An ask keeps a token of all that was asked; those recorded before have none, and so are asked anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0008_handed_out")]

    operations = [
        migrations.AddField("askrow", "question", models.CharField(max_length=32, default="")),
    ]
