"""What happens to the catalogue, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class PagePublished(Event):
    """A version of a product's page is what readers see from now on."""

    name: ClassVar[str] = "catalog.page_published"
    product_id: int
    item_no: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PageRetired(Event):
    """The page of a product was taken offline, or its time is over."""

    name: ClassVar[str] = "catalog.page_retired"
    product_id: int
    item_no: str
    number: int
