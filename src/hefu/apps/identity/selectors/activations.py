"""Activations, appeals and warranty cards (激活、申诉、保修卡) as an actor may see them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.invoices import SEALED_AS, Fault, content_type_of
from hefu.apps.identity.models import Activation, Appeal, TransferOffer, WarrantyFact
from hefu.apps.identity.sealed_files import open_sealed
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.selectors.units import is_visible, units_for
from hefu.core.actor import Actor, ActorKind
from hefu.core.clocks.warranty import Card, Fact, FactKind, Status, Terms, warranty_card
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def activations_for(actor: Actor) -> QuerySet[Activation]:
    """Activations, newest first: the brand's, those of a partner's units, or one's own.

    Who activated is for ``members.selectors.cards_for`` to say, masked, to those who may know.

    Raises:
        NotAllowed: staff and partners who may not see activations.
    """
    rows = Activation.objects.filter(brand_id=actor.own_brand()).order_by("-at", "-pk")
    rows = rows.select_related("unit__batch", "product", "channel")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id or 0)
    if actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.ACTIVATION_VIEW)
    return rows.filter(unit__in=units_for(actor)) if actor.is_partner else rows


def activation_by_id(actor: Actor, pk: int) -> Activation:
    """Return one activation.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    row = activations_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def open_offer_for(actor: Actor, activation: Activation) -> TransferOffer | None:
    """The offer that stands on one's own activation; whether it has run out the caller sees."""
    rows = TransferOffer.objects.filter(
        activation_id=activation.pk, activation__in=activations_for(actor), taken_at=None
    )
    return rows.order_by("-expires_at").first()


def appeals_for(actor: Actor) -> QuerySet[Appeal]:
    """Appeals, newest first: the brand's for its staff, one's own; partners have none.

    Their words, which may name people, are read only for those who answer them, and their authors.

    Raises:
        NotAllowed: staff who may not see activations.
    """
    rows = Appeal.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    rows = rows.select_related("unit__batch__product")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id or 0)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.ACTIVATION_VIEW)
    return rows if actor.may(Permission.ACTIVATION_MANAGE) else rows.defer("text")


def appeal_by_id(actor: Actor, pk: int) -> Appeal:
    """Return one appeal.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    row = appeals_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoice:
    """An uploaded invoice; to be sent as a download, never shown inside a page."""

    content_type: str
    content: bytes


def invoice_of(actor: Actor, pk: int) -> Invoice:
    """Open the invoice of an appeal, for those who answer appeals and for its author.

    Raises:
        NotFound: no such appeal, or none with an invoice, or the file is gone.
        NotAllowed: staff who do not answer appeals.
    """
    appeal = appeal_by_id(actor, pk)
    if actor.kind is not ActorKind.CONSUMER:
        actor.require(Permission.ACTIVATION_MANAGE)
    content = open_sealed(appeal.invoice_path, sealed_as=SEALED_AS)
    kind = content_type_of(content)
    if isinstance(kind, Fault):
        raise NotFound(field="invoice")
    return Invoice(content_type=kind, content=content)


def warranty_card_for(actor: Actor, unit: UnitRef, *, on: date) -> Card:
    """Reckon a unit's warranty as of a day, from its facts and its product's promise.

    What happened before the unit was last returned belongs to a former sale; an activation that
    was corrected is no evidence. Where nothing is promised the card says unknown.

    Raises:
        CodeUnknown: not the actor's to see.
    """
    if not is_visible(actor, unit):
        raise CodeUnknown(field="code")
    product = Product.objects.get(pk=unit.product_id)
    if not product.warranty_months:
        return Card(as_of=on, status=Status.UNKNOWN)
    rows = _facts_of(unit)
    facts = [Fact(kind=FactKind(row.kind), on=row.on, recorded_at=row.recorded_at) for row in rows]
    terms = Terms(months=max(1, product.warranty_months), activation_months=product.extra_months)
    return warranty_card(facts, terms=terms, on=on)


def _facts_of(unit: UnitRef) -> list[WarrantyFact]:
    of_unit = Q(unit__batch_id=unit.batch_id, unit__serial=unit.serial)
    ended = Activation.objects.filter(of_unit).exclude(ended_at=None)
    returned = [row for row in ended if row.ending == Activation.Ending.RETURNED]
    corrected = {
        f"identity.activation:{row.pk}"
        for row in ended
        if row.ending == Activation.Ending.CORRECTED
    }
    facts = WarrantyFact.objects.filter(of_unit).order_by("on", "pk")
    if returned:
        last = max(row.ended_at for row in returned if row.ended_at)
        facts = facts.filter(recorded_at__gt=last)
    activated = WarrantyFact.Kind.ACTIVATED
    return [row for row in facts if row.kind != activated or row.evidence not in corrected]
