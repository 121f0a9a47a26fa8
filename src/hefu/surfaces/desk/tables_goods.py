"""The lists of a campaign's goods: rankings, saved lists, roles, articles, sets."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, Table

from hefu.apps.campaigns.models import CampaignArticle, GoodsSet, PickList
from hefu.apps.campaigns.selectors.goods_roles import Figures
from hefu.apps.campaigns.selectors.goods_sets import articles_in, sellable
from hefu.core.money import format_amount
from hefu.core.planning.picking import Criterion, Picked
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.forms_goods import ROLE_WORDS
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.picking import RankRow, RoleFigures, stands_in
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn

SAID = {"td": {"class": "said"}}


class _ScoreColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A score with what it is made of; what is not known says so."""

    def __init__(self, criterion: Criterion, **about: Any) -> None:
        super().__init__(
            **{
                "accessor": f"ranked__{criterion.value}", "attrs": SAID, "orderable": False,
                "empty_values": (), **about,
            }
        )  # fmt: skip
        self._criterion = criterion

    def render(self, value: int | None, record: RankRow, table: "RankingTable") -> Any:
        """Draw it."""
        said = getattr(record, f"{self._criterion.value}_said")
        parts = format_html_join("", "<li>{}</li>", ((one,) for one in said))
        if value is None:
            score: Any = badge(gettext("no data"), tone="neutral")
            missing = stands_in(record.ranked, table.picked, self._criterion)
            parts = format_html("<li>{}</li>{}", missing, parts)
        else:
            score = grouped(value)
        return format_html('<strong class="num">{}</strong><ul class="small muted">{}</ul>',
                           score, parts)  # fmt: skip

    def value(self, value: int | None) -> Any:
        """Export the number; nothing where nothing is known."""
        return "" if value is None else value


class _FigureColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A figure that only the files carry."""

    def __init__(self, accessor: str, label: Any) -> None:
        super().__init__(
            accessor=accessor, verbose_name=label, visible=False, empty_values=(), orderable=False
        )

    def value(self, value: Any) -> Any:
        """Export it; nothing where nothing is known."""
        return "" if value is None else value


class RankingTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Articles in their order, every score with its parts; files carry every figure."""

    place = Column(accessor="ranked__place", attrs=NUMBER, verbose_name=_("No. in the ranking"))
    title = Column(attrs=WIDE, verbose_name=_("Article"), orderable=False)
    sku = Column(visible=False, verbose_name=_("SKU"), orderable=False)
    role = Column(verbose_name=_("Role"), empty_values=(), orderable=False)
    score = NumberColumn(accessor="ranked__score", verbose_name=_("Score"), orderable=False)
    quality = _ScoreColumn(Criterion.QUALITY, verbose_name=_("Quality"))
    demand = _ScoreColumn(Criterion.DEMAND, verbose_name=_("Demand"))
    newness = _ScoreColumn(Criterion.NEWNESS, verbose_name=_("Newness"))
    known = _FigureColumn("ranked__known", _("Known"))
    answers = _FigureColumn("ranked__evidence__answers", _("Answers"))
    content = _FigureColumn("ranked__evidence__content", _("Content answers"))
    answers_score = _FigureColumn("ranked__parts__answers", _("Answers, score"))
    sold = _FigureColumn("ranked__evidence__sold", _("Sold in both windows"))
    returned = _FigureColumn("ranked__evidence__returned", _("Came back"))
    kept_score = _FigureColumn("ranked__parts__kept", _("Kept, score"))
    pieces = _FigureColumn("ranked__evidence__pieces", _("Pieces in the window"))
    pieces_score = _FigureColumn("ranked__parts__pieces", _("Pieces, score"))
    orders = _FigureColumn("ranked__evidence__orders", _("Orders in the window"))
    orders_score = _FigureColumn("ranked__parts__orders", _("Orders, score"))
    pieces_before = _FigureColumn("ranked__evidence__pieces_before", _("Pieces before"))
    trend_score = _FigureColumn("ranked__parts__trend", _("Trend, score"))
    age_days = _FigureColumn("ranked__evidence__age_days", _("Days since it came"))

    class Meta:
        attrs = {"caption": _("Pick list")}
        default = NOTHING

    def __init__(self, *given: Any, picked: Picked, choose: bool = False, **about: Any) -> None:
        super().__init__(*given, **about)
        self.picked, self._choose = picked, choose

    def render_title(self, value: str, record: RankRow) -> Any:
        """The title over the sku."""
        return format_html('{}<br><span class="code small muted">{}</span>', value, record.sku)

    def value_title(self, value: str) -> str:
        """Export the title."""
        return value

    def render_score(self, value: int, record: RankRow) -> Any:
        """The score over the weight of what is known."""
        known = gettext("%(share)s known") % {"share": boards.share(record.ranked.known)}
        return format_html('{}<br><span class="small muted">{}</span>', grouped(value), known)

    def value_score(self, value: int) -> int:
        """Export the number."""
        return value

    def render_role(self, value: str, record: RankRow) -> Any:
        """The role, or a choice of it, in the form that the page ends with."""
        if self._choose:
            return role_choice(record.sku, value, record.title)
        return ROLE_WORDS.get(value, NOTHING)

    def value_role(self, value: str) -> str:
        """Export the stable word."""
        return value


