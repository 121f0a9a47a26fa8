"""``dpp`` links lead to the public passport; whoever guesses codes there is slowed down."""

import pytest

from hefu.apps.identity.services import marks
from hefu.apps.identity.services.throttle import THROTTLE
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW
from tests.surfaces.edge.resolving import GTIN, HTML, VOC, ask, ask_all, linkset_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def goods():
    THROTTLE.clear()
    made = Goods()
    type(made.product).objects.filter(pk=made.product.pk).update(gtin=GTIN)
    yield made
    THROTTLE.clear()


def test_a_dpp_link_leads_to_the_public_passport(goods):
    path = f"/01/{GTIN}/21/{goods.code(3)}"
    followed = ask(f"{path}?linkType=gs1:dpp")
    assert followed.status == 307
    assert followed.location.endswith(f"/dpp/{goods.code(3)}")
    named = [link for one in linkset_of(path) for link in one.get(f"{VOC}dpp", ())]
    assert [link["type"] for link in named] == ["application/ld+json"]

    told = ask(f"/dpp/{goods.code(3)}")
    assert (told.status, told.headers["content-type"]) == (200, "application/ld+json")
    assert told.headers["access-control-allow-origin"] == "*"
    assert (told.json["type"], told.json["hefu:audience"]) == ("gs1:Product", "public")
    assert told.json["id"].endswith(f"/21/{goods.code(3)}")


def test_a_recall_is_in_the_passport(goods):
    marks.recall(goods.manager, serials=[goods.serials(3)], notice="R-1", now=NOW)
    assert ask(f"/dpp/{goods.code(3)}").json["hefu:recall"]["hefu:notice"] == "R-1"
    assert ask(f"/dpp/{goods.code(4)}").json["hefu:status"] == "active"


@pytest.mark.parametrize("code", ["7Q4ZK2M9XW3T6R8V", "x", "%00", "..", "a" * 120])
def test_what_is_no_code_has_no_passport(goods, code):
    assert ask(f"/dpp/{code}").status == 404
    assert b"<html" in ask(f"/dpp/{code}", accept=HTML).body


def test_whoever_guesses_has_to_wait(goods):
    real = goods.code(0)[:16]  # without its check character a wrong code is no slip of the hand
    guesses = [real[:-1] + char for char in "0123456789ABCDEFGHJKMNPQ" if char != real[-1]]
    replies = [ask(f"/dpp/{guess}") for guess in guesses]
    assert {one.status for one in replies} == {404, 429}
    slowed = next(one for one in replies if one.status == 429)
    assert int(slowed.headers["retry-after"]) >= 1
    assert slowed.json["code"] == "identity.too_many_misses"


def test_many_at_once_each_get_their_own(goods):
    paths = [f"/dpp/{goods.code(serial)}" for serial in range(20)]
    for path, reply in zip(paths, ask_all(paths), strict=True):
        assert reply.json["id"].endswith(path.rpartition("/")[2])
