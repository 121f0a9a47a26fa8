"""Finding products: by item number, model, name, GTIN or short digits."""

from django.db.models import Q, QuerySet

from hefu.apps.catalog.models import Import, Product
from hefu.apps.catalog.rows import folded
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def products_for(actor: Actor) -> QuerySet[Product]:
    """The products of the actor's brand, by item number."""
    actor.require(Permission.PRODUCT_VIEW)
    return Product.objects.filter(brand_id=actor.own_brand()).order_by("item_no", "pk")


def products_matching(actor: Actor, words: str) -> QuerySet[Product]:
    """Products that hold every word somewhere in their names and numbers (R097).

    A substring search over the brand's own rows: every two-character Chinese word is found; cost
    grows with the number of products of the brand, not of the installation.
    """
    wanted = Q()
    for word in folded(words).split()[:8]:
        wanted &= Q(search__contains=word)
    return products_for(actor).filter(wanted)


def product_by_item_no(actor: Actor, item_no: str) -> Product:
    """The product with this item number.

    Raises:
        NotFound: none of this brand.
    """
    product = products_for(actor).filter(item_no=item_no).first()
    if product is None:
        raise NotFound(field="item_no", value=item_no)
    return product


def imports_for(actor: Actor) -> QuerySet[Import]:
    """The brand's imports, newest first; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = Import.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows
