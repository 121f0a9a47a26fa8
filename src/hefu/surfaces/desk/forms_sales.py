"""Forms of the mall behind the counter: articles, stock, categories, the mall's terms, parcels."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.orders.adapters import PROVIDERS
from hefu.apps.orders.models import Article, Category, Mall
from hefu.apps.orders.selectors.articles import categories_for, lines_of
from hefu.apps.orders.services.articles import ArticleSheet
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.money import format_amount, parse_amount
from hefu.surfaces.desk.forms_orders import WholeNumber

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_DECIMALS = {"inputmode": "decimal", "autocomplete": "off"}


class Amount(forms.CharField):
    """An amount of money as people write it, 1,299.00; gives minor units of yuan."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs=_DECIMALS), "max_length": 16, **about})

    def clean(self, value: Any) -> Any:
        """Read it.

        Raises:
            ValidationError: it is no amount with at most two decimals, or below zero.
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text, "CNY")
        except DomainError:
            amount = -1
        if amount < 0:
            raise ValidationError(_("An amount such as 199.00, please."))
        return amount


def _plain(amount: int | None) -> str:
    return "" if amount is None else format_amount(amount, "CNY")


class ArticleForm(forms.Form):
    """An article as staff write it down."""

    sku = forms.CharField(
        label=_("Sku"), max_length=64,
        help_text=_("Letters, digits, dots, hyphens, slashes; zeros in front stay."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    unit = Amount(label=_("Price"))
    floor = Amount(
        label=_("Lowest price"), required=False,
        help_text=_("No promotion goes below it."),
    )  # fmt: skip
    cost = Amount(
        label=_("Cost"), required=False, help_text=_("For the margin floor; buyers never see it.")
    )
    tax = forms.DecimalField(
        label=_("VAT, percent"), min_value=0, max_value=100, decimal_places=2, initial=13
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=400, help_text=_("Separated by commas.")
    )
    product = forms.CharField(
        label=_("Item number of the product"), required=False, max_length=40,
        help_text=_("Where its units carry our codes."),
    )  # fmt: skip
    seven_days = forms.BooleanField(
        label=_("Can be sent back within seven days without a reason"), required=False,
        initial=True,
        help_text=_("Only what the law allows may be excluded; buyers confirm it each time."),
    )  # fmt: skip
    counted = forms.BooleanField(
        label=_("Its stock is counted"), required=False, initial=True,
        help_text=_("Otherwise it never runs out: a service, a digital good."),
    )  # fmt: skip
    on_sale = forms.BooleanField(label=_("On sale"), required=False)

    def __init__(
        self, actor: Actor, *arguments: Any, article: Article | None = None, **about: Any
    ) -> None:
        first = _initial(article) if article else None
        super().__init__(*arguments, **{"initial": first, **about})
        choices = [(row.code, row.name) for row in categories_for(actor)]
        field = self.fields["categories"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  (as declared above)
        field.choices = choices
        if not choices:
            del self.fields["categories"]
        if article is not None:
            self.fields["sku"].disabled = True
            del self.fields["counted"]

    def sheet(self) -> ArticleSheet:
        """Return what the service wants.

        Raises:
            Invalid: names the field.
        """
        said = self.cleaned_data
        tags = said["tags"].replace("，", ",").split(",")
        return ArticleSheet(
            sku=said["sku"], title=said["title"], title_en=said["title_en"],
            description=said["description"], unit=said["unit"], cost=said["cost"],
            floor=said["floor"] or 0, tax_bp=int(said["tax"] * 100),
            tags=tuple(tag.strip() for tag in tags if tag.strip()),
            categories=tuple(said.get("categories", ())), product=said["product"].strip(),
            seven_days=said["seven_days"], on_sale=said["on_sale"],
        )  # fmt: skip


def _initial(article: Article) -> dict[str, Any]:
    (line,) = lines_of([(article, 1)])
    return {
        "sku": article.sku, "title": article.title, "title_en": article.title_en,
        "description": article.description, "unit": _plain(article.unit),
        "floor": _plain(article.floor) if article.floor else "", "cost": _plain(article.cost),
        "tax": f"{article.tax_bp / 100:g}", "categories": list(line.categories),
        "tags": ", ".join(article.tags), "product": line.product,
        "seven_days": article.seven_days, "on_sale": article.on_sale,
    }  # fmt: skip


class StockForm(forms.Form):
    """What came in, or what a count found; the key makes a form sent twice one movement."""

    deed = forms.ChoiceField(
        label=pgettext_lazy("stock", "What happened"),
        choices=[("receive", _("Goods came in")), ("correct", _("A count differs from the book"))],
        widget=forms.RadioSelect, initial="receive",
    )  # fmt: skip
    quantity = forms.IntegerField(
        label=_("Pieces"), widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Of a count the difference: −5 where 95 were found and the book says 100."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=80,
        help_text=_("The delivery note's number, or why the count differs."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    @classmethod
    def empty(cls) -> "StockForm":
        """A new form with its own key."""
        return cls(initial={"key": str(uuid.uuid4()), "deed": "receive"})


class CategoryForm(forms.Form):
    """A node of the category tree."""

    code = forms.CharField(label=pgettext_lazy("short name", "Code"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_en = forms.CharField(
        label=pgettext_lazy("thing", "English name"), max_length=80, required=False
    )
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(
        self, actor: Actor, *arguments: Any, category: Category | None = None, **about: Any
    ) -> None:
        first = None
        if category is not None:
            above = category.parent.code if category.parent else ""
            first = {
                "code": category.code, "name": category.name, "name_en": category.name_en,
                "parent": above,
            }  # fmt: skip
        super().__init__(*arguments, **{"initial": first, **about})
        rows = categories_for(actor)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        field.choices = [("", _("nothing")), *((row.code, row.name) for row in rows)]
        if category is not None:
            self.fields["code"].disabled = True


class MallForm(forms.Form):
    """The mall's terms."""

    is_open = forms.BooleanField(label=_("The mall is open"), required=False)
    shipping = Amount(label=_("Shipping fee"))
    coin_value = Amount(
        label=_("What one C-coin pays"), help_text=_("0: coins are not taken as payment.")
    )
    coin_share = forms.IntegerField(
        label=_("Coins pay at most, percent of an order"), min_value=0, max_value=100
    )
    pay_minutes = WholeNumber(
        label=_("Minutes to pay"), min_value=1, widget=forms.TextInput(attrs=_DIGITS)
    )
    provider = forms.ChoiceField(
        label=_("Who takes the money"), required=False,
        help_text=_("The test provider moves no money: a button says that an order was paid."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, mall: Mall, **about: Any) -> None:
        first = {
            "is_open": mall.open, "shipping": _plain(mall.shipping),
            "coin_value": _plain(mall.coin_value), "coin_share": mall.coin_share_bp // 100,
            "pay_minutes": mall.pay_minutes, "provider": mall.provider,
        }  # fmt: skip
        super().__init__(*arguments, **{"initial": first, **about})
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        names = {"test": _("Test provider")}
        field.choices = [
            ("", _("nobody yet")), *((name, names.get(name, name)) for name in PROVIDERS)
        ]  # fmt: skip

    def terms(self) -> dict[str, Any]:
        """What ``set_mall`` wants."""
        said = dict(self.cleaned_data)
        said["coin_share_bp"] = said.pop("coin_share") * 100
        return said


class ParcelForm(forms.Form):
    """With whom the goods travel."""

    parcel = forms.CharField(label=_("Carrier and parcel number"), max_length=80)
