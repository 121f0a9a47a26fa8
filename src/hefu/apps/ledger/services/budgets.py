"""Budgets (预算): what a brand gives away for one purpose, and at most to one person."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.ledger.errors import BudgetBelowUsed
from hefu.apps.ledger.models import COINS, Budget
from hefu.apps.ledger.values import LARGEST
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def create_budget(
    actor: Actor,
    *,
    name: str,
    limit: int,
    per_person: int | None = None,
    currency: str = COINS,
    now: datetime,
) -> Budget:
    """Open a budget of ``limit`` coins, of which one person gets at most ``per_person``.

    Raises:
        NotAllowed: the role does not manage budgets.
        Invalid: the name is empty, too long or taken, or a number makes no sense.
    """
    actor.require(Permission.BUDGET_MANAGE)
    name = name.strip()
    if not name:
        raise Invalid(field="name", rule="required")
    if len(name) > 80:
        raise Invalid(field="name", rule="too_long", value=80)
    _check("limit", limit)
    _check("per_person", per_person)
    try:
        with transaction.atomic():
            budget = Budget.objects.create(
                brand_id=actor.own_brand(), name=name, currency=currency, limit=limit,
                per_person=per_person, created_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="name", rule="taken", value=name) from error
    record(actor, "ledger.budget_created", budget, now=now, limit=limit, per_person=per_person)
    return budget


@service
def change_budget(
    actor: Actor, *, budget_id: int, limit: int, per_person: int | None, now: datetime
) -> Budget:
    """Set a budget's limit and cap; what was promised from it stays promised (law L49).

    Lowering the cap takes nothing from those who had more.

    Raises:
        NotAllowed: the role does not manage budgets.
        NotFound: no such budget in the actor's brand.
        BudgetBelowUsed: the limit would be below what was given away; decided by the UPDATE.
        Invalid: a number makes no sense.
    """
    actor.require(Permission.BUDGET_MANAGE)
    _check("limit", limit)
    _check("per_person", per_person)
    mine = Budget.objects.filter(brand_id=actor.own_brand(), pk=budget_id)
    changed = mine.filter(used__lte=limit).update(limit=limit, per_person=per_person)
    budget = mine.first()
    if budget is None:
        raise NotFound
    if not changed:
        raise BudgetBelowUsed(field="limit", limit=limit, used=budget.used)
    record(actor, "ledger.budget_changed", budget, now=now, limit=limit, per_person=per_person)
    return budget


def _check(field: str, number: int | None) -> None:
    if number is not None and not 0 <= number <= LARGEST:
        raise Invalid(field=field, rule="out_of_range", value=number)
