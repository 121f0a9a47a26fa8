"""A list of models and their manuals on the desk: brought, watched, submitted, agreed to."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hefu.apps.catalog.models import PageImport, PageVersion, Product, SymbolRun
from hefu.apps.catalog.page_values import Extension
from hefu.apps.catalog.services.pages_lists import extend_draft
from hefu.core.pages import PageText
from hefu.core.permissions import Role
from tests.apps.catalog.test_page_imports import HEAD, MANUALS, ROWS, content, zipped
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand("povos")


@pytest.fixture
def desk(brand):
    return signed_in(an_actor(brand, Role.PRODUCT_SPECIALIST))


def sent(desk, text=HEAD + ROWS, **files):
    about = {"file": SimpleUploadedFile("models.csv", text.encode()), "digits": "on", **files}
    return desk.post(url("page_import_new"), about)


def a_zip(**files):
    return SimpleUploadedFile("manuals.zip", zipped(**(files or MANUALS)))


def test_from_the_list_to_public_pages_and_print_files(brand, desk):
    assert "Give digits to models that have none" in text_of(desk.get(url("page_import_new")))
    answer = sent(desk, archive=a_zip())
    waiting = desk.get(answer.url, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    run_jobs()

    page = text_of(desk.get(answer.url))
    assert "Every row was taken" in page
    assert "Manuals sent 4 Digits given 2" in page
    assert "3 pages are drafts" in page
    assert "nobody.pdf" in page
    pk = PageImport.objects.get().pk
    assert "3 pages were submitted" in text_of(
        desk.post(url("page_import_submit", pk), follow=True)
    )

    approver = signed_in(an_actor(brand, Role.APPROVER))
    listed = text_of(approver.get(url("pages"), {"state": "submitted"}))
    assert "3 pages of the list models.csv wait" in listed
    shown = approver.get(url("page_import_agree", pk))
    assert "智能电饭煲" in text_of(shown)
    seen = re.search(r'name="seen" value="([^"]+)"', shown.content.decode())[1]
    assert len(seen.split()) == 3
    unseen = approver.post(url("page_import_agree", pk), {"seen": seen})
    assert "Please look at the pages first" in text_of(unseen)
    done = approver.post(url("page_import_agree", pk), {"seen": seen, "looked": "on"}, follow=True)
    assert "3 pages were approved" in text_of(done)
    assert PageVersion.objects.filter(state="published").count() == 3

    wish = desk.get(url("smart_codes"), {"import": pk})
    assert "PN587\nPN588\nPN589</textarea>" in wish.content.decode()
    about = {"what": "manual", "level": "M", "copies": "1"}
    numbers = "PN587\nPN588\nPN589"
    made = desk.post(url("smart_codes"), {"which": "items", "items": numbers, **about})
    assert made.status_code == 302
    run_jobs()
    assert SymbolRun.objects.get().sha256


def test_what_changed_after_the_approver_looked_is_left_out(brand, desk):
    specialist = an_actor(brand, Role.PRODUCT_SPECIALIST)
    sent(desk, "货号,型号,品名\nPN1,M1,锅\nPN2,M2,壶\n")
    run_jobs()
    pk = PageImport.objects.get().pk
    desk.post(url("page_import_submit", pk))
    approver = signed_in(an_actor(brand, Role.APPROVER))
    shown = approver.get(url("page_import_agree", pk)).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', shown)[1]
    version = PageVersion.objects.get(page__product__item_no="PN2")
    desk.post(url("page_withdraw", version.page_id))
    _changed(specialist, version.page.product)
    desk.post(url("page_submit", version.page_id))

    done = approver.post(url("page_import_agree", pk), {"seen": seen, "looked": "on"}, follow=True)

    assert "1 page was approved" in text_of(done)
    assert "changed since or written by you: PN2" in text_of(done)
    own = signed_in(specialist)
    assert own.get(url("page_import_agree", pk)).status_code == 403
    states = dict(PageVersion.objects.values_list("page__product__item_no", "state"))
    assert states == {"PN1": "published", "PN2": "submitted"}


def _changed(actor, product):
    text = PageText(title="another title")
    extend_draft(actor, product=product, extension=Extension(texts={"zh": text}), now=NOW)


def test_a_folder_is_taken_like_a_zip(desk):
    folder = [
        SimpleUploadedFile("PN587_V2.1.pdf", MANUALS["手册/PN587_V2.1.pdf"]),
        SimpleUploadedFile("gifts.pdf", MANUALS["gifts.pdf"]),
    ]
    answer = sent(desk, folder=folder)
    run_jobs()
    assert "Manuals sent 2" in text_of(desk.get(answer.url))
    assert content("PN587").manuals[0].label == "V2.1"


def test_slips_are_told_beside_their_field_and_rows_handed_out(desk):
    answer = sent(desk, archive=SimpleUploadedFile("m.zip", b"no zip"))
    assert answer.status_code == 422
    assert "Is no zip that can be read" in text_of(answer)
    assert sent(desk, "货号,品名\n1,2\n").status_code == 422
    assert desk.post(url("page_import_new"), {}).status_code == 422
    assert not PageImport.objects.exists()

    answer = sent(desk, HEAD + ROWS)  # without the zip: one row names a file
    run_jobs()
    page = text_of(desk.get(answer.url))
    assert "1 row was not taken" in page
    assert "Names a file that was not sent" in page
    pk = PageImport.objects.get().pk
    file = desk.get(url("page_import_errors", pk)).getvalue().decode("utf-8-sig")
    assert "file_not_sent gifts.pdf" in file
    assert Product.objects.count() == 2
    for kind in ("xlsx", "csv"):
        assert desk.get(url("page_import_template", kind)).status_code == 200


def test_an_import_is_its_brands_alone(brand, desk):
    sent(desk)
    pk = PageImport.objects.get().pk
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert stranger.get(url("page_import", pk)).status_code == 404
    assert stranger.post(url("page_import_submit", pk)).status_code == 404
    assert stranger.get(url("page_import_agree", pk)).status_code == 404
    assert stranger.get(url("page_import_errors", pk)).status_code == 404
    analyst = signed_in(an_actor(brand, Role.ANALYST))
    assert analyst.get(url("page_import_new")).status_code == 403
    assert analyst.get(url("page_import", pk)).status_code == 200
