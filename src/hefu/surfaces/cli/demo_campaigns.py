"""What a demonstration brand runs: promotions, coupons, rewards, a draw, a flash sale and more."""

import csv
import io
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.models import DrawKind, EntryBy, Promotion
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.selectors.audiences import Audience
from hefu.apps.campaigns.selectors.promotions import newest_version
from hefu.apps.campaigns.services import backtests, flash, plans, promotions
from hefu.apps.campaigns.services.coupons import Issue, issue_coupons
from hefu.apps.campaigns.services.draws import planning, publishing
from hefu.apps.campaigns.services.draws.planning import DrawPlan, PrizePlan
from hefu.apps.campaigns.services.flash import SaleTerms
from hefu.apps.campaigns.services.shop import RewardTerms, offer_reward
from hefu.apps.campaigns.values import Draft, offer_of
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.backtest import Plan, Side
from hefu.core.planning import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    ThemeKind,
    extended,
    template,
)
from hefu.core.promotions import (
    Benefit,
    LineOff,
    OrderOff,
    Scope,
    Spend,
    Tier,
    Tiered,
)
from hefu.core.promotions import Promotion as Rule
from hefu.surfaces.cli.common import clock
from hefu.surfaces.cli.demo_groups import add_group_buy

ORDERS = 800
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Campaigns:
    """A month of campaigns, written by one person and signed by another."""

    manager: Actor
    approver: Actor
    now: datetime
    random: random.Random

    def run(self) -> None:
        """Do it in the order a campaign manager would."""
        self._promotion(
            "autumn", "秋季满减", Tiered(tiers=(
                Tier(at_least=20000, amount=2000), Tier(at_least=50000, amount=7000))),
            signed=True,
        )  # fmt: skip
        coupon = self._promotion(
            "welcome", "会员见面礼", OrderOff(amount=3000), signed=True, needs_coupon=True,
            conditions=(Spend(at_least=20000),),
        )  # fmt: skip
        waiting = self._promotion(
            "cookers", "饭煲专场", LineOff(bp=1500, scope=Scope(categories=frozenset({"cookers"}))),
            signed=False,
        )  # fmt: skip
        self._coupons(coupon)
        self._reward()
        self._draw()
        self._flash_sale()
        self._backtest(waiting)
        self._plan()
        work_off(clock=clock)

    def _promotion(
        self, code: str, title: str, benefit: Benefit, *, signed: bool, **about: object
    ) -> Promotion:
        start = self.now - 3 * DAY if signed else self.now + 7 * DAY
        rule = Rule(
            id=code, title=title, audience="全体会员", benefit=benefit, currency="CNY",
            starts_at=start, ends_at=start + 40 * DAY, **about,  # type: ignore[arg-type]
        )  # fmt: skip
        wanted = Draft(promotion=rule, budget=2_000_000, goal="拉动复购", publicity="商城首页")
        at = start - DAY if signed else self.now
        made = promotions.draft(self.manager, draft=wanted, now=at)
        promotions.submit(self.manager, promotion=made, now=at)
        if not signed:
            return made
        return promotions.approve(self.approver, promotion=made, now=at)

    def _coupons(self, promotion: Promotion) -> None:
        issue = Issue(
            promotion=promotion, title="满200减30", quantity=1000, valid_from=self.now - DAY,
            valid_until=self.now + 30 * DAY, audience=Audience(),
        )  # fmt: skip
        issue_coupons(self.manager, issue=issue, now=self.now)

    def _reward(self) -> None:
        terms = RewardTerms(
            slug="inner-lid", title="电饭煲内盖组件", title_en="Rice cooker inner lid",
            kind="goods", currency="C", price=20, stock=50, per_member=1, starts_at=self.now - DAY,
        )  # fmt: skip
        offer_reward(self.manager, terms=terms, now=self.now)

    def _draw(self) -> None:
        prizes = (
            PrizePlan(name="智能电饭煲 5L", value_fen=49900, quantity=3, weight=5),
            PrizePlan(name="保温杯", value_fen=3900, quantity=60, weight=95),
        )
        plan = DrawPlan(
            slug="anniversary", title="周年抽奖", kind=DrawKind.INSTANT, entry_by=EntryBy.MEMBER,
            starts_at=self.now - 2 * DAY, ends_at=self.now + 14 * DAY, blank_weight=400,
            conditions="本品牌会员均可参加，每人一次。", redemption="在“我的奖品”中领取。",
            delivery="领取后 15 日内快递寄出，运费由主办方承担。", prizes=prizes,
            organiser="禾火电器（演示）有限公司", contact="400-000-0000",
        )  # fmt: skip
        at = self.now - 3 * DAY
        made = planning.create_draw(self.manager, plan=plan, now=at)
        waiting = planning.submit_draw(self.manager, draw=made, now=at)
        publishing.approve_draw(self.approver, draw=waiting, now=at)

    def _flash_sale(self) -> None:
        kettle = self._articles()[0]
        terms = SaleTerms(
            code="kettle", title="电水壶秒杀", sku=kettle.sku, price=kettle.unit // 2,
            currency="CNY", pieces=30, per_person=1, hold_minutes=15,
            starts_at=self.now - timedelta(hours=1), ends_at=self.now + 2 * DAY,
        )  # fmt: skip
        flash.create_sale(self.manager, terms=terms, now=self.now - 2 * timedelta(hours=1))

    def _backtest(self, waiting: Promotion) -> None:
        """Replay made-up orders of a season without and with what waits for approval."""
        rule = offer_of(newest_version(waiting)).promotion
        rules = rules_with(self.manager, rule, now=self.now)
        others = tuple(one for one in rules.promotions if one.id != rule.id)
        today = replace(rules, promotions=others)
        plan = Plan(
            today=Side(rules=today), tomorrow=Side(rules=rules), currency="CNY", always_on=True
        )
        source = backtests.OrdersFile(file=self._orders(), file_name="season.csv")
        comparison = backtests.Comparison(
            name="饭煲专场：上线前回测", today_name="现行规则", tomorrow_name="加上饭煲专场",
            plan=plan,
        )  # fmt: skip
        backtests.start_backtest(self.manager, source=source, of=comparison, now=self.now)

    def _plan(self) -> None:
        """A campaign with a signed plan, some of it done and some of it spent."""
        start = (self.now + 5 * DAY).date()
        campaign = promotions.open_campaign(
            self.manager, slug="year-end", title="年终感恩季", purpose="老会员回购，新会员首单",
            now=self.now,
        )  # fmt: skip
        plan = extended(extended(template(start), "duties"), "deliver")
        plan = replace(
            plan, theme_kind=ThemeKind.BRAND, theme="一年好饭，感谢有你",
            goals=(
                Goal(kind=GoalKind.SHARE, metric=Metric.NEW_MEMBERS, target=300, baseline=120),
                Goal(kind=GoalKind.UPGRADE, metric=Metric.ORDER_VALUE, target=45_000,
                     baseline=39_800),
            ),
            lines=(
                Line(id="gifts", kind=LineKind.GOODS, name="满赠保温杯", planned=800_000),
                Line(id="video", kind=LineKind.INTERNET, name="短视频投放", planned=1_500_000,
                     reach="平台后台"),
                Line(id="posters", kind=LineKind.OUTDOOR, name="门店海报", planned=300_000,
                     reach="门店照片"),
            ),
        )  # fmt: skip
        about: dict[str, Any] = {"campaign": campaign, "now": self.now}
        plans.write_plan(self.manager, plan=plan, revision=0, **about)
        plans.submit_plan(self.manager, **about)
        plans.sign_plan(self.approver, **about)
        for task in ("plan", "scheme"):
            plans.task_done(self.manager, task=task, done=True, **about)
        plans.spend(self.manager, line="gifts", kind="commit", amount=500_000, note="工厂订单",
                    key="demo-1", **about)  # fmt: skip
        plans.spend(self.manager, line="posters", kind="spend", amount=120_000, note="首批印刷",
                    key="demo-2", **about)  # fmt: skip
        add_group_buy(self.manager, self.approver, campaign, self._articles(), self.now)

    def _orders(self) -> io.BytesIO:
        text = io.StringIO()
        sheet = csv.writer(text)
        heads = ("order", "time", "customer", "article", "quantity", "unit price", "category",
                 "cost")  # fmt: skip
        sheet.writerow(heads)
        goods = self._articles()
        for number in range(ORDERS):
            at = self.now - timedelta(minutes=self.random.randrange(60 * 24 * 60))
            customer = f"C{self.random.randrange(300):03d}"
            for article in self.random.sample(goods, self.random.choice((1, 1, 2, 3))):
                category = next(iter(article.categories.values_list("code", flat=True)), "")
                sheet.writerow((
                    f"S{number:04d}", f"{at:%Y-%m-%d %H:%M}", customer, article.sku,
                    self.random.choice((1, 1, 1, 2)), f"{article.unit / 100:.2f}", category,
                    f"{(article.cost or 0) / 100:.2f}",
                ))  # fmt: skip
        return io.BytesIO(text.getvalue().encode())

    def _articles(self) -> list[Article]:
        rows = articles_for(self.manager).filter(cost__isnull=False)
        return sorted(rows, key=lambda one: (one.sku != "HF-150-S", one.sku))
