"""Boards of promotions (促销看板): calendar, stacking, live monitor, campaigns, partners' parts."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.promotions import campaigns_for
from hefu.apps.campaigns.selectors.standings import partner_parts
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.selectors.articles import categories_for
from hefu.core.clocks.calendar import month_after
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_promotions import CampaignForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.periods import day_begins
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.calendar import WEEKS, calendar_of
from hefu.surfaces.desk.promoting.matrix import GoodsWanted, matrix_of
from hefu.surfaces.desk.promoting.monitor import monitor_of
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_promotions import CampaignsTable, PartnerPartsTable

_FIELDS = {
    "starts_at": "first_day", "ends_at": "last_day", "hold_out_bp": "hold_out",
}  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def calendar(request: DeskRequest) -> HttpResponse:
    """Show what runs when, six weeks at once, and what is in whose way."""
    now = timezone.now()
    today = timezone.localdate(now)
    first = _monday(parse_day(request.GET.get("from", "")) or today)
    step = timedelta(weeks=WEEKS)
    url = reverse("desk:promotion_calendar")
    return render(
        request, "desk/promotion_calendar.html",
        {
            "tabs": boards.tabs("promotion_calendar"),
            "calendar": calendar_of(request.actor, first=first, now=now),
            "before_url": f"{url}?from={first - step}", "after_url": f"{url}?from={first + step}",
            "today_url": url if first != _monday(today) else "",
        },
    )  # fmt: skip


def parse_day(text: str) -> date | None:
    """Read a day out of an address; None for anything else, and for years no calendar shows."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2200 else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@page(Permission.CAMPAIGN_VIEW)
def stacking(request: DeskRequest) -> HttpResponse:
    """Show how every pair stands to each other, of all or of those on the same goods."""
    wanted = GoodsWanted(sku=searched(request), category=request.GET.get("category", "")[:40])
    return render(
        request, "desk/promotion_stacking.html",
        {
            "tabs": boards.tabs("promotion_stacking"), "wanted": wanted,
            "categories": categories_for(request.actor),
            "matrix": matrix_of(request.actor, wanted, now=timezone.now()),
        },
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def monitor(request: DeskRequest) -> HttpResponse:
    """Show what runs now: what is left, how fast it goes, when it is gone."""
    now = timezone.now()
    context = {"tabs": boards.tabs("promotion_monitor"), **monitor_of(request.actor, now=now)}
    part = bool(request.headers.get("HX-Request"))
    template = "desk/promotion_monitor_part.html" if part else "desk/promotion_monitor.html"
    return render(request, template, context)


@page(Permission.CAMPAIGN_VIEW)
def campaigns(request: DeskRequest) -> HttpResponseBase:
    """List the campaigns."""
    rows = campaigns_for(request.actor).annotate(promotions_count=Count("promotions"))
    may = request.actor.may(Permission.CAMPAIGN_MANAGE)
    return list_page(
        request, "desk/campaigns.html", CampaignsTable(rows), name="campaigns",
        context={"tabs": boards.tabs("campaigns"), "may_open": may},
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def campaign_new(request: DeskRequest) -> HttpResponse:
    """Open a campaign."""
    form = CampaignForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = open_campaign(request.actor, **form.stated(), now=timezone.now())
        except DomainError as refusal:
            field = str(refusal.details.get("field") or "")
            refusal.details["field"] = _FIELDS.get(field, field)
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The campaign %(title)s is open.") % {"title": made.title})
            return HttpResponseRedirect(reverse("desk:campaigns"))
    title = _("New campaign")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Open the campaign"), "explained": _(
            "Promotions with one purpose and one measure of success. Who is held out is the same "
            "for all of them.")},
        crumbs=trail((_("Promotions"), "desk:promotions"), (_("Campaigns"), "desk:campaigns"),
                     end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def parts(request: DeskRequest) -> HttpResponseBase:
    """List what partners bear, of a month."""
    month = _month(request.GET.get("month", ""))
    until = day_begins(month_after(month))
    rows = partner_parts(request.actor, since=day_begins(month), until=until)
    return list_page(
        request, "desk/partner_parts.html", PartnerPartsTable(rows),
        name=f"partners-parts-{month:%Y-%m}",
        context={
            "tabs": boards.tabs("partner_parts"), "month": f"{month:%Y-%m}",
            "this_month": f"{timezone.localdate():%Y-%m}",
        },
    )  # fmt: skip


def _month(text: str) -> date:
    return parse_day(f"{text}-01") or timezone.localdate().replace(day=1)
