"""Signing in, changing an address, answering consents, unmasking."""

from hefu.apps.members.services.codes import forget_codes, request_change, request_code
from hefu.apps.members.services.consents import answer_consent, publish_consent_texts, withdraw
from hefu.apps.members.services.insiders import mark_insider
from hefu.apps.members.services.proofs import change_address, set_profile, sign_in
from hefu.apps.members.services.unmasking import Unmasked, UnmaskReason, unmask
from hefu.apps.members.services.vouching import vouch

__all__ = [
    "UnmaskReason",
    "Unmasked",
    "answer_consent",
    "change_address",
    "forget_codes",
    "mark_insider",
    "publish_consent_texts",
    "request_change",
    "request_code",
    "set_profile",
    "sign_in",
    "unmask",
    "vouch",
    "withdraw",
]
