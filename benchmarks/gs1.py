"""How fast GS1 data are validated, and how much of what is wrong is found.

Contenders take turns, in CPU seconds: the regular expression one writes first, the best parser of
PyPI, ours, and as limit the mere splitting of the text. The texts are made here: what cartons and
price tags carry, and the same with one thing wrong.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from json import dumps, loads
from pathlib import Path
from typing import Any

from benchmarks import _gs1_peer
from benchmarks.timing import Contender, growth, interleaved, show_growth
from hefu.core import gs1

TEXTS, ROUNDS = 5_000, 7
SIZES = (1, 2, 4, 8, 16)
_PAIR = re.compile(r"\((\d{2,4})\)([^(]+)")


def gtin(rng: random.Random) -> str:
    """A GTIN-14 with its check digit."""
    digits = f"{rng.randrange(10**13):013}"
    return digits + gs1.check_digit(digits)


def sscc(rng: random.Random) -> str:
    """A serial shipping container code with its check digit."""
    digits = f"{rng.randrange(10**17):017}"
    return digits + gs1.check_digit(digits)


def serial(rng: random.Random) -> str:
    """A serial of twelve characters."""
    return "".join(rng.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=12))


#: What real symbols carry.
SHAPES: Sequence[Callable[[random.Random], str]] = (
    lambda rng: f"(01){gtin(rng)}",
    lambda rng: f"(01){gtin(rng)}(21){serial(rng)}",
    lambda rng: f"(01){gtin(rng)}(10)L{rng.randrange(10**6)}(17)28{rng.randint(1, 12):02}15",
    lambda rng: f"(01){gtin(rng)}(10)L{rng.randrange(99)}(17)280229(21){serial(rng)}",
    lambda rng: f"(00){sscc(rng)}",
    lambda rng: f"(02){gtin(rng)}(37){rng.randint(1, 99)}(00){sscc(rng)}",
    lambda rng: f"(01){gtin(rng)}(3103){rng.randrange(10**6):06}(11)280131",
)
#: The same with one thing wrong, whatever the shape it is put behind.
FAULTS: Sequence[Callable[[random.Random], str]] = (
    lambda rng: f"(01){gtin(rng)[:-1]}X",
    lambda rng: f"(01){(bad := gtin(rng))[:-1]}{(int(bad[-1]) + 1) % 10}",
    lambda rng: f"(01){gtin(rng)}(17)28{rng.randint(13, 99)}15",
    lambda rng: f"(01){gtin(rng)}(17)280230",
    lambda rng: f"(01){gtin(rng)}(10){serial(rng) * 2}",
    lambda rng: f"(01){gtin(rng)}(10)A B{rng.randrange(99)}",
    lambda rng: f"(10)L{rng.randrange(99)}",
    lambda rng: f"(01){gtin(rng)}(37){rng.randint(1, 99)}",
    lambda rng: f"(01){gtin(rng)}(10)A(10)B{rng.randrange(99)}",
    lambda rng: f"(01){gtin(rng)}(422)999",
    lambda rng: f"(01){gtin(rng)}(05){rng.randrange(99)}",
    lambda rng: f"(01){gtin(rng)}(8007){serial(rng)}",
)


def texts_of(
    shapes: Sequence[Callable[[random.Random], str]], *, valid: bool, count: int
) -> list[str]:
    """``count`` texts of ``shapes`` in turn, the same in every run."""
    rng = random.Random(4)
    found: list[str] = []
    while len(found) < count:
        text = shapes[len(found) % len(shapes)](rng)
        if (gs1.validate(text) is None) is not valid:
            raise AssertionError(f"not {'valid' if valid else 'invalid'}: {text}")
        found.append(text)
    return found


def naive(text: str) -> bool:
    """What one writes first: split by a regular expression, check GTIN and dates."""
    pairs = _PAIR.findall(text)
    if "".join(f"({ai}){value}" for ai, value in pairs) != text:
        return False
    for ai, value in pairs:
        if ai in ("00", "01", "02"):
            if not value.isdigit():
                return False
            total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(value)))
            if total % 10:
                return False
        elif ai in ("11", "15", "17"):
            try:
                datetime.strptime(value, "%y%m%d")  # noqa: DTZ007 (a day, no time)
            except ValueError:
                return False
    return True


def ours(text: str) -> bool:
    """Whether we accept the text."""
    return gs1.validate(text) is None


def peer(texts: list[str]) -> dict[str, float] | None:
    """Texts per CPU second and texts accepted by the peer; None where it cannot be had."""
    script = str(Path(_gs1_peer.__file__))
    uv = os.environ.get("UV") or shutil.which("uv")
    commands = [[sys.executable, script]]
    if uv:
        fetched = [uv, "run", "--quiet", "--no-project", "--python", sys.executable]
        commands.append([*fetched, f"--with={_gs1_peer.PACKAGE}", "python", script])
    for command in commands:
        done = subprocess.run(
            command, input=dumps(texts), capture_output=True, text=True, check=False
        )
        if not done.returncode:
            figures: dict[str, float] = loads(done.stdout)
            return figures
    return None


def _all(check: Callable[[str], object], texts: list[str]) -> Callable[[], None]:
    def work() -> None:
        for text in texts:
            check(text)

    return work


def by_size(size: int) -> None:
    """Validate a thousand texts of ``size`` identifiers."""
    more = (10, 21, 240, 241, 7021, *range(90, 100))
    text = "(01)09506000134352" + "".join(f"({ai})AB-12" for ai in more[: size - 1])
    for _ in range(1_000):
        if not ours(text):
            raise AssertionError(text)


def run(json: bool = False) -> dict[str, Any]:
    """Measure; print tables unless ``json``; return the figures with their ``ratios``."""
    good = texts_of(SHAPES, valid=True, count=TEXTS)
    bad = texts_of(FAULTS, valid=False, count=TEXTS)
    rates = interleaved(
        [
            Contender(name="naive regex", work=_all(naive, good), units=TEXTS),
            Contender(name="ours", work=_all(ours, good), units=TEXTS),
            Contender(name="ours, invalid", work=_all(ours, bad), units=TEXTS),
            Contender(name="ours, parsed", work=_all(gs1.parse, good), units=TEXTS),
            Contender(name="limit: split only", work=_all(_PAIR.findall, good), units=TEXTS),
        ],
        rounds=ROUNDS,
    )
    others = {name: peer(texts) for name, texts in (("good", good), ("bad", bad))}
    found = {"naive regex": _share(naive, bad), "ours": _share(ours, bad)}
    ratios = {
        "ours / naive regex": rates["ours"] / rates["naive regex"],
        "ours / limit": rates["ours"] / rates["limit: split only"],
    }
    notes = []
    if others["good"] and others["bad"]:
        name = f"{_gs1_peer.PACKAGE} (PyPI)"
        rates[name] = others["good"]["rate"]
        found[name] = 1 - others["bad"]["accepted"] / TEXTS
        ratios["ours / best peer"] = rates["ours"] / rates[name]
    else:
        notes.append(f"{_gs1_peer.PACKAGE} is not installed and cannot be fetched")
    rows = growth(by_size, SIZES)
    if not json:
        _show(rates, found, notes)
        show_growth(rows, "identifiers")
    return {
        "rates_per_second": rates,
        "faults_found": found,
        "ratios": ratios,
        "growth": [
            {"identifiers": row.units, "microseconds": row.seconds * 1e3, "factor": row.factor}
            for row in rows
        ],
        "notes": notes,
    }


def _share(check: Callable[[str], bool], bad: list[str]) -> float:
    """The share of invalid texts that ``check`` refuses."""
    return sum(not check(text) for text in bad) / len(bad)


def _show(rates: dict[str, float], found: dict[str, float], notes: list[str]) -> None:
    print(f"\nValidating GS1 data: {TEXTS:,} texts, CPU seconds, median of {ROUNDS} turns")
    slowest = min(rates.values())
    for name, rate in sorted(rates.items(), key=lambda item: item[1]):
        faults = f"{found[name]:7.1%} of faults found" if name in found else ""
        print(f"  {name:28} {rate:10,.0f} texts/s {rate / slowest:7.1f}x {faults}")
    for note in notes:
        print(f"  {note}")
