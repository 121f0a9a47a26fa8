"""R098, R099: print files of many models: whole, in order, and the same after a kill."""

import io
import zipfile
from collections import Counter
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.models import Job
from hefu.apps.audit.worker import work_off
from hefu.apps.catalog import smart
from hefu.apps.catalog.errors import NoDigits
from hefu.apps.catalog.models import Product, SymbolRun
from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.services import save_product, symbol_runs
from hefu.apps.catalog.services.digits import assign_digits
from hefu.core.codes.plain_links import fits
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor
from tests.symbols.test_symbols import drawn_svg, rendered

pytestmark = pytest.mark.django_db


@pytest.fixture
def specialist():
    actor = an_actor(a_brand("povos"), Role.PRODUCT_SPECIALIST)
    for number in range(14):
        row = ProductRow(item_no=f"PN {number}/甲", model=f"PF{number}", name="智能电饭煲")
        save_product(actor, row=row, now=NOW)
    assign_digits(actor, now=NOW)
    return actor


def ids(actor):
    return list(Product.objects.filter(brand_id=actor.brand_id).values_list("pk", flat=True))


def finished(run):
    work_off(clock=lambda: NOW)
    run.refresh_from_db()
    assert run.sha256
    return rows.path_of(run.path).read_bytes()


def links(actor):
    return [smart.link_of(row) for row in smart.models_for(actor, ids(actor))]


def read(image):
    return sorted(one.text for one in zxingcpp.read_barcodes(image))


def test_R099_sheets_of_all_models_hold_each_as_often_as_asked(specialist):
    run = symbol_runs.start_symbols(
        specialist, products=ids(specialist), form="sheet", carrier="manual", copies=2, now=NOW
    )
    pdf = finished(run)

    assert run.file_name == "qr-manual-14.pdf"
    found = Counter(read(rendered(pdf, 0)) + read(rendered(pdf, 1)))
    assert found == dict.fromkeys(links(specialist), 2)


def test_R098_a_zip_has_a_drawing_of_every_model_by_its_item_number(specialist):
    run = symbol_runs.start_symbols(specialist, products=ids(specialist), form="svg", now=NOW)
    with zipfile.ZipFile(io.BytesIO(finished(run))) as archive:
        assert archive.testzip() is None
        texts = [read(drawn_svg(archive.read(name)))[0] for name in archive.namelist()]
        names = archive.namelist()
    assert texts == links(specialist)
    assert len(set(names)) == 14
    assert all("/" not in name and name.startswith("PN_") for name in names)


def test_a_killed_run_goes_on_and_gives_the_same_file(specialist, monkeypatch):
    monkeypatch.setattr(symbol_runs, "DRAWINGS", 4)
    monkeypatch.setattr(symbol_runs, "PAGES", 1)

    for form, carrier in (("svg", ""), ("sheet", "certificate")):
        about = {"products": ids(specialist), "form": form, "carrier": carrier, "copies": 6}
        whole = finished(symbol_runs.start_symbols(specialist, now=NOW, **about))
        run = symbol_runs.start_symbols(specialist, now=NOW, **about)
        _die_after_one_step(monkeypatch, run)
        with rows.path_of(run.path).open("ab") as file:
            file.write(b"half a step")
        assert finished(run) == whole
        if carrier:
            with zipfile.ZipFile(io.BytesIO(whole)) as archive:
                assert archive.namelist() == ["certificate-00001.pdf", "certificate-00002.pdf",
                                              "certificate-00003.pdf"]  # fmt: skip


def _die_after_one_step(monkeypatch, run):
    class Killed(BaseException):
        pass

    advance = jobs.JobRun.advance

    def once(self, **about):
        advance(self, **about)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs.JobRun, "advance", once)
        with pytest.raises(Killed):
            jobs.run(jobs.claim("dies", now=NOW), worker="dies", clock=lambda: NOW)
    Job.objects.filter(pk=run.job_id).update(lease_until=NOW.replace(year=2020))


def test_R100_what_is_printed_fits_the_rule_of_the_brands_directory(specialist, settings):
    settings.HEFU_ORIGIN = "https://house.example.cn"
    brand = Product.objects.first().brand
    (link, *_others) = links(specialist)
    assert smart.directory_of(brand) == "https://house.example.cn/m/povos/"
    assert fits(smart.directory_of(brand), link)
    assert not urlsplit(link).query
    assert link.endswith("/")

    brand.host = "c.povos.example.cn"
    brand.save()
    assert smart.directory_of(brand) == "https://c.povos.example.cn/m/"
    printed = links(specialist)
    assert all(fits("https://c.povos.example.cn/m/", link) for link in printed)
    assert sorted(printed) == sorted(
        f"https://c.povos.example.cn/m/{product.short_code}/" for product in Product.objects.all()
    )


def test_what_cannot_be_printed_is_said_before(specialist):
    mute = save_product(specialist, row=ProductRow(item_no="X", model="X", name="X"), now=NOW)[0]
    theirs = an_actor(a_brand(), Role.PRODUCT_SPECIALIST)
    start = symbol_runs.start_symbols
    with pytest.raises(NoDigits) as refused:
        start(specialist, products=[mute.pk], form="svg", now=NOW)
    assert refused.value.details["value"] == "X"
    with pytest.raises(NotFound):
        start(theirs, products=ids(specialist), form="svg", now=NOW)
    for field, about in {
        "form": {"form": "gif"}, "carrier": {"carrier": "box"}, "level": {"level": "Z"},
        "copies": {"copies": 0}, "products": {"products": []},
    }.items():  # fmt: skip
        given = {"products": ids(specialist)[:1], "form": "sheet", "carrier": "manual", **about}
        with pytest.raises(Invalid) as invalid:
            start(specialist, now=NOW, **given)
        assert invalid.value.details["field"] == field
    assert not SymbolRun.objects.exists()
    assert not Job.objects.exists()


def test_a_sheet_of_one_model_is_named_after_it(specialist):
    row = Product.objects.first()
    about = {"form": "sheet", "carrier": "warranty", "copies": 24}
    run = symbol_runs.start_symbols(specialist, products=[row.pk], now=NOW, **about)
    page = rendered(finished(run))
    assert run.file_name == "qr-warranty-PN_0_甲.pdf"
    assert isinstance(page, Image.Image)
    assert read(page) == [smart.link_of(row)] * 24
