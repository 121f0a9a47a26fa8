"""R098, R099: a model's symbol, in every format, photographed badly, still holds its address.

PDF is rendered by PDFium (pypdfium2) or, where that is not installed, by poppler's pdftoppm. Read
by zxing-cpp, and again by OpenCV's decoder where that is installed.
"""

import io
import itertools
import re
import shutil
import struct
import subprocess

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from hefu.symbols import FORMATS, LEVELS, Drawing, draw, modules
from hefu.symbols.sheets import LAYOUTS, Sticker, sheet_pdf

LINK = "https://c.example.cn/m/0218123456/"
DPI = 300
PER_MM = DPI / 25.4


def rendered(pdf, page=0):
    """One page in grey at 300 dpi."""
    try:
        import pypdfium2
    except ImportError:
        if shutil.which("pdftoppm") is None:
            pytest.skip("neither pypdfium2 nor pdftoppm is installed: no PDF can be rendered")
        number = str(page + 1)
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-f", number, "-l", number, "-"]
        png = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
        return Image.open(io.BytesIO(png)).convert("L")
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=DPI / 72).to_pil().convert("L")


def drawn_svg(data):
    """What the rectangles of our SVG and EPS amount to, at 300 dpi, by a renderer of our own."""
    text = data.decode()
    side = int(re.search(r'viewBox="0 0 (\d+) ', text)[1])
    width = float(re.search(r'width="([\d.]+)mm"', text)[1])
    path = re.search(r' d="([^"]+)"', text)[1]
    bars = [
        (int(x), int(y), int(x) + int(length), int(y) + 1)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
    ]
    return painted(bars, side, width)


def drawn_eps(data):
    text = data.decode("ascii")
    assert text.startswith("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 ")
    module = float(re.search(r"([\d.]+) dup scale", text)[1])
    side = int(re.search(r"1 setgray 0 0 (\d+) \1 rectfill", text)[1])
    assert float(re.search(r"HiRes\S+ 0 0 ([\d.]+)", text)[1]) == pytest.approx(side * module)
    bars = [
        (int(x), side - int(y) - 1, int(x) + int(length), side - int(y))
        for x, y, length in re.findall(r"^(\d+) (\d+) (\d+) 1 rectfill$", text, re.MULTILINE)
    ]
    return painted(bars, side, side * module / 72 * 25.4)


def painted(bars, side, millimetres):
    pixels = round(millimetres * PER_MM)
    image = Image.new("L", (side, side), 255)
    for left, top, right, bottom in bars:
        image.paste(0, (left, top, right, bottom))
    return image.resize((pixels, pixels), Image.Resampling.BOX)


def photographed(image, number):
    """Turned, out of focus, unevenly lit and noisy."""
    angle = (-11, 8, 17, -5)[number % 4]
    image = image.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    pixels = np.asarray(image, dtype=np.float64)
    light = np.linspace(0.75, 1.0, pixels.shape[1])
    noise = np.random.default_rng(number).normal(0, 14, pixels.shape)
    return Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))


def read_by_all(image):
    """What each decoder that is installed reads."""
    found = {"zxing-cpp": [one.text for one in zxingcpp.read_barcodes(image)]}
    try:
        import cv2
    except ImportError:
        return found
    text, _corners, _code = cv2.QRCodeDetector().detectAndDecode(np.asarray(image))
    found["opencv"] = [text]
    return found


RENDER = {
    "svg": drawn_svg, "eps": drawn_eps, "pdf": rendered,
    "png": lambda data: Image.open(io.BytesIO(data)).convert("L"),
}  # fmt: skip


@pytest.mark.parametrize(("number", "kind"), list(enumerate(FORMATS)))
def test_R098_at_15_mm_and_300_dpi_every_format_holds_the_exact_address(number, kind):
    image = RENDER[kind](draw(Drawing(text=LINK, size_mm=15, dpi=DPI), kind))
    wide = 15 * (29 + 8) / 29 * PER_MM  # version 3 and its quiet zone
    assert image.width == pytest.approx(wide, rel=0.05)

    for name, texts in read_by_all(photographed(image, number)).items():
        assert texts == [LINK], name


