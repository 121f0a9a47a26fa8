"""Marketplaces' lists on the desk: sent, taken in, and the refused rows handed out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.orders.models import Order
from hefu.core.permissions import Role
from tests.factories import a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db
LIST = (
    "订单号,商品名称,订购数量,京东价,订单状态,下单时间\n"
    "00123,锅,1,9.90,完成,2026-11-01 10:00:00\n"
    "124,锅,x,9.90,完成,2026-11-01 10:00:00\n"
)


def work():
    while job := jobs.claim("w", now=timezone.now()):
        jobs.run(job, worker="w", clock=timezone.now)


def send(browser, content, name="jd.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(reverse("desk:sales_import"), {"file": file})


def test_a_list_is_taken_in_and_the_refused_row_handed_out():
    brand = a_brand()
    manager = signed_in(an_actor(brand, Role.SALES_MANAGER))

    assert send(manager, LIST.encode("gb18030")).status_code == 302
    assert "every 2s" in manager.get(reverse("desk:sales_import")).content.decode()
    work()

    assert Order.objects.get().number == "00123"
    page = manager.get(reverse("desk:sales_import"))
    row = page.context["table"].rows[0].record
    assert (row.created, row.refused) == (1, 1)
    refused = manager.get(reverse("desk:sales_refused", args=[row.pk]))
    assert "124" in b"".join(refused.streaming_content).decode()
    assert "锅" in text_of(manager.get(reverse("desk:sales_unmatched")))


def test_no_list_we_know_is_said_at_the_file():
    manager = signed_in(an_actor(a_brand(), Role.SALES_MANAGER))

    page = send(manager, b"a,b\n1,2\n")

    assert page.status_code == 422
    assert page.context["form"].errors
