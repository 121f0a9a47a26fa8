"""Codes by the million: the text is what single codes say, and it verifies."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core import codes
from tests.core.codes.brand import BATCH, sealer

PATTERNS = [
    "{code}\n",
    "{code}",
    "{serial}",
    "{serial}\r\n",
    "{serial},{code},HTTPS://H.EXAMPLE/01/06901234567892/21/{serial}\n",
    "^XA^FO20,20^BQN,2,4^FDMA,HTTPS://H.EXAMPLE/01/06901234567892/21/{serial}^FS^XZ\n",
    "{code}{serial}{code}",
]


def text_of(serial: int, pattern: str) -> str:
    code = codes.Code(batch=BATCH, sealed=sealer().seal_serial(serial))
    return pattern.replace("{code}", code.text).replace("{serial}", code.serial)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_rows_say_what_single_codes_say(pattern):
    sheet = codes.Sheet(BATCH, sealer(), pattern)
    serials = [*range(8_180, 8_200), 9_000]  # across the end of a chunk

    text = sheet.text(8_180, 16_500).decode()

    for serial in serials:
        start = (serial - 8_180) * sheet.row_bytes
        assert text[start : start + sheet.row_bytes] == text_of(serial, pattern)
    assert len(text) == (16_500 - 8_180) * sheet.row_bytes


@settings(max_examples=20)
@given(st.integers(0, (1 << 30) - 1), st.integers(0, 40), st.sampled_from(PATTERNS))
def test_any_range_can_be_printed(start, length, pattern):
    stop = min(start + length, 1 << 30)

    text = codes.Sheet(BATCH, sealer(), pattern).text(start, stop).decode()

    assert text == "".join(text_of(serial, pattern) for serial in range(start, stop))


def test_a_file_resumed_in_the_middle_is_the_same_file():
    sheet = codes.Sheet(BATCH, sealer())

    whole, resumed = sheet.text(0, 20_000), io.BytesIO()
    for chunk in sheet.chunks(0, 8_000):
        resumed.write(chunk)
    for chunk in codes.Sheet(BATCH, sealer()).chunks(8_000, 20_000):
        resumed.write(chunk)

    assert resumed.getvalue() == whole


def test_R114_five_codes_are_five_lines_and_all_verify():
    lines = codes.Sheet(BATCH, sealer()).text(0, 5).decode().splitlines()

    assert len(set(lines)) == 5
    assert [sealer().unseal(codes.read_code(line).sealed) for line in lines] == [0, 1, 2, 3, 4]


def test_verify_tells_genuine_typing_error_unknown_and_other_batch_apart():
    rows = codes.rows_of(codes.Sheet(BATCH, sealer()).text(0, 20_000)).copy()
    other = codes.Sheet(BATCH ^ 1, sealer(batch=codes.batch_text(BATCH ^ 1))).text(0, 1)
    forged = codes.Code(batch=BATCH, sealed=sealer().seal_serial(7) ^ 1 << 40)
    rows[3, 9] = ord("U")
    rows[4, 9], rows[4, 10] = rows[4, 10], rows[4, 9]
    rows[5, 16] = ord("0") if rows[5, 16] != ord("0") else ord("1")
    rows[7, :17] = np.frombuffer(forged.text.encode(), np.uint8)
    rows[8, :17] = np.frombuffer(other[:17], np.uint8)

    found = codes.verify_rows(BATCH, sealer(), rows, issued=15_000)

    expected = np.full(20_000, codes.Outcome.GENUINE, np.uint8)
    expected[15_000:] = codes.Outcome.UNKNOWN
    expected[[3, 4, 5]] = codes.Outcome.TYPING_ERROR
    expected[7] = codes.Outcome.UNKNOWN
    expected[8] = codes.Outcome.OTHER_BATCH
    assert found.outcomes.tolist() == expected.tolist()
    genuine = found.outcomes == codes.Outcome.GENUINE
    assert (found.serials[genuine] == np.arange(20_000, dtype="<u8")[genuine]).all()
    assert found.count(codes.Outcome.TYPING_ERROR) == 3


@settings(max_examples=30)
@given(st.lists(st.binary(min_size=17, max_size=17), min_size=1, max_size=20))
def test_verify_takes_any_bytes(lines):
    text = b"".join(line.replace(b"\n", b"0") + b"\n" for line in lines)

    found = codes.verify_rows(BATCH, sealer(), codes.rows_of(text), issued=1 << 30)

    assert found.count(codes.Outcome.GENUINE) == 0


@pytest.mark.parametrize("text", [b"", b"\n", b"K7QM\n", b"0" * 17, b"0" * 17 + b"\n0\n"])
def test_other_files_are_refused(text):
    with pytest.raises(codes.UnreadableCode):
        codes.rows_of(text)


def test_lines_of_other_lengths_are_refused():
    with pytest.raises(codes.UnreadableCode):
        codes.rows_of(b"0" * 17 + b"\n" + b"0" * 18)


@pytest.mark.parametrize("pattern", ["", "code\n", "批{code}\n", "{batch}"])
def test_a_pattern_without_a_code_is_refused(pattern):
    with pytest.raises(codes.BadTemplate):
        codes.Sheet(BATCH, sealer(), pattern)


def test_ranges_outside_a_batch_are_the_callers_bug():
    sheet = codes.Sheet(BATCH, sealer())
    for start, stop in ((-1, 3), (5, 4), (0, (1 << 30) + 1)):
        with pytest.raises(ValueError):
            sheet.text(start, stop)
    with pytest.raises(ValueError):
        codes.Sheet(BATCH, sealer(codes.Seal(body_bits=20, tag_bits=40)))
    with pytest.raises(ValueError):
        codes.verify_rows(BATCH, sealer(), np.zeros((3, 16), np.uint8), issued=1)
