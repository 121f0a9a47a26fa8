"""Articles of the mall over REST: what is sold, and what came into the store."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import article_by_sku, articles_for
from hefu.apps.orders.services.articles import LARGEST, ArticleSheet, create_article
from hefu.apps.orders.services.stock import LARGEST as MOST_PIECES
from hefu.apps.orders.services.stock import receive_stock
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, TEXT, Body, LedgerKey
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["articles"])
VIEW, MANAGE = Permission.SALE_VIEW, Permission.SALE_MANAGE
#: The code of an article.
Sku = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$",
          examples=["PN587-RED"]),
]  # fmt: skip
Minor = Annotated[int, Field(ge=0, le=LARGEST)]


class ArticleOut(Schema):
    """One article; amounts in minor units of its currency."""

    sku: str
    title: str
    title_en: str
    description: str
    unit: int = Field(description="price of one")
    currency: str
    tax_bp: int = Field(description="VAT in basis points")
    tags: list[str]
    available: int | None = Field(description="in stock; null where it is not counted")
    seven_days: bool = Field(description="returnable within seven days without a reason")
    on_sale: bool


class ArticleIn(Body):
    """An article to be sold."""

    sku: Sku
    title: str = Field(max_length=120, min_length=1, pattern=SOME_TEXT, examples=["保温杯"])
    title_en: str = Field("", max_length=120, pattern=TEXT, examples=["Flask"])
    description: str = Field("", max_length=5000, pattern=TEXT)
    unit: Minor = Field(description="price of one in minor units", examples=[19900])
    floor: Minor = Field(0, description="no promotion goes below it")
    cost: Minor | None = Field(None, description="for the margin floor", examples=[None])
    tax_bp: int = Field(1300, ge=0, le=10_000)
    tags: list[Annotated[str, Field(min_length=1, max_length=40, pattern=SOME_TEXT)]] = Field(
        [], max_length=40, examples=[[]]
    )
    categories: list[Annotated[str, Field(min_length=1, max_length=40, pattern=SOME_TEXT)]] = Field(
        [], max_length=40, description="codes of categories", examples=[[]]
    )
    product: str = Field("", max_length=40, pattern=TEXT, description="an item number, or empty")
    seven_days: bool = True
    on_sale: bool = False
    counted: bool = Field(True, description="false: it never runs out")


class ReceiptIn(Body):
    """Pieces that came in; ``key`` names the delivery, so that it is booked once."""

    key: LedgerKey
    quantity: int = Field(ge=1, le=MOST_PIECES, examples=[100])
    note: str = Field("", max_length=80, pattern=TEXT)


@router.get("", response={200: Page[ArticleOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_articles(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's articles, newest first."""
    return page_of(articles_for(actor_of(request, VIEW)), query)


@router.post(
    "", response={201: ArticleOut, **REFUSALS},
    openapi_extra=needs(MANAGE, VIEW, Permission.PRODUCT_VIEW),
)  # fmt: skip
def add_article(request: HttpRequest, data: ArticleIn) -> HttpResponse:
    """Add an article; it has no stock until some comes in."""
    actor = actor_of(request, MANAGE, VIEW, Permission.PRODUCT_VIEW)
    given = data.dict()
    counted = given.pop("counted")

    def create() -> Article:
        tags, categories = tuple(given["tags"]), tuple(given["categories"])
        sheet = ArticleSheet(**{**given, "tags": tags, "categories": categories})
        return create_article(actor, sheet=sheet, counted=counted, now=timezone.now())

    return answer_once(request, ArticleOut, create, status=201)


@router.post(
    "{path:sku}/receipts", response={200: ArticleOut, **REFUSALS},
    openapi_extra=needs(MANAGE, VIEW),
)  # fmt: skip
def receive_articles(request: HttpRequest, sku: Path[Sku], data: ReceiptIn) -> HttpResponse:
    """Book pieces that came in; once per key, however often it is told."""
    actor = actor_of(request, MANAGE, VIEW)

    def receive() -> Article:
        return receive_stock(
            actor, sku=sku, quantity=data.quantity, key=data.key, note=data.note,
            now=timezone.now(),
        )  # fmt: skip

    return answer_once(request, ArticleOut, receive)


@router.get("{path:sku}", response={200: ArticleOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_article(request: HttpRequest, sku: Path[Sku]) -> Any:
    """One article by its sku."""
    return article_by_sku(actor_of(request, VIEW), sku)
