"""What needs doing today (今日待办), as tiles and short lists, by what somebody may do.

Each tile leads to the page that does it. A part belongs to a permission, so a new role has a
home without a line here; what a role sees first is its own order of parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.catalog.selectors import imports_for, products_for
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors.exports import exports_for
from hefu.apps.identity.selectors.orders import orders_for
from hefu.core.actor import Actor
from hefu.core.charts import Chart
from hefu.core.permissions import Permission, Role
from hefu.surfaces.design.numbers import compact, grouped
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.shown import when

LISTED = 5  # rows of a short list
RECENT = timedelta(days=7)
State = ProductionOrder.State


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One number that matters, and where to act on it."""

    label: str
    value: str
    url: str
    hint: str = ""
    tone: Tone = "neutral"
    spark: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One piece of work."""

    title: str
    url: str
    text: str = ""
    state: str = ""  # a key of vocabulary.STATES
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A short list of work, with the way to all of it."""

    title: str
    icon: str
    lines: tuple[Line, ...]
    url: str
    all: str
    nothing: str  # says what will stand here


@dataclass(frozen=True, kw_only=True)
class Action:
    """The first thing somebody of this role does."""

    label: str
    url: str
    icon: str


@dataclass(kw_only=True)
class Today:
    """A home."""

    lead: str = ""
    tiles: list[Tile] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    code: bool = True  # may paste a code


Part = Callable[[Actor, datetime, Today], None]


def today_for(actor: Actor, *, now: datetime) -> Today:
    """Gather what waits for this actor; parts that the role may not see say nothing."""
    home = Today(lead=_lead(actor), code=actor.may(Permission.CODE_VIEW))
    for needs, part in _PARTS:
        if actor.may(needs) and part.__name__ not in _NOT_FOR.get(actor.role, ()):
            part(actor, now, home)
    return home


def _lead(actor: Actor) -> str:
    return {
        Role.APPROVER: _("Codes are issued when you, as the second person, have read and agreed."),
        Role.AUDITOR: _("You see everything masked and change nothing."),
        Role.SUPPLIER: _("The orders you print, and their files."),
        Role.REPAIR_POINT: _("Paste or scan a code: its story says what it is and what is due."),
        Role.RETAILER: _("Paste a code to see whether a product is genuine and already activated."),
        Role.DISTRIBUTOR: _("What was activated from your channels, and any code you hold."),
    }.get(actor.role or Role.ANALYST, "")


