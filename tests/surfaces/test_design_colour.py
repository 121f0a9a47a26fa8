"""The colours of the design system: readable on every ground, in light and in dark."""

import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hefu.surfaces.design import colour

STATIC = Path(colour.__file__).parent / "static" / "hefu"

INK_ON_GROUND = [
    (ink, ground)
    for ink in ("ink", "muted", "good", "notice", "bad", "info", "brand-ink")
    for ground in ("bg", "surface", "sunken")
] + [
    (tone, f"{tone}-soft") for tone in ("good", "notice", "bad", "info")
] + [("ink", f"{tone}-soft") for tone in ("good", "notice", "bad", "info", "brand")] + [
    ("brand-ink", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("bg", "ink"),
]  # fmt: skip
MARKS_ON_SURFACE = ["edge", "c0", "c1", "c2", "c3", "c4", "c5"]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of one scheme, as a browser would resolve the two-way switch."""
    text = (STATIC / "consumer.css").read_text() + (STATIC / "charts.css").read_text()
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", text))
    for name, rest in re.findall(r"--([\w-]+):\s*(var\(--light,.*?);\n", text):
        light, dark = re.findall(r"var\(--(?:light|dark), (.*?)\)(?= |$)", rest)
        chosen = light if scheme == "light" else dark
        found[name] = re.findall(r"#[0-9a-f]+", chosen)[-1]
    found["c0"] = found["brand-ink"]
    return {k: "#" + "".join(d * 2 for d in v[1:]) if len(v) == 4 else v for k, v in found.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), INK_ON_GROUND)
def test_text_reads_on_its_ground(scheme, ink, ground):
    found = tokens(scheme)

    assert colour.contrast(found[ink], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", MARKS_ON_SURFACE)
def test_edges_and_chart_marks_stand_out(scheme, mark):
    found = tokens(scheme)

    assert colour.contrast(found[mark], found["surface"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("level", range(1, 6))
def test_numbers_read_on_every_square_of_the_map(scheme, level):
    found = tokens(scheme)

    assert colour.contrast(found["h-low" if level < 4 else "h-high"], found[f"h{level}"]) >= 4.5


def test_contrast_agrees_with_known_pairs():
    # from WCAG's own examples: black on white is 21, #777 on white just fails AA
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@given(st.integers(0, 0xFFFFFF))
def test_any_brand_colour_becomes_readable(value):
    shades = colour.palette(f"#{value:06x}")

    assert shades.brand == f"#{value:06x}"
    for ground in (shades.brand, shades.brand_deep):
        assert colour.contrast(shades.on_brand, ground) >= 4.5
    for ground in (*colour.PAPER, shades.soft_light):
        assert colour.contrast(shades.ink_light, ground) >= 4.5
    for ground in (*colour.NIGHT, shades.soft_dark):
        assert colour.contrast(shades.ink_dark, ground) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_brand_colours_are_computed_for_the_grounds_really_used(scheme):
    found = tokens(scheme)

    expected = colour.PAPER if scheme == "light" else colour.NIGHT
    assert {found[name] for name in ("bg", "sunken", "surface")} == set(expected)


@pytest.mark.urls("tests.surfaces.test_design")
def test_brand_stylesheet_is_kept_by_the_browser_and_holds_the_colour(settings):
    settings.MIDDLEWARE = []
    answer = Client().get("/guide/brand-d97706.css")

    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--brand:#d97706" in answer.content.decode()
    assert "--on-brand:#000000" in answer.content.decode()


@pytest.mark.parametrize("bad", ["", "red", "#12345", "#12345g", "#fff;}"])
def test_what_is_no_colour_is_refused(bad):
    with pytest.raises(ValueError, match="not a colour"):
        colour.palette(bad)
