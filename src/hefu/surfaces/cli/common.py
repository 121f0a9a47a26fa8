"""What the commands share: who acts, and the time."""

import argparse
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from hefu.apps.accounts import selectors as accounts
from hefu.apps.accounts.models import Brand
from hefu.core.actor import Actor, system
from hefu.core.errors import NotFound

Clock = Callable[[], datetime]
clock: Clock = timezone.now
OPERATOR = system("operator").through("cli")


def brand_named(slug: str) -> Brand:
    """The brand with this short name.

    Raises:
        NotFound: there is none.
    """
    brand = accounts.brands_for(OPERATOR).filter(slug=slug).first()
    if brand is None:
        raise NotFound(field="brand", value=slug)
    return brand


def actor_for(options: argparse.Namespace) -> Actor:
    """The person named by ``--as``, else the operator acting for the brand.

    Raises:
        NotFound: no such brand, or no such person in it.
    """
    brand = brand_named(options.brand)
    operator = system("operator", brand_id=brand.pk).through("cli")
    if not options.person:
        return operator
    person = accounts.people_for(operator).filter(email=options.person.lower()).first()
    if person is None:
        raise NotFound(field="as", value=options.person)
    return accounts.actor_of(person, surface="cli")
