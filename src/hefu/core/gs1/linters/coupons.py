"""Linters of coupons (优惠券): North American coupon codes and positive-offer files.

Both are strings of digits read from left to right; most fields are preceded by a length indicator.
Sources: GS1 General Specifications, AI (8110) and AI (8112); GS1 US coupon application guideline.
"""

from collections.abc import Callable, Container
from typing import NoReturn

from hefu.core.gs1.linters.dates import yymmdd
from hefu.core.gs1.linters.lapse import Lapse, non_digit

#: Tells which rule a GS1 company prefix (厂商识别代码) breaks, or None when it is registered.
PrefixCheck = Callable[[str], str | None]

_REQUIREMENT_CODES = "012349"
_NO_PREFIX = "9"


class _Broken(Exception):
    """A lapse found while reading; never leaves this module."""

    def __init__(self, lapse: Lapse) -> None:
        self.lapse = lapse
        super().__init__(lapse.rule)


class _Reader:
    """Reads a coupon's digits from left to right."""

    def __init__(self, text: str, prefix_check: PrefixCheck | None) -> None:
        self.text = text
        self.at = 0
        self.prefix_check = prefix_check

    def fail(self, rule: str, start: int, end: int) -> NoReturn:
        raise _Broken(Lapse(f"coupon_{rule}", start, end))

    def take(self, size: int, rule: str) -> str:
        """``size`` digits; too few show what is left, or the whole text if nothing is."""
        if self.at + size > len(self.text):
            self.fail(rule, self.at if self.at < len(self.text) else 0, len(self.text))
        self.at += size
        return self.text[self.at - size : self.at]

    def choice(self, allowed: Container[str], missing: str, invalid: str) -> str:
        """One digit out of ``allowed``."""
        digit = self.take(1, missing)
        if digit not in allowed:
            self.fail(invalid, self.at - 1, self.at)
        return digit

    def sized(self, name: str, *, allowed: str, base: int, length_rule: str = "") -> str:
        """A field preceded by its length less ``base``."""
        rule = f"invalid_{length_rule or name}_length"
        extra = self.choice(allowed, f"missing_{name}_vli", rule)
        return self.take(base + int(extra), f"truncated_{name}")

    def prefix(self, name: str, *, allowed: str = "0123456", length_rule: str = "") -> None:
        """A GS1 company prefix; indicator 9, where allowed, says there is none."""
        if _NO_PREFIX in allowed and self.text[self.at : self.at + 1] == _NO_PREFIX:
            self.at += 1
            return
        digits = self.sized(
            name, allowed=allowed.rstrip(_NO_PREFIX), base=6, length_rule=length_rule
        )
        if self.prefix_check and (rule := self.prefix_check(digits)):
            raise _Broken(Lapse(rule, self.at - len(digits), self.at))

    def end(self) -> None:
        """Nothing is left."""
        if self.at < len(self.text):
            self.fail("excess_data", self.at, len(self.text))


def _requirement(reader: _Reader, ordinal: str) -> None:
    """How much of which family must be bought."""
    reader.sized(f"{ordinal}_purchase_requirement", allowed="12345", base=0)
    reader.choice(
        _REQUIREMENT_CODES,
        f"missing_{ordinal}_purchase_requirement_code",
        f"invalid_{ordinal}_purchase_requirement_code",
    )
    reader.take(3, f"truncated_{ordinal}_purchase_family_code")


def _second(reader: _Reader) -> None:
    name = "additional_purchase_rules_code"
    reader.choice("0123", f"missing_{name}", f"invalid_{name}")
    _requirement(reader, "2nd")
    reader.prefix("2nd_purchase_gcp", allowed="01234569")


def _third(reader: _Reader) -> None:
    _requirement(reader, "3rd")
    reader.prefix("3rd_purchase_gcp", allowed="01234569")


def _day(reader: _Reader, name: str) -> None:
    digits = reader.take(6, f"too_short_for_{name}")
    if yymmdd(digits):
        reader.fail(f"invalid_{name}", reader.at - 6, reader.at)


def _expiry(reader: _Reader) -> None:
    _day(reader, "expiration_date")


def _start(reader: _Reader) -> None:
    _day(reader, "start_date")


def _serial(reader: _Reader) -> None:
    reader.sized("serial_number", allowed="0123456789", base=6)


def _retailer(reader: _Reader) -> None:
    reader.prefix("retailer_gcp_or_gln", allowed="1234567")


def _miscellaneous(reader: _Reader) -> None:
    reader.choice("01256", "missing_save_value_code", "invalid_save_value_code")
    name = "save_value_applies_to_item"
    reader.choice("012", f"missing_{name}", f"invalid_{name}")
    reader.take(1, "missing_store_coupon_flag")
    reader.choice("01", "missing_dont_multiply_flag", "invalid_dont_multiply_flag")


#: The optional fields in the order in which they may follow, by the digit that announces them.
_FIELDS: dict[str, Callable[[_Reader], None]] = {
    "1": _second,
    "2": _third,
    "3": _expiry,
    "4": _start,
    "5": _serial,
    "6": _retailer,
    "9": _miscellaneous,
}


def couponcode(text: str, prefix_check: PrefixCheck | None = None) -> Lapse | None:
    """The data of a North American coupon, AI (8110)."""
    if lapse := non_digit(text):
        return lapse
    reader = _Reader(text, prefix_check)
    try:
        reader.prefix("gcp", length_rule="gcp")
        reader.take(6, "truncated_offer_code")
        reader.sized("save_value", allowed="12345", base=0)
        _requirement(reader, "1st")
        for announced, read in _FIELDS.items():
            if text[reader.at : reader.at + 1] == announced:
                reader.at += 1
                read(reader)
        reader.end()
    except _Broken as broken:
        return broken.lapse
    return None


def couponposoffer(text: str, prefix_check: PrefixCheck | None = None) -> Lapse | None:
    """The data of a positive-offer coupon, AI (8112)."""
    if lapse := non_digit(text):
        return lapse
    reader = _Reader(text, prefix_check)
    try:
        reader.choice("01", "missing_format_code", "invalid_format_code")
        reader.prefix("funder", length_rule="funder")
        reader.take(6, "truncated_offer_code")
        _serial(reader)
        reader.end()
    except _Broken as broken:
        return broken.lapse
    return None
