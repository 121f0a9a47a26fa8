"""QR codes on pages, as SVG without inline style: the very symbol that labels carry."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from hefu.symbols.qr import QUIET_ZONE, modules, svg_path


def qr_svg(text: str, *, label: str = "QR") -> SafeString:
    """Return ``text`` as a QR code (ISO/IEC 18004), scaled by its container."""
    dark = modules(text)
    side = len(dark) + 2 * QUIET_ZONE
    return format_html(
        '<svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<path fill="#000" shape-rendering="crispEdges" d="{2}"/></svg>',
        side,
        label,
        svg_path(dark),
    )
