"""Giving models their short digits (短码): the maker's as they are, or the house's own."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.functions import Concat

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors import DigitsTaken
from hefu.apps.catalog.models import Product, ShortDigits
from hefu.core.actor import Actor
from hefu.core.codes.short_codes import OWN_WIDTH, bare, own_digits
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

_STEP = 500


def keep_digits(product: Product, *, now: datetime) -> None:
    """Claim a saved model's digits for it; they lead to it until the brand gives them to another.

    Safe to race: the unique key decides who has digits, leading zeros not counted.

    Raises:
        DigitsTaken: another model has them, or had them and is another brand's.
        Invalid: they are the model's own without a leading zero (``zero_lost``).
    """
    digits, wanted = product.short_code, bare(product.short_code)
    if not digits:
        return
    claim = ShortDigits(
        brand_id=product.brand_id, product=product, digits=digits, bare=wanted, created_at=now
    )
    ShortDigits.objects.bulk_create([claim], ignore_conflicts=True)
    held = ShortDigits.objects.select_related("product").get(bare=wanted)
    if held.product_id == product.pk:
        if len(digits) < len(held.digits):
            raise Invalid(field="short_code", rule="zero_lost", value=held.digits)
    elif held.brand_id != product.brand_id or bare(held.product.short_code) == wanted:
        raise DigitsTaken(field="short_code", value=digits)
    if (held.product_id, held.digits) != (product.pk, digits):
        # the brand's own digits that their model does not use any more, or a zero that was missing
        moved = ShortDigits.objects.filter(pk=held.pk, product_id=held.product_id)
        if not moved.update(product_id=product.pk, digits=digits):
            raise DigitsTaken(field="short_code", value=digits)


@service
def assign_digits(actor: Actor, *, products: Sequence[int] | None = None, now: datetime) -> int:
    """Give the house's own digits to models of the brand that have none; returns to how many.

    ``products`` are ids; None is all. Models that have digits keep them: twice is once.

    Raises:
        NotFound: one of them is another brand's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if actor.is_partner:
        raise NotFound
    rows = Product.objects.filter(brand_id=actor.own_brand())
    if products is not None:
        if rows.filter(pk__in=products).count() < len(set(products)):
            raise NotFound(field="products")
        rows = rows.filter(pk__in=products)
    waiting = list(
        rows.filter(short_code="").order_by("item_no", "pk").values_list("pk", flat=True)
    )
    given = 0
    for start in range(0, len(waiting), _STEP):
        given += _give(actor.own_brand(), waiting[start : start + _STEP], now=now)
    if given:
        record(actor, "catalog.digits_assigned", f"accounts.brand:{actor.brand_id}", now=now,
               count=given)  # fmt: skip
    return given


def _give(brand_id: int, products: list[int], *, now: datetime) -> int:
    """Claim a run of our digits, in as many rounds as others are quicker, then write them down."""
    left, fresh, first = list(products), list[str](), 0
    while left:
        first = max(first, _next_number())
        wanted = {own_digits(first + place): pk for place, pk in enumerate(left)}
        claims = [
            ShortDigits(
                brand_id=brand_id, product_id=pk, digits=digits, bare=digits, own=True,
                created_at=now,
            )
            for digits, pk in wanted.items()
        ]  # fmt: skip
        ShortDigits.objects.bulk_create(claims, ignore_conflicts=True)
        held = ShortDigits.objects.filter(bare__in=wanted).values_list("bare", "product_id")
        won = {digits: pk for digits, pk in held if wanted[digits] == pk}
        fresh += won
        left = [pk for pk in left if pk not in won.values()]
        first += len(wanted)  # a maker's own digits may stand in the way
    theirs = ShortDigits.objects.filter(product=OuterRef("pk"), bare__in=fresh).values("digits")
    digits = Subquery(theirs[:1])
    return Product.objects.filter(pk__in=products, short_code="").update(
        short_code=digits, updated_at=now,
        search=Concat(F("search"), digits, output_field=TextField()),
    )  # fmt: skip


def _next_number() -> int:
    """The number after the greatest that the house ever gave."""
    greatest = ShortDigits.objects.filter(own=True).order_by("-bare").values_list("bare", flat=True)
    last = greatest.first()
    return int(last[: OWN_WIDTH - 1]) - 10 ** (OWN_WIDTH - 2) + 1 if last else 0
