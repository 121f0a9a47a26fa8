"""Adding, moving and removing parts of a page (增删移动): each a button, each undone by another.

A deed is what its button says: ``block.up:zh:2``. It changes the document in the editor's hands
and nothing else; what is stored changes when the draft is saved.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hefu.surfaces.desk.writing.document import Document


@dataclass(kw_only=True)
class Shaped:
    """The document after a deed, and where the editor's hands are now."""

    document: Document
    language: str = ""  # the one that is open
    focus: str = ""  # the field or button that gets the focus
    removed: str = ""  # what an undo needs
    said: str = field(default="")  # removed, restored, moved: a stable word


def shape(document: Document, deed: str, *, removed: str = "", chosen: str = "") -> Shaped:
    """Do what a button says; a deed that does not fit the document changes nothing.

    Args:
        document: changed in place.
        deed: name and places, with colons between.
        removed: for ``undo``, what ``Shaped.removed`` was.
        chosen: for ``language.add``, which one.
    """
    shaped = Shaped(document=document)
    name, *places = deed.split(":")
    try:
        if name == "undo":
            _undo(shaped, json.loads(removed))
        elif name == "language.add":
            _add_language(shaped, chosen)
        else:
            _DEEDS[name](shaped, *places)
    except (KeyError, IndexError, TypeError, ValueError):
        return Shaped(document=document)
    return shaped


def add_block(document: Document, language: str, block: dict[str, Any]) -> Shaped:
    """Put a block at the end of a language."""
    blocks = document["texts"][language]["blocks"]
    blocks.append(block)
    first = {"text": "text", "image": "alt", "video": "url" if "url" in block else "caption"}
    place = f"texts.{language}.blocks.{len(blocks) - 1}"
    return Shaped(document=document, language=language, focus=f"{place}.{first[block['kind']]}")


def add_manual(document: Document, manual: dict[str, Any]) -> Shaped:
    """Put an edition below the others."""
    document["manuals"].append(manual)
    place = len(document["manuals"]) - 1
    return Shaped(document=document, focus=f"manuals.{place}.title")


def _blocks(shaped: Shaped, language: str) -> list[dict[str, Any]]:
    shaped.language = language
    blocks: list[dict[str, Any]] = shaped.document["texts"][language]["blocks"]
    return blocks


def _move(step: int) -> Callable[[Shaped, str, str], None]:
    def move(shaped: Shaped, language: str, place: str) -> None:
        blocks, old = _blocks(shaped, language), int(place)
        new = old + step
        if not (0 <= new < len(blocks) and 0 <= old < len(blocks)):
            return
        blocks[old], blocks[new] = blocks[new], blocks[old]
        last = new in (0, len(blocks) - 1)  # that way no further: the other button is there
        way = "down" if (step < 0) == last else "up"
        shaped.focus, shaped.said = f"block.{way}:{language}:{new}", "moved"

    return move


def _remove_block(shaped: Shaped, language: str, place: str) -> None:
    block = _blocks(shaped, language).pop(int(place))
    _gone(shaped, ["texts", language, "blocks"], int(place), block)


def _remove_manual(shaped: Shaped, place: str) -> None:
    manual = shaped.document["manuals"].pop(int(place))
    _gone(shaped, ["manuals"], int(place), manual)


def _remove_language(shaped: Shaped, language: str) -> None:
    text = shaped.document["texts"].pop(language)
    shaped.language = next(iter(shaped.document["texts"]), "")
    _gone(shaped, ["texts"], language, text)


def _gone(shaped: Shaped, path: list[str], key: int | str, value: Any) -> None:
    shaped.removed = json.dumps([path, key, value], ensure_ascii=False)
    shaped.said, shaped.focus = "removed", "undo"


def _add(shaped: Shaped, language: str, kind: str) -> None:
    block = {"text": {"kind": "text", "text": ""}, "film": {"kind": "video", "url": ""}}[kind]
    added = add_block(shaped.document, language, block)
    shaped.language, shaped.focus = language, added.focus


def _add_language(shaped: Shaped, language: str) -> None:
    """A new language begins with the pictures and films of the first one, and no words."""
    texts = shaped.document["texts"]
    if not language or language in texts:
        raise KeyError(language)
    model: dict[str, Any] = next(iter(texts.values()), {"blocks": []})
    blocks = [
        {"kind": "text", "text": ""} if block.get("kind") == "text"
        else {key: "" if key in ("alt", "caption") else value for key, value in block.items()}
        for block in model["blocks"]
    ]  # fmt: skip
    texts[language] = {"title": "", "summary": "", "keywords": [], "blocks": blocks}
    shaped.language, shaped.focus = language, f"texts.{language}.title"


def _undo(shaped: Shaped, removed: Any) -> None:
    path, key, value = removed
    if path == ["texts"] and isinstance(value, dict) and isinstance(value.get("blocks"), list):
        shaped.document["texts"].setdefault(str(key), value)
        shaped.language, shaped.focus = str(key), f"texts.{key}.title"
    elif path == ["manuals"] and isinstance(value, dict):
        shaped.document["manuals"].insert(int(key), value)
        shaped.focus = f"manuals.{int(key)}.title"
    else:
        _texts, language, _list = path
        _blocks(shaped, language).insert(int(key), dict(value))
        shaped.focus = f"block.remove:{language}:{int(key)}"
    shaped.said = "restored"


_DEEDS: dict[str, Callable[..., None]] = {
    "block.add": _add,
    "block.down": _move(+1),
    "block.remove": _remove_block,
    "block.up": _move(-1),
    "language.remove": _remove_language,
    "manual.remove": _remove_manual,
}
