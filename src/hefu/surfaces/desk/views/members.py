"""Members (会员): masked, found by phone or e-mail, with what they own, have and agreed to."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.ledger.selectors import balance_for, history_for
from hefu.apps.members.models import Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.rights import granted_list
from hefu.apps.members.selectors import (
    card_of,
    consents_for,
    member_by_address,
    member_by_id,
    members_for,
)
from hefu.apps.members.services import Unmasked, UnmaskReason, unmask
from hefu.apps.members.services.lists import take_list
from hefu.core.actor import consumer
from hefu.core.errors import DomainError, Kind, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms_house import UnmaskForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_consumers import MembersTable, deed_text
from hefu.surfaces.desk.views.member_standing import about_standing
from hefu.surfaces.desk.words import refusal_text

SHOWN = 20  # units and movements on a member's page
_PURPOSES = {
    Purpose.MARKETING: gettext_lazy("News and offers"),
    Purpose.PLACE: gettext_lazy("Rough place of an activation"),
    Purpose.PUBLISH: gettext_lazy("Nickname in lists of winners"),
    Purpose.SERVICE: gettext_lazy("Service for activated products"),
    Purpose.SHARE: gettext_lazy("Contact for the service point"),
}


@page(Permission.MEMBER_VIEW)
def members(request: DeskRequest) -> HttpResponseBase:
    """List the members, or the one whose proved phone or e-mail was typed."""
    typed, problem = request.GET.get("q", "").strip(), ""
    rows = members_for(request.actor)
    if typed:
        try:
            rows = rows.filter(pk=member_by_address(request.actor, typed).pk)
        except DomainError as refusal:
            rows = rows.none()
            problem = refusal_text(refusal) if refusal.kind is Kind.INVALID else ""
    now = timezone.now()
    if "export" in request.GET:
        take_list(request.actor, now=now)
    context: dict[str, Any] = {
        "problem": problem, "searchable": True, "search_hint": _("Whole phone or e-mail"),
        "granted": granted_list(request.actor, now=now),
    }  # fmt: skip
    if not context["granted"]:
        context["export_urls"] = {}
    return list_page(
        request, "desk/members.html", MembersTable(rows), name="members", context=context
    )


@page(Permission.MEMBER_VIEW)
def member(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one member, masked."""
    return _show(request, member_by_id(request.actor, pk), UnmaskForm())


@page(Permission.MEMBER_UNMASK)
@require_POST
def unmask_member(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a member's phone and e-mail in full, once, after saying why."""
    form = UnmaskForm(request.POST)
    found = member_by_id(request.actor, pk)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    reason = UnmaskReason(form.cleaned_data["reason"])
    seen = unmask(request.actor, member_id=pk, reason=reason, now=timezone.now())
    answer = _show(request, found, UnmaskForm(), seen=seen)
    answer["Cache-Control"] = "no-store"
    return answer


def _show(
    request: DeskRequest, found: Member, form: UnmaskForm, *, seen: Unmasked | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    context: dict[str, Any] = {
        "member": found, "card": card_of(found), "facts": _facts(found, seen), "seen": seen,
        "may_exclude": actor.may(Permission.CAMPAIGN_MANAGE),
        "form": form, "may_unmask": actor.may(Permission.MEMBER_UNMASK),
        "consents": _consents(actor.own_brand(), found), **about_standing(actor, found),
    }  # fmt: skip
    if actor.may(Permission.ACTIVATION_VIEW):
        units = activations_for(actor).filter(member_id=found.pk)[:SHOWN]
        context["units"] = [(row, place(row.region) or NOTHING) for row in units]
    if actor.may(Permission.LEDGER_VIEW):
        context |= _coins(request, found)
    return render(
        request, "desk/member.html", context, status=status,
        crumbs=trail((_("Members"), "desk:members"), end=_("Member %(pk)s") % {"pk": found.pk}),
    )  # fmt: skip


def _facts(found: Member, seen: Unmasked | None) -> list[Fact]:
    card = card_of(found)
    phone = seen.phone if seen else card.masked_phone
    email = seen.email if seen else card.masked_email
    return [
        Fact(name=_("Phone"), value=phone or NOTHING, code=bool(phone)),
        Fact(name=_("E-mail"), value=email or NOTHING),
        Fact(name=_("Nickname"), value=card.nickname or NOTHING),
        Fact(name=_("Language"), value=_("English") if card.language == "en" else _("Chinese")),
        Fact(name=_("Member since"), value=when(card.joined_at)),
        Fact(name=_("Account"), value=_("Closed") if card.closed else _("Active")),
    ]


def _coins(request: DeskRequest, found: Member) -> dict[str, Any]:
    try:
        balance = balance_for(request.actor, found.pk, now=timezone.now())
    except NotFound:  # never had a coin
        return {"coins": "0", "held": "", "movements": []}
    held = _("%(held)s set aside") % {"held": grouped(balance.held)} if balance.held else ""
    return {
        "coins": grouped(balance.available),
        "held": held,
        "movements": [
            (line, deed_text(line.transfer))
            for line in history_for(request.actor, found.pk)[:SHOWN]
        ],
    }


def _consents(brand_id: int, found: Member) -> list[dict[str, Any]]:
    """What the member answered; read as they would read it, in the reader's language."""
    themselves = consumer(brand_id=brand_id, member_id=found.pk, surface="desk")
    language = get_language() or "zh-hans"
    states = consents_for(themselves, language=language, now=timezone.now())
    return [
        {"state": state, "name": _PURPOSES[state.purpose], "at": when(state.answered_at)}
        for state in states
    ]
