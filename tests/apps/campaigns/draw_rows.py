"""A brand with a campaign manager, an approver, and draws planned the way the desk plans them."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from hefu.apps.campaigns.models import Draw, DrawKind, EntryBy
from hefu.apps.campaigns.services.draws import entering, planning, publishing
from hefu.apps.campaigns.services.draws.planning import DrawPlan, PrizePlan
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, consumer
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor

STARTS = NOW + timedelta(days=1)
ENDS = NOW + timedelta(days=8)
DURING = NOW + timedelta(days=7)
AFTER = ENDS + timedelta(hours=1)
COOKER = PrizePlan(name="电饭煲", value_fen=39_900, quantity=2, weight=5)
MUG = PrizePlan(name="马克杯", value_fen=2_900, quantity=20, weight=45)
_numbers = count(1)


def a_plan(**about) -> DrawPlan:
    """An instant draw for members: half of the entries win while prizes last."""
    plan = DrawPlan(
        slug=f"draw-{next(_numbers)}", title="周年抽奖", kind=DrawKind.INSTANT,
        entry_by=EntryBy.MEMBER, starts_at=STARTS, ends_at=ENDS, draw_at=None, blank_weight=50,
        conditions="本品牌会员均可参加。", redemption="登录本页面，在“我的奖品”中领取。",
        delivery="领取后 15 日内快递寄出，运费由主办方承担。", organiser="奔腾电器有限公司",
        contact="400-800-0000", prizes=(COOKER, MUG),
    )  # fmt: skip
    return replace(plan, **about)


def a_list_plan(**about) -> DrawPlan:
    """A draw among entrants, an hour after the end."""
    return a_plan(
        **{"kind": DrawKind.AT_INSTANT, "draw_at": ENDS + timedelta(minutes=30),
           "blank_weight": 0, **about}
    )  # fmt: skip


class Fair:
    """One brand's people around a draw."""

    def __init__(self, brand=None) -> None:
        self.brand = brand or a_brand()
        self.manager: Actor = an_actor(self.brand, Role.CAMPAIGN_MANAGER)
        self.approver: Actor = an_actor(self.brand, Role.APPROVER)

    def draft(self, plan: DrawPlan | None = None) -> Draw:
        return planning.create_draw(self.manager, plan=plan or a_plan(), now=NOW)

    def waiting(self, plan: DrawPlan | None = None) -> Draw:
        return planning.submit_draw(self.manager, draw=self.draft(plan), now=NOW)

    def published(self, plan: DrawPlan | None = None) -> Draw:
        return publishing.approve_draw(self.approver, draw=self.waiting(plan), now=NOW)

    def member(self, **about) -> Member:
        phone = f"+86139{next(_numbers):08d}"
        return Member.objects.create(
            brand=self.brand, phone=phone, phone_key=phone, created_at=NOW, **about
        )

    def consumer(self, member: Member | None = None) -> Actor:
        return consumer(brand_id=self.brand.pk, member_id=(member or self.member()).pk)

    def enter(self, draw: Draw, who: Actor | None = None, *, at=DURING, **about):
        wish = {"key": f"k{next(_numbers)}", "adult": True, **about}
        return entering.enter_draw(who or self.consumer(), draw=draw, now=at, **wish)
