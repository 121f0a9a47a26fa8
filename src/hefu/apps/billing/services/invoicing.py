"""Invoices (账单): drawn once a month, numbered without gaps, taken back only by credit notes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from hefu.apps.audit.services import publish, record, service
from hefu.apps.billing.access import operator_only
from hefu.apps.billing.errors import AlreadyCredited, AlreadyPaid
from hefu.apps.billing.events import InvoiceIssued, InvoicePaid
from hefu.apps.billing.models import Block, Charge, Contract, CreditedLine, Invoice, Operator
from hefu.apps.billing.papers import Line, Paper, Party, paper_of, seal_of
from hefu.apps.billing.selectors.contracts import span_of
from hefu.apps.billing.selectors.metered import amount_of
from hefu.apps.billing.services.metering import meter_brand
from hefu.apps.catalog.models import Product
from hefu.core.actor import Actor, system
from hefu.core.clocks.calendar import month_after
from hefu.core.errors import Invalid, NotFound


def draw_due(now: datetime) -> int:
    """Clock: draw the invoices of months that are over; says how many were issued."""
    today = timezone.localdate(now)
    issued = 0
    while due := list(Contract.objects.filter(invoice_due_on__lte=today).order_by("pk")):
        for contract in due:
            actor = system("billing", brand_id=contract.brand_id)
            issued += draw_invoice(actor, contract=contract, now=now) is not None
    return issued


@service
def draw_invoice(actor: Actor, *, contract: Contract, now: datetime) -> Invoice | None:
    """Draw the invoice of the month that is due; None if there is nothing to tell.

    Safe to race: the month is taken by compare-and-swap on the contract's due column, in the
    transaction that writes the invoice.
    """
    operator_only(actor)
    due = contract.invoice_due_on
    if due is None or due > timezone.localdate(now):
        return None
    through = due - timedelta(days=1)
    over = through >= span_of(contract).last_on
    won = Contract.objects.filter(pk=contract.pk, invoice_due_on=due).update(
        invoice_due_on=None if over else month_after(due)
    )
    contract.refresh_from_db()
    if not won:
        return None
    meter_brand(contract.brand_id, now=now)
    lines, charges, blocks = _lines(contract, through)
    if not _worth_telling(contract, lines):
        return None
    invoice = _issue(actor, contract, lines, month=through.replace(day=1), now=now)
    Charge.objects.filter(pk__in=[one.pk for one in charges]).update(invoice=invoice)
    Block.objects.filter(pk__in=[one.pk for one in blocks]).update(invoice=invoice)
    return invoice


def _lines(
    contract: Contract, through: date
) -> tuple[list[Line], Sequence[Charge], Sequence[Block]]:
    charges = list(
        Charge.objects.filter(contract=contract, invoice=None, starts_on__lte=through)
        .prefetch_related("uses__block")
        .order_by("starts_on", "order_number", "year")
    )
    blocks = list(
        Block.objects.filter(contract=contract, invoice=None, bought_on__lte=through).order_by("pk")
    )
    lines = [line for charge in charges for line in _of_charge(charge)]
    lines += [_of_block(block) for block in blocks]
    ends = datetime.combine(
        through + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
    )
    models = Product.objects.filter(brand_id=contract.brand_id, created_at__lt=ends).count()
    if models:
        lines.append(Line(kind="smart", codes=models, price=contract.smart_price))
    return lines, charges, blocks


def _of_charge(charge: Charge) -> list[Line]:
    def line(codes: int, **about: object) -> Line:
        values = {
            "order": charge.order_number, "batch": charge.batch, "item_no": charge.item_no,
            "year": charge.year, "from_on": str(charge.starts_on), "until_on": str(charge.ends_on),
            "codes": codes, **about,
        }  # fmt: skip
        return Line(**values)  # type: ignore[arg-type]

    lines = [line(use.codes, kind="prepaid", block=use.block.key) for use in charge.uses.all()]
    billed = charge.codes - charge.prepaid
    if billed:
        lines.append(line(billed, kind="codes", price=charge.price, amount=amount_of(charge)))
    return lines


def _of_block(block: Block) -> Line:
    return Line(
        kind="block", codes=block.codes, years=block.years, amount=block.amount, block=block.key,
        from_on=str(block.bought_on), until_on=str(block.expires_on),
    )  # fmt: skip


def _worth_telling(contract: Contract, lines: Sequence[Line]) -> bool:
    """An invoice is drawn for what was used or bought, or when there are other models than told."""
    if any(line.kind != "smart" for line in lines):
        return True
    told = Invoice.objects.filter(brand_id=contract.brand_id, kind=Invoice.Kind.INVOICE)
    last = told.order_by("-seq").first()
    before = (
        [line["codes"] for line in last.content["lines"] if line["kind"] == "smart"] if last else []
    )
    return bool(lines) and [line.codes for line in lines] != before


def _issue(
    actor: Actor, contract: Contract, lines: Sequence[Line], *, month: date, now: datetime,
    taken_back: Invoice | None = None, reason: str = "",
) -> Invoice:  # fmt: skip
    """Give the next number and seal the content.

    The operator's row is held until commit: a draw that fails gives its number back.
    """
    today = timezone.localdate(now)
    Operator.objects.filter(pk=1).update(invoices=F("invoices") + 1)
    operator = Operator.objects.get(pk=1)
    kind = Invoice.Kind.CREDIT if taken_back else Invoice.Kind.INVOICE
    due_on = None if taken_back else today + timedelta(days=contract.payment_days)
    paper = Paper(
        number=f"{operator.prefix}-{operator.invoices:06d}", kind=kind.value,
        contract=contract.number, month=f"{month:%Y-%m}", issued_on=str(today),
        due_on=str(due_on or ""), currency=contract.currency, tax_bp=contract.tax_bp,
        seller=Party(name=operator.name, tax_number=operator.tax_number,
                     address=operator.address, contact=operator.contact, bank=operator.bank),
        buyer=Party(name=contract.buyer, tax_number=contract.buyer_tax_number,
                    address=contract.buyer_address),
        lines=tuple(lines), credits=taken_back.number if taken_back else "", reason=reason,
    )  # fmt: skip
    content = paper.content()
    invoice = Invoice.objects.create(
        contract=contract, brand_id=contract.brand_id, kind=kind, seq=operator.invoices,
        number=paper.number, month=month, content=content, sha256=seal_of(content),
        currency=contract.currency, gross=paper.gross, issued_on=today, due_on=due_on,
        issued_at=now, credits=taken_back,
    )  # fmt: skip
    record(
        actor, "billing.credit_issued" if taken_back else "billing.invoice_issued", invoice,
        now=now, number=invoice.number, gross=invoice.gross, currency=invoice.currency,
        sha256=invoice.sha256,
    )  # fmt: skip
    publish(
        InvoiceIssued(
            brand_id=contract.brand_id, invoice_id=invoice.pk, number=invoice.number,
            kind=kind.value, gross=invoice.gross, currency=invoice.currency,
        ),
        now=now,
    )  # fmt: skip
    return invoice


@service
def credit_invoice(
    actor: Actor, *, invoice: Invoice, reason: str, lines: Sequence[int] = (), now: datetime
) -> Invoice:
    """Take an invoice, or some of its lines (from 1), back by a credit note of its own number.

    Raises:
        NotFound: another brand's.
        Invalid: no reason, no such line, or it is a credit note itself.
        AlreadyCredited: a line was taken back before.
        InvoiceAltered: it is not what was sealed.
    """
    operator_only(actor)
    if invoice.brand_id != actor.own_brand():
        raise NotFound
    if invoice.kind != Invoice.Kind.INVOICE:
        raise Invalid(field="invoice", rule="not_a_choice", value=invoice.number)
    if not reason.strip():
        raise Invalid(field="reason", rule="required")
    paper = paper_of(invoice)
    known = set(invoice.credited_lines.values_list("line", flat=True))
    places = sorted(set(lines)) or [n for n in range(1, len(paper.lines) + 1) if n not in known]
    for place in places:
        if not 1 <= place <= len(paper.lines):
            raise Invalid(field="lines", rule="not_a_choice", value=place)
        if place in known:
            raise AlreadyCredited(field="lines", line=place)
    if not places:
        raise AlreadyCredited(field="lines", line=1)
    month = timezone.localdate(now).replace(day=1)
    taken = [paper.lines[place - 1].taken_back(place) for place in places]
    credit = _issue(actor, invoice.contract, taken, month=month, now=now, taken_back=invoice,
                    reason=reason.strip()[:300])  # fmt: skip
    try:
        with transaction.atomic():
            CreditedLine.objects.bulk_create(
                CreditedLine(invoice=invoice, line=place, credit=credit) for place in places
            )
    except IntegrityError as error:
        raise AlreadyCredited(field="lines", line=places[0]) from error
    return credit


@service
def mark_paid(actor: Actor, *, invoice: Invoice, payment: str, now: datetime) -> Invoice:
    """Write down that an invoice was paid, with the bank's reference; once.

    Raises:
        NotFound: another brand's.
        Invalid: a credit note, or no reference.
        AlreadyPaid: it was marked before.
    """
    operator_only(actor)
    if invoice.brand_id != actor.own_brand():
        raise NotFound
    if invoice.kind != Invoice.Kind.INVOICE:
        raise Invalid(field="invoice", rule="not_a_choice", value=invoice.number)
    if not payment.strip():
        raise Invalid(field="payment", rule="required")
    won = Invoice.objects.filter(pk=invoice.pk, paid_at=None).update(
        paid_at=now, payment=payment.strip()[:80]
    )
    invoice.refresh_from_db()
    if not won:
        raise AlreadyPaid(at=invoice.paid_at.isoformat() if invoice.paid_at else "")
    record(actor, "billing.invoice_paid", invoice, now=now, number=invoice.number)
    publish(
        InvoicePaid(brand_id=invoice.brand_id, invoice_id=invoice.pk, number=invoice.number),
        now=now,
    )
    return invoice
