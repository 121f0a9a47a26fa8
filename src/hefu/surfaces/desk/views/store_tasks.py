"""What shops put up for a campaign (门店任务), as the brand gives and checks it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.models import StoreTask
from hefu.apps.campaigns.selectors import stores as selectors
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import stores as service
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.files import csv_bytes
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_materials import AnswerForm, StoreTaskForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting import store_rows
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.material_choices import carried, shown
from hefu.surfaces.streams import streamed

PER_PAGE = 25
MOST_BOXES = 60  # beyond it shops are named by their numbers


@page(Permission.CAMPAIGN_VIEW)
def campaign_stores(request: DeskRequest, pk: int) -> HttpResponse:
    """List what the shops of a campaign have to put up."""
    found = campaign_by_id(request.actor, pk)
    rows = selectors.tasks_of_campaign(found)
    paged = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "desk/campaign_stores.html",
        {
            "campaign": found, "tabs": tabs(found, "campaign_stores"), "page_of_tasks": paged,
            "tasks": store_rows.tasks(paged, timezone.localdate()),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
        crumbs=path_to(found, "campaign_stores"),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def store_task_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Give shops something to put up."""
    found = campaign_by_id(request.actor, pk)
    all_shops = selectors.shops_of(request.actor)
    few = list(all_shops[: MOST_BOXES + 1])
    boxes = (
        [] if len(few) > MOST_BOXES else [(str(one.pk), f"{one.name} ({one.code})") for one in few]
    )
    form = StoreTaskForm(sent(request), shows=shown(found), shops=boxes)
    if not boxes:
        del form.fields["shops"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            task = service.give_task(
                request.actor, campaign=found, shops=_shops(request, form),
                said=service.TaskSaid(
                    title=given["title"], what=given["what"], due_on=given["due_on"],
                    carried=carried(request, found, shows=given["shows"]),
                ),
                now=timezone.now(),
            )  # fmt: skip
        except _UnknownNumbers as unknown:
            form.add_error("numbers", str(unknown))
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:store_task", args=[task.pk]))
    return render(
        request, "desk/material_form.html",
        {"form": form, "title": _("Give shops a task"), "save": _("Give it to them")},
        crumbs=path_to(found, "campaign_stores", end=_("New task")),
        status=422 if form.errors else 200,
    )  # fmt: skip


class _UnknownNumbers(Exception):
    """Some pasted numbers are no shop's; says which."""


def _shops(request: DeskRequest, form: StoreTaskForm) -> list[int]:
    """The shops that were meant: all, those ticked, those whose numbers were pasted."""
    given, rows = form.cleaned_data, selectors.shops_of(request.actor)
    if given["everybody"]:
        return list(rows.values_list("pk", flat=True))
    numbers = [line.strip() for line in given["numbers"].splitlines() if line.strip()]
    known = dict(rows.filter(code__in=numbers).values_list("code", "pk"))
    if unknown := [number for number in numbers if number not in known]:
        raise _UnknownNumbers(
            _("No shop of yours has: %(numbers)s.") % {"numbers": ", ".join(unknown[:20])}
        )
    return [*known.values(), *(int(one) for one in given.get("shops", ()))]


@page(Permission.CAMPAIGN_VIEW)
def store_task(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a task shop by shop; check photos, remind who is missing, end it."""
    task = selectors.task_by_id(request.actor, pk)
    state = request.GET.get("state", "")
    if request.method == "POST":
        try:
            _deed(request, task)
        except DomainError as refusal:
            if refusal.details.get("field") != "reason":
                raise
            messages.error(request, _("Say why you refuse the photo: the shop reads it."))
        url = reverse("desk:store_task", args=[pk])
        return HttpResponseRedirect(f"{url}?state={state}" if state in _STATES else url)
    rows = selectors.duties_of(task, state=state)
    paged = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    return render(
        request, "desk/store_task.html",
        {
            "task": task, "campaign": task.campaign, "page_of_shops": paged,
            "shops": store_rows.shops(list(paged), task, today),
            "filters": store_rows.filters(task, state), "answer_form": AnswerForm(),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "late": task.due_on < today and not task.closed_at,
            "outdated": selectors.is_outdated(task),
        },
        crumbs=path_to(task.campaign, "campaign_stores", end=task.title),
    )  # fmt: skip


_STATES = ("sent", "missing", "accepted")


def _deed(request: DeskRequest, task: StoreTask) -> None:
    """Do what was pressed and say what was done."""
    deed, actor, now = request.POST.get("deed", ""), request.actor, timezone.now()
    if deed == "remind":
        _told(request, service.remind_missing(actor, task=task, now=now))
    elif deed == "close":
        service.close_task(actor, task=task, now=now)
        messages.success(request, _("The task is ended."))
    elif deed in ("accept", "refuse"):
        number = whole_number(request.POST.get("photo", ""))
        photo = selectors.photo_by_id(actor, number or 0)
        if photo.duty.task_id != task.pk:
            raise NotFound
        reason = request.POST.get("reason", "")
        service.answer_photo(actor, photo=photo, accept=deed == "accept", reason=reason, now=now)
        shop = {"shop": photo.duty.organisation.name}
        said = (
            _("%(shop)s: accepted.")
            if deed == "accept"
            else _("%(shop)s: refused, with your reason.")
        )
        messages.success(request, said % shop)
    else:
        raise NotFound


def _told(request: DeskRequest, told: service.Reminded) -> None:
    said = ngettext("%(n)s shop was written to.", "%(n)s shops were written to.", told.told)
    messages.success(request, said % {"n": told.told})
    if told.lately:
        said = ngettext(
            "%(n)s shop was reminded within a day already.",
            "%(n)s shops were reminded within a day already.", told.lately,
        )  # fmt: skip
        messages.info(request, said % {"n": told.lately})
    if told.nobody:
        names = ", ".join(told.nobody[:10])
        messages.warning(
            request, _("Nobody has a log-in at: %(names)s. Call them.") % {"names": names}
        )


@page(Permission.CAMPAIGN_VIEW)
@require_safe
def store_task_file(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Download every shop of a task with its state and times."""
    task = selectors.task_by_id(request.actor, pk)
    rows: Any = store_rows.lines(task)
    return streamed(
        request, csv_bytes(store_rows.heads(), rows), content_type="text/csv; charset=utf-8",
        name=f"{task.campaign.slug}-stores-{task.pk}.csv",
    )  # fmt: skip
