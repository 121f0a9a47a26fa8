"""The page as a JSON document (网页文档): read with every field checked, written one way only.

``read_content`` and ``write_content`` are each other's inverse; the hash that a second person
agrees to is that of the canonical bytes. What equals its default is left out, so that a field added
later does not change the hash of pages that do not use it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any

from hefu.core.errors import Invalid
from hefu.core.money import WHOLE_BP
from hefu.core.pages import checks
from hefu.core.pages.attributes import BY_KEY, Attribute, Type
from hefu.core.pages.values import (
    AttributeValue,
    Block,
    ImageBlock,
    ManualKind,
    ManualVersion,
    PageContent,
    PageText,
    TextBlock,
    VideoBlock,
)

MOST_LANGUAGES, MOST_BLOCKS, MOST_MANUALS, MOST_BATCHES, MOST_KEYWORDS = 12, 80, 200, 500, 20
LONGEST = {"title": 120, "summary": 300, "keyword": 40, "text": 20_000, "caption": 300}
#: The largest document, in canonical bytes.
MOST_BYTES = 1_000_000

_BATCH = re.compile(r"(\d{4}-\d{2}-\d{2}/)?[^\s,;/][^,;/]{0,19}")


def read_content(document: Any) -> PageContent:
    """Read a page from plain JSON values.

    Raises:
        Invalid: ``field`` is the place, such as ``texts.zh.blocks.2.alt``.
    """
    parts = checks.an_object(document, "content", known=("texts", "manuals", "attributes"))
    texts = checks.an_object(parts.get("texts", {}), "texts")
    if len(texts) > MOST_LANGUAGES:
        raise Invalid(field="texts", rule="too_many", value=MOST_LANGUAGES)
    manuals = checks.a_list(parts.get("manuals", []), "manuals", most=MOST_MANUALS)
    stated = checks.an_object(parts.get("attributes", {}), "attributes", known=BY_KEY)
    content = PageContent(
        texts={
            checks.a_language(language, f"texts.{checks.shown(language)}"): _text(
                text, f"texts.{language}"
            )
            for language, text in sorted(texts.items(), key=_chinese_first)
        },
        manuals=tuple(_manual(one, f"manuals.{place}") for place, one in enumerate(manuals)),
        attributes={
            key: _attribute(BY_KEY[key], stated[key], f"attributes.{key}")
            for key in BY_KEY
            if key in stated
        },
    )
    if len(content_bytes(content)) > MOST_BYTES:
        raise Invalid(field="content", rule="too_large", value=MOST_BYTES)
    return content


def write_content(content: PageContent) -> dict[str, Any]:
    """Write a page as plain JSON values."""
    document: dict[str, Any] = _plain(content)
    return document


def content_bytes(content: PageContent) -> bytes:
    """Return the canonical bytes: keys sorted, no blanks, UTF-8; the same page, the same bytes."""
    return json.dumps(
        write_content(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()


def content_hash(content: PageContent) -> str:
    """Return the SHA-256 of the canonical bytes, in hexadecimal digits."""
    return sha256(content_bytes(content)).hexdigest()


def _chinese_first(named: tuple[str, Any]) -> tuple[bool, str]:
    """One order of languages, as a database may keep none: that of the house, then by letters."""
    return not named[0].startswith("zh"), named[0]


def _text(value: Any, at: str) -> PageText:
    known = [one.name for one in fields(PageText)]
    parts = checks.an_object(value, at, known=known)
    keywords = checks.a_list(parts.get("keywords", []), f"{at}.keywords", most=MOST_KEYWORDS)
    blocks = checks.a_list(parts.get("blocks", []), f"{at}.blocks", most=MOST_BLOCKS)
    read = [checks.words(one, f"{at}.keywords", most=LONGEST["keyword"]) for one in keywords]
    return PageText(
        title=checks.words(parts.get("title", ""), f"{at}.title", most=LONGEST["title"]),
        summary=checks.words(parts.get("summary", ""), f"{at}.summary", most=LONGEST["summary"]),
        keywords=tuple(dict.fromkeys(one for one in read if one)),
        blocks=tuple(_block(one, f"{at}.blocks.{place}") for place, one in enumerate(blocks)),
    )


def _block(value: Any, at: str) -> Block:
    kind = checks.an_object(value, at).get("kind")
    if kind == "text":
        parts = checks.an_object(value, at, known=("kind", "text"))
        text = checks.words(
            parts.get("text", ""), f"{at}.text", most=LONGEST["text"], lines=True
        )  # fmt: skip
        return TextBlock(text=text)
    if kind == "image":
        parts = checks.an_object(value, at, known=("kind", "media", "alt", "caption"))
        return ImageBlock(
            media=checks.a_hash(parts.get("media", ""), f"{at}.media"),
            alt=checks.words(parts.get("alt", ""), f"{at}.alt", most=LONGEST["caption"]),
            caption=_caption(parts, at),
        )
    if kind == "video":
        return _video(value, at)
    raise Invalid(field=f"{at}.kind", rule="not_a_choice", value=checks.shown(kind))


def _video(value: Any, at: str) -> VideoBlock:
    parts = checks.an_object(value, at, known=("kind", "media", "url", "poster", "caption"))
    video = VideoBlock(
        media=checks.a_hash(parts.get("media", ""), f"{at}.media", optional=True),
        url=checks.an_address(parts.get("url", ""), f"{at}.url"),
        poster=checks.a_hash(parts.get("poster", ""), f"{at}.poster", optional=True),
        caption=_caption(parts, at),
    )
    if bool(video.media) == bool(video.url):
        raise Invalid(field=f"{at}.url", rule="file_or_address")
    return video


def _caption(parts: Mapping[str, Any], at: str) -> str:
    return checks.words(parts.get("caption", ""), f"{at}.caption", most=LONGEST["caption"])


def _manual(value: Any, at: str) -> ManualVersion:
    parts = checks.an_object(value, at, known=[one.name for one in fields(ManualVersion)])
    kind = parts.get("kind", ManualKind.MANUAL.value)
    if not isinstance(kind, str) or kind not in set(ManualKind):
        raise Invalid(field=f"{at}.kind", rule="not_a_choice", value=checks.shown(kind))
    manual = ManualVersion(
        media=checks.a_hash(parts.get("media", ""), f"{at}.media"),
        kind=ManualKind(kind),
        title=checks.words(parts.get("title", ""), f"{at}.title", most=LONGEST["title"]),
        language=checks.a_language(parts.get("language", "zh"), f"{at}.language"),
        label=checks.words(parts.get("label", ""), f"{at}.label", most=LONGEST["keyword"]),
        media_type=checks.words(
            parts.get("media_type", "application/pdf"), f"{at}.media_type", most=80
        ),
        bytes=checks.a_number(parts.get("bytes", 0), f"{at}.bytes", most=2**40),
        batches=_batches(parts.get("batches", []), f"{at}.batches"),
        made_from=checks.a_day(parts.get("made_from"), f"{at}.made_from"),
        made_until=checks.a_day(parts.get("made_until"), f"{at}.made_until"),
        issued_on=checks.a_day(parts.get("issued_on"), f"{at}.issued_on"),
    )
    if manual.made_from and manual.made_until and manual.made_until < manual.made_from:
        raise Invalid(field=f"{at}.made_until", rule="before_start")
    return manual


def _batches(value: Any, at: str) -> tuple[str, ...]:
    read = [checks.words(one, at, most=40) for one in checks.a_list(value, at, most=MOST_BATCHES)]
    for one in read:
        if not _BATCH.fullmatch(one):
            raise Invalid(field=at, rule="not_a_batch", value=checks.shown(one))
        if "/" in one:
            checks.a_day(one.partition("/")[0], at)
    return tuple(sorted(set(read)))


def _attribute(attribute: Attribute, value: Any, at: str) -> AttributeValue:
    if attribute.type is Type.TEXT:
        by_language = checks.an_object(value, at)
        return {
            checks.a_language(key, at): checks.words(by_language[key], at, most=600, lines=True)
            for key in sorted(by_language)
        }
    if attribute.type is Type.YES_NO:
        if not isinstance(value, bool):
            raise Invalid(field=at, rule="not_yes_no")
        return value
    if attribute.type in (Type.NUMBER, Type.SHARE):
        return checks.a_number(value, at, most=attribute.most or WHOLE_BP)
    return _named(attribute, value, at)


def _named(attribute: Attribute, value: Any, at: str) -> str:
    if attribute.type is Type.URL:
        if not (address := checks.an_address(value, at)):
            raise Invalid(field=at, rule="required")
        return address
    if attribute.type is Type.COUNTRY:
        if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
            raise Invalid(field=at, rule="not_a_country")
    elif not isinstance(value, str) or value not in attribute.choices:
        raise Invalid(field=at, rule="not_a_choice", value=checks.shown(value))
    return str(value)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        contents = ((one, getattr(value, one.name)) for one in fields(value))
        return {
            one.name: _plain(content)
            for one, content in contents
            if one.name == "kind" or content != _default(one)
        }
    if isinstance(value, Mapping):
        return {key: _plain(content) for key, content in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _default(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default
