"""Naming the channel (定渠道) of a batch that left it open until shipping; its card on the page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors.orders import order_by_id
from hefu.apps.identity.services.batches import set_channel
from hefu.apps.network.models import Channel
from hefu.apps.network.selectors import channels_for
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.words import refusal_text


class ChannelOfBatch(forms.Form):
    """One of our channels, and that it is meant."""

    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        label=gettext_lazy("Channel"), queryset=None
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, the whole batch goes there"),
        error_messages={"required": gettext_lazy("Tick this to confirm.")},
    )

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, auto_id="id_named_%s")
        chosen: Any = self.fields["channel"]
        chosen.queryset = channels_for(actor).filter(active=True)


def channel_form(actor: Actor, order: ProductionOrder) -> ChannelOfBatch | None:
    """The form, where the channel is open and this actor may name it."""
    may = actor.may(Permission.ORDER_MANAGE) and not actor.is_partner
    return ChannelOfBatch(actor) if may and order.batch.channel_id is None else None


@page(Permission.ORDER_MANAGE)
@require_POST
def name(request: DeskRequest, pk: int) -> HttpResponse:
    """Name it, for all units of the batch."""
    order = order_by_id(request.actor, pk)
    form = ChannelOfBatch(request.actor, request.POST)
    if form.is_valid():
        channel = form.cleaned_data["channel"]
        try:
            set_channel(request.actor, batch=order.batch, channel=channel, now=timezone.now())
        except DomainError as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            said = _("The batch goes to %(channel)s.") % {"channel": channel.name}
            messages.success(request, said)
    else:
        messages.error(request, _("Choose the channel and tick that it is meant."))
    return HttpResponseRedirect(reverse("desk:order", args=[pk]))
