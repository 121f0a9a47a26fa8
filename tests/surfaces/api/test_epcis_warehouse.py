"""The warehouse and the passport over REST."""

import io

import pytest

from hefu.core.permissions import Permission
from tests.apps.epcis.documents import work
from tests.apps.epcis.test_warehouse import sscc
from tests.apps.identity.life.rows import Goods
from tests.factories import a_partner
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db


def upload(api, text: str):
    return api.client.post(
        "/api/v1/warehouse/outbound", {"file": io.BytesIO(text.encode("gb18030"))},
        headers={"Authorization": f"Bearer {api.secret}"},
    )  # fmt: skip


def test_from_packing_to_the_closed_order(api, goods):
    dealer = a_partner(goods.brand)
    span = {"first": goods.code(0), "last": goods.code(11)}
    packed = api.post("warehouse/pack", {"sscc": sscc(1), "spans": [span]})
    assert packed == {"sscc": sscc(1), "units": 12, "ranges": 1}
    api.post("warehouse/pack", {"sscc": sscc(2), "codes": [goods.code(3)]})
    assert api.refused(409, "epcis.already_inside")["details"]["sscc"] == sscc(1)
    moved = {"source": sscc(1), "target": sscc(2), "codes": [goods.code(3)]}
    assert api.post("warehouse/repack", moved)["units"] == 1
    assert api.get(f"warehouse/cartons?sscc={sscc(1)}")["units"] == 11
    pallet = api.post("warehouse/pack", {"sscc": sscc(9), "cartons": [sscc(1), sscc(2)]})
    assert pallet["units"] == 12

    sent = upload(api, f"单号,客户编码,箱码\nCK-1,{dealer.code},{sscc(9)}\nCK-1,无,{sscc(1)}\n")
    assert sent.status_code == 202
    work()
    (row,) = api.get("warehouse/outbound")["items"]
    assert (row["state"], row["shipped"], row["refused"], row["units"]) == ("done", 1, 1, 12)
    errors = api.client.get(
        f"/api/v1/warehouse/outbound/errors?file={row['id']}",
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    assert "no_such_partner" in b"".join(errors.streaming_content).decode("utf-8-sig")
    api.post("warehouse/close", {"order": "CK-1", "cartons": 2})
    assert api.refused(409, "epcis.counts_differ")["details"] == {"cartons": 1, "units": 12}
    closed = api.post("warehouse/close", {"order": "CK-1", "cartons": 1, "units": 12})
    assert closed["closed_at"]
    assert api.get("warehouse/orders")["items"][0]["order"] == "CK-1"
    assert api.post("warehouse/unpack", {"sscc": sscc(2)})["units"] == 0


def test_what_arrives_is_confirmed_once(api, goods):
    api.post("warehouse/pack", {"sscc": sscc(1), "codes": [goods.code(0), goods.code(1)]})
    sent = {"paper": "SH-1", "cartons": [sscc(1)], "at": "2026-11-20T09:00:00+08:00"}
    assert api.post("warehouse/receive", sent) == {"received": 1, "repeated": 0, "units": 2}
    assert api.post("warehouse/receive", sent) == {"received": 0, "repeated": 1, "units": 0}
    api.post("warehouse/receive", {"paper": "SH-1", "cartons": [sscc(4)]})
    api.refused(404, "not_found")
    api.post("warehouse/receive", {"paper": "SH-1", "cartons": []})
    api.refused(422, "invalid")


def test_refusals_name_the_remedy(api, goods):
    api.post("warehouse/pack", {"sscc": "123", "codes": [goods.code(0)]})
    api.refused(422, "epcis.bad_sscc")
    api.post("warehouse/pack", {"sscc": sscc(1)})
    api.refused(422, "invalid")
    api.get(f"warehouse/cartons?sscc={sscc(5)}")
    api.refused(404, "not_found")
    assert upload(api, "a,b\n").status_code == 422


def test_another_brands_units_cartons_and_files_do_not_exist(api, goods):
    other = Goods()
    theirs = Caller(a_key(other.brand)[1])
    theirs.post("warehouse/pack", {"sscc": sscc(1), "codes": [other.code(0)]})
    upload(theirs, f"CK-1,x,{sscc(1)}\n")
    work()
    row = theirs.get("warehouse/outbound")["items"][0]

    api.get(f"warehouse/cartons?sscc={sscc(1)}")
    api.refused(404, "not_found")
    api.post("warehouse/pack", {"sscc": sscc(2), "codes": [other.code(0)]})
    api.refused(404, "identity.code_unknown")
    api.get(f"warehouse/outbound/errors?file={row['id']}")
    api.refused(404, "not_found")
    assert api.get("warehouse/outbound")["items"] == []
    assert api.get("warehouse/orders")["items"] == []


def test_a_passport_has_the_fields_of_its_reader(api, goods):
    public = api.get(f"passports?code={goods.code(3)}")
    assert api.last["Content-Type"] == "application/ld+json"
    assert public["type"] == "gs1:Product"
    assert "hefu:stations" not in public
    assert "hefu:stations" in api.get(f"passports?code={goods.code(3)}&audience=trade")
    assert "hefu:events" in api.get(f"passports?code={goods.code(3)}&audience=authority")
    reader = Caller(a_key(goods.brand, [Permission.CODE_VIEW])[1])
    reader.get(f"passports?code={goods.code(3)}&audience=authority")
    reader.refused(403, "not_allowed")
    Caller(a_key(Goods().brand)[1]).get(f"passports?code={goods.code(3)}")
