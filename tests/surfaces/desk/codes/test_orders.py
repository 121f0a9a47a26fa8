"""Orders on the desk: the wizard, the files, the account, the second person."""

import re
from datetime import date
from hashlib import sha256

import pytest

from hefu.apps.accounts.models import Approval
from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import Download, Export, ProductionOrder
from hefu.apps.identity.services import orders as order_services
from hefu.apps.identity.services.exports import start_export
from hefu.apps.identity.services.templates import save_template
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.factories import NOW, an_actor
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, text_of, url

pytestmark = pytest.mark.django_db


def steps(house, **about):
    return {
        "product": house.product.pk, "number": "PO-9", "produced_on": "2026-11-22", "batch": "01",
        "quantity": "10,000", **about,
    }  # fmt: skip


def test_the_wizard_goes_from_product_to_order_and_back(house):
    channel = a_channel(house.brand)
    Product.objects.filter(pk=house.product.pk).update(search=house.product.item_no.lower())
    client = signed_in(house.specialist)

    offered = client.get(url("order_new"), {"q": house.product.item_no})
    link = re.search(r'class="card choice" href="([^"]+)"', offered.content.decode())[1]
    batch = client.get(url("order_new") + link.replace("&amp;", "&"))
    printing = client.get(url("order_new"), {"step": 3, **steps(house)})
    check = client.get(
        url("order_new"), {"step": 4, **steps(house, channel=channel.pk, inner="on")}
    )
    again = client.get(url("order_new"), {"step": 2, **steps(house)})

    assert 'name="quantity"' in batch.content.decode()
    assert 'name="channel"' in printing.content.decode()
    page = text_of(check)
    assert "Quantity 10,000" in page
    assert "Channel 京东" in page
    assert "Inner codes yes" in page
    assert "16 of 20 characters" in page
    assert 'value="PO-9"' in again.content.decode()
    assert not ProductionOrder.objects.exists()

    placed = client.post(
        url("order_new"), {"step": 4, **steps(house, channel=channel.pk, inner="on")}
    )

    order = ProductionOrder.objects.get()
    assert placed.url == url("order", order.pk)
    assert (order.quantity, order.channel, order.batch.inner, order.state) == (
        10_000,
        channel,
        True,
        "waiting",
    )
    assert order.batch.produced_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("about", "step", "said"),
    [
        ({"quantity": "0"}, 3, "greater than or equal to 1"),
        ({"quantity": ""}, 4, "This field is required"),
        ({"produced_on": "2026-02-30"}, 4, "Enter a valid date"),
        ({"channel": "999"}, 4, "Select a valid choice"),
    ],
)
def test_a_step_that_is_not_finished_is_shown_again(house, about, step, said):
    answer = signed_in(house.specialist).get(
        url("order_new"), {"step": step, **steps(house, **about)}
    )

    assert answer.status_code == 422
    assert said in text_of(answer)


@pytest.mark.parametrize("product", ["0", "x", "99999999999999999999"])
def test_an_unknown_product_begins_the_wizard_anew(house, product):
    answer = signed_in(house.specialist).get(
        url("order_new"), {"step": 4, **steps(house, product=product)}
    )

    assert 'class="card choice"' in answer.content.decode()


def test_a_refused_order_is_explained_and_the_same_again_changes_nothing(house):
    client = signed_in(house.specialist)
    first = client.post(url("order_new"), {"step": 4, **steps(house)})

    same = client.post(url("order_new"), {"step": 4, **steps(house)})
    other = client.post(url("order_new"), {"step": 4, **steps(house, quantity="7")})

    assert same.url == first.url
    assert other.status_code == 422
    assert "taken by an order with other content. (Quantity)" in text_of(other)
    assert ProductionOrder.objects.count() == 1


def test_R111_the_wizard_says_when_an_order_goes_beyond_the_plan(house):
    house.order("PO-1", quantity=100)
    answer = signed_in(house.specialist).get(
        url("order_new"), {"step": 4, **steps(house, produced_on="2012-12-20", quantity="20")}
    )

    assert "was planned for 100 and has 100 ordered. This order goes 20 beyond the plan" in text_of(
        answer
    )


def test_a_template_that_cannot_print_the_batch_is_refused_before_placing(house):
    template = save_template(
        house.specialist, name="short", now=NOW,
        data={"segments": [{"kind": "model", "width": 3}, {"kind": "seal", "chars": 6}]},
    )  # fmt: skip
    answer = signed_in(house.specialist).get(
        url("order_new"), {"step": 4, **steps(house, template=template.pk)}
    )

    assert "The template cannot work like this. (Model)" in text_of(answer)
    assert "Place the order" not in text_of(answer)


