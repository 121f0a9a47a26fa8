"""A list of models and a zip of their manuals become pages: whose file is whose, twice, killed."""

import io
import os
import struct
import zipfile
from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.models import Job
from hefu.apps.audit.worker import work_off
from hefu.apps.catalog import selectors_pages
from hefu.apps.catalog.models import Media, PageVersion, Product, ShortDigits
from hefu.apps.catalog.page_lists import assigned, members, read_name
from hefu.apps.catalog.page_values import signature
from hefu.apps.catalog.services import page_imports
from hefu.apps.catalog.services.pages_deciding import approve_pages
from hefu.apps.catalog.services.pages_lists import submit_drafts
from hefu.core.errors import Invalid
from hefu.core.pages import read_content
from hefu.core.permissions import PERMISSIONS, Role
from tests.factories import NOW, a_brand, an_actor

HEAD = "货号,型号,品名,英文品名,短码,标题,简介,正文,说明书文件,适用批次,说明书日期\n"
ROWS = (
    "PN587,PFFN5005,奔腾智能电饭煲,Rice cooker,0218123456,智能电饭煲,好用,**三步**煮饭,,01;02,"
    "2026/3/1\n"
    "PN588,PFFN5006,电饭煲,,,,,,gifts.pdf,,\n"
    "PN589,PFFN5007,电饭煲,,,,,,,,\n"
)

pytestmark = pytest.mark.django_db


def pdf(text, *, script=False):
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(100, 700, text)
    canvas.save()
    body = file.getvalue()
    if script:
        action = b"/Type /Catalog /OpenAction << /S /JavaScript /JS (1) >>"
        body = body.replace(b"/Type /Catalog", action)
    return body


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


MANUALS = {
    "手册/PN587_V2.1.pdf": pdf("587"), "gifts.pdf": pdf("588"), "PFFN5007-en.pdf": pdf("589"),
    "__MACOSX/._gifts.pdf": b"x", "nobody.pdf": pdf("nobody"),
}  # fmt: skip


@pytest.fixture
def brand():
    return a_brand("povos")


@pytest.fixture
def specialist(brand):
    return an_actor(brand, Role.PRODUCT_SPECIALIST)


def started(actor, text=HEAD + ROWS, files=None, **about):
    archive = None
    if files is not None:
        archive = page_imports.receive_archive(
            io.BytesIO(files), name="manuals.zip", brand_id=actor.brand_id
        )
    return page_imports.import_pages(
        actor, file=io.BytesIO(text.encode()), file_name="list.csv", archive=archive, now=NOW,
        **about,
    )  # fmt: skip


def imported(actor, *args, **about):
    bound = started(actor, *args, **about)
    work_off(clock=lambda: NOW)
    bound.refresh_from_db()
    return bound


def counts(bound):
    listing = bound.listing
    return listing.created, listing.updated, listing.unchanged, listing.refused


def content(item_no):
    version = PageVersion.objects.filter(page__product__item_no=item_no).latest("number")
    return read_content(version.content)


def test_a_list_and_its_manuals_become_drafts_with_digits(specialist):
    bound = imported(specialist, files=zipped(**MANUALS))

    assert counts(bound) == (3, 0, 0, 0)
    assert (bound.files, bound.digits_given) == (4, 2)
    page = content("PN587")
    assert page.texts["zh"].title == "智能电饭煲"
    assert page.texts["zh"].blocks[0].text == "**三步**煮饭"
    assert page.texts["en"].title == "Rice cooker"
    (manual,) = page.manuals
    assert (manual.label, manual.language, manual.batches) == ("V2.1", "zh", ("01", "02"))
    assert manual.issued_on.isoformat() == "2026-03-01"
    assert manual.media == Media.objects.get(name="PN587_V2.1.pdf").sha256
    assert [one.media for one in content("PN588").manuals] == [
        Media.objects.get(name="gifts.pdf").sha256
    ]
    assert content("PN589").manuals[0].language == "en"
    assert list(bound.taken.filter(used=False).values_list("name", flat=True)) == ["nobody.pdf"]
    assert ShortDigits.objects.count() == 3
    assert not list(rows.path_of("page-imports").glob("*/*"))  # the archive is not kept


