"""The frame of every service: one transaction, its entries, its events; tampering is found."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hefu.apps.audit.models import ChainHead, Entry
from hefu.apps.audit.selectors import chain_reports
from hefu.apps.audit.services import record, service
from hefu.core.actor import system
from tests.factories import NOW

ACTOR = system("tests", brand_id=7)


@service
def note(actor, *, text, now, fail=False):
    record(actor, "tests.noted", "tests.note:1", now=now, text=text)
    if fail:
        raise RuntimeError("after the note")


def write_three():
    for text in ("one", "two", "three"):
        note(ACTOR, text=text, now=NOW)


@pytest.mark.django_db
def test_entries_are_chained_in_order():
    write_three()

    assert list(Entry.objects.order_by("seq").values_list("seq", "data__text")) == [
        (1, "one"), (2, "two"), (3, "three"),
    ]  # fmt: skip
    (report,) = [r for r in chain_reports() if r.chain == 7]
    assert (report.whole, report.entries) == (True, 3)


@pytest.mark.django_db
def test_a_deed_that_fails_leaves_no_entry():
    with pytest.raises(RuntimeError):
        note(ACTOR, text="never", now=NOW, fail=True)

    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "first", "fault"),
    [
        (lambda: Entry.objects.filter(seq=2).update(data={"text": "TWO"}), 2, "changed"),
        (lambda: Entry.objects.filter(seq=2).update(actor="somebody else"), 2, "changed"),
        (lambda: Entry.objects.filter(seq=2).delete(), 2, "missing"),
        (lambda: Entry.objects.filter(seq=3).delete(), 3, "cut_off"),
        (lambda: ChainHead.objects.filter(chain=7).update(hash="0" * 64), 4, "head"),
    ],
)
def test_verify_names_the_first_tampered_row(tamper, first, fault):
    write_three()
    tamper()

    (report,) = [r for r in chain_reports() if r.chain == 7]

    assert (report.whole, report.first_tampered, report.fault) == (False, first, fault)


@pytest.mark.django_db
def test_record_outside_a_service_is_a_bug():
    with pytest.raises(ValueError, match="@service"):
        record(ACTOR, "tests.noted", "tests.note:1", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_unbroken_chain():
    def write(n):
        try:
            note(ACTOR, text=str(n), now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(64)))

    (report,) = [r for r in chain_reports() if r.chain == 7]
    assert (report.whole, report.entries) == (True, 64)
