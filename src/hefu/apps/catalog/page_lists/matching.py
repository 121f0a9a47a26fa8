"""Which file is whose manual (说明书文件名): names that begin with an item number or a model.

``PN587.pdf``, ``PFFN5005_V2.1.pdf`` and ``PN587-说明书-en.pdf`` say whose they are; of several
numbers that fit, the longest is meant, and an item number before a model.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\s_\-–—.()（）\[\]【】、，,]+")
_LABEL = re.compile(r"[vV]\d+(?:\.\d+)*|\d{4}[-.]\d{1,2}")
_LANGUAGES = {
    "en": "en", "eng": "en", "english": "en", "英文": "en", "英语": "en",
    "zh": "zh", "cn": "zh", "chinese": "zh", "中文": "zh",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FileName:
    """What a file's name tells."""

    #: what it may begin with, folded, the longest first
    beginnings: tuple[str, ...]
    language: str = ""
    label: str = ""


def folded_name(text: str) -> str:
    """A name or number as it is compared: full width, case and blanks around make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def read_name(name: str) -> FileName:
    """Read a file's name."""
    stem = unicodedata.normalize("NFKC", name)
    stem = stem.rpartition(".")[0] or stem
    ends = [found.start() for found in _BETWEEN.finditer(stem) if found.start()]
    beginnings = {folded_name(stem[:end]) for end in (*ends, len(stem))}
    language = next(
        (_LANGUAGES[token] for token in _BETWEEN.split(stem.casefold()) if token in _LANGUAGES), ""
    )
    label = _LABEL.search(stem)
    return FileName(
        beginnings=tuple(sorted(beginnings, key=lambda one: (-len(one), one))), language=language,
        label=label[0] if label else "",
    )  # fmt: skip


def assigned(
    names: Iterable[str], *, item_numbers: Iterable[str], models: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """Say whose each file is: item number to names, in their order.

    ``models`` has the item numbers of each model: a manual of a model is that of all its articles.
    """
    items = {folded_name(one): one for one in item_numbers}
    known = {folded_name(model): list(numbers) for model, numbers in models.items()}
    found: dict[str, list[str]] = {}
    for name in names:
        for beginning in read_name(name).beginnings:
            owners = [items[beginning]] if beginning in items else known.get(beginning, [])
            for owner in owners:
                found.setdefault(owner, []).append(name)
            if owners:
                break
    return found
