"""The digital product passport (数字产品护照) of one unit, as JSON-LD, by who reads it.

Public: what whoever holds the product may know. Trade: what partners of the chain need, besides.
Authority: everything on record about the unit, without its owner. Words are those of the GS1 Web
Vocabulary, schema.org and the EU electronics vocabulary; what none of them has is ``hefu:``.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.epcis.naming import code_uri, unit_uri
from hefu.apps.epcis.selectors.documents import event_json, instant
from hefu.apps.epcis.selectors.events import find_events
from hefu.apps.identity.models import Activation, ExternalSerial, Mark
from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.contents import contents_of
from hefu.apps.identity.selectors.units import row_of, unit_by_text
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

VOCABULARIES = {
    "id": "@id",
    "type": "@type",
    "gs1": "https://ref.gs1.org/voc/",
    "schema": "https://schema.org/",
    "euelec": "https://ref.openepcis.io/extensions/eu/electronics/",
    "hefu": "urn:hefu:passport:",
}
MOST_EVENTS = 1000  # in an authority's passport, the oldest

_Kind = Mark.Kind


class Audience(StrEnum):
    """Who reads a passport."""

    PUBLIC = "public"
    TRADE = "trade"
    AUTHORITY = "authority"


def passport_of(actor: Actor, text: str, audience: Audience) -> dict[str, Any]:
    """The passport of the unit that ``text`` names.

    Raises:
        CodeMistyped, CodeUnknown: no such unit for this actor.
        NotAllowed: trade needs the right to see codes, authority the right to see the trail.
    """
    if audience is Audience.AUTHORITY:
        actor.require(Permission.AUDIT_VIEW)
    unit = unit_by_text(actor, text)
    if audience is Audience.PUBLIC:
        return public_passport(unit)
    actor.require(Permission.CODE_VIEW)
    body = {**public_passport(unit), **_trade(actor, unit), "hefu:audience": audience.value}
    if audience is Audience.AUTHORITY:
        body.update(_authority(actor, unit))
    return body


def public_passport(unit: UnitRef) -> dict[str, Any]:
    """What whoever holds the product may know; asks no actor, for it shows nobody's business."""
    batch = unit.batch
    product = Product.objects.get(pk=unit.product_id)
    code = code_text(batch, unit.serial)
    body: dict[str, Any] = {
        "@context": VOCABULARIES, "type": "gs1:Product", "id": code_uri(batch, code),
        "gs1:productName": product.name, "schema:name": product.name_en or product.name,
        "euelec:modelIdentifier": product.model,
        "gs1:manufacturer": {
            "type": "gs1:Organization",
            "gs1:organizationName": Brand.objects.get(pk=unit.brand_id).name,
        },
        "gs1:productionDate": batch.produced_on.isoformat(),
        "schema:warranty": _promise(product),
        "hefu:granularity": "item", "hefu:audience": Audience.PUBLIC.value,
        "hefu:status": "active",
    }  # fmt: skip
    if batch.gtin:
        body["gs1:gtin"] = batch.gtin
    for mark in _marks(unit).filter(lifted_at=None, kind__in=(_Kind.RECALLED, _Kind.VOID)):
        body["hefu:status"] = "recalled" if mark.kind == _Kind.RECALLED else "inactive"
        if mark.kind == _Kind.RECALLED:
            body["hefu:recall"] = {"hefu:notice": mark.reason, "hefu:since": instant(mark.at)}
            break  # a recall is told before anything else
    return body


def _promise(product: Product) -> Mapping[str, Any]:
    return {
        "type": "schema:WarrantyPromise",
        "schema:durationOfWarranty": {
            "type": "schema:QuantitativeValue", "schema:value": product.warranty_months,
            "schema:unitCode": "MON",
        },
    }  # fmt: skip


def _trade(actor: Actor, unit: UnitRef) -> dict[str, Any]:
    """Batch, serial, contents, and how far it came; partners do not see others' shipments."""
    marks = _marks(unit).exclude(kind=_Kind.PRINTED)
    if actor.is_partner:
        marks = marks.exclude(kind=_Kind.SHIPPED) | marks.filter(
            kind=_Kind.SHIPPED, organisation_id=actor.organisation_id or 0
        )
    row = row_of(unit)
    sold = Activation.objects.filter(unit_id=row.pk, ended_at=None).first() if row else None
    body: dict[str, Any] = {
        "gs1:serialNumber": code_text(unit.batch, unit.serial),
        "gs1:hasBatchLotNumber": unit.batch.number,
        "gs1:itemNumber": unit.batch.item_no,
        "hefu:contains": [unit_uri(one.batch, one.serial) for one in contents_of(actor, unit)],
        "hefu:stations": [_station(mark, reasons=False) for mark in marks.order_by("at", "pk")],
    }
    if sold is not None:
        body["hefu:soldOn"] = _day(sold.at)
    return body


def _authority(actor: Actor, unit: UnitRef) -> dict[str, Any]:
    row = row_of(unit)
    numbers = ExternalSerial.objects.filter(unit_id=row.pk if row else 0, unlinked_at=None)
    events = find_events(
        actor,
        {
            "MATCH_anyEPC": unit_uri(unit.batch, unit.serial), "perPage": MOST_EVENTS,
            "orderBy": "eventTime", "orderDirection": "ASC",
        },
    ).events  # fmt: skip
    return {
        "hefu:stations": [
            _station(mark, reasons=True) for mark in _marks(unit).order_by("at", "pk")
        ],
        "hefu:otherNumbers": [
            {"hefu:kind": one.kind, "hefu:number": one.value} for one in numbers.order_by("pk")
        ],
        "hefu:events": [event_json(event) for event in events],
    }


def _station(mark: Mark, *, reasons: bool) -> dict[str, Any]:
    body = {"hefu:what": mark.kind, "hefu:at": instant(mark.at)}
    if mark.region:
        body["hefu:region"] = mark.region
    if mark.lifted_at is not None:
        body["hefu:until"] = instant(mark.lifted_at)
    if mark.reason and (reasons or mark.kind == _Kind.RECALLED):
        body["hefu:reason"] = mark.reason
    return body


def _marks(unit: UnitRef) -> QuerySet[Mark]:
    return Mark.objects.filter(
        batch_id=unit.batch_id, first__lte=unit.serial, first__gt=unit.serial - F("count")
    ).order_by("-at", "-pk")


def _day(at: datetime) -> str:
    return at.date().isoformat()
