"""One label as SVG: symbol with quiet zone, product and code in text, in millimetres."""

from xml.sax.saxutils import escape

from hefu.symbols.qr import QUIET_ZONE, modules, svg_path

#: Width of the symbol without its quiet zone, mm (R098).
SYMBOL_MM = 15.0
#: Room for two lines of text below, in modules.
_TEXT = 7


def label_svg(*, link: str, caption: str, name: str) -> bytes:
    """Draw one label; dark modules are one path of merged rows."""
    dark = modules(link)
    side = len(dark) + 2 * QUIET_ZONE
    millimetre = SYMBOL_MM / len(dark)
    text = 'text-anchor="middle" font-size="2.4" font-family="sans-serif"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * millimetre:.3f}mm" '
        f'height="{(side + _TEXT) * millimetre:.3f}mm" viewBox="0 0 {side} {side + _TEXT}">'
        f"<title>{escape(caption)}</title>"
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<path shape-rendering="crispEdges" d="{svg_path(dark)}"/>'
        f'<text x="{side / 2}" y="{side + 1}" {text}>{escape(name)}</text>'
        f'<text x="{side / 2}" y="{side + 4.5}" {text}>{escape(caption)}</text></svg>\n'
    ).encode()
