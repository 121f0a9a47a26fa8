"""Questions of readers over REST: for a brand's own app or shop to ask, read, search and answer.

(No string annotations in the modules of this surface: they are read at run time.)
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.community.models import Question
from hefu.apps.community.selectors.desk import question_by_id, questions_for
from hefu.apps.community.selectors.policy import OPEN
from hefu.apps.community.selectors.search import holding
from hefu.apps.community.services.answering import LONGEST as LONGEST_ANSWER
from hefu.apps.community.services.answering import answer
from hefu.apps.community.services.asking import LONGEST, Contact, ask
from hefu.apps.members.selectors import member_by_id, visitor
from hefu.core.actor import Actor, consumer
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.core.text import read_search
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import TEXT, Body, ItemNo, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["questions"])
VIEW, ANSWER = Permission.QUESTION_VIEW, Permission.QUESTION_ANSWER
PRODUCT, MEMBER = Permission.PRODUCT_VIEW, Permission.MEMBER_VIEW
#: Words with line breaks; other control characters never reach a column.
WORDS = r"^[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f]+$"


class QuestionOut(Schema):
    """A question; ``answered_at`` is when the maker first answered."""

    id: int = Field(alias="pk")
    item_no: str = Field(alias="product.item_no")
    text: str
    language: str
    member: int | None = Field(alias="member_id", description="null for a guest")
    showing: str = Field(examples=["shown"], description="waiting, shown or hidden")
    reason: str = Field(description="why it is hidden, else empty")
    merged_into: int | None = Field(alias="merged_into_id")
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None


class AnswerOut(Schema):
    """An answer of the maker, an owner or a member."""

    id: int = Field(alias="pk")
    kind: str = Field(examples=["maker"], description="maker, owner or member")
    text: str
    showing: str
    helpful: int
    accepted: bool
    at: datetime
    edited_at: datetime | None

    @staticmethod
    def resolve_accepted(row: Any) -> bool:
        """Whether the asker says that it solved it."""
        return row.accepted_at is not None


class QuestionWholeOut(QuestionOut):
    """A question with its answers, the oldest first."""

    answers: list[AnswerOut]

    @staticmethod
    def resolve_answers(row: Question) -> list[Any]:
        """Read them in their order."""
        return list(row.answers.order_by("at", "pk"))


class QuestionsQuery(PageQuery):
    """Narrow the list."""

    open: bool = Field(False, description="only what the maker has still to answer")
    item_no: str = Field("", max_length=40, pattern=TEXT)
    search: str = Field(
        "", max_length=80, pattern=TEXT, description="words of the question, an answer, the model"
    )


class QuestionIn(Body):
    """What somebody asks in your app: a member by number, or a guest."""

    item_no: ItemNo
    text: str = Field(min_length=1, max_length=LONGEST, pattern=WORDS, examples=["滤网怎么洗？"])
    language: Literal["zh-hans", "en"] = "zh-hans"
    member: RowId | None = Field(None, description="scope members:member:view")
    address: str = Field(
        "", max_length=254, pattern=TEXT, description="where a guest wants to be told"
    )
    agreed_to: str = Field(
        "", max_length=300, pattern=TEXT, description="the text the guest agreed to beside it"
    )


class AskedOut(Schema):
    """The question that stands; ``new`` is false where somebody had asked just this."""

    id: int
    new: bool
    showing: str


class AnswerIn(Body):
    """The maker's answer."""

    text: str = Field(
        min_length=1, max_length=LONGEST_ANSWER, pattern=WORDS, examples=["用温水清洗。"]
    )


@router.get("", response={200: Page[QuestionOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_questions(request: HttpRequest, query: Annotated[QuestionsQuery, Query()]) -> Any:
    """The brand's questions, newest first; a search finds Chinese words."""
    rows = questions_for(actor_of(request, VIEW))
    if query.open:
        rows = rows.filter(OPEN)
    if query.item_no:
        rows = rows.filter(product__item_no=query.item_no)
    if query.search:
        rows = holding(rows, read_search(query.search))
    return page_of(rows, query)


@router.get("{id}", response={200: QuestionWholeOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_question(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as it is called)
    """One question with its answers."""
    return question_by_id(actor_of(request, VIEW), id)


@router.post("", response={200: AskedOut, **REFUSALS}, openapi_extra=needs(ANSWER, VIEW, PRODUCT))
def ask_question(request: HttpRequest, data: QuestionIn) -> HttpResponse:
    """Pass on a question; who asks is told of the answer, by the member's or the given address."""
    actor = actor_of(request, ANSWER, VIEW, PRODUCT)

    def put() -> dict[str, Any]:
        if data.address and data.member is not None:
            raise Invalid(field="address", rule="members_are_told_at_their_own")
        contact = Contact(address=data.address, agreed_to=data.agreed_to) if data.address else None
        asked = ask(
            _reader(request, actor, data.member), text=data.text, language=data.language,
            product=product_by_item_no(actor, data.item_no), contact=contact, now=timezone.now(),
        )  # fmt: skip
        question = asked.question
        return {"id": question.pk, "new": asked.new, "showing": question.showing}

    return answer_once(request, AskedOut, put)


def _reader(request: HttpRequest, actor: Actor, member_id: int | None) -> Actor:
    brand_id = actor.own_brand()
    if member_id is None:
        return visitor(brand_id, surface="api")
    member = member_by_id(actor_of(request, MEMBER), member_id)
    return consumer(brand_id=brand_id, member_id=member.pk, surface="api")


@router.post(
    "{id}/answers", response={200: AnswerOut, **REFUSALS}, openapi_extra=needs(ANSWER, VIEW)
)
def answer_question(request: HttpRequest, id: Path[RowId], data: AnswerIn) -> HttpResponse:  # noqa: A002
    """Answer as the maker; a question that waited to be read is shown with it."""
    actor = actor_of(request, ANSWER, VIEW)

    def put() -> Any:
        found = question_by_id(actor, id)
        return answer(actor, question=found, text=data.text, now=timezone.now())

    return answer_once(request, AnswerOut, put)
