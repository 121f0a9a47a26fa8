"""R140: ten thousand random deeds, compared with a naive ledger that shares no idea with ours."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.errors import HoldEnded, InsufficientBalance
from hefu.apps.ledger.models import Account, Lot
from hefu.apps.ledger.services import Grant
from tests.apps.ledger.naive import NEVER, NaiveLedger
from tests.factories import NOW, a_brand, operator

OPERATIONS = 10_000
MEMBERS = 60
HOUR = timedelta(hours=1)

# each deed commits: versions of one row piled up in one transaction would cost the square
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Play:
    """Draws deeds from a seed and does each in both ledgers."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.clerk = operator(a_brand())
        limits, caps = (700, 9_000), (15, 120)
        budgets = [
            services.create_budget(
                self.clerk, name=f"b{n}", limit=limits[n], per_person=caps[n], now=NOW
            ).pk
            for n in (0, 1)
        ]
        self.budgets = [None, *budgets]
        self.naive = NaiveLedger(
            limits=dict(zip(budgets, limits, strict=True)),
            caps=dict(zip(budgets, caps, strict=True)),
        )
        self.hour = 0  # the naive ledger's clock
        self.done = Counter()
        self.answers = Counter()
        self.keys = []

    @property
    def now(self):
        return NOW + self.hour * HOUR

    def member(self):
        return self.dice.randrange(MEMBERS)

    def purse(self):
        """Somebody and an amount: all he has at times, perhaps more than he has at others."""
        member = self.member()
        everything = len(self.naive.free(member, self.hour))
        if everything and self.dice.random() < 0.5:
            return member, everything
        return member, self.dice.randrange(1, 60)

    def new_key(self, kind):
        return f"{kind}:{sum(self.done.values())}:{self.dice.random()}"

    def grant(self):
        dice, grants, expected = self.dice, [], []
        for _ in range(dice.randrange(1, 20)):
            old = self.keys and dice.random() < 0.15
            key = dice.choice(self.keys) if old else self.new_key("g")
            member, amount = self.member(), dice.randrange(1, 13)
            life = dice.choice([None, dice.randrange(1, 60)])
            budget = dice.choice(self.budgets)
            dies = NEVER if life is None else self.hour + life
            expires_at = None if life is None else self.now + life * HOUR
            grants.append(
                Grant(
                    key=key, member_id=member, amount=amount, budget_id=budget,
                    expires_at=expires_at,
                )
            )  # fmt: skip
            expected.append(
                self.naive.grant(key, member, amount, budget=budget, dies=dies, now=self.hour)
            )
            if expected[-1] == "granted":
                self.keys.append(key)
        outcomes = services.grant_many(self.clerk, grants=grants, now=self.now)
        assert [o.code or o.status for o in outcomes] == expected
        self.answers.update(expected)
        self.done["grant"] += len(grants)

    def spend(self):
        (member, amount), key = self.purse(), self.new_key("s")
        possible = self.naive.move(member, amount, self.hour, "spent") is not None
        for _ in range(self.dice.choice((1, 1, 1, 2))):  # now and then the key comes twice
            assert possible == self.does(
                services.spend, key=key, member_id=member, amount=amount, reason="order"
            )
            self.done["spend"] += 1

    def hold(self):
        (member, amount), key = self.purse(), self.new_key("h")
        ends = self.hour + self.dice.randrange(1, 20)
        possible = self.naive.hold(key, member, amount, ends, self.hour)
        assert possible == self.does(
            services.hold, key=key, member_id=member, amount=amount, reason="cart",
            expires_at=NOW + ends * HOUR,
        )  # fmt: skip
        self.done["hold"] += 1

    def end_hold(self):
        pending = [key for key, pouch in self.naive.pouches.items() if pouch.open]
        if not pending:
            return
        key = self.dice.choice(pending)
        if self.dice.random() < 0.5:
            self.naive.release(key)
            assert self.does(services.release, key=key)
            self.done["release"] += 1
        else:
            amount = self.dice.randrange(1, len(self.naive.pouches[key].coins) + 1)
            possible = self.naive.capture(key, amount, self.hour)
            assert possible == self.does(services.capture, key=key, amount=amount)
            self.done["capture"] += 1

    def reverse(self):
        fresh = self.keys[-60:]
        # coins that lie in a hold are the interesting ones to take back
        held = [key for key in fresh if self.naive.held(self.naive.grants[key][0])]
        if fresh:
            key = self.dice.choice(held or fresh)
            outcome = services.reverse(self.clerk, key=key, reason="returned", now=self.now)
            assert (outcome.taken, outcome.shortfall) == self.naive.reverse(key, self.hour)
            self.done["reverse"] += 1

    def pass_time(self):
        self.hour += self.dice.randrange(1, 4)
        if self.dice.random() < 0.7:  # the clock comes by late at times
            self.naive.expire(self.hour)
            services.expire_due(self.now)
            self.done["expire"] += 1

    def does(self, service, **about):
        try:
            service(self.clerk, now=self.now, **about)
        except (InsufficientBalance, HoldEnded):
            return False
        return True

    def compare(self):
        assert selectors.imbalances() == []
        naive, sums = self.naive, selectors.ledger_sums().books[0]
        places = naive.places()
        assert sums.total == 0
        assert sums.issued == -places.total()
        for place in ("member", "held", "spent", "expired", "reversed"):
            assert getattr(sums, place) == places[place], place
        accounts = Account.objects.filter(member_id__isnull=False)
        for account in accounts:
            assert account.balance == len(naive.free(account.member_id))
            assert account.held == naive.held(account.member_id)
        lots = Counter(c.grant for m in naive.coins for c in naive.free(m))
        ours = Lot.objects.filter(remaining__gt=0).values_list("transfer__key", "remaining")
        assert dict(ours) == dict(lots)
        for budget in selectors.budgets_for(self.clerk):
            assert budget.used == naive.used[budget.pk]


def test_R140_ten_thousand_random_deeds_agree_with_a_naive_ledger():
    play = Play(seed=140)
    deeds = (play.grant, play.spend, play.hold, play.end_hold, play.reverse, play.pass_time)
    checked = 0

    while (count := sum(play.done.values())) < OPERATIONS:
        play.dice.choices(deeds, weights=(14, 12, 8, 8, 6, 3))[0]()
        if count >= checked + 1_000:
            play.compare()
            checked = count
    play.compare()

    # the play was worth watching: every deed, every refusal, shortfalls and settlements
    assert min(play.done.values()) > 100
    assert len(play.answers) == 4
    assert min(play.answers.values()) > 50
    places = play.naive.places()
    assert min(places[p] for p in ("member", "spent", "expired", "reversed")) > 200
    assert any(short for _, short in play.naive.taken_back.values())
    assert selectors.shortfalls_for(play.clerk).filter(settled__gt=0).exists()
