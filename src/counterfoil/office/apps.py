"""The Django application."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Models and migrations of the custodian's office."""

    name = "counterfoil.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
