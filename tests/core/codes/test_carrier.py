"""The printed symbol: built small, read in every form scanners and people hand it on."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import codes
from tests.core.codes.brand import BATCH, sealer

GTIN = "06901234567892"
SERIAL = codes.Code(batch=BATCH, sealed=sealer().seal_serial(0)).serial
LINK = codes.Link(gtin=GTIN, serial=SERIAL)


def test_a_link_is_built_in_upper_case():
    assert (
        codes.build_link("h.example", "6901234567892", SERIAL)
        == f"HTTPS://H.EXAMPLE/01/{GTIN}/21/{SERIAL}"
    )


@pytest.mark.parametrize(
    "scanned",
    [
        f"https://h.example/01/{GTIN}/21/{SERIAL}",
        f"HTTPS://H.EXAMPLE/01/{GTIN}/21/{SERIAL}",
        f" http://h.example:8000/01/{GTIN}/21/{SERIAL}/ ",
        f"https://h.example/01/{GTIN}/21/{SERIAL}?from=wechat&x=1",
        f"https://h.example/01/{GTIN}/21/{SERIAL}/?a=/01/1/21/2#top",
        f"https://h.example/01/6901234567892/21/{SERIAL}",
        f"https://h.example/shop/01/{GTIN}/10/LOT1/21/{SERIAL}",
        f"https://h.example/01/list/01/{GTIN}/21/{SERIAL}",
    ],
)
def test_a_link_is_read_in_every_form(scanned):
    assert codes.is_link(scanned.strip())
    assert codes.read_link(scanned) == LINK


def test_serials_of_makers_keep_their_characters():
    url = codes.build_link("h.example", GTIN, "a/B?%3")

    assert url == f"HTTPS://H.EXAMPLE/01/{GTIN}/21/a%2FB%3F%253"
    assert codes.read_link(url).serial == "a/B?%3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        SERIAL,
        f"ftp://h.example/01/{GTIN}/21/{SERIAL}",
        f"https://h.example/01/{GTIN}",
        f"https://h.example/01/{GTIN}/21/",
        f"https://h.example/01/06901234567893/21/{SERIAL}",
        f"https://h.example/21/{SERIAL}",
        f"https:///01/{GTIN}/21/{SERIAL}",
    ],
)
def test_other_texts_are_no_link(text):
    with pytest.raises(codes.UnreadableCode):
        codes.read_link(text)


@given(st.text(max_size=60) | st.text("/012%AFhtps:.?#", max_size=30).map("https://h/01/".__add__))
def test_reading_never_fails_in_an_unexpected_way(text):
    try:
        link = codes.read_link(text)
    except codes.UnreadableCode:
        return
    assert len(link.gtin) == 14


@pytest.mark.parametrize("host", ["", "h_x", "-h", "a..b", "h/x", "h:port", "x" * 300])
def test_other_texts_are_no_host(host):
    with pytest.raises(codes.BadNumber):
        codes.build_link(host, GTIN, SERIAL)


@pytest.mark.parametrize("serial", ["", "a b", "中"])
def test_other_texts_are_no_serial(serial):
    with pytest.raises(codes.BadNumber):
        codes.build_link("h.example", GTIN, serial)


def modules(text: str, level: str) -> int:
    """How many modules a side zxing-cpp makes."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    return np.array(symbol.to_image(scale=1, add_quiet_zones=False)).shape[0]


def test_the_default_carrier_has_29_modules():
    url = codes.build_link("h.example", GTIN, SERIAL)

    assert codes.qr_version(url) == 3
    assert modules(url, "M") == 29
    assert codes.qr_version(codes.build_link("a" * 11 + ".com", GTIN, SERIAL)) == 3
    assert codes.qr_version(codes.build_link("a" * 12 + ".com", GTIN, SERIAL)) == 4


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("alphabet", ["1", "A", "a"], ids=["numeric", "alphanumeric", "byte"])
def test_versions_are_those_of_another_encoder(alphabet, level):
    for length in (1, 10, 17, 25, 34, 47, 58, 61, 62, 77, 78, 90, 106, 119, 120):
        text = alphabet * length
        try:
            version = codes.qr_version(text, level)
        except ValueError:
            assert modules(text, level) > 57
        else:
            assert modules(text, level) == 17 + 4 * version


def test_an_unknown_level_is_the_callers_bug():
    with pytest.raises(ValueError):
        codes.qr_version("A", "X")
