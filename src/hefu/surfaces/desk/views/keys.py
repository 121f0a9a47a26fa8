"""API keys (接口密钥): what integrations sign in with; the secret is shown once."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import ApiKey
from hefu.apps.accounts.selectors import api_keys_for
from hefu.apps.accounts.services import issue_api_key, revoke_api_key
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms_house import KeyForm, permission_text
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_house import ApiKeysTable


@page(Permission.API_KEY_MANAGE)
def keys(request: DeskRequest) -> HttpResponseBase:
    """List the keys, live and revoked."""
    rows = api_keys_for(request.actor).select_related("created_by")
    return list_page(request, "desk/api_keys.html", ApiKeysTable(rows), name="api-keys")


@page(Permission.API_KEY_MANAGE)
def create(request: DeskRequest) -> HttpResponse:
    """Make a key and show its secret this once."""
    form = KeyForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        scopes = [Permission(scope) for scope in form.cleaned_data["scopes"]]
        key, secret = issue_api_key(
            request.actor, name=form.cleaned_data["name"], scopes=scopes, now=timezone.now()
        )
        answer = render(
            request, "desk/api_secret.html", {"key": key, "secret": secret},
            crumbs=trail((_("API keys"), "desk:api_keys"), end=key.name),
        )  # fmt: skip
        answer["Cache-Control"] = "no-store"
        return answer
    return render(
        request, "desk/form.html",
        {
            "form": form, "title": _("New API key"), "save": _("Make the key"),
            "explained": _(
                "A program signs in with it instead of a person. It may do what you tick here "
                "and nothing else."),
        },
        crumbs=trail((_("API keys"), "desk:api_keys"), end=_("New API key")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.API_KEY_MANAGE)
def key(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a key; revoking it is sent from here."""
    found = _key(request, pk)
    if request.method == "POST":
        revoke_api_key(request.actor, key=found, now=timezone.now())
        messages.success(request, _("The key %(name)s stopped working.") % {"name": found.name})
        return HttpResponseRedirect(reverse("desk:api_keys"))
    facts = [
        Fact(name=_("Begins with"), value=f"hefu_{found.prefix}_…", code=True),
        Fact(name=_("Made by"), value=str(found.created_by or NOTHING)),
        Fact(name=_("Made"), value=when(found.created_at)),
        Fact(name=_("Revoked"), value=when(found.revoked_at)),
    ]
    return render(
        request, "desk/api_key.html",
        {
            "key": found, "facts": facts,
            "allowed": [permission_text(Permission(scope)) for scope in found.scopes],
        },
        crumbs=trail((_("API keys"), "desk:api_keys"), end=found.name),
    )  # fmt: skip


def _key(request: DeskRequest, pk: int) -> ApiKey:
    found = api_keys_for(request.actor).select_related("created_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
