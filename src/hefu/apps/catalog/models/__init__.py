"""The catalogue (商品目录): products, the lists they came in, and where their codes lead."""

from hefu.apps.catalog.models.imports import Import, ImportedFile, ImportedPage, PageImport
from hefu.apps.catalog.models.links import LinkCount, ResolverLink
from hefu.apps.catalog.models.media import Media
from hefu.apps.catalog.models.pages import Page, PageMedia, PageVersion
from hefu.apps.catalog.models.products import Product
from hefu.apps.catalog.models.smart import LinkProof, ShortDigits, SymbolRun

__all__ = [
    "Import",
    "ImportedFile",
    "ImportedPage",
    "LinkCount",
    "LinkProof",
    "Media",
    "Page",
    "PageImport",
    "PageMedia",
    "PageVersion",
    "Product",
    "ResolverLink",
    "ShortDigits",
    "SymbolRun",
]
