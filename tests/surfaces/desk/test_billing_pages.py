"""The brand's account on the desk, its invoices on paper and as workbooks, the operator's hand."""

import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from hefu.apps.billing.models import Invoice, Meter
from hefu.apps.billing.services.contracts import sell_block
from hefu.core.permissions import Role
from hefu.surfaces.cli.main import main
from tests.apps.billing.rows import a_contract, at, live_until, told
from tests.apps.identity.issue.rows import House
from tests.factories import NOW, a_person, operator
from tests.surfaces.api.conftest import a_key

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 3)


@pytest.fixture
def house():
    return House()


@pytest.fixture
def billed(house):
    """A million codes, three that no block covers, and the block, invoiced in December.

    ``echo "scale=4; 20018.06*6/106" | bc`` says 1133.0977 are tax.
    """
    contract = a_contract(house.brand)
    sell_block(
        operator(house.brand), contract=contract, key="B-1", codes=1000, years=1, amount=1800,
        expires_on=date(2027, 12, 31), now=NOW,
    )  # fmt: skip
    house.issued("PO-3", quantity=1003, batch="02")
    told()
    house.issued("0042", quantity=1_000_000)
    live_until(DECEMBER)
    with time_machine.travel(at(DECEMBER), tick=False):
        yield Invoice.objects.get()


def signed_in(house, role=Role.BRAND_ADMIN, language="en"):
    client = Client(headers={"Accept-Language": language})
    client.force_login(a_person(house.brand, role))
    return client


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_account_tells_contract_use_forecast_rest_and_what_is_to_be_paid(house, billed):
    admin = signed_in(house)
    page = text_of(admin.get(reverse("desk:billing")))
    assert "0.02 CNY" in page
    assert "¥20,000.06" in page  # the year: 20,000.00 and 0.06, without the block itself
    assert "¥20,018.06" in page  # to be paid: with the block
    assert billed.number in page
    for name in ("invoices", "billing_use", "billing_blocks"):
        assert admin.get(reverse(f"desk:{name}")).status_code == 200
    use = admin.get(reverse("desk:billing_use"), {"month": "2026-11", "export": "csv"})
    lines = b"".join(use.streaming_content).decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"0042", "PO-3"}
    assert "Nothing here" in text_of(admin.get(reverse("desk:billing_use"), {"month": "2026-10"}))
    for role in (Role.ANALYST, Role.PRODUCT_SPECIALIST, Role.APPROVER):
        assert signed_in(house, role).get(reverse("desk:billing")).status_code == 403
    assert signed_in(house, Role.AUDITOR).get(reverse("desk:billing")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_R137_R104_page_paper_and_workbook_say_the_same_to_the_cent(house, billed, language):
    admin = signed_in(house, language=language)
    page = text_of(admin.get(reverse("desk:invoice", args=[billed.number])))
    pdf = admin.get(reverse("desk:invoice_paper", args=[billed.number]))
    xlsx = admin.get(reverse("desk:invoice_workbook", args=[billed.number]))
    assert pdf["Content-Disposition"] == f'attachment; filename="{billed.number}.pdf"'

    paper = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.content)).pages)
    sheet = load_workbook(io.BytesIO(xlsx.content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2))
    lines, totals = rows[:-3], rows[-3:]
    amounts = [row[8].value for row in lines]

    assert amounts == [20000.0, 0.0, 0.06, 18.0, 0.0]
    assert [row[2].value for row in lines] == ["0042", "PO-3", "PO-3", None, None]
    assert {row[8].number_format for row in rows} == {"#,##0.00"}
    assert {row[2].data_type for row in lines[:3]} == {"s"}
    assert [row[8].value for row in totals] == [18884.96, 1133.1, 20018.06]
    assert sum(Decimal(str(a)) for a in amounts) == Decimal("20018.06")
    for amount in ("20,000.00", "0.06", "18.00", "18,884.96", "1,133.10", "20,018.06", "0.02"):
        assert amount in paper, amount
        assert amount in page, amount
    assert billed.sha256 in paper
    smart = lines[-1]
    assert (smart[5].value, smart[7].value, smart[8].value) == (1, 0, 0)
    again = admin.get(reverse("desk:invoice_paper", args=[billed.number]))
    assert again.content == pdf.content


def test_an_altered_invoice_is_not_handed_out(house, billed):
    Invoice.objects.update(content={**billed.content, "gross": 1})
    admin = signed_in(house)
    for name in ("invoice", "invoice_paper", "invoice_workbook"):
        page = admin.get(reverse(f"desk:{name}", args=[billed.number]))
        assert page.status_code == 409
        assert "not what was issued" in text_of(page)


def test_the_cost_stands_there_before_anybody_orders_or_approves(house, billed):
    specialist, approver = (
        signed_in(house, Role.PRODUCT_SPECIALIST),
        signed_in(house, Role.APPROVER),
    )
    steps = {
        "product": house.product.pk, "number": "PO-NEW", "produced_on": "2026-12-01",
        "batch": "09", "quantity": "1000000", "step": "4",
    }  # fmt: skip
    page = text_of(specialist.get(reverse("desk:order_new"), steps))
    assert "What it will cost" in page
    assert "¥20,000.00" in page
    house.order("PO-W", quantity=50_000, batch="08", now=at(DECEMBER))
    waiting = approver.get(reverse("desk:approvals")).content.decode()
    address = re.search(r'href="(/desk/approvals/\d+/)"', waiting)[1]
    assert "¥1,000.00" in text_of(approver.get(address))


