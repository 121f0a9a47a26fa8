"""What passes between the services of product pages (产品网页) and those who call them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from hefu.apps.catalog.models import Page, PageVersion, Product
from hefu.core.pages import (
    AttributeValue,
    ManualVersion,
    PageContent,
    PageText,
    content_hash,
    read_content,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What an editor states: the content, and when it is public (None: at once, without end)."""

    content: PageContent
    publish_at: datetime | None = None
    retire_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """What a list brings for a draft; see ``services.pages_lists.extend_draft``."""

    texts: dict[str, PageText] = field(default_factory=dict)
    manuals: tuple[ManualVersion, ...] = ()
    attributes: dict[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one page of many; ``code`` and details of the refusal, or "" if it went."""

    page: Page
    code: str = ""
    field: str = ""
    rule: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPage:
    """A page as its reader sees it; without ``published_at`` it is a preview."""

    product: Product
    number: int
    content: PageContent
    content_hash: str
    published_at: datetime | None = None
    retire_at: datetime | None = None


def shown(version: PageVersion, content: PageContent | None = None) -> ShownPage:
    """Return a version, or ``content`` in its place, as its reader would see it."""
    read = content if content is not None else read_content(version.content)
    return ShownPage(
        product=version.page.product, number=version.number, content=read,
        content_hash=content_hash(read), published_at=version.published_at,
        retire_at=version.retire_at,
    )  # fmt: skip


def signature(version: PageVersion) -> str:
    """Return the hash that a second person agrees to: of the content as stored, and its times."""
    times = (_stamp(version.publish_at), _stamp(version.retire_at))
    said = "\n".join((content_hash(read_content(version.content)), *times))
    return sha256(said.encode()).hexdigest()


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
