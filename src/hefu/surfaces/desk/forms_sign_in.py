"""Forms of signing in through a provider: finding it by e-mail, and setting it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import SignInProvider
from hefu.apps.accounts.sign_in.services import ProviderWish
from hefu.core.errors import DomainError
from hefu.core.permissions import PARTNER_ROLES, Role
from hefu.surfaces.desk.forms import put_refusal

_LINES = {"rows": 3, "spellcheck": "false", "autocapitalize": "off"}
#: What a provider may lack, as a sentence under its field.
_SAID: Mapping[str, Promise] = {
    "http_or_https": _("An issuer begins with https:// and has a host."),
    "https": _("Use https: passwords and secrets go there."),
    "needed_to_create_people": _("Say which group has which role: nobody is created without one."),
    "no_query": _("An issuer has no question mark and no number sign."),
    "not_a_domain": _("Write domains like example.com, one in a line."),
    "not_a_role": _("Each line: a group, =, and a role of your own people."),
    "only_while_in_use": _("Switch the provider on first."),
    "issuer": _("There is a provider at this address, but it calls itself something else."),
    "provider_silent": _("Nobody answers there as a provider of OpenID Connect does."),
}


class OrganisationForm(forms.Form):
    """Whose provider?"""

    missing = False  # no provider vouches for that domain
    email = forms.EmailField(
        label=_("E-mail"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip


class ProviderForm(forms.Form):
    """A brand's identity provider."""

    issuer = forms.CharField(
        label=_("Issuer"), max_length=300,
        help_text=_("https://id.example.com, as it names itself."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    client_id = forms.CharField(label=_("Client ID"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=400, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed and never shown. Empty keeps the one that is there."),
    )  # fmt: skip
    domains = forms.CharField(
        label=_("E-mail domains"), widget=forms.Textarea(attrs=_LINES),
        help_text=_("It vouches for these alone, one in a line: example.com."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("People may sign in through it"), required=False)
    passwords_off = forms.BooleanField(
        label=_("Passwords are not accepted any more"), required=False,
        help_text=_("Except of brand admins, so that somebody can come in when it is away."),
    )  # fmt: skip
    second_factors = forms.CharField(
        label=_("Proofs that stand for our second factor"), max_length=200, required=False,
        help_text=_("Values of amr or acr, such as mfa. Empty: ours is always asked for."),
    )  # fmt: skip
    groups_claim = forms.CharField(
        label=_("Claim with the groups"), max_length=80, required=False, initial="groups"
    )
    roles = forms.CharField(
        label=_("Roles of groups"), widget=forms.Textarea(attrs=_LINES), required=False,
        help_text=_("One in a line, the first that fits counts: marketing = campaign_manager."),
    )  # fmt: skip
    creates_people = forms.BooleanField(
        label=_("Create people who are in one of these groups"), required=False,
        help_text=_("Otherwise only who was invited comes in."),
    )  # fmt: skip
    ends_session = forms.BooleanField(
        label=_("Signing out here signs out there too"), required=False
    )

    def wish(self) -> ProviderWish:
        """What was written, as the service takes it."""
        given = self.cleaned_data
        return ProviderWish(
            issuer=given["issuer"], client_id=given["client_id"],
            client_secret=given["client_secret"], domains=_words(given["domains"]),
            groups_claim=given["groups_claim"] or "groups", roles=_pairs(given["roles"]),
            creates_people=given["creates_people"],
            second_factors=given["second_factors"].replace(",", " ").split(),
            passwords_off=given["passwords_off"], ends_session=given["ends_session"],
            active=given["active"],
        )  # fmt: skip


def _words(text: str) -> list[str]:
    return sorted({word.lower().lstrip("@") for word in text.replace(",", " ").split()})


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for line in text.splitlines():
        if line.strip():
            group, _mark, role = line.rpartition("=")
            pairs.append((group.strip(), role.strip()))
    return pairs


def roles_of_our_own() -> list[str]:
    """The words that may stand behind a group."""
    return sorted(role.value for role in set(Role) - PARTNER_ROLES)


def initial_of(row: SignInProvider | None) -> dict[str, Any]:
    """What the form begins with; the secret stays where it is."""
    if row is None:
        return {"active": True, "groups_claim": "groups", "second_factors": ""}
    return {
        "issuer": row.issuer, "client_id": row.client_id, "domains": "\n".join(row.domains),
        "groups_claim": row.groups_claim,
        "roles": "\n".join(f"{group} = {role}" for group, role in row.roles),
        "creates_people": row.creates_people, "second_factors": " ".join(row.second_factors),
        "passwords_off": row.passwords_off, "ends_session": row.ends_session,
        "active": row.active,
    }  # fmt: skip


def say_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Put a refusal into words of providers where there are some."""
    words = _SAID.get(str(refusal.details.get("rule") or refusal.details.get("reason")))
    field = str(refusal.details.get("field") or "issuer")
    if words is None:
        put_refusal(form, refusal)
    else:
        form.add_error(field if field in form.fields else None, str(words))
