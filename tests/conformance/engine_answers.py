"""GS1 data in any notation against the answers of another engine.

A case: ``input``, ``valid``; if invalid ``error``; if valid ``canonical_dl`` (null where the data
cannot be written as a Digital Link).
"""

from pathlib import Path

from hefu.core import gs1
from tests.conformance.reporting import Tally, cases, say


def canonical(message: gs1.Message) -> str | None:
    """The canonical link, None where there is none."""
    try:
        return message.to_digital_link()
    except gs1.InvalidDigitalLink:
        return None


def run(path: Path) -> bool:
    """Compare verdicts and canonical links of every case in the file."""
    tally = Tally()
    equal = different = 0
    for case in cases(path):
        text, valid = case["input"], case["valid"]
        theirs = "valid" if valid else f"invalid: {case.get('error')}"
        try:
            message = gs1.parse(text)
        except gs1.Gs1Error as error:
            tally.note(text, theirs=theirs, ours=f"invalid: {error}", agreed=not valid)
            continue
        tally.note(text, theirs=theirs, ours="valid", agreed=valid)
        if valid and "canonical_dl" in case:
            link = canonical(message)
            if link == case["canonical_dl"]:
                equal += 1
            else:
                different += 1
                say(f"{text}\n  theirs: {case['canonical_dl']}\n  ours:   {link}")
    agreed = tally.finish()
    say(f"canonical {equal} equal, {different} different")
    return agreed and not different
