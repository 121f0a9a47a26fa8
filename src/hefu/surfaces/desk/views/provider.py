"""The brand's identity provider on the desk (单点登录设置), and who came through it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.accounts.sign_in.asking import discover
from hefu.apps.accounts.sign_in.selectors import identities_for, provider_for
from hefu.apps.accounts.sign_in.services import forget_identity, remove_provider, set_provider
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms_sign_in import (
    ProviderForm,
    initial_of,
    roles_of_our_own,
    say_refusal,
)
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail

SHOWN = 50  # people listed


@page(Permission.PEOPLE_MANAGE)
def provider(request: DeskRequest) -> HttpResponse:
    """Set how the brand's people sign in; the provider is asked before it is believed."""
    row, now = provider_for(request.actor), timezone.now()
    form = ProviderForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            wish = form.wish()
            if wish.active:
                discover(wish.issuer, now=now)
            set_provider(request.actor, wish=wish, now=now)
        except DomainError as refusal:
            say_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Try it out in another browser before you leave."))
            return HttpResponseRedirect(reverse("desk:provider"))
    slug = request.brand.slug
    back = request.build_absolute_uri(reverse("desk:sign_in_back", args=[slug]))
    door = request.build_absolute_uri(reverse("desk:sign_in_of", args=[slug]))
    return render(
        request, "desk/provider.html",
        {
            "form": form, "row": row, "back": back, "door": door, "roles": roles_of_our_own(),
            "identities": identities_for(request.actor)[:SHOWN],
        },
        crumbs=trail((_("People"), "desk:people"), end=_("Sign-in")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.PEOPLE_MANAGE)
@require_POST
def end_provider(request: DeskRequest) -> HttpResponse:
    """Go back to passwords."""
    remove_provider(request.actor, now=timezone.now())
    messages.success(request, _("Everybody signs in with a password again."))
    return HttpResponseRedirect(reverse("desk:provider"))


@page(Permission.PEOPLE_MANAGE)
@require_POST
def forget(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget which account of the provider is a person's."""
    found = identities_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    forget_identity(request.actor, identity=found, now=timezone.now())
    messages.success(request, _("The next sign-in links them anew."))
    return HttpResponseRedirect(reverse("desk:provider"))
