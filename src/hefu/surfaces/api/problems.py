"""Refusals as problem+json (RFC 9457); one shape for every status, ninja's own included."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hefu.core.errors import DomainError, Kind

log = structlog.get_logger(__name__)

STATUS: dict[Kind, int] = {
    Kind.INVALID: 422,
    Kind.MISSING: 404,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


class Problem(Schema):
    """Why a request was refused. ``type`` is stable; ``detail`` is for people; others name facts."""

    type: str
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    details: dict[str, Any] = {}


#: What every operation may answer besides its own.
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422, 429, 503), Problem)


def problem(
    status: int, code: str, *, detail: str = "", details: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Build the answer; ``code`` becomes the type ``urn:hefu:problem:<code>``."""
    facts = dict(details or {})
    body = {
        "type": f"urn:hefu:problem:{code}",
        "title": code.rpartition(".")[2].replace("_", " "),
        "status": status,
        "detail": detail,
        "field": facts.pop("field", None),
        "details": facts,
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status,
        content_type="application/problem+json",
    )  # fmt: skip
    if "retry_after" in facts:
        response["Retry-After"] = str(facts["retry_after"])
    return response


def install(api: NinjaAPI) -> None:
    """Map every failure of the API to a problem."""

    @api.exception_handler(DomainError)
    def refused(request: HttpRequest, error: DomainError) -> HttpResponse:  # noqa: ARG001
        return problem(STATUS[error.kind], error.code, detail=str(error), details=error.details)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001
        first = error.errors[0] if error.errors else {}
        field = ".".join(str(part) for part in first.get("loc", ())[1:])
        faults = [
            {
                "at": [str(part) for part in e.get("loc", ())],
                "rule": e.get("type"),
                "says": e.get("msg"),
            }
            for e in error.errors
        ]
        return problem(
            422,
            "invalid",
            detail=str(first.get("msg", "")),
            details={"field": field, "errors": faults},
        )

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
        response = problem(401, "unauthenticated", detail="send Authorization: Bearer <API key>")
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001
        return problem(404, "not_found")

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001
        return problem(error.status_code, "bad_request", detail=str(error))

    @api.exception_handler(DatabaseError)
    @api.exception_handler(InterfaceError)
    def away(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
        log.error("database_away", error=str(error))
        return problem(503, "unavailable", detail="try again", details={"retry_after": 5})
