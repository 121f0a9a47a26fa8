"""People (人员): who may log in, in which role; new passwords are shown once."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.accounts.models import RoleChoices, User
from hefu.apps.accounts.selectors import people_for
from hefu.apps.accounts.services import close_log_in, invite, open_log_in, reset_password
from hefu.core.codes import CROCKFORD
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission, Role
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_house import InviteForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_house import PeopleTable

PASSWORD_GROUPS = 4  # of four characters: 80 bits


@page(Permission.PEOPLE_MANAGE)
def people(request: DeskRequest) -> HttpResponseBase:
    """List who may log in, or those whose name or e-mail holds the words."""
    words = request.GET.get("q", "").strip()
    rows = people_for(request.actor).select_related("organisation")
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(email__icontains=words)
    return list_page(
        request, "desk/people.html", PeopleTable(rows), name="people",
        context={"searchable": True},
    )  # fmt: skip


@page(Permission.PEOPLE_MANAGE)
def invite_person(request: DeskRequest) -> HttpResponse:
    """Give somebody a log-in; its first password is shown once."""
    form = InviteForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked, password = form.cleaned_data, _password()
        try:
            person = invite(
                request.actor, email=asked["email"], name=asked["name"], role=Role(asked["role"]),
                organisation=asked["organisation"], password=password, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return _show_password(request, person, password)
    return render(
        request, "desk/form.html",
        {
            "form": form, "title": _("Invite a person"), "save": _("Invite"),
            "explained": _(
                "They get a log-in with one role. You will see a password to hand over; have "
                "them set up a second factor when they first sign in."),
        },
        crumbs=trail((_("People"), "desk:people"), end=_("Invite")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.PEOPLE_MANAGE)
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one person and what can be done about their log-in."""
    found = _person(request, pk)
    facts = [
        Fact(name=_("E-mail"), value=found.email),
        Fact(name=_("Role"), value=str(RoleChoices(found.role).label)),
        Fact(name=_("Partner"), value=str(found.organisation or NOTHING)),
        Fact(
            name=_("Second factor"),
            value=when(found.totp_confirmed_at) if found.totp_confirmed_at else _("None"),
        ),
        Fact(name=_("Last signed in"), value=when(found.last_login)),
        Fact(name=_("Invited"), value=when(found.created_at)),
    ]
    return render(
        request, "desk/person.html",
        {"person": found, "facts": facts, "oneself": found.pk == request.actor.user_id},
        crumbs=trail((_("People"), "desk:people"), end=found.name),
    )  # fmt: skip


@page(Permission.PEOPLE_MANAGE)
@require_POST
def change_log_in(request: DeskRequest, pk: int) -> HttpResponse:
    """Close a log-in, open it again, or give it a new password."""
    found, deed, now = _person(request, pk), request.POST.get("deed"), timezone.now()
    if deed == "password":
        password = _password()
        forget = request.POST.get("forget_second_factor") == "1"
        reset_password(
            request.actor, user=found, password=password, forget_second_factor=forget, now=now
        )
        return _show_password(request, found, password)
    if deed == "close":
        close_log_in(request.actor, user=found, now=now)
        messages.success(request, _("%(name)s cannot sign in any more.") % {"name": found})
    elif deed == "open":
        open_log_in(request.actor, user=found, now=now)
        messages.success(request, _("%(name)s may sign in again.") % {"name": found})
    return HttpResponseRedirect(reverse("desk:person", args=[pk]))


def _show_password(request: DeskRequest, person: User, password: str) -> HttpResponse:
    answer = render(
        request, "desk/password.html", {"person": person, "password": password},
        crumbs=trail((_("People"), "desk:people"), end=person.name),
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def _password() -> str:
    """A password that can be read aloud; nobody chooses it, so nobody chooses a weak one."""
    letters = "".join(secrets.choice(CROCKFORD.chars) for _ in range(4 * PASSWORD_GROUPS))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4)).lower()


def _person(request: DeskRequest, pk: int) -> User:
    found = people_for(request.actor).select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
