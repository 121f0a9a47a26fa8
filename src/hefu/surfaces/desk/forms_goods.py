"""Forms of a campaign's goods (选品表单): weights, what is kept, roles, sets."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.campaigns.models import CampaignGoods, GoodsRole, GoodsSet
from hefu.apps.campaigns.selectors.goods_sets import Segment, articles_in, segment_of
from hefu.apps.campaigns.services.goods import MOST_DAYS, MOST_PICKED
from hefu.apps.campaigns.services.goods_sets import LONGEST_AGO, MOST_ARTICLES, SetSheet
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for
from hefu.core.actor import Actor
from hefu.surfaces.desk.promoting.blanks import NamesField, number

ROLES = (
    (GoodsRole.HERO, _("hero: what the campaign is about")),
    (GoodsRole.TRAFFIC, _("traffic: what brings people in")),
    (GoodsRole.BUNDLE, _("bundle: what is sold along")),
    (GoodsRole.NEW, _("new: what is to become known")),
)
ROLE_WORDS: Mapping[str, Any] = {
    GoodsRole.HERO.value: _("hero"), GoodsRole.TRAFFIC.value: _("traffic"),
    GoodsRole.BUNDLE.value: _("bundle"), GoodsRole.NEW.value: pgettext_lazy("role of goods", "new"),
}  # fmt: skip


class WeightsForm(forms.Form):
    """By what articles are ranked; weights in whole per cent."""

    quality = number(_("Quality, per cent"), least=0, most=100)
    demand = number(_("Demand, per cent"), least=0, most=100)
    newness = number(_("Newness, per cent"), least=0, most=100)
    window_days = number(
        _("Days of the window"), most=MOST_DAYS,
        help_text=_("What was sold in so many whole days before today, and in as many before."),
    )  # fmt: skip
    fresh_days = number(
        _("Days until nothing is new"), most=MOST_DAYS,
        help_text=_("The score of newness falls evenly to nought in this time."),
    )  # fmt: skip

    @staticmethod
    def filled_from(said: CampaignGoods) -> dict[str, int]:
        """What the form begins with."""
        return {
            "quality": said.quality_bp // 100, "demand": said.demand_bp // 100,
            "newness": said.newness_bp // 100, "window_days": said.window_days,
            "fresh_days": said.fresh_days,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The weights are a whole."""
        given = super().clean() or {}
        parts = [given.get(name) for name in ("quality", "demand", "newness")]
        if None not in parts and sum(part for part in parts if part) != 100:
            self.add_error("newness", _("The three weights must be 100 per cent together."))
        return given

    def said(self) -> dict[str, int]:
        """Weights in basis points, and days."""
        given = self.cleaned_data
        return {
            **{name: given[name] * 100 for name in ("quality", "demand", "newness")},
            "window_days": given["window_days"], "fresh_days": given["fresh_days"],
        }  # fmt: skip


class KeepForm(forms.Form):
    """How many of the ranking are kept."""

    first = number(_("The first so many articles"), most=MOST_PICKED, initial=20)


class RoleForm(forms.Form):
    """One more article with its role."""

    sku = forms.CharField(label=_("Article (SKU)"), max_length=64)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)


class LeastForm(forms.Form):
    """With how many articles a set is still shown."""

    least = number(_("Show a set from so many articles"), most=MOST_ARTICLES)


class SetForm(forms.Form):
    """A set; who it is for is asked only beside a default."""

    title = forms.CharField(label=_("Title"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=60, required=False)
    skus = NamesField(
        label=_("Articles (SKUs)"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Parted by commas or lines, in the order in which they are shown."),
    )  # fmt: skip
    products: "forms.ModelMultipleChoiceField[Product]" = forms.ModelMultipleChoiceField(
        label=_("For owners of one of these products"), queryset=None, required=False,
        help_text=_("Members who activated one of them."),
    )  # fmt: skip
    activated_days = number(
        _("who activated within so many days"), most=LONGEST_AGO, required=False,
    )  # fmt: skip
    joined_days = number(
        _("who joined within so many days"), most=LONGEST_AGO, required=False,
        help_text=_("Everything that is said must hold. Leave empty what does not matter."),
    )  # fmt: skip
    place = number(
        _("Order of precedence"), least=0, most=999, initial=10,
        help_text=_("Who is of several segments sees the set with the lowest number."),
    )  # fmt: skip

    def __init__(self, actor: Actor, *given: Any, default: bool, **about: Any) -> None:
        super().__init__(*given, **about)
        self._default = default
        if default:
            for name in ("products", "activated_days", "joined_days", "place"):
                del self.fields[name]
            return
        field = self.fields["products"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  (as declared above)
        field.queryset = products_for(actor)

    def clean(self) -> dict[str, Any]:
        """A segment needs to be said."""
        given = super().clean() or {}
        if not self._default and not self.errors and not self._segment(given):
            self.add_error("joined_days", _("Say whom it is for: at least one of the three."))
        return given

    @staticmethod
    def _segment(given: dict[str, Any]) -> Segment:
        products = given.get("products")
        return Segment(
            products=tuple(products.order_by("pk").values_list("pk", flat=True))
            if products else (),
            activated_days=given.get("activated_days"), joined_days=given.get("joined_days"),
        )  # fmt: skip

    def sheet(self) -> SetSheet:
        """What was written."""
        given = self.cleaned_data
        return SetSheet(
            title=given["title"], title_en=given["title_en"], skus=given["skus"],
            segment=None if self._default else self._segment(given),
            place=0 if self._default else given["place"],
        )  # fmt: skip


def set_fields(row: GoodsSet) -> dict[str, Any]:
    """What the form of a set begins with."""
    segment = segment_of(row)
    return {
        "title": row.title, "title_en": row.title_en, "place": row.place,
        "skus": tuple(one.sku for one in articles_in(row)), "products": list(segment.products),
        "activated_days": segment.activated_days, "joined_days": segment.joined_days,
    }  # fmt: skip
