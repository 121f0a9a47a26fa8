"""What waits in production (生产待办): approvals, files, orders, imports, jobs."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Sum
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
from hefu.apps.identity.services.orders import ISSUE
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import compact, grouped
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.tables_codes import APPROVAL_KINDS
from hefu.surfaces.desk.today.values import LISTED, RECENT, Action, Line, Tile, Today, Work

State = ProductionOrder.State


def approvals(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """What this person can decide, oldest first; never what they asked for themselves."""
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
    if asked.kind != ISSUE:
        kind = str(APPROVAL_KINDS.get(asked.kind, asked.kind))
        return Line(
            title=str(about.get("title") or about.get("sku") or asked.pk), plain=True,
            text=f"{kind} · {asked.asked_by or ''}", at=when(asked.asked_at),
            url=reverse("desk:approval", args=[asked.pk]),
        )  # fmt: skip
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


def exports(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
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


def orders(actor: Actor, now: datetime, home: Today) -> None:
    """What is under way in production."""
    rows = orders_for(actor)
    waiting = rows.filter(state=State.WAITING).count()
    week = rows.filter(issued_at__gt=now - RECENT)
    issued = week.order_by().aggregate(codes=Sum("quantity"))["codes"] or 0
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


def jobs(actor: Actor, now: datetime, home: Today) -> None:
    """Long work, and whether some of it failed."""
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


def imports(actor: Actor, now: datetime, home: Today) -> None:
    """The newest list with rows that could not be taken."""
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


def catalogue(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """Products whose codes work only with us."""
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


def begin_order(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """The way to a new order."""
    home.actions.append(Action(label=_("New order"), url=reverse("desk:order_new"), icon="plus"))


def begin_import(actor: Actor, now: datetime, home: Today) -> None:  # noqa: ARG001
    """The way to a new list."""
    home.actions.append(
        Action(label=_("Import products"), url=reverse("desk:import"), icon="arrow-up-tray")
    )
