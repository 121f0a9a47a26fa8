"""Questions in the desk's palette (查找提问): by their words, as whoever looks may read them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import Truncator

from hefu.apps.community.selectors.desk import questions_for
from hefu.apps.community.selectors.search import ranked
from hefu.core.actor import Actor
from hefu.surfaces.desk.find import MOST, Hit
from hefu.surfaces.desk.questions_shown import words_for

_LONGEST = 60


def questions(actor: Actor, words: str) -> Iterator[Hit]:
    """The questions that hold the words, in themselves or in an answer, the best first."""
    for found in ranked(questions_for(actor), words)[:MOST]:
        row = found.question
        title = Truncator(words_for(actor, row.text)).chars(_LONGEST)
        url = reverse("desk:question", args=[row.pk])
        yield Hit(title=title, url=url, detail=row.product.model)
