"""What uvicorn serves: Django, in a few threads."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")
django.setup(set_prefix=False)

from django.db import connection  # noqa: E402 -- after Django is set up

from huiyou.web.shared.bodies import Bounded  # noqa: E402 -- likewise
from huiyou.web.shared.lanes import Lanes, Whole  # noqa: E402 -- likewise

THREADS = 1 if connection.vendor == "sqlite" else 2
application = Bounded(Lanes(Whole(), desk="/console/", threads=THREADS))
