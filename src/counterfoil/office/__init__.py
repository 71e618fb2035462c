"""The custodian's office: what it stores of its work, in one transactional database.

The only room with an ORM. SQLite is the embedded default; nothing here depends on it but `database.py`
and the triggers of the second migration. Importing the room sets Django up without a database;
`database.connect` names one.
"""

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["counterfoil.office"],
        USE_TZ=True,
        TIME_ZONE="UTC",
    )
    django.setup()
