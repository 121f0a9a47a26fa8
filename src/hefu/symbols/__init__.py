"""Symbols that carry an address (二维码): as modules, as files for printers, and on sheets.

Below all apps, beside ``hefu.files``: labels of units, smart codes of models and pages share it.
"""

from hefu.symbols.drawing import FORMATS, Drawing, draw
from hefu.symbols.qr import LEVELS, QUIET_ZONE, Bar, bars, modules

__all__ = ["FORMATS", "LEVELS", "QUIET_ZONE", "Bar", "Drawing", "bars", "draw", "modules"]
