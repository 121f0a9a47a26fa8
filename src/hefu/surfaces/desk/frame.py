"""What every desk page has: somebody signed in twice, a navigation of what they may do, refusals.

A page is a function ``(request: DeskRequest) -> HttpResponse`` under ``@page``; it renders with
``render``. A refusal raised anywhere below becomes the right page: what is not yours is 404.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils.http import urlencode

from hefu.apps.accounts.models import Brand, RoleChoices, User
from hefu.apps.accounts.selectors import actor_of, brands_for
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Kind
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.navigation import account_links, navigation
from hefu.surfaces.desk.words import refusal_text

SECOND_FACTOR = "second_factor_passed"  # session key: this sign-in was proved twice
_STATUS = {
    Kind.MISSING: 404, Kind.FORBIDDEN: 403, Kind.CONFLICT: 409, Kind.INVALID: 422,
    Kind.THROTTLED: 429, Kind.UNAVAILABLE: 503,
}  # fmt: skip


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in; ``actor`` is who they act as."""

    actor: Actor
    user: User
    brand: Brand


P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]  # a page, or a file


def page(
    permission: Permission | None = None,
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Make a function a desk page: signed in, second factor passed, permission held."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def run(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            away = _not_yet(request)
            if away is not None:
                return away
            request.actor = actor_of(request.user, surface="desk")
            if request.actor.brand_id is None:  # an operator without a brand has no desk
                return HttpResponseRedirect(reverse("admin:index"))
            request.brand = brands_for(request.actor).get()
            try:
                if permission is not None:
                    request.actor.require(permission)
                return view(request, *args, **kwargs)
            except DomainError as refusal:
                return refused(request, refusal)
            except Http404:
                return refused(request, None)

        run.permission = permission  # type: ignore[attr-defined]  # read by the navigation's test
        return run

    return decorate


def _not_yet(request: HttpRequest) -> HttpResponse | None:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('desk:login')}?{back}")
    if user.totp_confirmed_at and not request.session.get(SECOND_FACTOR):
        return HttpResponseRedirect(reverse("desk:second_factor"))
    return None


def refused(request: DeskRequest, refusal: DomainError | None) -> HttpResponse:
    """Render a refusal as a page with the way back."""
    status = _STATUS[refusal.kind] if refusal else 404
    return render(
        request, "desk/refused.html", {"text": refusal_text(refusal), "status": status},
        status=status,
    )  # fmt: skip


def render(
    request: DeskRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """Render a page inside the desk."""
    return render_template(
        request, template, {**_frame(request), "crumbs": crumbs, **(context or {})}, status=status
    )


def _frame(request: DeskRequest) -> dict[str, Any]:
    brand = request.brand
    english = getattr(request, "LANGUAGE_CODE", "") == "en"
    return {
        "nav": navigation(request.actor, request.path),
        "find_url": reverse("desk:find"),
        "user_name": request.user.name,
        "user_role": RoleChoices(request.user.role).label,
        "account_links": account_links(request.actor),
        "sign_out_url": reverse("desk:logout"),
        "home_url": reverse("desk:home"),
        "brand_name": (brand.name_en if english and brand.name_en else brand.name),
        "brand_colour": brand.colour,
        "actor": request.actor,
    }
