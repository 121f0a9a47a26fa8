"""Keeping master data (主数据入库): what a captured document says about places, products, parties.

An element is told whole: the last document that names it replaces its attributes and its children.
Queries use them: ``WD_`` goes down the children, ``HASATTR_`` and ``EQATTR_`` ask for attributes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hefu.apps.epcis.errors import NotADocument
from hefu.apps.epcis.models import VocabularyAttribute, VocabularyChild
from hefu.apps.epcis.rows import LONGEST, canonical, field_key, kept_text, term
from hefu.apps.identity.rows import execute
from hefu.core.gs1.epcis.fields import field_name, read_value
from hefu.core.gs1.epcis.namespaces import namespaces

CHUNK = 500  # elements a statement
AT = "/epcisHeader/epcisMasterData/vocabularyList"


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """An element with the keys and texts of its attributes, and what lies directly below it."""

    name: str
    attributes: tuple[tuple[int, str | None], ...]
    children: tuple[str, ...]


def vocabulary_list(document: Mapping[str, Any]) -> list[Any]:
    """The vocabularies in the header of a document of right shape; empty without."""
    if document.get("type") != "EPCISDocument":
        return []  # a single event, or an answer to a query
    found: Any = document.get("epcisHeader", {}).get("epcisMasterData", {})
    return list(found.get("vocabularyList", []))


def elements_of(vocabularies: Sequence[Any], context: object) -> list[Element]:
    """The elements of vocabularies of right shape; the last of a name counts.

    Raises:
        NotADocument: a name is too long, or a text cannot be kept.
    """
    text = json.dumps(vocabularies, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotADocument(rule="not_unicode", field=AT) from error
    if "\\u0000" in text:
        raise NotADocument(rule="control_character", field=AT)
    known = namespaces(context)
    found: dict[str, Element] = {}
    for vocabulary in vocabularies:
        for told in vocabulary.get("vocabularyElementList", ()):
            element = _element(told, known)
            found[element.name] = element
    return list(found.values())


def _element(told: Mapping[str, Any], known: Mapping[str, str]) -> Element:
    children = tuple(dict.fromkeys(_name(one) for one in told.get("children", ())))
    attributes = dict.fromkeys(_attributes(told, known))
    element = Element(name=_name(told["id"]), attributes=tuple(attributes), children=children)
    if any(len(name) > LONGEST for name in (element.name, *children)):
        raise NotADocument(rule="too_long", field=AT)
    return element


def _name(uri: str) -> str:
    """As events name it: steps and dispositions by their bare names, keys as canonical links."""
    return canonical(term("disposition", term("bizStep", uri)))


def _attributes(
    told: Mapping[str, Any], known: Mapping[str, str]
) -> Iterator[tuple[int, str | None]]:
    for one in told.get("attributes", ()):
        key = field_key("", field_name(one["id"], known))
        value = one.get("attribute")
        text = None if value is None or isinstance(value, dict | list) else read_value(value).text
        yield key, None if text is None else kept_text(text)


def keep_elements(brand_id: int, elements: Iterable[Element]) -> None:
    """Replace what is known of these elements, inside the caller's transaction."""
    first = True
    for chunk in _chunks(elements):
        if first:
            _take_turns(brand_id)
            first = False
        names = [one.name for one in chunk]
        attributes = VocabularyAttribute.objects.filter(brand_id=brand_id)
        children = VocabularyChild.objects.filter(brand_id=brand_id)
        attributes.filter(element__in=names).delete()
        children.filter(parent__in=names).delete()
        attributes.bulk_create(
            VocabularyAttribute(brand_id=brand_id, element=one.name, attribute=key, text=text)
            for one in chunk
            for key, text in one.attributes
        )
        children.bulk_create(
            VocabularyChild(brand_id=brand_id, parent=one.name, child=child)
            for one in chunk
            for child in one.children
        )


def _chunks(elements: Iterable[Element]) -> Iterator[list[Element]]:
    chunk: list[Element] = []
    for one in elements:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _take_turns(brand_id: int) -> None:
    """Of two documents at once one is written after the other, never through it."""
    execute(
        "INSERT INTO epcis_vocabularyturn (brand_id, version) VALUES (%s, 1) "
        "ON CONFLICT (brand_id) DO UPDATE SET version = epcis_vocabularyturn.version + 1",
        [brand_id],
    )
