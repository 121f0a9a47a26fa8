"""Questions as everybody may read them (公开问答): shown ones, with answers in a helpful order."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.community.models import Answer, AnswerKind, Follower, Question, Showing
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound

_SHOWN_ANSWERS = Count("answers", filter=Q(answers__showing=Showing.SHOWN))


def products_of(actor: Actor) -> QuerySet[Product]:
    """The products of the page's brand; who reads its pages may ask about them."""
    return Product.objects.filter(brand_id=actor.own_brand(), active=True)


def product_by_item_no(actor: Actor, item_no: str) -> Product:
    """The product with this item number, for readers.

    Raises:
        NotFound: none of this brand that is still listed.
    """
    row = products_of(actor).filter(item_no=item_no).first()
    if row is None:
        raise NotFound(field="item_no")
    return row


def shown_questions(actor: Actor, *, product: Product | None = None) -> QuerySet[Question]:
    """What everybody may read, answered ones first, then the newest; one statement.

    Each row has ``replies``, the number of answers shown.
    """
    rows = Question.objects.filter(
        brand_id=actor.own_brand(), showing=Showing.SHOWN, merged_into=None
    ).select_related("product", "brand")
    if product is not None:
        rows = rows.filter(product=product)
    answered = Case(When(replies__gt=0, then=0), default=1, output_field=IntegerField())
    rows = rows.annotate(replies=_SHOWN_ANSWERS).annotate(still=answered)
    return rows.order_by("still", "-asked_at", "-pk")


def answered_questions_of(brands: Iterable[Brand]) -> QuerySet[Question]:
    """What is public and answered, of several brands, the oldest first: for search engines."""
    ids = [brand.pk for brand in brands]
    rows = Question.objects.filter(brand_id__in=ids, showing=Showing.SHOWN, merged_into=None)
    return rows.annotate(replies=_SHOWN_ANSWERS).filter(replies__gt=0).order_by("pk")


def question_to_read(actor: Actor, pk: int) -> Question:
    """One question of the page's brand: shown or merged (follow ``merged_into``), or one's own.

    Raises:
        NotFound: there is none that this reader may read.
    """
    rows = Question.objects.filter(brand_id=actor.own_brand(), pk=pk)
    row = rows.select_related("product", "brand", "merged_into").first()
    if row is None:
        raise NotFound
    own = actor.kind is ActorKind.CONSUMER and row.member_id == actor.member_id
    if row.showing != Showing.SHOWN and row.merged_into_id is None and not own:
        raise NotFound
    return row


def answers_to_read(actor: Actor, questions: Iterable[Question]) -> dict[int, list[Answer]]:
    """The answers shown to each question, and one's own that waits, by question; one statement.

    What solved it comes first, then the maker's, then what helped most, then the oldest.
    """
    ids = [row.pk for row in questions]
    visible = Q(showing=Showing.SHOWN)
    if actor.kind is ActorKind.CONSUMER:
        visible |= Q(member_id=actor.member_id or 0)
    first = Case(When(kind=AnswerKind.MAKER, then=0), default=1, output_field=IntegerField())
    rows = Answer.objects.filter(visible, question_id__in=ids, brand_id=actor.own_brand())
    rows = rows.annotate(rank=first).order_by(
        F("accepted_at").desc(nulls_last=True), "rank", "-helpful", "at", "pk"
    )
    found: dict[int, list[Answer]] = {pk: [] for pk in ids}
    for row in rows:
        found[row.question_id].append(row)
    return found


def answer_to_read(actor: Actor, pk: int) -> Answer:
    """One answer that everybody may read.

    Raises:
        NotFound: there is none that this reader may read.
    """
    rows = Answer.objects.filter(brand_id=actor.own_brand(), showing=Showing.SHOWN, pk=pk)
    row = rows.select_related("question__product").first()
    if row is None:
        raise NotFound
    question_to_read(actor, row.question_id)
    return row


def my_questions(actor: Actor) -> QuerySet[Question]:
    """What the signed-in member asked or asked again, newest first; of hidden ones, too.

    Raises:
        NotFound: nobody is signed in.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    mine = Q(member_id=actor.member_id) | Q(followers__member_id=actor.member_id)
    rows = Question.objects.filter(mine, brand_id=actor.own_brand()).distinct()
    rows = rows.select_related("product", "merged_into", "brand")
    return rows.annotate(replies=_SHOWN_ANSWERS).order_by("-asked_at", "-pk")


def waiting_of(actor: Actor, ids: Iterable[int]) -> list[Question]:
    """The member's own questions that nobody else may read yet; a guest's, by their numbers."""
    rows = Question.objects.filter(
        brand_id=actor.own_brand(), showing=Showing.WAITING, merged_into=None
    ).select_related("product", "brand")
    if actor.kind is ActorKind.CONSUMER:
        rows = rows.filter(member_id=actor.member_id or 0)
    else:
        rows = rows.filter(pk__in=list(ids)[:20], member_id=None)
    return list(rows.order_by("-asked_at", "-pk")[:20])


def followed(actor: Actor, ids: Iterable[int]) -> set[int]:
    """Of these questions those whose answer the signed-in member still waits to be told of."""
    mine = Follower.objects.filter(
        question_id__in=list(ids), member_id=actor.member_id or 0, maker_told_at=None
    )
    return set(mine.values_list("question_id", flat=True))


def masked_names(brand_id: int, member_ids: Iterable[int | None]) -> dict[int, str]:
    """Nicknames as others may read them: the first character and two stars; "" for none."""
    wanted = {pk for pk in member_ids if pk is not None}
    rows = Member.objects.filter(brand_id=brand_id, pk__in=wanted).values_list("pk", "nickname")
    return {pk: f"{name.strip()[0]}**" if name.strip() else "" for pk, name in rows}


def page_path(brand: Brand, question_id: int) -> str:
    """The path of a question's own page, the same on every host."""
    return f"/questions/{brand.slug}/{question_id}/"


def page_address(brand: Brand, question_id: int) -> str:
    """The whole address: on the brand's own host where it has one (canonical, and in messages)."""
    site = f"https://{brand.host}" if brand.host else settings.HEFU_ORIGIN
    return f"{site}{page_path(brand, question_id)}"