def test_the_grace_is_warned_of_and_its_end_refuses_with_the_remedy(house, billed):
    steps = {
        "product": house.product.pk, "number": "PO-NEW", "produced_on": "2026-12-01",
        "batch": "09", "quantity": "10", "step": "4",
    }  # fmt: skip
    with time_machine.travel(at(date(2027, 11, 5)), tick=False):
        specialist, admin = signed_in(house, Role.PRODUCT_SPECIALIST), signed_in(house)
        assert "still issued until 2027-12-30" in text_of(
            specialist.get(reverse("desk:order_new"), steps)
        )
        assert "still issued until 2027-12-30" in text_of(admin.get(reverse("desk:billing")))
    with time_machine.travel(at(date(2028, 1, 5)), tick=False):
        specialist = signed_in(house, Role.PRODUCT_SPECIALIST)
        page = specialist.post(reverse("desk:order_new"), steps)
        assert page.status_code == 422
        assert "no new codes are issued" in text_of(page)


def test_the_admin_ends_codes_and_takes_it_back(house, billed):
    admin, specialist = signed_in(house), signed_in(house, Role.PRODUCT_SPECIALIST)
    meter = Meter.objects.get(codes=1_000_000)
    order, deed = (reverse(f"desk:{n}", args=[meter.order_id]) for n in ("order", "billing_codes"))
    assert "End these codes" in text_of(admin.get(order))
    assert "What it costs" not in text_of(specialist.get(order))
    assert specialist.post(deed).status_code == 403
    assert "answered as before" in text_of(admin.post(deed, follow=True))
    meter.refresh_from_db()
    assert meter.ended_on == DECEMBER
    admin.post(deed, {"deed": "continue"})
    meter.refresh_from_db()
    assert (meter.ended_on, meter.next_on) == (None, date(2027, 11, 22))


def test_over_rest_the_brand_reads_account_cost_charges_and_invoices(house, billed):
    client = Client(headers={"Authorization": f"Bearer {a_key(house.brand)[1]}"})
    account = client.get("/api/v1/billing").json()
    assert (account["standing"], account["contract"]["price"]) == ("active", "0.02")
    assert (account["year_amount"], account["issuing_until"]) == (2_000_006, "2027-12-30")
    cost = client.get("/api/v1/billing/cost", {"codes": 1_000_000}).json()
    assert (cost["amount"], cost["refused"]) == (2_000_000, False)
    charges = client.get("/api/v1/billing/charges", {"limit": 1}).json()
    assert [(c["order"], c["amount"]) for c in charges["items"]] == [("0042", 2_000_000)]
    (listed,) = client.get("/api/v1/billing/invoices").json()["items"]
    one = client.get(f"/api/v1/billing/invoices/{listed['number']}").json()
    assert one["content"]["gross"] == one["gross"] == 2_001_806
    assert client.get("/api/v1/billing/invoices/HF-999999").status_code == 404


def test_the_operator_makes_contracts_prints_credits_and_marks_payments(
    house, billed, capsys, tmp_path
):
    def hefu(*words):
        status = main(["billing", *words, "--json"])
        return status, json.loads(capsys.readouterr().out)

    brand = ("--brand", house.brand.slug)
    status, made = hefu("contract", *brand, "--from", "2027-11-01", "--until", "2028-10-31",
                        "--price", "0.0175", "--buyer", "奔腾")  # fmt: skip
    assert (status, made["contract"], made["price"]) == (0, "HF-C00002", "0.0175")
    status, told_ = hefu("contract", *brand, "--from", "2028-10-31", "--until", "2029-10-31")
    assert (status, told_["error"]) == (1, "billing.contract_overlaps")
    assert hefu("contract", *brand, "--from", "x", "--until", "2029-10-31")[0] == 1
    _, block = hefu("block", *brand, "--contract", made["contract"], "--key", "B-2", "--codes",
                    "100", "--years", "3", "--amount", "5.00", "--until", "2030-12-31")  # fmt: skip
    assert (block["code_years"], block["amount"]) == (300, "5.00")
    file = tmp_path / "i.pdf"
    assert hefu("print", *brand, billed.number, "--output", str(file))[0] == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert hefu("print", *brand, billed.number, "--output", str(file))[0] == 1
    _, credit = hefu("credit", *brand, billed.number, "--line", "3", "--reason", "too many")
    assert credit["gross"] == "-0.06"
    assert hefu("paid", *brand, billed.number, "--payment", "BOC 7")[1]["paid"] == "BOC 7"
    assert len(hefu("invoices", *brand)[1]["invoices"]) == 2
    status, ended = hefu("end", *brand, made["contract"], "--until", "2028-01-31")
    assert (status, ended["until"]) == (0, "2028-01-31")
    assert hefu("operator", "--name", "合符")[1]["operator"] == "合符"


def test_a_brand_without_a_contract_is_told_so_and_orders_as_ever(house):
    with time_machine.travel(NOW + timedelta(hours=1)):
        assert "No contract yet" in text_of(signed_in(house).get(reverse("desk:billing")))
        for name in ("invoices", "billing_use", "billing_blocks"):
            assert signed_in(house).get(reverse(f"desk:{name}")).status_code == 200
        assert house.issued(quantity=5).state == "issued"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 9, 1), ""), (date(2027, 11, 10), "No other follows yet"),
        (date(2027, 11, 25), "It is over"), (date(2028, 6, 1), "No new codes are issued since"),
    ],
)  # fmt: skip
def test_a_contract_that_nears_its_end_is_a_tile_on_today(house, day, said):
    a_contract(house.brand, until_on=date(2027, 11, 21), grace_days=30)
    with time_machine.travel(at(day), tick=False):
        told = text_of(signed_in(house).get(reverse("desk:home")))
        other = text_of(signed_in(house, Role.PRODUCT_SPECIALIST).get(reverse("desk:home")))
    assert ("Contract ends" in told) is bool(said)
    assert said in told
    assert "Contract ends" not in other
