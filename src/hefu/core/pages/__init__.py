"""Product pages (产品网页): one document of texts, pictures, films, manuals and attributes.

Pure: the document is read, hashed, compared and asked for the manual of a unit here; who may change
it and when readers see it is decided in ``apps/catalog``.
"""

from hefu.core.pages.attributes import ATTRIBUTES, Attribute, Topic, Type
from hefu.core.pages.completeness import Gap, gaps
from hefu.core.pages.difference import (
    AttributeChange,
    BlockChange,
    Change,
    FieldChange,
    How,
    LanguageChange,
    ManualChange,
    difference,
)
from hefu.core.pages.languages import choose_language
from hefu.core.pages.manuals import Fit, kinds_of, manual_for
from hefu.core.pages.reading import content_bytes, content_hash, read_content, write_content
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
    media_named,
    media_places,
)
from hefu.core.pages.wording import Mark, Piece, words_changed

__all__ = [
    "ATTRIBUTES",
    "Attribute",
    "AttributeChange",
    "AttributeValue",
    "Block",
    "BlockChange",
    "Change",
    "FieldChange",
    "Fit",
    "Gap",
    "How",
    "ImageBlock",
    "LanguageChange",
    "ManualChange",
    "ManualKind",
    "ManualVersion",
    "Mark",
    "PageContent",
    "PageText",
    "Piece",
    "TextBlock",
    "Topic",
    "Type",
    "VideoBlock",
    "choose_language",
    "content_bytes",
    "content_hash",
    "difference",
    "gaps",
    "kinds_of",
    "manual_for",
    "media_named",
    "media_places",
    "read_content",
    "words_changed",
    "write_content",
]
