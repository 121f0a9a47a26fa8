"""Figures of activations (激活统计): a period, maybe one product or channel, in charts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr, TruncDate
from django.utils.translation import gettext as _

from hefu.apps.identity.models import Activation
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.identity.selectors.reports import Funnel, made_shipped_activated
from hefu.apps.identity.selectors.reports import Period as Days
from hefu.core import charts
from hefu.core.actor import Actor
from hefu.surfaces.design.numbers import (
    chart_language,
    chart_words,
    compact,
    grouped,
    short_day,
)
from hefu.surfaces.desk.periods import Period

MOST_BARS = 10  # the rest are one bar


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for; ids are None for all."""

    period: Period
    product_id: int | None = None
    channel_id: int | None = None
    weekly: bool = False

    @property
    def before(self) -> "Question":
        """The same of the period just before."""
        return replace(self, period=self.period.before)


def asked_for(actor: Actor, question: Question) -> QuerySet[Activation]:
    """The activations of a question that the actor may see, newest first."""
    period = question.period
    rows = activations_for(actor).filter(at__gte=period.begins, at__lt=period.ends)
    if question.product_id is not None:
        rows = rows.filter(product_id=question.product_id)
    if question.channel_id is not None:
        rows = rows.filter(channel_id=question.channel_id)
    return rows


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of one question: by day (all days of the period), channel, product, province.

    Provinces are the first two digits of GB/T 2260; ``members`` are different people.
    """

    days: dict[date, int]
    channels: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...]
    regions: dict[str, int]
    members: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.days.values())

    @property
    def reached(self) -> int:
        """In how many provinces."""
        return sum(code in charts.PROVINCES for code in self.regions)


def figures_of(actor: Actor, question: Question) -> Figures:
    """Count a question's activations; five queries, whatever their number."""
    rows = asked_for(actor, question).select_related(None).order_by()
    number = Count("pk")
    by_day = dict(rows.values_list(TruncDate("at")).annotate(number=number))
    by_channel = rows.values_list("channel__name").annotate(number=number).order_by("-number")
    by_product = rows.values_list("product__model").annotate(number=number).order_by("-number")
    by_region = rows.values_list(Substr("region", 1, 2)).annotate(number=number)
    period = question.period
    days = [period.first + timedelta(days=after) for after in range(period.days)]
    return Figures(
        days={day: by_day.get(day, 0) for day in days},
        channels=tuple((name or _("Not told"), count) for name, count in by_channel),
        products=tuple(by_product),
        regions=dict(by_region),
        members=rows.aggregate(people=Count("member_id", distinct=True))["people"],
    )


def count_of(actor: Actor, question: Question) -> int:
    """How many activations a question has."""
    return asked_for(actor, question).select_related(None).order_by().count()


