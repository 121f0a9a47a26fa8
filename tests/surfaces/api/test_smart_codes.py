"""R098 to R101 over REST: digits for models, their symbols, print files."""

import io

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from hefu.apps.audit.worker import work_off
from hefu.apps.catalog.models import Product, SymbolRun
from hefu.core.codes.short_codes import is_own
from tests.factories import a_brand
from tests.surfaces.api.conftest import Caller, a_key

MODEL = {"item_no": "PN587", "model": "PFFN5005", "name": "智能电饭煲", "gtin": "06901234567892"}


def read(data):
    return [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(data)))]


def test_a_model_gets_digits_a_symbol_and_a_print_file(api):
    api.post("products", MODEL)
    assert api.get("smart-codes/model?item_no=PN587")["digits"] == ""
    api.get("smart-codes/symbol?item_no=PN587&format=png")
    assert api.last.status_code == 404
    run = {"item_nos": ["PN587"], "form": "sheet", "carrier": "manual"}
    api.post("smart-codes/files", run)
    api.refused(409, "catalog.no_digits")

    assert api.post("smart-codes/digits", {"item_nos": ["PN587"]}) == {"given": 1}
    assert api.post("smart-codes/digits", {"item_nos": ["PN587"]}) == {"given": 0}
    told = api.get("smart-codes/model?item_no=PN587")
    assert is_own(told["digits"])
    assert told["link"].endswith(f"/{told['digits']}/")
    assert told["digital_link"].endswith("/01/06901234567892")
    for payload, text in (("smart", told["link"]), ("gs1", told["digital_link"])):
        answer = api.client.get(
            f"/api/v1/smart-codes/symbol?item_no=PN587&format=png&level=H&payload={payload}",
            headers={"Authorization": f"Bearer {api.secret}"},
        )  # fmt: skip
        assert answer["Content-Type"] == "image/png"
        assert read(answer.content) == [text]

    begun = api.post("smart-codes/files", run)
    assert (begun["state"], begun["models"]) == ("queued", 1)
    work_off(clock=timezone.now)
    done = api.get(f"smart-codes/files/{begun['id']}")
    assert (done["state"], done["file_name"]) == ("done", "qr-manual-PN587.pdf")
    answer = api.client.get(
        f"/api/v1/smart-codes/files/{begun['id']}/file",
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    body = b"".join(answer.streaming_content)
    assert (len(body), answer["X-Content-SHA256"]) == (done["size"], done["sha256"])


def test_R101_digits_are_text_over_rest_too(api):
    api.post("products", {**MODEL, "short_code": "0218123456"})
    assert api.get("smart-codes/resolve?digits=０218%20123%20456")["item_no"] == "PN587"
    api.get("smart-codes/resolve?digits=218123456")
    assert api.refused(404, "not_found")["details"]["known"] == "0218123456"
    api.post("products", {**MODEL, "short_code": "218123456"})
    assert api.refused(422, "invalid")["details"]["rule"] == "zero_lost"
    api.post("products", {**MODEL, "item_no": "PN588", "gtin": "", "short_code": "218123456"})
    api.refused(409, "catalog.digits_taken")
    assert Product.objects.filter(item_no="PN587").get().short_code == "0218123456"


def test_another_brands_models_do_not_exist(api):
    api.post("products", {**MODEL, "short_code": "0218123456"})
    api.post("smart-codes/files", {"item_nos": ["PN587"], "form": "svg"})
    run = SymbolRun.objects.get()
    other = Caller(secret=a_key(a_brand())[1])
    for path in ("model?item_no=PN587", "resolve?digits=0218123456", f"files/{run.pk}",
                 "symbol?item_no=PN587", f"files/{run.pk}/file"):  # fmt: skip
        other.get(f"smart-codes/{path}")
        other.refused(404, "not_found")
    other.post("smart-codes/digits", {"item_nos": ["PN587"]})
    other.refused(404, "not_found")


@pytest.mark.parametrize("wrong", ["level=X", "size_mm=1000", "format=gif", "dpi=1"])
def test_wishes_that_cannot_be_are_refused(api, wrong):
    api.post("products", {**MODEL, "short_code": "0218123456"})
    api.get(f"smart-codes/symbol?item_no=PN587&{wrong}")
    assert api.last.status_code == 422
