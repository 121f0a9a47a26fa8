"""QR codes on pages, as SVG without inline style."""

import zxingcpp
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return ``text`` as a QR code (ISO/IEC 18004), scaled by its container."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return mark_safe(barcode.to_svg(add_quiet_zones=True))  # noqa: S308  (squares and numbers only)
