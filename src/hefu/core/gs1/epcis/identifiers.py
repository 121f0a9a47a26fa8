"""The keys in an event (事件中的标识): do they name what they should, with right check digits?

Identifiers of other systems (``urn:uuid:``, ``bic``, web addresses that are no Digital Links) are
nobody's business here. Sources: EPC Tag Data Standard 2.0, section 6; Core Business Vocabulary 2.0,
section 8; the rules of each application identifier.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hefu.core.gs1.digital_link import path_places, path_start
from hefu.core.gs1.epc import EPC_SCHEMES, canonical_identifier
from hefu.core.gs1.epcis.findings import Finding, Layer, below, found
from hefu.core.gs1.errors import Gs1Error
from hefu.core.gs1.message import STRICT
from hefu.core.gs1.percent import unescape
from hefu.core.gs1.syntax import CHECKERS
from hefu.core.gs1.tables import IDENTIFIERS

_URN = re.compile(r"urn:epc:(id|idpat|class):([a-z]+):", re.ASCII)
_INSTANCES = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_CLASSES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_PLACES = ("readPoint", "bizLocation")
_PARTIES = {"sourceList": "source", "destinationList": "destination"}
#: Schemes of the Tag Data Standard that are not GS1 keys.
_FOREIGN = frozenset({"adi", "bic", "gid", "imovn", "usdod"})


def event(value: Mapping[str, Any], at: str) -> Iterator[Finding]:
    """What is wrong with the keys of an event of right shape."""
    for where, uri, instance in _keys(value, at):
        rule = _lapse(uri, instance=instance)
        if rule:
            yield found(rule, where, Layer.IDENTIFIERS)


def _keys(value: Mapping[str, Any], at: str) -> Iterator[tuple[str, str, bool | None]]:
    """Where each key stands, the key, and whether it must name an instance or a class."""
    if "parentID" in value:
        yield below(at, "parentID"), value["parentID"], True
    for name in _INSTANCES:
        for place, uri in enumerate(value.get(name, ())):
            yield below(below(at, name), place), uri, True
    for name in _CLASSES:
        for place, item in enumerate(value.get(name, ())):
            yield below(below(below(at, name), place), "epcClass"), item["epcClass"], False
    for name in _PLACES:
        if name in value:
            yield below(below(at, name), "id"), value[name]["id"], None
    for name, field in _PARTIES.items():
        for place, item in enumerate(value.get(name, ())):
            yield below(below(below(at, name), place), field), item[field], None


def _lapse(uri: str, *, instance: bool | None) -> str:
    """The rule that ``uri`` breaks, "" for none."""
    match = _URN.match(uri)
    if match:
        return _urn_lapse(uri, match[1], match[2], instance=instance)
    return _link_lapse(uri) if uri.startswith(("http://", "https://")) else ""


def _urn_lapse(uri: str, kind: str, scheme: str, *, instance: bool | None) -> str:
    if scheme in _FOREIGN:
        return ""
    if scheme not in EPC_SCHEMES:
        return "unknown_epc_scheme"
    try:
        canonical_identifier(uri)
    except Gs1Error as error:
        return error.rule
    if instance and kind != "id":
        return "class_where_instance_is_due"
    return "instance_where_class_is_due" if instance is False and kind == "id" else ""


def _link_lapse(uri: str) -> str:
    path = uri.partition("#")[0].partition("?")[0]
    try:
        _, places = path_places(path, path_start(path), STRICT)
    except Gs1Error:
        return ""  # any web address
    for place in places:
        checker = CHECKERS.get(place.ai)
        if checker is None or not (place.text and place.ai in IDENTIFIERS):
            return "qualifiers_out_of_order"
        value = unescape(place.text)
        if not checker.fits(value) and (lapse := checker.lapse(value)):
            return lapse.rule
    return ""


def document(events: Sequence[object], at: str) -> Iterator[Finding]:
    """Two events of one document with one ID, unless one declares the other an error."""
    seen: set[str] = set()
    for place, one in enumerate(events):
        if not isinstance(one, Mapping) or "errorDeclaration" in one:
            continue
        name = one.get("eventID")
        if isinstance(name, str):
            if name in seen:
                where = below(below(at, place), "eventID")
                yield found("repeated_event_id", where, Layer.IDENTIFIERS)
            seen.add(name)
