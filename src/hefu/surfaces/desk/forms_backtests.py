"""What a new backtest asks for (发起回测): which rules, which orders, under which assumptions."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.selectors.backtests import (
    ChosenRules,
    backtests_for,
    rule_choices,
    rules_chosen,
)
from hefu.apps.campaigns.services.backtests import (
    Comparison,
    HouseOrders,
    OrdersFile,
    SameOrders,
)
from hefu.core.actor import Actor
from hefu.core.backtest import Assumptions, Plan, Side
from hefu.core.errors import DomainError
from hefu.core.money import MINOR_DIGITS, parse_amount
from hefu.surfaces.desk.words import refusal_text

_DATE = {"type": "date"}
_EARLIER = 30
_LINE = re.compile(r"\s*([\w-]{1,40})\s*[:=：\s]\s*([\d.,]+)\s*%?\s*")

#: Keep the weekday a year later.
A_YEAR = 364


class BacktestForm(forms.Form):
    """One comparison on one set of orders."""

    name = forms.CharField(label=gettext_lazy("Name of the backtest"), max_length=80)
    tomorrow = forms.ChoiceField(label=gettext_lazy("Tomorrow's rules"))
    today = forms.ChoiceField(label=gettext_lazy("Compared with"))
    source = forms.ChoiceField(
        label=gettext_lazy("Which orders"), widget=forms.RadioSelect,
        choices=[
            ("file", gettext_lazy("A list I upload")),
            ("house", gettext_lazy("The orders in this house")),
            ("same", gettext_lazy("The orders of an earlier backtest")),
        ],
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("List"), required=False,
        help_text=gettext_lazy(
            "xlsx or CSV, one row per line of an order: order, time (year first), article, "
            "quantity and unit price; customer, category, cost, segment and shipping where known."
        ),
    )  # fmt: skip
    not_goods = forms.CharField(
        label=gettext_lazy("Articles that are no goods"), required=False, max_length=400,
        help_text=gettext_lazy("Postage, fees: their article codes, separated by commas."),
    )  # fmt: skip
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )
    same = forms.TypedChoiceField(
        label=gettext_lazy("Earlier backtest"), required=False, coerce=int, empty_value=None
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(one, one) for one in sorted(MINOR_DIGITS)]
    )
    windows = forms.ChoiceField(
        label=gettext_lazy("When rules hold"),
        choices=[
            ("always", gettext_lazy("All rules taken as always on")),
            ("year", gettext_lazy("Orders moved to one year later, same weekday")),
            ("same", gettext_lazy("Every order at its own instant")),
        ],
    )  # fmt: skip
    budgets = forms.CharField(
        label=gettext_lazy("Budgets"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Beyond those declared: short name of the promotion and amount, one per line."
        ),
    )  # fmt: skip
    redeem = forms.CharField(
        label=gettext_lazy("Who enters a code"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Promotions behind a code are replayed with a share only: short name and per cent."
        ),
    )  # fmt: skip
    hold_out = forms.DecimalField(
        label=gettext_lazy("Hold-out, per cent"), min_value=0, max_value=99, decimal_places=2
    )
    elasticity = forms.DecimalField(
        label=gettext_lazy("Price elasticity"), min_value=-10, max_value=0, decimal_places=2,
        help_text=gettext_lazy("-1.5: quantities rise by 15 % when prices fall by 10 %."),
    )  # fmt: skip
    fill_share = forms.DecimalField(
        label=gettext_lazy("Near misses that fill up, per cent"),
        min_value=0, max_value=100, decimal_places=2,
    )  # fmt: skip
    pull_share = forms.DecimalField(
        label=gettext_lazy("Only bought earlier, per cent"),
        min_value=0, max_value=100, decimal_places=2,
    )  # fmt: skip
    pull_days = forms.IntegerField(
        label=gettext_lazy("… within so many days"), min_value=0, max_value=366
    )

    def __init__(self, actor: Actor, *arguments: Any, now: datetime, **about: Any) -> None:
        super().__init__(*arguments, **about)
        self._actor, self._now = actor, now
        rules = [(one.key, one.label) for one in rule_choices(actor, now=now)]
        finished = backtests_for(actor).exclude(orders_hash="")[:_EARLIER]
        earlier = [(one.pk, f"{one.name} · {one.created_at:%Y-%m-%d}") for one in finished]
        self._choose("today", rules)
        self._choose("tomorrow", rules)
        self._choose("same", [("", "–"), *earlier])
        today = timezone.localdate(now)
        drafts = [key for key, _label in rules if key.startswith("with:")]
        begun = {
            "today": "now" if drafts else "none", "tomorrow": drafts[0] if drafts else "now",
            "source": "file", "since": today - timedelta(days=365), "until": today,
            "currency": "CNY", "windows": "always", "hold_out": 10, "elasticity": "-1.5",
            "fill_share": 15, "pull_share": 30, "pull_days": 14,
        }  # fmt: skip
        for name, value in begun.items():
            self.fields[name].initial = value

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Each source needs its own fields; lines of amounts can be read."""
        said: dict[str, Any] = super().clean() or {}
        needed = {"file": ["file"], "house": ["since", "until"], "same": ["same"]}
        for name in needed.get(said.get("source", ""), []):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("This belongs to the choice above."))
        since, until = said.get("since"), said.get("until")
        if said.get("source") == "house" and since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        currency = said.get("currency", "CNY")
        said["budgets"] = self._amounts("budgets", said, currency)
        said["redeem"] = self._amounts("redeem", said, "CNY")  # two decimals: basis points
        return said

    def _amounts(self, name: str, said: dict[str, Any], currency: str) -> dict[str, int]:
        found = {}
        for line in str(said.get(name) or "").splitlines():
            match = _LINE.fullmatch(line)
            try:
                if match is not None:
                    found[match.group(1)] = parse_amount(match.group(2), currency)
                elif line.strip():
                    self.add_error(name, _('"%(line)s" is no name and number.') % {"line": line})
            except DomainError as refusal:
                self.add_error(name, refusal_text(refusal))
        return found

    def source_chosen(self) -> HouseOrders | OrdersFile | SameOrders:
        """Return where the orders come from; only of a valid form."""
        said = self.cleaned_data
        if said["source"] == "file":
            words = re.split(r"[,，;；\s]+", said["not_goods"])
            return OrdersFile(
                file=said["file"], file_name=said["file"].name,
                not_goods=frozenset(word for word in words if word),
            )  # fmt: skip
        if said["source"] == "same":
            return SameOrders(backtest_id=said["same"])
        return HouseOrders(
            since=_midnight(said["since"]), until=_midnight(said["until"] + timedelta(days=1))
        )

    def comparison(self) -> Comparison:
        """Return what is compared; only of a valid form."""
        said = self.cleaned_data
        today = rules_chosen(self._actor, said["today"], now=self._now)
        tomorrow = rules_chosen(self._actor, said["tomorrow"], now=self._now)
        return Comparison(
            name=said["name"], today_name=today.label, tomorrow_name=tomorrow.label,
            plan=Plan(
                today=_side(today), tomorrow=_side(tomorrow, said["budgets"], said["redeem"]),
                currency=said["currency"], always_on=said["windows"] == "always",
                shift_days=A_YEAR if said["windows"] == "year" else 0,
            ),
            assumptions=Assumptions(
                elasticity=round(said["elasticity"] * 100),
                fill_share_bp=round(said["fill_share"] * 100),
                pull_share_bp=round(said["pull_share"] * 100), pull_days=said["pull_days"],
            ),
            salt=tomorrow.salt,
            hold_out_bp=tomorrow.hold_out_bp or round(said["hold_out"] * 100),
        )  # fmt: skip


def _side(
    chosen: ChosenRules, budgets: dict[str, int] | None = None, redeem: dict[str, int] | None = None
) -> Side:
    return Side(
        rules=chosen.rules, budgets={**chosen.budgets, **(budgets or {})}, redeem=redeem or {}
    )


def _midnight(day: Any) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
