"""Keeping the index and the change stamp of a question; called by whoever changes one."""

from datetime import datetime

from hefu.apps.community.models import Question, SearchText, Showing
from hefu.core.text import gram_text


def touch(question: Question, *, now: datetime) -> None:
    """Note that something about the question changed, and index what can be read of it now."""
    Question.objects.filter(pk=question.pk).update(changed_at=now)
    answers = question.answers.filter(showing=Showing.SHOWN).order_by("at", "pk")
    product = question.product
    names = f"{product.name} {product.name_en} {product.model} {product.item_no}"
    texts = gram_text(question.text, *answers.values_list("text", flat=True), names)
    SearchText.objects.update_or_create(question=question, defaults={"grams": texts})
