"""The sentences of the editor: what is filled in becomes what the engine reads, and back."""

import pytest
from django.core.exceptions import ValidationError

from hefu.core.promotions import (
    EVERYTHING,
    Cart,
    Facts,
    Line,
    OrderOff,
    Promotion,
    Rules,
    Scope,
    Tiered,
    compile_rules,
    evaluate,
)
from hefu.surfaces.desk.promoting.blanks import AmountField, NamesField, PercentField
from hefu.surfaces.desk.promoting.sayings import BY_NAME, SAYINGS, saying_of
from tests.factories import NOW

#: Each sentence filled in, and what 3 cups at 100.00 and a pot at 200.00 (fee 12.00) then cost.
FILLED = {
    "tiers": ({"from_1": "100", "off_1": "10", "from_2": "200", "off_2": "30"}, 48200),
    "pieces": ({"pieces_1": "2", "percent_1": "10", "pieces_2": "4", "percent_2": "20"}, 41200),
    "percent": ({"percent": "20"}, 41200),
    "off": ({"amount": "15.50"}, 49650),
    "every": ({"every": "100", "amount": "10", "times": "3"}, 48200),
    "each": ({"percent": "15"}, 43700),
    "fixed": ({"price": "99"}, 40800),
    "nth": ({"size": "2", "percent": "50"}, 41200),
    "cheapest": ({"units": "1", "percent": "100"}, 41200),
    "buy-get": ({"buy": "2", "get": "1", "percent": "100"}, 41200),
    "any": ({"size": "3", "price": "299"}, 41100),
    "bundle": ({"parts": "CUP, POT", "price": "250"}, 46200),
    "gift": ({"gift": "CUP", "qty": "1"}, 51200),
    "shipping": ({}, 50000),
    "points": ({"times": "2"}, 51200),
}
CART = Cart(
    lines=(
        Line(id="CUP", sku="CUP", unit=10000, qty=3),
        Line(id="POT", sku="POT", unit=20000),
    ),
    currency="CNY", shipping=1200,
)  # fmt: skip


def cleaned(saying, typed):
    """What the form's fields make of the typed blanks."""
    fields = saying.blanks()
    given = {name: field.clean(typed.get(name, "")) for name, field in fields.items()}
    return given | ({"value": 10000} if saying.name == "gift" else {})


def price(benefit):
    promotion = Promotion(id="p", benefit=benefit, currency="CNY")
    return evaluate(compile_rules(Rules(promotions=(promotion,))), CART, Facts(), NOW).total


@pytest.mark.parametrize("saying", SAYINGS, ids=lambda one: one.name)
def test_a_sentence_does_what_it_says_and_reads_back(saying):
    typed, total = FILLED[saying.name]
    given = cleaned(saying, typed)

    benefit = saying.build(given, EVERYTHING)

    assert price(benefit) == total
    assert saying_of(benefit) is not None
    found, filled = saying_of(benefit)
    assert found.name == saying.name
    assert saying.build({**given, **filled}, EVERYTHING) == benefit


@pytest.mark.parametrize("saying", SAYINGS, ids=lambda one: one.name)
def test_every_blank_stands_in_the_sentence(saying):
    said = str(saying.text).format(**{name: f"<{name}>" for name in saying.blanks()})

    assert all(f"<{name}>" in said for name in saying.blanks())


def test_goods_are_part_of_it():
    scope = Scope(skus=frozenset({"CUP"}))
    benefit = BY_NAME["each"].build({"percent": 5000}, scope)

    assert price(benefit) == 15000 + 20000 + 1200
    assert benefit.scope == scope


def test_what_the_sentences_cannot_say_is_not_read():
    assert saying_of(Tiered(tiers=(), exclude_discounted=True)) is None
    assert saying_of(OrderOff(total=100)) is None
    assert saying_of(OrderOff(bp=100, max_units=3)) is None


@pytest.mark.parametrize(
    ("typed", "fen"), [("12", 1200), ("1,299.00", 129900), ("¥0.5", 50), ("12元", 1200), ("", None)]
)
def test_amounts_as_people_write_them(typed, fen):
    assert AmountField(required=False).clean(typed) == fen


@pytest.mark.parametrize("typed", ["-1", "1.234", "abc", "1e99", "NaN"])
def test_amounts_that_are_none(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)


def test_percentages_and_names():
    assert PercentField().clean("12.5 %") == 1250
    for wrong in ("0", "101", "x"):
        with pytest.raises(ValidationError):
            PercentField().clean(wrong)
    assert NamesField().clean("A，B; A\nC") == ("A", "B", "C")


@pytest.mark.parametrize("text", ["1e999999", "-1", "😀", "1.234", "9" * 40, "NaN", "1_000"])
def test_what_is_no_amount_is_said_at_once(text):
    for field in (AmountField(), PercentField()):
        with pytest.raises(ValidationError):
            field.clean(text)