def test_R114_five_codes_stand_on_the_screen_and_in_the_file(house):
    order = house.issued("PO-5", quantity=5)
    client = signed_in(house.specialist)

    client.post(url("order_export", order.pk), {"format": "txt"})
    export = Export.objects.get()
    waiting = client.get(url("export", export.pk), headers={"HX-Request": "true"})
    early = client.post(url("download", export.pk))
    run_jobs()
    ready = client.get(url("export", export.pk), headers={"HX-Request": "true"})
    taken = client.post(url("download", export.pk))

    assert "hx-get" in waiting.content.decode()
    assert (early.status_code, "still being written" in text_of(early)) == (409, True)
    assert "hx-get" not in ready.content.decode()
    content = taken.getvalue()
    export.refresh_from_db()
    assert sha256(content).hexdigest() == export.sha256 == taken["X-Content-SHA256"]
    page = text_of(client.get(url("order", order.pk)))
    codes = [line.rpartition("/")[2] for line in content.decode().split()]
    assert len(codes) == 5
    assert all("-".join(re.findall("....", code)) in page for code in codes)
    assert export.sha256 in page
    assert "1 download" in page
    assert Download.objects.get().by in page


def test_large_orders_do_not_show_their_codes_and_viewers_get_no_files(house):
    large, small = house.issued(quantity=500), house.issued(quantity=5, batch="02")
    analyst = signed_in(an_actor(house.brand, Role.ANALYST))

    assert "The codes" not in text_of(signed_in(house.admin).get(url("order", large.pk)))
    page = text_of(analyst.get(url("order", small.pk)))
    assert "The codes" not in page
    assert "Files for the printer" not in page
    assert analyst.post(url("order_export", small.pk), {"format": "csv"}).status_code == 403
    assert not Export.objects.exists()


def test_looking_at_a_download_address_takes_nothing(house):
    export = start_export(house.specialist, order=house.issued(), format="csv", now=NOW)
    run_jobs()

    assert signed_in(house.specialist).get(url("download", export.pk)).status_code == 405
    assert not Download.objects.exists()


def test_an_order_closes_when_every_label_is_accounted_for(house):
    order = house.issued(quantity=10)
    client = signed_in(house.specialist)

    short = client.post(
        url("order_reconcile", order.pk), {"used": "7", "spoilt": "10", "reason": "torn"}
    )
    bare = client.post(url("order_reconcile", order.pk), {"used": "8", "spoilt": "9-10"})
    closed = client.post(
        url("order_reconcile", order.pk), {"used": "8", "spoilt": "9-10", "reason": "torn"}
    )

    assert short.status_code == bare.status_code == 422
    assert "2 labels are unaccounted for" in text_of(short)
    assert "Must be given" in text_of(bare)
    assert closed.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.used, order.void) == ("closed", 8, 2)


def test_a_second_person_reads_everything_and_agrees(house):
    order = house.order("PO-1", quantity=1000, channel=a_channel(house.brand))
    asked = Approval.objects.get()
    client = signed_in(house.approver)

    page = text_of(client.get(url("approval", asked.pk)))
    client.post(url("approval", asked.pk), {"decision": "grant", "note": "checked"})
    late = client.post(url("approval", asked.pk), {"decision": "refuse", "note": "no"})

    for words in ("PO-1", house.product.item_no, "2012-12-20", "1,000", "jd", "We print ourselves"):
        assert words in page
    order.refresh_from_db()
    assert order.state == "issued"
    assert "not waiting for approval any more" in text_of(late)
    assert "checked" in text_of(client.get(url("order", order.pk)))


def test_nobody_releases_what_was_edited_after_the_page_was_opened(house):
    order = house.order("PO-1", quantity=5)
    asked = Approval.objects.get()
    client = signed_in(house.approver)
    page = client.get(url("approval", asked.pk)).content.decode()
    assert f'name="seen" value="{asked.content_hash}"' in page
    type(order.batch).objects.filter(pk=order.batch_id).update(planned=500)
    order_services.resubmit_order(house.specialist, order=order, now=NOW)
    assert Approval.objects.get().content_hash != asked.content_hash

    sent = {"decision": "grant", "note": "", "seen": asked.content_hash}
    late = client.post(url("approval", asked.pk), sent)
    assert "Look at it again" in text_of(late)
    order.refresh_from_db()
    assert order.state == "waiting"


def test_nobody_decides_what_they_asked_for_and_is_told_why(house):
    order = order_services.create_order(
        house.admin, number="PO-1", product=house.product, produced_on=date(2026, 1, 1), batch="01",
        quantity=5, now=NOW,
    )  # fmt: skip
    asked = Approval.objects.get()
    client = signed_in(house.admin)

    page = client.get(url("approval", asked.pk))
    tried = client.post(url("approval", asked.pk), {"decision": "grant", "note": ""})

    assert "Somebody else has to decide" in text_of(page)
    assert 'name="decision"' not in page.content.decode()
    assert tried.status_code == 409
    order.refresh_from_db()
    assert order.state == "waiting"


def test_a_refusal_needs_its_reason(house):
    order = house.order()
    asked = Approval.objects.get()
    client = signed_in(house.approver)

    bare = client.post(url("approval", asked.pk), {"decision": "refuse", "note": " "})
    client.post(url("approval", asked.pk), {"decision": "refuse", "note": "wrong batch"})

    assert "Must be given" in text_of(bare)
    order.refresh_from_db()
    assert order.state == "refused"
    assert "wrong batch" in text_of(signed_in(house.specialist).get(url("order", order.pk)))
