"""The ``Idempotency-Key`` header: a repeated POST is answered as the first one was."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema

from hefu.apps.audit.replay import once
from hefu.apps.audit.services import deed
from hefu.core.errors import Invalid
from hefu.surfaces.api.auth import actor_of

HEADER = "Idempotency-Key"
PATTERN = r"^[\x21-\x7e]{1,200}$"
_KEY = re.compile(PATTERN.strip("^$"))


def key_of(request: HttpRequest) -> str:
    """The request's idempotency key, or nothing.

    Raises:
        Invalid: it is empty, longer than 200 characters, or not visible ASCII.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        raise Invalid(field=HEADER, rule="visible_ascii_1_to_200")
    return key


def deed_key(request: HttpRequest) -> str:
    """A key of 36 characters for a deed that is once by itself; the same for a repeated request.

    Two API keys that choose the same word do not meet.
    """
    given = key_of(request)
    return str(uuid5(NAMESPACE_URL, f"{actor_of(request).label}\n{given}") if given else uuid4())


def answer_once(
    request: HttpRequest, shape: type[Schema], do: Callable[[], Any], *, status: int = 200,
    content: bytes | None = None,
) -> HttpResponse:  # fmt: skip
    """Do the deed, all or nothing, and answer it in ``shape``; with the header, at most once.

    ``content`` stands for the body where the body is a file.

    Raises:
        Invalid: see ``key_of``.
        KeyReused: the key came with another request before.
    """

    def act() -> tuple[int, Any]:
        return status, json.loads(shape.from_orm(do()).model_dump_json())

    key = key_of(request)
    if not key:
        with deed():
            done, body = act()
        return _response(done, body)
    sent = request.body if content is None else content
    asked = f"{request.method} {request.get_full_path()}\n".encode() + sent
    answer = once(actor_of(request), key=key, request=asked, now=timezone.now(), do=act)
    response = _response(answer.status, answer.body)
    if answer.repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def digest_of(chunks: Any) -> bytes:
    """What stands for a file in ``answer_once``."""
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def _response(status: int, body: Any) -> HttpResponse:
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json")
