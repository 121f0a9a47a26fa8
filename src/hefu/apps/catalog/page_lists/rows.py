"""What a line says about a model's page (网页清单): texts, and for which units its manual is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hefu.apps.catalog.rows import HEADERS, REQUIRED, plain_header
from hefu.core.errors import Invalid
from hefu.core.pages import PageText, TextBlock
from hefu.files import find_columns
from hefu.files.reading import MAX_CELL

PAGE_HEADERS: dict[str, tuple[str, ...]] = {
    "title": ("网页标题", "标题", "page title", "title"),
    "summary": ("简介", "网页简介", "summary"),
    "text": ("正文", "网页正文", "产品介绍", "介绍", "text", "page text"),
    "keywords": ("关键词", "关键字", "keywords"),
    "title_en": ("英文标题", "title en", "english title"),
    "summary_en": ("英文简介", "summary en", "english summary"),
    "text_en": ("英文正文", "英文介绍", "text en", "english text"),
    "manual": ("说明书文件", "说明书", "manual file", "manual"),
    "manual_title": ("说明书标题", "manual title"),
    "manual_label": ("说明书版本", "manual version"),
    "manual_language": ("说明书语言", "manual language"),
    "manual_batches": ("适用批次", "说明书批次", "manual batches", "batches"),
    "made_from": ("适用生产日期起", "生产日期起", "made from"),
    "made_until": ("适用生产日期止", "生产日期止", "made until"),
    "issued_on": ("说明书日期", "manual date", "issued on"),
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_SEPARATORS = re.compile(r"[;；、\n]+")
_LIST = re.compile(r"[;；,，、\s]+")
_LANGUAGE = {"": "", "zh": "zh", "中文": "zh", "chinese": "zh", "en": "en", "英文": "en",
             "english": "en"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a line wants on the page; ``files`` are names, empty where the list names none."""

    texts: Mapping[str, PageText]
    files: tuple[str, ...] = ()
    title: str = ""
    label: str = ""
    language: str = ""
    batches: tuple[str, ...] = ()
    made_from: date | None = None
    made_until: date | None = None
    issued_on: date | None = None


def page_columns(headers: tuple[str, ...]) -> dict[str, str]:
    """Map our field names, of products and of pages, to the list's headers.

    Raises:
        Invalid: a required column is missing (the first one is named).
    """
    names = {name: (*aliases, name) for name, aliases in (HEADERS | PAGE_HEADERS).items()}
    return find_columns(headers, names, required=REQUIRED, plain=plain_header)


def read_wanted(cells: Mapping[str, str], where: Mapping[str, str]) -> Wanted:
    """Check what a line says about its page.

    Raises:
        Invalid: names the column, as the list calls it, and the rule that it breaks.
    """
    given = {
        name: cells.get(where[name], "").strip() if name in where else "" for name in PAGE_HEADERS
    }
    for name, text in given.items():
        if len(text) >= MAX_CELL:  # the reader cuts there: what is left must not become a page
            raise Invalid(field=where[name], rule="too_long", value=MAX_CELL - 1)
    return Wanted(
        texts=_texts(given),
        files=tuple(filter(None, (one.strip() for one in _SEPARATORS.split(given["manual"])))),
        title=given["manual_title"],
        label=given["manual_label"],
        language=_language(given["manual_language"], where),
        batches=tuple(filter(None, _LIST.split(given["manual_batches"]))),
        made_from=_date("made_from", given, where),
        made_until=_date("made_until", given, where),
        issued_on=_date("issued_on", given, where),
    )


def _texts(given: Mapping[str, str]) -> dict[str, PageText]:
    listed = (one.strip() for one in re.split(r"[;；,，、]", given["keywords"]))
    keywords = tuple(filter(None, listed))
    texts = {}
    for language, ending, words in (("zh", "", keywords), ("en", "_en", ())):
        title, summary, text = (given[f"{name}{ending}"] for name in ("title", "summary", "text"))
        if title or summary or text or words:
            blocks = (TextBlock(text=text),) if text else ()
            texts[language] = PageText(title=title, summary=summary, keywords=words, blocks=blocks)
    return texts


def _language(text: str, where: Mapping[str, str]) -> str:
    try:
        return _LANGUAGE[text.casefold()]
    except KeyError as error:
        raise Invalid(
            field=where["manual_language"], rule="not_a_choice", value=text[:40]
        ) from error


def _date(name: str, given: Mapping[str, str], where: Mapping[str, str]) -> date | None:
    text = given[name]
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field=where[name], rule="not_a_date", value=text[:20]) from error
