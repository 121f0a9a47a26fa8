"""Questions as readers see them (商品问答): excerpts, badges, masked names, words for machines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.community.models import Answer, AnswerKind, HideReason, Question, Showing
from hefu.apps.community.selectors.public import (
    answers_to_read,
    masked_names,
    page_address,
    shown_questions,
)
from hefu.apps.members.selectors import visitor
from hefu.core.actor import Actor
from hefu.core.text import hide_contacts
from hefu.surfaces.consumer.results import day_text
from hefu.surfaces.design.parts import Tone

#: So many stand on a product's own page.
ON_PAGE = 3
_EXCERPT = 140
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
#: Badge, tone and icon of whose word an answer is.
_BADGES = {
    AnswerKind.MAKER: (gettext_lazy("Maker's answer"), "good", "check-badge"),
    AnswerKind.OWNER: (gettext_lazy("Owns one"), "info", "cube"),
    AnswerKind.MEMBER: (gettext_lazy("Member"), "neutral", ""),
}
_WHY_HIDDEN = {
    HideReason.ADVERTISING: gettext_lazy("It looked like advertising."),
    HideReason.INSULT: gettext_lazy("It could hurt somebody."),
    HideReason.OFF_TOPIC: gettext_lazy("It is not about this product."),
    HideReason.PERSONAL: gettext_lazy("It showed personal data."),
    HideReason.UNLAWFUL: gettext_lazy("The law does not allow it here."),
    HideReason.WRONG: gettext_lazy("Following it could do harm."),
}


@dataclass(frozen=True, kw_only=True)
class AnswerSeen:
    """One answer as it is drawn."""

    pk: int
    text: str
    badge: str
    tone: Tone
    icon: str
    name: str
    day: str
    edited: str
    helpful: int
    accepted: bool
    waiting: bool
    own: bool
    maker: bool


@dataclass(frozen=True, kw_only=True)
class QuestionSeen:
    """One question as it is drawn; ``first`` is the answer that stands first."""

    pk: int
    url: str
    text: str
    name: str
    day: str
    product: str
    replies: int
    first: AnswerSeen | None
    waiting: bool
    why_hidden: str
    merged: bool


def product_name(product: Product) -> str:
    """Name the product in the reader's language, where it has a name in it."""
    return product.name_en if get_language() == "en" and product.name_en else product.name


def seen(actor: Actor, brand: Brand, rows: Sequence[Question]) -> list[QuestionSeen]:
    """Draw questions in their order, each with its first answer; three statements."""
    answers = answers_to_read(actor, rows)
    people = [row.member_id for row in rows]
    people += [one.member_id for found in answers.values() for one in found[:1]]
    names = masked_names(brand.pk, people)
    drawn = []
    for row in rows:
        found = [one for one in answers[row.pk] if one.showing == Showing.SHOWN]
        first = _answer(actor, brand, found[0], names, short=True) if found else None
        drawn.append(_question(brand, row, names, first=first, replies=len(found)))
    return drawn


def seen_answers(actor: Actor, brand: Brand, question: Question) -> list[AnswerSeen]:
    """Draw every answer to one question that this reader may read, in full."""
    rows = answers_to_read(actor, [question])[question.pk]
    names = masked_names(brand.pk, [row.member_id for row in rows])
    return [_answer(actor, brand, row, names) for row in rows]


def _question(
    brand: Brand, row: Question, names: dict[int, str], *, first: AnswerSeen | None, replies: int
) -> QuestionSeen:
    hidden = row.showing == Showing.HIDDEN
    return QuestionSeen(
        pk=row.pk, url=reverse("consumer:question", args=[brand.slug, row.pk]),
        text=hide_contacts(row.text), name=_name(row.member_id, names), day=day_text(
            row.asked_at.date()), product=product_name(row.product), replies=replies,
        first=first, waiting=row.showing == Showing.WAITING, merged=row.merged_into_id is not None,
        why_hidden=str(_WHY_HIDDEN[HideReason(row.reason)]) if hidden else "",
    )  # fmt: skip


