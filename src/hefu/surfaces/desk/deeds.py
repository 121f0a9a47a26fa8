"""The audit trail (审计记录) in the reader's language: a sentence per stable action code.

The trail keeps codes and numbers only; how a deed is told may change, what was done never does.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Approval, Organisation, RoleChoices
from hefu.apps.audit.models import Entry
from hefu.apps.identity.models import Appeal, ExternalSerial, WarrantyFact
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.deeds_campaigns import CAMPAIGNS
from hefu.surfaces.desk.forms_house import UNMASK_REASONS

#: By action: the sentence; ``%(name)s`` is taken from the entry's data.
ACTIONS: Mapping[str, Promise] = {
    "accounts.identity_forgotten": _("A person's link to the identity provider was forgotten."),
    "accounts.identity_linked": _("A person was linked to the identity provider."),
    "accounts.person_created_by_provider": _(
        "A person came through the identity provider and became %(role)s."
    ),
    "accounts.provider_removed": _("Signing in through an identity provider was ended."),
    "accounts.provider_set": _("Signing in through an identity provider was set."),
    "accounts.role_followed_groups": _("A person's role followed their groups: %(role)s."),
    "accounts.sign_in_refused": _(
        "A sign-in through the identity provider was refused: %(reason)s."
    ),
    "accounts.signed_in_by_provider": _("Somebody signed in through the identity provider."),
    "accounts.api_key_issued": _("An API key was made."),
    "accounts.api_key_revoked": _("An API key was revoked."),
    "accounts.approval_asked": _("A second person was asked to approve."),
    "accounts.approval_withdrawn": _("A request for approval was withdrawn."),
    "accounts.approval_decided": _("An approval was decided: %(decision)s."),
    "accounts.brand_changed": _("The brand's settings were changed."),
    "accounts.brand_founded": _("The brand %(slug)s was founded."),
    "accounts.log_in_closed": _("A person's log-in was closed."),
    "accounts.log_in_opened": _("A person's log-in was opened again."),
    "accounts.organisation_added": _("A partner was added: %(kind)s."),
    "accounts.password_reset": _("A person got a new password."),
    "accounts.person_invited": _("A person was invited as %(role)s."),
    "accounts.totp_begun": _("A second factor was begun."),
    "accounts.totp_confirmed": _("A second factor was confirmed."),
    "audit.deliveries_put_back": _("%(count)s given-up deliveries were put back."),
    "audit.job_started": _("A job was started: %(kind)s."),
    "billing.block_sold": _("A prepaid block was bought: %(codes)s codes for %(years)s years."),
    "billing.codes_continued": _("Codes are renewed each year again."),
    "billing.codes_ended": _("Codes were ended: no further year is charged."),
    "billing.contract_shortened": _("The contract %(number)s ends on %(until_on)s."),
    "billing.contract_signed": _(
        "The contract %(number)s was made: %(from_on)s until %(until_on)s."
    ),
    "billing.credit_issued": _("The credit note %(number)s was issued."),
    "billing.invoice_issued": _("The invoice %(number)s was issued."),
    "billing.invoice_paid": _("The invoice %(number)s was paid."),
    "billing.operator_named": _("Who sends the invoices was written down."),
    "billing.year_charged": _("Year %(year)s of %(codes)s codes of order %(order)s was charged."),
    "community.answer_accepted": _("The asker accepted an answer."),
    "community.answer_edited": _("An answer was changed."),
    "community.answer_found_helpful": _("A reader found an answer helpful."),
    "community.answer_hidden": _("An answer was hidden: %(reason)s."),
    "community.answer_shown": _("An answer was shown."),
    "community.policy_set": _("The rules for questions were set: %(target)s minutes of work."),
    "community.question_answered": _("A question was answered: %(kind)s."),
    "community.question_asked": _("A question was asked."),
    "community.question_asked_again": _("A question was asked again."),
    "community.question_given_back": _("A question was given back to the queue."),
    "community.question_hidden": _("A question was hidden: %(reason)s."),
    "community.question_overdue": _("A question was not answered in time."),
    "community.question_shown": _("A question was shown."),
    "community.question_split": _("A merge of questions was undone."),
    "community.question_taken": _("A question was taken."),
    "community.questions_merged": _("A question was merged into question %(kept)s."),
    "community.reply_kept": _("A stored reply was written."),
    "community.reply_retired": _("A stored reply is offered no more."),
    "community.reported": _("A reader reported abuse: %(reason)s."),
    "community.reports_settled": _("%(count)s reports were settled."),
    "community.telling_stopped": _("A member does not want to be told of a question."),
    **CAMPAIGNS,
    "catalog.digits_assigned": _("%(count)s models got short digits."),
    "catalog.import_started": _("A list of products was imported."),
    "catalog.link_created": _("A link was added: %(link_type)s."),
    "catalog.link_changed": _("A link was changed: %(link_type)s."),
    "catalog.link_withdrawn": _("A link was withdrawn: %(link_type)s."),
    "catalog.media_kept": _("A file was uploaded for pages: %(media_type)s."),
    "catalog.media_removed": _("A file was removed from the pages' files: %(name)s."),
    "catalog.proof_dropped": _("The verification file %(name)s is not served any more."),
    "catalog.proof_kept": _("The verification file %(name)s is served."),
    "catalog.symbols_started": _("A print file of smart codes was begun: %(count)s models."),
    "catalog.symbols_written": _("A print file of smart codes was written."),
    "catalog.page_approved": _("Version %(version)s of a product page was approved."),
    "catalog.page_created": _("The page of product %(item_no)s was made."),
    "catalog.page_draft_discarded": _("Draft %(version)s of a product page was set aside."),
    "catalog.page_drafted": _("Version %(version)s of a product page was begun."),
    "catalog.page_edited": _("Version %(version)s of a product page was edited."),
    "catalog.page_publication_cancelled": _(
        "The publication of version %(version)s of a product page was called off."
    ),
    "catalog.page_published": _("Version %(version)s of a product page became public."),
    "catalog.page_refused": _("Version %(version)s of a product page was refused."),
    "catalog.page_restored": _(
        "Version %(restored_from)s of a product page was brought back as version %(version)s."
    ),
    "catalog.page_retired": _("Version %(version)s of a product page was taken offline."),
    "catalog.page_submission_withdrawn": _(
        "Version %(version)s of a product page was withdrawn from approval."
    ),
    "catalog.page_submitted": _(
        "Version %(version)s of a product page was submitted for approval."
    ),
    "catalog.pages_import_started": _("A list of models with their manuals was brought."),
    "catalog.product_changed": _("Product %(item_no)s was changed."),
    "catalog.product_created": _("Product %(item_no)s was created."),
    "epcis.capture_started": _("EPCIS events came in."),
    "epcis.carton_dispatched": _("A carton was sent off."),
    "epcis.carton_received": _("A carton arrived."),
    "epcis.event_captured": _("An EPCIS event was captured."),
    "epcis.order_closed": _("A packing order was closed."),
    "epcis.outbound_uploaded": _("A list of goods sent off was uploaded."),
    "epcis.packed": _("Goods were packed."),
    "epcis.party_named": _("A business partner got its EPCIS name."),
    "epcis.query_created": _("A query of events got the name %(name)s."),
    "epcis.query_deleted": _("The query %(name)s was deleted."),
    "epcis.subscribed": _("Somebody subscribed to the query %(query)s."),
    "epcis.unpacked": _("Goods were unpacked."),
    "epcis.unsubscribed": _("A subscription to the query %(query)s ended."),
    "identity.appeal_answered": _("An appeal was answered: %(state)s."),
    "identity.appeal_opened": _("Somebody appealed about unit %(unit)s."),
    "identity.batch_opened": _("A batch was opened for %(planned)s units."),
    "identity.channel_change_asked": _("Another channel was asked for a batch."),
    "identity.channel_change_refused": _("A batch kept its channel: the change was refused."),
    "identity.channel_changed": _("The channel of a batch was put right."),
    "identity.channel_named": _("The channel of a batch was named."),
    "identity.export_downloaded": _("A sealed file of %(codes)s codes was downloaded."),
    "identity.export_sealed": _("A file of %(codes)s codes was finished and sealed."),
    "identity.export_started": _("An export was started as %(format)s."),
    "identity.guessing_suspected": _("Somebody may be guessing codes: %(misses)s misses."),
    "identity.key_added": _("Key %(key_id)s was added."),
    "identity.key_burned": _("Key %(key_id)s was burned with %(batches)s batches."),
    "identity.order_closed": _("Order %(number)s was reconciled: %(used)s used, %(void)s void."),
    "identity.order_created": _("Order %(number)s was created for %(quantity)s codes."),
    "identity.order_issued": _("Order %(number)s was issued: %(quantity)s codes."),
    "identity.order_refused": _("Order %(number)s was refused."),
    "identity.owner_corrected": _("Unit %(unit)s was given to the one who appealed."),
    "identity.serial_linked": _("A foreign number was linked: %(kind)s."),
    "identity.serial_unlinked": _("A foreign number was unlinked."),
    "identity.template_retired": _("A code template was retired."),
    "identity.template_saved": _("Code template %(name)s was saved, version %(version)s."),
    "identity.transfer_offered": _("An owner offered a unit to somebody."),
    "identity.transfer_withdrawn": _("An owner took an offer back."),
    "identity.unit_activated": _("Unit %(unit)s was activated; %(coins)s coins."),
    "identity.unit_returned": _("Unit %(unit)s was returned; %(coins)s coins taken back."),
    "identity.unit_suspected": _("The checks of a unit became suspicious: %(reason)s."),
    "identity.unit_transferred": _("Unit %(unit)s was handed over."),
    "identity.units_commissioned": _("%(count)s units were put into circulation."),
    "identity.units_frozen": _("%(count)s units were frozen."),
    "identity.units_lost": _("%(count)s units were reported lost."),
    "identity.units_not_frozen": _("%(count)s units were unfrozen."),
    "identity.units_not_lost": _("%(count)s units were found again."),
    "identity.units_not_recalled": _("The recall of %(count)s units was ended."),
    "identity.units_packed": _("Things were packed into a unit."),
    "identity.units_printed": _("%(count)s labels were printed."),
    "identity.units_recalled": _("%(count)s units were recalled."),
    "identity.units_shipped": _("%(count)s units were shipped."),
    "identity.units_unpacked": _("Things were taken out of a unit."),
    "identity.units_void": _("%(count)s codes were voided."),
    "identity.warranty_fact_recorded": _("A warranty fact was recorded: %(kind)s on %(on)s."),
    "ledger.fund_closed": _("A co-op fund was closed: %(returned)s minor units went back."),
    "ledger.fund_drawn": _("%(amount)s minor units were drawn from the fund %(name)s."),
    "ledger.fund_opened": _("The co-op fund %(name)s was opened."),
    "ledger.fund_paid_in": _("%(amount)s minor units were paid into the fund %(name)s."),
    "ledger.budget_changed": _("A budget was set to %(limit)s coins."),
    "ledger.budget_created": _("A budget of %(limit)s coins was created."),
    "ledger.coins_expired": _("%(amount)s coins expired."),
    "ledger.coins_given_back": _("%(amount)s spent coins were given back."),
    "ledger.coins_granted": _("%(amount)s coins were granted."),
    "ledger.coins_held": _("%(amount)s coins were set aside."),
    "ledger.coins_spent": _("%(amount)s coins were spent."),
    "ledger.grant_reversed": _(
        "%(taken)s coins were taken back; %(shortfall)s were spent already."
    ),
    "ledger.hold_captured": _("%(amount)s coins set aside were spent."),
    "ledger.hold_released": _("%(amount)s coins set aside were set free."),
    "members.birthday_forgotten": _("A member's birthday was forgotten."),
    "members.birthday_given": _("A member gave the birthday."),
    "members.group_left": _("A member left the group %(group)s."),
    "members.group_verified": _("A member was verified as %(group)s until %(until)s."),
    "members.level_set": _("A member's level was set: %(level)s."),
    "members.segment_filled": _("%(added)s members were put into the segment %(segment)s."),
    "members.account_closed": _("An account was closed (%(number)s); %(kept)s records are kept."),
    "members.address_proved": _("A member proved the address once more."),
    "members.birth_year_said": _("A member said the year of birth."),
    "members.copy_asked": _("A copy of a member's data was asked for."),
    "members.copy_fetched": _("A member took the copy of their data."),
    "members.copy_made": _("A copy of a member's data was made (%(bytes)s bytes)."),
    "members.guardian_agreed": _("A guardian agreed to a child's account."),
    "members.kept_records_erased": _(
        "%(count)s records of a closed account were erased: their time by %(rule)s is over."
    ),
    "members.list_taken": _("A masked list of %(rows)s members was taken out."),
    "members.other_sign_ins_ended": _("A member signed %(count)s other devices out."),
    "members.record_noted": _("A record was written into the register: %(kind)s."),
    "members.record_stepped": _("A record of the register went on: %(step)s."),
    "members.request_answered": _("The data request %(number)s was answered: %(state)s."),
    "members.request_entered": _("The data request %(number)s was entered."),
    "members.request_extended": _("The data request %(number)s got the longer term."),
    "members.request_identity_checked": _(
        "The identity behind the data request %(number)s was checked."
    ),
    "members.restriction_changed": _("The use of a member's data was restricted, or freed again."),
    "members.sign_in_begun": _("A member's device was noted."),
    "members.sign_in_ended": _("A member signed a device out."),
    "members.address_changed": _("A member changed their address (%(channel)s)."),
    "members.code_refused": _("A wrong one-time code was refused."),
    "members.code_requested": _("A one-time code was asked for (%(channel)s)."),
    "members.consent_answered": _("A member answered a consent: %(purpose)s."),
    "members.consent_text_published": _("The consent text %(purpose)s was published."),
    "members.insider_marked": _("Who may not win in draws was changed."),
    "members.member_joined": _("A member joined (%(channel)s)."),
    "members.member_signed_in": _("A member signed in (%(channel)s)."),
    "members.member_unmasked": _("A member's phone and e-mail were looked at: %(reason)s."),
    "members.profile_changed": _("A member changed their profile."),
    "members.vouched": _("%(count)s members were vouched for, %(joined)s of them new."),
    "network.channel_added": _("Channel %(code)s was added."),
    "notices.message_failed": _("A message could not be sent."),
    "notices.messages_taken_back": _(
        "%(count)s messages were taken back: the member refused them."
    ),
    "notices.message_withheld": _("A message was withheld: the member wants none."),
    "notices.message_queued": _("A message was queued (%(channel)s)."),
    "notices.message_sent": _("A message was sent."),
    "notices.webhook_changed": _(
        "A webhook was changed; it hears of %(events)s kinds of events (0: all)."
    ),
    "notices.webhook_created": _(
        "A webhook was made; it hears of %(events)s kinds of events (0: all)."
    ),
    "notices.webhook_old_secret_ended": _("The old secret of a webhook was ended."),
    "notices.webhook_paused": _("A webhook was paused."),
    "notices.webhook_removed": _("A webhook was removed."),
    "notices.webhook_resumed": _("A webhook was resumed."),
    "notices.webhook_secret_changed": _("A webhook got a new secret."),
    "notices.webhook_sent_again": _("%(count)s messages of a webhook were sent again."),
    "notices.webhook_switched_off": _(
        "A webhook took nothing for days and was switched off: %(reason)s."
    ),
    "notices.webhook_tested": _("A test message was sent to a webhook."),
    "notices.wechat_checked": _("WeChat's server checked our address."),
    "notices.wechat_removed": _("The WeChat account was removed."),
    "notices.wechat_set": _("The WeChat account was set."),
    "orders.article_import_started": _("A list of articles was imported."),
    "orders.article_created": _("Article %(sku)s was created."),
    "orders.article_edited": _("Article %(sku)s was changed."),
    "orders.category_saved": _("Category %(code)s was saved."),
    "orders.mall_set": _("The terms of the mall were set."),
    "orders.order_cancelled": _("Order %(number)s was cancelled: %(because)s."),
    "orders.order_done": _("Order %(number)s arrived."),
    "orders.order_let_go": _("An order waits for nothing any more; it can be sent."),
    "orders.order_opened": _("Order %(number)s was placed."),
    "orders.order_paid": _("Order %(number)s was paid."),
    "orders.order_refunded": _("Something of order %(number)s is refunded: %(reason)s."),
    "orders.order_shipped": _("Order %(number)s was sent."),
    "orders.payment_failed": _("A payment of order %(number)s was refused."),
    "orders.refund_failed": _("A refund was refused by the payment provider."),
    "orders.refund_paid": _("A refund was paid back."),
    "orders.stock_corrected": _("The stock of %(sku)s was corrected by %(quantity)s."),
    "orders.stock_received": _("%(quantity)s of %(sku)s came in."),
    "orders.lines_matched": _("%(count)s lines of imported orders were recognised."),
    "orders.order_import_changed": _("A list brought order %(number)s up to date."),
    "orders.sales_import_started": _("A list of orders was imported."),
    "orders.sales_imported": _(
        "A list of orders is in: %(created)s new, %(updated)s changed, %(refused)s refused."
    ),
    "service.survey_answered": _("Somebody answered a survey."),
    "service.survey_closed": _("A survey was closed."),
    "service.survey_opened": _("A survey was opened."),
    "service.survey_reworded": _("A survey got new words: version %(version)s."),
}


#: Stable words that sentences hold, by the name of their place.
_VALUES: Mapping[str, Mapping[str, Any]] = {
    "decision": dict(Approval.Decision.choices),
    "kind": {
        **dict(ExternalSerial.Kind.choices),
        **dict(Organisation.Kind.choices),
        **dict(WarrantyFact.Kind.choices),
    },
    "reason": UNMASK_REASONS,
    "role": dict(RoleChoices.choices),
    "state": dict(Appeal.State.choices),
}


def sentence_of(entry: Entry) -> str:
    """Say what an entry records; a deed without words shows its stable code."""
    words = ACTIONS.get(entry.action)
    if words is None:
        return entry.action
    data: defaultdict[str, str] = defaultdict(lambda: "–")
    data |= {name: _shown(name, value) for name, value in entry.data.items()}
    return str(words) % data


def action_text(action: str) -> str:
    """Say an action without its particulars: for choices."""
    words = ACTIONS.get(action)
    return str(words) % defaultdict(lambda: "…") if words is not None else action


def _shown(name: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return grouped(value)
    words = _VALUES.get(name, {}).get(str(value))
    return str(value if words is None else words)
