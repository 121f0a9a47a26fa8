"""A copy of everything (个人数据副本): one zip with a page to read, tables as CSV, all as JSON.

``index.html`` needs nothing but a browser; codes and numbers in the CSVs stay text.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from hefu.core.personal import PersonalFile, Plain, Table, Words

_TITLE = Words(zh="我的个人数据", en="My personal data")
_LEAD = Words(
    zh="{brand}于 {at} 保存的关于您的全部数据。data.json 与各 CSV 内容相同，"
    "便于转给他人或程序读取。",
    en="Everything that {brand} held about you on {at}. data.json and the CSV files say the same, "
    "for another service or a program to read.",
)
_NOTHING = Words(zh="无", en="nothing")
_FILES = Words(zh="您提交的文件", en="Documents you sent")
_CSS = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}h2{margin-top:2.5rem}table{border-collapse:collapse}"
    "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd;"
    "vertical-align:top}.wide{overflow-x:auto}.none{color:#777}"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def pack(
    tables: Sequence[Table], files: Iterable[PersonalFile], *, brand: str, language: str,
    now: datetime,
) -> bytes:  # fmt: skip
    """Return the zip; deterministic but for ``now``."""
    documents = list(files)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        stamp = (now.year, now.month, now.day, now.hour, now.minute, now.second)

        def put(name: str, content: bytes) -> None:
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)

        put("index.html", _page(tables, documents, brand=brand, language=language, now=now))
        put("data.json", _json(tables, now=now))
        for table in tables:
            put(f"{table.name}.csv", _csv(table))
        for document in documents:
            put(f"files/{document.name}", document.content)
    return target.getvalue()


def _json(tables: Sequence[Table], *, now: datetime) -> bytes:
    content = {
        table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for table in tables
    }
    whole = {"made_at": now.isoformat(timespec="seconds"), **content}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _csv(table: Table) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(table.columns)
    writer.writerows([_defused(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _defused(cell: Plain) -> Plain:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _page(
    tables: Sequence[Table], files: Sequence[PersonalFile], *, brand: str, language: str,
    now: datetime,
) -> bytes:  # fmt: skip
    title = _TITLE.read_in(language)
    lead = _LEAD.read_in(language).format(brand=brand, at=now.strftime("%Y-%m-%d %H:%M %Z"))
    parts = [_section(table, language) for table in tables]
    if files:
        links = "".join(
            f'<li><a href="files/{escape(one.name)}">{escape(one.name)}</a></li>' for one in files
        )
        parts.append(f"<h2>{escape(_FILES.read_in(language))}</h2><ul>{links}</ul>")
    lang = "en" if language == "en" else "zh-Hans"
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_CSS}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>{''.join(parts)}</html>"
    ).encode()


def _section(table: Table, language: str) -> str:
    heading = f"<h2>{escape(table.title.read_in(language))}</h2>"
    if not table.rows:
        return f'{heading}<p class="none">{_NOTHING.read_in(language)}</p>'
    names = [
        key.replace("_", " ") if language == "en" else name for key, name in table.columns.items()
    ]
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_shown(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    link = f'<p><a href="{table.name}.csv">{table.name}.csv</a></p>'
    return f'{heading}{link}<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _shown(cell: Plain) -> str:
    if isinstance(cell, bool):
        return "✓" if cell else "✗"
    return "" if cell is None else str(cell)