def question_seen(brand: Brand, row: Question) -> QuestionSeen:
    """Draw one question by itself."""
    return _question(brand, row, masked_names(brand.pk, [row.member_id]), first=None, replies=0)


def _answer(
    actor: Actor, brand: Brand, row: Answer, names: dict[int, str], *, short: bool = False
) -> AnswerSeen:
    maker = row.kind == AnswerKind.MAKER
    badge, tone, icon = _BADGES[AnswerKind(row.kind)]
    text = row.text if maker else hide_contacts(row.text)
    if short and len(text) > _EXCERPT:
        text = text[: _EXCERPT - 1] + "…"
    return AnswerSeen(
        pk=row.pk, text=text, badge=str(badge), tone=tone, icon=icon,  # type: ignore[arg-type]
        name=_brand_name(brand) if maker else _name(row.member_id, names),
        day=day_text(row.at.date()), edited=day_text(row.edited_at.date()) if row.edited_at else "",
        helpful=row.helpful, accepted=row.accepted_at is not None, maker=maker,
        waiting=row.showing != Showing.SHOWN,
        own=row.member_id is not None and row.member_id == actor.member_id,
    )  # fmt: skip


def _name(member_id: int | None, names: dict[int, str]) -> str:
    if member_id is None:
        return _("A visitor")
    return names.get(member_id) or _("A member")


def _brand_name(brand: Brand) -> str:
    return brand.name_en if get_language() == "en" and brand.name_en else brand.name


def questions_on(request: HttpRequest, product: Product) -> SafeString:  # noqa: ARG001  (the pages' shape)
    """Return the part of a product's page about its questions: the same for every reader.

    Without forms and without a session, so that the page may be kept; asking is a page of its own.
    """
    brand = product.brand
    actor = visitor(brand.pk, surface="consumer")
    rows = shown_questions(actor, product=product)
    context = {
        "questions": seen(actor, brand, list(rows[:ON_PAGE])), "total": rows.order_by().count(),
        **addresses(brand, product),
    }  # fmt: skip
    return SafeString(render_to_string("consumer/page_questions.html", context))


def addresses(brand: Brand, product: Product | None) -> dict[str, Any]:
    """Where the questions of a product, or of a brand, are listed and asked."""
    if product is None:
        return {"list_url": reverse("consumer:questions_of", args=[brand.slug])}
    about = [brand.slug, product.item_no]
    return {
        "list_url": reverse("consumer:questions", args=about),
        "ask_url": reverse("consumer:question_ask", args=about),
        "similar_url": reverse("consumer:questions_similar", args=about),
    }


def question_data(brand: Brand, row: Question, answers: Iterable[AnswerSeen]) -> SafeString:
    """The page as schema.org QAPage in JSON-LD; names are masked here as they are on the page."""
    told = [one for one in answers if not one.waiting]
    url = page_address(brand, row.pk)
    name = question_seen(brand, row).name
    entity: dict[str, Any] = {
        "@type": "Question",
        "@id": f"{url}#question",
        "name": hide_contacts(row.text)[:110],
        "text": hide_contacts(row.text),
        "answerCount": len(told),
        "datePublished": row.asked_at.isoformat(timespec="seconds"),
        "author": {"@type": "Person", "name": name},
        "about": {"@type": "Product", "name": row.product.name, "model": row.product.model},
    }
    drawn = [(one, _answer_data(one, url)) for one in told]
    best = [data for one, data in drawn if one.accepted or one.maker][:1]
    if best:
        entity["acceptedAnswer"] = best[0]
    others = [data for _one, data in drawn if data not in best]
    if others:
        entity["suggestedAnswer"] = others
    page = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": entity}
    text = json.dumps(page, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308  (nothing in it can end the element)


def _answer_data(one: AnswerSeen, url: str) -> dict[str, Any]:
    kind = "Organization" if one.maker else "Person"
    return {
        "@type": "Answer", "text": one.text, "upvoteCount": one.helpful,
        "url": f"{url}#answer-{one.pk}", "author": {"@type": kind, "name": one.name},
    }  # fmt: skip
