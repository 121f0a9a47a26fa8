"""Invoices and credit notes as a brand sees them."""

from django.db.models import Q, QuerySet, Sum

from hefu.apps.billing.models import Invoice
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def invoices_for(actor: Actor) -> QuerySet[Invoice]:
    """The brand's invoices and credit notes, the newest first; partners have none."""
    actor.require(Permission.BILLING_VIEW)
    rows = Invoice.objects.filter(brand_id=actor.own_brand())
    rows = rows.select_related("contract", "credits").order_by("-seq")
    return rows.none() if actor.is_partner else rows


def invoice_by_number(actor: Actor, number: str) -> Invoice:
    """Return one invoice.

    Raises:
        NotFound: there is none, or not the actor's.
    """
    found = invoices_for(actor).filter(number=number).first()
    if found is None:
        raise NotFound(field="invoice", value=number)
    return found


def open_amounts(actor: Actor) -> dict[str, int]:
    """What is still to be paid by currency, in minor units; credit notes of unpaid ones count."""
    unpaid = Q(kind=Invoice.Kind.INVOICE, paid_at=None) | Q(
        kind=Invoice.Kind.CREDIT, credits__paid_at=None
    )
    rows = invoices_for(actor).filter(unpaid).order_by("currency").values_list("currency")
    return dict(rows.annotate(sum=Sum("gross")))
