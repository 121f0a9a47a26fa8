"""The account of a brand (账户): contract, use, forecast, prepaid rest, invoices, files."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hefu.apps.billing.models import Contract
from hefu.apps.billing.selectors.contracts import Account, account_for, blocks_for
from hefu.apps.billing.selectors.invoices import invoice_by_number, invoices_for, open_amounts
from hefu.apps.billing.selectors.metered import charges_for, charges_of_month, outlook_for
from hefu.apps.billing.services.metering import continue_codes, end_codes
from hefu.core.metering import Standing, format_price
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.billing.paper import paper
from hefu.surfaces.desk.billing.said import invoice_said, party_lines, percent
from hefu.surfaces.desk.billing.sheets import workbook
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import XLSX, list_page
from hefu.surfaces.desk.shown import day, trail, when
from hefu.surfaces.desk.tables_billing import BlocksTable, ChargesTable, InvoicesTable

VIEW = Permission.BILLING_VIEW


@page(VIEW)
def account(request: DeskRequest) -> HttpResponse:
    """Show where the brand stands: contract, this month, the year, what is prepaid and unpaid."""
    now = timezone.now()
    stands = account_for(request.actor, now=now)
    outlook = outlook_for(request.actor, now=now)
    unpaid = open_amounts(request.actor)
    money = outlook.currency
    context: dict[str, Any] = {
        "tabs": _tabs("account"),
        "account": stands,
        "told": _told(stands),
        "facts": _facts(stands.contract) if stands.contract else [],
        "month_codes": grouped(outlook.month.codes),
        "month_amount": price(outlook.month.amount, money),
        "year_amount": price(outlook.year.amount, money),
        "forecast": price(outlook.forecast, money),
        "to_come": grouped(outlook.to_come.codes),
        "prepaid_left": grouped(outlook.prepaid_left),
        "prepaid_until": day(outlook.prepaid_until) if outlook.prepaid_until else "",
        "unpaid": " + ".join(price(a, c) for c, a in unpaid.items()) or price(0, money),
        "newest": [
            (one.number, f"{one.month:%Y-%m}", price(one.gross, one.currency))
            for one in invoices_for(request.actor)[:3]
        ],
    }
    return render(request, "desk/billing.html", context)


def _told(account: Account) -> tuple[str, str]:
    """Tone and sentence about the contract; nothing where all is well."""
    until = day(account.issuing_until)
    about = {"day": day(account.contract.until_on) if account.contract else "", "until": until}
    told = {
        Standing.AHEAD: ("info", _("The contract has not begun. Nothing is charged until then.")),
        Standing.ENDING: (
            "notice", _("The contract ends on %(day)s. Codes are issued until %(until)s.") % about,
        ),
        Standing.GRACE: (
            "notice",
            _("The contract ended on %(day)s. Codes are still issued until %(until)s, then no "
              "more. What was issued is answered as before.") % about,
        ),
        Standing.ENDED: (
            "bad",
            _("The contract is over: no new codes are issued since %(until)s. What was issued is "
              "answered as before. Ask your operator for a new contract.") % about,
        ),
    }  # fmt: skip
    return told.get(account.standing, ("", ""))


def _facts(contract: Contract) -> list[Fact]:
    tag = f"{format_price(contract.code_price, contract.currency)} {contract.currency}"
    return [
        Fact(name=_("Contract"), value=contract.number, code=True),
        Fact(name=_("From"), value=day(contract.from_on)),
        Fact(name=_("Until"), value=day(contract.until_on)),
        Fact(name=_("Days of grace"), value=grouped(contract.grace_days)),
        Fact(name=_("One identity code, a started year"), value=tag),
        Fact(name=_("One smart code"), value=_("free of charge")),
        Fact(name=_("Tax within the price"), value=percent(contract.tax_bp)),
        Fact(name=_("Days to pay"), value=grouped(contract.payment_days)),
        Fact(name=_("Buyer"), value=contract.buyer),
    ]


@page(VIEW)
def invoices(request: DeskRequest) -> HttpResponseBase:
    """List invoices and credit notes."""
    table = InvoicesTable(invoices_for(request.actor))
    return _list(request, table, "invoices")


@page(VIEW)
def use(request: DeskRequest) -> HttpResponseBase:
    """List the years that began, all or of one month."""
    month = _month(request.GET.get("month", ""))
    rows = charges_of_month(request.actor, month) if month else charges_for(request.actor)
    return _list(
        request, ChargesTable(rows), "use", filtered=month is not None,
        month=f"{month:%Y-%m}" if month else "",
    )  # fmt: skip


@page(VIEW)
def blocks(request: DeskRequest) -> HttpResponseBase:
    """List what was bought ahead."""
    return _list(request, BlocksTable(blocks_for(request.actor)), "blocks")


def _list(request: DeskRequest, table: Any, which: str, **context: Any) -> HttpResponseBase:
    return list_page(
        request, "desk/billing_list.html", table, name=which,
        context={"tabs": _tabs(which), "which": which, **context},
    )  # fmt: skip


def _month(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError:
        return None


def _tabs(which: str) -> list[Tab]:
    views = {
        "account": ("desk:billing", _("Account")),
        "invoices": ("desk:invoices", _("Invoices")),
        "use": ("desk:billing_use", _("Use")),
        "blocks": ("desk:billing_blocks", _("Prepaid")),
    }
    return [
        Tab(label=label, url=reverse(view), current=name == which)
        for name, (view, label) in views.items()
    ]


@page(VIEW)
@require_safe
def invoice(request: DeskRequest, number: str) -> HttpResponse:
    """Show an invoice as it was issued."""
    found = invoice_by_number(request.actor, number)
    said = invoice_said(found)
    context = {
        "invoice": found, "said": said,
        "facts": [Fact(name=name, value=value) for name, value in said.facts],
        "seller": party_lines(said.paper.seller), "buyer": party_lines(said.paper.buyer),
        "paid": when(found.paid_at) if found.paid_at else "",
        "credit_notes": found.credit_notes.order_by("seq"),
    }  # fmt: skip
    return render(
        request, "desk/invoice.html", context,
        crumbs=trail((_("Bills"), "desk:billing"), (_("Invoices"), "desk:invoices"), end=number),
    )  # fmt: skip


@page(VIEW)
@require_safe
def invoice_paper(request: DeskRequest, number: str) -> HttpResponse:
    """Hand out an invoice on paper, in the reader's language."""
    said = invoice_said(invoice_by_number(request.actor, number))
    return _file(paper(said), "application/pdf", f"{number}.pdf")


@page(VIEW)
@require_safe
def invoice_workbook(request: DeskRequest, number: str) -> HttpResponse:
    """Hand out an invoice as a workbook, in the reader's language."""
    said = invoice_said(invoice_by_number(request.actor, number))
    return _file(workbook(said), XLSX, f"{number}.xlsx")


def _file(content: bytes, media: str, file_name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    name = content_disposition_header(as_attachment=True, filename=file_name)
    answer["Content-Disposition"] = name or "attachment"
    return answer


@page(Permission.BRAND_MANAGE)
@require_POST
def codes_end(request: DeskRequest, pk: int) -> HttpResponse:
    """Want no further year of an order's codes, or take that back."""
    now = timezone.now()
    if request.POST.get("deed") == "continue":
        continue_codes(request.actor, order_id=pk, now=now)
        messages.success(request, _("The codes are renewed each year again."))
    else:
        end_codes(request.actor, order_id=pk, now=now)
        messages.success(
            request,
            _("No further year of these codes is charged. They are answered as before."),
        )
    return HttpResponseRedirect(reverse("desk:order", args=[pk]))
