"""The passport of a unit: valid against the electronics schemas, and each reader's own fields."""

import json

import pytest

from hefu.apps.epcis.selectors.passport import Audience, passport_of
from hefu.apps.identity.services import activation, links, marks
from hefu.core.actor import consumer
from hefu.core.codes import ExternalKind
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Role
from tests.apps.epcis.documents import work
from tests.factories import NOW, a_partner, an_actor, operator


@pytest.fixture
def lived(goods):
    """A unit that was shipped, sold, linked to an IMEI, frozen and recalled."""
    goods.dealer = a_partner(goods.brand, region="440000")
    goods.rival = a_partner(goods.brand, region="110000")
    one = [goods.serials(3)]
    marks.ship(goods.manager, serials=one, organisation_id=goods.rival.pk, now=NOW)
    marks.ship(goods.manager, serials=one, organisation_id=goods.dealer.pk, now=NOW)
    goods.owner = goods.member()
    wish = activation.ActivationWish(member_id=goods.owner.pk, code=goods.code(3), key="k1")
    buyer = consumer(brand_id=goods.brand.pk, member_id=goods.owner.pk)
    activation.activate(buyer, wish=wish, now=NOW)
    links.link(
        goods.manager, unit=goods.unit(3), kind=ExternalKind.IMEI, value="490154203237518", now=NOW
    )
    marks.freeze(goods.manager, serials=one, reason="theft enquiry", now=NOW)
    marks.recall(goods.manager, serials=one, notice="R-2026-1", now=NOW)
    work()
    return goods


def passport(goods, audience, actor=None):
    return passport_of(actor or operator(goods.brand), goods.code(3), audience)


def test_a_passport_is_valid_where_the_electronics_schemas_apply(lived, shared_data):
    fastjsonschema = pytest.importorskip("fastjsonschema")
    folder = shared_data / "identity" / "dpp_electronics" / "validation"
    extension = json.loads((folder / "electronics.extension-schema.json").read_text())
    parts = json.loads((folder / "electronics-schema.json").read_text())
    device = {key: parts[key] for key in ("$schema", "$defs")} | parts["$defs"]["ElectronicDevice"]
    for audience in Audience:
        body = json.loads(json.dumps(passport(lived, audience)))
        fastjsonschema.compile(extension)(body)
        own = {
            name.removeprefix("euelec:"): value
            for name, value in body.items()
            if name.startswith("euelec:")
        }
        fastjsonschema.compile(device)({"@type": "ElectronicDevice", **own})


def test_the_public_learns_of_the_product_and_its_recall_only(lived):
    body = passport(lived, Audience.PUBLIC)

    assert body["gs1:gtin"] == lived.product.gtin
    assert body["euelec:modelIdentifier"] == lived.product.model
    assert body["hefu:status"] == "recalled"
    assert body["hefu:recall"]["hefu:notice"] == "R-2026-1"
    text = json.dumps(body)
    for secret in ("490154203237518", "theft", "440000", "hefu:stations", "hefu:soldOn"):
        assert secret not in text


def test_a_partner_does_not_see_anothers_shipment_or_reasons(lived):
    dealer = an_actor(lived.brand, Role.DISTRIBUTOR, lived.dealer)
    body = passport(lived, Audience.TRADE, dealer)
    text = json.dumps(body)

    shipped = [one for one in body["hefu:stations"] if one["hefu:what"] == "shipped"]
    assert [one["hefu:region"] for one in shipped] == ["440000"]
    assert body["gs1:hasBatchLotNumber"] == lived.batch.number
    assert body["hefu:soldOn"] == "2026-11-22"
    assert "theft" not in text
    assert "490154203237518" not in text


def test_an_authority_sees_all_but_the_owner(lived):
    body = passport(lived, Audience.AUTHORITY)
    text = json.dumps(body, ensure_ascii=False)

    assert {"theft enquiry", "R-2026-1"} <= {
        one.get("hefu:reason") for one in body["hefu:stations"]
    }
    assert body["hefu:otherNumbers"] == [{"hefu:kind": "imei", "hefu:number": "490154203237518"}]
    steps = [one.get("bizStep") for one in body["hefu:events"]]
    assert steps.count("shipping") == 2
    assert "retail_selling" in steps
    assert str(lived.owner.phone) not in text


def test_each_audience_needs_its_permission(lived):
    dealer = an_actor(lived.brand, Role.DISTRIBUTOR, lived.dealer)
    with pytest.raises(NotAllowed):
        passport(lived, Audience.AUTHORITY, dealer)
    owner = consumer(brand_id=lived.brand.pk, member_id=lived.owner.pk)
    assert passport(lived, Audience.PUBLIC, owner)["hefu:audience"] == "public"
    with pytest.raises(NotAllowed):
        passport(lived, Audience.TRADE, owner)
