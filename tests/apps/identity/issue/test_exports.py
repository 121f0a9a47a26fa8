"""The printer's files: complete, sealed, logged, and whole after a kill."""

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import connection

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Entry, Job
from hefu.apps.audit.worker import work_off
from hefu.apps.identity.errors.issue import FileChanged, KeyBurned, NotIssued, NotReady
from hefu.apps.identity.models import Download, Export
from hefu.apps.identity.selectors.codes import UnitRef, resolve_many
from hefu.apps.identity.selectors.exports import (
    export_by_id,
    exports_for,
    file_of,
    print_reports,
    progress_of,
)
from hefu.apps.identity.services import exports, keys, templates
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.gs1 import parse_element_string
from tests.apps.identity.issue.rows import House, a_channel, a_product
from tests.factories import NOW, a_partner

JOBS = {exports.JOB: exports.run_export}

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db, settings):
    settings.HEFU_JOBS = "tests.apps.identity.issue.test_exports.JOBS"
    return House()


def exported(house, order, file_format="csv"):
    export = exports.start_export(house.specialist, order=order, format=file_format, now=NOW)
    work_off(clock=lambda: NOW)
    export.refresh_from_db()
    assert export.sha256, Job.objects.get(pk=export.job_id).error
    return export


def content(house, export):
    return b"".join(exports.download_export(house.specialist, export=export, now=NOW))


def serials_of(texts):
    found = resolve_many(texts)
    assert all(isinstance(one, UnitRef) for one in found)
    return [one.serial for one in found]


def test_R114_five_codes_are_five_lines_that_all_verify(house):
    order = house.issued(quantity=5)

    lines = content(house, exported(house, order, "txt")).decode().splitlines()

    assert serials_of(lines) == [0, 1, 2, 3, 4]


def test_csv_names_code_url_batch_and_element_string(house):
    order = house.issued(quantity=3, batch="01")
    gtin = house.product.gtin

    text = content(house, exported(house, order)).decode()

    head, *rows = text.split("\r\n")[:-1]
    assert head == "code,url,batch,gs1"
    for row in rows:
        code, url, batch, gs1 = row.split(",")
        assert url == f"HTTP://LOCALHOST:8000/01/{gtin}/21/{code[:16]}"
        assert (batch, gs1) == ("01", f"(01){gtin}(21){code[:16]}")
        assert parse_element_string(gs1).get("21") == code[:16]
    assert serials_of([row.split(",")[1] for row in rows]) == [0, 1, 2]


def test_csv_holds_inner_codes_where_units_have_two(house):
    order = house.issued(quantity=2, inner=True)

    text = content(house, exported(house, order)).decode()

    rows = [line.split(",") for line in text.split("\r\n")[1:-1]]
    outer, inner = resolve_many([row[0] for row in rows]), resolve_many([row[3] for row in rows])
    assert [(one.serial, one.reading) for one in outer] == [(0, "outer"), (1, "outer")]
    assert [(one.serial, one.reading) for one in inner] == [(0, "inner"), (1, "inner")]


def test_csv_is_safe_to_open_in_a_spreadsheet(house):
    order = house.issued(quantity=1, batch='=1+1,"x"', product=a_product(house.brand, gtin=""))

    text = content(house, exported(house, order)).decode()

    assert text.split("\r\n")[1].endswith(',"\'=1+1,""x"""')
    assert re.search(r",HTTP://LOCALHOST:8000/C/\w{16},", text)


def test_a_makers_codes_are_exported_as_he_prints_them(house):
    segments = [
        {"kind": "model", "width": 8}, {"kind": "date", "formats": ["YYMMDD"]},
        {"kind": "batch", "widths": [2]}, {"kind": "channel", "width": 2, "names": {"jd": "京东"}},
        {"kind": "seal", "chars": 6},
    ]  # fmt: skip
    template = templates.save_template(
        house.specialist, name="m", data={"segments": segments}, now=NOW
    )
    order = house.issued(
        quantity=4, batch="19", template=template, channel=a_channel(house.brand)
    )  # fmt: skip

    lines = content(house, exported(house, order, "txt")).decode().splitlines()

    assert all(re.fullmatch(r"PFFN500512122019jd\w{6}", line) for line in lines)
    assert serials_of(lines) == [0, 1, 2, 3]
    assert (
        len(zipfile.ZipFile(io.BytesIO(content(house, exported(house, order, "svg")))).namelist())
        == 4
    )


