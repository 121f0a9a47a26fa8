"""No table that knows a member is forgotten: every one is covered by its app's holder (L37)."""

import json

import pytest
from django.apps import apps
from django.db import models

from hefu.apps.members.holders import holders
from hefu.apps.members.models import Member
from hefu.config.member_data import SPARED
from hefu.core.personal import RETENTIONS, Fate

#: Columns that say who somebody is, though no foreign key does.
TELLING = {"member_id", "customer", "address_key", "buyer_key", "receiver", "deliver_to", "guest"}


def personal_models():
    for model in apps.get_models():
        if not model.__module__.startswith("hefu."):
            continue
        for column in model._meta.get_fields():
            if not isinstance(column, models.Field):
                continue
            points = column.is_relation and column.related_model is Member
            if points or getattr(column, "sealed", False) or column.name in TELLING:
                yield model._meta.label_lower
                break


def test_R292_every_table_that_knows_a_member_has_a_holder():
    covered = {label for holder in holders() for label in holder.covers}
    spared = {label for holder in holders() for label in holder.spared} | set(SPARED)

    unknown = sorted(set(personal_models()) - covered - spared)

    assert not unknown, f"name these in a HOLDER of config/member_data.py: {unknown}"


def test_the_walk_would_notice():
    assert {
        "members.member", "orders.order", "identity.appeal", "ledger.account",
        "campaigns.orderhold",
    } <= set(personal_models())  # fmt: skip


def test_holders_name_only_what_is_there():
    known = {model._meta.label_lower for model in apps.get_models()}
    for holder in holders():
        assert set(holder.covers) | set(holder.spared) <= known
        assert set(holder.covers.values()) <= {Fate.ERASED, Fate.KEPT, Fate.NAMELESS}
        assert all(label.startswith(f"{holder.app}.") for label in holder.covers)
        if Fate.KEPT in holder.covers.values():
            assert holder.kept, holder.app
            assert holder.erase, holder.app


@pytest.mark.parametrize("app", sorted({holder.app for holder in holders()}))
def test_all_words_are_in_both_languages(app):
    (holder,) = [one for one in holders() if one.app == app]
    for words in (*holder.kept.values(), *holder.lost.values()):
        assert words.zh
        assert words.en.isascii()


def test_rules_of_law_are_dated_and_sourced():
    for rule in RETENTIONS:
        assert rule.years > 0
        assert rule.source.zh
        assert json.dumps(rule.source.en)
