"""Who is asked after an answer: siblings do not know each other, so this is told from above."""

from datetime import datetime

from hefu.apps.community.events import QuestionAnswered
from hefu.apps.community.models import AnswerKind
from hefu.apps.community.selectors.desk import question_by_id
from hefu.apps.service.models import Occasion
from hefu.apps.service.services.asking import invite, question_subject
from hefu.core.actor import system


def ask_after_answer(event: QuestionAnswered, *, now: datetime) -> None:
    """Reaction: once the maker answered, the asker is asked whether it helped."""
    if event.kind != AnswerKind.MAKER:
        return
    actor = system("surveys", brand_id=event.brand_id)
    asker = question_by_id(actor, event.question_id).member_id  # None: a guest
    invite(
        actor, occasion=Occasion.ANSWER, subject=question_subject(event.question_id),
        product_id=event.product_id, member_id=asker, now=now,
    )  # fmt: skip
