"""What holds for every operation: one shape of refusal, limits of size, one document."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from hefu.files import MAX_BYTES
from hefu.surfaces.api.idempotency import HEADER, PATTERN
from hefu.surfaces.api.problems import CONTENT_TYPE, MULTIPART, UnsupportedMediaType, problem

#: Bytes of a JSON body; of a request with a file there may be as many as a list may have.
MOST_JSON = 1_000_000
MOST_FILE = MAX_BYTES + 1_000_000

_JSON = "application/json"
_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_WAITING = {"429", "503"}
_RETRY_AFTER = {
    "description": "seconds to wait",
    "schema": {"type": "integer", "minimum": 1},
}
_KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "the same key and body again is answered as the first time (kept two days)",
    "schema": {"type": "string", "pattern": PATTERN},
}

View = Callable[..., HttpResponseBase]


class JsonParser(Parser):
    """Bodies are JSON and say so."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read the body.

        Raises:
            UnsupportedMediaType: it is said to be something else.
        """
        # (the framework hands over a bare request for the parts of a form)
        kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind != _JSON:
            raise UnsupportedMediaType(_JSON)
        return super().parse_body(request)


class HefuApi(NinjaAPI):
    """The framework's API, with our refusals at its edges and our words in its document."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation as its function is named; stable, for generated clients."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the OpenAPI document, made once: operations do not change while we run."""
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        if path_prefix not in self._documents:
            schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            for methods in schema["paths"].values():
                for method, operation in methods.items():
                    _describe(method, operation)
            self._documents[path_prefix] = schema
        return self._documents[path_prefix]

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls = super()._get_urls()
        for pattern in urls:
            if isinstance(pattern, URLPattern):
                pattern.callback = guarded(cast("View", pattern.callback))
        return [*urls, path("<path:rest>", nowhere)]


def guarded(view: View) -> View:
    """Refuse what is too large before it is read; put the framework's bare answers into shape."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        most = MOST_FILE if request.content_type == MULTIPART else MOST_JSON
        if _length(request) > most:
            return problem(413, "too_large", details={"most": most})
        try:
            answer = view(request, *args, **kwargs)
        except RequestDataTooBig:
            return problem(413, "too_large", details={"most": most})
        except Http404:
            return problem(404, "not_found")
        if answer.status_code == 405 and answer.headers.get("Content-Type") != CONTENT_TYPE:
            allowed = ", ".join(sorted(answer.headers.get("Allow", "").split(", ")))
            refusal = problem(405, "method_not_allowed", details={"allowed": allowed})
            refusal["Allow"] = allowed
            return refusal
        return answer

    run.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie signs anybody in here
    return run


def nowhere(_request: HttpRequest, rest: str) -> HttpResponseBase:  # noqa: ARG001
    """Answer an address that is none of ours."""
    return problem(404, "not_found")


nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def _describe(method: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {CONTENT_TYPE: _PROBLEM}
        if str(status) in _WAITING:
            answer["headers"] = {"Retry-After": _RETRY_AFTER}
    if method == "post":
        operation["parameters"] = [*operation["parameters"], _KEY_PARAMETER]
    scopes = operation.get("x-scopes", [])
    if scopes:
        needed = ", ".join(f"`{scope}`" for scope in scopes)
        operation["description"] = f"{operation.get('description', '')}\n\nScopes: {needed}"
