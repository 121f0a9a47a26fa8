"""A finished backtest as its page shows it (回测报告页): every number already written."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import Backtest
from hefu.core.backtest import Plan
from hefu.core.charts import Chart
from hefu.core.money import WHOLE_BP
from hefu.core.promotions import Ruleset, compile_rules, from_document
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.desk.backtests import drawn, sentences
from hefu.surfaces.desk.backtests.amounts import Amounts, hundredths, share, share_bp
from hefu.surfaces.desk.backtests.assumed import scenarios_of
from hefu.surfaces.desk.backtests.carts import cart_of
from hefu.surfaces.desk.backtests.sentences import Said
from hefu.surfaces.desk.backtests.values import (
    CartShown,
    Compared,
    GroupRow,
    HeldRow,
    RuleRow,
    Scenario,
)

#: Findings shown at once; the rest is folded away.
SHOWN_FINDINGS = 7

#: Of one kind; more of it come after everything else.
MOST_ALIKE = 2


class Report:
    """A finished backtest in words and numbers of the reader's language."""

    def __init__(self, backtest: Backtest) -> None:
        self.backtest = backtest
        self.result: Mapping[str, Any] = backtest.result
        self.amounts = Amounts(self.result["currency"])
        self.titles = {
            one["id"]: one["title"]
            for side in ("today", "tomorrow")
            for one in self.result["sides"][side]["promotions"]
        }

    @cached_property
    def ruleset(self) -> Ruleset:
        """Tomorrow's rules, compiled."""
        return compile_rules(from_document(Plan, self.backtest.plan).tomorrow.rules)

    @property
    def _a(self) -> Mapping[str, Any]:
        return self.result["sides"]["today"]  # type: ignore[no-any-return]  # JSON

    @property
    def _b(self) -> Mapping[str, Any]:
        return self.result["sides"]["tomorrow"]  # type: ignore[no-any-return]  # JSON

    @property
    def replayed(self) -> str:
        """How many orders of whom and when."""
        first, last = self.result["period"]
        return _("%(orders)s of %(customers)s known customers, %(first)s to %(last)s") % {
            "orders": sentences.orders_said(self.result["orders"]),
            "customers": grouped(self.result["customers"]), "first": first, "last": last,
        }  # fmt: skip

    @property
    def cost(self) -> str:
        """What tomorrow takes off more than today, as a big number."""
        return self.amounts.whole(abs(self._b["discount"] - self._a["discount"]))

    @property
    def says(self) -> str:
        """The sentence everything else explains."""
        more = self._b["discount"] - self._a["discount"]
        changes = self.result["changes"]
        words = (
            _("more discount on the same orders: %(share)s of their revenue.")
            if more > 0
            else _("less discount on the same orders: %(share)s of their revenue.")
            if more < 0
            else _("more or less discount: both rule sets take off the same in all.")
        )
        carts = _("%(cheaper)s carts become cheaper, %(dearer)s dearer, %(same)s stay as they are.")
        unchanged = self.result["orders"] - changes["cheaper"] - changes["dearer"]
        return " ".join(
            (
                words % {"share": share(abs(more), self._a["revenue"])},
                carts
                % {
                    "cheaper": grouped(changes["cheaper"]),
                    "dearer": grouped(changes["dearer"]),
                    "same": grouped(unchanged),
                },
            )
        )

    @property
    def compared(self) -> list[Compared]:
        """Today beside tomorrow."""
        rows = [
            self._money(_("Revenue of goods"), "revenue", good=0),
            self._money(_("Discount"), "discount", good=0),
        ]
        if self._a["cost"] or self._b["cost"]:
            covered = self._b["covered_bp"]
            hint = (
                _("on goods whose cost is known: %(share)s of revenue")
                % {"share": share_bp(covered)}
                if covered < WHOLE_BP
                else ""
            )
            rows.append(self._money(_("Margin"), "margin", good=1, hint=hint))
            rows.append(
                Compared(
                    name=_("Margin of revenue"),
                    today=share(self._a["margin"], self._a["known_revenue"]),
                    tomorrow=share(self._b["margin"], self._b["known_revenue"]),
                    change="",
                )
            )
        rows.append(self._count(_("Orders with a discount"), "discounted"))
        if self._a["gifts"] or self._b["gifts"]:
            rows.append(self._money(_("Gifts, as valued"), "gifts", good=0))
        if self._a["points"] or self._b["points"]:
            rows.append(self._count(_("Points earned"), "points"))
        return rows

    def _money(self, name: str, field: str, *, good: int, hint: str = "") -> Compared:
        a, b = self._a[field], self._b[field]
        tone: Tone = "neutral" if a == b or not good else "good" if b > a else "bad"
        return Compared(
            name=name, today=self.amounts.whole(a), tomorrow=self.amounts.whole(b),
            change=self.amounts.change(b - a), tone=tone, hint=hint,
        )  # fmt: skip

    def _count(self, name: str, field: str) -> Compared:
        a, b = self._a[field], self._b[field]
        sign = "+" if b > a else ""
        return Compared(
            name=name, today=grouped(a), tomorrow=grouped(b), change=f"{sign}{grouped(b - a)}"
        )

    @cached_property
    def _findings(self) -> list[Said]:
        said = [
            sentences.finding_of(one, self.titles, self.amounts) for one in self.result["findings"]
        ]
        weight = {"bad": 0, "notice": 1}
        seen: Counter[str] = Counter()
        order = []
        for place, (one, found) in enumerate(zip(said, self.result["findings"], strict=True)):
            seen[found["code"]] += 1
            repeated = seen[found["code"]] > MOST_ALIKE
            order.append((repeated, weight.get(one.tone, 2), place))
        return [said[place] for *_rest, place in sorted(order)]

    @property
    def findings(self) -> list[Said]:
        """What stands out most."""
        return self._findings[:SHOWN_FINDINGS]

    @property
    def more_findings(self) -> list[Said]:
        """What stands out, too."""
        return self._findings[SHOWN_FINDINGS:]

    @cached_property
    def charts(self) -> dict[str, Chart]:
        """The charts by name."""
        return drawn.all_of(self.result, self.titles)

    @property
    def budgets(self) -> list[dict[str, str]]:
        """What became of tomorrow's budgets."""
        return [
            {
                "title": self.titles.get(one["promotion"], one["promotion"]),
                "declared": self.amounts.whole(one["declared"]),
                "left": self.amounts.whole(one["left"]),
                "used_up_on": one["used_up_on"],
                "refused": grouped(one["refused"]),
            }
            for one in self._b["budgets"]
        ]

    @property
    def worst(self) -> list[CartShown]:
        """The carts that lose most against today."""
        return [cart_of(one, self.ruleset, self.amounts) for one in self.result["worst"]["loss"]]

    @property
    def below_cost(self) -> list[CartShown]:
        """The carts that lie deepest below cost."""
        return [
            cart_of(one, self.ruleset, self.amounts) for one in self.result["worst"]["below_cost"]
        ]

    @property
    def rules(self) -> list[RuleRow]:
        """What each of tomorrow's promotions did, the dearest first."""
        ordered = sorted(self._b["promotions"], key=lambda one: (-one["discount"], one["id"]))
        return [self._rule(one) for one in ordered]

    def _rule(self, one: Mapping[str, Any]) -> RuleRow:
        winner, lost = _most(one["lost"])
        predicate, failed = _most(one["failed"])
        near = sum(row["orders"] for row in self.result["near"] if row["promotion"] == one["id"])
        applied = one["applied"]
        return RuleRow(
            title=one["title"], touched=grouped(one["candidates"]), applied=grouped(applied),
            discount=self.amounts.whole(one["discount"]),
            each=self.amounts(one["discount"] // applied) if applied else "–",
            lost=_('%(count)s to "%(title)s"')
            % {"count": grouped(lost), "title": self.titles.get(winner, winner)}
            if lost
            else "–",
            failed=f"{grouped(failed)} · {sentences.asked(predicate)}" if failed else "–",
            near=grouped(near) if near else "–",
        )  # fmt: skip

    @property
    def segments(self) -> list[GroupRow]:
        """Winners and losers by segment, the greatest change first."""
        return self._groups("segments", "segment")

    @property
    def categories(self) -> list[GroupRow]:
        """The same by category; orders are not counted there."""
        return self._groups("categories", "category")

    def _groups(self, table: str, key: str) -> list[GroupRow]:
        rows = sorted(self.result[table], key=lambda one: one["revenue_b"] - one["revenue_a"])
        return [
            GroupRow(
                name=sentences.segment_of(one[key]),
                orders=grouped(one.get("orders", 0)),
                cheaper=grouped(one.get("cheaper", 0)),
                dearer=grouped(one.get("dearer", 0)),
                today=self.amounts.whole(one["revenue_a"]),
                tomorrow=self.amounts.whole(one["revenue_b"]),
                change=self.amounts.change(one["revenue_b"] - one["revenue_a"]),
            )
            for one in rows
        ]

    @property
    def scenarios(self) -> list[Scenario]:
        """The scenarios with their assumptions."""
        return scenarios_of(self.result, self.amounts)

    @property
    def break_even(self) -> list[Fact]:
        """What it would take to earn today's margin."""
        found = self.result["scenarios"]["break_even"]
        facts = []
        if found["volume_bp"] is not None:
            facts.append(Fact(name=_("All sales together"), value=_signed_bp(found["volume_bp"])))
        if found["elasticity"] is not None:
            value = hundredths(found["elasticity"])
            facts.append(Fact(name=_("Or a price elasticity of"), value=value))
        return facts

    @property
    def held(self) -> list[HeldRow]:
        """What each share held out could find."""
        found = self.result["hold_out"]
        return [
            HeldRow(
                share=share_bp(one["share_bp"]), held=grouped(one["held"]),
                campaign=grouped(one["campaign"]),
                effect=self._effect(one["effect"], found["mean"]),
                effect_capped=self._effect(one["effect_capped"], found["mean_capped"]),
                chosen=one["share_bp"] == found["share_bp"],
            )
            for one in found["groups"]
        ]  # fmt: skip

    def _effect(self, effect: int | None, mean: int) -> str:
        if effect is None:
            return "–"
        return f"{self.amounts(effect)} ({share(effect, mean)})"

    @property
    def means(self) -> dict[str, str]:
        """Revenue per customer, and where it is capped."""
        found = self.result["hold_out"]
        return {
            "mean": self.amounts(found["mean"]), "cap": self.amounts(found["cap"]),
            "mean_capped": self.amounts(found["mean_capped"]),
        }  # fmt: skip

    @property
    def about(self) -> list[Fact]:
        """Where the orders come from and how they were replayed."""
        found, replay = self.backtest.reading_found, self.result["replay"]
        when = (
            _("All rules taken as always on")
            if replay["always_on"]
            else _("Orders moved by %(days)s days") % {"days": replay["shift_days"]}
            if replay["shift_days"]
            else _("Every order at its own instant")
        )
        rows = [
            Fact(name=_("Orders from"), value=self._source()),
            Fact(name=_("Rows read"), value=grouped(found.get("rows", 0))),
            Fact(name=_("Units sent back"), value=grouped(found.get("units_returned", 0))),
            Fact(name=_("Windows"), value=when),
            Fact(name=_("Rules today"), value=self.backtest.today_name),
            Fact(name=_("Rules tomorrow"), value=self.backtest.tomorrow_name),
        ]
        for name, digest in (
            (_("Hash of today's rules"), self.backtest.today_hash),
            (_("Hash of tomorrow's rules"), self.backtest.tomorrow_hash),
            (_("Hash of the orders"), self.backtest.orders_hash),
            (_("Hash of this report"), self.backtest.result_hash),
        ):
            rows.append(Fact(name=name, value=digest[:16], code=True))
        return rows

    def _source(self) -> str:
        name = self.backtest.source_name
        label = str(self.backtest.get_source_display())
        return f"{label}: {name}" if name else label

    @property
    def aside(self) -> list[tuple[str, str]]:
        """What was set aside, and why."""
        return sentences.aside_of(self.backtest.reading_found.get("aside", {}))


def _most(counts: Mapping[str, int]) -> tuple[str, int]:
    return max(counts.items(), key=lambda one: (one[1], one[0]), default=("", 0))


def _signed_bp(bp: int) -> str:
    return f"+{share_bp(bp)}" if bp > 0 else share_bp(bp)
