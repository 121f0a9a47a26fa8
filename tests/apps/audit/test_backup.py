"""R018: the last backup restored into an empty house has the same counts and the same sums."""

import gzip
import json
import tarfile

import pytest
from django.apps import apps
from django.core.management import call_command

from hefu.apps.audit.backup import BackupRefused, restore_backup, write_backup
from hefu.apps.audit.selectors import chain_reports
from hefu.apps.identity.models import Activation, Unit
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.ledger.selectors import ledger_sums
from hefu.apps.members.models import Member
from hefu.core.actor import consumer
from tests.apps.identity.life.rows import Goods, later
from tests.factories import NOW

PHONE = "+8613812345678"


def counts():
    return {m._meta.label: m._base_manager.count() for m in apps.get_models() if m._meta.managed}


@pytest.fixture
def lived(db):
    """A brand with a member, activations and coins."""
    goods = Goods()
    member = Member.objects.create(
        brand=goods.brand, phone=PHONE, phone_key="k", nickname="李", created_at=NOW
    )
    actor = consumer(brand_id=goods.brand.pk, member_id=member.pk)
    for serial in range(5):
        wish = ActivationWish(key=f"w{serial}", code=goods.code(serial), member_id=member.pk)
        activate(actor, wish=wish, now=later(days=1))
    return goods


@pytest.mark.django_db(transaction=True)
def test_R018_a_restored_backup_equals_what_was_backed_up(lived, tmp_path):
    before, sums = counts(), ledger_sums()
    manifest = write_backup(tmp_path / "b.tar.gz", now=NOW)
    assert manifest["tables"]["identity.activation"]["rows"] == 5
    call_command("flush", verbosity=0, interactive=False)
    assert not Unit.objects.exists()

    restore_backup(tmp_path / "b.tar.gz")

    assert counts() == before
    assert ledger_sums() == sums
    assert all(report.whole for report in chain_reports())
    assert Member.objects.get().phone == PHONE  # sealed with this house's key, and opens
    newest = Activation.objects.order_by("-pk").first().pk
    again = Goods()  # sequences go on after what was restored
    assert again.brand.pk > lived.brand.pk
    assert newest


def test_R292_a_backup_shows_no_plain_phone(lived, tmp_path):
    write_backup(tmp_path / "b.tar.gz", now=NOW)

    content = gzip.decompress((tmp_path / "b.tar.gz").read_bytes())

    assert PHONE.removeprefix("+86").encode() not in content
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0


def test_a_house_that_is_lived_in_is_not_restored_over(lived, tmp_path):
    write_backup(tmp_path / "b.tar.gz", now=NOW)
    with pytest.raises(BackupRefused) as caught:
        restore_backup(tmp_path / "b.tar.gz")
    assert caught.value.details["rule"] == "not_empty"
    assert Activation.objects.count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"no backup", gzip.compress(b"neither", mtime=0)])
def test_what_is_no_backup_is_refused(content, tmp_path):
    (tmp_path / "b.tar.gz").write_bytes(content)
    with pytest.raises(BackupRefused) as caught:
        restore_backup(tmp_path / "b.tar.gz")
    assert caught.value.details["rule"] == "not_a_backup"


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_lost_rows_is_refused_and_nothing_stays(lived, tmp_path):
    write_backup(tmp_path / "b.tar.gz", now=NOW)
    folder = tmp_path / "open"
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    table = folder / "tables" / "ledger.posting.jsonl"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))
    with tarfile.open(tmp_path / "less.tar.gz", "w:gz") as archive:
        archive.add(folder / "manifest.json", "manifest.json")
        archive.add(folder / "tables", "tables")
    call_command("flush", verbosity=0, interactive=False)

    with pytest.raises(BackupRefused) as caught:
        restore_backup(tmp_path / "less.tar.gz")

    assert caught.value.details == {"field": "ledger.posting", "rule": "counts_differ"}
    assert not any(counts()[label] for label in ("identity.Unit", "members.Member"))
    assert json.loads((folder / "manifest.json").read_text())["format"] == 1
