"""What a product page holds (产品网页的内容): texts in languages, manuals in versions, attributes.

One document holds everything a reader sees. A file is named by its SHA-256 alone (``media``), so
that the document says which bytes were agreed to, and moves between installations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

#: The value of a sustainability attribute: see ``attributes``; texts by language.
AttributeValue = int | bool | str | Mapping[str, str]


class ManualKind(StrEnum):
    """What a document beside the product is for."""

    MANUAL = "manual"
    QUICK_START = "quick_start"
    WARRANTY = "warranty"
    PARTS = "parts"  # spare parts and exploded drawings
    REPAIR = "repair"
    CONFORMITY = "conformity"  # declarations and certificates
    RECIPES = "recipes"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class TextBlock:
    """Words in CommonMark. Tags of HTML are words like any others, never markup."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageBlock:
    """A picture; ``alt`` says what is seen, for those who do not see it."""

    media: str
    alt: str = ""
    caption: str = ""
    kind: Literal["image"] = "image"


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoBlock:
    """A film: an uploaded file (``media``) or an https address (``url``), one of the two."""

    media: str = ""
    url: str = ""
    poster: str = ""  # an uploaded picture
    caption: str = ""
    kind: Literal["video"] = "video"


Block = TextBlock | ImageBlock | VideoBlock


@dataclass(frozen=True, kw_only=True, slots=True)
class PageText:
    """The page in one language."""

    title: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ManualVersion:
    """One edition of one document in one language, and the units it is for.

    ``batches`` are batch numbers (``01``: of every day) or, of one day, ``2026-11-22/01``; empty is
    every batch. The first and last production day are inclusive. What is given must all hold.
    """

    media: str
    kind: ManualKind = ManualKind.MANUAL
    title: str = ""
    language: str = "zh"
    label: str = ""  # as printed on it: V2.1, 2026-03
    media_type: str = "application/pdf"
    bytes: int = 0
    batches: tuple[str, ...] = ()
    made_from: date | None = None
    made_until: date | None = None
    issued_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageContent:
    """Everything a reader sees; ``texts`` by language tag, Chinese first."""

    texts: Mapping[str, PageText] = field(default_factory=dict)
    manuals: tuple[ManualVersion, ...] = ()
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


def media_places(content: PageContent) -> tuple[tuple[str, str, str], ...]:
    """Return where each uploaded file is named: place, image, video, poster or manual, SHA-256."""
    found: list[tuple[str, str, str]] = []
    for language, text in content.texts.items():
        for place, block in enumerate(text.blocks):
            at = f"texts.{language}.blocks.{place}"
            if not isinstance(block, TextBlock):
                found.append((f"{at}.media", block.kind, block.media))
            if isinstance(block, VideoBlock):
                found.append((f"{at}.poster", "poster", block.poster))
    for place, manual in enumerate(content.manuals):
        found.append((f"manuals.{place}.media", "manual", manual.media))
    return tuple(one for one in found if one[2])


def media_named(content: PageContent) -> frozenset[str]:
    """Return the SHA-256 of every uploaded file the content names."""
    return frozenset(digest for _place, _kind, digest in media_places(content))
