"""The best GS1 parser in Python that others offer: biip (PyPI), on the texts it is handed.

Run as a script it reads a JSON list of texts in bracket notation from standard input and prints, as
JSON, texts per CPU second and how many it accepts: so it can run where the package is, without
making it our dependency.
"""

import json
import sys
import time
from importlib import import_module
from typing import Any

PACKAGE = "biip==5.2.0"


def measure(texts: list[str]) -> dict[str, float]:
    """Texts per CPU second and texts accepted.

    Raises:
        ImportError: if the package is not installed here.
    """
    biip: Any = import_module("biip")
    messages: Any = import_module("biip.gs1_messages")

    def accepted() -> int:
        count = 0
        for text in texts:
            try:
                messages.GS1Message.parse_hri(text)
            except biip.ParseError:
                continue
            count += 1
        return count

    count = accepted()
    start = time.process_time()
    accepted()
    return {"rate": len(texts) / (time.process_time() - start), "accepted": count}


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
