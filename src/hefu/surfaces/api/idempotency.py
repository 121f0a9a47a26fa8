"""The ``Idempotency-Key`` header: a repeated POST is answered as the first one was."""

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema

from hefu.apps.audit.replay import once
from hefu.core.errors import Invalid
from hefu.surfaces.api.auth import actor_of

HEADER = "Idempotency-Key"
_LONGEST = 200


def answer_once(
    request: HttpRequest, shape: type[Schema], do: Callable[[], Any], *, status: int = 200
) -> HttpResponse:
    """Do the deed and answer it in ``shape``; with the header, at most once.

    Raises:
        Invalid: the key is longer than 200 characters or not ASCII.
        KeyReused: the key came with another request before.
    """

    def act() -> tuple[int, Any]:
        return status, json.loads(shape.from_orm(do()).model_dump_json())

    key = request.headers.get(HEADER, "")
    if not key:
        done, body = act()
        return _response(done, body)
    if len(key) > _LONGEST or not key.isascii():
        raise Invalid(field=HEADER, rule="ascii_up_to", value=_LONGEST)
    asked = f"{request.method} {request.path}\n".encode() + request.body
    answer = once(actor_of(request), key=key, request=asked, now=timezone.now(), do=act)
    response = _response(answer.status, answer.body)
    if answer.repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def _response(status: int, body: Any) -> HttpResponse:
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json")
