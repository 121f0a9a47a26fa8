"""Scoped keys: ``Authorization: Bearer hefu_...`` makes the request's actor."""

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from hefu.apps.accounts.selectors import actor_of_key
from hefu.core.actor import Actor


class ApiKeyAuth(HttpBearer):
    """Sign in with an API key of a brand."""

    openapi_name = "ApiKey"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the key's actor; None refuses."""
        return actor_of_key(token)


def actor_of(request: HttpRequest) -> Actor:
    """The actor that ``ApiKeyAuth`` found."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]  # ninja puts it there
