"""The desk's pages about codes: who may open them, and what every list can do."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from hefu.apps.accounts.models import Approval
from hefu.apps.audit.models import Entry
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.services import import_products
from hefu.apps.identity.models import Download, ProductionOrder
from hefu.apps.identity.services import orders as order_services
from hefu.apps.identity.services.exports import start_export
from hefu.apps.identity.services.templates import save_template
from hefu.core.permissions import PARTNER_ROLES, Role
from tests.apps.identity.issue.rows import a_product
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, somebody, text_of, url

pytestmark = pytest.mark.django_db


STAFF = {role for role in Role if role not in PARTNER_ROLES}
MAKERS = {Role.BRAND_ADMIN, Role.PRODUCT_SPECIALIST}
MAY = {
    "home": set(Role),
    "products": set(Role),
    "product_new": MAKERS,
    "import": MAKERS,
    "orders": (STAFF - {Role.SERVICE_AGENT}) | {Role.SUPPLIER},
    "order_new": MAKERS,
    "templates": MAKERS,
    "template_new": MAKERS,
    "approvals": {Role.BRAND_ADMIN, Role.APPROVER},
    "jobs": set(Role),
}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_its_own_pages_and_no_other(house, role):
    client = signed_in(somebody(house.brand, role))

    found = {name: client.get(url(name)).status_code for name in MAY}

    assert found == {name: 200 if role in roles else 403 for name, roles in MAY.items()}


def test_strangers_are_asked_who_they_are():
    answer = Client().get(url("orders"))

    assert (answer.status_code, answer.url) == (302, "/desk/sign-in/?next=%2Fdesk%2Forders%2F")


@pytest.fixture
def everything(house):
    """One of each thing that has a page of its own, as the addresses to it."""
    order = house.issued("PO-1", quantity=5, supplier=house.supplier_organisation)
    export = start_export(house.specialist, order=order, format="csv", now=NOW)
    template = save_template(
        house.specialist, name="old", now=NOW,
        data={"segments": [{"kind": "model", "width": 8}, {"kind": "seal", "chars": 6}]},
    )  # fmt: skip
    listing = import_products(
        house.specialist,
        file=io.BytesIO("货号,型号,品名\nA,,B\n".encode()),
        file_name="a.csv",
        now=NOW,
    )
    run_jobs()
    asked = Approval.objects.get()
    return {
        "read": [
            url("product", house.product.pk), url("order", order.pk), url("export", export.pk),
            url("approval", asked.pk), url("template", template.pk),
            url("import_result", listing.pk), url("import_errors", listing.pk),
            url("product_edit", house.product.pk), f"{url('template_new')}?from={template.pk}",
        ],
        "write": [
            url("order_export", order.pk), url("order_reconcile", order.pk),
            url("download", export.pk), url("template_retire", template.pk),
            url("approval", asked.pk), url("product_edit", house.product.pk),
        ],
    }  # fmt: skip


def test_what_is_anothers_does_not_exist(house, everything):
    rival = signed_in(an_actor(a_brand(name="rival"), Role.BRAND_ADMIN))
    before = Entry.objects.count()

    assert {path: rival.get(path).status_code for path in everything["read"]} == dict.fromkeys(
        everything["read"], 404
    )
    assert {path: rival.post(path).status_code for path in everything["write"]} == dict.fromkeys(
        everything["write"], 404
    )
    assert Entry.objects.count() == before


def test_a_supplier_sees_its_own_orders_only(house):
    own = house.issued("PO-OURS", quantity=5, supplier=house.supplier_organisation)
    other = house.issued("PO-THEIRS", quantity=5, batch="02")
    export = start_export(house.specialist, order=other, format="csv", now=NOW)
    client = signed_in(house.supplier)

    page = text_of(client.get(url("orders")))

    assert "PO-OURS" in page
    assert "PO-THEIRS" not in page
    assert client.get(url("order", own.pk)).status_code == 200
    assert client.get(url("order", other.pk)).status_code == 404
    assert client.post(url("order_export", other.pk), {"format": "csv"}).status_code == 404
    assert client.post(url("download", export.pk)).status_code == 404
    assert not Download.objects.exists()


def test_pages_hold_no_inline_script_or_style(house, everything):
    client = signed_in(house.admin)
    typed = f"product={house.product.pk}&number=A&produced_on=2026-01-01&batch=1&quantity=5"
    wizard = f"{url('order_new')}?step=4&{typed}"

    for path in [*everything["read"], *[url(name) for name in MAY], wizard]:
        page = client.get(path, follow=True)
        body = page.getvalue().decode() if page.streaming else page.content.decode()
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", body), (
            path
        )


def queries(client, path):
    client.get(path)  # the first one fills caches
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "name", ["home", "products", "import", "orders", "templates", "approvals", "jobs"]
)
def test_three_rows_cost_as_many_queries_as_one(house, name):
    def more(number):
        order = house.order(f"PO-{number}", product=a_product(house.brand), batch=f"{number}")
        order_services.approve_order(
            house.approver, now=NOW,
            order=house.order(f"PI-{number}", product=a_product(house.brand), batch=f"{number}"),
        )  # fmt: skip
        start_export(
            house.specialist, format="csv", now=NOW,
            order=ProductionOrder.objects.get(number=f"PI-{number}"),
        )  # fmt: skip
        save_template(
            house.specialist, name=f"t{number}", now=NOW,
            data={"segments": [{"kind": "model", "width": 8}, {"kind": "seal", "chars": 6}]},
        )  # fmt: skip
        Import.objects.create(
            brand=house.brand,
            kind="catalog.products",
            file_name="a",
            sha256="",
            path="",
            created_at=NOW,
        )
        return order

    client = signed_in(house.admin)
    more(1)
    one = queries(client, url(name))
    more(2)
    more(3)

    assert queries(client, url(name)) == one


def test_an_order_with_three_files_costs_as_many_queries_as_with_one(house):
    order = house.issued("PO-1", quantity=5)
    client = signed_in(house.specialist)
    start_export(house.specialist, order=order, format="csv", now=NOW)
    run_jobs()
    one = queries(client, url("order", order.pk))
    for format_ in ("txt", "zpl"):
        start_export(house.specialist, order=order, format=format_, now=NOW)
    run_jobs()

    assert queries(client, url("order", order.pk)) == one


def test_a_list_is_paged_sorted_and_exported_as_it_is_filtered(house):
    for number in range(30):
        item_no = f"X{number:02d}"
        a_product(house.brand, item_no=item_no, name="=1+1", gtin="", search=item_no.lower())
    client = signed_in(house.admin)

    first, last = (client.get(url("products"), {"sort": "-item_no", "page": p}) for p in (1, 2))
    book = client.get(url("products"), {"export": "xlsx", "q": "x0", "sort": "-item_no"})
    plain = client.get(url("products"), {"export": "csv", "q": "x0"})

    assert "X29" in text_of(first)
    assert "X00" not in text_of(first)
    assert "X00" in text_of(last)
    rows = list(load_workbook(io.BytesIO(book.getvalue())).active.values)
    assert [row[0] for row in rows[1:]] == [f"X{n:02d}" for n in range(9, -1, -1)]
    lines = list(csv.reader(io.StringIO(plain.getvalue().decode("utf-8-sig"))))
    assert len(lines) == 11
    assert lines[1][2] == "'=1+1"  # a spreadsheet must not reckon it


def test_empty_lists_teach(house):
    house.product.delete()
    client = signed_in(house.admin)

    assert "No products yet" in text_of(client.get(url("products")))
    assert "No production orders yet" in text_of(client.get(url("orders")))
    assert "Nothing waits for you" in text_of(client.get(url("approvals")))
    assert "Nothing fits this search" in text_of(client.get(url("products"), {"q": "zzz"}))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("products", {"q": "\0", "sort": "nothing", "page": "-1"}),
        ("orders", {"q": "'\0%", "state": "nothing", "page": "x"}),
        ("order_new", {"product": "9" * 5000, "step": "9", "q": "\0"}),
        ("template_new", {"from": "9" * 5000}),
        ("jobs", {"state": "nothing", "sort": "percent"}),
    ],
)
def test_nonsense_in_an_address_is_no_error(house, name, given):
    assert signed_in(house.admin).get(url(name), given).status_code == 200


def test_a_nonsense_design_is_no_error(house):
    typed = {"count": "9" * 5000, "s0-kind": "seal", "s0-chars": "0", "act": "up:" + "9" * 5000}

    answer = signed_in(house.admin).post(url("template_new"), typed)

    assert answer.status_code == 200
