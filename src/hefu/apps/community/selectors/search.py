"""Finding questions (检索): by words in the database's index, then ranked by what is explained."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hefu.apps.catalog.models import Product
from hefu.apps.community.models import Answer, AnswerKind, Question, Showing
from hefu.apps.community.selectors.public import shown_questions
from hefu.core.actor import Actor
from hefu.core.text import Document, Hit, Search, Why, rank, read_search, resembling

#: So many candidates are ranked; a search that finds more has too few words to be ranked well.
CANDIDATES = 300
#: So many of a product's questions are compared with what somebody is typing.
COMPARED = 500

_SQLITE = "SELECT rowid FROM community_searchindex WHERE community_searchindex MATCH %s"
_POSTGRES = (
    "SELECT question_id FROM community_searchtext WHERE to_tsvector('simple', grams) @@ %s::tsquery"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A question that was found, and why it stands where it stands."""

    question: Question
    score: float
    why: Why


def holding(rows: QuerySet[Question], search: Search) -> QuerySet[Question]:
    """Keep the questions that hold every term, in themselves, a shown answer or the product."""
    if not search.terms:
        return rows.none()
    if connection.vendor == "sqlite":
        return rows.filter(pk__in=RawSQL(_SQLITE, [search.fts5]))  # noqa: S611  (constant text)
    return rows.filter(pk__in=RawSQL(_POSTGRES, [search.tsquery]))  # noqa: S611


def found_questions(actor: Actor, words: str, *, product: Product | None = None) -> list[Found]:
    """Questions everybody may read that hold every word, the best first."""
    return ranked(shown_questions(actor, product=product), words)


def ranked(rows: QuerySet[Question], words: str) -> list[Found]:
    """Find ``words`` among ``rows`` and rank what is found (``core.text.rank``)."""
    search = read_search(words)
    candidates = list(holding(rows, search)[:CANDIDATES])
    return _in_order(rank(search, _documents(candidates)), candidates)


def similar_questions(
    actor: Actor, text: str, *, product: Product, least: float = 0.35, most: int = 5
) -> list[Found]:
    """Questions about the product that everybody may read and that say nearly the same."""
    rows = list(shown_questions(actor, product=product)[:COMPARED])
    return _in_order(resembling(text, _documents(rows, bodies=False), least=least)[:most], rows)


def likely_duplicates(rows: QuerySet[Question], question: Question) -> list[Found]:
    """Questions among ``rows`` about the same product that say nearly the same, for merging."""
    others = rows.filter(product_id=question.product_id, merged_into=None).exclude(pk=question.pk)
    others = others.exclude(showing=Showing.HIDDEN)
    candidates = list(others.order_by("-asked_at")[:COMPARED])
    hits = resembling(question.text, _documents(candidates, bodies=False), least=0.25)
    return _in_order(hits[:6], candidates)


def _documents(rows: Sequence[Question], *, bodies: bool = True) -> list[Document]:
    texts: dict[int, list[str]] = {row.pk: [] for row in rows}
    helpful = dict.fromkeys(texts, 0)
    made: set[int] = set()
    answers = Answer.objects.filter(question_id__in=texts, showing=Showing.SHOWN)
    for pk, text, votes, kind in answers.values_list("question_id", "text", "helpful", "kind"):
        texts[pk].append(text)
        helpful[pk] += votes
        if kind == AnswerKind.MAKER:
            made.add(pk)
    return [
        Document(
            key=row.pk, title=row.text, body=_body(row, texts[row.pk]) if bodies else "",
            answered=row.pk in made, helpful=helpful[row.pk],
        )
        for row in rows
    ]  # fmt: skip


def _body(row: Question, texts: list[str]) -> str:
    product = row.product
    names = f"{product.name} {product.name_en} {product.model} {product.item_no}"
    return "\n".join((*texts, names))


def _in_order(hits: Sequence[Hit], rows: Sequence[Question]) -> list[Found]:
    by_key = {row.pk: row for row in rows}
    return [Found(question=by_key[hit.key], score=hit.score, why=hit.why) for hit in hits]
