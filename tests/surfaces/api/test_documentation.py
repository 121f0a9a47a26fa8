"""The integrators' pages say what is so: their commands run, their tables are the code's."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.services.orders import approve_order
from hefu.apps.orders.platforms import LAYOUTS
from hefu.core.permissions import Role
from hefu.surfaces.api.refusals import SENTENCES
from tests.conftest import ROOT
from tests.factories import a_brand, an_actor
from tests.surfaces.api.conftest import a_key
from tests.surfaces.api.tables import (
    columns_table,
    kinds,
    operations_table,
    order_table,
    refusals_table,
)

PAGES = ROOT / "docs" / "integrators"
API = (PAGES / "api.md").read_text()
FENCE = re.compile(r"```(sh|json)\n(.*?)```|<!-- then: (.*?) -->", re.DOTALL)
#: Where refusals come from that a request of the API may meet ...
NEAR = re.compile(
    r"hefu\.(core|files|surfaces\.api|apps\.(accounts|audit|catalog|identity|ledger|network))\b"
)
#: ... except those of signing in, appeals, approvals, smart links, budgets, backups, EPCIS, and
#: of engines that no operation runs yet.
ELSEWHERE = re.compile(
    r"((draws|money|promotions|gs1|wechat)\.|audit\.(lease|backup)"
    r"|accounts\.(same_person|already_decided|wrong_code|own_log_in|sign_in_refused)"
    r"|catalog\.(link|key)_taken|ledger\.budget|identity\.(appeal|bad_invoice|offer_gone|own_offer))"
)
#: What the page's commands need of curl, where there is none.
CURL = """#!{python}
import sys, urllib.error, urllib.request, uuid
headers, data, out, url, words = {{}}, None, None, "", iter(sys.argv[1:])
for word in words:
    if word == "-s":
        continue
    if word == "-H":
        name, _, value = next(words).partition(": ")
        headers[name] = value
    elif word == "-d":
        data = next(words).encode()
    elif word == "-o":
        out = next(words)
    elif word == "-F":
        field, _, path = next(words).partition("=@")
        mark = uuid.uuid4().hex
        about = f'form-data; name="{{field}}"; filename="{{path}}"'
        head = f"--{{mark}}\\r\\nContent-Disposition: {{about}}\\r\\n\\r\\n"
        data = head.encode() + open(path, "rb").read() + f"\\r\\n--{{mark}}--\\r\\n".encode()
        headers["Content-Type"] = "multipart/form-data; boundary=" + mark
    else:
        url = word
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, data, headers))
except urllib.error.HTTPError as error:
    answer = error
body = answer.read()
(open(out, "wb") if out else sys.stdout.buffer).write(body)
"""


@pytest.mark.django_db(transaction=True)
def test_the_quick_start_runs_as_it_is_written(live_server, tmp_path):
    brand = a_brand()
    shell = Shell(tmp_path, HEFU=f"{live_server.url}/api/v1", KEY=a_key(brand)[1])
    told = 0
    answer = ""
    for kind, text, deed in FENCE.findall(API):
        if deed == "the worker works":
            while job := jobs.claim("w", now=timezone.now()):
                jobs.run(job, worker="w", clock=timezone.now)
        elif deed:
            order = ProductionOrder.objects.get(number=deed.split()[-1])
            approve_order(an_actor(brand, Role.APPROVER), order=order, now=timezone.now())
        elif kind == "json":
            assert holds(json.loads(answer), json.loads(text)), answer
            told += 1
        elif "HEFU=" not in text:
            answer = shell.run(text)
    assert told >= 9
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 13
    assert "PN589" in (tmp_path / "refused.csv").read_text()


class Shell:
    """Runs the page's blocks one after the other; variables live on."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.variables = folder, variables
        if shutil.which("curl") is None:
            shim = folder / "curl"
            shim.write_text(CURL.format(python=sys.executable))
            shim.chmod(shim.stat().st_mode | stat.S_IXUSR)

    def run(self, block: str) -> str:
        """Run a block and return what its last command said."""
        path = f"{self.folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        script = f"{block}\nset > variables"
        done = subprocess.run(
            ["sh", "-eu", "-c", script], cwd=self.folder, capture_output=True, text=True,
            timeout=60, check=True, env={**self.variables, "PATH": path, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        kept = re.findall(
            r"^(EXPORT|CODE|MEMBER|IMPORT)='?([^'\n]*)'?$",
            (self.folder / "variables").read_text(), re.MULTILINE,
        )  # fmt: skip
        self.variables |= dict(kept)
        return done.stdout.replace("}{", "}\n{").splitlines()[-1] if done.stdout else ""


def holds(answer: Any, documented: Any) -> bool:
    """Whether everything that is documented is in the answer."""
    if isinstance(documented, dict):
        return all(holds(answer[name], value) for name, value in documented.items())
    if isinstance(documented, list):
        return len(answer) == len(documented) and all(map(holds, answer, documented))
    return bool(answer == documented)


@pytest.mark.parametrize(
    ("page", "table"),
    [
        ("api", operations_table), ("api", refusals_table), ("files", columns_table),
        *(("sales", partial(order_table, layout.name)) for layout in LAYOUTS),
    ],
)  # fmt: skip
def test_the_tables_are_what_the_code_has(page, table):
    text = (PAGES / f"{page}.md").read_text()
    rows = table()
    assert "\n".join(rows) in text, "write the rows of tests/surfaces/api/tables.py into the page"


def test_every_refusal_of_the_house_has_its_sentence():
    missing = {
        code
        for code, kind in kinds().items()
        if NEAR.match(kind.__module__) and not ELSEWHERE.match(code)
    } - SENTENCES.keys()
    assert not missing
