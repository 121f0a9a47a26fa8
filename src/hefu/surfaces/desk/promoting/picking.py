"""A ranking and the roles of a campaign as pages show them (选品说明): every score in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hefu.apps.campaigns.models import GoodsSet
from hefu.apps.campaigns.selectors.goods_roles import Figures, RoleReport, RoleRow
from hefu.apps.campaigns.selectors.goods_sets import segment_of
from hefu.apps.campaigns.selectors.picks import Rating
from hefu.apps.catalog.selectors import products_for
from hefu.apps.orders.models import Article
from hefu.apps.service.selectors.ratings import marks_by_product
from hefu.core.actor import Actor
from hefu.core.planning.picking import UNPROVEN, Criterion, Picked, Ranked, counted
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms_goods import ROLE_WORDS
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING


def ratings_of(actor: Actor) -> dict[int, Rating]:
    """What those who activated a product said of it, by product."""
    return {
        product: Rating(answers=answers, content=content)
        for product, (answers, content) in marks_by_product(actor).items()
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class RankRow:
    """An article of a ranking as its list shows and exports it."""

    ranked: Ranked
    title: str
    role: str  # in the campaign; empty: none
    quality_said: tuple[str, ...]
    demand_said: tuple[str, ...]
    newness_said: tuple[str, ...]

    @property
    def sku(self) -> str:
        """The article."""
        return self.ranked.evidence.sku


def rank_rows(
    picked: Picked, articles: Mapping[str, Article], roles: Mapping[str, str]
) -> list[RankRow]:
    """Put every score of a list into words."""
    return [
        RankRow(
            ranked=row, role=roles.get(row.evidence.sku, ""),
            title=articles[row.evidence.sku].title if row.evidence.sku in articles else NOTHING,
            quality_said=_quality(row), demand_said=_demand(row),
            newness_said=(_came(row.evidence.age_days),),
        )
        for row in picked.rows
    ]  # fmt: skip


def _came(days: int) -> str:
    return ngettext("came %(n)s day ago", "came %(n)s days ago", days) % {"n": grouped(days)}


def _quality(row: Ranked) -> tuple[str, ...]:
    one, parts = row.evidence, row.parts
    answers = _("answers: none") if parts.answers is None else _(
        "answers: %(content)s of %(answers)s content, surely %(score)s"
    ) % {"content": grouped(one.content), "answers": grouped(one.answers),
         "score": grouped(parts.answers)}  # fmt: skip
    kept = _("kept: nothing sold") if parts.kept is None else _(
        "kept: %(kept)s of %(sold)s, surely %(score)s"
    ) % {"kept": grouped(one.sold - one.returned), "sold": grouped(one.sold),
         "score": grouped(parts.kept)}  # fmt: skip
    return answers, kept


def _demand(row: Ranked) -> tuple[str, ...]:
    one, parts = row.evidence, row.parts
    if parts.pieces is None or parts.orders is None:
        return (_("too new to tell"),)
    trend = _("trend: not known") if parts.trend is None else _(
        "trend: %(before)s before, %(score)s"
    ) % {"before": grouped(one.pieces_before), "score": grouped(parts.trend)}  # fmt: skip
    return (
        _("pieces: %(count)s, %(score)s")
        % {"count": grouped(one.pieces), "score": grouped(parts.pieces)},
        _("orders: %(count)s, %(score)s")
        % {"count": grouped(one.orders), "score": grouped(parts.orders)},
        trend,
    )


def stands_in(row: Ranked, picked_field: Picked, criterion: Criterion) -> str:
    """Say what counts for a criterion that nothing is known of."""
    score = counted(row, picked_field.field, criterion)
    if score is None:
        return _("no data; does not count")
    return _("no data; counts as %(score)s") % {"score": grouped(score)}


def rules_said(picked: Picked) -> str:
    """By what a list was made, in one line."""
    rules = picked.rules
    return _(
        "Quality %(quality)s, demand %(demand)s, newness %(newness)s; %(window)s days sold, "
        "new for %(fresh)s days; %(articles)s articles compared."
    ) % {
        "quality": boards.share(rules.quality), "demand": boards.share(rules.demand),
        "newness": boards.share(rules.newness), "window": rules.window_days,
        "fresh": rules.fresh_days, "articles": grouped(picked.field.articles),
    }  # fmt: skip


def unproven() -> str:
    """What an unproven part counts as."""
    return grouped(UNPROVEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleFigures:
    """One role as its list shows and exports it."""

    row: RoleRow
    currency: str

    @property
    def name(self) -> str:
        """The role in words."""
        return str(ROLE_WORDS[self.row.role])

    @property
    def figures(self) -> Figures:
        """What it came to."""
        return self.row.figures

    @property
    def bare(self) -> str:
        """Its articles without a cost, by sku."""
        return _(", ").join(sorted({*self.row.without_cost, *self.figures.uncosted}))


def role_rows(report: RoleReport) -> list[RoleFigures]:
    """The roles of a report."""
    return [RoleFigures(row=row, currency=report.currency) for row in report.roles]


def segment_said(actor: Actor, row: GoodsSet) -> str:
    """Whom a set is for, in words."""
    if row.is_default:
        return _("everybody else")
    segment, said = segment_of(row), []
    if segment.products:
        models = products_for(actor).filter(pk__in=segment.products).values_list("model", flat=True)
        said.append(_("owners of %(models)s") % {"models": _(", ").join(models)})
    if segment.activated_days:
        said.append(_("activated within %(days)s days") % {"days": segment.activated_days})
    if segment.joined_days:
        said.append(_("joined within %(days)s days") % {"days": segment.joined_days})
    return _(", ").join(said)
