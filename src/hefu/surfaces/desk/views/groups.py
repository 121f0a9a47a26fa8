"""Group buys of a campaign on the desk (拼团): written, signed by a second person, watched."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.models import GroupOffer, OfferState
from hefu.apps.campaigns.selectors.groups import (
    OfferCounts,
    groups_for,
    newest_version,
    offer_by_id,
    offer_counts,
    offers_for,
    terms_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import group_offers as service
from hefu.apps.orders.selectors.articles import mall_for
from hefu.core.errors import DomainError, Invalid
from hefu.core.group_buying import GroupTerms, read_terms
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_groups import GroupForm, NewGroupForm, StopForm, begun
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.tables_groups import GroupsTable, OffersTable, phase_badge, phase_of
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text


@page(Permission.CAMPAIGN_VIEW)
def offers(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List a campaign's group buys with their counts."""
    found = campaign_by_id(request.actor, pk)
    rows = offers_for(request.actor).filter(campaign=found)
    counts = offer_counts(request.actor, found)
    table = OffersTable(rows, counts=counts, now=timezone.now())
    return list_page(
        request, "desk/group_offers.html", table, name=f"{found.slug}-groups",
        context={
            "campaign": found, "tabs": tabs(found, "group_offers"),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
        crumbs=path_to(found),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def create(request: DeskRequest, pk: int) -> HttpResponse:
    """Write a new offer; nobody sees it before a second person agreed."""
    found = campaign_by_id(request.actor, pk)
    form = NewGroupForm(sent(request), currency=mall_for(request.actor).currency)
    if form.is_bound and form.is_valid():
        try:
            made = service.create_offer(
                request.actor, campaign=found, code=form.cleaned_data["code"],
                terms=form.terms(), now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written. Read its rules, then ask a second person."))
            return HttpResponseRedirect(reverse("desk:group_offer", args=[made.pk]))
    title = _("New group buy")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Write it"), "explained": _(
            "Enough people who pay in time get the price; else everybody is refunded by itself. "
            "WeChat forbids rewards for sharing inside it: invite by QR code or other ways, too.")},
        crumbs=path_to(found, "group_offers", end=title), status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def offer(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show one offer: terms in force, what waits, its groups; and do what was pressed."""
    found = offer_by_id(request.actor, pk)
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        name, form = _form(request)
        if form is not None:
            bound[name] = form
        if form is None or form.is_valid():
            try:
                said = _deed(request, found, form)
            except DomainError as refusal:
                _refused(request, form, refusal)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(reverse("desk:group_offer", args=[pk]))
            if form is None:
                return HttpResponseRedirect(reverse("desk:group_offer", args=[pk]))
    return _show(request, found, bound)


def _refused(request: DeskRequest, form: forms.Form | None, refusal: DomainError) -> None:
    if isinstance(form, GroupForm):
        form.refuse(refusal)
    elif form is not None:
        put_refusal(form, refusal)
    else:
        messages.error(request, refusal_text(refusal))


def _form(request: DeskRequest) -> tuple[str, forms.Form | None]:
    deed = request.POST.get("deed", "")
    if deed == "write":
        return "form", GroupForm(request.POST, currency=mall_for(request.actor).currency)
    if deed in ("sign", "refuse"):
        return "decision_form", DecisionForm(request.POST)
    return ("stop_form", StopForm(request.POST)) if deed == "stop" else ("", None)


def _deed(request: DeskRequest, found: GroupOffer, form: forms.Form | None) -> str:
    """Do what was pressed; returns what to say."""
    actor, now, deed = request.actor, timezone.now(), request.POST.get("deed", "")
    seen = request.POST.get("seen", "")  # the hash of what the page showed
    if isinstance(form, GroupForm):
        service.write_offer(actor, offer=found, terms=form.terms(), seen=seen, now=now)
        return _("Written. Read its rules, then ask a second person.")
    if isinstance(form, StopForm):
        service.stop_offer(actor, offer=found, why=form.cleaned_data["why"], now=now)
        return _("No more groups are opened. Those that are open go on.")
    if isinstance(form, DecisionForm):
        note = form.cleaned_data["note"]
        if deed == "sign":
            service.approve_offer(actor, offer=found, seen=seen, note=note, now=now)
            return _("Agreed. The terms are in force.")
        service.refuse_offer(actor, offer=found, seen=seen, note=note, now=now)
        return _("Refused.")
    if deed != "submit":
        raise Invalid(field="deed", rule="not_a_choice")
    service.submit_offer(actor, offer=found, now=now)
    return _("A second person was asked.")


def _show(
    request: DeskRequest, found: GroupOffer, bound: dict[str, forms.Form]
) -> HttpResponseBase:
    now, may = timezone.now(), request.actor.may
    asked = approvals_for(request.actor).filter(
        kind=service.APPROVAL, subject_id=found.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    version = newest_version(found)
    waits = version is not None and version.approved_at is None
    writes = may(Permission.CAMPAIGN_MANAGE) and found.state != OfferState.STOPPED
    written = read_terms(version.document) if version else terms_of(found)
    context = {
        "offer": found, "phase": phase_badge(phase_of(found, now)), "asked": asked, "waits": waits,
        "version": version, "tiles": _tiles(request, found), "facts": _facts(terms_of(found)),
        "changed": _facts(written) if waits and found.version else [],
        "rules": _rules(version.page if version else {}, request),
        "page_url": reverse("consumer:group_offer", args=[request.brand.slug, found.code])
        if found.version else "",
        "form": (
            bound.get("form") or GroupForm(initial=begun(written), currency=written.currency)
        ) if writes else None,
        "may_submit": writes and waits and asked is None,
        "may_decide": asked is not None and may(Permission.APPROVAL_DECIDE) and not own,
        "may_stop": writes and bool(found.version),
        "decision_form": bound.get("decision_form") or DecisionForm(),
        "stop_form": bound.get("stop_form") or StopForm(),
        "wrong": {name for name, form in bound.items() if form.errors},
    }  # fmt: skip
    table = GroupsTable(groups_for(request.actor).filter(offer=found))
    return list_page(
        request, "desk/group_offer.html", table, name=f"{found.code}-groups", context=context,
        crumbs=path_to(found.campaign, "group_offers", end=found.title),
        status=422 if any(form.errors for form in bound.values()) else 200,
    )  # fmt: skip


def _rules(pages: Any, request: DeskRequest) -> list[tuple[str, list[str]]]:
    """The rules page as it will be published: headings with their sentences."""
    english = str(getattr(request, "LANGUAGE_CODE", "")).startswith("en")
    text = pages.get("en" if english else "zh-hans", "")
    parts = [part.split("\n") for part in text.split("\n\n")[1:]]
    return [(lines[0], lines[1:]) for lines in parts]


def _tiles(request: DeskRequest, found: GroupOffer) -> list[tuple[str, str, str]]:
    counts = offer_counts(request.actor, found.campaign).get(found.pk, OfferCounts())
    return [
        (_("Pieces left"), grouped(found.left), ""),
        (_("Groups open"), grouped(counts.open), ""),
        (_("Groups formed"), grouped(counts.formed), ""),
        (
            _("Groups not formed"),
            grouped(counts.lapsed),
            _("%(count)s places refunded") % {"count": grouped(counts.refunded)},
        ),
    ]


def _facts(terms: GroupTerms) -> list[Fact]:
    return [
        Fact(name=_("Article"), value=terms.sku, code=True),
        Fact(name=_("Price in a group"), value=price(terms.price, terms.currency)),
        Fact(name=_("People in a group"), value=grouped(terms.size)),
        Fact(name=_("Pieces in all"), value=grouped(terms.pieces)),
        Fact(name=_("Begins"), value=when(terms.starts_at)),
        Fact(name=_("Ends"), value=when(terms.ends_at)),
        Fact(name=_("Minutes a group has"), value=grouped(terms.lasts_minutes)),
        Fact(name=_("Minutes to pay"), value=grouped(terms.pay_minutes)),
        Fact(name=_("Places per person"), value=grouped(terms.per_person)),
    ]
