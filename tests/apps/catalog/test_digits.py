"""R101: short digits of models: kept as text, one in the house, never lost once printed."""

import threading

import pytest
from django.db import connection

from hefu.apps.catalog import smart
from hefu.apps.catalog.errors import DigitsTaken, ItemNumberTaken
from hefu.apps.catalog.models import Product, ShortDigits
from hefu.apps.catalog.rows import ProductRow, read_row
from hefu.apps.catalog.selectors import products_matching
from hefu.apps.catalog.services import save_product
from hefu.apps.catalog.services.digits import assign_digits
from hefu.core.codes.short_codes import is_own, own_digits
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor, operator

PRINTED = "0218123456"

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand("povos")


@pytest.fixture
def specialist(brand):
    return an_actor(brand, Role.PRODUCT_SPECIALIST)


def saved(actor, item_no, digits=None):
    row = ProductRow(item_no=item_no, model=f"M-{item_no}", name="电饭煲", short_code=digits)
    return save_product(actor, row=row, now=NOW)[0]


def test_R101_the_makers_digits_lead_to_its_model_and_a_lost_zero_does_not(specialist, brand):
    product = saved(specialist, "PN587", PRINTED)

    assert smart.model_of_digits(PRINTED) == smart.Resolved(product=product)
    assert smart.model_of_digits("218123456") == smart.Resolved(known=PRINTED)
    assert smart.model_of_digits("0218123457") == smart.Resolved()
    assert smart.model_of_digits(PRINTED, brand_id=brand.pk).product == product
    assert smart.model_of_digits(PRINTED, brand_id=a_brand().pk) == smart.Resolved()


def test_R101_a_cell_as_people_type_it_is_taken_and_an_empty_one_takes_nothing_away():
    where = {name: name for name in ("item_no", "model", "name", "short_code")}
    cells = {"item_no": "A", "model": "B", "name": "C"}

    assert read_row({**cells, "short_code": "０218 123 456"}, where).short_code == PRINTED
    assert "short_code" not in read_row({**cells, "short_code": ""}, where).stated()
    for digits, rule in (("12a4", "digits_4_to_12"), ("0000", "digits_reserved"),
                         ("8010", "digits_reserved")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read_row({**cells, "short_code": digits}, where)
        assert refused.value.details["rule"] == rule


def test_a_spreadsheet_that_lost_the_zero_changes_nothing(specialist):
    product = saved(specialist, "PN587", PRINTED)

    with pytest.raises(Invalid) as refused:
        saved(specialist, "PN587", "218123456")

    assert refused.value.details == {
        "field": "short_code", "rule": "zero_lost", "value": PRINTED,
    }  # fmt: skip
    product.refresh_from_db()
    assert product.short_code == PRINTED
    assert smart.model_of_digits(PRINTED).product == product


def test_a_zero_forgotten_at_first_may_be_added(specialist):
    product = saved(specialist, "PN587", "218123456")
    saved(specialist, "PN587", PRINTED)
    assert smart.model_of_digits(PRINTED).product == product
    assert smart.model_of_digits("218123456").known == PRINTED


@pytest.mark.parametrize("digits", [PRINTED, "218123456", "00218123456"])
def test_nobody_takes_anothers_digits_nor_ones_that_differ_by_zeros(specialist, digits):
    saved(specialist, "PN587", PRINTED)
    newcomer = operator(a_brand())

    with pytest.raises(DigitsTaken):
        saved(newcomer, "N1", digits)
    with pytest.raises((DigitsTaken, ItemNumberTaken)):
        saved(specialist, "PN588", digits)

    assert list(Product.objects.values_list("item_no", flat=True)) == ["PN587"]
    assert ShortDigits.objects.count() == 1


def test_digits_printed_before_lead_to_their_model_until_the_brand_gives_them_away(specialist):
    old = saved(specialist, "PN587", PRINTED)
    saved(specialist, "PN587", "0218123457")

    assert smart.model_of_digits(PRINTED).product == old
    with pytest.raises(DigitsTaken):
        saved(operator(a_brand()), "N1", PRINTED)

    other = saved(specialist, "PN588", PRINTED)
    assert smart.model_of_digits(PRINTED).product == other
    assert smart.model_of_digits("0218123457").product == old


def test_one_many_or_all_models_without_digits_get_the_houses_own(specialist, brand):
    kept = saved(specialist, "PN587", PRINTED)
    plain = [saved(specialist, f"PN{number}") for number in range(600, 605)]
    # a maker's own digits may look like ours and stand in the way
    saved(operator(a_brand()), "N1", own_digits(1))

    assert assign_digits(specialist, products=[plain[0].pk], now=NOW) == 1
    assert assign_digits(specialist, products=[row.pk for row in plain[:3]], now=NOW) == 2
    assert assign_digits(specialist, now=NOW) == 2
    assert assign_digits(specialist, now=NOW) == 0

    given = {row.pk: row.short_code for row in Product.objects.filter(brand=brand)}
    assert given.pop(kept.pk) == PRINTED
    assert len(set(given.values())) == 5
    assert all(is_own(digits) for digits in given.values())
    for pk, digits in given.items():
        assert smart.model_of_digits(digits).product.pk == pk
        assert products_matching(specialist, digits).get().pk == pk
    assert not smart.without_digits(specialist).exists()


def test_digits_are_the_brands_to_give(specialist):
    theirs = saved(operator(a_brand()), "N1")
    with pytest.raises(NotFound):
        assign_digits(specialist, products=[theirs.pk], now=NOW)
    with pytest.raises(NotAllowed):
        assign_digits(an_actor(a_brand(), Role.ANALYST), now=NOW)
    theirs.refresh_from_db()
    assert theirs.short_code == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_brands_that_want_the_same_digits_at_once_one_gets_them():
    actors = [operator(a_brand()), operator(a_brand())]
    outcomes, start = [], threading.Barrier(2)

    def want(actor):
        start.wait()
        try:
            outcomes.append(saved(actor, "PN587", PRINTED).pk)
        except DigitsTaken:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (won,) = [pk for pk in outcomes if pk is not None]
    assert len(outcomes) == 2
    assert smart.model_of_digits(PRINTED).product.pk == won
    assert Product.objects.filter(short_code=PRINTED).count() == 1
