"""Words, tones and signs for what the records say: one look for one fact, on every page.

Never colour alone: each entry has words and an icon too. Names follow the identity codes' own
vocabulary (states and verdicts), so that a page can pass them through unchanged.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.surfaces.design.parts import Tone

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one state is shown. ``icon`` is a heroicons outline name."""

    label: Words
    tone: Tone
    icon: str


@dataclass(frozen=True, kw_only=True)
class VerdictLook:
    """How one verdict is shown. ``joined``: the two halves of the tally fit."""

    title: Words
    kicker: Words
    tone: Tone
    icon: str
    joined: bool = False


VERDICTS: dict[str, VerdictLook] = {
    "genuine_first": VerdictLook(
        title=_("Genuine"),
        kicker=_("First check of this code"),
        tone="good",
        icon="check",
        joined=True,
    ),
    "genuine_again": VerdictLook(
        title=_("Genuine"),
        kicker=_("Checked before"),
        tone="good",
        icon="check",
        joined=True,
    ),
    "suspicious": VerdictLook(
        title=_("Take care"),
        kicker=_("Something does not fit"),
        tone="notice",
        icon="exclamation-triangle",
    ),
    "recalled": VerdictLook(
        title=_("Recalled: please stop using it"),
        kicker=_("Safety recall"),
        tone="bad",
        icon="hand-raised",
        joined=True,
    ),
    "typing_error": VerdictLook(
        title=_("Please check the code"),
        kicker=_("Looks like a typing error"),
        tone="info",
        icon="pencil",
    ),
    "unknown": VerdictLook(
        title=_("We do not know this code"),
        kicker=_("No match in our records"),
        tone="bad",
        icon="question-mark-circle",
    ),
    "leak": VerdictLook(
        title=_("Not released yet"),
        kicker=_("This code has not left the factory"),
        tone="notice",
        icon="lock-closed",
    ),
    "void": VerdictLook(
        title=_("This code was withdrawn"),
        kicker=_("It should not be on a product"),
        tone="bad",
        icon="no-symbol",
    ),
    "frozen": VerdictLook(
        title=_("On hold"),
        kicker=_("The maker is looking into it"),
        tone="notice",
        icon="pause-circle",
    ),
}

STATES: dict[str, Look] = {
    "generated": Look(label=_("Generated"), tone="neutral", icon="sparkles"),
    "exported": Look(label=_("Exported"), tone="neutral", icon="arrow-down-tray"),
    "printed": Look(label=_("Printed"), tone="info", icon="printer"),
    "commissioned": Look(label=_("Commissioned"), tone="info", icon="qr-code"),
    "packed": Look(label=_("Packed"), tone="info", icon="archive-box"),
    "shipped": Look(label=_("Shipped"), tone="info", icon="truck"),
    "activated": Look(label=_("Activated"), tone="good", icon="check-circle"),
    "void": Look(label=pgettext_lazy("code state", "Void"), tone="bad", icon="no-symbol"),
    "lost": Look(label=pgettext_lazy("code state", "Lost"), tone="bad", icon="eye-slash"),
    "frozen": Look(label=_("Frozen"), tone="notice", icon="pause-circle"),
    "recalled": Look(label=_("Recalled"), tone="bad", icon="hand-raised"),
    # what a piece of work goes through
    "draft": Look(label=_("Draft"), tone="neutral", icon="pencil"),
    "waiting": Look(label=_("Waiting for approval"), tone="notice", icon="clock"),
    "approved": Look(label=_("Approved"), tone="good", icon="check"),
    "issued": Look(label=_("Issued"), tone="good", icon="check"),
    "closed": Look(label=_("Reconciled"), tone="neutral", icon="lock-closed"),
    "open": Look(label=_("Waiting for a decision"), tone="notice", icon="clock"),
    "granted": Look(label=_("Granted"), tone="good", icon="check"),
    "withdrawn": Look(label=_("Withdrawn"), tone="neutral", icon="x-mark"),
    "applied": Look(label=_("In force"), tone="good", icon="check"),
    "refused": Look(label=_("Refused"), tone="bad", icon="x-mark"),
    "cancelled": Look(label=_("Cancelled"), tone="neutral", icon="x-mark"),
    "queued": Look(label=_("Queued"), tone="neutral", icon="queue-list"),
    "running": Look(label=_("Running"), tone="info", icon="arrow-path"),
    "done": Look(label=_("Done"), tone="good", icon="check"),
    "failed": Look(label=_("Failed"), tone="bad", icon="exclamation-triangle"),
}

#: Django's message tags to our tones and icons.
MESSAGES: dict[str, tuple[Tone, str]] = {
    "debug": ("neutral", "code-bracket"),
    "info": ("info", "information-circle"),
    "success": ("good", "check-circle"),
    "warning": ("notice", "exclamation-triangle"),
    "error": ("bad", "exclamation-circle"),
}

TONE_ICONS: dict[Tone, str] = {
    "neutral": "information-circle",
    "info": "information-circle",
    "good": "check-circle",
    "notice": "exclamation-triangle",
    "bad": "exclamation-circle",
}
