"""What the operator agrees on with a brand: who he is, contracts, prepaid blocks."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from hefu.apps.audit.services import publish, record, service
from hefu.apps.billing.access import operator_only
from hefu.apps.billing.errors import AlreadyCharged, ContractOverlaps, NoOperator
from hefu.apps.billing.events import BlockSold, ContractSigned
from hefu.apps.billing.models import Block, Charge, Contract, Meter, Operator
from hefu.core.actor import Actor
from hefu.core.clocks.calendar import month_after
from hefu.core.errors import Invalid, NotFound
from hefu.core.money import WHOLE_BP, minor_digits

LONGEST_GRACE = 730
MOST_CODE_YEARS = 10**12
MOST_AMOUNT = 10**15


@service
def set_operator(actor: Actor, *, name: str, now: datetime, **about: str) -> Operator:
    """Say who sends the invoices; invoices that were issued keep what they said.

    ``about`` may hold tax_number, address, contact, bank.

    Raises:
        Invalid: no name.
    """
    operator_only(actor)
    if not name.strip():
        raise Invalid(field="name", rule="required")
    values = {"name": name.strip(), **{key: text.strip() for key, text in about.items()}}
    operator, _ = Operator.objects.update_or_create(pk=1, defaults=values)
    record(actor, "billing.operator_named", operator, now=now)
    return operator


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A contract as it is put down; ``code_price`` in hundredths of a minor unit."""

    from_on: date
    until_on: date
    code_price: int
    buyer: str
    currency: str = "CNY"
    tax_bp: int = 600
    grace_days: int = 60
    payment_days: int = 30
    buyer_tax_number: str = ""
    buyer_address: str = ""
    number: str = ""  # the next one if empty


@service
def sign_contract(actor: Actor, *, terms: Terms, now: datetime) -> Contract:
    """Make a contract for the actor's brand; years that began under it are metered next.

    The operator's counter orders who signs, so of two contracts over one day the second is
    refused.

    Raises:
        Invalid: a term cannot be; ``details['field']``.
        ContractOverlaps: another contract of the brand holds on one of the days.
        NoOperator: see ``set_operator``.
    """
    operator_only(actor)
    _check(terms)
    brand_id = actor.own_brand()
    if not Operator.objects.filter(pk=1).update(contracts=F("contracts") + 1):
        raise NoOperator
    rival = Contract.objects.filter(
        brand_id=brand_id, from_on__lte=terms.until_on, until_on__gte=terms.from_on
    ).first()
    if rival is not None:
        raise ContractOverlaps(field="from_on", number=rival.number)
    operator = Operator.objects.get(pk=1)
    number = terms.number.strip() or f"{operator.prefix}-C{operator.contracts:05d}"
    try:
        with transaction.atomic():
            contract = Contract.objects.create(
                brand_id=brand_id, number=number, currency=terms.currency,
                code_price=terms.code_price, tax_bp=terms.tax_bp, from_on=terms.from_on,
                until_on=terms.until_on, grace_days=terms.grace_days,
                payment_days=terms.payment_days, buyer=terms.buyer.strip(),
                buyer_tax_number=terms.buyer_tax_number.strip(),
                buyer_address=terms.buyer_address.strip(),
                invoice_due_on=month_after(terms.from_on), signed_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="number", rule="taken", value=number) from error
    # a contract may begin in the past: all years are looked at again, what was charged stays
    Meter.objects.filter(brand_id=brand_id).update(years=0, next_on=F("issued_on"))
    record(actor, "billing.contract_signed", contract, now=now, number=number,
           price=terms.code_price, from_on=str(terms.from_on), until_on=str(terms.until_on),
           grace_days=terms.grace_days)  # fmt: skip
    publish(
        ContractSigned(
            brand_id=brand_id, contract_id=contract.pk, from_on=str(terms.from_on),
            until_on=str(terms.until_on),
        ),
        now=now,
    )  # fmt: skip
    return contract


