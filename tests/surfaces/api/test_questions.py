"""Questions over REST (R103): ask, list, search, answer, by the house's conventions."""

import pytest

from hefu.apps.community.models import Follower, Question
from hefu.core.permissions import Permission
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(goods):
    return {"item_no": goods.product.item_no, "text": "滤网怎么洗？\n用开水行吗"}


def test_R103_an_app_asks_lists_searches_and_answers(api, goods, asked):
    member = goods.member()
    done = api.post("questions", {**asked, "member": member.pk}, **{"Idempotency-Key": "q1"})
    again = api.post("questions", {**asked, "member": member.pk}, **{"Idempotency-Key": "q1"})
    assert done == again == {"id": Question.objects.get().pk, "new": True, "showing": "waiting"}
    assert api.post("questions", asked)["new"] is False
    assert Follower.objects.get().member_id == member.pk

    api.post("questions", {**asked, "text": "能煮粥吗"})
    found = api.get("questions?search=滤网")["items"]
    assert [row["id"] for row in found] == [done["id"]]
    assert found[0]["item_no"] == goods.product.item_no
    assert len(api.get("questions?open=true&limit=1")["items"]) == 1

    said = api.post(f"questions/{done['id']}/answers", {"text": "温水即可。"})
    assert (said["kind"], said["showing"], said["accepted"]) == ("maker", "shown", False)
    whole = api.get(f"questions/{done['id']}")
    assert [row["text"] for row in whole["answers"]] == ["温水即可。"]
    assert whole["showing"] == "shown"
    assert len(api.get("questions?open=true")["items"]) == 1


def test_what_is_wrong_is_named_and_nothing_is_written(api, goods, asked):
    api.post("questions", {**asked, "text": "？？"})
    assert api.refused(422, "invalid")["field"] == "text"
    api.post("questions", {**asked, "item_no": "NONE"})
    api.refused(404, "not_found")
    api.post("questions", {**asked, "member": 999_999})
    api.refused(404, "not_found")
    api.post("questions", {**asked, "address": "a@example.com"})
    assert api.refused(422, "invalid")["field"] == "agreed_to"
    api.post("questions", {**asked, "member": goods.member().pk, "address": "a@example.com"})
    api.refused(422, "invalid")
    assert not Question.objects.exists()
    guest = {**asked, "address": "a@example.com", "agreed_to": "只用于通知"}
    assert api.post("questions", guest)["new"]
    number = Question.objects.get().pk
    Question.objects.update(showing="hidden", reason="insult")
    api.post(f"questions/{number}/answers", {"text": "好"})
    api.refused(409, "community.not_open")


def test_a_key_needs_the_scopes(goods, asked):
    caller = Caller(a_key(goods.brand, scopes=(Permission.QUESTION_VIEW,))[1])
    assert caller.get("questions")["items"] == []
    caller.post("questions", asked)
    caller.refused(403, "not_allowed")
    other = Caller(a_key(goods.brand, scopes=(Permission.PRODUCT_VIEW,))[1])
    other.get("questions")
    other.refused(403, "not_allowed")
