"""The channel of an order over REST: named while open, changed with a reason."""

from hefu.apps.identity.models import Batch
from tests.apps.identity.issue.rows import a_channel


def test_R109_a_channel_is_named_then_changed_with_a_reason(api, goods):
    a_channel(goods.brand, "tb", "淘宝")
    a_channel(goods.brand, "dy", "抖音")
    number = goods.order.number
    named = api.post("orders/channel", {"number": number, "channel": "tb"})
    assert named == {"number": number, "channel": "tb", "waiting": None}
    assert api.post("orders/channel", {"number": number, "channel": "tb"}) == named

    api.post("orders/channel", {"number": number, "channel": "dy"})
    assert api.refused(422, "invalid")["field"] == "reason"
    said = {"number": number, "channel": "dy", "reason": "typed wrong"}
    assert api.post("orders/channel", said)["channel"] == "dy"
    assert Batch.objects.get(pk=goods.batch.pk).channel.code == "dy"

    api.post("activations", {"code": goods.code(0), "address": "+8613800138000"})
    waits = api.post("orders/channel", {**said, "channel": "tb"})
    assert (waits["channel"], waits["waiting"]) == ("dy", "tb")
    api.post("orders/channel", {**said, "channel": "tb"})
    api.refused(409, "identity.channel_change_waits")
