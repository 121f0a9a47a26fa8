"""Webhooks on the desk (事件推送): where events go, how it goes, testing and sending again."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.notices.models import Dispatch, Endpoint
from hefu.apps.notices.webhooks.selectors import (
    attempts_of,
    dispatch_by_id,
    dispatches_for,
    endpoint_by_id,
    endpoints_for,
)
from hefu.apps.notices.webhooks.services import dispatching, managing
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Crumb, Fact
from hefu.surfaces.desk.forms_webhooks import SpanForm, WebhookForm, say_refusal
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_webhooks import MessagesTable, WebhooksTable, state_shown
from hefu.surfaces.desk.webhook_words import event_words, reason_words

MANAGE = Permission.INTEGRATION_MANAGE


@page(MANAGE)
def webhooks(request: DeskRequest) -> HttpResponseBase:
    """List where events go."""
    table = WebhooksTable(endpoints_for(request.actor))
    return list_page(request, "desk/webhooks.html", table, name="webhooks")


@page(MANAGE)
def create(request: DeskRequest) -> HttpResponse:
    """Make a webhook and show its secret this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = managing.create_endpoint(
                request.actor, **form.cleaned_data, now=timezone.now()
            )
        except DomainError as refusal:
            say_refusal(form, refusal)
        else:
            return _show_secret(request, made, secret)
    return _form(request, form, _("New webhook"), _("Make the webhook"))


@page(MANAGE)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change where events go, and which."""
    found = endpoint_by_id(request.actor, pk)
    form = WebhookForm(
        request.POST or None,
        initial={"name": found.name, "address": found.address, "events": found.events},
    )
    if request.method == "POST" and form.is_valid():
        try:
            managing.change_endpoint(
                request.actor, endpoint=found, **form.cleaned_data, now=timezone.now()
            )
        except DomainError as refusal:
            say_refusal(form, refusal)
        else:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(reverse("desk:webhook", args=[found.pk]))
    return _form(request, form, _("Change the webhook"), _("Save"))


def _form(request: DeskRequest, form: WebhookForm, title: str, save: str) -> HttpResponse:
    explained = _(
        "What happens in your brand is sent to this address as it happens, signed, and again "
        "until it is taken."
    )
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": save, "explained": explained},
        crumbs=trail((_("Webhooks"), "desk:webhooks"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _show_secret(request: DeskRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    answer = render(
        request, "desk/webhook_secret.html", {"webhook": endpoint, "secret": secret},
        crumbs=trail((_("Webhooks"), "desk:webhooks"), end=endpoint.name),
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


@page(MANAGE)
def webhook(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show a webhook, how it goes, and what was sent."""
    found = endpoint_by_id(request.actor, pk)
    return _webhook(request, found, SpanForm(initial=_last_day()))


def _last_day() -> dict[str, str]:
    now = timezone.localtime()
    begin = now - timedelta(days=1)
    return {"since": f"{begin:%Y-%m-%dT%H:%M}", "until": f"{now:%Y-%m-%dT%H:%M}"}


def _webhook(request: DeskRequest, found: Endpoint, span: SpanForm) -> HttpResponseBase:
    heard = ", ".join(event_words(name) for name in found.events)
    facts = [
        Fact(name=_("Web address"), value=found.address, code=True),
        Fact(name=_("Events"), value=heard or _("All, also kinds that are added later")),
        Fact(name=_("Last taken"), value=when(found.taken_at)),
        Fact(name=_("Failing since"), value=when(found.failing_since)),
    ]
    if found.old_until:
        facts.append(Fact(name=_("Old secret valid until"), value=when(found.old_until)))
    return list_page(
        request, "desk/webhook.html", MessagesTable(dispatches_for(request.actor, found)),
        name="webhook-messages",
        context={
            "webhook": found, "facts": facts, "state": state_shown(found.state), "span": span,
            "paused": found.state == Endpoint.State.PAUSED, "off": found.state == "off",
        },
        crumbs=trail((_("Webhooks"), "desk:webhooks"), end=found.name),
        status=422 if span.errors else 200,
    )  # fmt: skip


