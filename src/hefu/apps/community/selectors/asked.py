"""Who asked a question, for those above who are told of it by an event (surveys)."""

from hefu.apps.community.models import Question


def asker_of(question_id: int) -> int | None:
    """The member who asked; None where it was a guest, or nobody is known any more."""
    rows = Question.objects.filter(pk=question_id).values_list("member_id", flat=True)
    return rows.first()
