"""The lists of members, coins, channels, people, keys and the audit trail."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.accounts.models import ApiKey, Organisation, RoleChoices, User
from hefu.apps.audit.models import Entry
from hefu.apps.identity.models import Activation, Appeal
from hefu.apps.ledger.models import Account, Budget, Shortfall, Transfer
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import card_of
from hefu.apps.network.models import Channel
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.deeds import sentence_of
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn, StateColumn
from hefu.surfaces.desk.tables_codes import WhenColumn as _WhenColumn

#: What the ledger says why: stable words of the deeds behind a movement.
LEDGER_WORDS: Mapping[str, Promise] = {
    "activation": _("Activation"),
    "appeal": _("Appeal"),
    "corrected": _("Corrected after an appeal"),
    "expiry": _("Expiry"),
    "returned": _("Returned"),
}


class WhenColumn(_WhenColumn):
    """An instant that stays on one line."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": {"td": {"class": "when num"}}, **about})


class WordColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A stable word, in the reader's language where it has one; exported as it is shown."""

    def __init__(self, *, words: Mapping[str, Promise] | None = None, **about: Any) -> None:
        super().__init__(**about)
        self._words = words or {}

    def render(self, value: Any) -> str:
        """Say it."""
        return capfirst(str(self._words.get(str(value), value)))


class PlaceColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A region by its name; exports carry the code."""

    def render(self, value: Any) -> str:
        """Draw the name."""
        return place(str(value)) or NOTHING

    def value(self, value: Any) -> str:
        """Export the code of GB/T 2260."""
        return str(value)


class MemberNumberColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A member by number, with the way to their page; no personal data."""

    def __init__(self, **about: Any) -> None:
        super().__init__(
            **{
                "verbose_name": _("Member"), "attrs": CODE,
                "linkify": ("desk:member", [A(about["accessor"])]), **about,
            }
        )  # fmt: skip


SURFACES: Mapping[str, Promise] = {
    "api": _("API"),
    "backstage": _("Backstage"),
    "cli": _("Command line"),
    "consumer": _("Phone page"),
    "desk": _("Desk"),
    "edge": _("Scan"),
    "system": _("By itself"),
}


class SurfaceColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Through which door it came."""

    def render(self, value: str) -> str:
        """Say it."""
        return str(SURFACES.get(value, value))

    def value(self, value: str) -> str:
        """Export the stable word."""
        return value


class YesNoColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A fact as a badge: the good word or the other one."""

    def __init__(self, *, yes: Promise, no: Promise, **about: Any) -> None:
        super().__init__(**about)
        self._words = {True: yes, False: no}

    def render(self, value: Any) -> Any:
        """Draw it."""
        if value:
            return badge(str(self._words[True]), tone="good", icon_name="check")
        return badge(str(self._words[False]))

    def value(self, value: Any) -> str:
        """Export the word."""
        return str(self._words[bool(value)])


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
        yes=_("Open"), no=_("Closed"), verbose_name=_("Account"), accessor="closed_at",
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
    deed = WordColumn(verbose_name=_("What"))
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


class BudgetsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What a brand gives away, and how much of it is left."""

    name = Column(linkify=("desk:budget", [A("pk")]))
    limit = NumberColumn()
    used = NumberColumn()
    remaining = NumberColumn(verbose_name=_("Left"))
    share = Column(verbose_name=_("Used up"), accessor="used", order_by=("used",))
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
    reason = WordColumn(
        accessor="transfer__reason", verbose_name=_("Why"), words=LEDGER_WORDS
    )

    class Meta:
        model = Shortfall
        fields = ("at", "member", "amount", "settled", "reason")
        attrs = {"caption": _("Shortfalls")}
        default = NOTHING


class ChannelsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Ways to market."""

    code = Column(attrs=CODE)
    name = Column()
    kind = WordColumn()
    organisation = Column(accessor="organisation__name", verbose_name=_("Partner"))
    region = PlaceColumn()
    active = YesNoColumn(yes=_("In use"), no=_("Retired"))

    class Meta:
        model = Channel
        fields = ("code", "name", "kind", "organisation", "region", "active")
        attrs = {"caption": _("Channels")}
        default = NOTHING


class PartnersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Distributors, retailers, suppliers, repair points."""

    code = Column(attrs=CODE)
    name = Column()
    kind = WordColumn()
    region = PlaceColumn()

    class Meta:
        model = Organisation
        fields = ("code", "name", "kind", "region")
        attrs = {"caption": _("Partners")}
        default = NOTHING


class PeopleTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Who may log in."""

    name = Column(linkify=("desk:person", [A("pk")]))
    email = Column()
    role = WordColumn(words=dict(RoleChoices.choices))
    organisation = Column(accessor="organisation__name", verbose_name=_("Partner"))
    second_factor = YesNoColumn(
        yes=_("Set up"), no=_("None"), accessor="totp_confirmed_at", empty_values=(),
        verbose_name=_("Second factor"),
    )  # fmt: skip
    is_active = YesNoColumn(yes=_("Open"), no=_("Closed"), verbose_name=_("Log-in"))

    class Meta:
        model = User
        fields = ("name", "email", "role", "organisation", "second_factor", "is_active")
        attrs = {"caption": _("People")}
        default = NOTHING


class ApiKeysTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Keys of integrations."""

    name = Column(linkify=("desk:api_key", [A("pk")]))
    prefix = Column(attrs=CODE, verbose_name=_("Begins with"))
    scopes = NumberColumn(verbose_name=_("Permissions"), orderable=False)
    created_by = Column(accessor="created_by__name", verbose_name=_("Made by"))
    created_at = WhenColumn(verbose_name=_("Made"))
    live = YesNoColumn(
        yes=_("In use"), no=_("Revoked"), accessor="revoked_at", empty_values=(),
        verbose_name=_("State"),
    )  # fmt: skip

    class Meta:
        model = ApiKey
        fields = ("name", "prefix", "scopes", "created_by", "created_at", "live")
        attrs = {"caption": _("API keys")}
        default = NOTHING

    def render_prefix(self, value: str) -> str:
        """As the key is written."""
        return f"hefu_{value}_…"

    def render_scopes(self, value: list[str]) -> int:
        """How many."""
        return len(value)

    def value_scopes(self, value: list[str]) -> str:
        """Export them all."""
        return ", ".join(value)

    def render_live(self, record: ApiKey) -> Any:
        """Whether it works."""
        return self.columns["live"].column.render(value=record.revoked_at is None)

    def value_live(self, record: ApiKey) -> str:
        """Export the word."""
        return str(self.columns["live"].column.value(value=record.revoked_at is None))


class AuditTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Deeds, newest first."""

    seq = NumberColumn(verbose_name=_("No."))
    at = WhenColumn(verbose_name=_("When"))
    sentence = Column(accessor="action", verbose_name=_("What happened"), order_by=("action",))
    actor = Column(verbose_name=_("By"))
    surface = SurfaceColumn(verbose_name=_("Through"))
    subject = Column(verbose_name=_("About"), attrs=CODE)

    class Meta:
        model = Entry
        fields = ("seq", "at", "sentence", "actor", "surface", "subject")
        attrs = {"caption": _("Audit trail")}
        default = NOTHING

    def render_sentence(self, record: Entry) -> Any:
        """Say it in the reader's language."""
        return format_html(
            '{}<br><span class="muted small code">{}</span>', sentence_of(record), record.action
        )

    def value_sentence(self, record: Entry) -> str:
        """Export the sentence."""
        return sentence_of(record)


class AppealsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Who holds a unit that another activated."""

    pk = Column(linkify=("desk:appeal", [A("pk")]), verbose_name=_("Appeal"), attrs=CODE)
    product = Column(accessor="unit__batch__product__name", verbose_name=_("Product"))
    member_id = MemberNumberColumn(accessor="member_id")
    invoice_path = YesNoColumn(
        yes=_("Attached"), no=_("None"), verbose_name=_("Invoice"), empty_values=()
    )
    created_at = WhenColumn(verbose_name=_("Appealed"))
    state = StateColumn(verbose_name=_("State"))
    answered_at = WhenColumn(verbose_name=_("Answered"))

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
    product = Column(accessor="product__name", verbose_name=_("Product"))
    model = Column(accessor="product__model", verbose_name=_("Model"), attrs=CODE)
    channel = Column(accessor="channel__name", verbose_name=_("Channel"))
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
