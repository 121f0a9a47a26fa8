"""Adding and changing one product."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors import ItemNumberTaken
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.rows import ProductRow, search_text
from hefu.apps.catalog.services.digits import keep_digits
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@service
def save_product(
    actor: Actor, *, row: ProductRow, now: datetime, product: Product | None = None,
    new: bool = False,
) -> tuple[Product, str]:  # fmt: skip
    """Create or change a product; returns it and ``created``, ``updated`` or ``unchanged``.

    Without ``product`` the item number decides which one is meant; ``new`` insists on a new one.

    Raises:
        DigitsTaken, Invalid: the short digits, see ``keep_digits``.
        ItemNumberTaken: the item number, GTIN or short code is another product's (R095).
        NotFound: the product is another brand's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    brand_id = actor.own_brand()
    if product is not None and product.brand_id != brand_id:
        raise NotFound
    if product is None and not new:
        product = Product.objects.filter(brand_id=brand_id, item_no=row.item_no).first()
    creating = product is None
    if product is None:
        product = Product(brand_id=brand_id, created_at=now)
    changed = sorted(k for k, v in row.stated().items() if creating or getattr(product, k) != v)
    if not changed:
        return product, UNCHANGED
    for name in changed:
        setattr(product, name, row.stated()[name])
    product.search = search_text(product)
    product.updated_at = now
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:
        raise ItemNumberTaken(field=_taken_field(product), value=product.item_no) from error
    if "short_code" in changed:
        keep_digits(product, now=now)
    record(
        actor, "catalog.product_created" if creating else "catalog.product_changed", product,
        now=now, item_no=product.item_no, fields=changed,
    )  # fmt: skip
    return product, CREATED if creating else UPDATED


def _taken_field(product: Product) -> str:
    others = Product.objects.filter(brand_id=product.brand_id).exclude(pk=product.pk)
    for name in ("item_no", "gtin", "short_code"):
        value = getattr(product, name)
        if value and others.filter(**{name: value}).exists():
            return name
    return "item_no"
