"""R098 to R101 on the desk: digits for models, their symbols, print files, files for apps."""

import io

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from PIL import Image

from hefu.apps.catalog import smart
from hefu.apps.catalog.models import LinkProof, Product, ShortDigits, SymbolRun
from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.services import save_product
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor, operator
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, text_of, url

pytestmark = pytest.mark.django_db

PRINTED = "0218123456"


@pytest.fixture
def brand():
    return a_brand("povos")


@pytest.fixture
def desk(brand):
    return signed_in(an_actor(brand, Role.PRODUCT_SPECIALIST))


def a_model(brand, item_no="PN587", **about):
    row = ProductRow(item_no=item_no, model="PFFN5005", name="奔腾智能电饭煲", **about)
    return save_product(operator(brand), row=row, now=NOW)[0]


def read(data):
    return [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(data)))]


def test_a_models_page_gives_digits_and_its_symbol_as_a_file(brand, desk):
    model = a_model(brand, gtin="06901234567892")
    assert "Without digits a model has no smart code" in text_of(desk.get(url("product", model.pk)))
    assert desk.get(url("symbol", model.pk), {"format": "png"}).status_code == 404

    answer = desk.post(url("give_digits"), {"product": model.pk}, follow=True)

    model.refresh_from_db()
    digits = model.short_code
    assert f"{digits[:3]} {digits[3:6]} {digits[6:]}" in text_of(answer)
    assert smart.link_of(model) in answer.content.decode()
    wish = {"format": "png", "level": "H", "size": "20"}
    png = desk.get(url("symbol", model.pk), wish)
    assert png["Content-Disposition"] == 'attachment; filename="PN587.png"'
    assert read(png.content) == [smart.link_of(model)]
    gs1 = desk.get(url("symbol", model.pk), {**wish, "payload": "gs1"})
    assert read(gs1.content) == ["http://localhost:8000/01/06901234567892"]
    for wrong in ({"format": "gif"}, {"size": "1000"}, {"level": "X"}, {"payload": "x"}):
        assert desk.get(url("symbol", model.pk), {**wish, **wrong}).status_code == 404
    for kind in ("svg", "pdf", "eps"):
        assert desk.get(url("symbol", model.pk), {**wish, "format": kind}).status_code == 200


def test_R101_the_products_list_makes_the_round_trip_through_excel_with_its_zero(brand, desk):
    a_model(brand, short_code=PRINTED)
    a_model(brand, "PN588")
    exported = b"".join(desk.get(url("products"), {"export": "xlsx"}).streaming_content)
    sheet = load_workbook(io.BytesIO(exported)).active
    column = [cell.value for cell in sheet[1]].index("Short digits")
    cell = sheet.cell(row=2, column=column + 1)
    assert (cell.value, cell.data_type, cell.number_format) == (PRINTED, "s", "@")

    for kind, language in (("xlsx", "en"), ("csv", "en"), ("xlsx", "zh-hans"), ("csv", "zh-hans")):
        file = desk.get(url("products"), {"export": kind}, headers={"Accept-Language": language})
        body = b"".join(file.streaming_content)
        Product.objects.filter(item_no="PN587").update(name="another")
        sent = desk.post(url("import"), {"file": SimpleUploadedFile(f"a.{kind}", body)})
        run_jobs()
        page = text_of(desk.get(sent.url))
        assert "Every row was taken" in page, page
        assert "Changed 1 Unchanged 1" in page, page
    rows = dict(Product.objects.values_list("item_no", "short_code"))
    assert rows == {"PN587": PRINTED, "PN588": ""}
    assert list(ShortDigits.objects.values_list("digits", flat=True)) == [PRINTED]


