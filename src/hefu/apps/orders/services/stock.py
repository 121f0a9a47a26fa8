"""Stock (库存): every change is a movement with a key, what is available is their sum.

``available`` is moved by a conditional UPDATE that never lets it fall below zero; rows are taken
in the order of their ids, so that two deeds about several articles do not wait for each other.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from hefu.apps.audit.services import record, service
from hefu.apps.orders.errors import KeyTaken, OutOfStock
from hefu.apps.orders.models import Article, MovementKind, StockMovement
from hefu.apps.orders.selectors.articles import article_by_sku
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

LARGEST = 10**9


@service
def receive_stock(
    actor: Actor, *, sku: str, quantity: int, key: str, note: str = "", now: datetime
) -> Article:
    """Add what came in; once per key. An article that was not counted is, from now on.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound: no such article.
        KeyTaken: the key names another movement of the article.
        Invalid: a quantity that is not positive, an empty key, a text that is too long.
    """
    actor.require(Permission.SALE_MANAGE)
    if not 0 < quantity <= LARGEST:
        raise Invalid(field="quantity", rule="out_of_range", value=LARGEST)
    return _change(actor, MovementKind.RECEIPT, sku, quantity, key=key, note=note, now=now)


@service
def correct_stock(
    actor: Actor, *, sku: str, difference: int, key: str, note: str, now: datetime
) -> Article:
    """Post the difference between what was counted and what the book said; once per key.

    A difference, not a new level: what is sold between counting and posting stays right.

    Raises:
        OutOfStock: the stock would fall below zero.
        Invalid: no difference, or no note that says why.
        See ``receive_stock``.
    """
    actor.require(Permission.SALE_MANAGE)
    if not 0 < abs(difference) <= LARGEST:
        raise Invalid(field="difference", rule="out_of_range", value=LARGEST)
    if not note.strip():
        raise Invalid(field="note", rule="required")
    return _change(actor, MovementKind.CORRECTION, sku, difference, key=key, note=note, now=now)


def _change(
    actor: Actor, kind: MovementKind, sku: str, quantity: int, *, key: str, note: str, now: datetime
) -> Article:
    for field, text, longest in (("key", key, 100), ("note", note, 80)):
        if len(text) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)
    if not key.strip():
        raise Invalid(field="key", rule="required")
    article = article_by_sku(actor, sku)
    movement = StockMovement(
        brand_id=article.brand_id, article=article, key=f"{kind.value}:{key}", kind=kind,
        quantity=quantity, subject=note.strip(), by=actor.label[:120], at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            movement.save(force_insert=True)
    except IntegrityError:
        before = StockMovement.objects.get(
            brand_id=article.brand_id, key=movement.key, article=article
        )
        if before.quantity != quantity:
            raise KeyTaken(field="key", key=key) from None
        return article_by_sku(actor, sku)
    rows = Article.objects.filter(pk=article.pk)
    if quantity < 0:
        rows = rows.filter(available__gte=-quantity)
    if not rows.update(available=Coalesce(F("available"), 0) + quantity, updated_at=now):
        raise OutOfStock(sku=sku, left=_left(article.pk), wanted=-quantity)
    came = kind is MovementKind.RECEIPT
    record(
        actor, "orders.stock_received" if came else "orders.stock_corrected", article, now=now,
        sku=sku, quantity=quantity,
    )  # fmt: skip
    return article_by_sku(actor, sku)


def take(
    wanted: Mapping[int, int], *, brand_id: int, key: str, subject: str, by: str, now: datetime
) -> None:
    """Set so many of each article (by id) aside, all of them or none; inside a service.

    Raises:
        OutOfStock: names the article and how many are left.
    """
    moved = []
    for pk in sorted(wanted):
        counted = Article.objects.filter(pk=pk, available__isnull=False)
        if counted.filter(available__gte=wanted[pk]).update(
            available=F("available") - wanted[pk], updated_at=now
        ):
            moved.append((pk, -wanted[pk]))
        elif counted.exists():
            sku = Article.objects.values_list("sku", flat=True).get(pk=pk)
            raise OutOfStock(sku=sku, left=_left(pk), wanted=wanted[pk])
    _write(moved, MovementKind.RESERVE, brand_id, key=key, subject=subject, by=by, now=now)


def put_back(
    articles: Mapping[int, int], kind: MovementKind, *, brand_id: int, key: str, subject: str,
    by: str, now: datetime,
) -> None:  # fmt: skip
    """Add so many of each article whose stock is counted; inside a service, once per key."""
    moved = []
    for pk in sorted(articles):
        counted = Article.objects.filter(Q(pk=pk), available__isnull=False)
        if counted.update(available=F("available") + articles[pk], updated_at=now):
            moved.append((pk, articles[pk]))
    _write(moved, kind, brand_id, key=key, subject=subject, by=by, now=now)


def set_aside(brand_id: int, key: str) -> dict[int, int]:
    """Return what the movements of a key set aside, by article id."""
    rows = StockMovement.objects.filter(brand_id=brand_id, key=key, kind=MovementKind.RESERVE)
    return {pk: -quantity for pk, quantity in rows.values_list("article_id", "quantity")}


def _write(
    moved: Iterable[tuple[int, int]], kind: MovementKind, brand_id: int, *, key: str, subject: str,
    by: str, now: datetime,
) -> None:  # fmt: skip
    StockMovement.objects.bulk_create(
        StockMovement(
            brand_id=brand_id, article_id=pk, key=key, kind=kind, quantity=quantity,
            subject=subject, by=by[:120], at=now,
        )
        for pk, quantity in moved
    )  # fmt: skip


def _left(pk: int) -> int:
    return Article.objects.values_list("available", flat=True).get(pk=pk) or 0