@page(MANAGE)
@require_POST
def deed(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Do what one of the page's buttons says."""
    found = endpoint_by_id(request.actor, pk)
    do = _DEEDS.get(request.POST.get("deed", ""))
    if do is None:
        raise NotFound
    return do(request, found) or HttpResponseRedirect(reverse("desk:webhook", args=[found.pk]))


def _pause(request: DeskRequest, found: Endpoint) -> None:
    managing.pause_endpoint(request.actor, endpoint=found, now=timezone.now())
    messages.success(request, _("Paused. What happens meanwhile waits."))


def _resume(request: DeskRequest, found: Endpoint) -> None:
    managing.resume_endpoint(request.actor, endpoint=found, now=timezone.now())
    messages.success(request, _("It sends again, first what waited."))


def _test(request: DeskRequest, found: Endpoint) -> None:
    done = dispatching.try_out(request.actor, endpoint=found, now=timezone.now())
    if done.state == Dispatch.State.TAKEN:
        messages.success(request, _("The receiver took the test message."))
    else:
        said = {"reason": reason_words(done.reason)}
        messages.error(request, _("The test message was not taken: %(reason)s") % said)


def _secret(request: DeskRequest, found: Endpoint) -> HttpResponse:
    fresh = managing.change_secret(request.actor, endpoint=found, now=timezone.now())
    return _show_secret(request, found, fresh)


def _end_secret(request: DeskRequest, found: Endpoint) -> None:
    managing.end_old_secret(request.actor, endpoint=found, now=timezone.now())
    messages.success(request, _("Only the new secret signs now."))


def _again(request: DeskRequest, found: Endpoint) -> HttpResponseBase | None:
    form = SpanForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        span = managing.Span(
            since=given["since"], until=given["until"], dead_only=not given["taken_too"]
        )
        try:
            count = managing.send_span_again(
                request.actor, endpoint=found, span=span, now=timezone.now()
            )
        except DomainError as refusal:
            say_refusal(form, refusal)
        else:
            said = {"count": grouped(count)}
            messages.success(request, _("%(count)s messages are sent again.") % said)
            return None
    return _webhook(request, found, form)


def _remove(request: DeskRequest, found: Endpoint) -> HttpResponse:
    name = found.name
    managing.remove_endpoint(request.actor, endpoint=found, now=timezone.now())
    messages.success(request, _("The webhook %(name)s is gone.") % {"name": name})
    return HttpResponseRedirect(reverse("desk:webhooks"))


_DEEDS: Mapping[str, Callable[[DeskRequest, Endpoint], HttpResponseBase | None]] = {
    "again": _again,
    "end_secret": _end_secret,
    "pause": _pause,
    "remove": _remove,
    "resume": _resume,
    "secret": _secret,
    "test": _test,
}


@page(MANAGE)
def message(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one message with its tries; sending it again is sent from here."""
    found = dispatch_by_id(request.actor, pk)
    if request.method == "POST":
        managing.send_again(request.actor, dispatch=found, now=timezone.now())
        messages.success(request, _("The message is sent again."))
        return HttpResponseRedirect(reverse("desk:webhook_message", args=[found.pk]))
    facts = [
        Fact(name=_("Event"), value=event_words(found.type)),
        Fact(name=_("Stable name"), value=found.type, code=True),
        Fact(name="webhook-id", value=found.key, code=True),
        Fact(name=_("Happened"), value=when(found.happened_at)),
        Fact(name=_("Taken over at"), value=when(found.taken_at)),
        Fact(name=_("Reason"), value=reason_words(found.reason) or NOTHING),
    ]
    body = json.dumps(json.loads(found.body), ensure_ascii=False, indent=2) if found.body else ""
    where = reverse("desk:webhook", args=[found.endpoint_id])
    crumbs = [
        *trail((_("Webhooks"), "desk:webhooks")),
        Crumb(label=found.endpoint.name, url=where),
        Crumb(label=event_words(found.type)),
    ]
    tries = [(one, reason_words(one.reason)) for one in attempts_of(found)]
    return render(
        request, "desk/webhook_message.html",
        {
            "message": found, "title": event_words(found.type), "facts": facts, "body": body,
            "state": state_shown(found.state), "tries": tries, "kept": bool(found.payload),
            "off": found.endpoint.state == "off",
        },
        crumbs=crumbs,
    )  # fmt: skip
