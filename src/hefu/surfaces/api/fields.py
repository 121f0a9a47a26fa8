"""What may stand in a request: every text bounded and printable, every number in its column.

(No string annotations in the modules of this surface: they are read at run time.)
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict

#: Printable, as far as a pattern can say it; control characters never reach a column.
TEXT = r"^[^\x00-\x1f\x7f]*$"
SOME_TEXT = r"^[^\x00-\x1f\x7f]+$"
#: GB/T 2260, or ISO 3166-2 outside China.
REGION = r"^([0-9]{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?)$"
LARGEST_ID = 2**63 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Body(Schema):
    """A request's body: a number is no text and a text no number; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _day(given: Any) -> Any:
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("write a day as YYYY-MM-DD")
    if not isinstance(given, str | date):
        raise ValueError("write a day as text, YYYY-MM-DD")  # noqa: TRY004  (pydantic wants it so)
    return given


def _instant(given: Any) -> Any:
    if isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _INSTANT.fullmatch(given):
        raise ValueError("write an instant as RFC 3339, 2026-11-22T12:00:00Z")
    return given


def _storable(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the year is out of range") from error


#: A day, ``2026-11-22``.
Day = Annotated[date, Field(strict=False), BeforeValidator(_day)]
#: An instant with its zone, ``2026-11-22T12:00:00Z``.
Instant = Annotated[
    datetime, Field(strict=False), BeforeValidator(_instant), AfterValidator(_storable)
]
#: A code as scanned or typed: a bare code, or the whole address that the symbol holds.
CodeText = Annotated[
    str, Field(min_length=1, max_length=200, pattern=SOME_TEXT, examples=["WWYGN8X87NW04K00V"])
]
#: A row's number.
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
#: The number of a production order.
OrderNumber = Annotated[
    str, Field(min_length=1, max_length=40, pattern=SOME_TEXT, examples=["MO-2026-1122"])
]
#: An item number (货号).
ItemNo = Annotated[str, Field(min_length=1, max_length=40, pattern=SOME_TEXT, examples=["PN587"])]
#: Names a deed of the ledger, so that it happens once.
LedgerKey = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7d]+$", examples=["cart-20261122-7"]),
]
