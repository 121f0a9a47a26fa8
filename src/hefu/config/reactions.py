"""Who reacts to which event, which jobs exist and which clocks are minded: one screen.

A reaction takes ``(event, now=...)``, may run twice and must not mind.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hefu.apps.audit.events import Event, Listener
from hefu.apps.audit.jobs import Handler
from hefu.apps.audit.replay import forget_answers
from hefu.apps.audit.worker import Minder, forget_delivered
from hefu.apps.billing.services.gate import check_contract
from hefu.apps.billing.services.invoicing import draw_due
from hefu.apps.billing.services.metering import meter_due, meter_issued
from hefu.apps.campaigns.services import (
    backtest_running,
    backtests,
    checkout,
    coupons,
    flash_checkout,
    group_ending,
    mailing_sending,
)
from hefu.apps.campaigns.services.alarms import warn_blocked, warn_running_out
from hefu.apps.campaigns.services.charging import share_return
from hefu.apps.campaigns.services.draws.ending import mind_draws
from hefu.apps.campaigns.services.draws.entering import offer_chances
from hefu.apps.campaigns.services.earning import earn_points
from hefu.apps.campaigns.services.flash_ending import expire_reservations
from hefu.apps.campaigns.services.plans import warn_slipped
from hefu.apps.campaigns.services.refusals import stop_waiting
from hefu.apps.campaigns.services.reports import gather_reports
from hefu.apps.campaigns.services.reserving import expire_holds
from hefu.apps.campaigns.services.rules import follow_categories
from hefu.apps.catalog.services import imports, page_imports, symbol_runs
from hefu.apps.catalog.services.media import tidy_media
from hefu.apps.catalog.services.pages_deciding import mind_pages
from hefu.apps.community.events import QuestionAnswered, QuestionsMerged
from hefu.apps.community.services.limits import forget_limits
from hefu.apps.community.services.telling import (
    alert_overdue,
    forget_contacts,
    tell_askers,
    tell_merged,
)
from hefu.apps.epcis.events import EventsCaptured, PushQueued
from hefu.apps.epcis.services import (
    applying,
    capture,
    outbound,
    scheduling,
    subscribing,
    telling,
    warehouse,
)
from hefu.apps.identity.events import (
    OrderIssued,
    UnitActivated,
    UnitReturned,
    UnitsMarked,
    UnitsPacked,
    UnitsReleased,
    UnitsUnpacked,
)
from hefu.apps.identity.services import exports
from hefu.apps.ledger.selectors import ledger_sums
from hefu.apps.ledger.services import expire_due
from hefu.apps.members.events import ConsentAnswered
from hefu.apps.members.services import copies as member_copies
from hefu.apps.members.services import forget_codes
from hefu.apps.members.services.closing import erase_kept
from hefu.apps.members.services.sign_ins import forget_sign_ins
from hefu.apps.notices import services as notices
from hefu.apps.notices.events import MessageExpired, MessageQueued, WebhookDue, WebhookResumed
from hefu.apps.notices.webhooks.services import dispatching, managing
from hefu.apps.notices.wechat.services import forget_seen
from hefu.apps.orders.events import OrderCancelled, OrderPaid, OrderRefunded
from hefu.apps.orders.services import article_lists
from hefu.apps.orders.services import imports as orders_imports
from hefu.apps.orders.services.carts import forget_carts
from hefu.apps.orders.services.refunds import pay_refund
from hefu.apps.orders.services.sales import expire_open_orders
from hefu.apps.service.services.asking import ask_after_activation
from hefu.config.surveying import ask_after_answer

REACTIONS: dict[type[Event], tuple[Callable[..., Any], ...]] = {
    ConsentAnswered: (stop_waiting,),
    EventsCaptured: (applying.apply_events, subscribing.queue_pushes),
    MessageExpired: (mailing_sending.hold_again,),
    MessageQueued: (notices.deliver,),
    OrderCancelled: (checkout.release_order, flash_checkout.free_pieces, group_ending.free_place),
    OrderIssued: (meter_issued,),
    OrderPaid: (
        checkout.confirm_order,
        earn_points,
        flash_checkout.pay_pieces,
        group_ending.take_payment,
    ),
    OrderRefunded: (pay_refund, share_return, group_ending.note_refund),
    PushQueued: (subscribing.send_push,),
    QuestionAnswered: (tell_askers, ask_after_answer),
    QuestionsMerged: (tell_merged,),
    UnitActivated: (telling.tell_activated, offer_chances, ask_after_activation),
    UnitReturned: (telling.tell_returned,),
    UnitsMarked: (telling.tell_marked,),
    UnitsPacked: (telling.tell_packed, warehouse.follow_packing),
    UnitsReleased: (telling.tell_released,),
    UnitsUnpacked: (telling.tell_unpacked,),
    WebhookDue: (dispatching.hand_over,),
    WebhookResumed: (managing.send_waiting,),
}

#: Who hears of every event, in the deed's own transaction.
LISTENERS: tuple[Listener, ...] = (dispatching.overhear,)

JOBS: dict[str, Handler] = {
    article_lists.JOB: article_lists.run_article_import,
    backtests.JOB: backtest_running.run_backtest,
    coupons.JOB: coupons.run_issue,
    capture.JOB: capture.run_capture,
    exports.JOB: exports.run_export,
    imports.JOB: imports.run_import,
    mailing_sending.JOB: mailing_sending.run_mailing,
    member_copies.JOB: member_copies.run_copy,
    orders_imports.JOB: orders_imports.run_import,
    outbound.JOB: outbound.run_outbound,
    page_imports.JOB: page_imports.run_import,
    symbol_runs.JOB: symbol_runs.run_symbols,
}

#: Who may refuse new codes: ``gate(brand_id=, codes=, now=)`` raises.
ISSUE_GATES: tuple[Callable[..., None], ...] = (check_contract,)

MINDERS: tuple[Minder, ...] = (
    alert_overdue,
    draw_due,
    erase_kept,
    expire_due,
    expire_holds,
    expire_open_orders,
    expire_reservations,
    follow_categories,
    gather_reports,
    forget_answers,
    forget_carts,
    forget_codes,
    member_copies.forget_copies,
    forget_sign_ins,
    forget_contacts,
    forget_delivered,
    forget_limits,
    dispatching.forget_webhooks,
    forget_seen,
    meter_due,
    mind_draws,
    mailing_sending.mind_mailings,
    group_ending.mind_groups,
    mind_pages,
    notices.forget_bodies,
    orders_imports.forget_lists,
    page_imports.forget_archives,
    scheduling.run_schedules,
    tidy_media,
    warn_blocked,
    warn_running_out,
    warn_slipped,
)


def sums() -> Any:
    """What a restored backup must add up to: the ledger's sums, as plain values."""
    return asdict(ledger_sums())
