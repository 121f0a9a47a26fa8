"""The small forms of the house: channels, partners, people, keys, budgets, members."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.accounts.models import Organisation, RoleChoices
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.members.services import UnmaskReason
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.permissions import PARTNER_ROLES, Permission, Role
from hefu.surfaces.desk.forms_orders import WholeNumber
from hefu.surfaces.desk.places import province_choices

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_PERMISSIONS = {
    Permission.ACTIVATION_MANAGE: _("Answer appeals, take back returns"),
    Permission.ACTIVATION_VIEW: _("See activations"),
    Permission.API_KEY_MANAGE: _("Make and revoke API keys"),
    Permission.APPROVAL_DECIDE: _("Decide approvals"),
    Permission.AUDIT_VIEW: _("Read the audit trail"),
    Permission.BILLING_VIEW: _("See the contract, its use and its invoices"),
    Permission.BRAND_MANAGE: _("Change the brand"),
    Permission.BUDGET_MANAGE: _("Change budgets"),
    Permission.CAMPAIGN_MANAGE: _("Write promotions, coupons, sales and draws"),
    Permission.CAMPAIGN_VIEW: _("Read campaigns and what they cost"),
    Permission.CHANNEL_MANAGE: _("Add channels"),
    Permission.CHANNEL_VIEW: _("See channels"),
    Permission.CODE_EXPORT: _("Export and download codes"),
    Permission.CODE_VIEW: _("Check codes and read their story"),
    Permission.COUPON_REDEEM: _("Redeem coupons at a counter"),
    Permission.FUND_VIEW: _("See co-op funds and one's own part of them"),
    Permission.INTEGRATION_MANAGE: _("Set up webhooks and the WeChat account"),
    Permission.JOB_VIEW: _("See jobs"),
    Permission.LEDGER_VIEW: _("See C-coins"),
    Permission.MEMBER_RIGHTS: _("Answer requests about personal data"),
    Permission.MEMBER_UNMASK: _("See whole phones and e-mails"),
    Permission.MEMBER_VIEW: _("See members, masked"),
    Permission.MEMBER_VOUCH: _("Vouch for members proved elsewhere"),
    Permission.ORDER_MANAGE: _("Place production orders"),
    Permission.ORDER_VIEW: _("See production orders"),
    Permission.PEOPLE_MANAGE: _("Invite people"),
    Permission.PRODUCT_EDIT: _("Change products"),
    Permission.QUESTION_ANSWER: _("Answer, show, hide and merge questions"),
    Permission.QUESTION_VIEW: _("See questions of readers"),
    Permission.SALE_MANAGE: _("Change articles, stock and orders; take returns"),
    Permission.SALE_VIEW: _("Read orders and stock"),
    Permission.PRODUCT_VIEW: _("See products"),
    Permission.STORE_TASK_ANSWER: _("Send photos of what one's own shop put up"),
    Permission.SURVEY_MANAGE: _("Write surveys"),
    Permission.SURVEY_VIEW: _("Read what surveys found"),
    Permission.UNIT_MANAGE: _("Void, freeze, recall, link and pack units"),
}
UNMASK_REASONS: Mapping[str, Promise] = {
    UnmaskReason.APPEAL.value: _("Two people claim one unit"),
    UnmaskReason.CALL_BACK.value: _("They asked to be called back"),
    UnmaskReason.COMPLAINT.value: _("A complaint"),
    UnmaskReason.DELIVERY.value: _("A prize or a repaired unit goes out"),
    UnmaskReason.LAW.value: _("An authority asks by right"),
    UnmaskReason.REPAIR_VISIT.value: _("A technician visits"),
}


def spoken(choices: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """Choices as they begin a line."""
    return [(value, capfirst(label)) for value, label in choices.choices]


class ChannelForm(forms.Form):
    """A way to market."""

    code = forms.CharField(
        label=pgettext_lazy("short name", "Code"),
        max_length=20,
        help_text=_("1 to 8 letters or digits, as they may stand in your codes: jd."),
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=spoken(Channel.Kind))
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=None,
        required=False,
        empty_label=_("Our own"),
        help_text=_("Who runs it; their people then see the units that went there."),
    )
    region = forms.ChoiceField(
        label=_("Where it sells"),
        required=False,
        help_text=_("A unit that is activated elsewhere shows up as diverted."),
    )

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        partner, region = self.fields["organisation"], self.fields["region"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101  (as declared above)
        assert isinstance(region, forms.ChoiceField)  # noqa: S101  (as declared above)
        partner.queryset = organisations_for(actor)
        region.choices = province_choices()


class PartnerForm(forms.Form):
    """A company around the brand."""

    kind = forms.ChoiceField(label=_("Kind"), choices=spoken(Organisation.Kind))
    code = forms.CharField(
        label=_("Partner number"),
        max_length=40,
        help_text=_("As your books call them; unique in your brand."),
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)  # noqa: S101  (as declared above)
        region.choices = province_choices()


class InviteForm(forms.Form):
    """A person with a role."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("They sign in with it.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=spoken(RoleChoices))
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=None,
        required=False,
        empty_label=_("Our own people"),
        help_text=_("Only for distributors, retailers, suppliers and repair points."),
    )

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        partner = self.fields["organisation"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101  (as declared above)
        partner.queryset = organisations_for(actor)

    def clean(self) -> dict[str, Any]:
        """A partner's role needs the partner, and only that."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "role" not in cleaned:
            return cleaned
        if Role(cleaned["role"]) in PARTNER_ROLES and not cleaned.get("organisation"):
            self.add_error("organisation", _("Choose the partner they work for."))
        if Role(cleaned["role"]) not in PARTNER_ROLES and cleaned.get("organisation"):
            self.add_error("organisation", _("This role is for your own people: leave it empty."))
        return cleaned


class KeyForm(forms.Form):
    """A key for an integration."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=80,
        help_text=_("What will use it, for example: ERP, web shop."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the work needs."),
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101  (as declared above)
        scopes.choices = [
            (each.value, permission_text(each)) for each in Permission if actor.may(each)
        ]


class BudgetForm(forms.Form):
    """What may be given away."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=80, help_text=_("What the coins are for.")
    )
    limit = WholeNumber(
        label=_("Limit"),
        min_value=0,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("Coins in all; the next one after them is refused, whoever asks."),
    )
    per_person = WholeNumber(
        label=_("Per person"),
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("The most that one member gets; empty: no cap."),
    )


class BudgetChangeForm(BudgetForm):
    """A budget's numbers; its name stays."""

    name = None  # type: ignore[assignment]  # Django's way to drop an inherited field


class UnmaskForm(forms.Form):
    """Why a whole phone is wanted."""

    reason = forms.ChoiceField(
        label=_("Why do you need it?"), widget=forms.RadioSelect,
        choices=list(UNMASK_REASONS.items()),
        error_messages={"required": _("Choose a reason: it is noted in the audit trail.")},
    )  # fmt: skip


def permission_text(permission: Permission) -> str:
    """Say what a permission allows."""
    return str(_PERMISSIONS[permission])
