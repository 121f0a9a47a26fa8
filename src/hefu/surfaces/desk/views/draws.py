"""Draws (抽奖) on the desk: plan, approve, watch, hold, deliver, archive."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.campaigns.models import Draw, DrawState
from hefu.apps.campaigns.selectors.draws import draw_by_id, draws_for, win_by_id, wins_for
from hefu.apps.campaigns.services.draws.archive import archive_draw, download_archive
from hefu.apps.campaigns.services.draws.ending import hold_draw
from hefu.apps.campaigns.services.draws.planning import (
    EDITABLE,
    PrizePlan,
    content_hash_of,
    create_draw,
    delete_draw,
    edit_draw,
    submit_draw,
)
from hefu.apps.campaigns.services.draws.prizes import deliver_win
from hefu.apps.campaigns.services.draws.publishing import (
    approve_draw,
    improve_draw,
    kill_draw,
    refuse_draw,
)
from hefu.apps.catalog.selectors import products_for
from hefu.apps.members.services import mark_insider
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.draws_shown import about_draw
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_draws import (
    DeliveredForm,
    DrawForm,
    ImproveForm,
    OutsideForm,
    PrizeForms,
    ReasonForm,
    stated,
    stated_prizes,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_draws import DrawsTable, WinsTable
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text


@page(Permission.CAMPAIGN_VIEW)
def draws(request: DeskRequest) -> HttpResponseBase:
    """List the draws."""
    table = DrawsTable(draws_for(request.actor))
    may = request.actor.may(Permission.CAMPAIGN_MANAGE)
    return list_page(request, "desk/draws.html", table, name="draws", context={"may_edit": may})


@page(Permission.CAMPAIGN_MANAGE)
def create(request: DeskRequest) -> HttpResponse:
    """Plan a draw."""
    brand = request.brand
    begun = {"organiser": brand.trader_name or brand.name, "contact": brand.trader_contact}
    return _edit(request, None, begun, [])


@page(Permission.CAMPAIGN_MANAGE)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    found = draw_by_id(request.actor, pk)
    if found.state not in EDITABLE:
        return HttpResponseRedirect(reverse("desk:draw", args=[pk]))
    return _edit(request, found, stated(found), stated_prizes(found))


def _edit(
    request: DeskRequest, known: Draw | None, begun: dict[str, Any], prizes: list[dict[str, Any]]
) -> HttpResponse:
    form = DrawForm(sent(request), products=products_for(request.actor), initial=begun)
    rows = PrizeForms(sent(request), initial=prizes, prefix="prizes")
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        plan = form.plan(_prizes(rows))
        now = timezone.now()
        try:
            if known is None:
                saved = create_draw(request.actor, plan=plan, now=now)
            else:
                saved = edit_draw(request.actor, draw=known, plan=plan, now=now)
        except NotFound:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Read it once as consumers will, then submit it."))
            return HttpResponseRedirect(reverse("desk:draw", args=[saved.pk]))
    wrong = request.method == "POST"
    return render(
        request, "desk/draw_edit.html", {"form": form, "rows": rows, "draw": known},
        crumbs=trail((_("Draws"), "desk:draws"), end=known or _("New draw")),
        status=422 if wrong else 200,
    )  # fmt: skip


def _prizes(rows: Any) -> list[PrizePlan]:
    return [prize for row in rows if (prize := row.prize()) is not None]


@page(Permission.CAMPAIGN_VIEW)
def draw(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a draw: what it says, where it stands, what may be done now."""
    return _show(request, draw_by_id(request.actor, pk))


