"""Is this an EPCIS document (事件文档校验)? Checked in layers; findings name field and rule.

The layers: structure and vocabulary (what a schema can say), semantics (what it cannot), and
identifiers. By default the first three refuse a document and the last advises: trading partners do
send keys with wrong check digits, and an event that happened is not undone by a bad key. Hand
``refusing=frozenset(Layer)`` to refuse those too.

A schema validator of the surroundings (the published JSON Schema may be fetched by whoever runs
this, and is not ours to ship) plugs in as ``Extra``: it is asked after our own layers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hefu.core.gs1.epcis import identifiers, semantics, structure
from hefu.core.gs1.epcis.findings import Finding, Layer, below, found
from hefu.core.gs1.errors import InvalidEvent

#: The layers whose findings refuse a document.
REFUSING = frozenset({Layer.STRUCTURE, Layer.VOCABULARY, Layer.SEMANTICS})
#: A further layer: findings about a whole document.
Extra = Callable[[Mapping[str, Any]], Iterable[Finding]]


def event_findings(event: object, at: str = "") -> list[Finding]:
    """All that is wrong with one event, which stands at the JSON pointer ``at``.

    Its meaning and its keys are looked at only if its shape is right.
    """
    wrong = list(structure.event(event, at))
    if isinstance(event, Mapping) and not any(one.layer is Layer.STRUCTURE for one in wrong):
        wrong += semantics.event(event, at)
        wrong += identifiers.event(event, at)
    return wrong


def document_findings(document: object, *, extra: Extra | None = None) -> Iterator[Finding]:
    """All that is wrong with a document, a query document or a single event with ``@context``."""
    if not isinstance(document, Mapping):
        yield found("not_an_object", "")
        return
    kind = document.get("type")
    if kind == "EPCISDocument":
        yield from structure.DOCUMENT(document, "")
    elif kind == "EPCISQueryDocument":
        yield from structure.QUERY_DOCUMENT(document, "")
    else:
        if "@context" not in document:
            yield found("required_missing", "/@context")
        yield from event_findings(document)
    events, at = events_of(document)
    for place, event in enumerate(events):
        yield from event_findings(event, below(at, place))
    yield from identifiers.document(events, at)
    if extra:
        yield from extra(document)


def events_of(document: Mapping[str, Any]) -> tuple[list[Any], str]:
    """The events of a document or query document, and the JSON pointer of their list."""
    path = (
        ("epcisBody", "queryResults", "resultsBody", "eventList")
        if document.get("type") == "EPCISQueryDocument"
        else ("epcisBody", "eventList")
    )
    value: Any = document
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return (value if isinstance(value, list) else []), "/" + "/".join(path)


def verify_document(
    document: object,
    *,
    refusing: frozenset[Layer] = REFUSING,
    extra: Extra | None = None,
) -> list[Finding]:
    """Accept a document; the findings that do not refuse it are returned as advice.

    Raises:
        InvalidEvent: for the first finding that refuses; ``details`` name layer, rule and field,
            and ``more`` counts the others.
    """
    everything = list(document_findings(document, extra=extra))
    refusals = [one for one in everything if one.layer in refusing]
    if refusals:
        first = refusals[0]
        raise InvalidEvent(
            layer=first.layer.value, rule=first.rule, field=first.field, more=len(refusals) - 1
        )
    return everything
