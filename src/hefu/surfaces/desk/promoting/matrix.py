"""The stacking matrix (叠加矩阵): every pair of rules in force and drafts, with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from hefu.apps.campaigns.selectors.conflicts import (
    Together,
    below,
    clashes_of,
    meaning,
    rules_and_drafts,
)
from hefu.apps.campaigns.selectors.promotions import promotions_for
from hefu.apps.orders.selectors.articles import articles_for, category_tree, lines_of
from hefu.core.actor import Actor
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.reasons import Stands, stands

#: Promotions shown at once; a larger house looks at its goods one by one.
SHOWN = 20
#: Articles a filter is tried with.
_MEANT = 500


@dataclass(frozen=True, kw_only=True)
class GoodsWanted:
    """Goods that the matrix is asked about; nothing stated is everything."""

    sku: str = ""  # or words of its title
    category: str = ""

    def __bool__(self) -> bool:
        return bool(self.sku or self.category)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How the row's promotion stands to the column's."""

    column: int
    other: str
    stands: Stands


@dataclass(frozen=True, kw_only=True)
class Row:
    """One promotion; ``cells`` has a gap (None) where it meets itself."""

    number: int
    title: str
    url: str
    draft: bool
    cells: Sequence[Cell | None]

    @property
    def pairs(self) -> list[Cell]:
        """The cells without the gap."""
        return [cell for cell in self.cells if cell is not None]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All of it; ``more`` promotions are not shown, ``apart`` ones contradict the rest."""

    rows: Sequence[Row] = ()
    more: int = 0
    apart: Sequence[str] = field(default_factory=list)


def matrix_of(actor: Actor, wanted: GoodsWanted, *, now: datetime) -> Matrix:
    """Put the matrix together, of all or of those that mean the goods asked about."""
    together = rules_and_drafts(actor, now=now)
    named = {code: (pk, title) for pk, code, title in _names(actor)}
    titles = {code: title for code, (_pk, title) in named.items()}
    codes = [rule.id for rule in together.ruleset.all_rules]
    if wanted:
        meant = _meant(actor, together, wanted)
        codes = [code for code in codes if code in meant]
    shown = codes[:SHOWN]
    cells = _cells(together, shown, titles, now=now)
    return Matrix(
        rows=[
            Row(
                number=number, title=titles.get(code, code), draft=code in together.drafts,
                url=boards.where("promotion", named[code][0]) if code in named else "",
                cells=cells[code],
            )
            for number, code in enumerate(shown, 1)
        ],
        more=len(codes) - len(shown), apart=[titles.get(code, code) for code in together.apart],
    )  # fmt: skip


def _names(actor: Actor) -> list[tuple[int, str, str]]:
    return list(promotions_for(actor).values_list("pk", "code", "title"))


def _meant(actor: Actor, together: Together, wanted: GoodsWanted) -> frozenset[str]:
    rows = articles_for(actor).filter(on_sale=True)
    if wanted.sku:
        rows = rows.filter(Q(sku__iexact=wanted.sku) | Q(title__icontains=wanted.sku))
    if wanted.category:
        under = below(wanted.category, category_tree(actor))
        rows = rows.filter(categories__code__in=under).distinct()
    return meaning(together, lines_of((row, 1) for row in rows[:_MEANT]))


def _cells(
    together: Together, codes: Sequence[str], titles: Mapping[str, str], *, now: datetime
) -> dict[str, list[Cell | None]]:
    relations = together.relations
    losses = {frozenset((one.one, one.other)): one for one in clashes_of(together, now=now)
              if one.loss}  # fmt: skip
    return {
        code: [
            None
            if other == code
            else Cell(
                column=column, other=titles.get(other, other),
                stands=stands(
                    together, (code, other), relations.get(frozenset((code, other))),
                    losses.get(frozenset((code, other))), titles,
                ),
            )
            for column, other in enumerate(codes, 1)
        ]
        for code in codes
    }  # fmt: skip
