"""A real server in a process of its own, with a database of its own, to be mistreated."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
import json, sys
import django; django.setup()
from django.utils import timezone
from benchmarks._house import stock
from hefu.apps.accounts.services import issue_api_key
from hefu.core.actor import system
from hefu.core.permissions import Permission
goods = stock(quantity=100_000, sample=2_000)
actor = system("tests", brand_id=goods.brand_id)
key, secret = issue_api_key(actor, name="t", scopes=list(Permission), now=timezone.now())
print(json.dumps({"paths": goods.paths, "secret": secret}))
"""


@dataclass
class House:
    """Where it is, how to ask it, how to kill it."""

    folder: str
    database_url: str
    paths: list = field(default_factory=list)
    secret: str = ""
    server: subprocess.Popen | None = None
    port: int = 0

    @property
    def environment(self) -> dict:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HEFU_")}
        return {
            **kept, "HEFU_DATA": self.folder, "HEFU_DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "hefu.config.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], env=self.environment, cwd=ROOT,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def hefu(self, *words: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "hefu.surfaces.cli.main", *words, "--json"],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip
        return json.loads(done.stdout)

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "uvicorn", "hefu.config.asgi:application",
             "--port", str(self.port), "--log-level", "critical", "--no-access-log",
             "--no-proxy-headers", "--http", "hefu.surfaces.edge.protocol:ScanProtocol"],
            env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.05)
        while self.ask("/health/ready", timeout=30) != 200:
            time.sleep(0.05)

    def kill(self) -> None:
        self.server.kill()
        self.server.wait()

    def ask(
        self, path: str, body: dict | None = None, *, timeout: float = 10, **headers: str
    ) -> int:
        """Return the status of an answer that arrived whole, 0 when none did."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=headers,
            data=json.dumps(body).encode() if body is not None else None,
        )  # fmt: skip
        try:
            try:
                answer = urllib.request.urlopen(request, timeout=timeout)
            except urllib.error.HTTPError as refusal:  # an answer all the same
                answer = refusal
            with answer:
                answer.read()
                return answer.status
        except (OSError, http.client.HTTPException):
            return 0

    def code(self, number: int) -> str:
        return self.paths[number].rpartition("/")[2]

    def activate(self, number: int) -> int:
        return self.ask(
            "/api/v1/activations", {"code": self.code(number), "address": f"+86138{number:08d}"},
            Authorization=f"Bearer {self.secret}", **{"Content-Type": "application/json"},
            **{"Idempotency-Key": f"activation-{number}"},
        )  # fmt: skip


@contextmanager
def a_house(empty_database):
    """Set one up on the database the tests run on."""
    with tempfile.TemporaryDirectory(prefix="hefu-fault-") as folder:
        house = House(folder, empty_database.copy(folder))
        about = json.loads(house.python(SETUP).splitlines()[-1])
        house.paths, house.secret = about["paths"], about["secret"]
        try:
            yield house
        finally:
            if house.server is not None and house.server.poll() is None:
                house.server.terminate()
                house.server.wait(20)
