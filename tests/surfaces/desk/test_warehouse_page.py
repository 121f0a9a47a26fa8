"""The warehouse page: a reader's file goes in, what became of it stands below."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hefu.apps.epcis.models import Outbound
from hefu.apps.epcis.services import warehouse
from hefu.core.permissions import Role
from tests.apps.epcis.documents import work
from tests.apps.epcis.test_warehouse import sscc
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return Goods()


def signed_in(brand, role, organisation=None) -> Client:
    client = Client()
    client.force_login(a_person(brand, role, organisation))
    return client


def file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("出库.txt", text.encode("gb18030"))


def test_a_file_is_sent_and_its_refused_lines_come_back(goods):
    dealer = a_partner(goods.brand)
    warehouse.put_in(goods.manager, sscc=sscc(1), serials=[goods.serials(0, 12)], now=NOW)
    clerk = signed_in(goods.brand, Role.PRODUCT_SPECIALIST)
    sent = clerk.post(
        "/desk/warehouse/",
        {"file": file(f"CK-1,{dealer.code},{sscc(1)}\nCK-1,nobody,{sscc(1)}\n")},
    )
    assert sent.status_code == 302
    work()
    page = clerk.get("/desk/warehouse/")
    assert "出库.txt" in page.content.decode()
    row = Outbound.objects.get()
    assert (row.shipped, row.units, row.refused) == (1, 12, 1)
    address = f"/desk/warehouse/refused.csv?file={row.pk}"
    assert address in page.content.decode()
    lines = b"".join(clerk.get(address).streaming_content).decode("utf-8-sig")
    assert "no_such_partner" in lines
    assert clerk.get("/desk/warehouse/?export=csv").status_code == 200

    stranger = signed_in(a_brand(), Role.BRAND_ADMIN)
    assert stranger.get(address).status_code == 404
    assert "出库.txt" not in stranger.get("/desk/warehouse/").content.decode()


@pytest.mark.parametrize("files", [{}, {"file": SimpleUploadedFile("a.csv", b"a,b\n")}])
def test_what_cannot_be_read_is_said_at_the_form(goods, files):
    clerk = signed_in(goods.brand, Role.PRODUCT_SPECIALIST)
    answer = clerk.post("/desk/warehouse/", files)

    assert answer.status_code == 422
    assert not Outbound.objects.exists()


def test_others_do_not_open_the_page(goods):
    for client in (
        signed_in(goods.brand, Role.ANALYST),
        signed_in(goods.brand, Role.DISTRIBUTOR, a_partner(goods.brand)),
    ):
        assert client.get("/desk/warehouse/").status_code == 403
