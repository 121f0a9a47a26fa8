"""The blanks of a sentence (填空): amounts in yuan, percentages, lists of names."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hefu.core.promotions import EVERYTHING, Scope

_SPLIT = re.compile(r"[\s,，;；、]+")
LARGEST = 10**12  # minor units
#: What people write; an exponent such as 1e999999 is none, and would cost the server dearly.
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,6})?|\.\d{1,6})")


def _hundredths(text: str) -> Decimal | None:
    """Read a decimal number as hundredths; None for anything else."""
    return Decimal(text) * 100 if _NUMBER.fullmatch(text) else None


class AmountField(forms.Field):
    """An amount of money as people write it, 1,299.00; cleaned to minor units."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8})

    def to_python(self, value: Any) -> int | None:
        """Read it."""
        text = str(value or "").replace(",", "").replace("，", "").replace("元", "")
        text = text.replace("¥", "").strip()
        if not text:
            return None
        fen = _hundredths(text)
        if fen is None:
            raise ValidationError(_("An amount like 12 or 12.50, please."))
        if fen != int(fen) or not 0 <= fen <= LARGEST:
            raise ValidationError(_("At most two decimals, and not negative."))
        return int(fen)

    def prepare_value(self, value: Any) -> Any:
        """Write minor units as an amount."""
        if isinstance(value, int):
            return f"{value / 100:.2f}".removesuffix(".00")
        return value


class PercentField(forms.Field):
    """A percentage with up to two decimals; cleaned to basis points."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 4})

    def to_python(self, value: Any) -> int | None:
        """Read it."""
        text = str(value or "").replace("%", "").replace("％", "").strip()
        if not text:
            return None
        bp = _hundredths(text)
        if bp is None or bp != int(bp) or not 0 < bp <= 10_000:
            raise ValidationError(_("A number between 0 and 100, please."))
        return int(bp)

    def prepare_value(self, value: Any) -> Any:
        """Write basis points as a percentage."""
        if isinstance(value, int):
            return f"{value / 100:.2f}".rstrip("0").rstrip(".")
        return value


class NamesField(forms.CharField):
    """Names parted by commas, spaces or lines; cleaned to a tuple without repeats."""

    def to_python(self, value: Any) -> Any:
        """Read them."""
        text = super().to_python(value) or ""
        return tuple(dict.fromkeys(one for one in _SPLIT.split(text.strip()) if one))

    def prepare_value(self, value: Any) -> Any:
        """Write them with commas."""
        if isinstance(value, tuple | list | frozenset | set):
            return ", ".join(sorted(value) if isinstance(value, frozenset | set) else value)
        return value


def number(
    label: Any, *, least: int = 1, most: int = 1_000_000, **about: Any
) -> forms.IntegerField:
    """Return a blank for a whole number."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 4})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, **about)


def scope_of(given: dict[str, Any], prefix: str = "") -> Scope:
    """Read which goods are meant from cleaned fields; nothing named is everything."""
    skus = frozenset(given.get(f"{prefix}skus") or ())
    categories = frozenset(given.get(f"{prefix}categories") or ())
    tags = frozenset(given.get(f"{prefix}tags") or ())
    excepted = frozenset(given.get(f"{prefix}except_skus") or ())
    if not (skus or categories or tags):
        return Scope(everything=True, except_skus=excepted) if excepted else EVERYTHING
    return Scope(skus=skus, categories=categories, tags=tags, except_skus=excepted)


def scope_fields(scope: Scope) -> dict[str, Any] | None:
    """Return the fields of a scope; None where it says more than the editor's blanks."""
    beyond = scope.products or scope.except_products or scope.except_categories or scope.except_tags
    if beyond:
        return None
    return {
        "skus": tuple(sorted(scope.skus)),
        "categories": tuple(sorted(scope.categories)),
        "tags": tuple(sorted(scope.tags)),
        "except_skus": tuple(sorted(scope.except_skus)),
    }
