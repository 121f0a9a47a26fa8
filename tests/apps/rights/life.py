"""Somebody who used everything there is, with values that can be looked for afterwards."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hefu.apps.campaigns.models import CouponBatch
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.campaigns.services.draws.prizes import claim_win
from hefu.apps.campaigns.services.redemptions import redeem
from hefu.apps.campaigns.services.shop import RewardTerms, offer_reward
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.apps.identity.services.appeals import open_appeal
from hefu.apps.ledger import services as ledger
from hefu.apps.members import services as members
from hefu.apps.members.models import Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import visitor
from hefu.apps.members.services import sign_ins
from hefu.apps.members.services.standing import give_birthday, verify_group
from hefu.apps.notices.models import Message
from hefu.apps.orders.services import carts, opening, paying
from hefu.apps.orders.values import Receiver
from hefu.core.actor import Actor, consumer
from tests.apps.campaigns.coupons.rows import a_promotion, issued
from tests.apps.campaigns.draw_rows import MUG, Fair, a_plan
from tests.apps.identity.life.rows import Goods
from tests.apps.orders.shop import a_sale, an_article, open_mall
from tests.factories import NOW, operator

PHONE, MAIL = "+8613912345678", "planted.wang@example.com"
HOME = Receiver(name="王植入", phone="+8613987654321", address="植入路 7 号 12 楼")
DOOR = "张植入\n13700001111\n植入大街 99 号"
NICK, WORDS, GROUP_PROOF = "植入昵称", "planted words of an appeal", "planted student card"
PDF = b"%PDF-1.7\n1 0 obj\n(planted receipt)\nendobj\n%%EOF\n"
#: What no table may hold after the account is closed; the first half only by law.
BY_LAW = [HOME.name, HOME.phone, HOME.address, *DOOR.split("\n")]
GONE = [PHONE, PHONE[3:], MAIL, NICK, WORDS, GROUP_PROOF, "02-29"]
MINUTE = timedelta(minutes=1)


@dataclass
class Life:
    """A member of a brand at work, and what they did."""

    goods: Goods = field(default_factory=Goods)

    def __post_init__(self) -> None:
        self.brand = self.goods.brand
        self.boss = operator(self.brand)
        members.publish_consent_texts(self.boss, now=NOW)
        guest = visitor(self.brand.pk, surface="consumer")
        members.request_code(guest, address=PHONE, client="203.0.113.9", language="en", now=NOW)
        self.member: Member = members.sign_in(
            guest, address=PHONE, code=newest_code(), language="en", now=NOW
        )
        self.me: Actor = consumer(brand_id=self.brand.pk, member_id=self.member.pk)
        self.device, self.token = sign_ins.begin_sign_in(
            self.me, agent="Firefox", region="440100", now=NOW
        )
        members.request_change(
            self.me, address=MAIL, client="203.0.113.9", language="en", now=NOW + MINUTE
        )
        members.change_address(self.me, address=MAIL, code=newest_code(), now=NOW + MINUTE)
        members.set_profile(self.me, nickname=NICK, language="en", now=NOW)
        self.member.refresh_from_db()

    def lived(self) -> "Life":
        """Do one of everything; returns the same life."""
        for purpose in (Purpose.MARKETING, Purpose.PUBLISH):
            members.answer_consent(
                self.me, purpose=purpose, given=True, version=1, language="en", now=NOW
            )
        give_birthday(self.me, birthday="02-29", agreed_to="planted text", now=NOW)
        verify_group(
            self.boss, member_id=self.member.pk, group="student", proof=GROUP_PROOF,
            expires_at=NOW + timedelta(days=300), now=NOW,
        )  # fmt: skip
        self._products()
        self._shop()
        self._prizes()
        return self

    def _products(self) -> None:
        rival = consumer(brand_id=self.brand.pk, member_id=self.goods.member().pk)
        wish = ActivationWish(
            key="rights-1", code=self.goods.code(0), member_id=self.member.pk,
            agent="Firefox/99.1", where=Whereabouts(region="440100", source="address"),
        )  # fmt: skip
        activate(self.me, wish=wish, now=NOW)
        theirs = ActivationWish(
            key="rights-2", code=self.goods.code(1), member_id=rival.member_id or 0
        )
        activate(rival, wish=theirs, now=NOW)
        open_appeal(self.me, unit=self.goods.unit(1), text=WORDS, now=NOW, invoice=PDF)

    def _shop(self) -> None:
        open_mall(self.brand)
        an_article(self.brand, "RIGHTS-CUP")
        sale = replace(a_sale(self.brand, self.me, {"RIGHTS-CUP": 1}), receiver=HOME)
        self.order = opening.open_order(self.me, sale=sale, now=NOW)
        paid = self.order.payments.get()
        paying.pay_taken(
            self.boss, order=self.order, reference=paid.reference, amount=paid.amount, now=NOW
        )
        other = replace(a_sale(self.brand, self.me, {"RIGHTS-CUP": 1}), receiver=HOME)
        self.unpaid = opening.open_order(self.me, sale=other, now=NOW)
        carts.put(self.me, token="", sku="RIGHTS-CUP", quantity=2, now=NOW)

    def _prizes(self) -> None:
        grant = ledger.Grant(key="rights", member_id=self.member.pk, amount=40)
        ledger.grant_many(self.boss, grants=[grant], now=NOW)
        terms = RewardTerms(
            slug="rights-cup", title="a cup", kind="goods", currency="C", price=5, stock=2,
            starts_at=NOW,
        )  # fmt: skip
        reward = offer_reward(self.boss, terms=terms, now=NOW)
        home = {"name": HOME.name, "phone": HOME.phone, "address": HOME.address}
        redeem(self.me, reward=reward, key="rights", receiver=home, now=NOW)
        batch = issued(self.boss, a_promotion(self.brand, "rights-coupon"), 5)
        CouponBatch.objects.filter(pk=batch.pk).update(bearer=False, issued=0)
        batch.refresh_from_db()
        give(self.boss, batch=batch, members=[self.member.pk], now=NOW)
        fair = Fair(self.brand)
        draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
        at = draw.ends_at - timedelta(seconds=1)
        won = fair.enter(draw, self.me, at=at).win
        claim_win(self.me, win=won, deliver_to=DOOR, now=at)


def newest_code() -> str:
    found = re.search(r"\d{6}", Message.objects.latest("pk").body)
    assert found
    return found.group()
