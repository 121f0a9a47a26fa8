"""The suites themselves: agreement passes, disagreement is shown with both answers."""

import json

import pytest

from tests.conformance.__main__ import main

GTIN = "(01)09506000134352"


def written(folder, *cases):
    path = folder / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    return str(path)


def test_gs1_agreement(tmp_path, capsys):
    link = "https://id.gs1.org/01/09506000134352"
    path = written(
        tmp_path,
        {"input": GTIN, "valid": True, "canonical_dl": link},
        {"input": "^0109506000134353", "valid": False, "error": "check digit"},
        {"input": link + "?10=A", "valid": False, "error": "in path"},
    )

    assert main(["gs1", path]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 passed, 0 failed",
        "canonical 1 equal, 0 different",
    ]


def test_gs1_disagreement_shows_both_answers(tmp_path, capsys):
    path = written(
        tmp_path,
        {"input": GTIN, "valid": False, "error": "their reason"},
        {"input": GTIN, "valid": True, "canonical_dl": "https://id.gs1.org/01/other"},
    )

    assert main(["gs1", path]) == 1
    shown = capsys.readouterr().out
    assert f"{GTIN}\n  theirs: invalid: their reason\n  ours:   valid" in shown
    assert "theirs: https://id.gs1.org/01/other" in shown
    assert shown.endswith("1 passed, 1 failed\ncanonical 0 equal, 1 different\n")


def test_linters(tmp_path, capsys):
    good = {"linter": "yesno", "input": "1", "valid": True}
    bad = {"linter": "yesno", "input": "1", "valid": False, "error": "X", "highlight": "*1*"}

    assert main(["linters", written(tmp_path, good)]) == 0
    assert main(["linters", written(tmp_path, good, bad)]) == 1
    assert capsys.readouterr().out.endswith("1 passed, 1 failed\n")


def test_epcis_and_hashes(tmp_path, capsys):
    event = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "eventTime": "2026-02-03T08:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": [],
        "action": "OBSERVE",
    }
    for name, document in (("valid", event), ("invalid", {**event, "action": "LOOK"})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.json").write_text(json.dumps(document), encoding="utf-8")

    assert main(["epcis", str(tmp_path)]) == 0
    assert "one.json refused" in capsys.readouterr().out

    # printf 'eventType=ObjectEventeventTime=2026-02-03T08:00:00.000ZeventTimeZoneOffset=+00:00
    # action=OBSERVE' (one line) | sha256sum
    digest = "de7cb0888877146394bb2da88ec43e9d059ec0f29dae4b28acf764f9b7088ccf"
    (tmp_path / "valid" / "one.hashes").write_text(f"ni:///sha-256;{digest}?ver=CBV2.0\n")
    assert main(["hashes", str(tmp_path / "valid")]) == 0
    (tmp_path / "valid" / "one.hashes").write_text("ni:///sha-256;00?ver=CBV2.0\n")
    assert main(["hashes", str(tmp_path / "valid")]) == 1


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(SystemExit):
        main(["gs1", "nowhere.jsonl"])