@pytest.mark.parametrize(("level", "sides"), [("L", 25), ("M", 29), ("Q", 29), ("H", 33)])
def test_R098_the_level_decides_how_much_may_be_lost(level, sides):
    # by ISO/IEC 18004, table 7: 23 bytes (196 bits), 10 digits (48) and a byte (20) are 33
    # codewords; 2-L holds 34, 3-M 44, 3-Q 34, 4-H 36
    dark = modules(LINK, level=level)
    assert dark.shape == (sides, sides)
    (read,) = zxingcpp.read_barcodes(drawn_svg(draw(Drawing(text=LINK, level=level), "svg")))
    assert (read.text, read.ec_level) == (LINK, level)


def test_a_png_says_how_large_it_is():
    data = draw(Drawing(text=LINK, size_mm=20, dpi=600), "png")
    at = data.index(b"pHYs") + 4
    across, down, unit = struct.unpack(">2LB", data[at : at + 9])
    image = Image.open(io.BytesIO(data))
    assert across == down
    assert unit == 1
    assert image.width / across * 1000 == pytest.approx(20 * 37 / 29, rel=0.001)
    assert image.width % 37 == 0


def test_a_pdf_says_how_large_it_is():
    data = draw(Drawing(text=LINK, size_mm=30), "pdf")
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert float(box[1]) == pytest.approx(30 * 37 / 29 / 25.4 * 72, abs=0.01)


def test_what_does_not_exist_is_a_callers_bug():
    with pytest.raises(ValueError, match="format"):
        draw(Drawing(text=LINK), "gif")
    with pytest.raises(ValueError, match="level"):
        modules(LINK, level="X")
    assert len(LEVELS) == 4


@pytest.mark.parametrize("carrier", list(LAYOUTS))
def test_R099_every_cell_of_a_sheet_is_read_from_a_bad_photograph(carrier):
    layout = LAYOUTS[carrier]
    count = layout.per_page + 1  # the last one stands on a page of its own
    stickers = [
        Sticker(
            link=f"https://c.example.cn/m/{100000000 + place}/", digits="100 000 000",
            host="c.example.cn", model="PFFN5005", name="POVOS奔腾智能电饭煲PN587" * 3,
        )
        for place in range(count)
    ]  # fmt: skip
    pdf = sheet_pdf(stickers, layout=layout, level="M", title="manual")
    page, last = rendered(pdf), rendered(pdf, 1)

    wide, high = (each * PER_MM for each in layout.cell)
    left, top = (page.width - layout.columns * wide) / 2, (page.height - layout.rows * high) / 2
    found = []
    for row, column in itertools.product(range(layout.rows), range(layout.columns)):
        box = (left + column * wide, top + row * high)
        cell = page.crop((*map(round, box), round(box[0] + wide), round(box[1] + high)))
        found += [one.text for one in zxingcpp.read_barcodes(photographed(cell, row + column))]
    assert found == [sticker.link for sticker in stickers[:-1]]
    assert [one.text for one in zxingcpp.read_barcodes(last)] == [stickers[-1].link]
    if carrier == "certificate":
        box = (round(left), round(top), round(left + wide), round(top + high))
        for name, texts in read_by_all(photographed(page.crop(box), 1)).items():
            assert texts == [stickers[0].link], name


def test_R099_marks_for_the_cutter_stand_in_the_margins_only():
    layout = LAYOUTS["warranty"]
    one = Sticker(link=LINK, digits="021 812 3456", host="c", model="M", name="")
    page = np.asarray(rendered(sheet_pdf([one], layout=layout, level="M", title="t"))) < 128
    left, top = (margin / 72 * DPI for margin in layout.margin)
    above = page[: round(top) - 4]
    marks = np.flatnonzero(above.any(axis=0))
    edges = [left + column * 45 * PER_MM for column in range(layout.columns + 1)]
    assert all(min(abs(x - edge) for edge in edges) < 3 for x in marks)
    assert all(min(abs(x - edge) for x in marks) < 3 for edge in edges)
    inside = page[round(top) : -round(top), round(left + 45 * PER_MM) : -round(left)]
    assert not inside.any()  # the other cells are empty, and no mark crosses them
