"""Whatever happens to a flash sale in whatever order: it adds up, and nobody has too much."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefu.apps.campaigns.errors.flash import ReservationEnded
from hefu.apps.campaigns.services.flash_ending import confirm, expire_reservations, release
from hefu.apps.campaigns.services.flash_reserving import reserve_many
from tests.apps.campaigns.flash import Sale
from tests.factories import NOW

BUYERS, MOST = 4, 2

_deeds = st.one_of(
    st.tuples(
        st.just("reserve"),
        st.lists(
            st.tuples(st.integers(0, BUYERS - 1), st.integers(1, MOST)), min_size=1, max_size=6
        ),
    ),
    st.tuples(st.sampled_from(["release", "confirm"]), st.integers(0, 30)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.integers(1, 5), deeds=st.lists(_deeds, max_size=12))
def test_a_sale_adds_up_whatever_happens(db, pieces, deeds):
    sale = Sale({"pieces": pieces, "per_person": MOST, "ends_at": NOW + timedelta(days=1)})
    members, now = sale.buyers(BUYERS), NOW
    for deed, about in deeds:
        if deed == "reserve":
            wishes = [sale.wish(members[buyer], number) for buyer, number in about]
            before, outcomes = sale.counts[0], reserve_many(sale.actor, wishes=wishes, now=now)
            assert sum(outcome.new for outcome in outcomes) == before - sale.counts[0]
            for wish, outcome in zip(wishes, outcomes, strict=True):
                assert len(outcome.pieces) <= wish.pieces
                assert outcome.pieces or outcome.refusal
        elif deed == "wait":
            now += timedelta(minutes=about)
            expire_reservations(now)
        elif row := sale.reservations().order_by("arrival")[about : about + 1].first():
            try:
                if deed == "release":
                    release(sale.actor, reservation_id=row.pk, now=now)
                else:
                    confirm(sale.actor, reservation_id=row.pk, order_key="A", now=now)
            except ReservationEnded:
                pass
        left, held, paid = sale.counts
        assert left + held + paid == pieces
        had = Counter(sale.reservations("held", "paid").values_list("member_id", flat=True))
        assert all(number <= MOST for number in had.values())
    arrivals = list(sale.reservations().order_by("pk").values_list("arrival", flat=True))
    assert arrivals == sorted(set(arrivals)), "rows are numbered in order of arrival"
