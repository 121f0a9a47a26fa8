"""Why somebody did not come in through their provider, in their words and with the remedy."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TOKEN = _("What your organisation's sign-in sent is not valid. Try again, or tell your admin.")
_REASONS: Mapping[str, Promise] = {
    "closed": _("This log-in was closed."),
    "domain": _("Your e-mail is of a domain that may not sign in here. Ask your brand admin."),
    "email_unverified": _(
        "Your organisation has not verified your e-mail. Ask who looks after it."
    ),
    "no_email": _("Your organisation did not tell your e-mail. Ask who looks after its sign-in."),
    "no_role": _("None of your groups has a role here. Ask your brand admin."),
    "operator": _("Who runs this house signs in with a password."),
    "other_account": _(
        "You are linked to another account of your organisation. Ask your brand admin to forget "
        "the link."
    ),
    "provider_refused": _("Your organisation did not let you sign in."),
    "provider_silent": _("Your organisation's sign-in does not answer. Try again in a while."),
    "stale": _("This sign-in took too long, or was begun elsewhere. Begin again."),
    "unknown_person": _("Nobody has invited you here yet. Ask your brand admin."),
}


def refusal_words(reason: str) -> str:
    """Say a reason of ``SignInRefused``."""
    return str(_REASONS.get(reason, _TOKEN))