def _approvals(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    waiting = approvals_for(actor).filter(decision=Approval.Decision.OPEN)
    mine = waiting.exclude(asked_by_id=actor.user_id).order_by("asked_at")
    count = mine.count()
    url = reverse("desk:approvals")
    home.tiles.append(
        Tile(
            label=_("Waiting for your approval"),
            value=grouped(count),
            url=url,
            tone="notice" if count else "good",
            hint=_("Oldest: %(when)s") % {"when": when(mine[0].asked_at)}
            if count
            else _("Nothing waits for you."),
        )
    )
    home.works.append(
        Work(
            title=_("Approvals"),
            icon="check-badge",
            url=url,
            all=_("All approvals"),
            nothing=_("When somebody orders codes, the order waits here for a second person."),
            lines=tuple(_asked_line(asked) for asked in mine[:LISTED]),
        )
    )


def _asked_line(asked: Approval) -> Line:
    about = asked.summary
    text = _("%(model)s, batch %(batch)s, %(quantity)s codes") % {
        "model": about.get("model", ""),
        "batch": about.get("batch", ""),
        "quantity": grouped(about.get("quantity", 0)),
    }
    if about.get("over_issue"):
        text += " · " + _("beyond the plan")
    return Line(
        title=str(about.get("number", asked.pk)),
        text=f"{text} · {asked.asked_by or ''}",
        url=reverse("desk:approval", args=[asked.pk]),
        at=when(asked.asked_at),
    )


def _exports(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """Orders with codes that nobody has carried to a printer yet."""
    taken = exports_for(actor).filter(order=OuterRef("pk"), downloads__isnull=False)
    todo = orders_for(actor).filter(~Exists(taken), state=State.ISSUED)
    count = todo.count()
    url = f"{reverse('desk:orders')}?state=issued"
    home.tiles.append(
        Tile(
            label=_("Orders to export"),
            value=grouped(count),
            url=url,
            tone="info" if count else "neutral",
            hint=_("Issued, but no file was taken yet."),
        )
    )
    home.works.append(
        Work(
            title=_("Orders to export"),
            icon="printer",
            url=url,
            all=_("All issued orders"),
            nothing=_("Orders stand here from their approval until their file is at the printer."),
            lines=tuple(_order_line(order) for order in todo[:LISTED]),
        )
    )


def _orders(actor: Actor, now: datetime, home: Today) -> None:
    """What is under way in production."""
    rows = orders_for(actor)
    waiting, week = (
        rows.filter(state=State.WAITING).count(),
        rows.filter(issued_at__gt=now - RECENT),
    )
    issued = sum(week.values_list("quantity", flat=True))
    url = reverse("desk:orders")
    if not actor.is_partner and not actor.may(Permission.APPROVAL_DECIDE):
        home.tiles.append(
            Tile(
                label=_("Orders waiting for approval"),
                value=grouped(waiting),
                url=f"{url}?state=waiting",
                tone="notice" if waiting else "neutral",
            )
        )
    home.tiles.append(
        Tile(label=_("Codes issued, 7 days"), value=compact(issued), url=f"{url}?state=issued")
    )
    home.works.append(
        Work(
            title=_("Newest orders"),
            icon="clipboard-document-list",
            url=url,
            all=_("All orders"),
            nothing=_(
                "An order says how many units of a product will be made; from it come the codes."
            ),
            lines=tuple(_order_line(order) for order in rows[:LISTED]),
        )
    )


def _order_line(order: ProductionOrder) -> Line:
    return Line(
        title=order.number,
        url=reverse("desk:order", args=[order.pk]),
        state=order.state,
        at=when(order.created_at),
        text=_("%(model)s, batch %(batch)s, %(quantity)s codes")
        % {
            "model": order.batch.product.model,
            "batch": order.batch.number,
            "quantity": grouped(order.quantity),
        },
    )


def _jobs(actor: Actor, now: datetime, home: Today) -> None:
    rows = jobs_for(actor)
    going = rows.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).count()
    failed = rows.filter(state=Job.State.FAILED, finished_at__gt=now - RECENT).count()
    url = reverse("desk:jobs")
    home.tiles.append(
        Tile(
            label=_("Jobs under way"),
            value=grouped(going),
            url=f"{url}?state=failed" if failed else f"{url}?state=going",
            tone="bad" if failed else "neutral",
            hint=_("%(number)s failed this week") % {"number": grouped(failed)}
            if failed
            else _("None failed this week."),
        )
    )


def _imports(actor: Actor, now: datetime, home: Today) -> None:
    newest = imports_for(actor).filter(refused__gt=0, created_at__gt=now - RECENT).first()
    if newest is not None:
        home.tiles.append(
            Tile(
                label=_("Refused rows of an import"),
                value=grouped(newest.refused),
                tone="notice",
                url=reverse("desk:import_result", args=[newest.pk]),
                hint=newest.file_name,
            )
        )


def _catalogue(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    bare = products_for(actor).filter(gtin="", active=True).count()
    if bare:
        home.tiles.append(
            Tile(
                label=_("Products without a GTIN"),
                value=grouped(bare),
                url=reverse("desk:products"),
                hint=_("Their codes work with us, but not in other shops' scanners."),
            )
        )


def _begin_order(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    home.actions.append(Action(label=_("New order"), url=reverse("desk:order_new"), icon="plus"))


def _begin_import(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    home.actions.append(
        Action(label=_("Import products"), url=reverse("desk:import"), icon="arrow-up-tray")
    )


_PARTS: tuple[tuple[Permission, Part], ...] = (
    (Permission.ORDER_MANAGE, _begin_order),
    (Permission.PRODUCT_EDIT, _begin_import),
    (Permission.APPROVAL_DECIDE, _approvals),
    (Permission.CODE_EXPORT, _exports),
    (Permission.ORDER_VIEW, _orders),
    (Permission.PRODUCT_EDIT, _imports),
    (Permission.JOB_VIEW, _jobs),
    (Permission.PRODUCT_EDIT, _catalogue),
)

#: Parts that a role may see but does not need on its first page.
_NOT_FOR: Mapping[Role | None, tuple[str, ...]] = {
    Role.SERVICE_AGENT: ("_jobs",),
    Role.REPAIR_POINT: ("_jobs",),
    Role.RETAILER: ("_jobs",),
    Role.DISTRIBUTOR: ("_jobs",),
    Role.SALES_MANAGER: ("_jobs",),
}
