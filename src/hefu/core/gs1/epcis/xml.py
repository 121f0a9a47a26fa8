"""EPCIS documents in XML (EPCIS 1.2 和 2.0 的 XML), read into the shape of the JSON form.

One shape inside: events that arrive as XML are turned into the same dictionaries as events in JSON,
with the standard's terms as bare names and other people's elements under ``prefix:name``. Source:
EPCIS 2.0, section 9.5 (XML schema) and 10.1 (JSON binding). Document type definitions are refused.
"""

import re
from collections.abc import Callable, Mapping
from io import StringIO
from math import isfinite
from xml.etree.ElementTree import Element, ParseError, iterparse

from hefu.core.gs1.epcis.findings import DEEPEST
from hefu.core.gs1.epcis.vocabulary import VOCABULARIES
from hefu.core.gs1.errors import InvalidEvent

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

_DOCTYPE = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_EVENT_LISTS = ("EPCISBody/EventList", "EPCISBody/{*}QueryResults/resultsBody/EventList")
#: Wrappers that EPCIS 1.2 put around what came later.
_WRAPPERS = frozenset({"extension", "baseExtension"})
_EPCS = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_QUANTITIES = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
_TYPED = {
    "bizTransactionList": ("bizTransaction", "bizTransactionType"),
    "sourceList": ("source", "sourceDestType"),
    "destinationList": ("destination", "sourceDestType"),
}
_NUMBERS = frozenset(
    {"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"}
)
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_EXACT = 2**53  # below, every whole number is a float
_PREFIXES_OF_OURS = frozenset({"epcis", "sbdh", "xsi", "xml"})


class _Names:
    """The prefixes that the document declares, and names written with them."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}  # namespace -> prefix

    def declare(self, prefix: str, namespace: str) -> None:
        """Remember the first prefix of each namespace."""
        if prefix:
            self.prefixes.setdefault(namespace, prefix)

    def name(self, tag: str) -> str:
        """``{namespace}local`` as ``prefix:local``; names without namespace as they are."""
        if not tag.startswith("{"):
            return tag
        namespace, _, local = tag[1:].partition("}")
        prefix = self.prefixes.get(namespace)
        return f"{prefix}:{local}" if prefix else f"{namespace}{local}"

    def context(self) -> list[object]:
        """The ``@context`` that gives the names their meaning."""
        own = {
            prefix: namespace
            for namespace, prefix in self.prefixes.items()
            if prefix not in _PREFIXES_OF_OURS
        }
        return [CONTEXT, own] if own else [CONTEXT]


def parse_xml(text: str) -> dict[str, object]:
    """Read an EPCIS document or query document.

    Raises:
        InvalidEvent: if the text is no well-formed XML, has a document type definition, or holds
            no list of events. The events themselves are not checked.
    """
    if _DOCTYPE.search(text):
        raise InvalidEvent(rule="document_type_definition", field="/")
    names = _Names()
    root: Element | None = None
    depth = 0
    try:
        for happening, item in iterparse(StringIO(text), events=("start-ns", "start", "end")):  # noqa: S314 (no entities: refused above)
            if happening == "start-ns":
                names.declare(*item)
                continue
            root = item if root is None else root
            depth += 1 if happening == "start" else -1
            if depth > DEEPEST:
                raise InvalidEvent(rule="nested_too_deep", field="/")
    except ParseError as error:
        line, column = error.position
        raise InvalidEvent(rule="not_xml", field="/", line=line, column=column) from error
    found = [root.find(path) for path in _EVENT_LISTS] if root is not None else []
    events = next((one for one in found if one is not None), None)
    if root is None or events is None:
        raise InvalidEvent(rule="required_missing", field="/epcisBody/eventList")
    document: dict[str, object] = {
        "@context": names.context(),
        "type": "EPCISDocument",
        "schemaVersion": root.get("schemaVersion", ""),
        "creationDate": root.get("creationDate", ""),
    }
    vocabularies = root.find("EPCISHeader//EPCISMasterData/VocabularyList")
    if vocabularies is not None:
        told = [_vocabulary(one, names) for one in vocabularies]
        document["epcisHeader"] = {"epcisMasterData": {"vocabularyList": told}}
    document["epcisBody"] = {"eventList": [_event(one, names) for one in _unwrapped(events)]}
    return document


def _vocabulary(element: Element, names: _Names) -> dict[str, object]:
    """Master data of one kind: its elements with their attributes and children."""
    told = [
        {
            "id": one.get("id", ""),
            "attributes": [
                {"id": about.get("id", ""), "attribute": _extension_of(about, names)}
                for about in one.findall("attribute")
            ],
            "children": [_own_text(child) for child in one.findall("children/id")],
        }
        for one in element.findall("VocabularyElementList/VocabularyElement")
    ]
    return {"type": element.get("type", ""), "vocabularyElementList": told}


def _extension_of(attribute: Element, names: _Names) -> object:
    """What an attribute holds: its text, or its elements."""
    return {
        names.name(child.tag): _extension(child, names) for child in attribute
    } or _own_text(attribute)  # fmt: skip


def _unwrapped(element: Element) -> list[Element]:
    """The children, with those in wrappers in their place."""
    children: list[Element] = []
    for child in element:
        children += _unwrapped(child) if child.tag in _WRAPPERS else [child]
    return children


def _event(element: Element, names: _Names) -> dict[str, object]:
    event: dict[str, object] = {"type": names.name(element.tag)}
    for child in _unwrapped(element):
        name = names.name(child.tag)
        _add(event, name, _field(name, child, names))
    return event


def _add(target: dict[str, object], name: str, value: object) -> None:
    """Set ``name``; a second value makes a list."""
    if name not in target:
        target[name] = value
        return
    present = target[name]
    target[name] = [*present, value] if isinstance(present, list) else [present, value]


def _field(name: str, element: Element, names: _Names) -> object:
    if name in _EPCS:
        return [_own_text(child) for child in element]
    if name in _QUANTITIES:
        return [_quantity(child) for child in element]
    if name in _TYPED:
        return [_typed(child, *_TYPED[name]) for child in element]
    if name in ("bizStep", "disposition"):
        return VOCABULARIES[name].bare(_own_text(element))
    reader = _READERS.get(name)
    return reader(element, names) if reader else _extension(element, names)


def _own_text(element: Element) -> str:
    return (element.text or "").strip()


def _number(text: str) -> object:
    """A number; what is none stays text, for the checks to refuse."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _quantity(element: Element) -> dict[str, object]:
    return {
        child.tag: _number(_own_text(child)) if child.tag == "quantity" else _own_text(child)
        for child in element
    }


