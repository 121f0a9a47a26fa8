"""The page in an editor's hands (编辑中的网页): between a posted form and the document of a page.

Fields are named by their places in the document (``texts.zh.blocks.0.text``), as the refusals of
``core.pages.read_content`` name them: what is wrong is shown where it stands.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from hefu.core.pages import ATTRIBUTES, Attribute, Type

Document = dict[str, Any]

_PARTS = ("texts", "manuals", "attributes")
#: What a document leaves out.
_MANUAL = {"kind": "manual", "language": "zh"}
_BETWEEN = re.compile(r"[,,、;;\n]+")
_BY_KEY: Mapping[str, Attribute] = {one.key: one for one in ATTRIBUTES}


def posted(data: Mapping[str, str]) -> Document:
    """Read the document that a form holds; what cannot be a value stays text, to be refused."""
    tree: dict[str, Any] = {}
    for name in data:
        steps = name.split(".")
        if steps[0] in _PARTS and len(steps) > 1:
            _put(tree, steps, data[name])
    texts = {language: _text(text) for language, text in tree.get("texts", {}).items()}
    attributes = {
        key: value
        for key, stated in tree.get("attributes", {}).items()
        if (value := _attribute(_BY_KEY.get(key), stated)) is not None
    }
    return {
        "texts": texts,
        "manuals": [_manual(one) for one in _listed(tree.get("manuals", {}))],
        "attributes": attributes,
    }


def flat(document: Document) -> dict[str, str]:
    """Write a document as the values of a form's fields: the inverse of ``posted``."""
    values: dict[str, str] = {}
    for language, text in document.get("texts", {}).items():
        at = f"texts.{language}"
        values |= {f"{at}.title": text.get("title", ""), f"{at}.summary": text.get("summary", "")}
        values[f"{at}.keywords"] = ", ".join(text.get("keywords", ()))
        for place, block in enumerate(text.get("blocks", ())):
            values |= {f"{at}.blocks.{place}.{key}": value for key, value in block.items()}
    for place, manual in enumerate(document.get("manuals", ())):
        values |= {
            f"manuals.{place}.{key}": ", ".join(value) if key == "batches" else str(value)
            for key, value in {**_MANUAL, **manual}.items()
        }
    for key, value in document.get("attributes", {}).items():
        if isinstance(value, Mapping):
            values |= {f"attributes.{key}.{language}": text for language, text in value.items()}
        else:
            values[f"attributes.{key}"] = _written(_BY_KEY.get(key), value)
    return values


def _put(tree: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            return
        tree = below
    tree.setdefault(steps[-1], value)


def _listed(tree: Any) -> list[dict[str, Any]]:
    """The members of a list in the order of their numbers; gaps close."""
    if not isinstance(tree, dict):
        return []
    numbers = sorted(int(key) for key in tree if key.isascii() and key.isdigit())
    return [tree[str(number)] for number in numbers if isinstance(tree.get(str(number)), dict)]


def _text(text: Any) -> dict[str, Any]:
    text = text if isinstance(text, dict) else {}
    return {
        "title": text.get("title", ""),
        "summary": text.get("summary", ""),
        "keywords": _split(text.get("keywords", "")),
        "blocks": _listed(text.get("blocks")),
    }


def _manual(stated: dict[str, Any]) -> dict[str, Any]:
    """Type and size are the file's own: whoever saves looks them up."""
    kept = {key: value for key, value in stated.items() if key not in ("bytes", "media_type")}
    return {**kept, "batches": _split(str(stated.get("batches", "")))}


def _split(text: Any) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(str(text)) if part.strip()]


def _attribute(attribute: Attribute | None, stated: Any) -> Any:
    if isinstance(stated, dict):
        texts = {key: text for key, text in stated.items() if str(text).strip()}
        return texts or None
    text = str(stated).strip()
    if not text:
        return None
    if attribute is not None and attribute.type is Type.YES_NO:
        return {"yes": True, "no": False}.get(text, text)
    if attribute is not None and attribute.type is Type.NUMBER:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text
    if attribute is not None and attribute.type is Type.SHARE:
        return _basis_points(text)
    return text


def _basis_points(text: str) -> int | str:
    try:
        points = Decimal(text.removesuffix("%").strip()) * 100
    except InvalidOperation:
        return text
    return int(points) if points.is_finite() and points == points.to_integral_value() else text


def _written(attribute: Attribute | None, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if attribute is not None and attribute.type is Type.SHARE and isinstance(value, int):
        return f"{Decimal(value) / 100:f}"
    return str(value)
