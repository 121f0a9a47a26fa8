"""Rows for tests, made through the services a user would use."""

from datetime import UTC, datetime
from itertools import count

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Brand, Organisation, User
from hefu.apps.accounts.selectors import actor_of
from hefu.core.actor import Actor, system
from hefu.core.permissions import Role

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "tally-of-two-halves"
_numbers = count(1)


def a_brand(slug: str = "", name: str = "奔腾") -> Brand:
    slug = slug or f"brand-{next(_numbers)}"
    return accounts.found_brand(system("tests"), slug=slug, name=name, now=NOW)


def operator(brand: Brand) -> Actor:
    """The brand's own system actor."""
    return system("tests", brand_id=brand.pk)


def a_partner(brand: Brand, kind: str = "distributor", **about: str) -> Organisation:
    number = next(_numbers)
    return accounts.add_organisation(
        operator(brand), kind=kind, code=f"P{number}", name=f"partner {number}", now=NOW, **about
    )


def a_person(brand: Brand, role: Role, organisation: Organisation | None = None) -> User:
    return accounts.invite(
        operator(brand), email=f"{role.value}{next(_numbers)}@example.com", name=role.value,
        role=role, password=PASSWORD, organisation=organisation, now=NOW,
    )  # fmt: skip


def an_actor(brand: Brand, role: Role, organisation: Organisation | None = None) -> Actor:
    return actor_of(a_person(brand, role, organisation), surface="tests")
