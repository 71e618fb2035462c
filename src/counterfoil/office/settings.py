"""Django's settings: an app, a clock in UTC, and no database until `database.connect` names one."""

SECRET_KEY = "unused: there are no sessions and no forms here"  # noqa: S105
INSTALLED_APPS = ["counterfoil.office"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
TIME_ZONE = "UTC"
