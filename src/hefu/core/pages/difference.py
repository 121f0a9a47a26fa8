"""What differs between two versions of a page (网页版本差异), typed for people to read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from hefu.core.pages.attributes import BY_KEY
from hefu.core.pages.values import (
    AttributeValue,
    Block,
    ManualVersion,
    PageContent,
    PageText,
    TextBlock,
)

#: Two texts of one kind at one place are one text that was edited if so much of them is alike.
_ALIKE = 0.3


class How(StrEnum):
    """What happened to a part of the page."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageChange:
    """A whole language came or went."""

    how: How
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """The title, summary or keywords of one language."""

    language: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockChange:
    """A block of one language; places count from 0, None where it is not."""

    how: How
    language: str
    old_place: int | None
    new_place: int | None
    old: Block | None
    new: Block | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ManualChange:
    """An edition of a manual; ``fields`` names what was changed in it."""

    how: How
    old: ManualVersion | None
    new: ManualVersion | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeChange:
    """An attribute; None where it was or is not stated."""

    key: str
    old: AttributeValue | None
    new: AttributeValue | None


Change = LanguageChange | FieldChange | BlockChange | ManualChange | AttributeChange


def difference(old: PageContent, new: PageContent) -> tuple[Change, ...]:
    """List what differs, in the order of the page; empty if and only if the contents are equal."""
    return (
        *_texts(old.texts, new.texts),
        *_manuals(old.manuals, new.manuals),
        *_attributes(old.attributes, new.attributes),
    )


def _texts(old: Mapping[str, PageText], new: Mapping[str, PageText]) -> Iterator[Change]:
    for language in (*old, *(one for one in new if one not in old)):
        if language not in new:
            yield LanguageChange(how=How.REMOVED, language=language)
            continue
        if language not in old:
            yield LanguageChange(how=How.ADDED, language=language)
        before, after = old.get(language, PageText()), new[language]
        for field in ("title", "summary", "keywords"):
            was, is_ = _said(getattr(before, field)), _said(getattr(after, field))
            if was != is_:
                yield FieldChange(language=language, field=field, old=was, new=is_)
        yield from _blocks(language, before.blocks, after.blocks)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _blocks(language: str, old: Sequence[Block], new: Sequence[Block]) -> Iterator[BlockChange]:
    gone: list[int] = []
    came: list[int] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += range(i1, i2)
            came += range(j1, j2)
    moved = _pairs(gone, came, lambda i, j: old[i] == new[j])
    edited = _pairs(
        [i for i in gone if i not in moved],
        [j for j in came if j not in moved.values()],
        lambda i, j: _same_block(old[i], new[j]),
    )
    back = {j: i for i, j in (moved | edited).items()}
    ends: list[tuple[How, int | None, int | None]] = [
        (How.REMOVED, i, None) for i in gone if i not in moved and i not in edited
    ]
    for j in came:
        i_of = back.get(j)
        how = How.ADDED if i_of is None else How.MOVED if i_of in moved else How.CHANGED
        ends.append((how, i_of, j))
    for how, i_, j_ in ends:
        yield BlockChange(
            how=how, language=language, old_place=i_, new_place=j_,
            old=None if i_ is None else old[i_], new=None if j_ is None else new[j_],
        )  # fmt: skip


def _pairs(left: Sequence[int], right: Sequence[int], alike: Any) -> dict[int, int]:
    """Pair each on the left with the first free one on the right that is alike."""
    free, pairs = list(right), {}
    for one in left:
        other = next((place for place in free if alike(one, place)), None)
        if other is not None:
            pairs[one] = other
            free.remove(other)
    return pairs


def _same_block(old: Block, new: Block) -> bool:
    if isinstance(old, TextBlock) and isinstance(new, TextBlock):
        matcher = SequenceMatcher(a=old.text, b=new.text, autojunk=len(old.text) > 500)
        return matcher.quick_ratio() >= _ALIKE
    if isinstance(old, TextBlock) or isinstance(new, TextBlock) or old.kind != new.kind:
        return False
    named = any(getattr(old, key, "") == getattr(new, key, "") != "" for key in ("media", "url"))
    return named or old.caption == new.caption != ""


def _manuals(old: Sequence[ManualVersion], new: Sequence[ManualVersion]) -> Iterator[Change]:
    kept = _pairs(range(len(old)), range(len(new)), lambda i, j: old[i] == new[j])
    edited = _pairs(
        [i for i in range(len(old)) if i not in kept],
        [j for j in range(len(new)) if j not in kept.values()],
        lambda i, j: _same_manual(old[i], new[j]),
    )
    for i, manual in enumerate(old):
        if i in edited:
            after = new[edited[i]]
            changed = [
                one.name for one in fields(manual)
                if getattr(manual, one.name) != getattr(after, one.name)
            ]  # fmt: skip
            yield ManualChange(how=How.CHANGED, old=manual, new=after, fields=tuple(changed))
        elif i not in kept:
            yield ManualChange(how=How.REMOVED, old=manual, new=None)
    for j, manual in enumerate(new):
        if j not in kept.values() and j not in edited.values():
            yield ManualChange(how=How.ADDED, old=None, new=manual)
    order = [kept[i] for i in sorted(kept)]
    for i in sorted(kept):  # only the order differs: it decides between editions of one day
        if order != sorted(order) and kept[i] != i:
            yield ManualChange(how=How.MOVED, old=old[i], new=new[kept[i]])


def _same_manual(old: ManualVersion, new: ManualVersion) -> bool:
    if old.kind != new.kind or old.language != new.language:
        return False
    return old.media == new.media or (old.label == new.label != "")


def _attributes(
    old: Mapping[str, AttributeValue], new: Mapping[str, AttributeValue]
) -> Iterator[Change]:
    for key in BY_KEY:
        was, is_ = old.get(key), new.get(key)
        if was != is_ or type(was) is not type(is_):
            yield AttributeChange(key=key, old=was, new=is_)
