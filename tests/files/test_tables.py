"""Lists survive the way through Excel: zeros kept, formulas harmless, encodings recognised."""

import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from hefu.core.errors import DomainError
from hefu.files import open_table, write_csv, write_xlsx

PLAIN = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"],
        exclude_characters="'\ufeff",
    ),
    max_size=30,
)  # fmt: skip


def test_codes_keep_their_zero_and_formulas_stay_text(tmp_path):
    rows = [["0218123456", "=1+1", "+86 138", "-5"], ["00012", "@SUM(A1)", "a,b", 'say "yes"']]
    for name, write in (("t.csv", write_csv), ("t.xlsx", lambda *a: write_xlsx(*a, title="t"))):
        write(tmp_path / name, ["code", "a", "b", "c"], rows)
        back = [list(row.cells.values()) for row in open_table(tmp_path / name).rows()]
        assert back == rows

    cell = load_workbook(tmp_path / "t.xlsx").active["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")
    assert "'=1+1" in (tmp_path / "t.csv").read_text("utf-8-sig")


@given(st.lists(st.lists(PLAIN.filter(bool), min_size=2, max_size=2), min_size=1, max_size=8))
def test_any_table_comes_back_as_it_went(rows):
    buffer = io.BytesIO()
    write_xlsx(buffer, ["a", "b"], rows, title="t")
    sheet = load_workbook(io.BytesIO(buffer.getvalue())).active
    assert [
        [c or "" for c in line] for line in sheet.iter_rows(min_row=2, values_only=True)
    ] == rows


@given(st.binary(max_size=400) | st.binary(max_size=100).map(lambda b: b"PK\x03\x04" + b))
def test_no_file_breaks_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("t") / "x"
    path.write_bytes(content)
    try:
        for row in open_table(path).rows():
            assert all(isinstance(cell, str) for cell in row.cells.values())
    except DomainError as refusal:
        assert refusal.details["rule"]
