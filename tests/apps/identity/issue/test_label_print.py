"""R098, R099: a printed label, photographed badly, still names exactly its unit.

The sheet is rendered by PDFium (pypdfium2) or, where that is not installed, by poppler's pdftoppm;
read by zxing-cpp, and again by OpenCV's decoder where that is installed.
"""

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import reportlab
import zxingcpp
from PIL import Image, ImageFilter

from hefu.apps.identity.labels import PER_PAGE, Label, PrintRun, label_sheets, label_svg
from hefu.apps.identity.labels.pdf import COLUMNS, ROWS
from hefu.core.codes import Range, Sealer, batch_text, derive_key
from hefu.symbols.qr import bars, modules

DPI = 300
PIXELS_PER_MM = DPI / 25.4
RUN = PrintRun(
    outer=Sealer(derive_key(bytes(range(32)), key_id="1", batch=batch_text(4321))),
    reference=4321, model="PFFN5005", made_on=date(2012, 12, 20), batch="01",
    link_head="HTTPS://C.EXAMPLE.CN/01/06901234567892/21/", name="奔腾智能电饭煲 PN587",
    ranges=(Range(start=0, stop=PER_PAGE),),
)  # fmt: skip


@pytest.fixture(scope="module")
def links():
    return list(RUN.texts(RUN.link, RUN.ranges[0]))


@pytest.fixture(scope="module")
def codes():
    return list(RUN.texts("{code}", RUN.ranges[0]))


def render(pdf):
    """Page 1 in grey at 300 dpi."""
    try:
        import pypdfium2
    except ImportError:
        if shutil.which("pdftoppm") is None:
            pytest.skip("neither pypdfium2 nor pdftoppm is installed: no PDF can be rendered")
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-f", "1", "-l", "1", "-"]
        png = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
        return Image.open(io.BytesIO(png)).convert("L")
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=DPI / 72).to_pil().convert("L")


@pytest.fixture(scope="module")
def page(links, codes):
    labels = [
        Label(link=link, caption=RUN.caption(code)) for link, code in zip(links, codes, strict=True)
    ]
    return render(label_sheets(labels, name=RUN.name))


@pytest.fixture(scope="module")
def cells(page):
    """The labels cut apart, row by row."""
    wide, high = 38 * PIXELS_PER_MM, 30.5 * PIXELS_PER_MM
    left, top = (page.width - COLUMNS * wide) / 2, (page.height - ROWS * high) / 2
    return [
        page.crop(
            (round(left + column * wide), round(top + row * high),
             round(left + (column + 1) * wide), round(top + (row + 1) * high))
        )
        for row in range(ROWS) for column in range(COLUMNS)
    ]  # fmt: skip


def photographed(label, number):
    """Turned by any angle, out of focus (0.1 mm), grainy (5 % of contrast), grey on light grey."""
    rng = np.random.default_rng(number)
    turned = label.rotate(rng.uniform(0, 360), expand=True, fillcolor=255, resample=3)
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(1.2)), dtype=float)
    noisy = 40 + blurred * 0.7 + rng.normal(0, 9, blurred.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def test_R098_the_symbol_is_15_mm_of_29_modules_with_its_quiet_zone(links, cells):
    assert modules(links[0]).shape == (29, 29)
    symbol = np.asarray(cells[0])[: round(19.2 * PIXELS_PER_MM)] < 128
    rows, columns = np.flatnonzero(symbol.any(axis=1)), np.flatnonzero(symbol.any(axis=0))
    for found in (rows, columns):
        assert (found[-1] - found[0] + 1) / PIXELS_PER_MM == pytest.approx(15, abs=0.1)
    quiet = 4 * 15 / 29 * PIXELS_PER_MM
    assert rows[0] >= quiet - 1.5
    assert columns[0] >= quiet
    below = np.asarray(cells[0])[rows[-1] + 2 : int(rows[-1] + quiet)]
    assert (below > 200).all()


def test_R099_every_label_decodes_though_turned_blurred_and_noisy(links, cells):
    read = [
        [found.text for found in zxingcpp.read_barcodes(photographed(cell, number))]
        for number, cell in enumerate(cells)
    ]

    assert read == [[link] for link in links]


def test_R099_a_second_decoder_agrees(links, cells):
    cv2 = pytest.importorskip("cv2", reason="opencv-python-headless is not installed")
    detector = cv2.QRCodeDetector()

    read = [
        detector.detectAndDecode(
            cv2.resize(np.asarray(cell.filter(ImageFilter.GaussianBlur(1))), None, fx=2, fy=2)
        )[0]
        for cell in cells
    ]

    assert read == links


def test_the_chinese_name_is_drawn(cells):
    if shutil.which("fc-list") is None or not subprocess.check_output(["fc-list", ":lang=zh"]):
        pytest.skip("no Chinese font on this machine: the sheet names one but carries none")
    line = np.asarray(cells[0])[round(20 * PIXELS_PER_MM) : round(22.6 * PIXELS_PER_MM)]

    dark = np.flatnonzero((line < 128).any(axis=0))

    # ten Chinese characters and a model at 6.5 points; boxes or nothing would be narrower
    assert dark[-1] - dark[0] > 20 * PIXELS_PER_MM
    assert 0.08 < (line[:, dark[0] : dark[-1]] < 128).mean() < 0.5


def test_a_truetype_font_is_embedded_where_the_operator_gives_one(links):
    font = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    label = Label(link=links[0], caption="1")

    assert b"/FontFile2" in label_sheets([label], name="PN587", font=str(font))
    assert b"/FontFile2" not in label_sheets([label], name="PN587")
    with pytest.raises(ValueError, match="not a TrueType font"):
        label_sheets([label], name="PN587", font="/nowhere.ttf")


def test_a_sheet_made_twice_is_the_same_file(links):
    labels = [Label(link=link, caption=link[-4:]) for link in links[:2]]

    assert label_sheets(labels, name="锅") == label_sheets(labels, name="锅")


def test_merged_bars_draw_the_same_symbol(links):
    dark = modules(links[0])
    drawn = np.zeros_like(dark)
    for bar in bars(dark):
        assert not drawn[bar.row, bar.start : bar.start + bar.length].any()
        drawn[bar.row, bar.start : bar.start + bar.length] = True

    assert (drawn == dark).all()
    assert len(bars(dark)) < dark.sum() / 1.8


def test_svg_is_the_symbol_as_rectangles(links, codes):
    svg = label_svg(link=links[0], caption=codes[0], name="锅 <1>").decode()

    drawn = np.zeros((37, 37), dtype=bool)
    path = svg.split(' d="')[1].split('"')[0]
    for piece in path.split("z")[:-1]:
        column, rest = piece[1:].split(" ")
        row, length = rest.split("v")[0].split("h")
        drawn[int(row), int(column) : int(column) + int(length)] = True
    picture = Image.fromarray(np.where(drawn, 0, 255).astype(np.uint8)).resize((370, 370), 0)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [links[0]]
    assert "锅 &lt;1&gt;" in svg
    assert 'width="19.138mm"' in svg
