"""Events and reasons of webhooks (事件推送) in the reader's words; stable names where none fit."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hefu.apps.notices.webhooks.types import TEST, event_types

EVENTS: Mapping[str, Promise] = {
    "hefu.billing.block_sold": _("Billing: code-years bought ahead"),
    "hefu.billing.codes_ended": _("Billing: an order's codes have no further year"),
    "hefu.billing.contract_signed": _("Billing: contract signed"),
    "hefu.billing.invoice_issued": _("Billing: invoice issued"),
    "hefu.billing.invoice_paid": _("Billing: invoice paid"),
    "hefu.billing.year_charged": _("Billing: a year charged"),
    "hefu.campaigns.group_formed": _("Group buys: a group was formed"),
    "hefu.campaigns.group_lapsed": _("Group buys: a group was not formed"),
    "hefu.campaigns.promotion_stopped": _("Promotions: stopped"),
    "hefu.campaigns.rules_changed": _("Promotions: other rules in force"),
    "hefu.campaigns.running_out": _("Promotions: gone too early at today's pace"),
    "hefu.campaigns.start_blocked": _("Promotions: start blocked"),
    "hefu.campaigns.task_slipped": _("Campaigns: a task is late"),
    "hefu.catalog.page_published": _("Product pages: published"),
    "hefu.catalog.page_retired": _("Product pages: taken offline"),
    "hefu.community.answer_accepted": _("Questions: answer accepted"),
    "hefu.community.question_answered": _("Questions: answered"),
    "hefu.community.question_asked": _("Questions: asked"),
    "hefu.community.question_hidden": _("Questions: hidden"),
    "hefu.community.question_overdue": _("Questions: overdue"),
    "hefu.community.question_shown": _("Questions: shown"),
    "hefu.community.questions_merged": _("Questions: merged"),
    "hefu.epcis.events_captured": _("Supply chain: events captured"),
    "hefu.identity.order_issued": _("Codes: order issued"),
    "hefu.identity.unit_activated": _("Units: activated"),
    "hefu.identity.unit_returned": _("Units: returned"),
    "hefu.identity.unit_suspected": _("Units: suspicious"),
    "hefu.identity.unit_transferred": _("Units: handed over"),
    "hefu.identity.units_marked": _("Units: shipped, recalled, frozen, void ..."),
    "hefu.identity.units_packed": _("Units: packed"),
    "hefu.identity.units_released": _("Units: recall, freeze or loss ended"),
    "hefu.identity.units_unpacked": _("Units: unpacked"),
    "hefu.members.account_closed": _("Members: account closed"),
    "hefu.members.consent_answered": _("Members: consent answered"),
    "hefu.members.member_joined": _("Members: joined"),
    "hefu.orders.order_cancelled": _("Orders: cancelled"),
    "hefu.orders.order_done": _("Orders: arrived"),
    "hefu.orders.order_imported": _("Orders: imported"),
    "hefu.orders.order_opened": _("Orders: placed"),
    "hefu.orders.order_paid": _("Orders: paid"),
    "hefu.orders.order_refunded": _("Orders: refunded"),
    "hefu.orders.order_shipped": _("Orders: shipped"),
    "hefu.service.survey_answered": _("Surveys: answered"),
    TEST: _("Test message"),
}
_REASONS: Mapping[str, Promise] = {
    "broke_off": _("The line was cut."),
    "certificate": _("The certificate is not the name's, or nobody we know signed it."),
    "https": _("The address has no TLS (https)."),
    "link_local": _("An address that we never call."),
    "no_secure_line": _("No TLS could be agreed on."),
    "no_such_host": _("The name of the host is unknown."),
    "not_a_machine": _("An address that we never call."),
    "private_address": _("A private network: only on an installation whose operator allows it."),
    "refused": _("Nobody listens at this address."),
    "switched_off": _("The webhook was switched off meanwhile."),
    "too_old": _("It waited too long and was forgotten."),
    "too_slow": _("No answer within 10 seconds."),
}


def event_words(name: str) -> str:
    """Say a kind of event."""
    words = EVENTS.get(name)
    return str(words) if words else name


def event_choices() -> list[tuple[str, str]]:
    """Every kind of event, by its words."""
    named = [(name, event_words(name)) for name in event_types()]
    return sorted(named, key=lambda pair: pair[1])


def reason_words(reason: str) -> str:
    """Say why something was not taken; empty when it was."""
    if reason.startswith("status_"):
        return _now("The receiver answered %(status)s.") % {"status": reason[7:]}
    words = _REASONS.get(reason)
    return str(words) if words else reason