def test_the_same_again_changes_nothing(specialist):
    imported(specialist, files=zipped(**MANUALS))
    before = list(PageVersion.objects.order_by("pk").values())

    again = imported(specialist, files=zipped(**MANUALS))

    assert counts(again) == (0, 0, 3, 0)
    assert again.digits_given == 0
    assert list(PageVersion.objects.order_by("pk").values()) == before
    assert Media.objects.count() == 4
    assert again.made.count() == 3


def test_a_row_whose_manual_is_missing_or_acts_is_refused_alone(specialist):
    files = {**MANUALS, "gifts.pdf": pdf("588", script=True)}
    text = HEAD + ROWS + "PN590,P9,锅,,,,,,none.pdf,,\nPN591,P9,锅,,,,,,,,2026-13-01\n"
    bound = imported(specialist, text, files=zipped(**files))

    assert counts(bound) == (2, 0, 0, 3)
    errors = rows.path_of(bound.listing.error_path).read_text()
    for line in ("3,说明书文件,invalid: active gifts.pdf,PN588",
                 "5,说明书文件,invalid: file_not_sent none.pdf,PN590",
                 "6,说明书日期,invalid: not_a_date 2026-13-01,PN591"):  # fmt: skip
        assert line in errors
    assert set(Product.objects.values_list("item_no", flat=True)) == {"PN587", "PN589"}

    mended = imported(specialist, files=zipped(**MANUALS))
    assert counts(mended) == (1, 0, 2, 0)


def test_a_plain_list_makes_pages_that_can_be_submitted_and_approved(specialist, brand):
    bound = imported(specialist, "货号,型号,品名\nPN1,M1,锅\nPN2,M2,壶\n", give_digits=False)
    assert not ShortDigits.objects.exists()
    pages = [made.page for made in bound.made.select_related("page")]

    outcomes = submit_drafts(specialist, pages=pages, now=NOW)

    assert [one.code for one in outcomes] == ["", ""]
    seen = [(page, signature(selectors_pages.open_version(page))) for page in pages]
    both_hats = replace(specialist, permissions=PERMISSIONS[Role.APPROVER])
    own = approve_pages(both_hats, pages=seen, now=NOW)
    assert {one.code for one in own} == {"accounts.same_person"}  # nobody agrees to their own
    agreed = approve_pages(an_actor(brand, Role.APPROVER), pages=seen, now=NOW)
    assert [one.code for one in agreed] == ["", ""]
    assert PageVersion.objects.filter(state="published").count() == 2


@pytest.mark.parametrize("at", ["files", "rows"])
def test_a_killed_import_goes_on_where_it_stopped(specialist, monkeypatch, at):
    bound = started(specialist, files=zipped(**MANUALS))

    class Killed(BaseException):
        pass

    advance = jobs.JobRun.advance

    def dies(self, **about):
        advance(self, **about)
        if (about["done"] == 2) if at == "files" else about["cursor"].get("rows"):
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs.JobRun, "advance", dies)
        with pytest.raises(Killed):
            jobs.run(jobs.claim("dies", now=NOW), worker="dies", clock=lambda: NOW)
    taken = bound.taken.count()
    assert taken == (2 if at == "files" else 4)
    Job.objects.filter(pk=bound.listing.job_id).update(lease_until=NOW.replace(year=2020))
    work_off(clock=lambda: NOW)

    bound.refresh_from_db()
    assert Job.objects.get(pk=bound.listing.job_id).state == "done"
    assert counts(bound) == (3, 0, 0, 0)
    assert bound.taken.count() == 4
    assert PageVersion.objects.count() == 3
    assert ShortDigits.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "language", "label", "begins"),
    [
        ("PN587.pdf", "", "", "pn587"),
        ("ＰＮ587_说明书_V2.1_EN.pdf", "en", "V2.1", "pn587"),
        ("PN-587 (2026-03).PDF", "", "2026-03", "pn-587"),
    ],
)
def test_a_file_name_says_whose_it_is(name, language, label, begins):
    told = read_name(name)
    assert (told.language, told.label) == (language, label)
    assert begins in told.beginnings


