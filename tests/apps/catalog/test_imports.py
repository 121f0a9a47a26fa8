"""Product lists as brands keep them: three encodings, bad rows, twice, killed half way."""

import io

import pytest
from django.conf import settings as live
from openpyxl import Workbook

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Job
from hefu.apps.audit.worker import work_off
from hefu.apps.catalog import selectors, services
from hefu.apps.catalog.models import Product
from hefu.core.errors import Invalid
from hefu.core.permissions import Role
from hefu.files import FileUnreadable
from tests.factories import NOW, a_brand, an_actor

HEAD = "货号,型号,品名,条码,短码,保修月数,C币\n"
R097 = "PN587,PFFN5005,POVOS奔腾智能电饭煲PN587,6901234567892,0218123456,12,10\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def specialist():
    return an_actor(a_brand(), Role.PRODUCT_SPECIALIST)


def imported(actor, content, name="list.csv"):
    listing = services.import_products(actor, file=io.BytesIO(content), file_name=name, now=NOW)
    work_off(clock=lambda: NOW)
    listing.refresh_from_db()
    return listing


def counts(listing):
    return listing.created, listing.updated, listing.unchanged, listing.refused


def xlsx(*rows):
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_R097_the_row_is_found_by_number_model_and_name(specialist, encoding):
    assert counts(imported(specialist, (HEAD + R097).encode(encoding))) == (1, 0, 0, 0)

    for words in ("PN587", "PFFN5005", "奔腾", "pn587", "电饭 povos"):
        (product,) = selectors.products_matching(specialist, words)
        assert (product.item_no, product.model) == ("PN587", "PFFN5005")
        assert product.name == "POVOS奔腾智能电饭煲PN587"
    assert product.short_code == "0218123456"
    assert product.gtin == "06901234567892"
    assert not selectors.products_matching(specialist, "微波炉")


def test_R097_xlsx_keeps_the_leading_zero(specialist):
    content = xlsx(
        ["货号", "型号", "品名", "短码", "条码"],
        ["PN587", "PFFN5005", "电饭煲", "0218123456", 6901234567892],
    )
    assert counts(imported(specialist, content, "list.xlsx")) == (1, 0, 0, 0)
    product = selectors.product_by_item_no(specialist, "PN587")
    assert (product.short_code, product.gtin) == ("0218123456", "06901234567892")


def test_importing_twice_changes_nothing(specialist):
    imported(specialist, (HEAD + R097).encode())
    before = Product.objects.values().get()

    assert counts(imported(specialist, (HEAD + R097).encode())) == (0, 0, 1, 0)
    assert Product.objects.values().get() == before


def test_bad_rows_are_listed_and_the_good_ones_taken(specialist):
    bad = (
        HEAD + R097
        + ",PF1,no item number,,,,\n"
        + "PN600,PF2,wrong barcode,6901234567893,,,\n"
        + "PN601,PF3,wrong months,,,a year,\n"
        + "PN587,PF4,the same number again,,,,\n"
        + "PN602,PF5,taken barcode,6901234567892,,,\n"
        + "PN603,PF6,fine,,,24,\n"
    )  # fmt: skip
    listing = imported(specialist, bad.encode())

    assert counts(listing) == (2, 0, 0, 5)
    report = (live.HEFU_DATA / listing.error_path).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in report[1:]] == [
        ["3", "货号"], ["4", "条码"], ["5", "保修月数"], ["6", "货号"], ["7", "gtin"],
    ]  # fmt: skip
    assert "required" in report[1]
    assert "not_a_gtin" in report[2]
    assert "no item number" in report[1]  # the row itself is there to be mended


@pytest.mark.parametrize(
    ("content", "error", "rule"),
    [
        (b"", FileUnreadable, "empty"),
        (b"\x00\x01\x02\xff\xfe" * 10, FileUnreadable, None),
        (b"PK\x03\x04 not really a zip", FileUnreadable, "damaged"),
        ("货号,型号\nPN1,PF1\n".encode(), Invalid, "missing_column"),
        (b"\n\n\n", FileUnreadable, "no_header"),
    ],
)
def test_what_is_no_product_list_is_refused_at_once(specialist, content, error, rule):
    with pytest.raises(error) as caught:
        imported(specialist, content)
    assert rule in (None, caught.value.details["rule"])
    assert not Job.objects.exists()


def test_a_killed_import_goes_on_where_it_stopped(specialist, monkeypatch):
    rows = "".join(f"PN{n},PF{n},product {n},,,,\n" for n in range(1000)) + ",PF,nameless,,,,\n"
    listing = services.import_products(
        specialist, file=io.BytesIO((HEAD + rows).encode()), file_name="x.csv", now=NOW
    )
    advance, steps = jobs.JobRun.advance, []

    def die_after_two(run, **progress):
        advance(run, **progress)
        steps.append(progress["done"])
        if len(steps) == 2:
            raise SystemExit

    monkeypatch.setattr(jobs.JobRun, "advance", die_after_two)
    job = jobs.claim("first", now=NOW)
    with pytest.raises(SystemExit):
        jobs.run(job, worker="first", clock=lambda: NOW)
    monkeypatch.setattr(jobs.JobRun, "advance", advance)

    later = NOW + 2 * jobs.LEASE
    jobs.run(jobs.claim("second", now=later), worker="second", clock=lambda: later)

    listing.refresh_from_db()
    assert counts(listing) == (1000, 0, 0, 1)
    assert Product.objects.count() == 1000
    assert len((live.HEFU_DATA / listing.error_path).read_text("utf-8-sig").splitlines()) == 2
