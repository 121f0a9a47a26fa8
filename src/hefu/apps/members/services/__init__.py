"""Signing in, changing an address, answering consents, unmasking, and members' rights."""

from hefu.apps.members.services.codes import (
    forget_codes,
    request_change,
    request_code,
    request_guardian,
    request_proof,
)
from hefu.apps.members.services.consents import answer_consent, publish_consent_texts, withdraw
from hefu.apps.members.services.insiders import mark_insider
from hefu.apps.members.services.minors import say_year, take_guardian
from hefu.apps.members.services.proofs import change_address, set_profile, sign_in
from hefu.apps.members.services.restricting import restrict
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
    "request_guardian",
    "request_proof",
    "restrict",
    "say_year",
    "set_profile",
    "sign_in",
    "take_guardian",
    "unmask",
    "vouch",
    "withdraw",
]
