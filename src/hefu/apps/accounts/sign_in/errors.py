"""Why somebody does not come in through a provider."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class SignInRefused(DomainError):
    """The provider or the brand does not let them in; ``details['reason']`` is a stable word.

    ``provider_silent``   the provider could not be asked, or answered nonsense
    ``provider_refused``  the provider said no
    ``stale``             the answer fits no sign-in that was begun in this browser just now
    ``token``             signature, key or form of the ID token
    ``issuer``, ``audience``, ``nonce``, ``expired``   what the ID token says
    ``no_email``, ``email_unverified``, ``domain``     the e-mail it vouches for
    ``unknown_person``    nobody invited them, and the brand creates nobody like them
    ``no_role``           none of their groups has a role here (any more)
    ``other_account``     the person is linked to another account of the provider
    ``closed``            their log-in was closed
    ``operator``          who runs the house signs in with a password
    """

    code = "accounts.sign_in_refused"
    kind: ClassVar[Kind] = Kind.FORBIDDEN
