"""Taking back (撤销) what was just done, from the message that says it was done.

Only for deeds whose reverse is a deed of its own with its own checks and its own audit entry: the
button posts that deed. Dear deeds ask before instead.
"""

import json

from django.contrib import messages
from django.http import HttpRequest

from hefu.surfaces.design.parts import UNDO


def done(request: HttpRequest, said: str, *, url: str, **fields: str) -> None:
    """Say that something is done, with a button that posts ``fields`` to ``url``."""
    tags = UNDO + json.dumps({"url": url, "fields": fields})
    messages.success(request, said, extra_tags=tags)
