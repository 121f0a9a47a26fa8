"""What each refusal means to an integrator, by its stable code: one sentence, with the remedy.

``docs/integrators/api.md`` shows this table; a test compares the two, and asks that every refusal
the house knows below the API stands here.
"""

from collections.abc import Mapping
from typing import Any

SENTENCES: dict[str, str] = {
    # the surface's own
    "bad_json": "the body is not JSON (UTF-8)",
    "bad_request": "the request cannot be read",
    "internal": "a fault on our side; it is logged, and the request may be sent again",
    "method_not_allowed": "this address does not take that method; see the Allow header",
    "too_large": "the body is larger than allowed",
    "too_many_requests": "this key asks too often; wait as long as Retry-After says",
    "unauthenticated": "send Authorization: Bearer <API key>; the key is wrong or was revoked",
    "unavailable": "the database does not answer now; nothing was done, send it again",
    "unsupported_media_type": "send the body as the content type named in details.expected",
    # everywhere
    "invalid": "a field cannot be accepted; field and details.rule or details.errors say why",
    "not_allowed": "the key lacks the scope named in details.permission",
    "not_found": "there is no such thing, or it is not your brand's",
    "audit.key_reused": "the Idempotency-Key came with another request before; use a new one",
    # products and files
    "catalog.digits_taken": "another model has these digits, or ones that differ by leading zeros",
    "catalog.no_digits": "the model in details.value has no short digits yet; give it some first",
    "catalog.media_in_use": "a version of a page, or the brand's logo, shows the file",
    "catalog.media_refused": "the file is not one that pages may show; details.rule says why",
    "catalog.edited_meanwhile": "somebody saved the draft first (details.by); read it again",
    "catalog.not_a_draft": "the version waits, was decided or set aside (details.state)",
    "catalog.nothing_public": "no version of the page is public or waits for its time",
    "catalog.nothing_waits": "no version of the page waits for approval",
    "catalog.page_exists": "the product has its page already; one page per product",
    "catalog.page_incomplete": "readers would miss something (field, details.gaps in all)",
    "catalog.taken": "another product of the brand has this item number, GTIN or short code",
    "files.unreadable": "the file is not a table that can be read; details.rule says why",
    # orders and exports
    "accounts.content_changed": "what was to be approved has changed meanwhile",
    "codes.ambiguous_template": "the template allows two readings of one text",
    "codes.bad_number": "the number breaks the rule of its kind, such as its check digit",
    "codes.bad_range": "these serials were not issued, or are not of this order",
    "codes.bad_template": "the template cannot print this batch",
    "codes.seal_too_short": "the template's seal cannot tell that many units apart",
    "identity.batch_differs": "the batch exists with another template, channel or inner codes",
    "identity.batch_full": "the batch has no room for that many; open another batch",
    "identity.channel_change_decided": "the change of a channel waits for nobody any more",
    "identity.channel_change_waits": "a change of this channel waits for a second person",
    "identity.channel_printed": "the codes of the batch show their channel; ship them elsewhere",
    "identity.channel_settled": "all units were shipped to a channel; ship them anew instead",
    "identity.codes_would_repeat": "the template would print the codes of another batch again",
    "identity.does_not_add": "printed is not used plus void; details.difference are astray",
    "identity.export_changed": "the file is missing or not what was sealed; export again",
    "identity.export_not_ready": "the file is still being written; watch percent of the export",
    "identity.key_burned": "the batch's key was burned; order a new batch",
    "identity.no_seal_key": "all keys of the brand were burned; an admin makes a new one",
    "identity.order_differs": "the number belongs to an order with other content (details.fields)",
    "identity.order_not_issued": "the order was not released yet, or is closed",
    "identity.order_not_waiting": "the order is not waiting for approval any more",
    "identity.references_used_up": "the installation has no batch reference left",
    # billing
    "billing.contract_ended": "the contract with the operator is over: no new codes are issued",
    "billing.invoice_altered": "what is stored is not the invoice that was issued; tell us",
    # coupons
    "campaigns.coupon_gives_nothing": "its conditions do not hold for these goods (details)",
    "campaigns.coupon_gone": "the coupon was used elsewhere in this moment; quote again",
    "campaigns.coupon_unusable": "the code gives nothing here: unknown, used, or out of time",
    "campaigns.default_set_needed": "the default set is written first and withdrawn last",
    "campaigns.not_priced_here": "an imported order is refunded where it was bought",
    "campaigns.redemption_moved": "the redemption is on its way, delivered or cancelled",
    "campaigns.refund_changed": "the refund is details.amount by now; show it and ask again",
    "campaigns.reward_gone": "the reward cannot be had now (details.reason)",
    "campaigns.sale_altered": "the order does not fit its own quote; nothing was refunded",
    "campaigns.reward_limit": "the member had as many as one may have (details.limit)",
    "campaigns.no_reference": "no free reference for another issue of coupons was found",
    "backtest.orders_unreadable": "the prepared orders are damaged; start the backtest again",
    "backtest.refused": "details.field of the plan cannot be replayed (details.reason)",
    "campaigns.backtest_not_finished": "the backtest is still under way; wait for its report",
    "campaigns.no_orders": "the list holds no order that can be replayed; look at its columns",
    # codes and units
    "codes.typing_error": "a character is wrong; look at the label again",
    "codes.unreadable": "the text is not a code",
    "identity.already_activated": "somebody was first, on the day in details.on",
    "identity.already_linked": "the number belongs to another unit; unlink it there first",
    "identity.already_packed": "it lies in another package; unpack it first",
    "identity.cannot_contain": "the one does not go into the other (details.rule)",
    "identity.code_mistyped": "a character of the code is wrong; details.position counts from 0",
    "identity.code_unknown": "no unit of your brand has this code",
    "identity.inner_code_needed": "units of this batch are activated with their inner code",
    "identity.inner_code_wrong": "the inner code is not this unit's",
    "identity.key_reused": "the Idempotency-Key was used to activate another unit; use a new one",
    "identity.not_activated": "nobody owns the unit now",
    "identity.not_packed": "it does not lie in any package",
    "identity.too_many_misses": "too many unknown codes; wait as long as Retry-After says",
    "identity.unit_stopped": "the unit is not to be activated: details.reason, details.since",
    # warehouse and events
    "epcis.already_inside": "it lies in another carton (details.sscc) or package; unpack it first",
    "epcis.already_left": "the carton left for that order before; nothing was changed",
    "epcis.bad_sscc": "not 18 digits, or the check digit is wrong (details.rule)",
    "epcis.cannot_hold": "pallets hold cartons, cartons hold units; nothing lies in itself",
    "epcis.carton_empty": "nothing lies in the carton, so nothing can leave in it",
    "epcis.counts_differ": "details.cartons and details.units left; say difference to close",
    "epcis.not_inside": "it does not lie in that carton or on that pallet",
    "epcis.order_closed": "the order was reconciled and closed; use another order",
    "epcis.bad_address": "dest must be an http(s) address without a password (details.rule)",
    "epcis.bad_schedule": "the schedule's field cannot be read, or it is never due (rule)",
    "epcis.bad_query": "the query parameter in field cannot be used (rule)",
    "epcis.event_exists": "the event is here already, or another has its ID",
    "epcis.event_invalid": "the event breaks the rule named, at the JSON pointer in field",
    "epcis.not_a_document": "the body is no EPCIS document or event (rule, field)",
    "epcis.query_exists": "a query of that name exists",
    "epcis.query_too_large": "more events match than maxEventCount",
    # webhooks
    "notices.webhook_forgotten": "what the message said is kept for two weeks; it is too old",
    "notices.webhook_off": "it failed for days and was switched off; resume it first",
    "outward.bad_address": "the address in field cannot be called (details.rule)",
    # prices and promotions
    "campaigns.already_held": "the key holds another cart, or is paid (details.state)",
    "campaigns.budget_spent": "details.promotion has details.left of its budget; quote again",
    "campaigns.findings_stand": "the review found details.finding; change it, or say why it stands",
    "campaigns.group_in_use": "an approved promotion stands in the group details.group",
    "campaigns.hold_ended": "it was released at details.at; hold it again",
    "campaigns.legal_gate": "the law's rule details.rule stops it; details.evidence says what",
    "campaigns.mailing_moved": "somebody saved, approved, sent or stopped it; read it again",
    "campaigns.line_overspent": "details.line has details.used of details.planned in use",
    "campaigns.report_moved": "somebody else wrote conclusions; read them again",
    "campaigns.material_moved": "somebody changed it in this moment, or it is over; read it again",
    "campaigns.photo_too_old": "the photo was taken (details.taken_at) before the task was given",
    "campaigns.poster_incomplete": "a poster needs details.missing of the campaign first",
    "campaigns.venue_barred": "details.article closes this kind of place to advertising",
    "campaigns.cost_decided": "somebody decided on the cost before (details.state)",
    "campaigns.overbooked": "details.over pieces of details.resource too many are booked",
    "campaigns.partner_below_gate": "details.reached is below details.needed, in hundredths",
    "campaigns.partner_not_scored": "nobody has scored the partner yet; fill in a score sheet",
    "ledger.fund_closed": "the fund was paid back; nothing comes in or goes out any more",
    "ledger.fund_moved": "the fund holds details.balance by now; look again",
    "ledger.fund_short": "the fund holds details.available; nothing was drawn",
    "campaigns.plan_moved": "somebody else saved the plan; read it again",
    "campaigns.dispute_moved": "the payment dispute was answered or ended before (details.state)",
    "campaigns.load_unproved": "no young load test reaches the arrivals that are expected",
    "campaigns.limit_reached": "details.promotion has no use left (details.limit); quote again",
    "campaigns.not_running": "details.promotion was stopped; quote again",
    "campaigns.nothing_to_approve": "no version of the promotion waits for a second person",
    "campaigns.price_changed": "the total is details.total now; show it and ask again",
    "campaigns.rules_not_in_favour": "it has started: the field may change only for the better",
    # draws
    "campaigns.draw_not_ended": "the draw is not over, or was held before; details.until",
    "campaigns.draw_not_open": "before the start, after the end, or stopped (details.reason)",
    "campaigns.insider_excluded": "employees and their families take no part; details.rule",
    "campaigns.not_eligible": "this code or activation gives no chance (details.reason)",
    "campaigns.taken_part_already": "beyond the limit of the person, device or code (details.cap)",
    # flash sales
    "campaigns.not_in_favour": "the sale has begun: the field may change only for the better",
    "campaigns.per_person_limit": "one person may have details.most pieces",
    "campaigns.reservation_ended": "it is not held any more (details.state); reserve again",
    "campaigns.sale_changed": "somebody changed the sale meanwhile; read it again",
    "campaigns.sale_not_open": "the sale is not open: details.reason, since or from details.at",
    "campaigns.sold_out": "nothing is left now; details.held pieces are reserved, not paid",
    # group buys
    "campaigns.group_full": "no place is free now; details.held are not paid yet",
    "campaigns.group_over": "nobody can join: details.state",
    "campaigns.offer_moved": "somebody changed the group buy meanwhile; read it again",
    "campaigns.offer_not_open": "no group can be opened: details.reason, since or from details.at",
    "campaigns.places_limit": "one person may have details.most places at a time",
    # the mall
    "orders.confirmation_missing": "the buyer has not confirmed that details.sku is not returnable",
    "orders.key_taken": "the key names another movement of stock; use a new one",
    "orders.no_provider": "nobody takes money for the mall; choose a provider on the desk",
    "orders.not_on_sale": "the article details.sku is not sold, or the mall is closed",
    "orders.order_moved": "the order does not allow it any more (details.state)",
    "orders.order_waits": "it is paid, but is not sent yet: it waits for its details.waits_for",
    "orders.refunded_already": "so much went back already; details.left remains to be refunded",
    "orders.out_of_stock": "details.left of details.sku are left, details.wanted were wanted",
    "orders.returns_moved": "another return of the order came first; compute again",
    "orders.signature_wrong": "the payment notification was not signed by its provider",
    # questions
    "community.answered_already": "the member answered this question before",
    "community.cannot_merge": "the two questions cannot be merged (details.rule)",
    "community.not_open": "the question was hidden, or merged into details.question",
    "community.taken_by_another": "a colleague (details.user) is at this question",
    "community.too_many": "asked or answered too often; wait as long as Retry-After says",
    # coins
    "ledger.hold_ended": "the hold was captured, released or has run out (details.state)",
    "ledger.insufficient_balance": "the member has fewer coins; details.wanted, details.available",
    "ledger.key_reused": "the key names another movement of coins; use a new one",
    # minors
    "members.guardian_needed": "the member is under 14; a guardian agrees on the page first",
    "members.too_young": "the law keeps this from minors (details.rule, details.age)",
}  # fmt: skip


def sentence(code: str, details: Mapping[str, Any]) -> str:
    """Say a refusal to a person; with the field and its rule where they are known."""
    told = SENTENCES.get(code, code.rpartition(".")[2].replace("_", " "))
    rule = details.get("rule") or details.get("reason")
    if code not in {"invalid", "files.unreadable", "codes.bad_number"} or not rule:
        return told
    limit = next((details[n] for n in ("value", "longest") if details.get(n) is not None), None)
    words = str(rule).replace("_", " ")
    said = f"{details.get('field') or 'request'}: {words}"
    return said if limit is None else f"{said} ({limit})"
