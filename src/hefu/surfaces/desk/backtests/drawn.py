"""The charts of a backtest's report (回测图表); every one has its table behind it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hefu.core import charts
from hefu.surfaces.design.numbers import chart_words, grouped, short_day
from hefu.surfaces.desk.backtests.amounts import Amounts
from hefu.surfaces.desk.backtests.sentences import segment_of

#: Longer periods are drawn by week.
DAYS_BY_DAY = 92

_MOST_BARS = 8
_MOST_LINES = 4


def all_of(result: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, charts.Chart]:
    """Draw everything there is something to draw of, by name."""
    amounts = Amounts(result["currency"])
    drawn = {
        "discount": discount_chart(result, amounts),
        "bands": bands_chart(result),
    }
    if result["sides"]["tomorrow"]["budgets"]:
        drawn["budgets"] = budget_chart(result, titles, amounts)
    for name, head in (("segments", _("Segment")), ("categories", _("Category"))):
        if len(result[name]) > 1:
            drawn[name] = _losers_and_winners(result, name, head, amounts)
    return drawn


def _weekly(days: Sequence[Mapping[str, Any]]) -> bool:
    return len(days) > DAYS_BY_DAY


def _monday(day: str) -> date:
    on = date.fromisoformat(day)
    return on - timedelta(days=on.weekday())


def discount_chart(result: Mapping[str, Any], amounts: Amounts) -> charts.Chart:
    """What both rule sets take off over time, by day or by week."""
    weekly = _weekly(result["days"])
    sums: dict[date, list[int]] = {}
    for row in result["days"]:
        on = _monday(row["day"]) if weekly else date.fromisoformat(row["day"])
        row_sums = sums.setdefault(on, [0, 0])
        row_sums[0] += row["discount_a"]
        row_sums[1] += row["discount_b"]
    title = _("Discount per week") if weekly else _("Discount per day")
    return charts.line_chart(
        charts.About(ident="discount", title=title),
        charts.Dataset(
            head=_("Week from") if weekly else _("Day"),
            labels=tuple(short_day(on) for on in sums),
            series=(
                charts.Series(name=_("Today"), values=tuple(row[0] for row in sums.values())),
                charts.Series(name=_("Tomorrow"), values=tuple(row[1] for row in sums.values())),
            ),
        ),
        number=amounts.drawn,
        words=chart_words(),
    )


def budget_chart(
    result: Mapping[str, Any], titles: Mapping[str, str], amounts: Amounts
) -> charts.Chart:
    """What is left of each budget at the end of each day (of each week, on its Sunday)."""
    budgets = result["sides"]["tomorrow"]["budgets"][:_MOST_LINES]
    points: dict[date, int] = {}  # the last day of each week, by its place
    weekly = _weekly(result["days"])
    for place, row in enumerate(result["days"]):
        points[_monday(row["day"]) if weekly else date.fromisoformat(row["day"])] = place
    return charts.line_chart(
        charts.About(
            ident="budgets",
            title=_("What is left of the budgets"),
            description=_("Under tomorrow's rules, at the end of each week")
            if weekly
            else _("Under tomorrow's rules, at the end of each day"),
        ),
        charts.Dataset(
            head=_("Week from") if weekly else _("Day"),
            labels=(_("Start"), *(short_day(on) for on in points)),
            series=tuple(
                charts.Series(
                    name=titles.get(one["promotion"], one["promotion"]),
                    values=(one["declared"], *(one["days"][place][1] for place in points.values())),
                )
                for one in budgets
            ),
        ),
        number=amounts.drawn,
        words=chart_words(),
        filled=len(budgets) == 1,
    )


def band_names(ends: Iterable[int]) -> list[str]:
    """Name the bands of discount in per cent: 0, 0–5, ..., above 50."""
    names, before = [], None
    for end in ends:
        per_cent = end // 100
        names.append("0" if before is None else f"{before}–{per_cent}")
        before = per_cent
    return [*names, f"> {before}"]


def bands_chart(result: Mapping[str, Any]) -> charts.Chart:
    """How many orders get how much off."""
    bands = result["bands"]
    return charts.bar_chart(
        charts.About(
            ident="bands",
            title=_("Orders by discount"),
            description=_("Discount in per cent of the list price"),
        ),
        charts.Dataset(
            head=_("Discount, %"),
            labels=tuple(band_names(result["band_ends"])),
            series=tuple(
                charts.Series(name=name, values=tuple(row["orders"] for row in bands[side]))
                for side, name in (("today", _("Today")), ("tomorrow", _("Tomorrow")))
            ),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
    )


def _losers_and_winners(
    result: Mapping[str, Any], table: str, head: str, amounts: Amounts
) -> charts.Chart:
    """What customers of each group save together, the most first."""
    key = {"segments": "segment", "categories": "category"}[table]
    saved = sorted(
        ((segment_of(row[key]), row["revenue_a"] - row["revenue_b"]) for row in result[table]),
        key=lambda one: -abs(one[1]),
    )
    bars = saved[:_MOST_BARS]
    if rest := sum(amount for _name, amount in saved[_MOST_BARS:]):
        bars.append((_("All others"), rest))
    title = (
        _("What customers save, by segment")
        if table == "segments"
        else _("What customers save, by category")
    )
    return charts.horizontal_bar_chart(
        charts.About(ident=table, title=title),
        charts.Dataset(
            head=head,
            labels=tuple(name for name, _amount in bars),
            series=(
                charts.Series(
                    name=_("Customers save"), values=tuple(amount for _name, amount in bars)
                ),
            ),
        ),
        number=amounts.drawn,
        words=chart_words(),
    )
