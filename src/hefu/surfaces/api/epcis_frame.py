"""What holds for every address of the EPCIS 2.0 REST binding: keys, headers, refusals, media types.

The binding is the standard's, not ours: its paths, headers and problem types are given. So these
are plain views beside our own API, with the same keys and scopes.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Kind, NotFound
from hefu.core.gs1.epcis import CONTEXT
from hefu.surfaces.api.auth import ApiKeyAuth
from hefu.surfaces.api.problems import RETRY_AFTER
from hefu.surfaces.api.refusals import sentence

log = structlog.get_logger(__name__)

VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
EXTENSIONS = "GS1-Extensions"
LD_JSON = "application/ld+json"
JSONS = frozenset({"application/json", LD_JSON})
XMLS = frozenset({"application/xml", "text/xml"})
PROBLEM = "application/problem+json"
#: Our code, the standard's exception and its status, where the kind alone does not say.
_EXCEPTIONS = {
    "epcis.not_a_document": (400, "ValidationException"),
    "epcis.event_invalid": (400, "ValidationException"),
    "epcis.bad_query": (400, "QueryParameterException"),
    "epcis.query_too_large": (413, "QueryTooLargeException"),
    "epcis.event_exists": (409, "ResourceAlreadyExistsException"),
    "epcis.query_exists": (409, "ResourceAlreadyExistsException"),
    "epcis.bad_address": (400, "SubscriptionControlsException"),
    "epcis.bad_schedule": (400, "SubscriptionControlsException"),
}
_KINDS = {
    Kind.INVALID: (400, "ValidationException"),
    Kind.MISSING: (404, "NoSuchResourceException"),
    Kind.FORBIDDEN: (403, "SecurityException"),
    Kind.CONFLICT: (409, "ResourceAlreadyExistsException"),
    Kind.THROTTLED: (429, "SecurityException"),
    Kind.UNAVAILABLE: (503, "ImplementationException"),
}

Handler = Callable[..., HttpResponse]


class Refused(Exception):
    """A refusal that only HTTP knows: media types, sizes."""

    def __init__(self, status: int, exception: str, detail: str) -> None:
        self.status, self.exception, self.detail = status, exception, detail
        super().__init__(detail)


def endpoint(*, about: Mapping[str, str] | None = None, **methods: Handler) -> Handler:
    """Make a view of handlers by method (``GET=...``); OPTIONS tells what there is.

    Args:
        about: headers that OPTIONS tells besides.
        methods: each takes the actor, the request and what the path names.
    """
    allowed = ", ".join(["OPTIONS", *sorted(methods)])

    @csrf_exempt
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        response = _answer(request, methods, named)
        if request.method == "OPTIONS" or response.status_code == 405:
            response["Allow"] = allowed
        for name, value in {**VERSIONS, **(about or {})}.items():
            response[name] = value
        return response

    return cast("Handler", view)


def _answer(
    request: HttpRequest, methods: Mapping[str, Handler], named: Mapping[str, str]
) -> HttpResponse:
    try:
        actor = ApiKeyAuth()(request)
        if not isinstance(actor, Actor):
            response = problem(401, "SecurityException", "sign in with an API key")
            response["WWW-Authenticate"] = 'Bearer realm="hefu"'
            return response
        return _handled(actor, request, methods, named)
    except Exception as error:  # noqa: BLE001  (every failure has one shape)
        return _failure(request, error)


def _handled(
    actor: Actor, request: HttpRequest, methods: Mapping[str, Handler], named: Mapping[str, str]
) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if any("\x00" in value for value in named.values()):
        raise NotFound
    handler = methods.get(request.method or "")
    if handler is None:
        raise Refused(405, "NoSuchResourceException", "no such method here")
    _accepts(request)
    return handler(actor, request, **named)


def _failure(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, Refused):
        return problem(error.status, error.exception, error.detail)
    if isinstance(error, DomainError):
        return refused(error)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database_away", error=str(error))
        response = problem(503, "ImplementationException", "try again soon")
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    log.error("epcis_fault", path=request.path, method=request.method, exc_info=error)
    return problem(500, "ImplementationException", "a fault of ours; it was written down")


def refused(refusal: DomainError) -> HttpResponse:
    """A refusal of a service, as the standard names it."""
    status, exception = _EXCEPTIONS.get(refusal.code, _KINDS[refusal.kind])
    facts = dict(refusal.details)
    response = problem(status, exception, sentence(refusal.code, facts), code=refusal.code, **facts)
    if "retry_after" in facts:
        response["Retry-After"] = str(facts["retry_after"])
    return response


def problem(status: int, exception: str, detail: str, **more: Any) -> HttpResponse:
    """A problem (RFC 7807) of the standard's type; ``more`` names rule and field."""
    body = {
        "type": f"epcisException:{exception}", "title": exception, "status": status,
        "detail": detail, **more,
    }  # fmt: skip
    text = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return HttpResponse(text, status=status, content_type=PROBLEM)


def answer(body: Any, *, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON-LD answer."""
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=LD_JSON
    )
    for name, value in headers.items():
        response[name] = value
    return response


def collection(members: list[str], kind: str = "Collection") -> dict[str, Any]:
    """A list of resources as the standard writes it."""
    return {"@context": CONTEXT, "type": kind, "member": members}


def next_link(request: HttpRequest, token: str) -> str:
    """The ``Link`` header to the next page."""
    query = request.GET.copy()
    query["nextPageToken"] = token
    address = request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
    return f'<{address}>; rel="next"'


def extensions_of(request: HttpRequest) -> dict[str, str]:
    """The prefixes that ``GS1-Extensions`` gives to names: ``prefix=namespace, ...``."""
    pairs = (part.partition("=") for part in request.headers.get(EXTENSIONS, "").split(","))
    return {prefix.strip(): namespace.strip() for prefix, found, namespace in pairs if found}


def media_type(request: HttpRequest, *allowed: frozenset[str]) -> str:
    """What the body is said to be.

    Raises:
        Refused: something that is not taken here.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not any(kind in some for some in allowed):
        expected = ", ".join(sorted(one for some in allowed for one in some))
        raise Refused(415, "UnsupportedMediaTypeException", f"send one of: {expected}")
    return kind


def body_of(request: HttpRequest, *, most: int) -> str:
    """The body as text, read no further than ``most`` bytes.

    Raises:
        Refused: it is larger, or not UTF-8.
    """
    data = request.read(most + 1)
    if len(data) > most:
        raise Refused(413, "CaptureLimitExceededException", f"at most {most} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, "ValidationException", "the body is not UTF-8") from error


def _accepts(request: HttpRequest) -> None:
    accepted = request.headers.get("Accept", "*/*")
    for part in accepted.split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in JSONS or kind in ("*/*", "application/*", PROBLEM, ""):
            return
    raise Refused(406, "NotAcceptableException", "answers are application/ld+json")
