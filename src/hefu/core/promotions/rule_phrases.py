"""The parts of rule-page sentences: money, shares, goods, lists (规则用语)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from hefu.core.money import format_amount
from hefu.core.promotions.cart import Scope
from hefu.core.promotions.rule_words import LANGUAGES, SENTENCES, WORDS

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What goods and groups are called, by their codes; what is missing is shown as its code."""

    skus: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    products: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    categories: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    groups: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    regions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


class Phrases:
    """Says things in one language and currency.

    Raises:
        ValueError: a language without sentences.
    """

    def __init__(self, language: str, names: Names, currency: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no rule pages in {language}")
        self._place = LANGUAGES.index(language)
        self.chinese = language == LANGUAGES[0]
        self.names = names
        self._currency = currency

    def pick(self, pair: tuple[str, str]) -> str:
        """Return the text of this language."""
        return pair[self._place]

    def say(self, key: str, **values: str | int) -> str:
        """Return a whole sentence."""
        return self.pick(SENTENCES[key]).format(**values)

    def word(self, key: str, **values: str | int) -> str:
        """Return a small phrase."""
        return self.pick(WORDS[key]).format(**values)

    def join(self, parts: Iterable[str]) -> str:
        """Return a list as people write it."""
        return self.word("join").join(parts)

    def money(self, amount: int) -> str:
        """Return minor units as an amount with its currency."""
        text = format_amount(amount, self._currency)
        if self.chinese and self._currency == "CNY":
            return f"{text}元"
        return f"{text} {self._currency}"

    def off(self, bp: int) -> str:
        """Return a discount in basis points as 折 or per cent; all of it is free."""
        if bp == 10_000:
            return self.word("off.all")
        return self.word("off", fold=_decimal(10_000 - bp, 1000), percent=self.percent(bp))

    def percent(self, bp: int) -> str:
        """Return basis points as per cent."""
        return f"{_decimal(bp, 100)}%"

    def times(self, bp: int) -> str:
        """Return a multiple in basis points, 20,000 being two."""
        return _decimal(bp, 10_000)

    def goods(self, scope: Scope) -> str:
        """Name what a scope means, and what it leaves out."""
        if scope.everything:
            meant = self.word("all")
        else:
            meant = self.join(self._named(scope.skus, scope.products, scope.categories, scope.tags))
        left_out = self._named(
            scope.except_skus, scope.except_products, scope.except_categories, scope.except_tags
        )
        return meant + (self.word("except", names=self.join(left_out)) if left_out else "")

    def _named(
        self,
        skus: frozenset[str],
        products: frozenset[str],
        categories: frozenset[str],
        tags: frozenset[str],
    ) -> list[str]:
        names = self.names
        return [
            *(_called(names.skus, sku) for sku in sorted(skus)),
            *(_called(names.products, product) for product in sorted(products)),
            *(
                self.word("category", name=_called(names.categories, one))
                for one in sorted(categories)
            ),
            *(self.word("tag", name=tag) for tag in sorted(tags)),
        ]

    def region(self, code: str) -> str:
        """Name one region."""
        return _called(self.names.regions, code)

    def article(self, sku: str) -> str:
        """Name one article."""
        return _called(self.names.skus, sku)


def _called(names: Mapping[str, str], code: str) -> str:
    """Return name and code: two goods may share a name, never a code."""
    name = names.get(code)
    return f"{name} ({code})" if name and name != code else code


def _decimal(value: int, unit: int) -> str:
    """Write value / unit (a power of ten) exactly, without trailing zeros."""
    whole, rest = divmod(value, unit)
    digits = str(rest).rjust(len(str(unit)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
