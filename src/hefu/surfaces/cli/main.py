"""The command line: ``hefu COMMAND [--json]``.

Every command prints for people, or with ``--json`` exactly one JSON object. Exit status: 0 done,
1 refused (the reason is printed), 2 used wrongly.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from hefu.core.errors import DomainError
from hefu.surfaces.cli.billing_words import billing

Answer = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hefu.config.settings")
    if getattr(options, "demo", False):
        os.environ.setdefault("HEFU_DEMO", "1")
        os.environ.setdefault("HEFU_ORIGIN", f"http://localhost:{options.port}")
    import django

    django.setup()
    run = _command(options.run)
    try:
        answer = run(options)
    except DomainError as refusal:
        return _refused(refusal, as_json=options.json)
    if options.json:
        from django.core.serializers.json import DjangoJSONEncoder

        print(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False))
    else:
        print(answer.get("text") or _plain(answer))
    return int(answer.get("status", 0))


def _command(path: str) -> Callable[[argparse.Namespace], Answer]:
    from importlib import import_module

    module, _, name = path.partition(":")
    command: Callable[[argparse.Namespace], Answer] = getattr(
        import_module(f"hefu.surfaces.cli.{module}"), name
    )
    return command


def _refused(refusal: DomainError, *, as_json: bool) -> int:
    if as_json:
        print(
            json.dumps(
                {"error": refusal.code, "kind": refusal.kind, **refusal.details}, default=str
            )
        )
    else:
        details = ", ".join(f"{name}: {value}" for name, value in refusal.details.items())
        print(
            f"refused: {refusal.code} ({details})" if details else f"refused: {refusal.code}",
            file=sys.stderr,
        )
    return 1


def _plain(answer: Answer) -> str:
    width = max((len(name) for name in answer), default=0)
    return "\n".join(f"{name.ljust(width)}  {_cell(value)}" for name, value in answer.items())


def _cell(value: Any) -> str:
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, list | dict)
        else str(value)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hefu", description="合符: identity codes and what follows."
    )
    parser.set_defaults(json=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(words: str, run: str, summary: str) -> argparse.ArgumentParser:
        group, _, leaf = words.partition(" ")
        where = commands
        if leaf:
            where = groups.get(group) or _group(group)
        command = where.add_parser(leaf or group, help=summary, description=summary)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.set_defaults(run=run)
        return command

    groups: dict[str, Any] = {}

    def _group(name: str) -> Any:
        groups[name] = commands.add_parser(name).add_subparsers(required=True, metavar="WHAT")
        return groups[name]

    _house(add)
    _codes(add)
    _load(add)
    billing(add, _for_brand)
    return parser


Add = Callable[[str, str, str], argparse.ArgumentParser]


def _house(add: Add) -> None:
    demo = add("demo", "demo:demo", "set up the demonstration brand and serve it")
    demo.add_argument("--no-serve", action="store_true", help="set up, issue, print, exit")
    demo.add_argument("--port", type=int, default=8000)
    demo.set_defaults(demo=True)
    add("setup", "serve:setup", "create or update the database")
    serve = add("serve", "serve:serve", "serve pages, API and edge, with a worker")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")
    serve.add_argument("--edge-only", action="store_true", help="only answer scans")
    add("worker", "serve:worker", "drain the outbox, run jobs, mind the clocks")
    verify = add("audit verify", "house:audit_verify", "check every audit chain")
    verify.add_argument("--brand", help="only this brand's chain")
    backup = add("backup", "house:backup", "write a backup while the house works on")
    backup.add_argument("file")
    restore = add("restore", "house:restore", "restore a backup into an empty database")
    restore.add_argument("file")


def _codes(add: Add) -> None:
    products = add("products import", "products:import_", "import a product list (xlsx or CSV)")
    _for_brand(products)
    products.add_argument("file")
    sales = add("sales import", "sales:import_", "import a marketplace's list of orders")
    _for_brand(sales)
    sales.add_argument("file")
    sales.add_argument("--shop", default="", help="which of the brand's shops it comes from")
    create = add("orders create", "orders:create", "order identity codes for a batch")
    _for_brand(create)
    create.add_argument(
        "--number", required=True, help="order number; the same one twice is one order"
    )
    create.add_argument("--item", required=True, help="item number of the product")
    create.add_argument("--date", required=True, help="production date, YYYY-MM-DD")
    create.add_argument("--batch", required=True, help="batch number, text: 01 is not 1")
    create.add_argument("--quantity", required=True, type=int)
    create.add_argument("--channel", help="channel code; may stay open until shipping")
    create.add_argument("--inner", action="store_true", help="with inner (scratch or in-box) codes")
    approve = add("orders approve", "orders:approve", "release an order as a second person")
    _for_brand(approve)
    approve.add_argument("number")
    export = add("orders export", "orders:export", "write an order's codes for the printer")
    _for_brand(export)
    export.add_argument("number")
    export.add_argument("--format", choices=["csv", "txt", "zpl", "pdf", "svg"], default="csv")
    export.add_argument("--output", help="copy the file here; counts as a download")
    show = add("code show", "code:show", "the whole story of a code")
    show.add_argument("code")
    show.add_argument("--brand", help="whose code it is, where it cannot be told from the code")
    check = add("verify", "code:verify", "what a consumer would be told about a code")
    check.add_argument("code")


def _load(add: Add) -> None:
    test = add("loadtest", "loadtest:loadtest", "load a running server; the report is evidence")
    _for_brand(test)
    test.add_argument("--kind", choices=["flash", "pages"], default="flash")
    test.add_argument("--url", default="http://127.0.0.1:8000", help="the server, on this database")
    test.add_argument("--sale", default="", help="short name of the flash sale it is for")
    test.add_argument("--clients", type=int, default=64, help="connections at a time")
    test.add_argument("--seconds", type=float, default=10.0)
    test.add_argument(
        "--rate", type=int, default=0, help="requests a second; 0: as fast as it goes"
    )
    test.add_argument("--path", action="append", help="of a page to load; may be repeated")
    test.add_argument("--output", help="copy the report here")


def _for_brand(command: argparse.ArgumentParser) -> None:
    command.add_argument("--brand", required=True, help="short name of the brand")
    command.add_argument("--as", dest="person", help="e-mail of the person who does it")


if __name__ == "__main__":
    sys.exit(main())
