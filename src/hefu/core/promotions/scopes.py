"""Which lines a scope touches: an index from goods to scopes (适用范围).

The cost of a cart grows with the scopes its goods stand in, not with all there are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from hefu.core.promotions.cart import EVERYTHING, Line, Scope

#: The number of the scope "everything"; it always exists.
ALL_GOODS = 0

Hits = dict[int, Sequence[int]]


def ancestors(category: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """List a category and all above it, nearest first.

    Raises:
        ValueError: if the tree has a cycle.
    """
    chain = [category]
    while (above := parents.get(chain[-1])) is not None:
        if above in chain:
            raise ValueError(f"the category tree runs in a circle at {above}")
        chain.append(above)
    return tuple(chain)


class ScopeIndex:
    """Numbers distinct scopes and finds those that a cart touches."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._parents = parents
        self._numbers: dict[Scope, int] = {EVERYTHING: ALL_GOODS}
        self._by_sku: dict[str, tuple[int, ...]] = {}
        self._by_category: dict[str, tuple[int, ...]] = {}
        self._by_product: dict[str, tuple[int, ...]] = {}
        self._by_tag: dict[str, tuple[int, ...]] = {}
        self._excluding: dict[int, tuple[Callable[[Line], bool], bool]] = {}

    def number(self, scope: Scope) -> int:
        """Return the number of ``scope``, registering it at first sight."""
        known = self._numbers.get(scope)
        if known is not None:
            return known
        number = len(self._numbers)
        self._numbers[scope] = number
        if scope.has_exceptions:
            self._excluding[number] = (self._exclusion(scope), scope.everything)
        if not scope.everything:
            for keys, index in (
                (scope.skus, self._by_sku),
                (scope.products, self._by_product),
                (scope.tags, self._by_tag),
            ):
                for key in keys:
                    index[key] = (*index.get(key, ()), number)
        return number

    def seal(self) -> None:
        """Close category scopes over the tree; call once, after the last ``number``."""
        named: dict[str, list[int]] = {}
        for scope, number in self._numbers.items():
            for category in scope.categories:
                named.setdefault(category, []).append(number)
        for category in {*self._parents, *self._parents.values(), *named}:
            numbers = {
                number
                for above in ancestors(category, self._parents)
                for number in named.get(above, ())
            }
            if numbers:
                self._by_category[category] = tuple(sorted(numbers))

    def touch(self, lines: Sequence[Line]) -> Hits:
        """Return the places of the lines that each touched scope contains, in order."""
        hits: dict[int, list[int]] = {}
        by_sku, by_category = self._by_sku, self._by_category
        for place, line in enumerate(lines):
            if line.sku in by_sku:
                for number in by_sku[line.sku]:
                    if number in hits:
                        hits[number].append(place)
                    else:
                        hits[number] = [place]
            for category in line.categories:
                if category in by_category:
                    for number in by_category[category]:
                        if number not in hits:
                            hits[number] = [place]
                        elif hits[number][-1] != place:
                            hits[number].append(place)
        if self._by_product or self._by_tag:
            self._touch_rest(lines, hits)
        touched = cast("Hits", hits)
        touched[ALL_GOODS] = range(len(lines))
        if self._excluding:
            self._leave_out(lines, touched)
        return touched

    def _leave_out(self, lines: Sequence[Line], touched: Hits) -> None:
        for number, (excluded, everything) in self._excluding.items():
            places = range(len(lines)) if everything else touched.get(number, ())
            if left := [place for place in places if not excluded(lines[place])]:
                touched[number] = left
            else:
                touched.pop(number, None)

    def _touch_rest(self, lines: Sequence[Line], hits: dict[int, list[int]]) -> None:
        for place, line in enumerate(lines):
            found = {*self._by_product.get(line.product, ())}
            for tag in line.tags:
                found.update(self._by_tag.get(tag, ()))
            for number in found:
                places = hits.setdefault(number, [])
                if place not in places:
                    places.append(place)
                    places.sort()

    def _exclusion(self, scope: Scope) -> Callable[[Line], bool]:
        parents = self._parents

        def excluded(line: Line) -> bool:
            return (
                line.sku in scope.except_skus
                or line.product in scope.except_products
                or not scope.except_tags.isdisjoint(line.tags)
                or any(
                    above in scope.except_categories
                    for category in line.categories
                    for above in ancestors(category, parents)
                )
            )

        return excluded
