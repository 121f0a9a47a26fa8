"""A promotion as a form (促销表单): what, on which goods, for whom, when, how much, beside what."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.promotions import campaigns_for
from hefu.apps.campaigns.values import Draft, settled
from hefu.apps.orders.selectors.articles import articles_for, categories_for
from hefu.core.actor import Actor
from hefu.core.promotions import (
    EVERYTHING,
    Benefit,
    HoldOut,
    Promotion,
    RulesRefused,
    Scope,
    Terms,
    Way,
)
from hefu.core.promotions.checks import check_promotion
from hefu.surfaces.desk.promoting import audience
from hefu.surfaces.desk.promoting.blanks import (
    AmountField,
    NamesField,
    PercentField,
    number,
    scope_fields,
    scope_of,
)
from hefu.surfaces.desk.promoting.sayings import Saying, saying_of

WAYS = (
    (Way.KEEP, _("each piece is refunded at what was paid for it")),
    (Way.REPRICE, _("what stays is priced again by these rules")),
    (Way.LITERAL, _("what stays is priced by the steps that were reached; a lost step is lost")),
)
ENTRIES = (
    ("", _("by itself")),
    ("code", _("with a code everybody may know")),
    ("coupon", _("with a coupon of one's own")),
)
GOODS = ("categories", "skus", "tags", "except_skus")
WHO = (
    "min_spend", "min_pieces", "kinds", "members", "levels", "segments", "group", "channels",
    "ways", "regions", "birthday", "nth_order",
)  # fmt: skip
WHEN = ("starts_at", "ends_at", "entry", "shared_code")
LIMITS = ("budget", "edge", "max_uses", "max_per_customer", "partner", "partner_share")
BESIDE = ("exclusive", "priority", "tags_own", "accepts", "way", "recheck_shipping")
PLAN = (
    "title", "code", "campaign", "audience", "goal", "publicity", "compared_with", "override",
)  # fmt: skip


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False)


def _words(label: Any, most: int, *, required: bool = False, **about: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, **about)


class PromotionForm(forms.Form):
    """The editor's form for one saying."""

    title = _words(_("Title"), 80, required=True)
    code = forms.SlugField(
        label=_("Short name"), max_length=40,
        help_text=_("In addresses and reports; it never changes."),
    )  # fmt: skip
    campaign: "forms.ModelChoiceField[Campaign]" = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label=_("None"),
        help_text=_("Its hold-out applies here too."),
    )  # fmt: skip
    audience = _words(
        _("For whom, as it is announced"), 120,
        help_text=_("What buyers read; prices differ only by what is announced."),
    )  # fmt: skip
    goal = _words(_("What for"), 200)
    publicity = _words(_("Where it is told"), 200)
    compared_with = _words(
        _("Compared with"), 120,
        help_text=_("Where a reduction is not from the lowest price of the last 7 days."),
    )  # fmt: skip
    override = _words(
        _("Why a warning does not stop it"), 300, help_text=_("The second person reads it.")
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    skus = NamesField(
        label=_("Articles"), required=False, help_text=_("Their skus; nothing named: everything.")
    )
    tags = NamesField(label=_("Tags of articles"), required=False)
    except_skus = NamesField(label=_("But not"), required=False)
    starts_at = _moment(_("From"))
    ends_at = _moment(_("Until"))
    entry = forms.ChoiceField(
        label=_("It comes"), choices=ENTRIES, widget=forms.RadioSelect, required=False
    )
    shared_code = _words(_("The code"), 40)
    budget = AmountField(label=_("Budget, yuan"), required=False)
    edge = forms.ChoiceField(
        label=_("When less is left than the discount"), required=False,
        choices=(("refuse", _("refuse")), ("grant_rest", _("give the rest"))),
    )  # fmt: skip
    max_uses = number(_("Uses in all"), required=False, most=100_000_000)
    max_per_customer = number(_("Uses per customer"), required=False, most=10_000)
    partner: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("A partner bears a part"), queryset=None, required=False, empty_label=_("None")
    )
    partner_share = PercentField(label=_("The partner's part, per cent"), required=False)
    exclusive = forms.BooleanField(label=_("Never together with another one"), required=False)
    priority = number(_("Priority"), least=-1000, most=1000, required=False)
    tags_own = NamesField(label=_("Tags of this promotion"), required=False)
    accepts = NamesField(
        label=_("Combines only with tags"), required=False,
        help_text=_("Empty: the house's rule, one of each kind and the best for the customer."),
    )  # fmt: skip
    way = forms.ChoiceField(label=_("When goods come back"), choices=WAYS, required=False)
    recheck_shipping = forms.BooleanField(
        label=_("Shipping is charged when its threshold is lost by a return"), required=False
    )

    def __init__(self, actor: Actor, saying: Saying, *arguments: Any, **about: Any) -> None:
        fixed = about.pop("fixed_code", "")
        super().__init__(*arguments, **about)
        self.actor, self.saying = actor, saying
        self.fields.update(saying.blanks())
        self.fields.update(audience.blanks(actor))
        if not saying.goods:
            for name in GOODS:
                del self.fields[name]
        else:
            self._choices("categories", [(row.code, str(row)) for row in categories_for(actor)])
        self._rows("campaign", campaigns_for(actor))
        self._rows("partner", organisations_for(actor))
        if fixed:
            self.fields["code"].disabled = True
            self.initial["code"] = fixed

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  (as declared above)
        field.choices = choices

    def _rows(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (as declared above)
        field.queryset = rows

    def sentence(self) -> SafeString:
        """Write the sentence with its blanks where they belong."""
        parts = {}
        for name in self.saying.blanks():
            bound = self[name]
            attrs: dict[str, str | bool] = {
                "class": "input blank",
                "aria-label": str(bound.label),
            }
            if bound.errors:
                attrs["aria-invalid"] = "true"
            parts[name] = bound.as_widget(attrs=attrs)
        # the sentence is ours or a translator's, the widgets escape themselves
        return mark_safe(str(self.saying.text).format(**parts))  # noqa: S308

    def group(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        """Return some fields in this order, those that this saying has."""
        return [self[name] for name in names if name in self.fields]

    @property
    def goods_fields(self) -> list[forms.BoundField]:
        """Which goods."""
        return self.group(GOODS)

    @property
    def who_fields(self) -> list[forms.BoundField]:
        """For whom, and from which cart on."""
        return self.group(WHO)

    @property
    def when_fields(self) -> list[forms.BoundField]:
        """When, and how it is asked for."""
        return self.group(WHEN)

    @property
    def limit_fields(self) -> list[forms.BoundField]:
        """How much, and who pays."""
        return self.group(LIMITS)

    @property
    def beside_fields(self) -> list[forms.BoundField]:
        """Beside what else, and what a return does."""
        return self.group(BESIDE)

    @property
    def plan_fields(self) -> list[forms.BoundField]:
        """What the plan says."""
        return self.group(PLAN)

    def clean(self) -> dict[str, Any]:
        """Look at what belongs together, then ask the engine whether it can take it."""
        given = super().clean() or {}
        self._check_together(given)
        self._check_articles(given)
        if not self.errors:
            try:
                check_promotion(self.draft().promotion)
            except RulesRefused as refusal:
                self.add_error(None, _("The engine cannot take this: %(why)s") % {
                    "why": refusal.details.get("reason", "")})  # fmt: skip
            except ValueError as error:
                name = str(error)
                self.add_error(name if name in self.fields else None, _("Please fill this in."))
        return given

    def _check_together(self, given: dict[str, Any]) -> None:
        start, end = given.get("starts_at"), given.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end lies after the start."))
        if given.get("entry") == "code" and not given.get("shared_code"):
            self.add_error("shared_code", _("Which code?"))
        if given.get("partner") and not given.get("partner_share"):
            self.add_error("partner_share", _("Which part does the partner bear?"))

    def _check_articles(self, given: dict[str, Any]) -> None:
        named = {
            sku: name
            for name in ("skus", "except_skus", "parts", "substitutes", "gift")
            for sku in (
                [given[name]] if name == "gift" and given.get(name) else given.get(name, ())
            )
        }
        rows = articles_for(self.actor).filter(sku__in=named)
        prices = dict(rows.values_list("sku", "unit"))
        for sku, name in named.items():
            if sku not in prices:
                self.add_error(name, _("There is no article %(sku)s.") % {"sku": sku})
        if given.get("gift") in prices:
            given["value"] = prices[given["gift"]]

    def scope(self) -> Scope:
        """Which goods are meant."""
        return scope_of(self.cleaned_data) if self.saying.goods else EVERYTHING

    def draft(self) -> Draft:
        """Return what was written.

        Raises:
            ValueError: names a blank that must be filled in.
        """
        given = self.cleaned_data
        share = given.get("partner_share")
        return Draft(
            promotion=self._promotion(given),
            terms=Terms(
                way=Way(given.get("way") or Way.KEEP),
                recheck_shipping=bool(given.get("recheck_shipping")),
            ),
            budget=given.get("budget"),
            shares={given["partner"].pk: share} if given.get("partner") and share else {},
            goal=given["goal"], publicity=given["publicity"],
            compared_with=given["compared_with"], override=given["override"],
        )  # fmt: skip

    def _promotion(self, given: dict[str, Any]) -> Promotion:
        scope = self.scope()
        entry = given.get("entry")
        accepts = given.get("accepts")
        return Promotion(
            id=given["code"], title=given["title"].strip(), audience=given["audience"].strip(),
            benefit=self.saying.build(given, scope),
            conditions=audience.conditions_of(given, scope), currency="CNY",
            starts_at=given.get("starts_at"), ends_at=given.get("ends_at"),
            code=given["shared_code"].strip() if entry == "code" else None,
            needs_coupon=entry == "coupon",
            max_uses=given.get("max_uses"), max_per_customer=given.get("max_per_customer"),
            at_budget_edge=given.get("edge") or "refuse",
            exclusive=bool(given.get("exclusive")), priority=given.get("priority") or 0,
            tags=frozenset(given.get("tags_own") or ()),
            accepts=frozenset(accepts) if accepts else None,
        )  # fmt: skip


def filled_in(draft: Draft, campaign: Campaign | None) -> tuple[Saying, dict[str, Any]] | None:
    """Read a promotion back into its sentence; None where it says more than the editor can."""
    promotion = draft.promotion
    found = saying_of(promotion.benefit)
    if found is None:
        return None
    saying, blanks = found
    plain = replace(promotion, group=None, lane=0, phase=None)
    if settled(plain, version=promotion.version, campaign=campaign) != promotion:
        return None  # a place among the others that only an integrator can write
    scope: Scope = _scope(promotion.benefit)
    goods = scope_fields(scope)
    persons = [one for one in promotion.conditions if not isinstance(one, HoldOut)]
    who = audience.filled_from(persons, scope if saying.goods else EVERYTHING)
    if goods is None or who is None or len(draft.shares) > 1:
        return None
    partner, share = next(iter(draft.shares.items()), (None, None))
    entry = "code" if promotion.code else "coupon" if promotion.needs_coupon else ""
    about = {
        "title": promotion.title, "code": promotion.id, "audience": promotion.audience,
        "campaign": campaign.pk if campaign else None, "goal": draft.goal,
        "publicity": draft.publicity, "compared_with": draft.compared_with,
        "override": draft.override, "starts_at": _local(promotion.starts_at),
        "ends_at": _local(promotion.ends_at), "entry": entry, "shared_code": promotion.code or "",
        "budget": draft.budget, "edge": promotion.at_budget_edge,
        "max_uses": promotion.max_uses, "max_per_customer": promotion.max_per_customer,
        "partner": partner, "partner_share": share, "exclusive": promotion.exclusive,
        "priority": promotion.priority or None, "tags_own": tuple(sorted(promotion.tags)),
        "accepts": tuple(sorted(promotion.accepts or ())), "way": draft.terms.way,
        "recheck_shipping": draft.terms.recheck_shipping,
    }  # fmt: skip
    return saying, {**about, **goods, **who, **blanks}


def _scope(benefit: Benefit) -> Scope:
    found = getattr(benefit, "scope", None) or getattr(getattr(benefit, "buy", None), "scope", None)
    return found or EVERYTHING


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
