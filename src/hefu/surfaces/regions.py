"""The region of a network address (属地), looked up offline; an unknown one is simply unknown.

No data come with the product: the operator may name a file in MaxMind's format with
``HEFU_REGION_DB``. Files differ in how they name a province, so letters, numbers and names in
Chinese or English are all understood. The address itself is never stored.
"""

from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import maxminddb
import structlog
from django.conf import settings

from hefu.core.regions import UNKNOWN, region_named

log = structlog.get_logger(__name__)

#: Regions of GB/T 2260 that such files list as countries.
_LISTED_AS_COUNTRY = {"HK", "MO", "TW"}


def region_of_address(address: str) -> str:
    """Return the region of ``address``: GB/T 2260, elsewhere ISO 3166-2, or "" where unknown.

    Private, malformed and unlisted addresses are unknown, and so is everything while the
    operator's file is missing or broken (which is logged once per file).
    """
    if not settings.HEFU_REGION_DB:
        return UNKNOWN
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return UNKNOWN
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if not parsed.is_global:
        return UNKNOWN
    reader = _current_reader()
    if reader is None or (parsed.version == 6 and reader.metadata().ip_version == 4):
        return UNKNOWN
    entry = reader.get(parsed)
    return _region_in(entry) if isinstance(entry, dict) else UNKNOWN


def _current_reader() -> maxminddb.Reader | None:
    if not settings.HEFU_REGION_DB:
        return None
    path = Path(settings.HEFU_REGION_DB)
    # the modification time is part of the cache's key: a newer file is used without a restart
    return _open(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=2)
def _open(path: Path, changed: int) -> maxminddb.Reader | None:
    try:
        return maxminddb.open_database(str(path))
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        log.error(  # noqa: TRY400  (a stack says nothing more)
            "region_file_unusable", path=str(path), changed=changed, error=str(error)
        )
        return None


def _region_in(entry: dict[str, Any]) -> str:
    country = _country(entry)
    if country in _LISTED_AS_COUNTRY:
        return _code_of(country)
    letters, names = _subdivision(entry)
    if country in ("CN", ""):
        found = (_code_of(text) for text in (letters, *names))
        return next((code for code in found if code), UNKNOWN)
    return f"{country}-{letters}" if 0 < len(letters) <= 3 else country


def _country(entry: dict[str, Any]) -> str:
    country = entry.get("country", "")
    if isinstance(country, dict):
        return str(country.get("iso_code", ""))
    code = str(entry.get("country_code") or country)
    return code.upper() if len(code) == 2 else ""


def _subdivision(entry: dict[str, Any]) -> tuple[str, list[str]]:
    """Return a subdivision's letters and names, nested as MaxMind does or flat as others do."""
    nested = entry.get("subdivisions")
    if isinstance(nested, list) and nested:
        names = nested[0].get("names", {})
        return str(nested[0].get("iso_code", "")), [str(name) for name in names.values()]
    letters = str(entry.get("region_code", ""))
    names = [entry.get(key, "") for key in ("region", "region_name", "province", "state1")]
    return letters.rpartition("-")[2], [str(name) for name in names if name]


def _code_of(text: str) -> str:
    region = region_named(text) if text else None
    return region.code if region else UNKNOWN
