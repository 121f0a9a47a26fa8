"""Changing a wrongly named channel (渠道更正): asked with a reason, decided by a second person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.identity.models import ChannelChange, ProductionOrder
from hefu.apps.identity.selectors.channels import change_by_id, changes_for
from hefu.apps.identity.selectors.orders import order_by_id, orders_for
from hefu.apps.identity.services.channel_changes import CHANGE, change_channel, decide_change
from hefu.apps.network.models import Channel
from hefu.apps.network.selectors import channels_for
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail, when
from hefu.surfaces.desk.views.approvals import DecisionForm

SHOWN = 20  # changes of one batch on an order's page, the newest


class ChannelChangeForm(forms.Form):
    """Another channel, and why."""

    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        label=gettext_lazy("Right channel"), queryset=None
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200,
        help_text=gettext_lazy("Stands in the history of the batch; name no customers."),
    )  # fmt: skip

    def __init__(self, actor: Actor, order: ProductionOrder, data: Any = None) -> None:
        super().__init__(data)
        chosen: Any = self.fields["channel"]
        rows = channels_for(actor).filter(active=True)
        chosen.queryset = rows.exclude(pk=order.batch.channel_id or 0)


def may_change(actor: Actor, order: ProductionOrder) -> bool:
    """Whether the page offers it: a channel was named, and nothing else waits."""
    if order.batch.channel_id is None or not actor.may(Permission.ORDER_MANAGE):
        return False
    waiting = ChannelChange.State.WAITING
    return not changes_for(actor).filter(batch_id=order.batch_id, state=waiting).exists()


def changes_of(actor: Actor, order: ProductionOrder) -> list[ChannelChange]:
    """What became of the channel of an order's batch, newest first."""
    return list(changes_for(actor).filter(batch_id=order.batch_id)[:SHOWN])


@page(Permission.ORDER_MANAGE)
def ask(request: DeskRequest, pk: int) -> HttpResponse:
    """Say which channel it should have been, and why."""
    order = order_by_id(request.actor, pk)
    if order.batch.channel is None:
        raise NotFound
    form = ChannelChangeForm(request.actor, order, sent(request))
    if form.is_bound and form.is_valid():
        try:
            change = change_channel(
                request.actor, batch=order.batch, channel=form.cleaned_data["channel"],
                reason=form.cleaned_data["reason"], now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return _asked(request, order, change)
    explained = _(
        "The batch goes to %(channel)s so far. Whatever was activated already keeps that channel "
        "in all figures, and what was shipped to a channel stays there; the rest goes to the right "
        "one. Once a unit is activated, a second person has to agree."
    ) % {"channel": order.batch.channel.name}
    title = _("Change the channel")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": title, "explained": explained},
        crumbs=trail((_("Production orders"), "desk:orders"), end=order.number),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _asked(
    request: DeskRequest, order: ProductionOrder, change: ChannelChange
) -> HttpResponseRedirect:
    if change.applied_at is None:
        messages.success(request, _("Units are activated already: a second person decides."))
        return HttpResponseRedirect(reverse("desk:channel_change", args=[change.pk]))
    said = _("The batch goes to %(channel)s.") % {"channel": change.channel.name}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:order", args=[order.pk]))


@page(Permission.ORDER_VIEW)
def change(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one change in full; the second person answers here."""
    found = change_by_id(request.actor, pk)
    form = DecisionForm(sent(request))
    if form.is_bound and form.is_valid():
        grant = request.POST.get("decision") == "grant"
        try:
            decide_change(
                request.actor, change=found, grant=grant, note=form.cleaned_data["note"],
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            said = _("The channel is changed.") if grant else _("Refused. The channel stays.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:channel_change", args=[pk]))
    return _show(request, found, form)


def _show(request: DeskRequest, found: ChannelChange, form: DecisionForm) -> HttpResponse:
    actor = request.actor
    asked = _approval(actor, found)
    waiting = found.state == ChannelChange.State.WAITING
    own = asked is not None and asked.asked_by_id == actor.user_id
    context = {
        "change": found, "facts": _facts(found), "form": form, "waiting": waiting, "asked": asked,
        "may_decide": waiting and actor.may(Permission.APPROVAL_DECIDE) and not own, "own": own,
        "orders": orders_for(actor).filter(batch_id=found.batch_id)[:SHOWN],
    }  # fmt: skip
    return render(
        request, "desk/channel_change.html", context,
        crumbs=trail((_("Production orders"), "desk:orders"), end=_("Change of a channel")),
        status=409 if form.errors else 200,
    )  # fmt: skip


def _approval(actor: Actor, found: ChannelChange) -> Approval | None:
    return approvals_for(actor).filter(kind=CHANGE, subject_id=found.pk).first()


def _facts(found: ChannelChange) -> list[Fact]:
    batch = found.batch
    facts = [
        Fact(name=_("Product"), value=f"{batch.product.model} {batch.product.name}"),
        Fact(name=_("Batch"), value=batch.number, code=True),
        Fact(name=_("Channel so far"), value=found.former.name),
        Fact(name=_("Right channel"), value=found.channel.name),
        Fact(name=_("Reason"), value=found.reason),
        Fact(name=_("Activated already"), value=grouped(found.activated)),
        Fact(name=_("Proposed at"), value=when(found.asked_at)),
    ]
    if found.applied_at:
        facts.append(Fact(name=_("In force since"), value=when(found.applied_at)))
    return facts
