"""Cursor paging: stable while rows are added, and no page is dearer than the first."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

from hefu.core.errors import Invalid
from hefu.surfaces.api.fields import LARGEST_ID

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
MOST = 200
#: A cursor is this mark and the last row's number, written so that nobody reckons with it.
_MARK = "p"


class PageQuery(Schema):
    """Where to go on: pass ``next`` of the last page as ``cursor``."""

    limit: int = Field(50, ge=1, le=MOST, description="items per page")
    cursor: str = Field(
        "", max_length=60, pattern=r"^[A-Za-z0-9_-]*$", description="`next` of the page before"
    )


class Page(Schema, Generic[Item]):
    """Some items, newest first, and where the next ones are; ``next`` is null at the end."""

    items: list[Item]
    next: str | None = None


def page_of(
    rows: QuerySet[Row], query: PageQuery, shown: Callable[[list[Row]], Sequence[Any]] = list
) -> dict[str, Any]:
    """Cut one page, newest row first, out of a scoped queryset; one query.

    ``shown`` turns the page's rows, all at once, into what is answered.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = rows.order_by("-pk")
    if query.cursor:
        rows = rows.filter(pk__lt=_read(query.cursor))
    found = list(rows[: query.limit + 1])
    more = len(found) > query.limit
    items = found[: query.limit]
    return {"items": list(shown(items)), "next": _write(items[-1].pk) if more else None}


def _write(pk: int) -> str:
    return base64.urlsafe_b64encode(f"{_MARK}{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        number = int(text[1:]) if text[:1] == _MARK and text[1:].isdigit() else 0
    except (binascii.Error, ValueError) as error:
        raise Invalid(field="cursor", rule="not_ours") from error
    if not 0 < number <= LARGEST_ID or _write(number) != cursor:
        raise Invalid(field="cursor", rule="not_ours")
    return number
