"""Group buying (拼团): what an offer promises, and what of it may still change.

Enough people who pay within a group's time get the group's price; else everybody gets everything
back.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from hefu.core.errors import Invalid
from hefu.core.money import minor_digits
from hefu.core.promotions import canonical_bytes

LEAST_SIZE, MOST_SIZE = 2, 50
MOST_PIECES = 1_000_000
MOST_PER_PERSON = 20
LONGEST_MINUTES = 7 * 24 * 60
MOST_PAY_MINUTES = 24 * 60
LARGEST_PRICE = 10**13

_BOUNDS: tuple[tuple[str, int, int], ...] = (
    ("price", 1, LARGEST_PRICE),
    ("size", LEAST_SIZE, MOST_SIZE),
    ("pieces", LEAST_SIZE, MOST_PIECES),
    ("lasts_minutes", 5, LONGEST_MINUTES),
    ("pay_minutes", 5, MOST_PAY_MINUTES),
    ("per_person", 1, MOST_PER_PERSON),
)
_LONGEST: tuple[tuple[str, int], ...] = (("title", 120), ("title_en", 120), ("sku", 64))

#: After the start: what may rise, what may fall; all else stays (law L06, L49). A group keeps the
#: price and the size it was opened with, so a lower price is for the groups of afterwards.
_MAY_RISE = frozenset({"pieces", "per_person", "ends_at"})
_MAY_FALL = frozenset({"price"})


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTerms:
    """What a group-buy offer promises.

    Args:
        title, title_en, sku: what is sold; one piece for each who joins.
        price: minor units of ``currency`` for one piece.
        size: so many people who have paid make a group.
        pieces: for sale in all, a multiple of ``size``: a group that opens can be filled.
        lasts_minutes: a group's time, from the moment its first member has paid.
        pay_minutes: a place is kept so long for who has not paid yet.
        per_person: places of one person at a time, in as many groups.
        starts_at, ends_at: groups are opened in between; one that is open has its whole time.
    """

    title: str
    sku: str
    price: int
    size: int
    pieces: int
    lasts_minutes: int
    starts_at: datetime
    ends_at: datetime
    title_en: str = ""
    currency: str = "CNY"
    pay_minutes: int = 15
    per_person: int = 1


def check_terms(terms: GroupTerms) -> None:
    """Refuse terms that make no sense.

    Raises:
        Invalid: names the field and what is wrong with it.
        UnknownCurrency: it is none.
    """
    for name, longest in _LONGEST:
        text = getattr(terms, name).strip()
        if not text and name != "title_en":
            raise Invalid(field=name, rule="required")
        if len(text) > longest:
            raise Invalid(field=name, rule="too_long", value=longest)
    for name, least, most in _BOUNDS:
        if not least <= getattr(terms, name) <= most:
            raise Invalid(field=name, rule="out_of_range", value=most)
    if terms.pieces % terms.size:
        raise Invalid(field="pieces", rule="not_a_multiple", value=terms.size)
    minor_digits(terms.currency)
    if terms.ends_at <= terms.starts_at:
        raise Invalid(field="ends_at", rule="order")


def worse_for_buyers(before: GroupTerms, after: GroupTerms) -> str:
    """Name the first term that is worse or simply another one; "" when all got better or stayed."""
    for field in fields(GroupTerms):
        old, new = getattr(before, field.name), getattr(after, field.name)
        better = (field.name in _MAY_RISE and new >= old) or (
            field.name in _MAY_FALL and new <= old
        )
        if new != old and not better:
            return field.name
    return ""


def terms_document(terms: GroupTerms) -> dict[str, Any]:
    """Return terms as plain JSON values; instants in ISO 8601 with their zone."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(terms).items()
    }


def read_terms(document: Mapping[str, Any]) -> GroupTerms:
    """Read what ``terms_document`` wrote."""
    said = dict(document)
    for name in ("starts_at", "ends_at"):
        said[name] = datetime.fromisoformat(said[name])
    return GroupTerms(**said)


def terms_hash(document: Mapping[str, Any], page: Mapping[str, str]) -> str:
    """Hash what a second person signs: the terms and the rules page in every language; SHA-256."""
    return sha256(canonical_bytes({"terms": dict(document), "page": dict(page)})).hexdigest()
