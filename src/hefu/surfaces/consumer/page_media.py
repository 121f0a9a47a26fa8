"""Pictures, films and words of a page (图文视频) as its template draws them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Media
from hefu.core.pages import Block, ImageBlock, PageText, TextBlock, VideoBlock
from hefu.surfaces.consumer.page_addresses import copy_path, media_path
from hefu.surfaces.consumer.page_prose import prose

#: The widest copy a phone takes, however fine its screen: more is bytes that nobody sees.
PHONE_COPY = 720


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture with its copies; sizes in pixels, so that the page keeps its shape meanwhile."""

    src: str
    srcset: str
    phone_srcset: str
    width: int
    height: int
    alt: str
    caption: str
    original: str
    kind: Literal["image"] = "image"


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """A film of ours (``src``), or the address of another's (``href`` at ``host``)."""

    caption: str
    src: str = ""
    poster: str = ""
    width: int = 0
    height: int = 0
    length: str = ""  # 1:05
    href: str = ""
    host: str = ""
    kind: Literal["video"] = "video"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A passage of text as HTML."""

    html: SafeString
    kind: Literal["text"] = "text"


Part = Picture | Film | Words


def parts_of(text: PageText, brand: Brand, files: Mapping[str, Media]) -> tuple[Part, ...]:
    """The blocks of a page; one whose file is gone is left out."""
    drawn = (part_of(block, brand, files) for block in text.blocks)
    return tuple(part for part in drawn if part is not None)


def part_of(block: Block, brand: Brand, files: Mapping[str, Media]) -> Part | None:
    """One block as it is drawn."""
    if isinstance(block, TextBlock):
        return Words(html=prose(block.text)) if block.text else None
    if isinstance(block, ImageBlock):
        media = files.get(block.media)
        if media is None or not media.is_picture:
            return None
        return picture(media, brand, alt=block.alt, caption=block.caption)
    return _film(block, brand, files)


def picture(media: Media, brand: Brand, *, alt: str, caption: str = "") -> Picture:
    """A picture with the addresses of its copies."""
    copies = [(width, copy_path(brand, media, width)) for width in media.widths]
    small = [(width, path) for width, path in copies if width <= PHONE_COPY] or copies[:1]
    return Picture(
        src=small[-1][1], srcset=_set(copies), phone_srcset=_set(small),
        width=media.width, height=media.height, alt=alt or caption, caption=caption,
        original=media_path(brand, media),
    )  # fmt: skip


def _set(copies: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{path} {width}w" for width, path in copies)


def _film(block: VideoBlock, brand: Brand, files: Mapping[str, Media]) -> Film | None:
    poster = files.get(block.poster)
    still = ""
    if poster is not None and poster.is_picture:
        fitting = [width for width in poster.widths if width <= PHONE_COPY] or poster.widths
        still = copy_path(brand, poster, fitting[-1])
    if block.url:
        host = (urlsplit(block.url).hostname or "").removeprefix("www.")
        return Film(caption=block.caption, href=block.url, host=host, poster=still)
    media = files.get(block.media)
    if media is None or media.media_type != Media.Type.MP4:
        return None
    return Film(
        caption=block.caption, src=media_path(brand, media), poster=still, width=media.width,
        height=media.height, length=f"{media.seconds // 60}:{media.seconds % 60:02}",
    )  # fmt: skip
