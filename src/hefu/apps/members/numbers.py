"""Numbers for receipts and requests (编号): short, spoken over the telephone, not to be counted."""

import secrets
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from hefu.apps.members.models import Closing, DataRequest

R = TypeVar("R", Closing, DataRequest)
_TRIES = 20


def numbered(row: R, *, prefix: str, now: datetime) -> R:
    """Save a row under a number that its brand has not used yet, such as ``Z26-483920``."""
    for attempt in range(_TRIES):
        row.number = f"{prefix}{timezone.localdate(now):%y}-{secrets.randbelow(10**6):06}"
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            row.pk = None
            taken = type(row).objects.filter(brand_id=row.brand_id, number=row.number)
            if attempt == _TRIES - 1 or not taken.exists():
                raise
        else:
            return row
    raise ValueError("no try at all")
