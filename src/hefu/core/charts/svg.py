"""Writing SVG: elements, text and their escaping; text widths by estimate.

Only attributes that carry geometry or meaning; how things look is the style sheet's.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape

from hefu.core.charts.model import About

#: What XML 1.0 cannot hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LETTER = 12.0  # height of the letters, in drawing units; the style sheet says the same


@dataclass(frozen=True, kw_only=True)
class Size:
    """Width and height of a drawing, in its own units (one CSS pixel when shown 1:1)."""

    width: float
    height: float


WIDE = Size(width=560, height=260)
NARROW = Size(width=340, height=250)
BARE = 96.0  # height of a drawing without anything to draw


def clean(text: str) -> str:
    """``text`` escaped for XML text and attributes, without what XML cannot hold."""
    # A bare line break inside an attribute would be read as a space.
    return escape(_FORBIDDEN.sub("", text)).replace("\n", "&#10;")


def shown(value: str | float) -> str:
    """A coordinate with at most two decimals, or an escaped text."""
    if isinstance(value, str):
        return clean(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, *children: str, **attributes: str | float) -> str:
    """One element.

    Args:
        name: the element's name.
        children: markup already.
        attributes: ``class_`` becomes ``class`` and ``data_label`` ``data-label``.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(value)}"'
        for key, value in attributes.items()
    )
    inside = "".join(children)
    return f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"


def text(words: str, **attributes: str | float) -> str:
    """A text element; ``words`` are escaped here."""
    return element("text", clean(words), **attributes)


def drawing(about: About, size: Size, *parts: str, variant: str = "", look: str = "") -> str:
    """The whole picture, named and described for those who do not see it."""
    ident = about.ident + variant
    names = f"{ident}-title {ident}-desc" if about.description else f"{ident}-title"
    return element(
        "svg",
        element("title", clean(about.title) or " ", id=f"{ident}-title"),
        element("desc", clean(about.description), id=f"{ident}-desc") if about.description else "",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {shown(size.width)} {shown(size.height)}",
        role="img",
        aria_labelledby=names,
        **({"class_": look} if look else {}),
    )


def text_width(words: str, *, letter: float = LETTER) -> float:
    """About how wide ``words`` will be: full-width signs a square, others a bit over half."""
    full = sum(unicodedata.east_asian_width(sign) in {"W", "F"} for sign in words)
    return letter * (full + 0.58 * (len(words) - full))


def shorten(words: str, width: float, *, letter: float = LETTER) -> str:
    """``words`` cut to ``width`` with an ellipsis; the whole stands in the table."""
    if text_width(words, letter=letter) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", letter=letter) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(words: str, width: float, *, letter: float = LETTER) -> list[str]:
    """``words`` on one line of ``width`` or two; the second is cut if it must be.

    Breaks at a space, or anywhere where there is none to break at, as Chinese does.
    """
    if text_width(words, letter=letter) <= width:
        return [words]
    end = len(words)
    while end > 1 and text_width(words[:end].rstrip(), letter=letter) > width:
        end -= 1
    space = words.rfind(" ", 0, end + 1)
    end = space if space > 0 else end
    first, second = words[:end].rstrip(), words[end:].lstrip()
    return [shorten(first, width, letter=letter), shorten(second, width, letter=letter)]
