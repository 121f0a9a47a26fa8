"""One line of a list that comes with manuals (网页清单的一行): its product, page and files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from hefu.apps.audit import rows
from hefu.apps.catalog.models import (
    Import,
    ImportedFile,
    ImportedPage,
    Media,
    PageImport,
    Product,
)
from hefu.apps.catalog.page_lists import (
    Wanted,
    assigned,
    folded_name,
    page_columns,
    read_name,
    read_wanted,
)
from hefu.apps.catalog.page_values import Extension
from hefu.apps.catalog.rows import HEADERS, read_row
from hefu.apps.catalog.selectors_pages import open_version, page_of, starting_content
from hefu.apps.catalog.services.pages_lists import extend_draft
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED, save_product
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.pages import ManualVersion, PageText, TextBlock, read_content
from hefu.files import open_table

_PDF = "application/pdf"
_TITLES = {"zh": "说明书", "en": "User manual"}
#: What a page says until somebody writes more: it cannot be published without a text.
_PLAIN = {
    "zh": "{name}，型号 {model}，货号 {item_no}。",
    "en": "{name}, model {model}, item number {item_no}.",
}


@dataclass(kw_only=True)
class RowSaving:
    """Saves the lines of one import; files are read once, as they are after all were taken in."""

    actor: Actor
    bound: PageImport
    clock: Callable[[], datetime]

    def save(
        self, _listing: Import, cells: Mapping[str, str], where: Mapping[str, str]
    ) -> str:  # fmt: skip
        """Save one line; returns ``created``, ``updated`` or ``unchanged``, of page and product.

        Raises:
            Invalid: a cell, or a file that the line names was not sent or was refused.
            DomainError: see ``save_product`` and ``extend_draft``.
        """
        row = read_row(cells, {name: where[name] for name in where if name in HEADERS})
        wanted = read_wanted(cells, where)
        files = self._files_of(row.item_no, wanted, where)
        product, first = save_product(self.actor, row=row, now=self.clock())
        page, second = extend_draft(
            self.actor, product=product, now=self.clock(),
            extension=self._extension(product, wanted, files),
        )  # fmt: skip
        made = ImportedPage(page_import=self.bound, page=page)
        ImportedPage.objects.bulk_create([made], ignore_conflicts=True)
        used = [file.pk for file, _media in files if not file.used]
        ImportedFile.objects.filter(pk__in=used).update(used=True)
        if CREATED in (first, second):
            return CREATED
        return UPDATED if UPDATED in (first, second) else UNCHANGED

    @cached_property
    def _taken(self) -> dict[str, ImportedFile]:
        rows_ = self.bound.taken.select_related("media").order_by("pk")
        return {folded_name(row.name): row for row in rows_}

    @cached_property
    def _owned(self) -> dict[str, list[str]]:
        """Files by item number, where the list names none: by what their names begin with."""
        table = open_table(rows.path_of(self.bound.listing.path))
        where = page_columns(table.headers)
        numbers, models, named = list[str](), dict[str, list[str]](), set[str]()
        for row in table.rows():
            number, model = row.cells.get(where["item_no"], ""), row.cells.get(where["model"], "")
            numbers.append(number)
            models.setdefault(model, []).append(number)
            named |= {folded_name(one) for one in read_wanted_files(row.cells, where)}
        named |= {f"{name}.pdf" for name in named}
        free = [row.name for key, row in self._taken.items() if key not in named]
        free = [name for name in free if name.casefold().endswith(".pdf")]
        return assigned(free, item_numbers=filter(None, numbers), models=models)

    def _files_of(
        self, item_no: str, wanted: Wanted, where: Mapping[str, str]
    ) -> list[tuple[ImportedFile, Media]]:
        names = wanted.files or tuple(self._owned.get(item_no, ()))
        found = []
        for name in dict.fromkeys(names):
            key = folded_name(name)
            file = self._taken.get(key) or self._taken.get(f"{key}.pdf")
            field = where.get("manual", name)
            if file is None:
                raise Invalid(field=field, rule="file_not_sent", value=name[:60])
            if file.media is None:
                raise Invalid(field=field, rule=file.rule or "damaged", value=name[:60])
            if file.media.media_type != _PDF:
                raise Invalid(field=field, rule="not_a_pdf", value=name[:60])
            found.append((file, file.media))
        return found

    def _extension(
        self, product: Product, wanted: Wanted, files: list[tuple[ImportedFile, Media]]
    ) -> Extension:
        texts = dict(wanted.texts)
        known = self._languages(product)
        names = {"zh": product.name, "en": product.name_en}
        for language in ("zh", "en"):
            if language not in texts and not names[language]:
                continue
            text = texts.get(language, PageText())
            fallback = TextBlock(
                text=_PLAIN[language].format(
                    name=names[language] or product.name, model=product.model,
                    item_no=product.item_no,
                )
            )  # fmt: skip
            title = text.title or ("" if language in known else names[language] or product.name)
            texts[language] = replace(text, title=title, blocks=text.blocks or (fallback,))
        manuals = tuple(_manual(file.name, media, wanted) for file, media in files)
        return Extension(texts=texts, manuals=manuals)

    def _languages(self, product: Product) -> frozenset[str]:
        """The languages that the page has a title in already, which no list may take away."""
        page = page_of(self.actor, product)
        if page is None:
            return frozenset()
        there = open_version(page)
        content = read_content(there.content) if there else starting_content(page)
        return frozenset(key for key, text in content.texts.items() if text.title)


def read_wanted_files(cells: Mapping[str, str], where: Mapping[str, str]) -> tuple[str, ...]:
    """The file names of a line, or none where the line cannot be read: it is refused later."""
    try:
        return read_wanted(cells, where).files
    except Invalid:
        return ()


def _manual(name: str, media: Media, wanted: Wanted) -> ManualVersion:
    told = read_name(name)
    language = wanted.language or told.language or "zh"
    return ManualVersion(
        media=media.sha256, title=wanted.title or _TITLES[language], language=language,
        label=wanted.label or told.label, media_type=_PDF, bytes=media.bytes,
        batches=wanted.batches, made_from=wanted.made_from, made_until=wanted.made_until,
        issued_on=wanted.issued_on,
    )  # fmt: skip