def _typed(element: Element, item: str, terms: str) -> dict[str, object]:
    kind = element.get("type")
    value: dict[str, object] = {"type": VOCABULARIES[terms].bare(kind)} if kind else {}
    return value | {item: _own_text(element)}


def _place(element: Element, names: _Names) -> dict[str, object]:
    return {names.name(child.tag): _extension(child, names) for child in _unwrapped(element)}


def _ilmd(element: Element, names: _Names) -> dict[str, object]:
    value: dict[str, object] = {}
    for child in _unwrapped(element):
        _add(value, names.name(child.tag), _extension(child, names))
    return value


def _persistent(element: Element, _: _Names) -> dict[str, object]:
    value: dict[str, list[str]] = {}
    for child in element:
        term = VOCABULARIES["disposition"].bare(_own_text(child))
        value.setdefault(child.tag, []).append(term)
    return dict(value)


def _declaration(element: Element, names: _Names) -> dict[str, object]:
    value: dict[str, object] = {}
    for child in _unwrapped(element):
        name = names.name(child.tag)
        if name == "correctiveEventIDs":
            value[name] = [_own_text(one) for one in child]
        elif name == "reason":
            value[name] = VOCABULARIES["errorReason"].bare(_own_text(child))
        else:
            _add(value, name, _extension(child, names))
    return value


def _sensors(element: Element, names: _Names) -> list[dict[str, object]]:
    return [_sensor(child, names) for child in element]


def _sensor(element: Element, names: _Names) -> dict[str, object]:
    value: dict[str, object] = {}
    reports: list[dict[str, object]] = []
    for child in _unwrapped(element):
        name = names.name(child.tag)
        if name == "sensorReport":
            reports.append(_attributes(child, names))
        elif name == "sensorMetadata":
            value[name] = _attributes(child, names)
        else:
            _add(value, name, _extension(child, names))
    return value | {"sensorReport": reports}


_ATTRIBUTE_TERMS = {
    "type": "measurementType",
    "exception": "sensorAlertType",
    "component": "component",
}


def _attributes(element: Element, names: _Names) -> dict[str, object]:
    """Attributes of sensor metadata and reports, as numbers, truth values and bare terms."""
    value: dict[str, object] = {}
    for tag, text in element.attrib.items():
        name = names.name(tag)
        if name in _NUMBERS:
            value[name] = _number(text)
        elif name == "booleanValue" and text in ("true", "false", "0", "1"):
            value[name] = text in ("true", "1")
        elif name in _ATTRIBUTE_TERMS:
            value[name] = VOCABULARIES[_ATTRIBUTE_TERMS[name]].bare(text)
        else:
            value[name] = text
    return value


def _extension(element: Element, names: _Names) -> object:
    """Any element: its text, or its attributes and children by name, with the text as "#text"."""
    value: dict[str, object] = {}
    for tag, text in element.attrib.items():
        if not tag.startswith(_SCHEMA_INSTANCE):
            value[names.name(tag)] = text
    for child in element:
        _add(value, names.name(child.tag), _extension(child, names))
    own = _own_text(element)
    if not value:
        return own
    return {"#text": own, **value} if own and not len(element) else value


_READERS: Mapping[str, Callable[[Element, _Names], object]] = {
    "readPoint": _place,
    "bizLocation": _place,
    "ilmd": _ilmd,
    "persistentDisposition": _persistent,
    "errorDeclaration": _declaration,
    "sensorElementList": _sensors,
}
