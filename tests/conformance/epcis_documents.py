"""EPCIS documents: those below ``valid/`` are to be accepted, those below ``invalid/`` refused."""

from pathlib import Path

from hefu.core.gs1 import Gs1Error, epcis
from tests.conformance.event_hashes import read
from tests.conformance.reporting import Tally, say

_KINDS = (".json", ".jsonld", ".xml")


def refusal(path: Path) -> str:
    """Why the document is refused, "" if it is accepted."""
    try:
        epcis.verify_document(read(path))
    except (Gs1Error, ValueError) as error:
        return str(error)
    return ""


def run(folder: Path) -> bool:
    """Judge every document; the reasons of rightful refusals are printed too."""
    tally = Tally()
    for kind in ("valid", "invalid"):
        for path in sorted((folder / kind).rglob("*")):
            if path.suffix not in _KINDS:
                continue
            reason = refusal(path)
            agreed = bool(reason) == (kind == "invalid")
            ours = f"refused: {reason}" if reason else "accepted"
            tally.note(str(path), theirs=kind, ours=ours, agreed=agreed)
            if agreed and reason:
                say(f"{path.name} {ours}")
    return tally.finish()
