"""The lists of members, activations, appeals and coins."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.identity.models import Activation, Appeal
from hefu.apps.ledger.models import Account, Budget, Shortfall, Transfer
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import card_of
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import (
    SHORT,
    MemberNumberColumn,
    PlaceColumn,
    SurfaceColumn,
    WhenColumn,
    WordColumn,
    YesNoColumn,
)
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn, StateColumn

#: What the ledger says why: stable words of the deeds behind a movement.
LEDGER_WORDS: Mapping[str, Promise] = {
    "activation": _("Activation"),
    "appeal": _("Appeal"),
    "corrected": _("Corrected after an appeal"),
    "expiry": _("Expiry"),
    "returned": _("Returned"),
}


_DEEDS: Mapping[str, Promise] = {
    "capture": _("Set-aside coins spent"),
    "expire": _("Coins expired"),
    "grant": _("Coins given"),
    "hold": _("Coins set aside"),
    "refund": _("Coins given back"),
    "release": _("Coins set free again"),
    "reverse": _("Coins taken back"),
    "spend": _("Coins spent"),
}


def deed_text(transfer: Transfer) -> str:
    """Say what a movement did."""
    return str(_DEEDS.get(transfer.deed, transfer.deed))


class MembersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Members, masked."""

    pk = Column(linkify=("desk:member", [A("pk")]), verbose_name=_("Member"), attrs=CODE)
    phone = Column(orderable=False)
    email = Column(orderable=False)
    nickname = Column()
    language = WordColumn(
        verbose_name=_("Language"), words={"zh-hans": _("Chinese"), "en": _("English")}
    )
    created_at = WhenColumn()
    open = YesNoColumn(
        yes=_("Active"), no=_("Closed"), verbose_name=_("Account"), accessor="closed_at",
        empty_values=(),
    )  # fmt: skip

    class Meta:
        model = Member
        fields = ("pk", "phone", "email", "nickname", "language", "created_at", "open")
        attrs = {"caption": _("Members")}
        default = NOTHING

    def render_phone(self, record: Member) -> str:
        """Mask it."""
        return card_of(record).masked_phone or NOTHING

    def value_phone(self, record: Member) -> str:
        """Export it masked too."""
        return card_of(record).masked_phone

    def render_email(self, record: Member) -> str:
        """Mask it."""
        return card_of(record).masked_email or NOTHING

    def value_email(self, record: Member) -> str:
        """Export it masked too."""
        return card_of(record).masked_email

    def render_open(self, record: Member) -> Any:
        """Whether the member may sign in."""
        return self.columns["open"].column.render(value=record.closed_at is None)

    def value_open(self, record: Member) -> str:
        """Export the word."""
        return str(self.columns["open"].column.value(value=record.closed_at is None))


class AppealsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Who holds a unit that another activated."""

    pk = Column(linkify=("desk:appeal", [A("pk")]), verbose_name=_("Appeal"), attrs=CODE)
    product = Column(accessor="unit__batch__product__name", verbose_name=_("Product"), attrs=SHORT)
    member_id = MemberNumberColumn(accessor="member_id")
    invoice_path = YesNoColumn(
        yes=_("Attached"), no=_("None"), verbose_name=_("Invoice"), empty_values=()
    )
    created_at = WhenColumn(verbose_name=_("Appealed at"))
    state = StateColumn(verbose_name=_("State"))
    answered_at = WhenColumn(verbose_name=_("Answered at"))

    class Meta:
        model = Appeal
        fields = (
            "pk", "product", "member_id", "invoice_path", "created_at", "state", "answered_at",
        )  # fmt: skip
        attrs = {"caption": _("Appeals")}
        default = NOTHING


class ActivationsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Units that were bound to their buyers."""

    at = WhenColumn()
    product = Column(accessor="product__name", verbose_name=_("Product"), attrs=SHORT)
    model = Column(accessor="product__model", verbose_name=_("Model"), attrs=CODE)
    channel = Column(accessor="channel__name", verbose_name=_("Channel"), attrs=SHORT)
    region = PlaceColumn(verbose_name=_("Province"))
    member_id = MemberNumberColumn(accessor="member_id")
    surface = SurfaceColumn(verbose_name=_("Through"))
    ending = Column(verbose_name=_("State"), empty_values=())

    class Meta:
        model = Activation
        fields = ("at", "product", "model", "channel", "region", "member_id", "surface", "ending")
        attrs = {"caption": _("Activations")}
        default = NOTHING

    def render_ending(self, record: Activation) -> Any:
        """Still the owner's, or why not."""
        if record.ending:
            return badge(capfirst(str(record.get_ending_display())))
        return badge(str(_("Owned")), tone="good", icon_name="check")

    def value_ending(self, record: Activation) -> str:
        """Export the word."""
        return str(record.get_ending_display() or _("Owned"))


class FunnelTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Made, shipped, activated by model, channel and month of production (R087)."""

    month = Column(verbose_name=_("Made in"))
    model = Column(verbose_name=_("Model"), attrs=CODE)
    channel = Column(verbose_name=_("Channel"))
    made = NumberColumn(verbose_name=_("Made"))
    shipped = NumberColumn(verbose_name=_("Shipped"))
    activated = NumberColumn(verbose_name=_("Activated"))
    members = NumberColumn(verbose_name=_("Members"))
    activated_bp = NumberColumn(verbose_name=_("Activated of shipped"))

    class Meta:
        attrs = {"caption": _("Made, shipped, activated")}
        default = NOTHING

    def render_month(self, value: Any) -> str:
        """Year and month."""
        return f"{value:%Y-%m}"

    def render_activated_bp(self, value: int) -> str:
        """In per cent."""
        return f"{value / 100:.1f} %"

    def value_activated_bp(self, value: int) -> float:
        """Export per cent as a number."""
        return value / 100


class BalancesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Members' coins."""

    member_id = MemberNumberColumn(accessor="member_id")
    balance = NumberColumn(verbose_name=_("Can be spent"))
    held = NumberColumn(verbose_name=_("Set aside"))

    class Meta:
        model = Account
        fields = ("member_id", "balance", "held")
        attrs = {"caption": _("Balances")}
        default = NOTHING


class TransfersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Movements of coins."""

    at = WhenColumn(verbose_name=_("When"))
    deed = Column(verbose_name=_("What"), attrs=SHORT)
    member_id = MemberNumberColumn(accessor="member_id")
    amount = NumberColumn(verbose_name=_("Coins"))
    reason = WordColumn(verbose_name=_("Why"), words=LEDGER_WORDS)
    budget = Column(accessor="budget__name", verbose_name=_("Budget"))
    by = WordColumn(verbose_name=_("By"), words=LEDGER_WORDS)

    class Meta:
        model = Transfer
        fields = ("at", "deed", "member_id", "amount", "reason", "budget", "by")
        attrs = {"caption": _("Movements of coins")}
        default = NOTHING

    def render_deed(self, record: Transfer) -> str:
        """Say it."""
        return deed_text(record)

    def value_deed(self, record: Transfer) -> str:
        """Export the same."""
        return deed_text(record)


class BudgetsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What a brand gives away, and how much of it is left."""

    name = Column(linkify=("desk:budget", [A("pk")]), attrs={"td": {"class": "wide"}})
    limit = NumberColumn()
    used = NumberColumn()
    remaining = NumberColumn(verbose_name=_("Left"))
    share = Column(
        verbose_name=_("Used up"), accessor="used", order_by=("used",),
        attrs={"td": {"class": "bar"}},
    )  # fmt: skip
    per_person = NumberColumn()
    created_at = WhenColumn()

    class Meta:
        model = Budget
        fields = ("name", "limit", "used", "remaining", "share", "per_person", "created_at")
        attrs = {"caption": _("Budgets")}
        default = NOTHING

    def render_share(self, record: Budget) -> Any:
        """Draw how much of it is gone."""
        return format_html(
            '<progress max="100" value="{0}" aria-label="{1}">{0} %</progress>',
            self.value_share(record), _("Used up"),
        )  # fmt: skip

    def value_share(self, record: Budget) -> int:
        """Export it in per cent."""
        return record.used * 100 // record.limit if record.limit else 100


class ShortfallsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What could not be taken back because it was spent."""

    at = WhenColumn(verbose_name=_("When"))
    member = MemberNumberColumn(accessor="account__member_id")
    amount = NumberColumn()
    settled = NumberColumn()
    reason = WordColumn(accessor="transfer__reason", verbose_name=_("Why"), words=LEDGER_WORDS)

    class Meta:
        model = Shortfall
        fields = ("at", "member", "amount", "settled", "reason")
        attrs = {"caption": _("Shortfalls")}
        default = NOTHING
