"""R-cases published by GS1 itself: linters, element strings, scans, Digital Links."""

import pytest

from hefu.core import gs1
from hefu.core.gs1 import linters, percent
from tests.conformance import linter_cases
from tests.core.gs1 import samples

SYMBOLOGIES = {
    "QR": gs1.Symbology.QR_CODE,
    "DM": gs1.Symbology.DATA_MATRIX,
    "DotCode": gs1.Symbology.DOTCODE,
    "DataBarExpanded": gs1.Symbology.DATABAR_EXPANDED,
    "DataBarLimited": gs1.Symbology.DATABAR_LIMITED,
    "DataBarOmni": gs1.Symbology.DATABAR_OMNI,
    "GS1_128_CCA": gs1.Symbology.GS1_128,
    "GS1_128_CCC": gs1.Symbology.GS1_128,
    "EAN13": gs1.Symbology.EAN_13,
    "EAN8": gs1.Symbology.EAN_8,
    "UPCA": gs1.Symbology.UPC_A,
    "UPCE": gs1.Symbology.UPC_E,
}


def rules_of(case):
    options = case["options"]
    return gs1.Rules(
        associations=False,
        unknown_ais=bool(options.get("PermitUnknownAIs")),
        unknown_attributes=options.get("validation:UNKNOWN_AI_NOT_DL_ATTR") is False,
        short_gtins=bool(options.get("PermitZeroSuppressedGTINinDLuris")),
        short_names="ConvenienceAlphas(deprecated, not in public API)" in options,
    )


def answer(call, *arguments, **keywords):
    try:
        return call(*arguments, **keywords)
    except gs1.Gs1Error:
        return None


def test_every_linter_of_the_dictionary_is_here():
    named = {case["linter"] for case in samples.lines("gs1_linters/linter_cases.jsonl")}
    table = {
        linter
        for identifier in gs1.IDENTIFIERS.values()
        for part in identifier.parts
        for linter in part.linters
    }
    assert (named | table) <= {*linters.LINTERS, *linters.PREFIX_LINTERS}


def test_linters_agree_in_verdict_rule_and_place():
    cases = samples.lines("gs1_linters/linter_cases.jsonl")
    assert [case for case in cases if linter_cases.disagreement(case)] == []


def test_bracketed_element_strings():
    cases = samples.lines("gs1_element_strings/parse_bracketed.jsonl")
    rules = gs1.Rules(associations=False)
    for case in cases:
        message = answer(gs1.parse_bracketed, case["brackets"], rules=rules)
        assert (message and message.to_fnc1("^")) == case["fnc1_caret"], case


def test_fnc1_element_strings():
    for case in samples.lines("gs1_element_strings/validate_fnc1.jsonl"):
        message = answer(gs1.parse_fnc1, case["fnc1_caret"], fnc1="^", rules=rules_of(case))
        assert (message is not None) == case["valid"], case


def test_associations():
    for case in samples.lines("gs1_element_strings/ai_associations.jsonl"):
        rules = gs1.Rules(unknown_ais=True)
        text = case["brackets"]
        if case["rule"] == "validateAIrepeats":  # about repeats alone: give the company they need
            text += "(00)006141411234567890"
        valid = gs1.validate(text, rules=rules) is None
        assert valid == case["valid"], case


def test_scans_read():
    for case in samples.lines("gs1_scan_data/process_scan_data.jsonl"):
        scan = answer(gs1.parse_scan, case["scan_data"])
        if not case["valid"]:
            assert scan is None, case
            continue
        assert scan is not None, case
        assert scan.symbology is SYMBOLOGIES[case["symbology"]]
        assert scan.text == case["message"]


def test_scans_written():
    for case in samples.lines("gs1_scan_data/generate_scan_data.jsonl"):
        if case["symbology"] == "NONE":
            continue
        data = answer(
            gs1.write_scan,
            SYMBOLOGIES[case["symbology"]],
            case["message"],
            add_check_digit=bool(case["options"].get("AddCheckDigit")),
        )
        assert data == case["scan_data"], case


def test_digital_links_read():
    for case in samples.lines("gs1_digital_link/parse_dl_uri.jsonl"):
        link = answer(gs1.parse_digital_link, case["uri"], rules=rules_of(case))
        fnc1 = link and link.message.to_fnc1("^")
        assert fnc1 == case["element_string_fnc1_caret"], case


def test_digital_links_written():
    for case in samples.lines("gs1_digital_link/generate_dl_uri.jsonl"):
        rules = rules_of(case)
        message = gs1.parse_bracketed(case["element_string_brackets"], rules=rules)
        uri = answer(
            message.to_digital_link,
            case["stem"] or gs1.CANONICAL_STEM,
            unknown_attributes=rules.unknown_attributes,
        )
        assert uri == case["uri"], case


@pytest.mark.parametrize("query", [False, True])
def test_percent_encoding(query):
    calls = {"URIunescape": percent.unescape, "URIescape": percent.escape}
    for case in samples.lines("gs1_digital_link/uri_escape.jsonl"):
        expected = case["query" if query else "path"]
        assert calls[case["op"]](case["input"], query=query) == expected, case


@pytest.mark.parametrize("notation", ["bracketed", "fnc1", "dl"])
def test_answers_of_the_reference_engine(notation):
    for case in samples.lines(f"gs1_oracle/{notation}.jsonl"):
        message = answer(gs1.parse, case["input"])
        assert (message is not None) == case["valid"], case
        if message is None:
            continue
        assert message.to_bracketed() == case["brackets"]
        assert message.hri() == case["hri"]
        assert answer(message.to_digital_link) == case["canonical_dl"], case
