"""A shop's own tasks (门店的任务), phone first: what to put up, a photo, what was said to it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.errors.materials import PhotoTooOld
from hefu.apps.campaigns.models import StoreDuty
from hefu.apps.campaigns.selectors import stores as selectors
from hefu.apps.campaigns.services import stores as service
from hefu.apps.catalog.uploads import file_of, taken_at, variant_of
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_materials import PhotoForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.promoting import store_rows
from hefu.surfaces.desk.promoting.material_choices import received
from hefu.surfaces.desk.shown import day, trail, when
from hefu.surfaces.desk.views.campaign_materials import drawn
from hefu.surfaces.ranges import Served, serve

PER_PAGE = 25


@page(Permission.STORE_TASK_ANSWER)
def store_tasks(request: DeskRequest) -> HttpResponse:
    """List a shop's own tasks, what is still open first."""
    rows = selectors.duties_for(request.actor)
    paged = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    tasks = [
        {
            "duty": duty, "due": day(duty.task.due_on), "state": duty.get_state_display(),
            "tone": store_rows.duty_tone(duty), "closed": duty.task.closed_at,
            "late": duty.state in selectors.MISSING and not duty.task.closed_at
            and duty.task.due_on < today,
        }
        for duty in paged
    ]  # fmt: skip
    return render(
        request, "desk/store_tasks.html", {"tasks": tasks, "page_of_tasks": paged},
        crumbs=trail(end=_("Shop tasks")),
    )  # fmt: skip


@page(Permission.STORE_TASK_ANSWER)
def store_duty(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a shop one of its tasks, and take the photo."""
    duty = selectors.duty_by_id(request.actor, pk)
    form = PhotoForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, duty, form)
        except PhotoTooOld:
            since = when(duty.task.created_at)
            form.add_error(
                "file",
                _("This picture is older than the task (%(since)s). Take a new one.")
                % {"since": since},
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Sent. You read here what the brand says to it."))
            return HttpResponseRedirect(reverse("desk:store_duty", args=[pk]))
    newest = selectors.photos_of([duty]).get(duty.pk)
    task = duty.task
    return render(
        request, "desk/store_duty.html",
        {
            "duty": duty, "task": task, "due": day(task.due_on), "form": form,
            "state": duty.get_state_display(), "tone": store_rows.duty_tone(duty),
            "photo": store_rows.said(newest) if newest else None,
            "open": not task.closed_at and duty.state != StoreDuty.State.ACCEPTED,
            "late": duty.state in selectors.MISSING and task.due_on < timezone.localdate(),
            "shows": any(selectors.shown_now(task)),
        },
        crumbs=trail((_("Shop tasks"), "desk:store_tasks"), end=task.title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _send(request: DeskRequest, duty: StoreDuty, form: PhotoForm) -> None:
    file = form.cleaned_data["file"]
    taken = taken_at(file, zone=timezone.get_default_timezone())
    with received(file, brand_id=request.brand.pk) as incoming:
        if incoming is not None:
            service.send_photo(
                request.actor, duty=duty, incoming=incoming, name=file.name, taken_at=taken,
                now=timezone.now(),
            )  # fmt: skip


@page(Permission.STORE_TASK_ANSWER)
@require_safe
def store_shown(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand a shop what it puts up: the newest poster for A3 paper, or the material's file."""
    task = selectors.duty_by_id(request.actor, pk).task
    poster, media = selectors.shown_now(task)
    if poster is not None:
        return drawn(poster, size="a3", kind="pdf", name=task.campaign.slug)
    if media is None:
        raise NotFound
    return serve(
        request,
        Served(path=file_of(media), tag=f'"{media.sha256[:32]}"', media_type=media.media_type,
               name=media.name),
    )  # fmt: skip


@page()
@require_safe
def store_photo(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show a photo to the brand, and to the shop that sent it."""
    media = selectors.photo_by_id(request.actor, pk).media
    width = media.widths[-1]
    answer = serve(
        request,
        Served(path=variant_of(media, width), tag=f'"{media.sha256[:32]}-{width}"',
               media_type="image/webp", name=f"{pk}.webp"),
    )  # fmt: skip
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
