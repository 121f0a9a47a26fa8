"""The contenders of the edge benchmark, each an ASGI application for the same server."""

import os
from typing import Any

import django
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

BODY = b"hello, world"


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """What the server itself can do."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


async def unwritten(scope: Any, receive: Any, send: Any) -> None:
    """The edge without its promise: read, unseal, answer; nothing is looked up or written."""
    from datetime import UTC, datetime

    from hefu.apps.identity.selectors.codes import UnitRef, resolve_paths
    from hefu.apps.identity.services.scans import Seen
    from hefu.core.codes.verdict import Reason, Verdict, VerdictKind
    from hefu.surfaces.edge.app import _send
    from hefu.surfaces.edge.pages import result_pages
    from hefu.surfaces.edge.request import read_visit

    if scope["type"] != "http":
        return
    visit = read_visit(scope, trust_proxy=False)
    (unit,) = resolve_paths([visit.path])
    assert isinstance(unit, UnitRef)
    verdict = Verdict(kind=VerdictKind.GENUINE_FIRST, reasons=(Reason(code="first_check"),))
    seen = Seen(
        unit=unit, unit_id=UNIT_ID, verdict=verdict, checks=1,
        first_check_at=datetime(2026, 1, 1, tzinfo=UTC), first_check_region="", activated_at=None,
    )  # fmt: skip
    (page,) = result_pages([(seen, visit)])
    await _send(send, visit, page)


def unwritten_app() -> Any:
    """Return ``unwritten`` with Django set up; its look-ups of batches are cached ones."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hefu.config.settings")
    django.setup()
    return unwritten


def plain_view(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """The same scan as anybody would first write it: open the seal, one INSERT, one template."""
    from hefu.apps.accounts.models import Brand
    from hefu.apps.identity.models import Scan
    from hefu.apps.identity.selectors.codes import Missed, resolve
    from hefu.apps.identity.services.scans import Seen
    from hefu.core.codes.verdict import Reason, Verdict, VerdictKind
    from hefu.surfaces.consumer.results import result_context

    unit = resolve(f"https://code/01/{gtin}/21/{serial}")
    if isinstance(unit, Missed):
        return HttpResponse(status=404)
    now = timezone.now()
    Scan.objects.create(
        brand_id=unit.brand_id, unit_id=UNIT_ID, at=now, verdict="genuine_first", surface="plain"
    )
    verdict = Verdict(kind=VerdictKind.GENUINE_FIRST, reasons=(Reason(code="first_check"),))
    seen = Seen(
        unit=unit, unit_id=UNIT_ID, verdict=verdict, checks=1, first_check_at=now,
        first_check_region="", activated_at=None,
    )  # fmt: skip
    brand = Brand.objects.get(pk=unit.brand_id)
    return render(request, "consumer/result.html", result_context(seen, brand=brand, code=serial))


UNIT_ID = int(os.environ.get("BENCH_UNIT", "1"))


def plain_django() -> Any:
    """Return the plain view behind Django's own handler, without any middleware."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hefu.config.settings")
    django.setup()
    from django.conf import settings

    from hefu.config import urls

    settings.MIDDLEWARE = []
    urls.urlpatterns.insert(0, path("01/<str:gtin>/21/<str:serial>", plain_view))
    return get_asgi_application()
