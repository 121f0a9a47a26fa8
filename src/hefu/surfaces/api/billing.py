"""The brand's account over REST: contract, what was used and will be, invoices; reading only.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.billing.papers import paper_of
from hefu.apps.billing.selectors.contracts import account_for, order_cost
from hefu.apps.billing.selectors.invoices import invoice_by_number, invoices_for
from hefu.apps.billing.selectors.metered import amount_of, charges_for, outlook_for
from hefu.core.metering import format_price
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import Day
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["billing"])
VIEW, ORDERS = Permission.BILLING_VIEW, Permission.ORDER_VIEW
InvoiceNumber = Annotated[
    str, Path(min_length=1, max_length=30, pattern=r"^[-0-9A-Za-z]+$", examples=["HF-000001"])
]


class ContractOut(Schema):
    """A contract; ``price`` is of one code and started year, in the main unit, as text."""

    number: str
    currency: str = Field(examples=["CNY"])
    price: str = Field(examples=["0.02"])
    tax_bp: int = Field(description="basis points, within the price")
    from_on: date
    until_on: date
    grace_days: int


class AccountOut(Schema):
    """Where the brand stands; amounts in minor units, tax included."""

    standing: str = Field(description="none, ahead, active, ending, grace or ended")
    contract: ContractOut | None
    issuing_until: date | None = Field(description="the last day on which codes are issued")
    month_codes: int = Field(description="codes whose year began this month")
    month_amount: int
    year_amount: int = Field(description="of the calendar year so far")
    forecast: int = Field(description="of the calendar year, if nothing more is ordered")
    prepaid_left: int = Field(description="code-years")


class CostOut(Schema):
    """What an order would cost today; ``amount`` in minor units, tax included."""

    codes: int
    prepaid: int = Field(description="of them, covered by prepaid blocks")
    amount: int
    currency: str = Field(description="empty where nothing is charged")
    refused: bool = Field(description="the contract is over: it would not be issued")


class CostQuery(Schema):
    """How many codes."""

    codes: int = Field(ge=1, le=10**10, examples=[1_000_000])


class ChargeOut(Schema):
    """A year of an order's codes that began."""

    id: int
    order: str
    batch: str
    item_no: str
    year: int
    starts_on: date
    ends_on: date
    codes: int
    prepaid: int
    price: str
    amount: int
    invoice: str = Field(description="its number; empty until the month is over")


class ChargeQuery(PageQuery):
    """Narrow the list."""

    since: Day | None = Field(None, description="began on or after", examples=[None])


class InvoiceOut(Schema):
    """An invoice or a credit note; ``gross`` in minor units, below 0 on a credit note."""

    number: str
    kind: str = Field(examples=["invoice"])
    month: date = Field(description="its first day")
    currency: str
    gross: int
    issued_on: date
    due_on: date | None
    paid_at: datetime | None
    sha256: str


class InvoiceWithLines(InvoiceOut):
    """An invoice with all that it says."""

    content: dict[str, Any] = Field(
        description="as it was sealed: parties, lines (codes x years x price), totals, tax"
    )


@router.get("", response={200: AccountOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_account(request: HttpRequest) -> Any:
    """The brand's contract, use and forecast."""
    actor, now = actor_of(request, VIEW), timezone.now()
    account, outlook = account_for(actor, now=now), outlook_for(actor, now=now)
    contract = account.contract
    return {
        "standing": account.standing.value,
        "contract": contract and {
            "number": contract.number, "currency": contract.currency,
            "price": format_price(contract.code_price, contract.currency),
            "tax_bp": contract.tax_bp, "from_on": contract.from_on, "until_on": contract.until_on,
            "grace_days": contract.grace_days,
        },
        "issuing_until": account.issuing_until,
        "month_codes": outlook.month.codes, "month_amount": outlook.month.amount,
        "year_amount": outlook.year.amount, "forecast": outlook.forecast,
        "prepaid_left": outlook.prepaid_left,
    }  # fmt: skip


@router.get("cost", response={200: CostOut, **REFUSALS}, openapi_extra=needs(ORDERS))
def get_cost(request: HttpRequest, query: Annotated[CostQuery, Query()]) -> Any:
    """What the first year of so many codes would cost, before they are ordered."""
    cost = order_cost(actor_of(request, ORDERS), codes=query.codes, now=timezone.now())
    if cost is None:
        return {"codes": query.codes, "prepaid": 0, "amount": 0, "currency": "", "refused": False}
    return {
        "codes": cost.codes, "prepaid": cost.prepaid, "amount": cost.amount,
        "currency": cost.contract.currency if cost.contract else "", "refused": cost.refused,
    }  # fmt: skip


@router.get("charges", response={200: Page[ChargeOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_charges(request: HttpRequest, query: Annotated[ChargeQuery, Query()]) -> Any:
    """The years of codes that began, the newest charge first."""
    rows = charges_for(actor_of(request, VIEW))
    rows = rows.filter(starts_on__gte=query.since) if query.since else rows
    return page_of(rows, query, shown=lambda page: [_charge(row) for row in page])


def _charge(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "order": row.order_number, "batch": row.batch, "item_no": row.item_no,
        "year": row.year, "starts_on": row.starts_on, "ends_on": row.ends_on, "codes": row.codes,
        "prepaid": row.prepaid, "price": format_price(row.price, row.contract.currency),
        "amount": amount_of(row), "invoice": row.invoice.number if row.invoice else "",
    }  # fmt: skip


@router.get("invoices", response={200: Page[InvoiceOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_invoices(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """Invoices and credit notes, the newest first."""
    return page_of(invoices_for(actor_of(request, VIEW)), query)


@router.get(
    "invoices/{invoice}", response={200: InvoiceWithLines, **REFUSALS}, openapi_extra=needs(VIEW)
)
def get_invoice(request: HttpRequest, invoice: InvoiceNumber) -> Any:
    """One invoice with its lines; refused when it is not what was sealed."""
    found = invoice_by_number(actor_of(request, VIEW), invoice)
    paper_of(found)
    return found