def role_choice(sku: str, role: str, title: str) -> Any:
    """Draw the choice of an article's role; it belongs to the form ``roles`` of the page."""
    words = [("", gettext("no role")), *((one, ROLE_WORDS[one]) for one in ROLE_WORDS)]
    options = format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((one, " selected" if one == role else "", word) for one, word in words),
    )  # fmt: skip
    return format_html(
        '<select class="input" form="roles" name="role:{}" aria-label="{}">{}</select>',
        sku, gettext("Role of %(title)s") % {"title": title}, options,
    )  # fmt: skip


class PickListsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The lists that were saved."""

    number = Column(verbose_name=_("Pick list"))
    made_at = WhenColumn(verbose_name=_("Saved at"))
    made_by = Column(verbose_name=_("By"))
    picked = NumberColumn(verbose_name=_("Articles"))
    content_hash = Column(attrs=CODE, verbose_name=_("SHA-256"))

    class Meta:
        model = PickList
        fields = ("number", "made_at", "made_by", "picked", "content_hash")
        attrs = {"caption": _("Saved pick lists")}
        default = NOTHING

    def render_number(self, value: int, record: PickList) -> Any:
        """Lead to it."""
        url = reverse("desk:campaign_pick", args=[record.campaign_id, value])
        return format_html('<a href="{}">{}</a>', url, gettext("List %(n)s") % {"n": value})

    def value_number(self, value: int) -> int:
        """Export the number."""
        return value

    def render_content_hash(self, value: str) -> str:
        """Its beginning; files have all of it."""
        return f"{value[:12]}…"

    def value_content_hash(self, value: str) -> str:
        """Export it whole."""
        return value


class _MoneyColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Minor units as a price; a plain decimal in files."""

    def __init__(self, accessor: str, label: Any) -> None:
        super().__init__(
            accessor=f"figures__{accessor}", verbose_name=label, attrs=NUMBER, orderable=False
        )

    def render(self, value: int, record: Any) -> str:
        """Draw it."""
        return price(value, record.currency)

    def value(self, value: int, record: Any) -> str:
        """Export it."""
        return format_amount(value, record.currency)


class RolesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What each role brought."""

    name = Column(verbose_name=_("Role"), orderable=False)
    articles = NumberColumn(accessor="row__articles", verbose_name=_("Articles"), orderable=False)
    pieces = NumberColumn(accessor="figures__pieces", verbose_name=_("Pieces"), orderable=False)
    returned = NumberColumn(
        accessor="figures__returned", verbose_name=_("Came back"), orderable=False
    )
    revenue = _MoneyColumn("revenue", _("Revenue"))
    share = Column(accessor="row__share_bp", attrs=NUMBER, verbose_name=_("Share of revenue"),
                   orderable=False)  # fmt: skip
    discount = _MoneyColumn("discount", _("Discount"))
    margin = _MoneyColumn("margin", _("Margin"))
    first_buyers = NumberColumn(
        accessor="figures__first_buyers", verbose_name=_("Came first by it"), orderable=False
    )
    bare = Column(verbose_name=_("Without a cost"), orderable=False)

    class Meta:
        attrs = {"caption": _("By role")}
        default = NOTHING

    def render_share(self, value: int) -> str:
        """In per cent."""
        return boards.share(value)

    def value_share(self, value: int) -> int:
        """Export basis points."""
        return value

    def render_margin(self, value: int, record: RoleFigures) -> str:
        """The margin, and its part of what has a cost."""
        costed = record.figures.costed
        if not costed:
            return NOTHING
        part = boards.share(value * 10_000 // costed)
        return f"{price(value, record.currency)} ({part})"

    def value_margin(self, value: int, record: RoleFigures) -> str:
        """Export it; nothing where nothing sold has a cost."""
        return format_amount(value, record.currency) if record.figures.costed else ""


class ArticleFigures:
    """An article of a campaign beside what it came to."""

    def __init__(self, row: CampaignArticle, figures: Figures | None, currency: str) -> None:
        self.row, self.figures, self.currency = row, figures or Figures(), currency
        self.title, self.sku, self.role = row.article.title, row.article.sku, row.role


class ArticlesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The articles of a campaign with their one role."""

    title = Column(attrs=WIDE, verbose_name=_("Article"), orderable=False)
    sku = Column(visible=False, verbose_name=_("SKU"), orderable=False)
    role = Column(verbose_name=_("Role"), orderable=False)
    pieces = NumberColumn(accessor="figures__pieces", verbose_name=_("Pieces"), orderable=False)
    revenue = _MoneyColumn("revenue", _("Revenue"))
    discount = _MoneyColumn("discount", _("Discount"))
    margin = _MoneyColumn("margin", _("Margin"))
    first_buyers = NumberColumn(
        accessor="figures__first_buyers", verbose_name=_("Came first by it"), orderable=False
    )

    class Meta:
        attrs = {"caption": _("Articles and roles")}
        default = NOTHING

    def __init__(self, *given: Any, choose: bool, **about: Any) -> None:
        super().__init__(*given, **about)
        self._choose = choose

    def render_title(self, value: str, record: ArticleFigures) -> Any:
        """The title over the sku."""
        return format_html('{}<br><span class="code small muted">{}</span>', value, record.sku)

    def value_title(self, value: str) -> str:
        """Export the title."""
        return value

    def render_role(self, value: str, record: ArticleFigures) -> Any:
        """The choice of it, or the word."""
        return role_choice(record.sku, value, record.title) if self._choose else ROLE_WORDS[value]

    def value_role(self, value: str) -> str:
        """Export the stable word."""
        return value

    def render_margin(self, value: int, record: ArticleFigures) -> Any:
        """The margin; an article without a cost says so."""
        if record.row.article.cost is None and not record.figures.costed:
            return badge(gettext("no cost"), tone="notice")
        return price(value, record.currency)

    def value_margin(self, value: int, record: ArticleFigures) -> str:
        """Export it; nothing without a cost."""
        bare = record.row.article.cost is None and not record.figures.costed
        return "" if bare else format_amount(value, record.currency)


class SetsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The sets of a campaign in the order in which they count."""

    title = Column(attrs=WIDE, verbose_name=_("Set"), orderable=False)
    whom = Column(attrs=WIDE, verbose_name=_("Shown to"), accessor="said", orderable=False)
    place = Column(attrs=NUMBER, verbose_name=_("Precedence"), orderable=False)
    members = NumberColumn(verbose_name=_("Members now"), orderable=False)
    articles = Column(
        attrs=WIDE, verbose_name=_("Articles"), accessor="pk", orderable=False, empty_values=()
    )
    state = Column(verbose_name=_("Now"), accessor="shown_now", orderable=False)

    class Meta:
        attrs = {"caption": _("Sets")}
        default = NOTHING

    def __init__(self, *given: Any, least: int, **about: Any) -> None:
        super().__init__(*given, **about)
        self._least = least

    def render_title(self, value: str, record: GoodsSet) -> Any:
        """Lead to it."""
        url = reverse("desk:campaign_set", args=[record.campaign_id, record.pk])
        english = format_html('<br><span class="small muted">{}</span>', record.title_en)
        return format_html('<a href="{}">{}</a>{}', url, value, english if record.title_en else "")

    def value_title(self, value: str) -> str:
        """Export the title."""
        return value

    def render_place(self, value: int, record: GoodsSet) -> str:
        """The number; the default counts last."""
        return gettext("last") if record.is_default else str(value)

    def render_articles(self, record: GoodsSet) -> Any:
        """All of them; who cannot be bought just now is struck through by a word."""
        have = set(sellable(articles_in(record)))
        return format_html_join(
            ", ", "{}{}",
            (
                (one.title, "" if one in have
                 else format_html(' <span class="muted">({})</span>', gettext("not to be had")))
                for one in articles_in(record)
            ),
        )  # fmt: skip

    def value_articles(self, record: GoodsSet) -> str:
        """Export the skus."""
        return ", ".join(one.sku for one in articles_in(record))

    def render_state(self, value: bool) -> Any:
        """Whether there is enough of it."""
        if value:
            return badge(gettext("complete enough"), tone="good")
        return badge(gettext("default instead"), tone="notice")

    def value_state(self, value: bool) -> str:
        """Export a stable word."""
        return "shown" if value else "short"
