"""Products on the desk: imported, found by any of their names, created, changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hefu.apps.catalog.models import Import, Product
from tests.apps.identity.issue.rows import a_product
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, text_of, url

pytestmark = pytest.mark.django_db

R097 = "货号,型号,品名\nPN587,PFFN5005,POVOS奔腾智能电饭煲PN587\n"


@pytest.mark.parametrize("words", ["PN587", "pffn5005", "奔腾", "PFFN5005 电饭煲"])
def test_R097_the_row_is_imported_and_found_by_any_of_its_names(house, words):
    a_product(house.brand, item_no="OTHER", model="M", name="剃须刀", search="other m 剃须刀")
    client = signed_in(house.specialist)

    sent = client.post(url("import"), {"file": SimpleUploadedFile("a.csv", R097.encode("gb18030"))})
    run_jobs()

    assert "Every row was taken" in text_of(client.get(sent.url))
    page = text_of(client.get(url("products"), {"q": words}))
    assert "PN587 PFFN5005 POVOS奔腾智能电饭煲PN587" in page
    assert "OTHER" not in page


def test_an_import_shows_its_progress_then_the_rows_it_refused(house):
    client = signed_in(house.specialist)
    rows = "货号,型号,品名,条码\nA1,M1,one,123\nA2,,two,\nA3,M3,three,\n"

    sent = client.post(url("import"), {"file": SimpleUploadedFile("l.csv", rows.encode())})
    waiting = client.get(sent.url, headers={"HX-Request": "true"})
    run_jobs()
    done = client.get(sent.url, headers={"HX-Request": "true"})

    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert "hx-get" not in done.content.decode()
    page = text_of(done)
    assert "2 rows were not taken" in page
    assert "2 条码 Is no GTIN" in page
    assert "3 型号 Must be given" in page
    listing = Import.objects.get()
    file = client.get(url("import_errors", listing.pk)).getvalue().decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()[1:]] == ["2", "3"]


def test_a_file_that_is_no_list_is_refused_at_once(house):
    client = signed_in(house.specialist)

    answer = client.post(url("import"), {"file": SimpleUploadedFile("a.csv", b"name,price\nx,1\n")})
    none = client.post(url("import"), {})

    assert (answer.status_code, none.status_code) == (422, 422)
    assert "Is a column the list needs" in text_of(answer)
    assert "Choose a file first" in text_of(none)
    assert not Import.objects.exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_empty_list_can_be_imported_as_it_is(house, kind, language):
    client = signed_in(house.specialist)
    client.cookies["django_language"] = language

    given = client.get(url("import_template", kind)).content
    sent = client.post(url("import"), {"file": SimpleUploadedFile(f"products.{kind}", given)})
    run_jobs()

    assert sent.status_code == 302
    assert Product.objects.get(item_no="PN587").warranty_months == 12


def test_a_product_is_created_changed_and_never_doubled(house):
    client = signed_in(house.specialist)
    typed = {
        "item_no": "PN700",
        "model": "PM700",
        "name": "电磁炉",
        "kind": "unit",
        "warranty_months": "24",
    }

    made = client.post(url("product_new"), typed)
    doubled = client.post(url("product_new"), typed)
    product = Product.objects.get(item_no="PN700")
    wrong = client.post(url("product_edit", product.pk), {**typed, "gtin": "123"})
    changed = client.post(url("product_edit", product.pk), {**typed, "name": "电磁炉二代"})

    assert made.url == changed.url == url("product", product.pk)
    assert doubled.status_code == wrong.status_code == 422
    assert "Another product has this already" in text_of(doubled)
    assert "Is no GTIN" in text_of(wrong)
    product.refresh_from_db()
    assert (product.name, product.warranty_months, product.gtin) == ("电磁炉二代", 24, "")
