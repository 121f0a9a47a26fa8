"""The price book (价格表): a price is proposed by one person, agreed to by another, withdrawn.

A price that not everybody may have carries its published audience (law L17), and so does every
quote that uses it.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.promotions import NothingToApprove
from hefu.apps.campaigns.models import PriceEntry
from hefu.apps.campaigns.selectors.assembling import price_of
from hefu.apps.campaigns.selectors.gates import insist_on_published_facts
from hefu.apps.campaigns.selectors.prices import price_by_id
from hefu.apps.campaigns.services.rules import refresh_rules
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.money import minor_digits
from hefu.core.permissions import Permission
from hefu.core.promotions import Price, Rules, canonical_bytes, compile_rules, to_document

#: Kind of the approval that puts a price into the book.
APPROVAL = "campaigns.price"
SUBJECT = "campaigns.priceentry"


@service
def propose_price(actor: Actor, *, price: Price, now: datetime) -> PriceEntry:
    """Write an entry of the price book and ask a second person to agree.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid, UnknownCurrency: a field cannot be accepted.
        LegalGate: it asks for a fact that no published rule may ask for (law L17).
        RulesRefused: a price for some without its audience, or below nothing.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    minor_digits(price.currency)
    if not price.sku or len(price.sku) > 64:
        raise Invalid(field="sku", rule="required")
    if price.starts_at and price.ends_at and price.ends_at <= price.starts_at:
        raise Invalid(field="ends_at", rule="order")
    insist_on_published_facts(price.conditions)
    compile_rules(Rules(prices=(price,)))
    document = to_document(price)
    entry = PriceEntry.objects.create(
        brand_id=actor.own_brand(), sku=price.sku, unit=price.unit, currency=price.currency,
        min_qty=price.min_qty, conditions=document.get("conditions", []),
        audience=price.audience[:120], starts_at=price.starts_at, ends_at=price.ends_at,
        content_hash=_hash(document), written_by=actor.label[:120], written_at=now,
    )  # fmt: skip
    accounts.ask_approval(
        actor, kind=APPROVAL, subject=entry, content_hash=entry.content_hash,
        summary={
            "sku": entry.sku, "unit": entry.unit, "currency": entry.currency,
            "min_qty": entry.min_qty, "audience": entry.audience or None,
            "starts_at": _text(entry.starts_at), "ends_at": _text(entry.ends_at),
        },
        now=now,
    )  # fmt: skip
    record(actor, "campaigns.price_proposed", entry, now=now, sku=entry.sku, unit=entry.unit)
    return entry


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _hash(document: Any) -> str:
    return sha256(canonical_bytes(document)).hexdigest()


@service
def approve_price(actor: Actor, *, entry: PriceEntry, note: str = "", now: datetime) -> PriceEntry:
    """Agree as the second person: the price is in force at once, within its time.

    Raises:
        NotFound: another brand's.
        NothingToApprove: it does not wait (any more).
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
    """
    entry = _decide(actor, entry, grant=True, note=note, now=now)
    PriceEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(approved_at=now)
    record(actor, "campaigns.price_approved", entry, now=now, sku=entry.sku, unit=entry.unit)
    refresh_rules(actor, because=f"price:{entry.pk} approved", now=now)
    entry.refresh_from_db()
    return entry


@service
def refuse_price(actor: Actor, *, entry: PriceEntry, note: str, now: datetime) -> PriceEntry:
    """Refuse as the second person, with a reason.

    Raises:
        Invalid: no reason is given.
        See ``approve_price``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    entry = _decide(actor, entry, grant=False, note=note, now=now)
    PriceEntry.objects.filter(pk=entry.pk).update(withdrawn_at=now)
    record(actor, "campaigns.price_refused", entry, now=now, sku=entry.sku)
    entry.refresh_from_db()
    return entry


def _decide(
    actor: Actor, entry: PriceEntry, *, grant: bool, note: str, now: datetime
) -> PriceEntry:
    entry = price_by_id(actor, entry.pk)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_kind=SUBJECT, subject_id=entry.pk,
        decision=Approval.Decision.OPEN,
    ).first()  # fmt: skip
    if approval is None:
        raise NothingToApprove(price=entry.pk)
    accounts.decide(
        actor, approval=approval, grant=grant, note=note, now=now,
        content_hash=_hash(to_document(price_of(entry))),
    )  # fmt: skip
    return entry


@service
def withdraw_price(actor: Actor, *, entry: PriceEntry, now: datetime) -> None:
    """Take a price out of force at once; the list price holds again. Once is enough.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    entry = price_by_id(actor, entry.pk)
    if PriceEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(withdrawn_at=now):
        record(actor, "campaigns.price_withdrawn", entry, now=now, sku=entry.sku, unit=entry.unit)
        refresh_rules(actor, because=f"price:{entry.pk} withdrawn", now=now)
