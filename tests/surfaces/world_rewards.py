"""The world's coupons and points shop, as values of addresses, with marks of their own."""

from typing import Any

from hefu.apps.campaigns.models import CouponBatch
from hefu.apps.campaigns.selectors.coupons import wallet_for
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.campaigns.services.redemptions import redeem
from hefu.apps.campaigns.services.shop import RewardTerms, offer_reward
from hefu.apps.ledger import services as ledger
from hefu.core.actor import consumer
from tests.apps.campaigns.coupons.rows import a_promotion, issued
from tests.factories import NOW, operator

#: Only the brand and its member may read these.
MARKS = ["world coupon", "world parcel"]


def reward_values(brand: Any, member: Any) -> dict[Any, Any]:
    """Give the member a coupon and a reward on its way; returns what addresses name."""
    boss = operator(brand)
    batch = issued(boss, a_promotion(brand, "world-coupon"), 5)
    CouponBatch.objects.filter(pk=batch.pk).update(bearer=False, issued=0, title=MARKS[0])
    batch.refresh_from_db()
    give(boss, batch=batch, members=[member.pk], now=NOW)
    owner = consumer(brand_id=brand.pk, member_id=member.pk)
    grant = ledger.Grant(key="world reward", member_id=member.pk, amount=10)
    ledger.grant_many(boss, grants=[grant], now=NOW)
    terms = RewardTerms(
        slug="world-cup", title="a cup for coins", kind="goods", currency="C", price=1, stock=2,
        starts_at=NOW,
    )  # fmt: skip
    reward = offer_reward(boss, terms=terms, now=NOW)
    home = {"name": MARKS[1], "phone": "13800138000", "address": "somewhere"}
    redemption = redeem(owner, reward=reward, key="world", receiver=home, now=NOW)
    desk = ("", "progress/", "codes/", "void/")
    return {
        "redemption_id": redemption.pk,
        ("rewards/<slug:slug>/", "slug"): reward.slug,
        ("wallet/<str:code>/", "code"): wallet_for(owner, now=NOW)[0].code,
        ("desk/rewards/taken/<int:pk>/", "pk"): redemption.pk,
        ("desk/rewards/<int:pk>/", "pk"): reward.pk,
        ("desk/rewards/<int:pk>/withdraw/", "pk"): reward.pk,
        **{(f"desk/coupons/<int:pk>/{page}", "pk"): batch.pk for page in desk},
        ("/api/v1/coupons/issues/{id}", "id"): batch.pk,
        **{
            (f"/api/v1/rewards/redemptions/{{id}}{deed}", "id"): redemption.pk
            for deed in ("", "/ship", "/delivered")
        },
    }
