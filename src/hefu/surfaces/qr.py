"""QR codes on pages, as SVG without inline style: the very symbol that labels carry."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from hefu.apps.identity.labels.qr import QUIET_ZONE, bars, modules


def qr_svg(text: str, *, label: str = "QR") -> SafeString:
    """Return ``text`` as a QR code (ISO/IEC 18004), scaled by its container."""
    dark = modules(text)
    side = len(dark) + 2 * QUIET_ZONE
    path = "".join(
        f"M{bar.start + QUIET_ZONE} {bar.row + QUIET_ZONE}h{bar.length}v1h-{bar.length}z"
        for bar in bars(dark)
    )
    return format_html(
        '<svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<path fill="#000" shape-rendering="crispEdges" d="{2}"/></svg>',
        side,
        label,
        path,
    )
