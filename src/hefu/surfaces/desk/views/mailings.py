"""Marketing messages of a campaign (营销消息): written, tried, approved, sent, counted."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.models import Campaign, Mailing, MailingRules
from hefu.apps.campaigns.selectors.audiences import audience_of
from hefu.apps.campaigns.selectors.mailings import mailing_by_id, mailings_of, rules_of, sent_by
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import mailings as service
from hefu.apps.campaigns.services.mailing_sending import go_on
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_mailings import MailingForm, RulesForm, stated
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.promoting.mailings import mailing_page, progress_part
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_mailings import MailingsTable
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text, rule_text

State = Mailing.State


@page(Permission.CAMPAIGN_VIEW)
def campaign_messages(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List the messages of a campaign."""
    found = campaign_by_id(request.actor, pk)
    rows = mailings_of(request.actor, found)
    handed = sent_by(list(rows.values_list("pk", flat=True)))
    return list_page(
        request, "desk/mailings.html", MailingsTable(rows, sent=handed),
        name=f"messages-{found.slug}",
        context={
            "campaign": found, "tabs": tabs(found, "campaign_messages"),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "may_rule": request.actor.may(Permission.BRAND_MANAGE),
        },
        crumbs=_trail(found),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def mailing_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Write a new message."""
    return _write(request, campaign_by_id(request.actor, pk), None)


@page(Permission.CAMPAIGN_MANAGE)
def mailing_edit(request: DeskRequest, pk: int, mailing: int) -> HttpResponse:
    """Write it anew; a message that waits for approval is a draft again then."""
    found = campaign_by_id(request.actor, pk)
    row = mailing_by_id(request.actor, mailing, campaign=found)
    if row.state not in (State.DRAFT, State.ASKED):
        return HttpResponseRedirect(_url(row))
    return _write(request, found, row)


def _write(request: DeskRequest, found: Campaign, row: Mailing | None) -> HttpResponse:
    now = timezone.now()
    form = MailingForm(request.actor, sent(request), initial=stated(row) if row else {})
    revision = whole_number(request.POST.get("revision", "")) or 0
    if form.is_bound and form.is_valid():
        try:
            saved = service.write_mailing(
                request.actor, campaign=found, draft=form.draft(now), mailing=row,
                revision=revision, now=now,
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Nothing is sent before a second person agreed."))
            return HttpResponseRedirect(_url(saved))
    title = row.title if row else _("New message")
    return render(
        request, "desk/mailing_edit.html",
        {
            "form": form, "title": title, "campaign": found, "mailing": row,
            # an older page stays one: pressing again must not overwrite what nobody read
            "revision": revision if form.is_bound or row is None else row.revision,
        },
        crumbs=_trail(found, title), status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def mailing(request: DeskRequest, pk: int, mailing: int) -> HttpResponse:
    """Show a message: preview, approval, progress and result."""
    found = campaign_by_id(request.actor, pk)
    row = mailing_by_id(request.actor, mailing, campaign=found)
    form = DecisionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            said = _deed(request, row, form)
        except DomainError as refusal:
            if request.POST.get("deed") not in ("approve", "refuse"):
                messages.error(request, _said(refusal))
                return HttpResponseRedirect(_url(row))
            put_refusal(form, refusal)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(_url(row))
    return _show(request, mailing_by_id(request.actor, row.pk), form)


def _show(request: DeskRequest, row: Mailing, form: forms.Form) -> HttpResponse:
    asked = approvals_for(request.actor).filter(
        kind=service.APPROVAL, subject_id=row.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    may = request.actor.may(Permission.CAMPAIGN_MANAGE)
    return render(
        request, "desk/mailing.html",
        {
            **mailing_page(request.actor, row, now=timezone.now()),
            "asked": asked, "decision_form": form, "may_write": may,
            "may_edit": may and row.state in (State.DRAFT, State.ASKED),
            "may_submit": may and row.state == State.DRAFT,
            "may_stop": may and row.state in (State.APPROVED, State.SENDING),
            "may_rule": request.actor.may(Permission.BRAND_MANAGE),
            "may_decide": asked is not None and not own
            and request.actor.may(Permission.APPROVAL_DECIDE),
        },
        crumbs=_trail(row.campaign, row.title), status=422 if form.errors else 200,
    )  # fmt: skip


def _deed(request: DeskRequest, row: Mailing, form: forms.Form) -> str:
    """Do what was pressed; returns what was done, in words."""
    actor, now, note = request.actor, timezone.now(), form.cleaned_data["note"]
    seen = request.POST.get("seen", "")

    def submit() -> str:
        audience = audience_of(row.document["audience"])
        service.submit_mailing(actor, mailing=row, audience=audience, now=now)
        return _("A second person is asked.")

    def approve() -> str:
        service.approve_mailing(actor, mailing=row, seen=seen, note=note, now=now)
        return _("Approved. It goes out at its time.")

    def refuse() -> str:
        service.refuse_mailing(actor, mailing=row, seen=seen, note=note, now=now)
        return _("Refused. Whoever wrote it reads your note.")

    def stop() -> str:
        service.stop_mailing(actor, mailing=row, now=now)
        return _("Stopped. Nobody else gets it.")

    def test() -> str:
        language = request.POST.get("language", "")
        to = service.send_test(actor, mailing=row, language=language, now=now)
        return _("A test is on its way to %(to)s.") % {"to": to}

    def resume() -> str:
        go_on(actor, mailing=row, now=now)
        return _("It goes on where it broke off.")

    deeds: dict[str, Callable[[], str]] = {
        "submit": submit, "approve": approve, "refuse": refuse, "stop": stop, "test": test,
        "resume": resume,
    }  # fmt: skip
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise Invalid(field="deed", rule="not_a_choice")
    return deed()


@page(Permission.CAMPAIGN_VIEW)
def mailing_progress(request: DeskRequest, pk: int, mailing: int) -> HttpResponse:
    """Answer how far a send is, as the part of its page that shows it."""
    found = campaign_by_id(request.actor, pk)
    row = mailing_by_id(request.actor, mailing, campaign=found)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(_url(row))
    context = progress_part(request.actor, row, now=timezone.now())
    return render(request, "desk/mailing_progress.html", {**context, "campaign": found})


@page(Permission.CAMPAIGN_VIEW)
def mailing_of(request: DeskRequest, pk: int) -> HttpResponse:
    """Lead to a message by its number alone."""
    return HttpResponseRedirect(_url(mailing_by_id(request.actor, pk)))


@page(Permission.BRAND_MANAGE)
def rules(request: DeskRequest) -> HttpResponse:
    """Say how often members may be written to, when not, and where the brand is reached."""
    form = RulesForm(sent(request), rules=rules_of(request.actor.own_brand()))
    if form.is_bound and form.is_valid():
        try:
            stated_rules = MailingRules(**form.cleaned_data)
            service.set_rules(request.actor, rules=stated_rules, now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. It counts for everything sent from now on."))
            return HttpResponseRedirect(reverse("desk:mailing_rules"))
    title = _("Rules of messages")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Save"), "explained": _(
            "For messages with news and offers. A week runs from Monday to Sunday. In quiet hours "
            "they wait for the morning. Codes and answers come at any time.")},
        crumbs=trail((_("Promotions"), "desk:promotions"), (_("Campaigns"), "desk:campaigns"),
                     end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _url(row: Mailing) -> str:
    return reverse("desk:mailing", args=[row.campaign_id, row.pk])


def _trail(found: Campaign, end: str = "") -> list[Crumb]:
    whole = path_to(found)
    if not end:
        return whole
    url = reverse("desk:campaign_messages", args=[found.pk])
    return [*whole[:-1], Crumb(label=found.title, url=url), Crumb(label=end)]


def _said(refusal: DomainError) -> str:
    words = rule_text(str(refusal.details.get("rule") or "")) or refusal_text(refusal)
    names = {"contact": _("Contact"), "planned_at": _("Not before"), "waiver": _("Absolute words")}
    name = names.get(str(refusal.details.get("field")), "")
    value = refusal.details.get("value", "") if name == names["waiver"] else ""
    said = f"{words} {value}".strip()
    return _("%(name)s: %(said)s") % {"name": name, "said": said} if name else said
