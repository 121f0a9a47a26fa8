"""Where a model's smart code leads (智慧码), and which model given digits are of.

A brand's symbols hold an ordinary address below one directory of the brand, so that one rule of an
app's platform covers them all (``core.codes.plain_links``): ``https://HOST/m/DIGITS/`` on the
brand's own host, ``https://HOUSE/m/BRAND/DIGITS/`` on the installation's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import LinkProof, Product, ShortDigits, SymbolRun
from hefu.apps.catalog.selectors import products_for
from hefu.core.actor import Actor
from hefu.core.codes.short_codes import bare
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """What digits lead to: a model; or none, but ``known`` differ in leading zeros only."""

    product: Product | None = None
    known: str = ""


def model_of_digits(digits: str, *, brand_id: int | None = None) -> Resolved:
    """The model that has or had ``digits``, of any brand or of one; for everybody, one query."""
    rows = ShortDigits.objects.filter(bare=bare(digits)).select_related("product__brand")
    row = (rows if brand_id is None else rows.filter(brand_id=brand_id)).first()
    if row is None:
        return Resolved()
    return Resolved(product=row.product) if row.digits == digits else Resolved(known=row.digits)


def directory_of(brand: Brand) -> str:
    """The address that all smart codes of a brand begin with; it ends in "/"."""
    if brand.host:
        return f"https://{brand.host.lower()}/m/"
    house = urlsplit(settings.HEFU_ORIGIN)
    return f"{house.scheme or 'https'}://{house.netloc.lower()}/m/{brand.slug}/"


def link_of(product: Product) -> str:
    """What a model's smart code holds; "" for a model without digits."""
    return f"{directory_of(product.brand)}{product.short_code}/" if product.short_code else ""


def digital_link_of(product: Product) -> str:
    """The GS1 Digital Link of a model's GTIN on the brand's host; "" for a model without one."""
    if not product.gtin:
        return ""
    where = urlsplit(directory_of(product.brand))
    return f"{where.scheme}://{where.netloc}/01/{product.gtin}"


def models_for(actor: Actor, ids: Iterable[int]) -> list[Product]:
    """The models with these ids, in this order.

    Raises:
        NotFound: one of them is not the actor's to see.
    """
    wanted = list(dict.fromkeys(ids))
    found = {
        row.pk: row for row in products_for(actor).select_related("brand").filter(pk__in=wanted)
    }
    if len(found) < len(wanted):
        raise NotFound(field="products")
    return [found[pk] for pk in wanted]


def without_digits(actor: Actor) -> QuerySet[Product]:
    """The models that people cannot type yet."""
    return products_for(actor).filter(short_code="")


def proofs_for(actor: Actor) -> QuerySet[LinkProof]:
    """The brand's verification files, the newest first; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = LinkProof.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows


def proof_served(name: str, *, brand_id: int) -> LinkProof | None:
    """The verification file that a brand's directory serves under a name; for everybody."""
    return LinkProof.objects.filter(brand_id=brand_id, name=name).first()


def symbol_runs_for(actor: Actor) -> QuerySet[SymbolRun]:
    """The brand's print files of symbols, the newest first; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = SymbolRun.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows
