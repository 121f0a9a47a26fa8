"""Refusals as sentences in the reader's language; the trail's deeds are in ``deeds``."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hefu.core.errors import DomainError, Kind

#: By stable code; every one names the remedy.
_REFUSALS: Mapping[str, Promise] = {
    "not_found": _("There is no such thing here, or it is not yours to see."),
    "members.list_not_granted": _(
        "A list of members is downloaded once, within a day of a second person's yes. Ask for it."
    ),
    "members.request_moved": _(
        "This request was answered before, or its identity was not checked yet."
    ),
    "not_allowed": _("Your role does not include this. Ask your brand admin if it should."),
    "accounts.same_person": _("You asked for this yourself: a second person has to decide."),
    "accounts.already_decided": _("Somebody decided this before you."),
    "accounts.content_changed": _("This was changed after it was asked for. Look at it again."),
    "accounts.wrong_code": _("The code does not match, or it was used. Wait for the next one."),
    "service.survey_changed": _("Somebody else changed or closed it meanwhile. Look at it again."),
    "service.survey_open": _("Another survey is open after this occasion. Close it first."),
    "billing.contract_ended": _(
        "The contract with your operator is over: no new codes are issued. What was issued is "
        "answered as before."
    ),
    "billing.invoice_altered": _(
        "What is stored of this invoice is not what was issued. Ask your operator."
    ),
    "campaigns.already_held": _(
        "This page belongs to an earlier sale: nothing was used. Begin the next one anew."
    ),
    "campaigns.budget_spent": _("The promotion's budget is used up. Nothing was used."),
    "campaigns.coupon_gives_nothing": _(
        "The coupon's conditions do not hold for this purchase. It was not used."
    ),
    "campaigns.coupon_gone": _("This coupon was used elsewhere in this moment."),
    "campaigns.coupon_unusable": _(
        "This coupon cannot be used here: it was used, is out of its time or not for a counter, "
        "or the code is not one of ours."
    ),
    "campaigns.report_moved": _("Somebody else wrote meanwhile. Read it, then write yours."),
    "campaigns.material_moved": _("Somebody changed it in this moment, or it is over. Look again."),
    "campaigns.photo_too_old": _("This picture is older than the task. Take a new one."),
    "campaigns.poster_incomplete": _("A poster needs a theme, its days, and how to take part."),
    "campaigns.venue_barred": _(
        "The law closes schools and kindergartens to advertising: choose another place."
    ),
    "campaigns.group_full": _("All places of this group are taken just now."),
    "campaigns.group_over": _("This group takes nobody any more."),
    "campaigns.offer_moved": _("Somebody changed the group buy meanwhile. Look at it, then again."),
    "campaigns.offer_not_open": _("This group buy is over, or was stopped."),
    "campaigns.places_limit": _("One person may have %(most)s places at a time."),
    "campaigns.cost_decided": _("Somebody decided on this cost before you."),
    "campaigns.overbooked": _("Something it counts on is booked beyond what there is."),
    "campaigns.partner_below_gate": _("The partner does not pass the gate, so it is not invited."),
    "campaigns.partner_not_scored": _("Nobody has scored this partner yet. Fill in a sheet first."),
    "ledger.fund_closed": _("This fund is closed: what was left went back."),
    "ledger.fund_moved": _("Something was paid or drawn meanwhile. Look at it, then close it."),
    "ledger.fund_short": _("The fund holds less than that. Nothing was drawn."),
    "campaigns.plan_moved": _("Somebody else saved the plan meanwhile. Look at it, then again."),
    "campaigns.mailing_moved": _(
        "Somebody else saved, approved, sent or stopped it meanwhile. Look at it again."
    ),
    "campaigns.line_overspent": _("The line has less left than that. Nothing was noted."),
    "campaigns.dispute_moved": _("Somebody answered or ended this case before you."),
    "campaigns.load_unproved": _(
        "So many people are announced only after a rehearsal that bears them. Run one first."
    ),
    "campaigns.default_set_needed": _(
        "While sets are shown there is one default for everybody else: write it first, withdraw it "
        "last."
    ),
    "campaigns.limit_reached": _("The promotion was used as often as it may be. Nothing was used."),
    "campaigns.not_priced_here": _("This order was priced elsewhere: it is refunded there."),
    "campaigns.redemption_moved": _("It left, arrived, was used or taken back before."),
    "campaigns.refund_changed": _("The refund is another amount by now. Look at it once more."),
    "campaigns.sale_altered": _(
        "What is stored of this order is not what it was priced with. Nothing is refunded; ask "
        "your operator."
    ),
    "campaigns.sale_changed": _("Somebody changed this sale in the meantime. Look at it again."),
    "campaigns.chances_not_sold": _("A chance may cost nothing: only the state sells lotteries."),
    "campaigns.draw_not_draft": _("What was published is not edited. Improve it, or stop it."),
    "campaigns.draw_not_ended": _("It is not yet time, or this draw was held before."),
    "campaigns.draw_not_open": _("This draw is not open (any more)."),
    "campaigns.draw_not_waiting": _("This draw is not waiting for approval any more."),
    "campaigns.list_differs": _("Stored results differ from what the seed gives. Ask for help."),
    "campaigns.findings_stand": _("The static review found what must not start like this."),
    "campaigns.group_in_use": _("An approved promotion stands in this group, so it stays."),
    "campaigns.legal_gate": _("A rule of law stands against this."),
    "campaigns.not_in_favour": _(
        "It has started, so it changes in the consumer's favour only. Stop it, or write a new one."
    ),
    "campaigns.not_running": _("It does not run (any more)."),
    "campaigns.nothing_to_approve": _(
        "No version waits: it was decided meanwhile, or changed after it was asked for."
    ),
    "campaigns.only_in_favour": _("What was published changes in the consumer's favour only."),
    "campaigns.outside_value": _("The rules say whether a value from outside decides."),
    "campaigns.prizes_open": _("Prizes still wait to be claimed or delivered."),
    "campaigns.retention_holds": _("The law wants the file of a draw to be kept for two years."),
    "promotions.rules_refused": _("The rules contradict themselves or each other like this."),
    "campaigns.win_not_open": _("This prize is not claimed, or was delivered before."),
    "backtest.refused": _("This comparison cannot be replayed like this."),
    "campaigns.backtest_not_finished": _(
        "This backtest is still under way. Wait until it is finished."
    ),
    "campaigns.no_orders": _(
        "The list holds no order that can be replayed. Look at its columns: order, time with the "
        "year first, article, quantity, price."
    ),
    "catalog.digits_taken": _(
        "Another model has these digits, or ones that differ by zeros in front only."
    ),
    "catalog.no_digits": _("One of the models has no digits yet. Give it some first."),
    "catalog.media_in_use": _("A version of a page, or the brand's logo, shows this file."),
    "catalog.media_refused": _(
        "This file cannot be taken. Pictures may be JPEG, PNG or WebP (20 MB), manuals PDF without "
        "scripts, attachments or password (50 MB), films MP4 (200 MB)."
    ),
    "catalog.edited_meanwhile": _("Somebody else saved it in the meantime. Look at it again."),
    "catalog.not_a_draft": _("It is not a draft (any more): it waits, or was decided."),
    "catalog.nothing_public": _("Nothing of it is public, nor waits for its time."),
    "catalog.nothing_waits": _("No version waits: it was decided or withdrawn meanwhile."),
    "catalog.page_exists": _("This product has its page already."),
    "catalog.page_incomplete": _("Readers would miss something."),
    "community.answered_already": _("This member answered the question before."),
    "community.cannot_merge": _(
        "These cannot be merged: they are about two products, one was merged or hidden meanwhile, "
        "or the same question stands there by now."
    ),
    "community.not_open": _(
        "Somebody hid, merged or changed it meanwhile. Your words are still here."
    ),
    "community.taken_by_another": _("A colleague took it a moment before."),
    "community.too_many": _("Too often. Wait a moment and try again."),
    "catalog.taken": _("Another product has this already."),
    "files.unreadable": _(
        "The file cannot be read as a table. Save it as xlsx or CSV and try again."
    ),
    "identity.already_activated": _("Somebody activated this unit first."),
    "identity.key_burned": _("The key of this batch was burned. Order under a new batch."),
    "identity.no_seal_key": _("All keys are burned. A brand admin makes a new one first."),
    "identity.order_differs": _("This order number is taken by an order with other content."),
    "identity.batch_differs": _("This batch exists already and was made otherwise."),
    "identity.channel_printed": _(
        "The codes of this batch show their channel, so it stays. Ship them to another one."
    ),
    "identity.channel_settled": _(
        "All units of this batch were shipped to a channel. Ship them anew to move them."
    ),
    "identity.channel_change_waits": _(
        "Another change of this channel waits for a second person. Have it decided first."
    ),
    "identity.channel_change_decided": _("Somebody decided this change before you."),
    "identity.batch_full": _("The seal of this batch has no room for so many. Open a new batch."),
    "identity.codes_would_repeat": _("This template would print the codes of another batch again."),
    "identity.references_used_up": _("No free batch reference was found. Ask your operator."),
    "identity.order_not_waiting": _("This order is not waiting for approval any more."),
    "identity.order_not_issued": _("This order has no codes yet: it has to be approved first."),
    "identity.does_not_add": _("Used and void do not add up to the codes ordered."),
    "identity.export_not_ready": _("The file is still being written. Wait until it is whole."),
    "identity.export_changed": _("The file is not what was sealed. Export it again."),
    "codes.bad_template": _("The template cannot work like this."),
    "codes.ambiguous_template": _("Some codes of this template could be read in two ways."),
    "codes.seal_too_short": _("The seal is too short for so many codes. Make it longer."),
    "accounts.own_log_in": _("Nobody closes their own log-in: ask another brand admin."),
    "codes.bad_number": _("This number breaks the rule of its kind: compare it digit by digit."),
    "identity.already_linked": _("Another unit has this number. Unlink it there first."),
    "identity.already_packed": _("It lies in another package. Take it out there first."),
    "identity.appeal_answered": _("Somebody answered this appeal before you."),
    "identity.cannot_contain": _("This does not go into that: look at what kind of thing each is."),
    "identity.code_mistyped": _("One character of the code does not fit. Look at it again."),
    "identity.code_unknown": _("No unit of yours has this code. Compare it with the label."),
    "identity.not_activated": _("Nobody has it any more: the one who appeals can activate it."),
    "identity.not_packed": _("It lies in no package."),
    "notices.webhook_forgotten": _("What it said is kept for two weeks. It is too old."),
    "notices.webhook_off": _("This webhook is switched off. Switch it on first."),
    "orders.key_taken": _("This form was sent before with other numbers. Load the page anew."),
    "orders.order_waits": _("It waits for its group: nothing is sent before the group is formed."),
    "orders.order_moved": _("The order has moved on. Look at where it stands now."),
    "orders.refunded_already": _(
        "So much went back already. Less is left of what was paid: look at the order's refunds."
    ),
    "orders.out_of_stock": _("The stock would fall below zero. Count again."),
    "promotions.return_refused": _("There are not so many left to be returned."),
    "orders.returns_moved": _("Another return came first. Look again at what stays."),
    "ledger.budget_below_used": _("So much was given away already. Choose a higher limit."),
}
_KINDS: Mapping[Kind, Promise] = {
    Kind.INVALID: _("This cannot be accepted."),
    Kind.MISSING: _("There is no such thing here, or it is not yours to see."),
    Kind.FORBIDDEN: _("You may not do this."),
    Kind.CONFLICT: _("This is not possible any more. Reload the page and look again."),
    Kind.THROTTLED: _("Too often. Wait a moment and try again."),
    Kind.UNAVAILABLE: _("Not available just now. Nothing was lost; try again."),
}
_RULES: Mapping[str, Promise] = {
    "absolute_words": _("must say why words that advertising avoids may stand here"),
    "bad_braces": _("has a brace that is not closed; write {name} or {brand}"),
    "no_contact": _("is missing: every message names where you are reached; see its rules"),
    "unknown_placeholder": _("knows {name} and {brand}, nothing else in braces"),
    "required": _("must be given"),
    "taken": _("is taken already"),
    "too_long": _("is too long"),
    "not_a_choice": _("is none of the choices"),
    "not_ours": _("is none of ours: choose the kind, then its item number, sku or short name"),
    "not_a_gtin": _("is no GTIN: 8, 12, 13 or 14 digits with a fitting check digit"),
    "digits_4_to_12": _("must be 4 to 12 digits"),
    "digits_reserved": _("are digits that mean something else in addresses; take others"),
    "zero_lost": _("lost a zero in front; a spreadsheet does that when the column is no text"),
    "active": _("holds a script or an action, and is not shown to readers"),
    "encrypted": _("is locked with a password"),
    "unknown_type": _("is no kind of file that pages show"),
    "not_a_zip": _("is no zip that can be read"),
    "grows_too_large": _("unpacks to far more than a zip of manuals does"),
    "file_not_sent": _("names a file that was not sent"),
    "name_twice": _("was sent twice under this name; say which is meant"),
    "not_a_pdf": _("is no PDF"),
    "not_a_proof_name": _("must be named as the platform gave it: letters, digits and .txt"),
    "not_a_proof": _("must hold one short line of letters and digits, as the platform gave it"),
    "too_many": _("are too many at once"),
    "beyond_phase": _("ends after its phase; move it, or make the phase longer:"),
    "letters_or_digits_1_to_8": _("must be 1 to 8 letters or digits"),
    "not_the_whole": _("must add up to 100 %"),
    "whole_number_up_to": _("must be a whole number, not too large"),
    "missing_column": _("is a column the list needs"),
    "row_repeated": _("stands in the list twice"),
    "mangled_by_excel": _(
        "was shortened by a spreadsheet; export the list again and send it without opening it"
    ),
    "no_offset": _("must say its time zone, such as +08:00"),
    "not_a_number": _("is no order number"),
    "not_a_quantity": _("must be a whole number of pieces, at least 1"),
    "not_a_time": _("must be a day and a time"),
    "not_an_amount": _("must be an amount of money, not below zero"),
    "not_an_order_list": _("is no list of orders of Taobao, JD, Douyin or Shopify"),
    "too_many_lines": _("stands in more rows than one order can have"),
    "unknown_currency": _("is no currency by its three letters"),
    "unknown_status": _("is a state we do not know; tell us what it means"),
    "with_row": _("belongs to an order of which another row was refused"),
    "above_price": _("is higher than the price"),
    "circle": _("stands below this category itself"),
    "not_a_code": _("may hold letters, digits, dots, hyphens and slashes, and no spaces"),
    "unknown": _("is none we know"),
    "positive": _("must be at least 1"),
    "too_large": _("is too large"),
    "empty": _("is empty"),
    "damaged": _("is damaged"),
    "no_header": _("has no header row"),
    "file_or_address": _("must be given: an uploaded film, or its address"),
    "not_a_batch": _("are batch numbers such as 01, or of one day such as 2026-11-22/01"),
    "not_a_country": _("must be two letters, such as CN"),
    "not_a_hash": _("is no uploaded file"),
    "not_https": _("must be an address that begins with https://"),
    "not_uploaded": _("is no file of your brand; upload it here"),
    "other_type": _("is another type of file than what belongs here"),
    "encoding": _("is neither UTF-8 nor GB18030"),
    "not_a_table": _("is no table"),
    "not_a_date": _("must be a date, YYYY-MM-DD"),
    "control_characters": _("holds characters that cannot be seen"),
    "not_a_supplier": _("is no supplier"),
    "not_in_use": _("is not in use any more"),
    "before_production": _("lies before the day it was made"),
    "in_the_future": _("lies in the future"),
    "not_a_colour": _("is no colour, # and six hexadecimal digits"),
    "not_a_host": _("is no host name, such as c.example.com"),
    "not_served": _("is not served here for you: ask your operator to list it"),
    "not_a_mobile": _("is no mobile number; numbers from abroad begin with +"),
    "not_an_email": _("is no e-mail address"),
    "before_start": _("lies before the first day"),
    "other_currency": _("is another currency than that of the orders"),
    "out_of_range": _("is too large, or below zero"),
    "fixed": _("never changes"),
    "not_a_name": _("may have small letters, digits and hyphens only"),
    "order": _("must lie after the start"),
    "after_promotion": _("lies after the end of the promotion"),
    "not_a_whole": _("is not 100 per cent together with the others"),
    "nothing_on_sale": _("finds nothing on sale"),
    "stays": _("stays what it is: withdraw the set and write another"),
    "too_few": _("needs more articles than that"),
    "in_the_past": _("lies in the past"),
    "not_approved": _("is not approved"),
    "takes_no_coupons": _("asks for no coupon"),
    "worse": _("would be worse for the members than what was announced"),
    "limit_per_customer": _(
        "must stay unticked: the promotion has a limit per customer, and who holds a printed "
        "coupon at a counter is not known"
    ),
    "partner_roles_need_a_partner": _("does not fit: partners' roles need a partner, others none"),
}
#: What people call the fields that refusals name.
_FIELDS: Mapping[str, Promise] = {
    "item_no": _("Item number"),
    "model": _("Model"),
    "name": _("Product name"),
    "gtin": _("GTIN"),
    "short_code": _("Short digits"),
    "number": _("Order number"),
    "product": _("Product"),
    "produced_on": _("Production date"),
    "date": _("Production date"),
    "batch": _("Batch"),
    "quantity": _("Quantity"),
    "channel": _("Channel"),
    "supplier": _("Supplier"),
    "template": _("Template"),
    "inner": _("Inner codes"),
    "literal": _("Fixed text"),
    "seal": _("Seal"),
    "alphabet": _("Characters"),
    "sample": _("Sample"),
    "segments": _("Segments"),
    "note": _("Note"),
    "file": _("File"),
    "format": _("Format"),
    "used": _("Used"),
    "void": _("Void"),
    "address": _("Phone or e-mail"),
    "answer": _("Your answer"),
    "code": _("Code"),
    "email": _("E-mail"),
    "kind": _("Kind"),
    "limit": _("Limit"),
    "notice": _("Notice"),
    "on": _("On"),
    "organisation": _("Partner"),
    "per_person": _("Per person"),
    "reason": _("Reason"),
    "role": _("Role"),
}


def refusal_text(refusal: DomainError | None) -> str:
    """Say a refusal: what is wrong, with which field, and what helps."""
    if refusal is None:
        return str(_REFUSALS["not_found"])
    text = str(_REFUSALS.get(refusal.code) or _KINDS[refusal.kind])
    field, rule = refusal.details.get("field"), str(refusal.details.get("rule") or "")
    if field and rule in _RULES:
        return gettext("%(field)s %(rule)s.") % {
            "field": field_name(str(field)),
            "rule": _RULES[rule],
        }
    named = str(refusal.details.get("fields") or field or "").split(", ")
    places = gettext(", ").join(field_name(name) for name in named if name)
    return gettext("%(text)s (%(fields)s)") % {"text": text, "fields": places} if places else text


def field_name(name: str) -> str:
    """Say a field as people call it; an unlisted one (a list's own header) stays as it is."""
    return str(_FIELDS.get(name, name))


def rule_text(rule: str) -> str:
    """Say what a field breaks, as a sentence under that field; empty if it has no words."""
    words = _RULES.get(rule)
    return gettext("%(rule)s.") % {"rule": capfirst(str(words))} if words else ""
