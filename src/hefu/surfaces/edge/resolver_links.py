"""Which links a thing has: the brand's own, and what the house itself has for it.

The house's pages are links like others, written once here for all products. They give way to a
link of the same type that the brand entered, except that a unit's default stays the check: whoever
scans a printed code is told what the records show.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.selectors import Entry
from hefu.core.gs1.resolver import LINK_TYPES, Decision, Link, Subject, Wish, decide, levels
from hefu.surfaces.consumer.page_addresses import page_path

_PAGE = "the product's page"
_UNIT, _LOT = "/21/{serial}", "/10/{lot}"
_EVENTS = "/api/epcis/events?{}=https%3A%2F%2Fid.gs1.org%2F01%2F{{gtin}}%2F{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Offer:
    link_type: str
    path: str
    level: str = ""
    default: bool = False
    needs_coins: bool = False
    media_type: str = ""
    forward: bool = True
    page: bool | None = None  # only for products with a public page, or only for those without


OFFERS = (
    _Offer(link_type="verificationService", path="/c/{serial}", level=_UNIT, default=True),
    _Offer(link_type="pip", path="/c/{serial}", level=_UNIT, page=False),
    # by way of the unit's code, so that the page shows the manual of its batch
    _Offer(link_type="pip", path="/c/{serial}/manual/", level=_UNIT, page=True),
    _Offer(link_type="instructions", path="/c/{serial}/manual/", level=_UNIT, page=True),
    _Offer(link_type="recallStatus", path="/c/{serial}", level=_UNIT),
    _Offer(link_type="registerProduct", path="/activate/{serial}/", level=_UNIT),
    _Offer(
        link_type="dpp",
        path="/dpp/{serial}",
        level=_UNIT,
        media_type="application/ld+json",
        forward=False,
    ),
    # a query to the repository: it would not know the parameters of a scan, and wants a key
    _Offer(
        link_type="epcis",
        path=_EVENTS.format("MATCH_anyEPC", "21%2F{serial}"),
        level=_UNIT,
        media_type="application/ld+json",
        forward=False,
    ),
    _Offer(
        link_type="epcis",
        path=_EVENTS.format("MATCH_anyEPCClass", "10%2F{lot}"),
        level=_LOT,
        media_type="application/ld+json",
        forward=False,
    ),
    _Offer(link_type="pip", path=_PAGE, default=True, page=True),
    _Offer(link_type="instructions", path=_PAGE, page=True),
    _Offer(link_type="verificationService", path="/check/", page=True),
    _Offer(link_type="verificationService", path="/check/", default=True, page=False),
    _Offer(link_type="loyaltyProgram", path="/coins/", needs_coins=True),
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything the resolver knows of a thing."""

    links: tuple[Link, ...]
    ranks: Mapping[str, int]
    gone: bool
    description: str

    def decide(self, wish: Wish) -> Decision:
        """What a request gets."""
        return decide(self.links, self.ranks, wish, gone=self.gone)


def known(
    entry: Entry | None, subject: Subject, *, stem: str, language: str, paged: Collection[int] = ()
) -> Known:
    """Put together the links of a thing.

    ``stem`` is where the house's pages are, ``paged`` are the products with a public page.
    """
    ranks = levels(subject)
    live = [row for row in entry.links if row.withdrawn_at is None] if entry else []
    links = [link_of(row) for row in live]
    if entry is not None and entry.product is not None:
        coins = entry.product.coins > 0
        page = entry.product.pk in paged
        where = page_path(entry.product) if page else ""
        links += [
            _offered(offer, stem + (where if offer.path == _PAGE else offer.path), language)
            for offer in OFFERS
            if offer.level in ranks and (coins or not offer.needs_coins)
            and offer.page in (None, page)
        ]  # fmt: skip
    return Known(
        links=tuple(links), ranks=ranks, gone=bool(entry and entry.links),
        description=_description(entry, subject, language),
    )  # fmt: skip


def link_of(row: ResolverLink) -> Link:
    """A link as the resolver reads it."""
    return Link(
        link_type=row.link_type, href=row.href, title=row.title, language=row.language,
        media_type=row.media_type, context=row.context, default=row.default, forward=row.forward,
        level=row.qualifiers,
    )  # fmt: skip


def _offered(offer: _Offer, href: str, language: str) -> Link:
    about = LINK_TYPES[offer.link_type]
    return Link(
        link_type=offer.link_type, href=href, default=offer.default,
        title=about.label if language == "en" else about.label_zh, level=offer.level, offered=True,
        media_type=offer.media_type, forward=offer.forward,
    )  # fmt: skip


def _description(entry: Entry | None, subject: Subject, language: str) -> str:
    if entry is None or entry.product is None:
        return f"({subject.key_ai}) {subject.key_value}"
    english = language == "en" and entry.product.name_en
    return entry.product.name_en if english else entry.product.name
