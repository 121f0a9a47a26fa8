"""Run one benchmark by its name; with ``--json`` the last line is one JSON object."""

import argparse
import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Names of all benchmarks: modules here that define ``run``."""
    return sorted(
        path.stem
        for path in HERE.glob("*.py")
        if not path.stem.startswith("_") and "\ndef run(" in path.read_text(encoding="utf-8")
    )


def main() -> int:
    """Run the benchmark that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", help=", ".join(names()))
    parser.add_argument("--json", action="store_true", help="end in one JSON object")
    arguments = parser.parse_args()
    if arguments.name not in names():
        print(f"no benchmark {arguments.name!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    figures = importlib.import_module(f"benchmarks.{arguments.name}").run(json=arguments.json)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
