"""The world's survey with one answer, as values of addresses; its word is for the brand alone."""

from typing import Any

from hefu.apps.members.selectors import visitor
from hefu.apps.service.services.asking import activation_subject, answer, invite
from tests.apps.service.rows import a_survey
from tests.factories import NOW, operator

#: Only the brand and its member may read this.
SURVEY_MARKS = ["world word"]
_PAGES = ("", "words/", "close/", "answers/", "months/", "products/")


def survey_values(brand: Any, member: Any, activation_id: int | None) -> dict[Any, Any]:
    """Open a survey and have the member answer it; returns what addresses name."""
    survey = a_survey(brand)
    ask = invite(
        operator(brand), occasion="activation", subject=activation_subject(activation_id or 0),
        product_id=None, member_id=member.pk, now=NOW,
    )  # fmt: skip
    assert ask is not None
    answer(
        visitor(brand.pk, surface="t"), key=ask.key, version=1, mark=3, word=SURVEY_MARKS[0],
        agreed_to="", language="en", now=NOW,
    )  # fmt: skip
    return {
        ("survey/<str:key>/", "key"): ask.key,
        **{(f"desk/surveys/<int:pk>/{page}", "pk"): survey.pk for page in _PAGES},
    }
