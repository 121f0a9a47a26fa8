"""Messages there and back in every notation; errors that say which identifier, where and why."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hefu.core import gs1
from hefu.core.errors import DomainError
from hefu.core.gs1 import linters
from tests.core.gs1.strategies import RULES, messages

slow_to_draw = settings(
    max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def test_R109_a_code_of_ours_reads_alike_in_every_notation():
    brackets = "(01)09506000134352(10)AB-12(17)271231(21)K7M3"
    message = gs1.parse_element_string(brackets)

    assert [element.title for element in message] == [
        "GTIN", "BATCH/LOT", "USE BY or EXPIRY", "SERIAL",
    ]  # fmt: skip
    assert message.key == gs1.Element(ai="01", value="09506000134352")
    assert message.to_fnc1("^") == "^010950600013435210AB-12^1727123121K7M3"
    assert message.to_digital_link("https://id.example.cn/") == (
        "https://id.example.cn/01/09506000134352/10/AB-12/21/K7M3?17=271231"
    )
    for text in (
        message.to_fnc1(),
        message.to_fnc1("^"),
        "]d2" + message.to_fnc1()[1:],
        "]Q3" + message.to_fnc1()[1:],
    ):
        assert gs1.parse(text) == message
    assert {*gs1.parse(message.to_digital_link())} == {*message}


#: (text, error, identifier, rule, position): positions counted by hand.
WRONG = [
    ("(01)09506000134353", gs1.InvalidValue, "01", "incorrect_check_digit", 17),
    ("(01)0950600013435X", gs1.InvalidValue, "01", "non_digit_character", 17),
    ("(01)09506000134352(17)271331", gs1.InvalidValue, "17", "illegal_month", 24),
    ("(01)09506000134352(10)A B", gs1.InvalidValue, "10", "invalid_cset82_character", 23),
    ("(01)095060001343", gs1.InvalidValue, "01", "value_too_short", 4),
    ("(01)09506000134352(21)123456789012345678901", gs1.InvalidValue, "21", "value_too_long", 42),
    ("(01)09506000134352(05)1", gs1.UnknownIdentifier, "05", "unknown_identifier", 19),
    ("(01)09506000134352(10)", gs1.MalformedText, "10", "value_empty", 22),
    ("(01", gs1.MalformedText, None, "bracket_missing", 0),
    ("09506000134352", gs1.MalformedText, None, "no_first_identifier", 0),
    ("^0109506000134353", gs1.InvalidValue, "01", "incorrect_check_digit", 16),
    ("^01095060001343521727133121K7", gs1.InvalidValue, "17", "illegal_month", 21),
    ("]d20109506000134353", gs1.InvalidValue, "01", "incorrect_check_digit", 18),
    ("]X0", gs1.MalformedText, None, "unknown_symbology_identifier", 0),
    ("]Q1plain text", gs1.MalformedText, None, "no_gs1_data", 3),
    ("https://a.example/01/09506000134353", gs1.InvalidValue, "01", "incorrect_check_digit", 34),
    ("https://a.example/01/09506000134352?17=271331", gs1.InvalidValue, "17", "illegal_month", 41),
    ("https://a.example/goods/17", gs1.InvalidDigitalLink, None, "no_primary_key", 17),
    ("https://a.example/01/09506000134352/21/A/10/B", gs1.InvalidDigitalLink, "01",
     "qualifiers_out_of_order", 21),
    ("https://a.example/01/09506000134352?10=B", gs1.InvalidDigitalLink, "10",
     "belongs_in_path", 39),
    ("https://a.example/01/0950 ", gs1.InvalidDigitalLink, None, "illegal_character", 25),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "ai", "rule", "position"), WRONG)
def test_an_error_names_identifier_rule_and_position(text, error, ai, rule, position):
    found = gs1.validate(text)

    assert type(found) is error
    assert isinstance(found, DomainError)
    assert found.details.get("ai") == ai
    assert found.rule == rule
    assert found.details["position"] == position


@pytest.mark.parametrize(
    ("text", "rule", "ai", "other"),
    [
        ("(10)AB", "required_missing", "10", "01,02,03,8006,8026"),
        ("(01)09506000134352(37)5", "excluded_pair", "01", "37"),
        ("(01)09506000134352(10)A(10)B", "repeated_with_other_value", "10", "10"),
        ("(253)9506000134307(8030)AAAA", "signature_needs_serial", "8030", "253"),
    ],
)
def test_company_that_is_missing_or_wrong_is_named(text, rule, ai, other):
    error = gs1.validate(text)

    assert isinstance(error, gs1.InvalidCombination)
    assert error.details == {"rule": rule, "ai": ai, "other": other}


def test_built_messages_are_checked_like_read_ones():
    pairs = [("01", "09506000134352"), ("21", "K7")]
    assert gs1.build(pairs) == gs1.parse("(01)09506000134352(21)K7")
    for wrong in ([("01", "09506000134353")], [("21", "K7")], [("05", "1")], [("10", "")], []):
        with pytest.raises(gs1.Gs1Error):
            gs1.build(wrong)


def test_what_cannot_be_a_link_says_so():
    lot = gs1.parse_element_string("(10)AB", rules=RULES)
    with pytest.raises(gs1.InvalidDigitalLink) as caught:
        lot.to_digital_link()
    assert caught.value.rule == "no_primary_key"
    with pytest.raises(ValueError, match="stem"):
        gs1.parse_element_string("(00)006141411234567890").to_digital_link("example.com")


def test_a_key_inside_the_stem_is_stem():
    link = gs1.parse_digital_link("https://a.example/00/x/01/09506000134352?linkType=gs1:pip#top")
    assert link.stem == "https://a.example/00/x"
    assert link.parameters == ("linkType=gs1:pip",)
    assert link.fragment == "top"


@given(messages())
@slow_to_draw
def test_brackets_there_and_back(message):
    assert gs1.parse_bracketed(message.to_bracketed(), rules=RULES) == message


@given(messages())
@slow_to_draw
def test_fnc1_there_and_back(message):
    assert gs1.parse_fnc1(message.to_fnc1(), rules=RULES) == message
    scan = gs1.parse_scan(
        gs1.write_scan(gs1.Symbology.DATA_MATRIX, message.to_fnc1("^")), rules=RULES
    )
    assert scan.message == message


@given(messages(keyed=True))
@slow_to_draw
def test_links_there_and_back(message):
    try:
        uri = message.to_digital_link()
    except gs1.InvalidDigitalLink:
        assume(False)
    link = gs1.parse_digital_link(uri, rules=RULES)
    assert {*link.message} == {*message}
    assert link.message.to_digital_link() == uri


NEARLY = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"(\([0-9]{2,4}\)[!-~]{0,12}){1,4}"),
    st.from_regex(r"\^([0-9]{2,20}\^?){1,4}"),
    st.from_regex(r"\](C1|e0|d2|Q3|E0|E4|Q1|I1)[ -~\x1d]{0,30}"),
    st.from_regex(r"https?://[a-z.]{1,9}(/[0-9]{2,4}/[!-~]{1,15}){1,3}(\?[0-9=&%a-z]{0,12})?"),
)


@given(NEARLY)
@settings(max_examples=400)
def test_no_text_is_an_unexpected_error(text):
    error = gs1.validate(text)
    assert error is None or re.fullmatch(r"[a-z0-9_]+", error.rule)


@given(st.sampled_from(list(gs1.Symbology)), NEARLY, st.booleans())
@settings(max_examples=200)
def test_no_text_breaks_writing_a_scan(symbology, text, add):
    try:
        data = gs1.write_scan(symbology, text, add_check_digit=add)
    except gs1.Gs1Error:
        return
    assert data.startswith("]")


@given(st.sampled_from(sorted({*linters.LINTERS, *linters.PREFIX_LINTERS})), st.text(max_size=30))
@settings(max_examples=400)
def test_a_lapse_lies_within_the_text(name, text):
    lapse = linters.check(name, text)
    assert lapse is None or 0 <= lapse.start <= lapse.end <= len(text)


@given(st.text("0123456789", min_size=1, max_size=17))
def test_a_check_digit_finds_every_single_error(digits):
    right = digits + gs1.check_digit(digits)
    assert linters.check("csum", right) is None
    for place, digit in enumerate(right):
        wrong = right[:place] + str((int(digit) + 1) % 10) + right[place + 1 :]
        assert linters.check("csum", wrong) is not None


def test_check_pair_of_the_general_specifications():
    assert gs1.check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    with pytest.raises(ValueError, match="82"):
        gs1.check_pair("a b")
