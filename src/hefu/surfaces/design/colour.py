"""A brand's colour (品牌色) made safe to read, in light and in dark.

A brand gives one colour. Text must stand on it, it must stand on our paper as a link, and the
same at night; so the other shades are computed here by WCAG 2.2's contrast, never guessed.
"""

from dataclasses import dataclass

#: WCAG 2.2, success criterion 1.4.3: normal text.
AA = 4.5
PAPER = ("#f6f4ef", "#efece5", "#ffffff")  # --bg, --sunken, --surface of the light scheme
NIGHT = ("#131519", "#262a32", "#1b1e24")  # the same of the dark scheme

Rgb = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The shades derived from one brand colour; each ``#rrggbb``."""

    brand: str
    on_brand: str
    brand_deep: str
    ink_light: str
    ink_dark: str
    soft_light: str
    soft_dark: str


def parse(colour: str) -> Rgb:
    """Read ``#rrggbb`` or ``rrggbb``.

    Raises:
        ValueError: if it is anything else.
    """
    digits = colour.removeprefix("#")
    if len(digits) != 6 or not all(d in "0123456789abcdefABCDEF" for d in digits):
        raise ValueError(f"not a colour: {colour!r}; give six hexadecimal digits")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Go ``share`` (0 to 1) of the way from ``colour`` to ``other``, channel by channel."""
    pairs = zip(parse(colour), parse(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(colour: str, *, on: tuple[str, ...], towards: str) -> str:
    """The nearest shade of ``colour`` that reads on every ground of ``on``.

    Moves towards ``towards`` in steps of a twentieth; that end itself reads on all our grounds.
    """
    for step in range(21):
        shade = mix(colour, towards, step / 20)
        if all(contrast(shade, ground) >= AA for ground in on):
            return shade
    return towards


def palette(colour: str) -> Palette:
    """Derive all shades a page needs from the one colour a brand gives.

    Raises:
        ValueError: if ``colour`` is not six hexadecimal digits.
    """
    brand = mix(colour, colour, 0)
    on_brand = max(("#ffffff", "#000000"), key=lambda text: contrast(text, brand))
    away = "#000000" if on_brand == "#ffffff" else "#ffffff"
    soft_light, soft_dark = mix(brand, "#ffffff", 0.89), mix(brand, "#1b1e24", 0.78)
    return Palette(
        brand=brand,
        on_brand=on_brand,
        brand_deep=mix(brand, away, 0.3),
        ink_light=readable(brand, on=(*PAPER, soft_light), towards="#000000"),
        ink_dark=readable(brand, on=(*NIGHT, soft_dark), towards="#ffffff"),
        soft_light=soft_light,
        soft_dark=soft_dark,
    )


def stylesheet(colour: str) -> str:
    """The style sheet that puts a brand's colour into our pages.

    Raises:
        ValueError: if ``colour`` is not six hexadecimal digits.
    """
    shades = palette(colour)
    return (
        f":root{{--brand:{shades.brand};--on-brand:{shades.on_brand};"
        f"--brand-deep:{shades.brand_deep};"
        f"--brand-ink-light:{shades.ink_light};--brand-ink-dark:{shades.ink_dark};"
        f"--brand-soft-light:{shades.soft_light};--brand-soft-dark:{shades.soft_dark}}}\n"
    )
