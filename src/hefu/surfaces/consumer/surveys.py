"""The one question after an occasion (满意度调查), as a part of a page: small, last, skippable."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.identity.models import Activation
from hefu.apps.service.models import Occasion
from hefu.apps.service.selectors.asks import AskShown, open_ask
from hefu.apps.service.services.asking import (
    activation_subject,
    invite,
    note_shown,
    question_subject,
)
from hefu.core.actor import system
from hefu.surfaces.consumer.site import Visit

#: What stands beside the button; kept with every answer.
AGREED: Promise = _(
    "The maker reads your answer without your name. No prize and nothing else depends on it."
)


def survey_part(visit: Visit, ask: AskShown | None, *, back: str = "") -> dict[str, Any] | None:
    """What ``consumer/survey_card.html`` draws; None where nothing is asked.

    That it is drawn is counted as asked, once.
    """
    if ask is None:
        return None
    note_shown(ask.key, now=visit.now)
    return {"ask": ask, "agreed": AGREED, "back": back or visit.request.get_full_path()}


def survey_after_activation(visit: Visit, activation: Activation) -> dict[str, Any] | None:
    """The question on the page of a product just activated, if it is the member's turn.

    The event asks too; who comes first makes the asking, so that it stands on the very page
    that follows the activation.
    """
    subject = activation_subject(activation.pk)
    if _fresh(activation.at, visit.now) and activation.ended_at is None:
        invite(
            system("surveys", brand_id=activation.brand_id), occasion=Occasion.ACTIVATION,
            subject=subject, product_id=activation.product_id, member_id=activation.member_id,
            now=visit.now,
        )  # fmt: skip
    return survey_part(visit, _open(visit, subject))


def survey_after_answer(visit: Visit, question_id: int) -> dict[str, Any] | None:
    """The question below the maker's answer, for whoever asked; the page knows who that is."""
    return survey_part(visit, _open(visit, question_subject(question_id)))


def _open(visit: Visit, subject: str) -> AskShown | None:
    return open_ask(visit.actor, subject=subject, language=visit.language, now=visit.now)


def _fresh(at: datetime, now: datetime) -> bool:
    return (now - at).total_seconds() < 600
