"""What uvicorn serves: Django, in two threads.

More of them would only take turns in one Python; with one, a slow page would hold up all others.
"""

import os

from django.core.asgi import get_asgi_application

from huiyou.web.shared.bodies import Bounded
from huiyou.web.shared.lanes import Lanes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")
application = Bounded(Lanes(get_asgi_application(), 2))
