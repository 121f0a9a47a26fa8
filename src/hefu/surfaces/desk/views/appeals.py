"""Appeals (申诉): who holds a unit that another activated; read, then decided by a person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.identity.models import Appeal
from hefu.apps.identity.selectors.activations import (
    activations_for,
    appeal_by_id,
    appeals_for,
    invoice_of,
)
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.units import ref_of
from hefu.apps.identity.services.appeals import answer_appeal
from hefu.apps.members.selectors import MemberCard, cards_for
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_consumers import AppealsTable

_FILE_NAMES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class AnswerForm(forms.Form):
    """A decision in words the member reads."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The one who appealed reads it. Say what you decided and why."),
    )  # fmt: skip


@page(Permission.ACTIVATION_MANAGE)
def appeals(request: DeskRequest) -> HttpResponseBase:
    """List the appeals that wait, the oldest first, or those that were answered."""
    answered = request.GET.get("answered") == "1"
    rows = appeals_for(request.actor)
    waiting = rows.filter(state=Appeal.State.OPEN)
    shown = rows.exclude(state=Appeal.State.OPEN) if answered else waiting.order_by("created_at")
    url = reverse("desk:appeals")
    return list_page(
        request, "desk/appeals.html", AppealsTable(shown), name="appeals",
        context={
            "tabs": [
                Tab(label=_("Waiting"), url=url, current=not answered, count=waiting.count()),
                Tab(label=_("Answered"), url=f"{url}?answered=1", current=answered),
            ],
            "answered": answered,
        },
    )  # fmt: skip


@page(Permission.ACTIVATION_MANAGE)
def appeal(request: DeskRequest, pk: int) -> HttpResponse:
    """Show an appeal beside the activation it is about; the answer is sent from here."""
    found = appeal_by_id(request.actor, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        uphold = request.POST.get("decision") == "uphold"
        try:
            answer_appeal(
                request.actor, appeal=found, uphold=uphold, now=timezone.now(),
                answer=form.cleaned_data["answer"],
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
            found.refresh_from_db()
        else:
            messages.success(request, _done(uphold=uphold))
            return HttpResponseRedirect(reverse("desk:appeals"))
    return render(
        request, "desk/appeal.html", {**_about(request, found), "form": form},
        crumbs=trail((_("Appeals"), "desk:appeals"), end=_("Appeal %(pk)s") % {"pk": pk}),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.ACTIVATION_MANAGE)
def invoice(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand out the invoice as a file: never shown inside a page, never run."""
    found = invoice_of(request.actor, pk)
    ending = _FILE_NAMES[found.content_type]
    return HttpResponse(
        found.content, content_type=found.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="invoice-{pk}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )  # fmt: skip


def _done(*, uphold: bool) -> str:
    if uphold:
        return _("Upheld: the unit now belongs to the one who appealed.")
    return _("Rejected: the unit stays where it was.")


def _about(request: DeskRequest, found: Appeal) -> dict[str, Any]:
    rows = activations_for(request.actor).filter(unit_id=found.unit_id)
    owner = rows.filter(ended_at=None).first()
    cards = cards_for(request.actor, [found.member_id, *([owner.member_id] if owner else [])])
    unit = ref_of(found.unit)
    code = code_text(unit.batch, unit.serial)
    product = found.unit.batch.product
    return {
        "appeal": found,
        "code": code,
        "open": found.state == Appeal.State.OPEN,
        "claimant": _person(cards.get(found.member_id), found.member_id),
        "owner": _person(cards.get(owner.member_id), owner.member_id) if owner else None,
        "claim": [
            Fact(name=_("Appealed at"), value=when(found.created_at)),
            Fact(name=_("Product"), value=f"{product.name} {product.model}"),
        ],
        "held": [
            Fact(name=_("Activated at"), value=when(owner.at)),
            Fact(name=_("Where"), value=place(owner.region) or NOTHING),
            Fact(name=_("Channel"), value=str(owner.channel or NOTHING)),
        ]
        if owner
        else [],
    }


def _person(card: MemberCard | None, pk: int) -> dict[str, Any]:
    return {"pk": pk, "name": (card.nickname or card.masked) if card else NOTHING}
