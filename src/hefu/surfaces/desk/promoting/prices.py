"""An entry of the price book as the desk shows it (价格表): its state, its conditions in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.models import PriceEntry
from hefu.apps.campaigns.selectors.assembling import price_of
from hefu.core.promotions.rule_conditions import person_condition
from hefu.core.promotions.rule_phrases import Names, Phrases
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.promoting.page import reader_language

#: Word, tone and sign of each state.
STATES: Mapping[str, tuple[Promise, Tone, str]] = {
    "waiting": (gettext_lazy("Waiting for approval"), "notice", "clock"),
    "refused": (gettext_lazy("Refused"), "neutral", "x-mark"),
    "withdrawn": (gettext_lazy("Withdrawn"), "neutral", "arrow-uturn-left"),
    "ended": (pgettext_lazy("promotion", "Ended"), "neutral", "flag"),
    "scheduled": (gettext_lazy("Scheduled"), "info", "calendar"),
    "running": (gettext_lazy("In force"), "good", "check"),
}


def price_state(entry: PriceEntry, now: datetime) -> str:
    """Say what an entry is now."""
    if entry.approved_at is None:
        return "waiting" if entry.withdrawn_at is None else "refused"
    if entry.withdrawn_at is not None:
        return "withdrawn"
    if entry.ends_at is not None and entry.ends_at <= now:
        return "ended"
    return "scheduled" if entry.starts_at is not None and entry.starts_at > now else "running"


def price_badge(entry: PriceEntry, now: datetime) -> Any:
    """The same as a badge."""
    word, tone, icon = STATES[price_state(entry, now)]
    return badge(str(word), tone=tone, icon_name=icon)


def price_words(entry: PriceEntry) -> list[str]:
    """Say who may have it, in the sentences of the rule pages."""
    phrases = Phrases(reader_language(), Names(), entry.currency)
    return [person_condition(phrases, one) for one in price_of(entry).conditions]


def audience_words(entry: PriceEntry) -> str:
    """Say for whom it is published."""
    return entry.audience or _("everybody")
