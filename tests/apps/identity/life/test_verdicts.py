"""A verdict without a check: nothing is counted, and only the brand hears of diversion."""

import pytest

from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.models import Scan, Unit
from hefu.apps.identity.selectors.verdicts import guess_alarms_for, verdict_for
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.core.codes import VerdictKind
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import GUANGZHOU, Goods, later
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_looking_without_checking_counts_nothing():
    goods = Goods()
    owner = goods.consumer()
    unit = goods.unit(1)

    assert verdict_for(goods.manager, unit, now=NOW).kind == VerdictKind.GENUINE_FIRST
    assert not Unit.objects.exists()
    goods.look(1, device="a", region=GUANGZHOU)
    told = verdict_for(goods.manager, unit, now=later(hours=1))
    assert (told.kind, told.reasons[0].count) == (VerdictKind.GENUINE_AGAIN, 1)
    wish = ActivationWish(key="k", code=goods.code(1), member_id=owner.member_id)
    activate(owner, wish=wish, now=NOW)
    assert verdict_for(owner, unit, now=later(hours=1)).kind == VerdictKind.ACTIVATED_BY_YOU
    marks.recall(goods.manager, serials=[goods.serials(1)], notice="R-1", now=NOW)
    assert verdict_for(owner, unit, now=later(hours=1)).kind == VerdictKind.RECALLED
    assert Scan.objects.count() == 1
    for stranger in (goods.consumer(), Goods().manager):
        with pytest.raises(CodeUnknown):
            verdict_for(stranger, unit, now=NOW)


def test_alarms_are_for_those_who_audit():
    goods = Goods()

    assert list(guess_alarms_for(goods.staff(Role.AUDITOR))) == []
    with pytest.raises(NotAllowed):
        guess_alarms_for(goods.manager)
