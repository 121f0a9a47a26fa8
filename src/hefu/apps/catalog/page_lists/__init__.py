"""Lists that come with manuals (带说明书的清单): what a row says of a page, which files are whose.

Nothing here writes rows; ``services.page_imports`` does.
"""

from hefu.apps.catalog.page_lists.archive import (
    MOST_BYTES,
    Member,
    check_archive,
    members,
    opened,
    pack,
)
from hefu.apps.catalog.page_lists.matching import FileName, assigned, folded_name, read_name
from hefu.apps.catalog.page_lists.rows import PAGE_HEADERS, Wanted, page_columns, read_wanted

__all__ = [
    "MOST_BYTES",
    "PAGE_HEADERS",
    "FileName",
    "Member",
    "Wanted",
    "assigned",
    "check_archive",
    "folded_name",
    "members",
    "opened",
    "pack",
    "page_columns",
    "read_name",
    "read_wanted",
]
