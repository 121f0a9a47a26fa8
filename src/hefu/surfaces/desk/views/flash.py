"""Flash sales on the desk (秒杀): announced, watched, changed for the better, stopped."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import FlashSale
from hefu.apps.campaigns.selectors.flash import flash_sale_by_id, flash_sales_for, pace_of
from hefu.apps.campaigns.selectors.load import best_rehearsal
from hefu.apps.campaigns.services.flash import change_sale, create_sale, kill_sale
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_flash import FlashSaleForm, KillForm, begun
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail, when
from hefu.surfaces.desk.tables_flash import FlashSalesTable, phase_badge


@page(Permission.CAMPAIGN_VIEW)
def sales(request: DeskRequest) -> HttpResponseBase:
    """List the sales, the newest first."""
    rows, now = flash_sales_for(request.actor), timezone.now()
    phases = {sale.pk: phase_of(sale, now) for sale in rows}
    return list_page(
        request, "desk/flash_sales.html", FlashSalesTable(rows, phases=phases), name="flash_sales",
        context={"may": request.actor.may(Permission.CAMPAIGN_MANAGE)},
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def announce(request: DeskRequest) -> HttpResponse:
    """Announce a sale."""
    form = FlashSaleForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = create_sale(request.actor, terms=form.terms(), now=timezone.now())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(title)s is announced.") % {"title": made.title})
            return HttpResponseRedirect(reverse("desk:flash_sale", args=[made.pk]))
    title = _("New flash sale")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Announce it"), "explained": _(
            "From its start on, terms only get better: more pieces, a lower price, a later end.")},
        crumbs=trail((_("Flash sales"), "desk:flash_sales"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def sale(request: DeskRequest, pk: int) -> HttpResponse:
    """Watch a sale; its terms are changed from here."""
    found, now = flash_sale_by_id(request.actor, pk), timezone.now()
    may = request.actor.may(Permission.CAMPAIGN_MANAGE) and phase_of(found, now) not in (
        "ended", "killed",
    )  # fmt: skip
    form = FlashSaleForm(sent(request), initial=begun(found))
    if form.is_bound:
        request.actor.require(Permission.CAMPAIGN_MANAGE)
        if form.is_valid():
            try:
                change_sale(
                    request.actor, sale_id=pk, terms=form.terms(), seen=_seen(request), now=now
                )
            except DomainError as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The terms were changed."))
                return HttpResponseRedirect(reverse("desk:flash_sale", args=[pk]))
    page_url = reverse("consumer:flash", args=[request.brand.slug, found.code])
    context = {
        **_monitor(request, found, now), "form": form if may else None, "kill": KillForm(),
        "seen": found.changed_at.isoformat(), "page_url": page_url,
        "facts": [
            Fact(name=_("Price"), value=price(found.price, found.currency)),
            Fact(name=_("Begins"), value=when(found.starts_at)),
            Fact(name=_("Ends"), value=when(found.ends_at)),
            Fact(name=_("Pieces per person"), value=grouped(found.per_person)),
            *_expected(found),
            Fact(name=_("Page"), value=page_url, url=page_url),
        ],
    }  # fmt: skip
    return render(
        request, "desk/flash_sale.html", context, status=422 if form.errors else 200,
        crumbs=trail((_("Flash sales"), "desk:flash_sales"), end=found.title),
    )  # fmt: skip


def _expected(found: FlashSale) -> list[Fact]:
    """The crowd, and the rehearsal that bears it."""
    if not found.expected_people:
        return []
    best = best_rehearsal(found.brand_id, found, now=timezone.now())
    said = _("%(people)s people, %(rate)s a second at the peak") % {
        "people": grouped(found.expected_people), "rate": grouped(found.expected_per_second),
    }  # fmt: skip
    facts = [Fact(name=_("Expected"), value=said)]
    if best is not None:
        bore = _("%(rate)s a second, %(at)s") % {
            "rate": grouped(best.good_per_second), "at": when(best.measured_at),
        }  # fmt: skip
        url = reverse("desk:load_evidence")
        facts.append(Fact(name=_("Best rehearsal"), value=bore, url=url))
    return facts


@page(Permission.CAMPAIGN_VIEW)
def monitor(request: DeskRequest, pk: int) -> HttpResponse:
    """The counters alone, asked for while the sale runs."""
    found = flash_sale_by_id(request.actor, pk)
    return render(request, "desk/flash_monitor.html", _monitor(request, found, timezone.now()))


@page(Permission.CAMPAIGN_MANAGE)
def kill(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop a sale, with a reason."""
    found = flash_sale_by_id(request.actor, pk)
    form = KillForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            kill_sale(
                request.actor, sale_id=pk, why=form.cleaned_data["why"], now=timezone.now()
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The sale is stopped. Who has reserved may still pay."))
            return HttpResponseRedirect(reverse("desk:flash_sale", args=[pk]))
    title = _("Stop the sale")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": title, "explained": _(
            "Nobody can reserve any more. What is reserved may still be paid in time.")},
        crumbs=trail((_("Flash sales"), "desk:flash_sales"), end=found.title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def phase_of(found: FlashSale, now: datetime) -> str:
    """Where a sale stands: before, open, gone (nothing left), ended, killed."""
    if found.killed_at is not None:
        return "killed"
    if now < found.starts_at:
        return "before"
    if now >= found.ends_at:
        return "ended"
    return "open" if found.left else "gone"


def _monitor(request: DeskRequest, found: FlashSale, now: datetime) -> dict[str, object]:
    pace = pace_of(request.actor, found, now=now)
    phase = phase_of(found, now)
    return {
        "sale": found, "phase": phase_badge(phase), "left": grouped(found.left),
        "held": grouped(found.held), "paid": grouped(found.paid),
        "initial": grouped(found.initial), "sold": found.held + found.paid,
        "rate": _rate(pace.per_second), "runs_out": _runs_out(found, pace.runs_out_in),
        # what is held moves until the last one is paid or given back
        "live": phase in ("before", "open", "gone") or found.held > 0,
    }  # fmt: skip


def _rate(per_second: float) -> str:
    """With one decimal while it is small."""
    return grouped(round(per_second)) if per_second >= 10 else f"{per_second:.1f}"


def _runs_out(found: FlashSale, within: timedelta | None) -> str:
    if not found.left:
        return _("gone")
    if within is None or within > timedelta(days=30):
        return _("not at this pace")
    if within < timedelta(minutes=1):
        return _("in %(n)s seconds") % {"n": grouped(round(within.total_seconds()))}
    now = timezone.now()
    return _("in %(time)s") % {"time": timeuntil(now + within, now, depth=1)}


def _seen(request: DeskRequest) -> datetime:
    """Which terms the form was filled in for; nonsense is older than any terms."""
    try:
        seen = parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    return seen if seen is not None and timezone.is_aware(seen) else timezone.now()
