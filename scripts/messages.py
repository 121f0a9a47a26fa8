"""Translations: compile every .po beside its .mo, or check that they agree (``--check``).

Extraction needs GNU gettext (``django-admin makemessages``); compiling does not.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "hefu").rglob("LC_MESSAGES/django.po"))


def compiled(source: Path) -> bytes:
    """Return the .mo of a .po; fuzzy entries are left out."""
    with source.open("rb") as file:
        catalog = read_po(file, locale="zh_Hans")
    # the header would carry the time of compiling
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def main() -> int:
    """Compile, or report what is stale or untranslated."""
    faults = 0
    for source in SOURCES:
        target = source.with_suffix(".mo")
        fresh = compiled(source)
        with source.open("rb") as file:
            missing = [m.id for m in read_po(file, locale="zh_Hans") if m.id and not m.string]
        for text in missing:
            print(f"{source.relative_to(ROOT)}: no translation of {text!r}")
        faults += len(missing)
        if "--check" not in sys.argv:
            target.write_bytes(fresh)
        elif not target.exists() or target.read_bytes() != fresh:
            print(f"{target.relative_to(ROOT)} is stale: run scripts/messages.py")
            faults += 1
    print(f"messages: {len(SOURCES)} catalogues, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
