"""Products of a brand side by side (产品陈列): a picture, a name, its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import PageVersion
from hefu.apps.catalog.selectors_pages import media_of
from hefu.core.pages import ImageBlock, PageContent, PageText, choose_language, read_content
from hefu.surfaces.consumer.page_addresses import page_path
from hefu.surfaces.consumer.page_languages import wanted_languages
from hefu.surfaces.consumer.page_media import Picture, picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One product; ``picture`` is the first of its page, if it has any."""

    title: str
    model: str
    item_no: str
    language: str
    url: str
    picture: Picture | None


def tiles(
    request: HttpRequest, brand: Brand, versions: Sequence[PageVersion], *, own_host: bool
) -> tuple[Tile, ...]:
    """Public versions, with their contents, as tiles; one query for all their pictures."""
    wanted = wanted_languages(request)
    read = [(row, read_content(row.content)) for row in versions]
    firsts = {row.pk: _first_picture(content) for row, content in read}
    files = media_of(brand.pk, sorted({one.media for one in firsts.values() if one}))
    found = []
    for row, content in read:
        product, first = row.page.product, firsts[row.pk]
        product.brand = brand  # it is this one; nobody asks for it again
        language = choose_language(content.texts, wanted) or ""
        text = content.texts.get(language, PageText())
        media = files.get(first.media) if first else None
        found.append(
            Tile(
                title=text.title or product.name, model=product.model, item_no=product.item_no,
                language=language, url=page_path(product, own_host=own_host),
                picture=picture(media, brand, alt="") if media and media.is_picture else None,
            )
        )  # fmt: skip
    return tuple(found)


def _first_picture(content: PageContent) -> ImageBlock | None:
    """The first picture in any language: most pages show the same in all."""
    blocks = (block for text in content.texts.values() for block in text.blocks)
    return next((block for block in blocks if isinstance(block, ImageBlock)), None)