def test_a_second_order_exports_only_its_own_serials(house):
    house.issued("PO-1", quantity=10)
    order = house.issued("PO-2", quantity=3)

    lines = content(house, exported(house, order, "txt")).decode().splitlines()

    assert serials_of(lines) == [10, 11, 12]


def test_zpl_labels_parse_back_to_their_codes(house):
    order = house.issued(quantity=3, product=a_product(house.brand, name="锅^~_煲", model="M1"))

    text = content(house, exported(house, order, "zpl")).decode()

    labels = re.findall(r"\^XA\^CI28(.*?)\^XZ", text)
    assert len(labels) == 3
    urls = [re.search(r"\^BQN,2,4\^FDMA,(.*?)\^FS", label)[1] for label in labels]
    captions = [re.findall(r"\^FD([^^]*)\^FS", label)[-1] for label in labels]
    assert serials_of(urls) == serials_of(captions) == [0, 1, 2]
    name = re.search(r"\^FH_\^FD(.*?)\^FS", labels[0])[1]
    assert re.sub("_(..)", lambda hit: chr(int(hit[1], 16)), name) == "M1 锅^~_煲 M1"


def test_svg_labels_are_one_file_per_code(house):
    order = house.issued(quantity=3)

    with zipfile.ZipFile(io.BytesIO(content(house, exported(house, order, "svg")))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert serials_of([name.removesuffix(".svg") for name in names]) == [0, 1, 2]


def test_a_large_pdf_is_several_in_a_zip(house, monkeypatch):
    monkeypatch.setitem(exports.STEP, Export.Format.PDF, 5)
    order = house.issued("PO/7", quantity=12)

    export = exported(house, order, "pdf")

    assert export.path.endswith("/PO_7.pdf.zip")
    with zipfile.ZipFile(io.BytesIO(content(house, export))) as archive:
        assert archive.namelist() == [
            "labels-000000001-000000005.pdf", "labels-000000006-000000010.pdf",
            "labels-000000011-000000012.pdf",
        ]  # fmt: skip
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_the_file_is_sealed_hidden_and_every_download_is_logged(house):
    export = exported(house, house.issued(quantity=7))

    data = content(house, export)

    path = file_of(export)
    assert path.read_bytes() == data
    assert (export.codes, export.size, export.sha256) == (7, len(data), sha256(data).hexdigest())
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(rf"exports/{house.brand.pk}/[\w-]{{32}}/PO-\d+\.csv", export.path)
    log = Download.objects.get()
    assert (log.user_id, log.sha256, log.at) == (house.specialist.user_id, export.sha256, NOW)
    assert list(Entry.objects.filter(action__startswith="identity.export").order_by("seq")
                .values_list("action", flat=True)) == [
        "identity.export_started", "identity.export_sealed", "identity.export_downloaded",
    ]  # fmt: skip
    assert (exports_for(house.specialist).get().download_count, progress_of(export)) == (1, 100)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_changed_file_is_not_handed_out(house, harm):
    export = exported(house, house.issued(quantity=7))
    path = file_of(export)
    if harm == "changed":
        path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    else:
        path.unlink()

    with pytest.raises(FileChanged):
        exports.download_export(house.specialist, export=export, now=NOW)

    assert not Download.objects.exists()


def test_what_is_not_issued_or_not_ready_is_refused(house):
    order = house.order(quantity=5)
    with pytest.raises(NotIssued):
        exports.start_export(house.specialist, order=order, format="csv", now=NOW)
    issued = house.issued(quantity=5, batch="02")
    with pytest.raises(Invalid):
        exports.start_export(house.specialist, order=issued, format="doc", now=NOW)
    export = exports.start_export(house.specialist, order=issued, format="csv", now=NOW)
    with pytest.raises(NotReady):
        exports.download_export(house.specialist, export=export, now=NOW)
    keys.burn_key(house.admin, key=issued.batch.key, reason="leaked", now=NOW)
    with pytest.raises(KeyBurned):
        exports.start_export(house.specialist, order=issued, format="csv", now=NOW)


def test_a_supplier_exports_its_own_orders_and_nobody_elses(house):
    mine = house.issued(quantity=2, supplier=house.supplier_organisation)
    other = a_partner(house.brand, "supplier")
    theirs = house.issued(quantity=2, supplier=other, batch="02")
    export = exported(house, theirs)
    stranger = House()

    own = exports.start_export(house.supplier, order=mine, format="txt", now=NOW)

    assert list(exports_for(house.supplier)) == [own]
    for actor in (house.supplier, stranger.admin):
        with pytest.raises(NotFound):
            exports.start_export(actor, order=theirs, format="txt", now=NOW)
        with pytest.raises(NotFound):
            exports.download_export(actor, export=export, now=NOW)
        with pytest.raises(NotFound):
            export_by_id(actor, export.pk)
    with pytest.raises(NotAllowed):
        exports.download_export(house.approver, export=export, now=NOW)
    assert not Download.objects.exists()


@pytest.mark.parametrize("orders", [1, 3])
def test_R115_downloads_are_held_against_the_quantity(house, orders, django_assert_num_queries):
    export = exported(house, house.issued("PO-1", quantity=7))
    content(house, export)
    for number in range(1, orders):
        house.issued(quantity=9, batch=f"0{number + 1}")

    with django_assert_num_queries(1):
        once = print_reports(house.specialist)[-1]
    assert (once.exports, once.downloads, once.codes_taken, once.taken_again) == (1, 1, 7, 0)

    content(house, export)
    content(house, exported(house, export.order, "txt"))
    again = print_reports(house.specialist)[-1]
    assert (again.exports, again.downloads, again.codes_taken, again.taken_again) == (2, 3, 21, 14)


#: A worker that has written its fourth step of ten, but not said so, and then hangs.
WORKER = """
import sys, time
import django
django.setup()
from hefu.apps.audit import jobs
from hefu.apps.identity.services import exports
from tests.factories import NOW

job = jobs.claim("first", now=NOW)
exports.STEP = dict.fromkeys(exports.STEP, int(sys.argv[1]))
advance = jobs.JobRun.advance
def hang(self, *, done, **rest):
    if done * 10 >= job.total * 4:
        print("written", flush=True)
        time.sleep(60)
    advance(self, done=done, **rest)
jobs.JobRun.advance = hang
jobs.import_string = lambda _: {exports.JOB: exports.run_export}
jobs.run(job, worker="first", clock=lambda: NOW)
"""


def start_worker(step):
    config = connection.settings_dict
    url = os.environ.get("HEFU_TEST_DATABASE_URL", "")
    if config["ENGINE"].endswith("sqlite3"):
        url = f"sqlite:///{config['NAME']}"
    else:
        url = re.sub(r"/[^/?]*(?=\?|$)", f"/{config['NAME']}", url, count=1)
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(step)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "HEFU_TEST_DATABASE_URL": url, "HEFU_DATA": str(settings.HEFU_DATA),
             "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_R115_after_kill_9_at_40_percent_there_is_no_gap_and_no_repeat(settings, monkeypatch):
    settings.HEFU_JOBS = "tests.apps.identity.issue.test_exports.JOBS"
    house = House()
    # txt and zpl are written like csv; one test, for emptying all tables in between takes long
    for file_format in ("csv", "pdf", "svg"):
        kill_and_resume(house, file_format, monkeypatch)


def kill_and_resume(house, file_format, monkeypatch):
    total = 50_000 if file_format == "csv" else 100
    for each in exports.STEP:
        monkeypatch.setitem(exports.STEP, each, total // 10)
    order = house.issued(quantity=total, batch=file_format)
    export = exports.start_export(house.specialist, order=order, format=file_format, now=NOW)

    worker = start_worker(total // 10)
    assert worker.stdout.readline() == "written\n"
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    worker.stdout.close()

    job = Job.objects.get(pk=export.job_id)
    assert (job.state, job.worker, job.done) == ("running", "first", total * 3 // 10)
    assert file_of(export).stat().st_size > job.cursor["bytes"]
    assert jobs.claim("second", now=NOW + timedelta(seconds=1)) is None
    work_off(clock=lambda: NOW + timedelta(seconds=31))

    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == ("done", 2, "inline")
    data = content(house, export)
    assert data == content(house, exported(house, order, file_format))
    if file_format == "csv":
        codes = [line.split(",")[0] for line in data.decode().split("\r\n")[1:-1]]
        assert serials_of(codes) == list(range(total))
    if file_format == "svg":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            codes = [name.removesuffix(".svg") for name in archive.namelist()]
        assert serials_of(codes) == list(range(total))
