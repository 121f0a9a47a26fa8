"""The book of batches: what is believed, for how long, and what it costs to look again."""

from dataclasses import fields

import pytest

from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import Batch, Mark, SealKey, SerialRange
from hefu.apps.identity.selectors.batches import BatchBook
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW

pytestmark = pytest.mark.django_db

CHANGES = {
    "product": lambda goods: Product.objects.filter(pk=goods.product.pk).update(
        name_en="Pot", coins=3, gtin="06901234567892"
    ),
    "key": lambda _: SealKey.objects.update(burned_at=NOW),
    "secret": lambda _: SealKey.objects.update(secret="ab" * 32),
    "issued": lambda _: Batch.objects.update(next_serial=500),
    "range": lambda _: SerialRange.objects.update(count=90),
    "bulk mark": lambda _: Mark.objects.update(lifted_at=NOW),
    "single mark": lambda goods: Mark.objects.create(
        brand=goods.brand, batch=goods.batch, kind="void", first=3, count=1, single=True, at=NOW
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_process_changes_is_seen_a_second_later(change):
    goods = Goods()
    reference, clock = goods.batch.reference, [0.0]
    book = BatchBook(clock=lambda: clock[0])
    first = book.find([reference])[reference]

    CHANGES[change](goods)
    clock[0] = 0.9
    assert book.find([reference])[reference] is first
    clock[0] = 1.0
    second = book.find([reference])[reference]
    clock[0] = 2.0

    assert second is not first
    assert book.find([reference])[reference] is second  # the rows say the same: nothing is made
    fresh = BatchBook().by_id([goods.batch.pk])[goods.batch.pk]
    ours, theirs = ({**vars_of(facts), "marks": None} for facts in (second, fresh))
    assert ours == theirs


def vars_of(facts):
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def test_batches_in_use_are_read_together(django_assert_num_queries):
    goods = Goods()
    several = [goods.batch.reference]
    for number in range(4):
        order = goods.house.issued(product=goods.product, batch=f"9{number}")
        several.append(order.batch.reference)
    clock = [0.0]
    book = BatchBook(clock=lambda: clock[0])
    book.find(several)
    clock[0] = 0.5
    book.find(several)
    clock[0] = 1.2

    with django_assert_num_queries(3):
        for reference in several:
            assert book.find([reference])[reference] is not None
