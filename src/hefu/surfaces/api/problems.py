"""Refusals as problem+json (RFC 9457); one shape for every status, the framework's own included."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hefu.core.errors import DomainError, Kind
from hefu.surfaces.api.refusals import sentence

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
MULTIPART = "multipart/form-data"
#: Seconds after which a request that met an absent database may be sent again.
RETRY_AFTER = 5
#: Faults of one request that are told.
MOST_FAULTS = 20

STATUS: dict[Kind, int] = {
    Kind.INVALID: 422,
    Kind.MISSING: 404,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


class Problem(Schema):
    """Why a request was refused. ``type`` is stable; ``detail`` is for people."""

    type: str = Field(examples=["urn:hefu:problem:identity.already_activated"])
    title: str = Field(examples=["already activated"])
    status: int = Field(examples=[409])
    detail: str = Field("", examples=["somebody was first"])
    field: str | None = Field(None, description="the input at fault, where there is one")
    details: dict[str, Any] = Field({}, examples=[{"on": "2026-11-22"}])


#: What every operation may answer besides its own.
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429, 503), Problem)


class UnsupportedMediaType(Exception):
    """The body came as something else than what the operation takes."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


def problem(
    status: int, code: str, *, detail: str = "", details: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Build the answer; ``code`` becomes the type ``urn:hefu:problem:<code>``."""
    facts = dict(details or {})
    body = {
        "type": f"urn:hefu:problem:{code}",
        "title": code.rpartition(".")[2].replace("_", " "),
        "status": status,
        "detail": detail or sentence(code, facts),
        "field": facts.pop("field", None),
        "details": facts,
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    # what was sent may be quoted, and it may hold half a surrogate pair
    response = HttpResponse(
        text.encode("utf-8", "replace"), status=status, content_type=CONTENT_TYPE
    )
    if "retry_after" in facts:
        response["Retry-After"] = str(facts["retry_after"])
    return response


def install(api: NinjaAPI) -> None:
    """Map every failure of the API to a problem; the newest of a kind's bases decides."""
    for kind, handler in (
        (DomainError, _refused),
        (ValidationError, _invalid),
        (AuthenticationError, _unauthenticated),
        (Http404, _missing),
        (HttpError, _http_error),
        (RequestDataTooBig, _too_large),
        (SuspiciousOperation, _unreadable),
        (MultiPartParserError, _unreadable),
        (OperationalError, _away),
        (InterfaceError, _away),
        (Exception, _fault),
    ):
        api.add_exception_handler(kind, handler)  # type: ignore[arg-type]  # each takes its own


def _refused(_request: HttpRequest, error: DomainError) -> HttpResponse:
    details = dict(error.details)
    if error.kind is Kind.MISSING:
        details.pop("value", None)  # what is not there is not repeated either
    return problem(STATUS[error.kind], error.code, details=details)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wants_file = any(one.get("loc", ("",))[0] == "file" for one in error.errors)
    if wants_file and request.content_type != MULTIPART:
        return problem(415, "unsupported_media_type", details={"expected": MULTIPART})
    faults = [
        {"field": _field_of(one), "rule": one.get("type"), "says": _says(one)}
        for one in error.errors[:MOST_FAULTS]
    ]
    first = faults[0] if faults else {"field": "", "says": ""}
    detail = ": ".join(filter(None, (first["field"], first["says"])))
    return problem(
        422, "invalid", detail=detail, details={"field": first["field"] or None, "errors": faults}
    )


def _field_of(fault: Mapping[str, Any]) -> str:
    """The input at fault as the caller knows it: without where it came and our names for it."""
    named = [str(part) for part in fault.get("loc", ())[1:]]
    return ".".join(named[1:] if len(named) > 1 and named[0] in {"data", "query"} else named)


def _says(fault: Mapping[str, Any]) -> str:
    return str(fault.get("msg", "")).removeprefix("Value error, ")


def _unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = problem(401, "unauthenticated")
    response["WWW-Authenticate"] = 'Bearer realm="hefu"'
    return response


def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404, "not_found")


def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, UnsupportedMediaType):
        return problem(
            415, "unsupported_media_type", details={"expected": error.__cause__.expected}
        )
    code = "bad_json" if error.status_code == 400 else "bad_request"
    return problem(error.status_code, code)


def _too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(413, "too_large")


def _unreadable(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400, "bad_request", details={"reason": type(error).__name__})


def _away(_request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("database_away", error=str(error))
    return problem(503, "unavailable", details={"retry_after": RETRY_AFTER})


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api_fault", path=request.path, method=request.method, exc_info=error)
    return problem(500, "internal")
