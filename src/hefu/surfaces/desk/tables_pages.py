"""The lists of product pages, and of products that have none yet."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.catalog.models import Page, Product
from hefu.surfaces.consumer.page_languages import language_name
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE
from hefu.surfaces.desk.writing.states import standings_of

#: The form beside a list that takes what is ticked.
BULK = "bulk"


class PagesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Pages with where they stand; ``marks`` are what a tick sends, by page (none: no ticks)."""

    tick = Column(
        empty_values=(), orderable=False, exclude_from_export=True, verbose_name=_("Chosen"),
        attrs={"td": {"class": "tick"}},
    )  # fmt: skip
    item_no = Column(
        accessor="product__item_no", linkify=("desk:page", [A("pk")]), attrs=CODE,
        verbose_name=_("Item number"),
    )  # fmt: skip
    name = Column(accessor="product__name", attrs=WIDE, verbose_name=_("Product name"))
    standing = Column(accessor="recent", orderable=False, verbose_name=_("State"))
    languages = Column(accessor="recent", orderable=False, verbose_name=_("Languages"))
    series = Column(accessor="product__series", verbose_name=_("Series"))
    updated_at = WhenColumn(verbose_name=_("Changed"))

    class Meta:
        fields = ("tick", "item_no", "name", "standing", "languages", "series", "updated_at")
        attrs = {"caption": _("Product pages")}
        default = NOTHING

    def __init__(self, *args: Any, marks: dict[int, str] | None = None, **about: Any) -> None:
        super().__init__(*args, **about)
        self.marks = marks or {}
        if not self.marks:
            self.columns.hide("tick")

    def render_tick(self, record: Page) -> Any:
        """Draw the box that chooses the page."""
        mark = self.marks.get(record.pk)
        if mark is None:
            return ""
        label = gettext("Choose %(page)s") % {"page": record.product.item_no}
        return format_html(
            '<label class="check"><input type="checkbox" name="chosen" value="{}" form="{}"'
            ' checked><span class="hide">{}</span></label>',
            mark, BULK, label,
        )  # fmt: skip

    def render_standing(self, record: Any) -> Any:
        """Draw what readers see and what is under way."""
        looks = standings_of(record.recent)
        return format_html_join(
            " ", "{}", ((badge(one.words, tone=one.tone, icon_name=one.icon),) for one in looks)
        )

    def value_standing(self, record: Any) -> str:
        """Export the stable words."""
        return ", ".join(version.state for version in record.recent[:2])

    def render_languages(self, record: Any) -> str:
        """Say the languages of the newest version."""
        tags = record.recent[0].languages if record.recent else ()
        return ", ".join(language_name(tag) for tag in tags)

    def value_languages(self, record: Any) -> str:
        """Export their tags."""
        return ", ".join(record.recent[0].languages if record.recent else ())


class PagelessTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Products without a page."""

    item_no = Column(linkify=("desk:product", [A("pk")]), attrs=CODE)
    model = Column(attrs=CODE)
    name = Column(attrs=WIDE)
    series = Column()
    make = Column(
        empty_values=(), orderable=False, exclude_from_export=True, verbose_name=_("Page")
    )

    class Meta:
        model = Product
        fields = ("item_no", "model", "name", "series", "make")
        attrs = {"caption": _("Products without a page")}
        default = NOTHING

    def render_make(self, record: Product) -> Any:
        """Draw the button that makes its page."""
        label = gettext("Make its page")
        return format_html(
            '<button class="button small" form="{}" name="product" value="{}" type="submit">{}'
            '<span class="hide"> {}</span></button>',
            BULK, record.pk, label, record.item_no,
        )  # fmt: skip
