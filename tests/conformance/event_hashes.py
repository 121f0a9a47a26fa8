"""Event hash IDs against published ones.

A folder of documents (``.json``, ``.jsonld``, ``.xml``); ``NAME.hashes`` beside ``NAME.*`` lists
the hashes of its events, one in a line. Documents of one name without such a list must agree with
each other.
"""

import json
from pathlib import Path
from typing import Any

from hefu.core.gs1 import Gs1Error, epcis
from tests.conformance.reporting import Tally, say

_KINDS = (".jsonld", ".json", ".xml")


def read(path: Path) -> dict[str, Any]:
    """The document in ``path``, JSON or XML, as JSON."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".xml":
        return epcis.parse_xml(text)
    document: dict[str, Any] = json.loads(text)
    return document


def hashes(path: Path) -> list[str]:
    """The hash IDs of the events in ``path``, or why there are none."""
    try:
        document = read(path)
        events = epcis.events_of(document)[0] or [document]
        return [epcis.event_hash(event, context=document.get("@context")) for event in events]
    except (Gs1Error, ValueError) as error:
        return [str(error)]


def run(folder: Path) -> bool:
    """Compare every event of every document; XML twins are counted apart."""
    tally, twins = Tally(), Tally()
    documents = sorted(path for path in folder.rglob("*") if path.suffix in _KINDS)
    for name in sorted({path.with_suffix("") for path in documents}):
        paths = [name.with_suffix(kind) for kind in _KINDS if name.with_suffix(kind) in documents]
        listed = name.with_suffix(".hashes")
        first, others = paths[0], paths[1:]
        expected = listed.read_text(encoding="utf-8").split() if listed.exists() else hashes(first)
        if listed.exists():
            _compare(tally, first, expected)
        for path in others:
            _compare(twins, path, expected)
    if twins.passed or twins.failed:
        say(f"the same events in another syntax: {twins.passed} equal, {twins.failed} different")
    return tally.finish() and not twins.failed


def _compare(tally: Tally, path: Path, expected: list[str]) -> None:
    ours = hashes(path)
    for place, theirs in enumerate(expected):
        mine = ours[place] if place < len(ours) else "no such event"
        tally.note(f"{path.name} event {place}", theirs=theirs, ours=mine, agreed=mine == theirs)
