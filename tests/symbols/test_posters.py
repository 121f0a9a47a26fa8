"""Posters: every word is on the sheet, inside it, and the QR can be scanned off it."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from hefu.symbols.posters import SHEETS, PosterWords, poster_pdf, poster_svg
from hefu.symbols.posters.setting import broken, wide

LINK = "https://c.example.com/promotions/povos/mid-autumn/"
WORDS = PosterWords(
    kicker="奔腾", theme="中秋团圆 阖家同享", dates="2027-09-01 – 2027-09-20", days="共 20 天",
    how_title="参与方式", steps=("购买任意一款电饭煲，留二维码", "扫码领 20 元券 (满 200 元)"),
    link=LINK, scan="扫码看规则", foot="主办：上海奔腾 <电工> & Co.", mark="广告",
    version="第 3 版", colour="#2b6a5b",
)  # fmt: skip


@pytest.mark.parametrize("size", sorted(SHEETS))
def test_R175_the_paper_has_its_size_the_words_and_a_symbol_that_scans(size):
    sheet = SHEETS[size]
    page = pypdfium2.PdfDocument(poster_pdf(WORDS, sheet))[0]
    said = re.sub(r"\s", "", page.get_textpage().get_text_bounded())
    for word in ("中秋团圆", "阖家同享", "2027-09-01", "2027-09-20", "购买任意一款", "广告"):
        assert word in said
    width, height = page.get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (sheet.width, sheet.height)
    drawn = np.array(page.render(scale=900 / width).to_pil().convert("L"))
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == [LINK]


def test_R175_the_screen_shows_the_same_words_escaped_and_the_same_bytes_each_time():
    drawn = poster_svg(WORDS, SHEETS["phone"])
    root = ET.fromstring(drawn)  # noqa: S314  (ours)
    said = " ".join(root.itertext())
    for word in ("中秋团圆", "2027-09-20", "<电工> & Co.", "广告"):
        assert word in said
    assert (root.get("width"), root.get("height")) == ("1080", "1920")
    assert drawn == poster_svg(WORDS, SHEETS["phone"])


def test_however_long_the_words_are_they_stay_on_the_sheet():
    long = replace(
        WORDS, theme="阖家团圆" * 20, kicker="很长的名字" * 20, foot="主办" * 80,
        steps=("购买任意一款产品后扫码激活并且分享给家人一起领取优惠券"[:20] * 2,) * 5,
    )  # fmt: skip
    for sheet in SHEETS.values():
        root = ET.fromstring(poster_svg(long, sheet))  # noqa: S314  (ours)
        _x, _y, width, height = map(float, root.get("viewBox").split())
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            right = float(text.get("x"))
            if text.get("text-anchor") != "end":
                right += wide(text.text, float(text.get("font-size")), "STSong-Light")
            assert right <= width
            assert 0 < float(text.get("y")) < height


def test_lines_break_where_readers_expect_it():
    lines = broken("扫码激活，领取优惠券（满200元可用）", 10, 50, "STSong-Light")
    assert "".join(lines) == "扫码激活，领取优惠券（满200元可用）"
    assert not any(line[0] in "，）" or line.endswith("（") for line in lines)
    assert broken("Together at home", 10, 50, "STSong-Light") == ["Together", "at home"]
