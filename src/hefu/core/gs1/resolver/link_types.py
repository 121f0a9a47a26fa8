"""Link types (链接类型): what a link of an identified thing leads to.

Facts of the GS1 Web Vocabulary 1.16. A type is known by its bare name (``pip``); requests write it
as ``gs1:pip`` or as the whole address, linksets as the whole address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hefu.core.gs1.tables import data_lines

VOCABULARY = "https://ref.gs1.org/voc/"
DEFAULT = "defaultLink"
DEFAULT_MULTI = "defaultLinkMulti"
_NAME = re.compile(r"(?:gs1:|https?://(?:(?:www|ref)\.)?gs1\.org/voc/)?([A-Za-z]{1,40})")


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkType:
    """One link type; ``current`` is False where the vocabulary asks to use another instead."""

    name: str
    label: str
    label_zh: str
    current: bool

    @property
    def uri(self) -> str:
        """As linksets write it."""
        return VOCABULARY + self.name

    @property
    def descriptive(self) -> bool:
        """Whether it says what is at the other end; the default types do not."""
        return self.name not in (DEFAULT, DEFAULT_MULTI)


def _read(row: str) -> LinkType:
    name, label, label_zh, mark = row.split(";")
    return LinkType(name=name, label=label, label_zh=label_zh, current=mark != "old")


#: Every link type by its bare name.
LINK_TYPES: Mapping[str, LinkType] = MappingProxyType(
    {found.name: found for found in map(_read, data_lines("link_types.txt"))}
)


def link_type_named(text: str) -> str:
    """The bare name of a link type written in any form; "" if the vocabulary has none such."""
    match = _NAME.fullmatch(text)
    return match[1] if match and match[1] in LINK_TYPES else ""
