"""Flash sales (秒杀): made, changed for the better, stopped."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import NotInFavour, SaleChanged, SaleNotOpen
from hefu.apps.campaigns.models import FlashSale
from hefu.apps.campaigns.services.flash_gate import GATE
from hefu.apps.campaigns.services.load import Crowd, check_proved
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.load import needs_evidence
from hefu.core.money import minor_digits
from hefu.core.permissions import Permission

MOST_PIECES = 10_000_000
MOST_PER_PERSON = 20
MOST_PEOPLE = 1_000_000_000
MOST_MINUTES = 7 * 24 * 60
LARGEST_PRICE = 10**13

#: After the start: what may rise, what may fall; all else stays but where to pay.
_MAY_RISE = ("pieces", "per_person", "hold_minutes", "ends_at")
_MAY_FALL = ("price",)
_FREE = ("pay_url", "expected_people", "expected_per_second")


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleTerms:
    """What a flash sale promises; ``price`` in minor units of ``currency`` for one piece."""

    code: str
    title: str
    price: int
    pieces: int
    starts_at: datetime
    ends_at: datetime
    title_en: str = ""
    sku: str = ""
    currency: str = "CNY"
    per_person: int = 1
    hold_minutes: int = 15
    pay_url: str = ""
    expected_people: int = 0  # 0: not said
    expected_per_second: int = 0


def terms_of(sale: FlashSale) -> SaleTerms:
    """Return the terms of a sale as they stand."""
    same = {
        field.name: getattr(sale, field.name)
        for field in fields(SaleTerms)
        if field.name != "pieces"
    }
    return SaleTerms(pieces=sale.initial, **same)


@service
def create_sale(actor: Actor, *, terms: SaleTerms, now: datetime) -> FlashSale:
    """Announce a flash sale.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid: a term makes no sense, or the short name is taken.
        LoadUnproved: a large crowd is expected, and no young rehearsal bears it.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    _check(terms)
    if terms.ends_at <= now:
        raise Invalid(field="ends_at", rule="past")
    check_proved(actor.own_brand(), _crowd(terms), sale=None, now=now)
    columns = asdict(terms)
    pieces = columns.pop("pieces")
    try:
        with transaction.atomic():
            sale = FlashSale.objects.create(
                brand_id=actor.own_brand(), initial=pieces, left=pieces, created_at=now,
                changed_at=now, **columns,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=terms.code) from error
    record(actor, "campaigns.flash_sale_created", sale, now=now, **_told(terms))
    return sale


@service
def change_sale(
    actor: Actor, *, sale_id: int, terms: SaleTerms, seen: datetime, now: datetime
) -> FlashSale:
    """Set a sale's terms; from its start on only in the consumer's favour (law L49).

    ``seen`` is the ``changed_at`` of the terms that were read: of two who change a sale at the same
    time one is refused. More pieces are for sale at once; reservations go on meanwhile.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: no such sale of the actor's brand.
        Invalid: a term makes no sense, or the short name is taken.
        NotInFavour: the sale has begun, and a term would be worse or another.
        SaleNotOpen: it is over.
        SaleChanged: somebody changed it since ``seen``.
        LoadUnproved: before the start, as in ``create_sale``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    _check(terms)
    mine = FlashSale.objects.filter(brand_id=actor.own_brand(), pk=sale_id, rehearsal=False)
    sale = mine.first()
    if sale is None:
        raise NotFound
    before = terms_of(sale)
    _check_change(sale, before, terms, now)
    if now < sale.starts_at and _planned(terms) != _planned(before):
        check_proved(actor.own_brand(), _crowd(terms), sale=sale, now=now)
    columns = asdict(terms)
    more = columns.pop("pieces") - sale.initial
    changed = mine.filter(
        changed_at=seen, initial=sale.initial, killed_at=None, left__gte=max(0, -more)
    )
    try:
        with transaction.atomic():
            won = changed.update(
                initial=F("initial") + more, left=F("left") + more, changed_at=now, **columns
            )
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=terms.code) from error
    if not won:
        raise SaleChanged
    told = {name: value for name, value in _told(terms).items() if _told(before)[name] != value}
    record(actor, "campaigns.flash_sale_changed", sale, now=now, **told)
    transaction.on_commit(lambda: GATE.open(sale_id))
    sale.refresh_from_db()
    return sale


@service
def kill_sale(actor: Actor, *, sale_id: int, why: str, now: datetime) -> FlashSale:
    """Stop a sale at once; who has reserved may still pay in time. Repeated, nothing changes.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: no such sale of the actor's brand.
        Invalid: the reason is missing or too long.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    why = why.strip()
    if not 0 < len(why) <= 200:
        raise Invalid(field="why", rule="too_long" if why else "required", value=200)
    mine = FlashSale.objects.filter(brand_id=actor.own_brand(), pk=sale_id)
    if mine.filter(killed_at=None).update(killed_at=now, killed_why=why, changed_at=now):
        record(actor, "campaigns.flash_sale_killed", f"campaigns.flashsale:{sale_id}", now=now)
        transaction.on_commit(lambda: GATE.open(sale_id))
    sale = mine.first()
    if sale is None:
        raise NotFound
    return sale