def _show(request: DeskRequest, found: Draw, **forms: Any) -> HttpResponse:
    about = about_draw(request, found)
    standing = {
        "decision_form": DecisionForm(),
        "improve_form": ImproveForm(None, draw=found),
        "reason_form": ReasonForm(),
        "outside_form": OutsideForm(),
        "seen": content_hash_of(found),
    }
    return render(
        request, "desk/draw.html", {**about, **standing, **forms},
        crumbs=trail((_("Draws"), "desk:draws"), end=found.title), status=409 if forms else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a second person."""
    return _deed(request, pk, submit_draw, _("Submitted. A second person decides."))


@page(Permission.APPROVAL_DECIDE)
@require_POST
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree or refuse as the second person."""
    found = draw_by_id(request.actor, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, found, decision_form=form)
    grant = request.POST.get("decision") == "grant"
    service = approve_draw if grant else refuse_draw
    try:
        service(
            request.actor, draw=found, seen=request.POST.get("seen"),
            note=form.cleaned_data["note"], now=timezone.now(),
        )  # fmt: skip
    except DomainError as refusal:
        put_refusal(form, refusal)
        return _show(request, found, decision_form=form)
    said = _("Published with its commitment.") if grant else _("Refused; it is a draft again.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:draw", args=[pk]))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def improve(request: DeskRequest, pk: int) -> HttpResponse:
    """Change published terms in the consumer's favour."""
    found = draw_by_id(request.actor, pk)
    form = ImproveForm(request.POST, draw=found)
    if not form.is_valid():
        return _show(request, found, improve_form=form)
    try:
        improve_draw(
            request.actor, draw=found, more=form.more(), ends_at=form.cleaned_data["ends_at"],
            claim_days=form.cleaned_data["claim_days"], now=timezone.now(),
        )  # fmt: skip
    except DomainError as refusal:
        put_refusal(form, refusal)
        return _show(request, found, improve_form=form)
    messages.success(request, _("Published as a new version with a commitment of its own."))
    return HttpResponseRedirect(reverse("desk:draw", args=[pk]))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def stop(request: DeskRequest, pk: int) -> HttpResponse:
    """The kill switch."""
    found = draw_by_id(request.actor, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, found, reason_form=form)
    reason = form.cleaned_data["reason"]
    return _deed(request, pk, kill_draw, _("Stopped. The reason is public."), reason=reason)


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def hold(request: DeskRequest, pk: int) -> HttpResponse:
    """Hold the draw with the value that the rules announced."""
    outside = request.POST.get("outside", "")
    return _deed(request, pk, hold_draw, _("Drawn. The winners are told."), outside=outside)


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def archive(request: DeskRequest, pk: int) -> HttpResponse:
    """Close the file of a draw."""
    return _deed(request, pk, archive_draw, _("Archived. The file is kept for two years."))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    try:
        found = draw_by_id(request.actor, pk)
        delete_draw(request.actor, draw=found, now=timezone.now())
    except NotFound:
        raise
    except DomainError as refusal:
        messages.error(request, refusal_text(refusal))
        return HttpResponseRedirect(reverse("desk:draw", args=[pk]))
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(reverse("desk:draws"))


def _deed(request: DeskRequest, pk: int, service: Any, said: str, **about: Any) -> HttpResponse:
    try:
        service(request.actor, draw=draw_by_id(request.actor, pk), now=timezone.now(), **about)
    except NotFound:
        raise
    except DomainError as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:draw", args=[pk]))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def archive_file(request: DeskRequest, pk: int) -> HttpResponse:
    """Download the file of a draw; who did is kept in the trail."""
    found = draw_by_id(request.actor, pk)
    content = download_archive(request.actor, draw=found, now=timezone.now())
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}.zip"'
    return answer


@page(Permission.CAMPAIGN_VIEW)
def winners(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List who won, masked, and where each prize stands."""
    found = draw_by_id(request.actor, pk)
    rows = wins_for(request.actor).filter(draw=found)
    return list_page(
        request, "desk/draw_winners.html", WinsTable(rows), name=f"winners-{found.slug}",
        context={"draw": found, "over": found.state in (DrawState.DRAWN, DrawState.ARCHIVED)},
        crumbs=trail((_("Draws"), "desk:draws"), end=_("Winners")),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def insider(request: DeskRequest, pk: int) -> HttpResponse:
    """Exclude a member from every draw as an employee or family, or end that."""
    on = request.POST.get("insider") == "yes"
    mark_insider(request.actor, member_id=pk, insider=on, now=timezone.now())
    said = _("Excluded from draws.") if on else _("No longer excluded from draws.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:member", args=[pk]))


@page(Permission.CAMPAIGN_MANAGE)
def win(request: DeskRequest, pk: int) -> HttpResponse:
    """Show where one prize goes, and note its delivery."""
    found = win_by_id(request.actor, pk)
    form = DeliveredForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            proof = form.cleaned_data["proof"]
            deliver_win(request.actor, win=found, proof=proof, now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Delivered. The address is deleted."))
            return HttpResponseRedirect(reverse("desk:draw_winners", args=[found.draw_id]))
    return render(
        request, "desk/win.html", {"win": found, "form": form},
        crumbs=trail((_("Draws"), "desk:draws"), end=found.draw.title),
        status=422 if form.errors else 200,
    )  # fmt: skip