def test_the_longest_number_is_meant_and_a_models_manual_is_that_of_all_its_articles():
    names = ["PN587.pdf", "PN587-A.pdf", "PF5_en.pdf", "x.pdf"]
    models = {"PF5": ["R1", "R2"], "PN587": ["other"]}
    found = assigned(names, item_numbers=["PN587", "PN587-A", "R1", "R2"], models=models)
    assert found == {
        "PN587": ["PN587.pdf"], "PN587-A": ["PN587-A.pdf"], "R1": ["PF5_en.pdf"],
        "R2": ["PF5_en.pdf"],
    }  # fmt: skip


def test_names_from_a_chinese_windows_are_read_and_no_path_is_followed(specialist):
    name = "说明书.pdf".encode("gb18030")
    body = zipped(**{"../../../evil.pdf": pdf("evil"), "abcdef.pdf": pdf("manual")})
    body = body.replace(b"abcdef.pdf", name)  # as many bytes, and no mark of UTF-8
    bound = imported(specialist, files=body)
    assert set(bound.taken.values_list("name", "rule")) == {("evil.pdf", ""), ("说明书.pdf", "")}
    for above in rows.path_of("imports").parents[:3]:
        assert not (above / "evil.pdf").exists()


def bomb():
    """Twelve million zeros in 12 kB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", b"\0" * 12_000_000)
    return buffer.getvalue()


def encrypted():
    body = bytearray(zipped(**{"a.pdf": b"x"}))
    central = body.index(b"PK\x01\x02")
    struct.pack_into("<H", body, 6, 1)
    struct.pack_into("<H", body, central + 8, 1)
    return bytes(body)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: b"no zip", "not_a_zip"),
        (encrypted, "encrypted"),
        (bomb, "grows_too_large"),
    ],
)
def test_an_archive_that_cannot_be_unpacked_within_reason_is_refused_at_once(
    specialist, make, rule, monkeypatch
):
    monkeypatch.setattr("hefu.apps.catalog.page_lists.archive.GROWTH_ALLOWED", 1_000_000)
    with pytest.raises(Invalid) as refused:
        started(specialist, files=make())
    assert (refused.value.details["field"], refused.value.details["rule"]) == ("archive", rule)
    assert not Job.objects.exists()
    assert not list(rows.path_of("page-imports").glob("*/*"))


def test_a_damaged_or_repeated_file_is_told_by_its_name(specialist):
    body = zipped(**{"a/PN587.pdf": pdf("1"), "b/PN587.pdf": pdf("2"), "PN588.pdf": pdf("three")})
    at = body.rindex(pdf("three")[:20])
    body = body[: at + 200] + bytes([body[at + 200] ^ 255]) + body[at + 201 :]
    text = "货号,型号,品名\nPN587,M1,锅\nPN588,M2,壶\n"
    bound = imported(specialist, text, files=body)
    assert dict(bound.taken.values_list("name", "rule")) == {
        "PN587.pdf": "name_twice", "PN588.pdf": "damaged",
    }  # fmt: skip
    assert counts(bound)[3] == 2


def test_old_archives_of_dead_uploads_are_removed(specialist):
    bound = started(specialist, files=zipped(**MANUALS))
    waiting = rows.path_of(bound.files_path)
    left = waiting.with_name("left")
    left.write_bytes(b"x")
    for path in (waiting, left):
        os.utime(path, (NOW.timestamp() - 200_000,) * 2)
    assert page_imports.forget_archives(NOW) == 1
    assert waiting.exists()
    assert not left.exists()


def test_what_is_in_an_archive_is_listed_without_unpacking(tmp_path):
    path = tmp_path / "m.zip"
    path.write_bytes(zipped(**MANUALS))
    with zipfile.ZipFile(path) as archive:
        assert [one.name for one in members(archive)] == [
            "PN587_V2.1.pdf", "gifts.pdf", "PFFN5007-en.pdf", "nobody.pdf",
        ]  # fmt: skip
