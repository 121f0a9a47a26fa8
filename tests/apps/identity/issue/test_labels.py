"""Rows, positions and archives: what exports are made of, without a database."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.apps.identity.labels import (
    PrintRun,
    csv_header,
    csv_rows,
    directory,
    entry,
    positions,
    txt_rows,
    zpl_rows,
)
from hefu.apps.identity.labels.delimited import cell
from hefu.apps.identity.labels.zpl import field
from hefu.core.codes import Face, Range, Sealer, batch_text, derive_key, ranges, read_code

REFERENCE = 777


def a_run(*, inner=False, **about):
    outer, hidden = (
        Sealer(derive_key(bytes(range(32)), key_id="1", batch=batch_text(REFERENCE), face=face))
        for face in (Face.OUTER, Face.INNER)
    )
    values = {
        "outer": outer, "inner": hidden if inner else None, "reference": REFERENCE,
        "model": "PFFN5005", "made_on": date(2012, 12, 20), "batch": "01",
        "link_head": "HTTPS://C.EXAMPLE.CN/01/06901234567892/21/", "name": "电饭煲",
        "element_head": "(01)06901234567892(21)", "ranges": (Range(start=0, stop=20_000),), **about,
    }  # fmt: skip
    return PrintRun(**values)


def written(rows):
    return b"".join(bytes(chunk.data) for chunk in rows)


@pytest.mark.parametrize("inner", [False, True])
@pytest.mark.parametrize("batch", ["01", "批次 7", "{code}"])
def test_rows_hold_every_serial_in_order_across_chunks(inner, batch):
    run = a_run(inner=inner, batch=batch)

    lines = written(csv_rows(run, run.ranges[0])).decode().split("\r\n")[:-1]

    assert len(lines) == 20_000
    columns = csv_header(run).decode().strip().split(",")
    for serial in (0, 8_191, 8_192, 16_384, 19_999):
        row = dict(zip(columns, lines[serial].split(","), strict=True))
        assert run.outer.unseal(read_code(row["code"]).sealed) == serial
        assert row["url"] == run.link_head + row["code"][:16]
        assert row["batch"] == batch
        assert row["gs1"] == "(01)06901234567892(21)" + row["code"][:16]
        if inner:
            assert run.inner.unseal(read_code(row["inner"]).sealed) == serial


@given(st.integers(0, 19_000), st.integers(1, 300), st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_file_in_pieces_is_the_file_in_one(start, size, inner):
    run = a_run(inner=inner)
    middle, stop = start + size // 2, start + size
    for write in (csv_rows, txt_rows, zpl_rows):
        pieces = [Range(start=start, stop=middle)] if middle > start else []
        pieces.append(Range(start=middle, stop=stop))
        assert b"".join(written(write(run, piece)) for piece in pieces) == written(
            write(run, Range(start=start, stop=stop))
        )


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=5)


@given(spans, st.integers(0, 120), st.integers(0, 120))
def test_positions_cut_ranges_as_if_laid_end_to_end(gaps, start, size):
    whole, at = [], 0
    for gap, count in gaps:
        whole.append(Range(start=at + gap, stop=at + gap + count))
        at += gap + count
    serials = [serial for part in whole for serial in range(part.start, part.stop)]

    found = positions(whole, start, start + size)

    assert [s for part in found for s in range(part.start, part.stop)] == serials[
        start : start + size
    ]
    assert ranges.count(found) == len(serials[start : start + size])


@given(st.text(max_size=12))
def test_a_cell_never_starts_a_formula(text):
    written_cell = cell(text)

    assert not written_cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not written_cell.startswith(('"=', '"+', '"-', '"@', '"\t', '"\r'))


@given(st.text(max_size=12))
def test_zpl_field_data_holds_no_command(text):
    assert not set("^~") & set(field(text))


def test_an_archive_of_more_than_65535_files_opens():
    body = b"".join(entry(f"{number}.txt", b"%d" % number) for number in range(66_000))
    file = io.BytesIO(body)

    whole = body + b"".join(directory(file, len(body)))

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert len(archive.namelist()) == 66_000
        assert archive.read("65999.txt") == b"65999"


def hollow(name, size):
    """The header of a member of which no byte is written: the file stays sparse."""
    header = bytearray(entry(name, b""))[: 30 + len(name)]
    header[18:22] = size.to_bytes(4, "little")
    return header


def test_an_archive_beyond_four_gigabytes_opens(tmp_path):
    path = tmp_path / "large.zip"
    with path.open("w+b") as file:
        for name, size in (("one", (1 << 32) - 200), ("two", 1 << 20)):
            file.write(hollow(name, size))
            file.seek(size, io.SEEK_CUR)
        file.write(entry("last.txt", b"here"))
        end = file.tell()
        file.flush()
        with path.open("rb") as entries:
            file.writelines(directory(entries, end))

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["one", "two", "last.txt"]
        assert archive.getinfo("last.txt").header_offset > 1 << 32
        assert archive.read("last.txt") == b"here"


def test_a_directory_is_made_only_of_whole_entries():
    body = entry("a.txt", b"a" * 100)
    with pytest.raises(ValueError, match="cut off"):
        list(directory(io.BytesIO(body), len(body) - 1))
    with pytest.raises(ValueError, match="no entry"):
        list(directory(io.BytesIO(b"x" * 64), 64))
