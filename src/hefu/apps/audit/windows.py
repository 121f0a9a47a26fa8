"""How often something is done in a window of time (频率限制): one conditional UPDATE decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Model


def use_window(
    table: type[Model], *, scope: str, key: str, window: timedelta, most: int, now: datetime
) -> int:
    """Count one use in the window ``now`` is in; 0, or the seconds until the next one if full.

    ``table`` has ``scope``, ``key``, ``window`` (its beginning), unique together, and ``count``.
    """
    seconds = int(window.total_seconds())
    begin = int(now.timestamp()) // seconds * seconds
    at = datetime.fromtimestamp(begin, tz=UTC)
    rows: Any = table._default_manager  # noqa: SLF001  (any of these tables)
    rows.bulk_create([table(scope=scope, key=key, window=at)], ignore_conflicts=True)
    mine = rows.filter(scope=scope, key=key, window=at, count__lt=most)
    if mine.update(count=F("count") + 1):
        return 0
    return max(1, begin + seconds - int(now.timestamp()))
