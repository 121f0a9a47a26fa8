"""The page as machines read it (结构化数据): schema.org Product, social cards, the passport.

https://schema.org/Product for search engines; the sustainability attributes as JSON-LD under an
address of their own, held to a JSON schema that comes with the package.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from hefu.apps.catalog.page_values import ShownPage
from hefu.core.pages import ATTRIBUTES, Attribute, AttributeValue, Type
from hefu.surfaces.consumer.page_attributes import LABELS

SCHEMA = "product_passport.schema.json"
#: What a text may not hold inside a script element.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is said of a page where it is linked to; addresses are absolute."""

    title: str
    description: str
    url: str
    language: str
    image: str = ""
    image_width: int = 0
    image_height: int = 0
    image_alt: str = ""


def product_data(
    shown: ShownPage, card: Card, *, images: Sequence[str], manuals: Sequence[tuple[str, str, str]]
) -> SafeString:
    """The page as schema.org Product in JSON-LD; ``manuals`` are title, language and address."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{card.url}#product",
        **identity(shown),
        "name": card.title,
        "url": card.url,
        "description": card.description,
        "image": list(images),
        "subjectOf": [
            {"@type": "DigitalDocument", "name": title, "inLanguage": language, "url": url}
            for title, language, url in manuals
        ],
    }
    held = {key: value for key, value in data.items() if value not in ("", [])}
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308  (nothing in it can end the element)


def identity(shown: ShownPage) -> dict[str, Any]:
    """By what the trade knows a product."""
    product = shown.product
    known = {
        "sku": product.item_no, "mpn": product.model, "model": product.model,
        "category": product.series, "gtin": product.gtin,
    }  # fmt: skip
    brand = {"@type": "Brand", "name": product.brand.name}
    return {"brand": brand, **{key: value for key, value in known.items() if value}}


def passport(shown: ShownPage, *, page_url: str, passport_url: str, schema_url: str) -> bytes:
    """The sustainability attributes of a product as JSON-LD; see ``SCHEMA``."""
    stated = shown.content.attributes
    properties = [_property(one, stated[one.key]) for one in ATTRIBUTES if one.key in stated]
    data = {
        "@context": {
            "@vocab": "https://schema.org/",
            "schemaUrl": {"@id": "http://www.w3.org/2000/01/rdf-schema#seeAlso", "@type": "@id"},
        },
        "@type": "Product",
        "@id": f"{page_url}#product",
        "url": page_url,
        "identifier": passport_url,
        "schemaUrl": schema_url,
        **identity(shown),
        "name": _texts({key: text.title for key, text in shown.content.texts.items()})
        or [{"@value": shown.product.name, "@language": "zh"}],
        "version": str(shown.number),
        "additionalProperty": [found for found in properties if found["value"] != []],
    }
    if shown.published_at is not None:
        data["dateModified"] = shown.published_at.isoformat()
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def schema_bytes() -> bytes:
    """The JSON schema of ``passport``."""
    return files("hefu.surfaces.consumer").joinpath("schemas", SCHEMA).read_bytes()


def _property(attribute: Attribute, value: AttributeValue) -> dict[str, Any]:
    with translation.override("en"):
        name = str(LABELS[attribute.key])
    found: dict[str, Any] = {
        "@type": "PropertyValue",
        "propertyID": attribute.key,
        "name": name,
        "value": _texts(value) if isinstance(value, Mapping) else value,
    }
    if attribute.type is Type.SHARE and isinstance(value, int):
        found |= {"value": value / 100, "unitText": "%"}
    elif attribute.unit:
        found["unitText"] = attribute.unit
    return found


def _texts(by_language: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": key} for key, text in by_language.items() if text]
