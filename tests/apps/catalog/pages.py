"""Pages of products as the tests of services, desk and API need them."""

import io
from dataclasses import replace

from hefu.apps.catalog.models import Media, Page, PageVersion, Product
from hefu.apps.catalog.page_values import Draft, signature
from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.selectors_pages import open_version
from hefu.apps.catalog.services import save_product
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.services.pages import create_page, submit_page
from hefu.apps.catalog.services.pages_deciding import approve_page
from hefu.apps.catalog.uploads import receive
from hefu.core.actor import Actor
from hefu.core.pages import ManualVersion, PageContent, PageText, TextBlock
from tests.apps.catalog.files import manual, picture
from tests.factories import NOW


def a_product(actor: Actor, item_no: str = "PN587", **about: str) -> Product:
    stated = {"model": "PFFN5005", "name": "POVOS奔腾智能电饭煲PN587", "name_en": "Rice cooker"}
    return save_product(actor, row=ProductRow(item_no=item_no, **{**stated, **about}), now=NOW)[0]


def a_file(actor: Actor, content: bytes, name: str) -> Media:
    incoming = receive(io.BytesIO(content), brand_id=actor.own_brand())
    return keep_media(actor, incoming=incoming, name=name, now=NOW)


def a_manual(actor: Actor, words: str = "manual") -> Media:
    return a_file(actor, manual(words), f"{words}.pdf")


def a_picture(actor: Actor) -> Media:
    return a_file(actor, picture(size=(80, 60)), "front.jpg")


def content(
    words: str = "内胆厚两毫米。", *, manuals: tuple[ManualVersion, ...] = ()
) -> PageContent:
    text = PageText(title="智能电饭煲", summary="四升", blocks=(TextBlock(text=words),))
    english = PageText(title="Rice cooker", summary="4 l", blocks=(TextBlock(text="Fast."),))
    return PageContent(texts={"zh": text, "en": english}, manuals=manuals)


def a_draft(
    actor: Actor, product: Product, said: PageContent | None = None, **times
) -> PageVersion:
    return create_page(
        actor, product=product, draft=Draft(content=said or content(), **times), now=NOW
    )


def seen(page: Page) -> str:
    """What somebody who reads the waiting version now agrees to."""
    version = open_version(page)
    assert version is not None
    return signature(version)


def publish(writer: Actor, approver: Actor, page: Page, now=NOW) -> PageVersion:
    submit_page(writer, page=page, now=now)
    return approve_page(approver, page=page, seen=seen(page), now=now)


def saying(words: str, said: PageContent | None = None) -> PageContent:
    said = said or content()
    zh = replace(said.texts["zh"], blocks=(TextBlock(text=words),))
    return replace(said, texts={**said.texts, "zh": zh})
