"""A backtest as a workbook (回测工作簿): every number of the report, to be reckoned with."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hefu.core.money import minor_digits
from hefu.files import Sheet, write_workbook
from hefu.surfaces.desk.backtests import sentences
from hefu.surfaces.desk.backtests.carts import answers_of
from hefu.surfaces.desk.backtests.drawn import band_names
from hefu.surfaces.desk.backtests.shown import Report

Row = Mapping[str, Any]


def workbook(report: Report) -> bytes:
    """Write the whole report; amounts are numbers in the currency's main unit."""
    target = io.BytesIO()
    write_workbook(target, _Book(report).sheets())
    return target.getvalue()


class _Book:
    """The sheets of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._result = report.result
        self._scale = 10 ** minor_digits(self._result["currency"])

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets in the order of the page."""
        report, result = self._report, self._result
        yield Sheet(
            title=_("Overview"),
            headers=[report.replayed, _("Today"), _("Tomorrow"), _("Difference")],
            rows=[[one.name, one.today, one.tomorrow, one.change] for one in report.compared],
        )
        yield Sheet(
            title=_("Findings"),
            headers=[_("Finding")],
            rows=[[one.text] for one in (*report.findings, *report.more_findings)],
        )
        yield self._rules()
        yield self._compared(_("Days"), _("Day"), "day", result["days"])
        yield self._compared(_("Customer segments"), _("Segment"), "segment", result["segments"])
        yield self._compared(_("Categories"), _("Category"), "category", result["categories"])
        yield self._bands()
        yield from self._budgets()
        yield self._carts()
        yield self._answers()
        yield self._near()
        yield self._scenarios()
        yield self._held()
        yield Sheet(
            title=_("These orders"),
            headers=[_("What"), _("Value")],
            rows=[
                *([one.name, one.value] for one in report.about),
                *([reason, count] for reason, count in report.aside),
            ],
        )

    def _major(self, minor: int | None) -> float | None:
        return None if minor is None else minor / self._scale

    def _rules(self) -> Sheet:
        heads = [
            _("Promotion"), _("Title"), _("Carts touched"), _("Applied"), _("Discount"),
            _("Points"), _("Condition failed"), _("Lost to another"), _("Nothing left"),
            _("Limit reached"), _("Budget too small"), _("Not in its time"),
        ]  # fmt: skip
        counts = ("condition_failed", "lost_to", "nothing_left", "limit", "budget", "window")
        return Sheet(
            title=_("Promotions"),
            headers=heads,
            rows=(
                [
                    one["id"], one["title"], one["candidates"], one["applied"],
                    self._major(one["discount"]), one["points"], *(one[name] for name in counts),
                ]
                for one in self._result["sides"]["tomorrow"]["promotions"]
            ),
        )  # fmt: skip

    def _compared(self, title: str, head: str, key: str, rows: list[Row]) -> Sheet:
        extra = [name for name in ("orders", "affected", "cheaper", "dearer") if name in _any(rows)]
        discounts = "discount_a" in _any(rows)
        words = {
            "orders": _("Orders"), "affected": _("Carts changed"), "cheaper": _("Cheaper"),
            "dearer": _("Dearer"),
        }  # fmt: skip
        heads = [head, *(words[name] for name in extra), _("Revenue today"), _("Revenue tomorrow")]
        if discounts:
            heads += [_("Discount today"), _("Discount tomorrow")]
        amounts = ["revenue_a", "revenue_b", *(["discount_a", "discount_b"] if discounts else [])]
        return Sheet(
            title=title,
            headers=heads,
            rows=(
                [
                    sentences.segment_of(one[key]),
                    *(one[name] for name in extra),
                    *(self._major(one[name]) for name in amounts),
                ]
                for one in rows
            ),
        )

    def _bands(self) -> Sheet:
        bands = self._result["bands"]
        names = band_names(self._result["band_ends"])
        return Sheet(
            title=_("Orders by discount"),
            headers=[_("Discount, %"), _("Orders today"), _("Orders tomorrow")],
            rows=(
                [name, a["orders"], b["orders"]]
                for name, a, b in zip(names, bands["today"], bands["tomorrow"], strict=True)
            ),
        )

    def _budgets(self) -> Iterator[Sheet]:
        budgets = self._result["sides"]["tomorrow"]["budgets"]
        if not budgets:
            return
        titles = self._report.titles
        names = [titles.get(one["promotion"], one["promotion"]) for one in budgets]
        days = [day for day, _left in budgets[0]["days"]]
        yield Sheet(
            title=_("Budgets left"),
            headers=[_("Day"), *names],
            rows=(
                [day, *(self._major(one["days"][place][1]) for one in budgets)]
                for place, day in enumerate(days)
            ),
        )

    def _carts(self) -> Sheet:
        heads = [
            _("List"), _("Order number"), _("Day"), _("Segment"), _("Article"), _("Quantity"),
            _("List price"), _("Cost"), _("Today"), _("Tomorrow"),
        ]  # fmt: skip
        return Sheet(
            title=_("Worst carts"),
            headers=heads,
            rows=(
                [
                    name, cart["order"], cart["day"], sentences.segment_of(cart["segment"]),
                    line["sku"], line["qty"], self._major(line["unit"]), self._major(line["cost"]),
                    *(self._major(net) for net in line["nets"]),
                ]
                for name, cart in self._worst()
                for line in cart["lines"]
            ),
        )  # fmt: skip

    def _answers(self) -> Sheet:
        report = self._report
        return Sheet(
            title=_("What every rule answered"),
            headers=[_("Order number"), _("Promotion"), _("Discount"), _("Reason")],
            rows=(
                [cart["order"], told.title, self._major(told.amount), told.text]
                for _name, cart in self._worst()
                for told in answers_of(cart, report.ruleset, report.amounts)
            ),
        )

    def _worst(self) -> Iterator[tuple[str, Row]]:
        names = {"loss": _("Loses most"), "below_cost": _("Deepest below cost")}
        for name, words in names.items():
            for cart in self._result["worst"][name]:
                yield words, cart

    def _near(self) -> Sheet:
        return Sheet(
            title=_("Near misses"),
            headers=[
                _("Promotion"), _("Asks about"), _("Carts"), _("Reach it when filled up"),
                _("Bought, at list price"), _("More revenue"), _("More discount"),
            ],
            rows=(
                [
                    self._report.titles.get(one["promotion"], one["promotion"]),
                    sentences.asked(one["predicate"]), one["orders"], one["filled"],
                    self._major(one["bought"]), self._major(one["revenue"]),
                    self._major(one["discount"]),
                ]
                for one in self._result["near"]
            ),
        )  # fmt: skip

    def _scenarios(self) -> Sheet:
        return Sheet(
            title=_("Scenarios"),
            headers=[_("If"), _("Assumed"), _("Revenue against today"), _("Margin against today")],
            rows=(
                [one.title, one.assumed, one.revenue, one.margin] for one in self._report.scenarios
            ),
        )

    def _held(self) -> Sheet:
        return Sheet(
            title=_("Hold-out"),
            headers=[
                _("Share"), _("Held out"), _("In the campaign"),
                _("Smallest effect found"), _("Same, capped"),
            ],
            rows=(
                [
                    one["share_bp"] / 10_000, one["held"], one["campaign"],
                    self._major(one["effect"]), self._major(one["effect_capped"]),
                ]
                for one in self._result["hold_out"]["groups"]
            ),
        )  # fmt: skip


def _any(rows: list[Row]) -> Row:
    return rows[0] if rows else {}
