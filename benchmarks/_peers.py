"""Generators of codes that others offer: one code per call, as their users call them.

Run as a script it measures those that this interpreter can import and prints codes per CPU second
as JSON: so it can run where the packages are, without making them our dependencies.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = 100_000

PACKAGES = {"fastnanoid": "fastnanoid", "uuid_utils": "uuid-utils", "nanoid": "nanoid"}

Generate = Callable[[], str]


def fits_ai_21(name: str) -> bool:
    """Whether a peer's codes have at most 20 characters."""
    return not name.startswith("uuid")


def _nanoid(module: str) -> Generate:
    generate = import_module(module).generate
    return lambda: generate(ALPHABET, 16)


def _uuid() -> Generate:
    uuid4 = import_module("uuid_utils").uuid4
    return lambda: str(uuid4())


def _standard_library() -> Generate:
    return lambda: os.urandom(8).hex()


def peers() -> dict[str, Generate]:
    """Return those that can be imported here, and what the standard library alone can do."""
    found: dict[str, Generate] = {"os.urandom(8).hex()": _standard_library()}
    for module in ("fastnanoid", "nanoid"):
        if find_spec(module):
            found[f"{module} (PyPI), 16 of our 32 characters"] = _nanoid(module)
    if find_spec("uuid_utils"):
        found["uuid-utils (PyPI), 36 characters"] = _uuid()
    return found


def measure() -> dict[str, float]:
    """Codes per CPU second of each peer, into a list."""
    rates = {}
    for name, generate in peers().items():
        generate()
        start = time.process_time()
        _made = [generate() for _ in range(CODES)]
        rates[name] = CODES / (time.process_time() - start)
    return rates


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