def time_chart(figures: Figures, *, weekly: bool) -> charts.Chart:
    """Activations over time, by day or by week (Monday to Sunday)."""
    points = _by_week(figures.days) if weekly else figures.days
    title = _("Activations per week") if weekly else _("Activations per day")
    head = _("Week from") if weekly else _("Day")
    return charts.line_chart(
        charts.About(ident="time", title=title),
        charts.Dataset(
            head=head,
            labels=tuple(short_day(day) for day in points),
            series=(charts.Series(name=_("Activations"), values=tuple(points.values())),),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
        filled=True,
    )


def _by_week(days: dict[date, int]) -> dict[date, int]:
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[day - timedelta(days=day.weekday())] += number
    return dict(weeks)


def channel_chart(figures: Figures) -> charts.Chart:
    """Activations by channel, most first."""
    about = charts.About(ident="channels", title=_("Activations by channel"))
    return _bars(about, _("Channel"), figures.channels)


def product_chart(figures: Figures) -> charts.Chart:
    """Activations by model, most first."""
    about = charts.About(ident="products", title=_("Activations by model"))
    return _bars(about, _("Model"), figures.products)


def _bars(about: charts.About, head: str, counts: Sequence[tuple[str, int]]) -> charts.Chart:
    """Lying bars, the small ones together."""
    bars = list(counts[:MOST_BARS])
    rest = sum(number for _name, number in counts[MOST_BARS:])
    if rest:
        bars.append((_("All others"), rest))
    values = tuple(number for _name, number in bars)
    return charts.horizontal_bar_chart(
        about,
        charts.Dataset(
            head=head,
            labels=tuple(name for name, _number in bars),
            series=(charts.Series(name=_("Activations"), values=values),),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
    )


def province_chart(figures: Figures) -> charts.Chart:
    """Activations by province, one square each."""
    return charts.tile_map(
        charts.About(
            ident="provinces",
            title=_("Activations by province"),
            description=_("One square each, arranged by neighbourhood; not a map."),
        ),
        figures.regions,
        language=chart_language(),
        number=grouped,
        compact=compact,
        words=chart_words(total=_("Total")),
    )


def funnel_of(actor: Actor, question: Question) -> list[Funnel]:
    """Made, shipped, activated of what was produced in the period (R087), newest month first."""
    days = Days(first=question.period.first, last=question.period.last)
    rows = [
        row
        for row in made_shipped_activated(actor, days)
        if (row.made or row.activated)
        and question.product_id in (None, row.product_id)
        and question.channel_id in (None, row.channel_id)
    ]
    return sorted(rows, key=lambda row: (row.month, row.made), reverse=True)


@dataclass(frozen=True, kw_only=True)
class FunnelSum:
    """All rows of a funnel together."""

    made: int
    shipped: int
    activated: int

    @property
    def per_mille(self) -> int:
        """Activated of shipped, in tenths of a per cent, half up; 0 where nothing was shipped."""
        if not self.shipped:
            return 0
        return (self.activated * 2000 + self.shipped) // (2 * self.shipped)

    @property
    def rate(self) -> str:
        """Activated of shipped, in per cent with one decimal."""
        return percent(self.per_mille) if self.shipped else "–"


def percent(per_mille: int) -> str:
    """Write tenths of a per cent: 412 is 41.2 %."""
    return f"{per_mille / 10:.1f} %"


def sum_of(rows: Sequence[Funnel]) -> FunnelSum:
    """Add a funnel up."""
    return FunnelSum(
        made=sum(row.made for row in rows),
        shipped=sum(row.shipped for row in rows),
        activated=sum(row.activated for row in rows),
    )


def funnel_charts(rows: Sequence[Funnel]) -> dict[str, charts.Chart]:
    """Made, shipped and activated by model beside each other, and the rate of each."""
    models: dict[str, list[Funnel]] = {}
    for row in rows:
        models.setdefault(row.model, []).append(row)
    sums = {model: sum_of(of_model) for model, of_model in models.items()}
    counts = (
        charts.Series(name=_("Made"), values=tuple(each.made for each in sums.values())),
        charts.Series(name=_("Shipped"), values=tuple(each.shipped for each in sums.values())),
        charts.Series(name=_("Activated"), values=tuple(each.activated for each in sums.values())),
    )
    rates = tuple(each.per_mille / 10 if each.shipped else None for each in sums.values())
    rate = charts.Series(name=_("Activated of shipped, %"), values=rates)
    words = chart_words()
    return {
        "funnel": charts.bar_chart(
            charts.About(ident="funnel", title=_("Made, shipped, activated by model")),
            charts.Dataset(head=_("Model"), labels=tuple(sums), series=counts),
            number=grouped, words=words,
        ),
        "rates": charts.horizontal_bar_chart(
            charts.About(ident="rates", title=_("Activated of shipped, per cent")),
            charts.Dataset(head=_("Model"), labels=tuple(sums), series=(rate,)),
            number=grouped, words=words,
        ),
    }  # fmt: skip