def test_R101_an_import_whose_zero_was_lost_is_refused_by_row(brand, desk):
    a_model(brand, short_code=PRINTED)
    rows = "货号,型号,品名,短码\nPN587,P,锅,218123456\nPN588,P,锅,０218 123 457\n"
    sent = desk.post(url("import"), {"file": SimpleUploadedFile("a.csv", rows.encode())})
    run_jobs()
    page = text_of(desk.get(sent.url))
    assert "Lost a zero in front; a spreadsheet does that when the column is no text" in page
    assert dict(Product.objects.values_list("item_no", "short_code")) == {
        "PN587": PRINTED, "PN588": "0218123457",
    }  # fmt: skip
    taken = {"item_no": "PN589", "model": "M", "name": "N", "kind": "unit",
             "short_code": "218123457", "warranty_months": "12"}  # fmt: skip
    answer = desk.post(url("product_new"), taken)
    assert answer.status_code == 422
    assert "Another model has these digits" in text_of(answer)


def test_R099_print_files_are_ordered_watched_and_taken_away(brand, desk):
    models = [a_model(brand, f"PN{number}") for number in range(3)]
    page = text_of(desk.get(url("smart_codes")))
    assert "3 models have no digits yet" in page
    assert "3 models got their digits" in text_of(desk.post(url("give_digits"), follow=True))

    wish = {"which": "items", "items": "PN2\n\nPN0\nPN2", "what": "certificate", "level": "M",
            "copies": "2"}  # fmt: skip
    sent = desk.post(url("smart_codes"), wish)
    assert sent.url == url("smart_codes") + "#files"
    run = SymbolRun.objects.get()
    part = desk.get(url("symbol_run", run.pk), headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in part.content.decode()
    assert desk.get(url("symbol_file", run.pk)).status_code == 404
    run_jobs()
    assert "Download" in text_of(desk.get(url("smart_codes")))
    file = desk.get(url("symbol_file", run.pk))
    body = b"".join(file.streaming_content)
    assert body.startswith(b"%PDF")
    assert file["Content-Length"] == str(len(body))
    assert run.products == [models[2].pk, models[0].pk]

    unknown = desk.post(url("smart_codes"), {**wish, "items": "PN9"})
    assert unknown.status_code == 422
    assert desk.post(url("smart_codes"), {**wish, "copies": "0"}).status_code == 422
    everything = {"which": "all", "what": "svg", "level": "L", "copies": "1"}
    assert desk.post(url("smart_codes"), everything).status_code == 302
    assert SymbolRun.objects.latest("pk").products == [model.pk for model in models]


def test_a_verification_file_is_taken_in_shown_and_removed(brand, desk):
    file = SimpleUploadedFile("gfVBkLOTBd.txt", b"97d4b81a3b0ef1b3\n")
    page = text_of(desk.post(url("proof"), {"file": file}, follow=True))
    assert "gfVBkLOTBd.txt" in page
    assert "http://localhost:8000/m/povos/" in page
    for name, content in (("a.html", b"x"), ("a.txt", b"<script>"), ("b.txt", b"")):
        answer = desk.post(url("proof"), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
    found = LinkProof.objects.get()
    assert found.content == "97d4b81a3b0ef1b3"
    desk.post(url("proof_away", found.pk))
    assert not LinkProof.objects.exists()


def test_strangers_and_readers_change_nothing(brand, desk):
    model = a_model(brand, short_code=PRINTED)
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    reader = signed_in(an_actor(brand, Role.ANALYST))
    desk.post(url("smart_codes"), {"which": "all", "what": "svg", "level": "M", "copies": "1"})
    run = SymbolRun.objects.get()
    assert stranger.get(url("symbol", model.pk), {"format": "svg"}).status_code == 404
    assert stranger.post(url("give_digits"), {"product": model.pk}).status_code == 404
    assert stranger.get(url("symbol_file", run.pk)).status_code == 404
    assert reader.get(url("smart_codes")).status_code == 403
    assert reader.post(url("give_digits")).status_code == 403
    assert reader.get(
        url("symbol", model.pk), {"format": "svg", "level": "M", "size": "15"}
    ).content
