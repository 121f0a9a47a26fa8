"""The backstage shows every table to the operator and changes none; secrets are not even there."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from hefu.apps.accounts.models import User
from hefu.apps.audit.models import Delivery
from hefu.apps.members.services import vouch
from hefu.core.permissions import Role
from tests.factories import NOW, a_person
from tests.surfaces.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def operator(world):
    user = User(email="op@example.com", name="op", is_staff=True, is_superuser=True, created_at=NOW)
    user.set_password("x")
    user.save()
    client = Client()
    client.force_login(user)
    return client


def tables():
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("hefu.apps.")
        for model in config.get_models()
    ]


def test_every_table_opens_and_nothing_can_be_changed(operator):
    for model in tables():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert operator.get(reverse(f"{name}_changelist")).status_code == 200, name
        assert operator.get(reverse(f"{name}_add")).status_code == 403, name
        row = model._base_manager.first()
        if row is not None:
            page = operator.get(reverse(f"{name}_change", args=[row.pk]))
            assert page.status_code == 200, name
            assert operator.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
            assert operator.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_no_sealed_column_is_shown(operator, world):
    (member,) = vouch(world.system, addresses=["13900001111"], now=NOW)
    page = operator.get(reverse("admin:members_member_change", args=[member.pk]))
    assert "13900001111" not in page.content.decode()
    assert "password" not in operator.get(
        reverse("admin:accounts_user_change", args=[User.objects.first().pk])
    ).content.decode().replace("password_change", "")


def test_brand_people_do_not_get_in(world):
    client = Client()
    client.force_login(a_person(world.brand, Role.BRAND_ADMIN))
    assert client.get(reverse("admin:index")).status_code == 302


def test_given_up_deliveries_can_be_put_back(operator):
    dead = Delivery.objects.create(
        event="e", payload={}, reaction="r", state="dead", due_at=NOW, created_at=NOW, attempts=8
    )
    operator.post(
        reverse("admin:audit_delivery_changelist"),
        {"action": "put_back_action", "_selected_action": [dead.pk]},
    )
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("due", 0)