def _check(terms: Terms) -> None:
    minor_digits(terms.currency)
    if terms.until_on < terms.from_on:
        raise Invalid(field="until_on", rule="before_start", value=str(terms.until_on))
    if not 0 <= terms.code_price <= 10**9:
        raise Invalid(field="code_price", rule="out_of_range", value=terms.code_price)
    for field, value, most in (
        ("tax_bp", terms.tax_bp, WHOLE_BP), ("grace_days", terms.grace_days, LONGEST_GRACE),
        ("payment_days", terms.payment_days, 365),
    ):  # fmt: skip
        if not 0 <= value <= most:
            raise Invalid(field=field, rule="out_of_range", value=value)
    if not terms.buyer.strip():
        raise Invalid(field="buyer", rule="required")


@service
def end_contract(actor: Actor, *, contract: Contract, until_on: date, now: datetime) -> Contract:
    """End a contract earlier than agreed (both sides agreed to that), never before what it charged.

    Raises:
        NotFound: another brand's.
        Invalid: the day is not within the contract.
        AlreadyCharged: a year that began later was charged; ``details['on']``.
    """
    operator_only(actor)
    if contract.brand_id != actor.own_brand():
        raise NotFound
    if not contract.from_on <= until_on <= contract.until_on:
        raise Invalid(field="until_on", rule="out_of_range", value=str(until_on))
    newest = Charge.objects.filter(contract=contract).order_by("-starts_on").first()
    if newest is not None and newest.starts_on > until_on:
        raise AlreadyCharged(field="until_on", on=str(newest.starts_on))
    Contract.objects.filter(pk=contract.pk, until_on__gte=until_on).update(until_on=until_on)
    contract.refresh_from_db()
    record(actor, "billing.contract_shortened", contract, now=now, number=contract.number,
           until_on=str(until_on))  # fmt: skip
    return contract


@service
def sell_block(
    actor: Actor, *, contract: Contract, key: str, codes: int, years: int, amount: int,
    expires_on: date, now: datetime,
) -> Block:  # fmt: skip
    """Sell ``codes`` x ``years`` code-years ahead for ``amount`` minor units, tax included.

    Years that begin from today until ``expires_on`` use it, oldest block first; what is left then
    lapses. It stands on the next invoice. The key makes it idempotent.

    Raises:
        NotFound: another brand's contract.
        Invalid: a number cannot be, the contract is over (nothing would invoice it), or the key
            names another sale.
    """
    operator_only(actor)
    if contract.brand_id != actor.own_brand():
        raise NotFound
    today = timezone.localdate(now)
    _check_block(key, codes, years, amount)
    if contract.invoice_due_on is None or today > contract.until_on:
        raise Invalid(field="contract", rule="over", value=contract.number)
    if expires_on < today:
        raise Invalid(field="expires_on", rule="past", value=str(expires_on))
    block, created = Block.objects.get_or_create(
        key=key.strip(),
        defaults={
            "contract": contract, "brand_id": contract.brand_id, "codes": codes, "years": years,
            "left": codes * years, "amount": amount, "bought_on": today,
            "expires_on": expires_on, "sold_at": now,
        },
    )  # fmt: skip
    if not created:
        said = (block.contract_id, block.codes, block.years, block.amount, block.expires_on)
        if said != (contract.pk, codes, years, amount, expires_on):
            raise Invalid(field="key", rule="taken", value=key)
        return block
    record(actor, "billing.block_sold", block, now=now, codes=codes, years=years, amount=amount,
           currency=contract.currency, expires_on=str(expires_on))  # fmt: skip
    publish(
        BlockSold(brand_id=contract.brand_id, block_id=block.pk, codes=codes, years=years), now=now
    )
    return block


def _check_block(key: str, codes: int, years: int, amount: int) -> None:
    if not key.strip() or len(key.strip()) > 60:
        raise Invalid(field="key", rule="required")
    if codes < 1 or not 1 <= years <= 50 or codes * years > MOST_CODE_YEARS:
        raise Invalid(field="codes" if codes < 1 else "years", rule="out_of_range")
    if not 0 <= amount <= MOST_AMOUNT:
        raise Invalid(field="amount", rule="out_of_range", value=amount)
