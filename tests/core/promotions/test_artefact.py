"""Rules as documents, hashes and bytes; the shared cases and the shared workload."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks import promotions as benchmark
from hefu.core.promotions import (
    NOBODY,
    AnyOf,
    BuyGet,
    Cart,
    FactIn,
    Facts,
    Gift,
    Group,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Policy,
    Price,
    RegionIn,
    Rules,
    RulesUnreadable,
    Spend,
    Tier,
    Tiered,
    Use,
    canonical_bytes,
    compile_rules,
    evaluate,
    from_document,
    to_document,
)
from tests.conformance import promotions as conformance
from tests.core.promotions.shop import NOW, cart, in_category, line, offer

RULES = Rules(
    promotions=(
        offer(
            "a", LineOff(bp=2000, scope=in_category("x", "y")), starts_at=NOW, tags=frozenset("t")
        ),
        offer("b", Tiered(tiers=(Tier(at_least=1, bp=1), Tier(at_least=2, amount=1))), group="g"),
        offer("c", BuyGet(buy=Part(qty=1), get=Part(qty=1), amount=5), accepts=frozenset()),
        offer("d", NthPiece(size=2, bp=5000), code="X", version=3, title="第二件半价"),
        offer("e", Gift(sku="m", value=1), conditions=(RegionIn(include=frozenset({"440000"})),)),
        offer(
            "f",
            OrderOff(total=1),
            conditions=(
                AnyOf(
                    conditions=(
                        Spend(at_least=1),
                        FactIn(fact="channel", values=frozenset({"pc", "app"})),
                    )
                ),
            ),
        ),
    ),
    groups=(Group(id="g", policy=Policy.AT_MOST, k=2),),
    prices=(Price(sku="m", unit=1, currency="CNY"),),
    categories={"x": "z"},
)


def test_rules_survive_their_document():
    stored = json.loads(canonical_bytes(to_document(RULES)))

    again = from_document(Rules, stored)

    assert again == RULES
    assert compile_rules(again).content_hash == compile_rules(RULES).content_hash


def test_carts_and_facts_survive_their_documents():
    of = cart(line("a", 1, 2, "x", tags=("t",)), codes=("c",))
    facts = Facts(
        values={"channel": "pc", "segment": frozenset({"a", "b"})},
        verified={"student": NOW},
        uses={"p": Use(total=1, budget_left=5)},
    )

    assert from_document(Cart, json.loads(canonical_bytes(to_document(of)))) == of
    assert from_document(Facts, json.loads(canonical_bytes(to_document(facts)))) == facts


def test_any_change_of_the_rules_changes_the_hash():
    hashes = {
        compile_rules(rules).content_hash
        for rules in (
            RULES,
            replace(RULES, margin_floor_bp=1),
            replace(RULES, promotions=RULES.promotions[:-1]),
            replace(RULES, categories={"x": "y"}),
        )
    }

    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (
            {"promotions": [{"id": "a", "benefit": {"kind": "magic"}}]},
            "Rules.promotions[0].benefit.kind",
        ),
        ({"promotion": []}, "Rules.promotion"),
        ({"margin_floor_bp": "1"}, "Rules.margin_floor_bp"),
        ({"rounding": "up"}, "Rules.rounding"),
        ({"groups": [{"id": "g", "policy": "most"}]}, "Rules.groups[0].policy"),
        ({"groups": [{"k": 1}]}, "Rules.groups[0]"),
    ],
)
def test_an_unreadable_document_names_its_field(document, field):
    with pytest.raises(RulesUnreadable) as caught:
        from_document(Rules, document)

    assert caught.value.details["field"] == field


def test_same_input_same_bytes():
    of = cart(line("a", 30, 3, "x"), line("b", 10, 2, "y"), codes=("X", "Z"))
    quotes = [evaluate(compile_rules(RULES), of, NOBODY, NOW).canonical() for _ in range(2)]

    assert quotes[0] == quotes[1]
    assert json.loads(quotes[0])["refused_codes"] == ["Z"]


ELSEWHERE = """
import hashlib
from tests.core.promotions.test_artefact import *
of = cart(line("a", 30, 3, "x"), line("b", 10, 2, "y"), codes=("X",))
rules = compile_rules(RULES)
print(rules.content_hash, hashlib.sha256(evaluate(rules, of, NOBODY, NOW).canonical()).hexdigest())
"""


def test_same_bytes_in_every_process():
    said = {
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1


def test_all_shared_cases_agree(shared_data, capsys):
    assert conformance.main(shared_data / "promo" / "cases.json") == 0
    assert capsys.readouterr().out.endswith("104 passed, 0 failed\n")


def test_a_differing_case_is_printed_with_both_numbers(shared_data, tmp_path, capsys):
    document = json.loads((shared_data / "promo" / "cases.json").read_text())
    case = document["cases"][0]
    case["expect"]["total"] += 1
    (tmp_path / "one.json").write_text(json.dumps({"cases": [case]}))

    assert conformance.main(tmp_path / "one.json") == 1
    out = capsys.readouterr().out
    assert out == f"{case['id']}: total: expected 9001, got 9000\n0 passed, 1 failed\n"


def test_the_shared_workload_gives_the_expected_totals(shared_data):
    workload = benchmark._workload().build()
    expected = json.loads((shared_data / "promo" / "bench" / "expected_totals.json").read_text())

    for size, count in ((5, 10), (20, 100), (100, 1000)):
        rules = benchmark.ruleset(workload["promos"][:count])
        totals = [
            evaluate(rules, of, NOBODY, NOW).total for of in benchmark.carts(workload, size)[:10]
        ]
        assert totals == expected[f"{size}x{count}"][:10]
