"""Numbers for readers: grouped, short with 万 and 亿 or k and M, and money (数字的写法)."""

from datetime import date
from typing import Literal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hefu.core.charts import Words, plain
from hefu.core.money import format_amount

CHINESE = ((10**8, "亿"), (10**4, "万"))
ENGLISH = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


def chart_language() -> Literal["zh", "en"]:
    """The language of region names: Chinese for Chinese readers, else English."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def grouped(number: float) -> str:
    """All digits, grouped as the reader's language does; at most two decimals.

    Django groups Chinese numbers not at all; figures in Chinese business are grouped by three.
    """
    if chart_language() == "zh":
        return plain(number)
    rounded = number if isinstance(number, int) else round(number, 2)
    return number_format(rounded, use_l10n=True, force_grouping=True)


def compact(number: float) -> str:
    """Three digits or so: 1.2万, 3.4亿; 12k, 3.4M. Rounded half to even."""
    units = CHINESE if chart_language() == "zh" else ENGLISH
    for size, sign in units:
        if abs(number) >= size:
            share = number / size
            decimals = 0 if abs(share) >= 100 or share == int(share) else 1
            return f"{share:.{decimals}f}".removesuffix(".0") + sign
    return grouped(number)


def price(amount: int, currency: str) -> str:
    """Minor units as a price tag shows them: ¥1,299.00, −¥10.00; other currencies by their code."""
    sign = "−" if amount < 0 else ""
    mark = "¥" if currency == "CNY" else f"{currency} "
    return f"{sign}{mark}{_decimal(abs(amount), currency)}"


def money(amount: int, currency: str) -> str:
    """Minor units within a sentence: 1,299.00 元; in English as on a price tag."""
    if currency == "CNY" and chart_language() == "zh":
        return f"{_decimal(amount, currency)} 元"
    return price(amount, currency)


def _decimal(amount: int, currency: str) -> str:
    whole, point, decimals = format_amount(amount, currency).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def short_day(day: date) -> str:
    """A day on the axis of a chart: Nov 3, 11月3日."""
    return date_format(day, pgettext("day on a chart's axis, as Django's date filter", "M j"))


def chart_words(*, total: str = "") -> Words:
    """The words a chart says itself, in the reader's language."""
    return Words(
        empty=_("No data yet"),
        total=total,
        elsewhere=_("Elsewhere or unknown"),
        region=_("Region"),
        value=_("Number"),
    )
