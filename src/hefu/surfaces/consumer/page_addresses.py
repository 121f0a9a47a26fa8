"""Where public pages are (网页地址): short on a brand's own host, under its name on the house's.

A page has one canonical address, however it was reached: on the brand's own host if it has one,
else on the house's. A path on the house's host works on the brand's own, too: it leads on.
"""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Media, Product

_ENDINGS = {
    Media.Type.JPEG: ".jpg", Media.Type.PNG: ".png", Media.Type.WEBP: ".webp",
    Media.Type.PDF: ".pdf", Media.Type.MP4: ".mp4",
}  # fmt: skip


def page_path(product: Product, *, own_host: bool = False, batch: str = "") -> str:
    """Path of a product's page; ``batch`` (``2026-11-22/01``) picks the manual that fits."""
    path = _path("page", product.brand, own_host, item_no=product.item_no)
    return f"{path}?{urlencode({'batch': batch})}" if batch else path


def passport_path(product: Product, *, own_host: bool = False) -> str:
    """Path of a product's sustainability attributes as JSON-LD."""
    return _path("page_passport", product.brand, own_host, item_no=product.item_no)


def section_path(brand: Brand, *, own_host: bool = False) -> str:
    """Path of a brand's section."""
    return _path("section", brand, own_host)


def _path(name: str, brand: Brand, own_host: bool, **about: str) -> str:
    if own_host:
        return reverse(f"consumer:own_{name}", kwargs=about)
    return reverse(f"consumer:{name}", kwargs={"brand": brand.slug, **about})


def media_path(brand: Brand, media: Media) -> str:
    """Path of a file under its own name, with the ending that its content has."""
    ending = _ENDINGS[Media.Type(media.media_type)]
    stem = media.name.rpartition(".")[0] or media.name
    return _media(brand, media.sha256, f"{stem}{ending}")


def copy_path(brand: Brand, media: Media, width: int) -> str:
    """Path of a picture's WebP copy; ``width`` is one of its ``widths``."""
    return _media(brand, media.sha256, f"w{width}.webp")


def logo_path(brand: Brand) -> str:
    """Path of a brand's logo, or "" for a brand without one."""
    return _media(brand, brand.logo, "small.webp") if brand.logo else ""


def _media(brand: Brand, sha256: str, name: str) -> str:
    return reverse("consumer:media", args=[brand.slug, sha256, name])


def home_of(brand: Brand, request: HttpRequest) -> str:
    """Scheme and host of a brand's canonical addresses, without a slash at the end."""
    if not brand.host:
        return str(settings.HEFU_ORIGIN)
    if split_domain_port(request.get_host())[0] == brand.host:
        return f"{request.scheme}://{request.get_host()}"
    return f"{'https' if settings.HTTPS else request.scheme}://{brand.host}"


def is_house(request: HttpRequest) -> bool:
    """Whether a request came to the house's own host, as the operator named it."""
    return split_domain_port(request.get_host())[0] == urlsplit(settings.HEFU_ORIGIN).hostname
