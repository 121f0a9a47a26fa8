"""Rules of the house that no linter knows; each names the place and what to do instead.

1. A public function of an app's services takes ``actor`` first and is a ``@service`` (or is
   listed as plain below); a service never asks for the time: ``now`` is an argument.
2. Rows are written in services only (and in the audit app, which is the mechanism itself).
3. Surfaces never touch ``.objects``; selectors never write.
4. No model signals.
5. No file over 400 lines.
6. The clock is read in surfaces, configuration and commands only.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "hefu"
WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("date", "today"),
}
MAX_LINES = 400
#: a job handler or minder has no person behind it: it gets a JobRun, an event or the time
FIRST = {"actor", "run", "event", "now", "delivery"}

Finding = tuple[Path, int, str]


def findings() -> Iterator[Finding]:
    """Yield every breach in the source tree."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text()
        if (lines := text.count("\n")) > MAX_LINES:
            yield path, lines, f"{lines} lines; {MAX_LINES} is the most: split it"
        tree = ast.parse(text)
        area = path.relative_to(SOURCE).parts
        yield from _signals(path, tree)
        if area[0] == "surfaces":
            yield from _objects(path, tree)
        if area[0] == "apps" and area[1] != "audit":
            kind = next(
                (
                    p.removesuffix(".py")
                    for p in area[2:]
                    if p.startswith(("services", "selectors"))
                ),
                "",
            )
            if kind == "services":
                yield from _services(path, tree)
            else:
                yield from _writes(path, tree)
        if area[0] in {"apps", "core"}:
            yield from _clocks(path, tree)


def _signals(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
            yield path, node.lineno, "model signals: publish an event instead"


def _objects(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield path, node.lineno, ".objects in a surface: call a selector"


def _services(path: Path, tree: ast.Module) -> Iterator[Finding]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        decorated = any("service" in ast.unparse(d) for d in node.decorator_list)
        if decorated and (not names or names[0] not in FIRST):
            yield path, node.lineno, f"{node.name}: a service starts with actor"
        if decorated and "now" not in names + [a.arg for a in node.args.kwonlyargs]:
            yield path, node.lineno, f"{node.name}: a service takes now"
        if not decorated and names[:1] == ["actor"]:
            yield path, node.lineno, f"{node.name}: takes an actor but is no @service"


def _writes(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in WRITES and ".objects" in ast.unparse(node.func.value):
            yield path, node.lineno, f".{node.func.attr}() outside services"


def _clocks(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = ast.unparse(node.func.value).rpartition(".")[2]
        if (owner, node.func.attr) in CLOCKS:
            yield path, node.lineno, f"{owner}.{node.func.attr}(): now is an argument"


def main() -> int:
    """Print the breaches; exit status 1 when there are any."""
    found = list(findings())
    for path, line, what in found:
        print(f"{path.relative_to(ROOT)}:{line}: {what}")
    print(f"house rules: {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
