"""One kind of list for the whole desk: paged, sorted, exported just as it is filtered.

A list is a django-tables2 table; ``value_<column>`` on it says what the exports carry where that
differs from what is drawn. Every list has its xlsx and its CSV.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django_tables2 import RequestConfig, Table

from hefu.files import csv_bytes, write_xlsx
from hefu.surfaces.desk.frame import DeskRequest, render
from hefu.surfaces.streams import blocks_of, streamed

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 200_000
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}
CODE = {"td": {"class": "code"}}

Rows = QuerySet[Any] | list[Any]


def searched(request: HttpRequest) -> str:
    """Return the words searched for; no database takes a NUL."""
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


def list_page(
    request: DeskRequest, template: str, table: Table, *, name: str,
    context: dict[str, Any] | None = None, **frame: Any,
) -> HttpResponseBase:  # fmt: skip
    """Render a list inside ``template`` (which extends ``desk/list.html``), or export it."""
    exported = export(request, table, name=name)
    if exported is not None:
        return exported
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    about = {
        "table": table,
        "searched": searched(request),
        "export_urls": _export_urls(request),
    }
    return render(request, template, {**about, **(context or {})}, **frame)


def export(request: HttpRequest, table: Table, *, name: str) -> StreamingHttpResponse | None:
    """Return the whole list as a file when the address asks for one, else None."""
    kind = request.GET.get("export", "")
    if kind not in ("xlsx", "csv"):
        return None
    RequestConfig(request, paginate=False).configure(table)
    lines = _lines(table)
    heads = [str(cell) for cell in next(lines)]
    file_name = f"{name}-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == "csv":
        return streamed(
            request, csv_bytes(heads, lines), content_type="text/csv; charset=utf-8", name=file_name
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name
        write_xlsx(path, heads, lines, title=name)
        file = path.open("rb")  # readable although its name is gone
    return streamed(request, blocks_of(file), content_type=XLSX, name=file_name)


def _lines(table: Table) -> Iterator[list[Any]]:
    for number, line in enumerate(table.as_values()):
        if number > MOST_EXPORTED:
            return
        yield [_exported(cell) for cell in line]


def _exported(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    return str(value) if isinstance(value, Promise) else value


def _export_urls(request: HttpRequest) -> dict[str, str]:
    query = request.GET.copy()
    query.pop("page", None)
    urls = {}
    for kind in ("xlsx", "csv"):
        query["export"] = kind
        urls[kind] = f"?{query.urlencode()}"
    return urls
