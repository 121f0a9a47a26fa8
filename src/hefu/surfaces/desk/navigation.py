"""What stands in the navigation: only what one may open, with the work that waits there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.community.selectors.policy import open_questions
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Crumb, NavGroup, NavItem


@dataclass(frozen=True, kw_only=True)
class _Entry:
    label: Promise | str
    view: str
    icon: str
    needs: Permission | None = None
    primary: bool = False
    inside: bool = False  # partners have nothing there
    outside: bool = False  # only partners have something there


_GROUPS: tuple[tuple[Promise | str, tuple[_Entry, ...]], ...] = (
    (
        "",
        (
            _Entry(label=_("Today"), view="desk:home", icon="home", primary=True),
            _Entry(
                label=_("Code story"),
                view="desk:code",
                icon="qr-code",
                needs=Permission.CODE_VIEW,
                primary=True,
            ),
        ),
    ),
    (
        _("Codes"),
        (
            _Entry(
                label=_("Products"),
                view="desk:products",
                icon="cube",
                needs=Permission.PRODUCT_VIEW,
                primary=True,
            ),
            _Entry(
                label=_("Product pages"),
                view="desk:pages",
                icon="document-text",
                needs=Permission.PRODUCT_VIEW,
                inside=True,
            ),
            _Entry(
                label=_("Production orders"),
                view="desk:orders",
                icon="clipboard-document-list",
                needs=Permission.ORDER_VIEW,
                primary=True,
            ),
            _Entry(
                label=_("Warehouse"),
                view="desk:warehouse",
                icon="truck",
                needs=Permission.UNIT_MANAGE,
            ),
            _Entry(
                label=_("Code templates"),
                view="desk:templates",
                icon="puzzle-piece",
                needs=Permission.ORDER_MANAGE,
            ),
            _Entry(
                label=_("Smart codes"),
                view="desk:smart_codes",
                icon="book-open",
                needs=Permission.PRODUCT_EDIT,
            ),
            _Entry(
                label=_("Links of codes"),
                view="desk:links",
                icon="link",
                needs=Permission.PRODUCT_VIEW,
            ),
            _Entry(
                label=_("Approvals"),
                view="desk:approvals",
                icon="check-badge",
                needs=Permission.APPROVAL_DECIDE,
            ),
        ),
    ),
    (
        _("Consumers"),
        (
            _Entry(
                label=_("Activations"),
                view="desk:activations",
                icon="chart-bar",
                needs=Permission.ACTIVATION_VIEW,
                primary=True,
            ),
            _Entry(
                label=_("Questions"),
                view="desk:questions",
                icon="chat-bubble-left-right",
                needs=Permission.QUESTION_VIEW,
            ),
            _Entry(
                label=_("Appeals"),
                view="desk:appeals",
                icon="hand-raised",
                needs=Permission.ACTIVATION_MANAGE,
            ),
            _Entry(
                label=_("Members"), view="desk:members", icon="users", needs=Permission.MEMBER_VIEW
            ),
            _Entry(
                label=_("Data requests"),
                view="desk:data_requests",
                icon="shield-check",
                needs=Permission.MEMBER_RIGHTS,
            ),
            _Entry(
                label=_("Surveys"),
                view="desk:surveys",
                icon="face-smile",
                needs=Permission.SURVEY_VIEW,
            ),
            _Entry(
                label=_("C-coins"),
                view="desk:coins",
                icon="banknotes",
                needs=Permission.LEDGER_VIEW,
            ),
        ),
    ),
    (
        _("Campaigns"),
        (
            _Entry(
                label=_("Promotions"),
                view="desk:promotions",
                icon="receipt-percent",
                needs=Permission.CAMPAIGN_VIEW,
                primary=True,
            ),
            _Entry(
                label=_("Backtests"),
                view="desk:backtests",
                icon="scale",
                needs=Permission.CAMPAIGN_VIEW,
            ),
            _Entry(
                label=_("Coupons"),
                view="desk:coupons",
                icon="ticket",
                needs=Permission.CAMPAIGN_VIEW,
            ),
            _Entry(
                label=_("Draws"),
                view="desk:draws",
                icon="trophy",
                needs=Permission.CAMPAIGN_VIEW,
            ),
            _Entry(
                label=_("Flash sales"),
                view="desk:flash_sales",
                icon="bolt",
                needs=Permission.CAMPAIGN_VIEW,
            ),
            _Entry(
                label=_("Co-op funds"),
                view="desk:funds",
                icon="banknotes",
                needs=Permission.FUND_VIEW,
            ),
            _Entry(
                label=_("Shop tasks"),
                view="desk:store_tasks",
                icon="camera",
                needs=Permission.STORE_TASK_ANSWER,
                primary=True,
                outside=True,
            ),
            _Entry(
                label=_("Redeem a coupon"),
                view="desk:counter",
                icon="qr-code",
                needs=Permission.COUPON_REDEEM,
            ),
            _Entry(
                label=_("Points shop"),
                view="desk:rewards",
                icon="gift",
                needs=Permission.CAMPAIGN_VIEW,
            ),
        ),
    ),
    (
        _("Mall"),
        (
            _Entry(
                label=_("Sales orders"),
                view="desk:sales",
                icon="shopping-cart",
                needs=Permission.SALE_VIEW,
            ),
            _Entry(
                label=_("Articles"),
                view="desk:articles",
                icon="shopping-bag",
                needs=Permission.SALE_VIEW,
            ),
        ),
    ),
    (
        _("House"),
        (
            _Entry(
                label=_("Brand"), view="desk:brand", icon="swatch", needs=Permission.BRAND_MANAGE
            ),
            _Entry(
                label=_("Channels and partners"),
                view="desk:channels",
                icon="building-storefront",
                needs=Permission.CHANNEL_VIEW,
            ),
            _Entry(
                label=_("People"),
                view="desk:people",
                icon="identification",
                needs=Permission.PEOPLE_MANAGE,
            ),
            _Entry(
                label=_("Bills"),
                view="desk:billing",
                icon="document-text",
                needs=Permission.BILLING_VIEW,
            ),
            _Entry(
                label=_("API keys"),
                view="desk:api_keys",
                icon="key",
                needs=Permission.API_KEY_MANAGE,
            ),
            _Entry(
                label=_("Webhooks"),
                view="desk:webhooks",
                icon="bolt",
                needs=Permission.INTEGRATION_MANAGE,
            ),
            _Entry(
                label=_("Jobs"), view="desk:jobs", icon="cog-6-tooth", needs=Permission.JOB_VIEW
            ),
            _Entry(
                label=_("Registers"),
                view="desk:registers",
                icon="shield-exclamation",
                needs=Permission.AUDIT_VIEW,
            ),
            _Entry(
                label=_("Audit trail"),
                view="desk:audit",
                icon="finger-print",
                needs=Permission.AUDIT_VIEW,
            ),
        ),
    ),
)


def navigation(actor: Actor, path: str) -> list[NavGroup]:
    """Return the groups with the entries ``actor`` may open; the current one is marked."""
    waiting = _waiting(actor)
    groups = []
    for label, entries in _GROUPS:
        items = []
        for entry in entries:
            if entry.needs is not None and not actor.may(entry.needs):
                continue
            if (entry.inside and actor.is_partner) or (entry.outside and not actor.is_partner):
                continue
            url = reverse(entry.view)
            current = path == url or (url != reverse("desk:home") and path.startswith(url))
            items.append(
                NavItem(
                    label=str(entry.label), url=url, icon=entry.icon, current=current,
                    count=waiting.get(entry.view, 0), primary=entry.primary,
                )
            )  # fmt: skip
        if items:
            groups.append(NavGroup(label=str(label), items=tuple(items)))
    return groups


def places(actor: Actor) -> Iterator[tuple[Promise | str, str, str]]:
    """Label, view and icon of every entry that ``actor`` may open."""
    for _label, entries in _GROUPS:
        for entry in entries:
            if entry.outside and not actor.is_partner:
                continue
            if entry.needs is None or actor.may(entry.needs):
                yield entry.label, entry.view, entry.icon


def account_links(actor: Actor) -> list[Crumb]:
    """What stands in the menu under one's own name."""
    links = [Crumb(label=str(_("Second factor")), url=reverse("desk:begin_second_factor"))]
    if actor.may(Permission.BRAND_MANAGE):
        links.append(Crumb(label=str(_("Design guide")), url=reverse("design:guide")))
    return links


def _waiting(actor: Actor) -> dict[str, int]:
    waiting = {}
    if actor.may(Permission.APPROVAL_DECIDE):
        mine = approvals_for(actor).filter(decision=Approval.Decision.OPEN)
        waiting["desk:approvals"] = mine.exclude(asked_by_id=actor.user_id).count()
    if actor.may(Permission.QUESTION_ANSWER):
        waiting["desk:questions"] = open_questions(actor.own_brand()).count()
    return waiting
