"""What an event may not say, whatever its shape (语义规则): facts that contradict each other.

Source: EPCIS 2.0, section 7.4 (event types) and 7.3.7 (sensor elements); only what the standard
says with "shall" is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hefu.core.gs1.epcis.findings import Finding, Layer, below, found, moment

_Event = Mapping[str, Any]


def _broken(rule: str, at: str, *names: str | int) -> Finding:
    for name in names:
        at = below(at, name)
    return found(rule, at, Layer.SEMANTICS)


def _filled(event: _Event, *names: str) -> bool:
    return any(isinstance(event.get(name), list) and event[name] for name in names)


def _object(event: _Event, at: str) -> Iterator[Finding]:
    sensed = _filled(event, "sensorElementList") and "readPoint" in event
    if not ("epcList" in event or _filled(event, "quantityList") or sensed):
        yield _broken("nothing_observed", at, "epcList")
    if "ilmd" in event and event.get("action") != "ADD":
        yield _broken("ilmd_without_add", at, "ilmd")


def _children(event: _Event, at: str) -> Iterator[Finding]:
    """Aggregations and associations: children, and a parent they are not."""
    if event.get("action") != "DELETE" and not _filled(event, "childEPCs", "childQuantityList"):
        yield _broken("no_children", at, "childEPCs")
    if "parentID" not in event and event.get("action") in ("ADD", "DELETE"):
        yield _broken("parent_missing", at, "parentID")
    children = event.get("childEPCs")
    if isinstance(children, list) and "parentID" in event and event["parentID"] in children:
        yield _broken("own_parent", at, "parentID")


def _transaction(event: _Event, at: str) -> Iterator[Finding]:
    told = "epcList" in event or _filled(event, "quantityList")
    if event.get("action") != "DELETE" and not told:
        yield _broken("nothing_observed", at, "epcList")


def _transformation(event: _Event, at: str) -> Iterator[Finding]:
    taken = _filled(event, "inputEPCList", "inputQuantityList")
    made = _filled(event, "outputEPCList", "outputQuantityList")
    if "transformationID" in event:
        if not (taken or made):
            yield _broken("neither_input_nor_output", at, "inputEPCList")
    elif not taken:
        yield _broken("no_input", at, "inputEPCList")
    elif not made:
        yield _broken("no_output", at, "outputEPCList")


_BY_TYPE: Mapping[str, Callable[[_Event, str], Iterator[Finding]]] = {
    "ObjectEvent": _object,
    "AggregationEvent": _children,
    "AssociationEvent": _children,
    "TransactionEvent": _transaction,
    "TransformationEvent": _transformation,
}


def event(value: _Event, at: str) -> Iterator[Finding]:
    """What contradicts itself in an event of right shape."""
    check = _BY_TYPE.get(str(value.get("type")))
    if check:
        yield from check(value, at)
    lasting = value.get("persistentDisposition")
    if isinstance(lasting, Mapping):
        both = set(lasting.get("set", ())) & set(lasting.get("unset", ()))
        if both:
            yield _broken("set_and_unset", at, "persistentDisposition")
    sensors = value.get("sensorElementList", ())
    for place, sensor in enumerate(sensors if isinstance(sensors, list) else ()):
        yield from _sensor(sensor, below(below(at, "sensorElementList"), place))


def _sensor(sensor: _Event, at: str) -> Iterator[Finding]:
    metadata = sensor.get("sensorMetadata", {})
    start, end = moment(metadata.get("startTime")), moment(metadata.get("endTime"))
    if start and end and start > end:
        yield _broken("ends_before_it_starts", at, "sensorMetadata", "endTime")
    for place, report in enumerate(sensor.get("sensorReport", ())):
        least, most = report.get("minValue"), report.get("maxValue")
        if least is not None and most is not None and least > most:
            yield _broken("least_above_most", at, "sensorReport", place, "minValue")
