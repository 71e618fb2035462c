"""The custodian's office: what it stores of its work, in one transactional database.

The only room with an ORM. SQLite is the embedded default; nothing here depends on it but `database.py`
and the triggers of the second migration. Importing the room sets Django up; `database.connect` names a database.
"""

import django
from django.conf import settings as django_settings

from counterfoil.office import settings as our

if not django_settings.configured:
    django_settings.configure(**{name: getattr(our, name) for name in dir(our) if name.isupper()})
    django.setup()
