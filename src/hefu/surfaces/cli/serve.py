"""Setting up, serving, working."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from hefu.surfaces.cli.common import clock


def setup(options: argparse.Namespace) -> dict[str, Any]:  # noqa: ARG001
    """Create or update the database."""
    migrate()
    return {"text": "the database is up to date", "ready": True}


def migrate() -> None:
    """Apply what the database does not have yet."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def serve(options: argparse.Namespace) -> dict[str, Any]:
    """Serve until stopped; the worker is a process of its own, stopped with the server."""
    import uvicorn

    application = "hefu.config.asgi:edge" if options.edge_only else "hefu.config.asgi:application"
    stop = threading.Event()
    keeper = None
    if not (options.no_worker or options.edge_only):
        keeper = threading.Thread(target=_keep_a_worker, args=(stop,))
        keeper.start()
    try:
        uvicorn.run(
            application, host=options.host, port=options.port, log_level="warning",
            access_log=False, loop="uvloop", http="hefu.surfaces.edge.protocol:ScanProtocol",
            proxy_headers=False,
            timeout_keep_alive=30,
        )  # fmt: skip
    finally:
        stop.set()
        if keeper is not None:
            keeper.join(timeout=30)
    return {"text": "stopped"}


def _keep_a_worker(stop: threading.Event) -> None:
    """Run a worker as a process of its own, and another when it dies."""
    while not stop.is_set():
        command = [sys.executable, "-m", "hefu.surfaces.cli.main", "worker"]
        with subprocess.Popen(command) as process:  # noqa: S603  (our own interpreter and module)
            while process.poll() is None and not stop.wait(0.5):
                pass
            process.terminate()
        stop.wait(1)


def worker(options: argparse.Namespace) -> dict[str, Any]:  # noqa: ARG001
    """Work until told to stop; what is under way is finished or taken over by another."""
    from hefu.apps.audit.worker import work

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    parent = os.getppid()
    threading.Thread(target=_follow, args=(parent, stop), daemon=True).start()
    work(f"{os.uname().nodename}:{os.getpid()}", clock=clock, stop=stop)
    return {"text": "stopped"}


def _follow(parent: int, stop: threading.Event) -> None:
    """Stop when the server that started us is killed."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()
