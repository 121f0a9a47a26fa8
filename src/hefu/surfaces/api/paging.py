"""Cursor paging: stable while rows are added, and no page is dearer than the first."""

import base64
import binascii
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

from hefu.core.errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
MOST = 200


class PageQuery(Schema):
    """Where to go on: pass ``next`` of the last page as ``cursor``."""

    limit: int = Field(50, ge=1, le=MOST)
    cursor: str = Field("", max_length=60)


class Page(Schema, Generic[Item]):
    """Some items, and where the next ones are; ``next`` is null at the end."""

    items: list[Item]
    next: str | None = None


def page_of(rows: QuerySet[Row], query: PageQuery) -> dict[str, Any]:
    """Cut one page, newest row first, out of a scoped queryset; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = rows.order_by("-pk")
    if query.cursor:
        rows = rows.filter(pk__lt=_read(query.cursor))
    found = list(rows[: query.limit + 1])
    more = len(found) > query.limit
    items = found[: query.limit]
    return {"items": items, "next": _write(items[-1].pk) if more else None}


def _write(pk: int) -> str:
    return base64.urlsafe_b64encode(f"p{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if not (text.startswith("p") and text[1:].isdigit() and len(text) < 20):
            raise ValueError
        return int(text[1:])
    except (binascii.Error, ValueError) as error:
        raise Invalid(field="cursor", rule="not_ours") from error
