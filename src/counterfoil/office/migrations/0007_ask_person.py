"""Asks are looked up by name and date of birth: among namesakes alone, a look-up would grow with all that was asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0006_places")]

    operations = [
        migrations.AddIndex(
            model_name="askrow",
            index=models.Index(fields=["given", "first_surname", "dob"], name="ask_person"),
        ),
        migrations.RemoveIndex(model_name="askrow", name="ask_name"),
    ]
