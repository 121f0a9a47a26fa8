"""Channels of a campaign as forms (推广渠道表单)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.core.reach import OFFLINE, Channel, Target
from hefu.surfaces.desk.forms_smart import SymbolForm
from hefu.surfaces.desk.promoting.blanks import AmountField

CHANNELS = {
    Channel.OWN_SITE: _("own site"),
    Channel.WECHAT: _("WeChat official account"),
    Channel.WEIBO: _("Weibo"),
    Channel.DOUYIN: _("Douyin"),
    Channel.KUAISHOU: _("Kuaishou"),
    Channel.PARTNER: _("partner"),
    Channel.SEARCH: _("search"),
    Channel.ADVERTISEMENT: _("advertisement"),
    Channel.EMAIL: _("e-mail"),
    Channel.SHOP: _("shop"),
    Channel.POSTER: _("poster"),
    Channel.LEAFLET: _("leaflet"),
    Channel.PACKAGE: _("packaging"),
    Channel.EVENT: _("event"),
}
TARGETS = {
    Target.SECTION: _("the brand's front page"),
    Target.PRODUCT: _("a product's page"),
    Target.PROMOTION: _("a promotion's rules"),
    Target.FLASH: _("a flash sale"),
    Target.DRAW: _("a draw"),
    Target.SHELF: _("the mall, or a category of it"),
    Target.ARTICLE: _("an article of the mall"),
}


def _channels() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """On-line kinds first, then those on paper and in places."""
    return [
        (
            head,
            [(kind.value, name) for kind, name in CHANNELS.items() if (kind in OFFLINE) is offline],
        )
        for head, offline in ((_("on line"), False), (_("off line"), True))
    ]


class PlacementForm(forms.Form):
    """Where it is told of, where the link leads, what it costs."""

    kind = forms.ChoiceField(label=_("Channel"), choices=_channels)
    name = forms.CharField(
        label=pgettext_lazy("campaign", "Name"),
        max_length=80,
        help_text=_("What tells it apart: an account, a corner."),
    )
    target_kind = forms.ChoiceField(
        label=_("Its link leads to"), choices=[(kind.value, name) for kind, name in TARGETS.items()]
    )
    target = forms.CharField(
        label=_("Which one"), max_length=64, required=False,
        help_text=_("Item number, sku, category or short name; empty for the front page and mall."),
        widget=forms.TextInput(attrs={"list": "targets", "autocomplete": "off"}),
    )  # fmt: skip
    organisation = forms.ChoiceField(label=_("Partner"), required=False)
    cost = AmountField(
        label=_("Cost, yuan"), required=False,
        help_text=_("Empty: its part of what is ordered and paid on the budget line."),
    )  # fmt: skip
    line = forms.ChoiceField(label=_("Budget line"), required=False)

    def __init__(
        self, *given: Any, partners: list[tuple[int, str]], lines: list[tuple[str, str]],
        **about: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **about)
        for name, choices in (("organisation", partners), ("line", lines)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
            field.choices = [("", _("none")), *choices]


class LinkSymbolForm(SymbolForm):
    """The link's symbol as a file; there is but one thing it may hold."""

    payload = None  # type: ignore[assignment]  # Django's way to leave a field out
