"""What uvicorn serves: Django, in two threads."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")
django.setup(set_prefix=False)

from huiyou.web.shared.bodies import Bounded  # noqa: E402 -- after Django is set up
from huiyou.web.shared.lanes import Lanes, Whole  # noqa: E402 -- likewise

application = Bounded(Lanes(Whole(), desk="/console/"))
