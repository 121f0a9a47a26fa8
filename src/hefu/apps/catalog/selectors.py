"""Finding products (item number, model, name, GTIN, short digits) and the links of their codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Import, LinkCount, Product, ResolverLink
from hefu.apps.catalog.rows import folded
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.gs1.resolver import Subject, levels
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


def imports_for(actor: Actor, *, kind: str = "catalog.products") -> QuerySet[Import]:
    """The brand's imports of one kind of list, newest first; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = Import.objects.filter(brand_id=actor.own_brand(), kind=kind)
    rows = rows.order_by("-created_at", "-pk")
    return rows.none() if actor.is_partner else rows


def links_for(actor: Actor) -> QuerySet[ResolverLink]:
    """The brand's resolver links, by key and place; partners have none."""
    actor.require(Permission.PRODUCT_VIEW)
    rows = ResolverLink.objects.filter(brand_id=actor.own_brand()).order_by(
        "key_ai", "key_value", "qualifiers", "link_type", "pk"
    )
    return rows.none() if actor.is_partner else rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Uses:
    """How often a link type of a key ("" for all keys) was followed, and asked for in vain."""

    key_ai: str
    key_value: str
    link_type: str
    followed: int
    missing: int


def uses_since(actor: Actor, day: date) -> list[Uses]:
    """One row per key and link type of the brand since ``day``, the busiest first."""
    actor.require(Permission.PRODUCT_VIEW)
    if actor.is_partner:
        return []
    rows = (
        LinkCount.objects.filter(brand_id=actor.own_brand(), day__gte=day)
        .values("key_ai", "key_value", "link_type")
        .annotate(followed=Sum("followed"), missing=Sum("missing"))
        .order_by("-followed", "-missing", "key_ai", "key_value", "link_type")
    )
    return [Uses(**row) for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A thing asked about at a host name (without port); "" is a host that is nobody's own."""

    host: str
    subject: Subject


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the catalogue knows of a thing: whose it is, its product, its links, live and not."""

    brand: Brand
    product: Product | None
    links: tuple[ResolverLink, ...]


def entries_for(actor: Actor, questions: Sequence[Question]) -> list[Entry | None]:
    """What is known of each thing, in order; three statements however many are asked about.

    A brand's own host answers for that brand only. Elsewhere the product with the GTIN decides,
    else the link with the exact key; of several brands' the first entered, so that a newcomer
    cannot take over somebody's codes. An actor of a brand sees its own.
    """
    own = actor.brand_id
    hosts = {
        brand.host: brand for brand in Brand.objects.filter(host__in={q.host for q in questions})
    }
    products = _products(questions, own)
    links = _links(questions, own)
    answers: list[Entry | None] = []
    for question in questions:
        key = question.subject.key_ai, question.subject.key_value
        scope = own or (hosts[question.host].pk if question.host in hosts else None)
        ours = [row for row in products.get(key, ()) if scope in (None, row.brand_id)]
        rows = [row for row in links.get(key, ()) if scope in (None, row.brand_id)]
        everything = [row for row in links.get((key[0], ""), ()) if scope in (None, row.brand_id)]
        # links for every key are of the brand's products, and of other keys on its own host only
        last = everything if scope and key[0] != "01" else ()
        first = next(iter(ours), None) or next(iter(rows), None) or next(iter(last), None)
        if first is None:
            answers.append(None)
            continue
        known = [row for row in (*rows, *everything) if row.brand_id == first.brand_id]
        applying = levels(question.subject)
        answers.append(
            Entry(
                brand=first.brand,
                product=next((row for row in ours if row.brand_id == first.brand_id), None),
                links=tuple(row for row in known if row.qualifiers in applying),
            )
        )
    return answers


def _products(
    questions: Sequence[Question], own: int | None
) -> dict[tuple[str, str], list[Product]]:
    gtins = {q.subject.key_value for q in questions if q.subject.key_ai == "01"}
    rows = Product.objects.filter(gtin__in=gtins).select_related("brand").order_by("pk")
    found: dict[tuple[str, str], list[Product]] = {}
    for row in rows.filter(brand_id=own) if own else rows:
        found.setdefault(("01", row.gtin), []).append(row)
    return found


def _links(
    questions: Sequence[Question], own: int | None
) -> dict[tuple[str, str], list[ResolverLink]]:
    """The links of these keys, and of every key of these kinds, in the order of entry."""
    patterns = {pattern for question in questions for pattern in levels(question.subject)}
    rows = ResolverLink.objects.filter(
        key_ai__in={q.subject.key_ai for q in questions},
        key_value__in={"", *(q.subject.key_value for q in questions)},
        qualifiers__in=patterns,
    ).select_related("brand")
    found: dict[tuple[str, str], list[ResolverLink]] = {}
    scoped: Iterable[ResolverLink] = rows.filter(brand_id=own) if own else rows
    for row in sorted(scoped, key=lambda row: row.pk):
        found.setdefault((row.key_ai, row.key_value), []).append(row)
    return found
