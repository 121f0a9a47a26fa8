"""Codes, marks, packing, numbers and activations, as another system uses them."""

from hefu.apps.identity.services import marks
from hefu.core.codes import Face
from tests.apps.identity.issue.rows import a_channel, a_product
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_partner
from tests.surfaces.api.conftest import Caller

BUYER = "+8613800138000"


def _activate(api: Caller, code: str, **more) -> dict:
    headers = more.pop("headers", {})
    return api.post("activations", {"code": code, "address": BUYER, **more}, **headers)


def test_verify_counts_every_check_and_tells_a_slip_from_a_forgery(api, goods):
    code = goods.code(0)
    slip = code[:-2] + ("0" if code[-2] != "0" else "1") + code[-1]
    asked = [code, slip, "NOTACODE", code]

    verdicts = api.post("codes/verify", {"codes": asked, "region": "440100"})["verdicts"]

    told = [one["verdict"] for one in verdicts]
    assert told == ["genuine_first", "typing_error", "unknown", "genuine_again"]
    assert [one["code"] for one in verdicts] == asked
    assert (verdicts[0]["item_no"], verdicts[0]["checks"]) == (goods.product.item_no, 1)
    assert verdicts[3]["checks"] == 2
    assert api.get(f"codes/{code}")["checks"] == 2


def test_reading_a_code_counts_nothing(api, goods):
    story = api.get(f"codes/{goods.code(5)}")

    assert (story["code"], story["checks"], story["first_check_at"]) == (goods.code(5), 0, None)
    assert [one["kind"] for one in story["stations"]] == ["issued", "marked"]
    assert api.get(f"codes/{goods.code(5)}") == story


def test_a_code_before_it_was_commissioned_is_a_leak(db):
    goods = Goods(commissioned=False)
    api = Caller(_key(goods))

    assert api.post("codes/verify", {"codes": [goods.code(1)]})["verdicts"][0]["verdict"] == "leak"

    marked = api.post("units/marks", {"mark": "commissioned", "orders": [goods.order.number]})
    assert (marked["units"], marked["ranges"]) == (100, 1)
    again = api.post("codes/verify", {"codes": [goods.code(2)]})
    assert again["verdicts"][0]["verdict"] == "genuine_first"


def test_a_key_that_guesses_has_to_wait_and_slips_cost_nothing(api, goods):
    guesses = [f"GUESS{n:04d}" for n in range(10)]
    for _ in range(6):
        api.post("codes/verify", {"codes": guesses})
        assert api.last.status_code == 200

    api.post("codes/verify", {"codes": [goods.code(0)]})

    api.refused(429, "identity.too_many_misses")
    assert int(api.last["Retry-After"]) > 0


def test_marks_by_span_code_and_lifting(api, goods):
    a_channel(goods.brand)
    partner = a_partner(goods.brand)

    shipped = api.post(
        "units/marks",
        {
            "mark": "shipped", "spans": [{"first": goods.code(0), "last": goods.code(9)}],
            "codes": [goods.code(10), goods.code(50)], "channel": "jd", "partner": partner.code,
            "region": "440000",
        },
    )  # fmt: skip
    assert (shipped["units"], shipped["ranges"]) == (12, 2)  # 0 to 10 touch: one range

    api.post("units/marks", {"mark": "recalled", "codes": [goods.code(3)], "reason": "R-2026-1"})
    verdict = api.post("codes/verify", {"codes": [goods.code(3)]})["verdicts"][0]
    assert verdict["verdict"] == "recalled"
    assert verdict["reasons"][0]["reference"] == "R-2026-1"

    ended = api.post("units/marks", {"mark": "recall_ended", "codes": [goods.code(3)]})
    assert ended["ended"] == 1


def test_marks_are_all_or_none(api, goods):
    api.post(
        "units/marks",
        {"mark": "void", "codes": [goods.code(1), "NOTACODE"], "reason": "spoilt"},
    )

    assert api.refused(404, "identity.code_unknown")["field"] == "codes.1"
    assert api.post("codes/verify", {"codes": [goods.code(1)]})["verdicts"][0]["verdict"] != "void"


def test_marks_without_what_they_need_are_refused(api, goods):
    code = goods.code(0)
    for body, field in (
        ({"mark": "void"}, "codes"),
        ({"mark": "void", "codes": [code]}, "reason"),
        ({"mark": "recalled", "codes": [code]}, "notice"),
        ({"mark": "void", "codes": [code], "reason": "x", "region": "440000"}, "mark"),
        ({"mark": "frozen", "spans": [{"first": goods.code(2), "last": code}]}, "spans.0"),
        ({"mark": "sold", "codes": [code]}, "mark"),
    ):
        api.post("units/marks", body)
        assert api.refused(422, "invalid")["field"] == field


def test_R091_imei_by_luhn_then_found_and_unlinked(api, goods):
    wrong = {"code": goods.code(0), "kind": "imei", "value": "490154203237519"}
    right = {**wrong, "value": "490154203237518"}

    api.post("units/serials", {"links": [wrong]})
    api.refused(422, "codes.bad_number")

    linked = api.post("units/serials", {"links": [right]})["links"][0]
    assert (linked["code"], linked["value"]) == (goods.code(0), "490154203237518")
    assert api.get("codes/490154203237518")["code"] == goods.code(0)

    api.post("units/serials", {"links": [{**right, "code": goods.code(1)}]})
    api.refused(409, "identity.already_linked")

    assert api.post("units/serials/unlink", right)["unlinked_at"]
    api.post("units/serials/unlink", right)
    assert api.refused(404, "not_found")["field"] == "value"


def test_R119_scan_a_carton_see_its_units(api, goods):
    carton = goods.house.issued(product=a_product(goods.brand, kind="packaging"), quantity=2)
    box = Goods.code(_Of(carton), 0)
    units = sorted(goods.code(n) for n in range(12))

    packed = api.post("units/pack", {"parent": box, "children": units})
    assert sorted(packed["contents"]) == units
    assert sorted(api.get(f"codes/{box}")["contents"]) == units
    assert api.get(f"codes/{units[0]}")["lies_in"] == box

    api.post("units/pack", {"parent": units[1], "children": [box]})
    api.refused(422, "identity.cannot_contain")
    assert api.post("units/unpack", {"parent": box}) == {"unpacked": 12}
    api.post("units/unpack", {"children": [units[0]]})
    api.refused(409, "identity.not_packed")


def test_the_first_to_activate_wins_and_the_others_learn_when(api, goods):
    won = _activate(api, goods.code(0))
    assert won["coins"] == 10

    _activate(api, goods.code(0), address="other@example.com")

    refusal = api.refused(409, "identity.already_activated")
    assert refusal["details"]["on"] == won["at"][:10] or refusal["details"]["on"]
    assert api.get(f"members/{won['member']}/balance")["available"] == 10
    (row,) = api.get("activations")["items"]
    assert (row["code"], row["id"], row["surface"]) == (goods.code(0), won["id"], "api")
    assert BUYER[-8:] not in str(row)


def test_a_refused_activation_leaves_nothing(api, goods):
    marks.void(goods.manager, serials=[goods.serials(0)], reason="spoilt", now=NOW)

    _activate(api, goods.code(0))

    assert api.refused(409, "identity.unit_stopped")["details"]["reason"] == "void"
    joined = api.post("members", {"address": BUYER})["id"]
    _activate(api, goods.code(1))
    assert api.get("activations")["items"][0]["member"] == joined


def test_the_inner_code_is_asked_for(db):
    goods = Goods(inner=True)
    api = Caller(_key(goods))

    _activate(api, goods.code(0))
    api.refused(422, "identity.inner_code_needed")
    assert _activate(api, goods.code(0), inner=goods.code(0, Face.INNER))["id"]


def test_a_return_takes_the_coins_back_and_frees_the_unit(api, goods):
    won = _activate(api, goods.code(0))

    assert api.post(f"activations/{won['id']}/return", {}) == {"id": won["id"], "coins_taken": 10}
    api.post(f"activations/{won['id']}/return", {})
    api.refused(409, "identity.not_activated")
    assert api.get(f"activations/{won['id']}")["ending"] == "returned"
    assert api.get(f"members/{won['member']}/balance")["available"] == 0
    assert _activate(api, goods.code(0))["id"] != won["id"]


def test_the_warranty_runs_from_the_delivery(api, goods):
    fact = {"code": goods.code(0), "kind": "delivered", "on": "2025-03-01"}
    assert api.post("activations/facts", fact)["on"] == "2025-03-01"

    assert api.get(f"codes/{goods.code(0)}")["warranty"]["starts_on"] == "2025-03-01"


def test_activations_since_an_instant(api, goods):
    won = _activate(api, goods.code(0))
    at = won["at"].replace("+00:00", "Z")

    assert len(api.get(f"activations?since={at}")["items"]) == 1
    assert api.get("activations?since=2099-01-01T00:00:00Z")["items"] == []
    api.get("activations?since=yesterday")
    assert api.refused(422, "invalid")["field"] == "since"


class _Of:
    """What ``Goods.code`` needs of another order's batch."""

    def __init__(self, order) -> None:
        from hefu.apps.identity.selectors.batches import BOOK

        self.facts = BOOK.by_id([order.batch_id])[order.batch_id]


def _key(goods: Goods) -> str:
    from tests.surfaces.api.conftest import a_key

    return a_key(goods.brand)[1]
