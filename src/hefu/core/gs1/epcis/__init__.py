"""EPCIS events (供应链事件), pure: what happened to which thing, when, where and why.

``verify_document`` checks a document in layers, ``event_hash`` names an event by its content,
``parse_xml`` reads the XML form into the JSON form. Standards: EPCIS 2.0, CBV 2.0.
"""

from hefu.core.gs1.epcis.findings import Finding, Layer
from hefu.core.gs1.epcis.hashing import event_hash, prehash
from hefu.core.gs1.epcis.validation import (
    REFUSING,
    Extra,
    document_findings,
    event_findings,
    events_of,
    verify_document,
)
from hefu.core.gs1.epcis.vocabulary import VOCABULARIES, Vocabulary
from hefu.core.gs1.epcis.xml import CONTEXT, parse_xml

__all__ = [
    "CONTEXT",
    "REFUSING",
    "VOCABULARIES",
    "Extra",
    "Finding",
    "Layer",
    "Vocabulary",
    "document_findings",
    "event_findings",
    "event_hash",
    "events_of",
    "parse_xml",
    "prehash",
    "verify_document",
]
