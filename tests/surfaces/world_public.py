"""What the world's product page shows, as values of addresses."""

from typing import Any

from hefu.apps.catalog.models import Product
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.services.pages import create_page
from hefu.core.pages import PageContent, PageText, TextBlock
from hefu.core.permissions import Role
from tests.apps.catalog.pages import a_picture, publish
from tests.factories import NOW, an_actor

_FILES = "media/<slug:brand>/<sha256:sha256>/<str:name>"
#: Public pages name their brand in the address.
_OF_BRAND = ("", "mine/", "p/<path:item_no>/", "passport/<path:item_no>.jsonld")


def page_values(brand: Any, product: Product) -> dict[Any, Any]:
    """Publish a page of the product; a file that only a draft shows must be nobody else's."""
    writer, approver = an_actor(brand, Role.PRODUCT_SPECIALIST), an_actor(brand, Role.APPROVER)
    words = (TextBlock(text="how to use it"),)
    text = PageText(title="the world's page", summary="of the world", blocks=words)
    page = create_page(
        writer, product=product, draft=Draft(content=PageContent(texts={"en": text})), now=NOW
    ).page
    publish(writer, approver, page)
    hidden = a_picture(writer)
    return {
        **{(f"b/<slug:brand>/{rest}", "brand"): brand.slug for rest in _OF_BRAND},
        (_FILES, "brand"): brand.slug,
        (_FILES, "sha256"): hidden.sha256,
        (_FILES, "name"): "w80.webp",
        ("desk/page-files/<int:pk>/remove/", "pk"): hidden.pk,
        ("sitemap-<int:number>.xml", "number"): 99,
    }
