"""The command line, as an operator uses it: real processes, a house of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.orders import lists
from tests.apps.orders.lists import Sale

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(240)]
ROOT = Path(__file__).resolve().parents[3]
ON_POSTGRES = bool(os.environ.get("HEFU_TEST_DATABASE_URL"))


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, status: int = 0, folder: Path | None = None) -> dict:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HEFU_", "DJANGO_"))}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "hefu.surfaces.cli.main", *words, "--json"],
            env={**kept, "HEFU_DATA": str(folder or self.folder)}, cwd=ROOT,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == status, (words, done.stdout, done.stderr[-2000:])
        answer = json.loads(done.stdout.splitlines()[-1])
        assert isinstance(answer, dict)
        return answer


@pytest.fixture(scope="module")
def shell(tmp_path_factory, empty_database):
    if ON_POSTGRES:
        pytest.skip("the commands are the same; the demonstration runs on SQLite")
    shell = Shell(tmp_path_factory.mktemp("house"))
    empty_database.copy(str(shell.folder))
    shell.demo = shell("demo", "--no-serve")
    return shell


def test_the_demonstration_prints_a_code_log_ins_and_addresses(shell):
    assert len(shell.demo["code"]) == 17
    assert set(shell.demo["log_ins"]) >= {"brand_admin", "approver", "auditor", "supplier"}
    assert shell.demo["addresses"]["desk"].endswith("/desk/")
    assert shell.demo["addresses"]["mall"].endswith("/mall/of/hehuo/")
    again = shell("demo", "--no-serve")
    assert again["code"] == shell.demo["code"]  # set up once


def test_a_code_tells_its_story(shell):
    story = shell("code", "show", shell.demo["code"].lower())
    assert story["code"] == shell.demo["code"]
    assert story["product"]["model"] == "HFRC5005"
    assert {"issued", "marked", "exported"} <= {station["kind"] for station in story["story"]}
    link = shell("code", "show", shell.demo["link"])
    assert link["serial"] == story["serial"]


def test_verify_says_what_a_consumer_would_be_told(shell):
    code = shell.demo["code"]
    assert shell("verify", code)["verdict"] == "genuine_first"
    typo = code[:-1] + ("7" if code[-1] != "7" else "8")
    assert shell("verify", typo, status=1)["verdict"] == "typing_error"
    assert shell("verify", "7" * 16, status=1)["verdict"] == "unknown"


def test_an_order_goes_from_list_to_file(shell, tmp_path):
    (tmp_path / "list.csv").write_text(
        "货号,型号,品名\nX-1,XM1,one\nX-2,,two\n", encoding="gb18030"
    )
    done = shell("products", "import", str(tmp_path / "list.csv"), "--brand", "hehuo", status=1)
    assert (done["created"], done["refused"]) == (1, 1)
    assert "型号" in Path(done["refused_rows"]).read_text("utf-8-sig")

    sold = lists.as_csv(lists.jd(Sale(), Sale(number="2", more={"订单状态": "冻结中"})), "gb18030")
    (tmp_path / "sold.csv").write_bytes(sold)
    done = shell("sales", "import", str(tmp_path / "sold.csv"), "--brand", "hehuo", status=1)
    assert (done["list"], done["created"], done["refused"]) == ("jd", 1, 1)
    assert "冻结中" in Path(done["refused_rows"]).read_text("utf-8-sig")

    order = ["orders", "create", "--brand", "hehuo", "--number", "CLI-1", "--item", "X-1",
             "--date", "2026-11-20", "--batch", "01", "--quantity", "5"]  # fmt: skip
    asked = [*order, "--as", "product.specialist@hehuo.example"]
    assert shell(*asked)["state"] == "waiting"
    assert shell(*asked)["state"] == "waiting"  # the number makes it one order
    approve = ["orders", "approve", "CLI-1", "--brand", "hehuo"]
    assert shell(*approve, status=1)["error"] == "not_allowed"  # nobody in particular
    assert shell(*approve, "--as", "approver@hehuo.example")["state"] == "issued"

    out = tmp_path / "codes.csv"
    export = ["orders", "export", "CLI-1", "--brand", "hehuo"]
    done = shell(*export, "--output", str(out), "--as", "product.specialist@hehuo.example")
    assert done["codes"] == 5
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 6
    for line in lines[1:]:
        assert shell("verify", line.split(",")[0].replace("-", ""))["verdict"] == "leak"
        break  # not commissioned: a check now is a leak
    assert shell(*export, "--output", str(out), status=1)["rule"] == "exists"


def test_bad_input_names_the_field(shell):
    order = ["orders", "create", "--brand", "hehuo", "--number", "N", "--item", "HF-587",
             "--batch", "01", "--quantity", "5", "--date"]  # fmt: skip
    assert shell(*order, "yesterday", status=1)["field"] == "date"
    assert shell("audit", "verify", "--brand", "nobody", status=1)["field"] == "brand"
    assert shell("products", "import", "/no/such", "--brand", "hehuo", status=1)["field"] == "file"


def test_a_backup_restores_into_an_empty_house(shell, tmp_path):
    file = tmp_path / "b.tar.gz"
    written = shell("backup", str(file))
    assert shell("backup", str(file), status=1)["rule"] == "exists"
    restored = shell("restore", str(file), folder=tmp_path / "new")
    assert restored["sums"] == written["sums"]
    assert restored["rows"] == written["rows"]
    assert shell("audit", "verify", folder=tmp_path / "new")["whole"] is True
    assert shell("restore", str(file), folder=tmp_path / "new", status=1)["rule"] == "not_empty"


def test_audit_verify_names_the_tampered_row(shell, tmp_path):
    import shutil
    import sqlite3

    assert shell("audit", "verify")["whole"] is True
    # a copy: the other tests share the house, in any order
    shutil.copytree(shell.folder, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy" / "hefu.sqlite3") as database:
        database.execute("UPDATE audit_entry SET actor = 'me' WHERE chain = 2 AND seq = 5")
    report = shell("audit", "verify", "--brand", "yunshan", status=1, folder=tmp_path / "copy")
    assert report["chains"][0]["first_tampered"] == 5
