"""What surveys found: counted for the brand, per month and product, never per person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from hefu.apps.catalog.models import Product
from hefu.apps.service.models import Ask, Survey
from hefu.core.actor import Actor
from hefu.core.clocks.calendar import month_after
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.surveys import Tally, tally_of
from hefu.core.text import hide_contacts


def surveys_for(actor: Actor) -> QuerySet[Survey]:
    """The brand's surveys, open ones first; partners have none."""
    actor.require(Permission.SURVEY_VIEW)
    rows = Survey.objects.filter(brand_id=actor.own_brand())
    rows = rows.order_by("closed_at", "-opened_at", "-pk")
    return rows.none() if actor.is_partner else rows


def survey_by_id(actor: Actor, pk: int) -> Survey:
    """Return one survey.

    Raises:
        NotFound: there is none, or it is another brand's.
    """
    found = surveys_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def asks_for(
    actor: Actor, *, month: date | None = None, product: int | None = None
) -> QuerySet[Ask]:
    """Askings that were seen or answered, the newest first; a month by its first day."""
    actor.require(Permission.SURVEY_VIEW)
    rows = Ask.objects.filter(brand_id=actor.own_brand(), shown_at__isnull=False)
    if actor.is_partner:
        return rows.none()
    if month is not None:
        rows = rows.filter(shown_at__gte=_begins(month), shown_at__lt=_begins(month_after(month)))
    if product is not None:
        rows = rows.filter(product_id=product)
    return rows.select_related("product", "survey").order_by("-shown_at", "-pk")


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def tally_for(
    actor: Actor, survey: Survey, *, month: date | None = None, product: int | None = None
) -> Tally:
    """Count one survey's answers; two queries."""
    rows = asks_for(actor, month=month, product=product).filter(survey=survey)
    marks = _marks(rows.order_by())
    return tally_of(marks, scale=survey.scale, asked=rows.count())


def _marks(rows: QuerySet[Ask]) -> dict[int, int]:
    counted = rows.filter(mark__isnull=False).values_list("mark").annotate(number=Count("pk"))
    return {mark: number for mark, number in counted if mark is not None}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One month or one product of a survey."""

    label: str
    tally: Tally
    month: date | None = None
    product: int | None = None


def by_month(actor: Actor, survey: Survey) -> list[Part]:
    """The survey month by month, the oldest first; one query."""
    rows = asks_for(actor).filter(survey=survey).order_by()
    counted = _counted(
        rows.annotate(part=TruncMonth("shown_at")).values_list("part", "mark"), survey.scale
    )
    return [
        Part(label=f"{part:%Y-%m}", tally=tally, month=timezone.localtime(part).date())
        for part, tally in sorted(counted.items())
    ]


def by_product(actor: Actor, survey: Survey) -> list[Part]:
    """The survey by product, the most answers first; two queries."""
    rows = asks_for(actor).filter(survey=survey, product__isnull=False).order_by()
    counted = _counted(rows.values_list("product_id", "mark"), survey.scale)
    names = dict(Product.objects.filter(pk__in=counted).values_list("pk", "model"))
    parts = [Part(label=names[pk], tally=tally, product=pk) for pk, tally in counted.items()]
    return sorted(parts, key=lambda part: (-part.tally.answered, part.label))


def _counted(rows: Any, scale: int) -> dict[Any, Tally]:
    """Count rows of (part, mark) by part."""
    asked: dict[Any, int] = defaultdict(int)
    marks: dict[Any, dict[int, int]] = defaultdict(dict)
    for part, mark, number in rows.annotate(number=Count("pk")):
        asked[part] += number
        if mark is not None:
            marks[part][mark] = number
    return {part: tally_of(marks[part], scale=scale, asked=n) for part, n in asked.items()}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A free word as staff read it: without its author, without phones and addresses in it."""

    pk: int
    at: datetime
    mark: int
    word: str
    model: str


def words_of(rows: Iterable[Ask]) -> list[Said]:
    """Mask the free words of answers; those without one are left out."""
    return [
        Said(
            pk=row.pk, at=row.answered_at, mark=row.mark, word=hide_contacts(row.word),
            model=row.product.model if row.product else "",
        )
        for row in rows
        if row.word and row.answered_at is not None and row.mark is not None
    ]  # fmt: skip


def answers_for(
    actor: Actor, survey: Survey, *, month: date | None = None, product: int | None = None,
    with_word: bool = False,
) -> QuerySet[Ask]:  # fmt: skip
    """A survey's answers, the newest first."""
    rows = asks_for(actor, month=month, product=product).filter(
        survey=survey, answered_at__isnull=False
    )
    rows = rows.order_by("-answered_at", "-pk")
    return rows.filter(~Q(word="")) if with_word else rows
