"""Signing in and out of the desk; the second factor."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import login as sign_in
from django.contrib.auth import logout as sign_out
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from hefu.apps.accounts.errors import WrongCode
from hefu.apps.accounts.models import User
from hefu.apps.accounts.selectors import actor_of
from hefu.apps.accounts.services import begin_totp, check_totp, totp_of
from hefu.apps.accounts.sign_in.selectors import is_any_provider, may_use_password
from hefu.surfaces.desk.farewell import farewell
from hefu.surfaces.desk.forms import OneTimePassword
from hefu.surfaces.desk.frame import SECOND_FACTOR, DeskRequest, page, render
from hefu.surfaces.qr import qr_svg


class SignInForm(AuthenticationForm):
    """E-mail and password; a lock-out after five wrong ones is axes' work."""

    error_messages = {
        "invalid_login": _("E-mail and password do not belong together."),
        "inactive": _("This log-in was closed."),
        "passwords_off": _("Your brand signs in through its own organisation, not by password."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse passwords where the brand switched them off."""
        super().confirm_login_allowed(user)
        if isinstance(user, User) and not may_use_password(user):
            raise ValidationError(self.error_messages["passwords_off"], code="passwords_off")


class SignIn(LoginView):
    """Who are you?"""

    template_name = "desk/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **about: Any) -> dict[str, Any]:
        """Offer the other way in where some brand has one."""
        return super().get_context_data(by_organisation=is_any_provider(), **about)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; whoever has a second factor is asked for it next."""
        user = form.get_user()
        sign_in(self.request, user)
        goal = self.get_success_url()
        if isinstance(user, User) and user.totp_confirmed_at:
            self.request.session["after_second_factor"] = goal
            return HttpResponseRedirect(reverse("desk:second_factor"))
        return HttpResponseRedirect(goal)


def name_given(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Say who tries to sign in, whatever capitals they use (called by axes)."""
    given = credentials or request.POST
    return str(given.get("username", "")).strip().lower()


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG001
    """Say that there were too many wrong passwords (called by axes)."""
    return render_template(request, "desk/locked_out.html", status=429)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    goal = farewell(request)
    sign_out(request)
    if goal:  # a link, for no form of ours may be sent elsewhere
        return render_template(request, "desk/signed_out.html", {"goal": goal})
    return HttpResponseRedirect(reverse("desk:login"))


def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the one-time password of this sign-in; wrong ones count as wrong passwords do."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect(reverse("desk:login"))
    form = OneTimePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tries = request.session.get("second_factor_tries", 0) + 1
        request.session["second_factor_tries"] = tries
        try:
            if tries > 5:
                sign_out(request)
                return locked_out(request)
            actor = actor_of(request.user, surface="desk")
            check_totp(actor, code=form.cleaned_data["code"], now=timezone.now())
        except WrongCode:
            # a wrong one-time password counts towards the lock-out like a wrong password
            user_login_failed.send(
                __name__, credentials={"username": request.user.email}, request=request
            )
            form.add_error(
                "code", _("The code does not match, or it was used. Wait for the next one.")
            )
        else:
            request.session[SECOND_FACTOR] = True
            return HttpResponseRedirect(
                resolve_url(request.session.pop("after_second_factor", "desk:home"))
            )
    return render_template(request, "desk/second_factor.html", {"form": form})


@page()
def begin_second_factor(request: DeskRequest) -> HttpResponse:
    """Set up an authenticator app: show its secret once, confirm by one password."""
    form = OneTimePassword(request.POST or None)
    if request.method == "POST" and "begin" in request.POST:
        secret = begin_totp(request.actor, now=timezone.now())
        request.session[SECOND_FACTOR] = True
        uri = totp_of(secret).get_provisioning_uri(request.user.email, "Hefu")
        return render(
            request, "desk/second_factor_begin.html",
            {"uri": uri, "qr": qr_svg(uri), "form": OneTimePassword()},
        )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            check_totp(request.actor, code=form.cleaned_data["code"], now=timezone.now())
        except WrongCode:
            form.add_error(
                "code", _("The code does not match, or it was used. Wait for the next one.")
            )
        else:
            request.session[SECOND_FACTOR] = True
            return HttpResponseRedirect(reverse("desk:home"))
    return render(request, "desk/second_factor_begin.html", {"form": form})
