"""What the suites share: reading cases and counting agreement."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def cases(path: Path) -> Iterator[dict[str, Any]]:
    """One JSON object for each line of the file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{text}\n")


@dataclass
class Tally:
    """Counts verdicts and prints those that differ."""

    passed: int = 0
    failed: int = 0

    def note(self, case: str, *, theirs: str, ours: str, agreed: bool) -> None:
        """Count one case; print it with both answers where they differ."""
        if agreed:
            self.passed += 1
            return
        self.failed += 1
        say(f"{case}\n  theirs: {theirs}\n  ours:   {ours}")

    def finish(self) -> bool:
        """Print the sum; True if all passed."""
        say(f"{self.passed} passed, {self.failed} failed")
        return self.failed == 0
