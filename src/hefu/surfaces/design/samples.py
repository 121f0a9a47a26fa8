"""Made-up values for the living guide (样例): nothing here is a brand's, a person's or a code's."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import (
    Crumb,
    Fact,
    Moment,
    NavGroup,
    NavItem,
    Tab,
    Trader,
    Verdict,
    WarrantyCard,
)
from hefu.surfaces.design.sample_figures import FIRST, figures
from hefu.surfaces.design.vocabulary import STATES, VERDICTS

CODE = "7K3M-Q9XT-2W4H-8PRD"


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name of the batch"), max_length=40)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"),
        min_value=1,
        help_text=gettext_lazy("How many units will be made; codes are issued for all of them."),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", "—"), ("tm", gettext_lazy("Online shop")), ("st", gettext_lazy("Store"))],
    )
    seal = forms.ChoiceField(
        label=gettext_lazy("Codes per unit"),
        choices=[("1", gettext_lazy("One")), ("2", gettext_lazy("Two, outer and inner"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(
        label=gettext_lazy("A second person has seen the figures"), required=False
    )


def job(value: int, *, poll: str) -> dict[str, Any]:
    """What ``design/progress.html`` needs."""
    return {
        "label": _("Issuing codes"),
        "percent": value * 100 // 8000,
        "poll": poll,
        "every": "500ms",
        "text": f"{grouped(value)} / {grouped(8000)}",
    }


def _nav(path: str) -> tuple[NavGroup, ...]:
    here = path
    work = (
        NavItem(label=_("Today"), url=here, icon="home", current=True, primary=True),
        NavItem(label=_("Approvals"), url="#", icon="check-badge", count=3, primary=True),
        NavItem(label=_("Products"), url="#", icon="cube", primary=True),
        NavItem(label=_("Production orders"), url="#", icon="queue-list", primary=True),
        NavItem(label=_("Codes"), url="#", icon="qr-code"),
    )
    look = (
        NavItem(label=_("Activations"), url="#", icon="chart-bar"),
        NavItem(label=_("Audit log"), url="#", icon="shield-check"),
    )
    return (NavGroup(items=work), NavGroup(label=_("Overview"), items=look))


def _story() -> tuple[Moment, ...]:
    return (
        Moment(
            at="2026-11-20 18:42",
            iso="2026-11-20T18:42:00+08:00",
            title=_("Activated"),
            text=_("The warranty runs from here; 10 C-coins were granted."),
            icon="check-circle",
            tone="good",
            facts=(
                Fact(name=_("Place"), value=_("Guangdong")),
                Fact(name=_("Channel"), value="tm"),
            ),
        ),
        Moment(
            at="2026-11-20 18:40",
            iso="2026-11-20T18:40:00+08:00",
            title=_("Checked: genuine, first check"),
            icon="qr-code",
            tone="info",
        ),
        Moment(
            at="2026-11-12 09:05",
            iso="2026-11-12T09:05:00+08:00",
            title=_("Shipped"),
            text=_("To a dealer, with a carton of twelve."),
            who=_("Warehouse, by hand scanner"),
            icon="truck",
            facts=(Fact(name=_("Carton"), value="CT-000418", code=True, url="#"),),
        ),
        Moment(
            at="2026-11-02 08:30",
            iso="2026-11-02T08:30:00+08:00",
            title=_("Generated"),
            who=_("Production order 2026-118, approved by a second person"),
            icon="sparkles",
        ),
    )


def desk(path: str, *, page: str) -> dict[str, Any]:
    """The guide to the desk's components."""
    wrong = SampleForm({"name": "", "quantity": "0", "seal": "1"}, auto_id="wrong_%s")
    return {
        "nav": _nav(path),
        "crumbs": (Crumb(label=_("Desk"), url=path), Crumb(label=_("Design guide"))),
        "user_name": _("Lin, product specialist"),
        "user_role": _("Demonstration brand"),
        "account_links": (Crumb(label=_("My account"), url="#"),),
        "sign_out_url": path,
        "figures": figures(),
        "form": SampleForm(),
        "filters": SampleForm(auto_id="filter_%s"),
        "wrong": wrong,
        "states": tuple(STATES),
        "story": _story(),
        "code": CODE,
        "tabs": (
            Tab(label=_("Story"), url="#tabs", current=True),
            Tab(label=_("Parts"), url="#tabs", count=3),
            Tab(label=_("Warranty"), url="#tabs"),
        ),
        "steps": (_("Product"), _("Quantity"), _("Codes"), _("Check")),
        "facts": (
            Fact(name=_("Identity code"), value=CODE, code=True),
            Fact(name=_("Product"), value=_("Steam iron, 2 litres"), url="#"),
            Fact(name=_("Batch"), value="01"),
        ),
        "rows": [
            (f"2026-{118 - i}", grouped(12000 - 500 * i), state) for i, state in enumerate(STATES)
        ],
        "page_of_rows": Paginator(range(240), 12).get_page(page),
        "poll": reverse("design:guide_progress"),
    }


def _story_of(kind: str) -> Verdict:
    """A verdict with the reason and the date a real one would carry."""
    reasons = {
        "genuine_first": _("This code was made for this product and nobody checked it before."),
        "genuine_again": _("Checked 3 times since 2 November. If you just bought it new, ask us."),
        "suspicious": _("It was checked 41 times in 9 provinces. Copies may be in use."),
        "recalled": _("The handle may get hot. Stop using it; we repair it free of charge."),
        "typing_error": _("One sign seems wrong. Compare the 9th with the label."),
        "unknown": _("Please check each sign. If it is right, the product may not be ours."),
        "leak": _("It should still be in the factory. Please tell us where you found it."),
        "void": _("The maker withdrew this code before any product was sold with it."),
        "frozen": _("Please try again later, or ask us."),
    }
    return Verdict(kind=kind, why=reasons[kind])


def consumer() -> dict[str, Any]:
    """The guide to the consumer's components."""
    return {
        "brand_name": _("Demonstration brand"),
        "language": get_language(),
        "verdicts": tuple(_story_of(kind) for kind in VERDICTS),
        "facts": (
            Fact(name=_("Product"), value=_("Steam iron, 2 litres")),
            Fact(name=_("Made on"), value=date_format(FIRST, "DATE_FORMAT")),
            Fact(name=_("Identity code"), value=CODE, code=True),
        ),
        "card": WarrantyCard(
            brand=_("Demonstration brand"),
            product=_("Steam iron"),
            model="PX-2000",
            code=CODE,
            starts=date_format(date(2026, 11, 20), "SHORT_DATE_FORMAT"),
            ends=date_format(date(2028, 11, 20), "SHORT_DATE_FORMAT"),
            status=_("In warranty"),
        ),
        "form": SampleForm(),
        "trader": Trader(
            name=_("Demonstration Appliances Ltd."),
            address=_("1 Example Road"),
            registration="91000000EXAMPLE000",
            icp="ICP 00000000",
            phone="400-000-0000",
            links=(Crumb(label=_("Privacy"), url="#"), Crumb(label=_("Complaints"), url="#")),
        ),
    }