def _check_change(sale: FlashSale, before: SaleTerms, terms: SaleTerms, now: datetime) -> None:
    if sale.killed_at is not None:
        raise SaleNotOpen(reason="killed", at=sale.killed_at.isoformat())
    if sale.ends_at <= now:
        raise SaleNotOpen(reason="ended", at=sale.ends_at.isoformat())
    if now < sale.starts_at:
        return
    for field in fields(SaleTerms):
        old, new = getattr(before, field.name), getattr(terms, field.name)
        better = (
            field.name in _FREE
            or (field.name in _MAY_RISE and new >= old)
            or (field.name in _MAY_FALL and new <= old)
        )
        if new != old and not better:
            raise NotInFavour(field=field.name)


def _check(terms: SaleTerms) -> None:
    try:
        validate_slug(terms.code)
    except ValidationError as error:
        raise Invalid(field="code", rule="slug") from error
    for name, text, longest in (
        ("code", terms.code, 40), ("title", terms.title, 120), ("title_en", terms.title_en, 120),
        ("sku", terms.sku, 64), ("pay_url", terms.pay_url, 300),
    ):  # fmt: skip
        if len(text) > longest:
            raise Invalid(field=name, rule="too_long", value=longest)
    if not terms.title.strip():
        raise Invalid(field="title", rule="required")
    for name, number, least, most in (
        ("price", terms.price, 0, LARGEST_PRICE),
        ("pieces", terms.pieces, 1, MOST_PIECES),
        ("per_person", terms.per_person, 1, MOST_PER_PERSON),
        ("hold_minutes", terms.hold_minutes, 1, MOST_MINUTES),
        ("expected_people", terms.expected_people, 0, MOST_PEOPLE),
        ("expected_per_second", terms.expected_per_second, 0, MOST_PEOPLE),
    ):
        if not least <= number <= most:
            raise Invalid(field=name, rule="out_of_range", value=most)
    if needs_evidence(terms.expected_people) and not terms.expected_per_second:
        raise Invalid(field="expected_per_second", rule="required")
    minor_digits(terms.currency)  # an unknown currency is refused there
    if terms.ends_at <= terms.starts_at:
        raise Invalid(field="ends_at", rule="before_start")
    if terms.pay_url and (
        urlsplit(terms.pay_url).scheme != "https" or not urlsplit(terms.pay_url).netloc
    ):
        raise Invalid(field="pay_url", rule="not_https")


def _crowd(terms: SaleTerms) -> Crowd:
    return Crowd(people=terms.expected_people, per_second=terms.expected_per_second)


def _planned(terms: SaleTerms) -> tuple[object, ...]:
    """What evidence was asked for: who comes, and when."""
    return terms.expected_people, terms.expected_per_second, terms.starts_at


def _told(terms: SaleTerms) -> dict[str, str | int]:
    """The terms as the trail keeps them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(terms).items()
    }
