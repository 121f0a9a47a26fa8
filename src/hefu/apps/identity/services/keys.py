"""A brand's master secrets (主密钥): made here or brought along, rotated, burned.

New batches are sealed with the newest key that is not burned; burning touches only the batches
sealed with that key.
"""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from hefu.apps.audit.services import record, service
from hefu.apps.identity.errors.issue import NoSealKey
from hefu.apps.identity.models import SealKey
from hefu.apps.identity.selectors.batches import BOOK
from hefu.core.actor import Actor
from hefu.core.codes import SECRET_BYTES
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def generate_key(actor: Actor, *, now: datetime) -> SealKey:
    """Make a new master secret for the actor's brand; batches opened from now on use it."""
    actor.require(Permission.BRAND_MANAGE)
    return _add_key(actor, secrets.token_hex(SECRET_BYTES), imported=False, now=now)


@service
def import_key(actor: Actor, *, secret: str, now: datetime) -> SealKey:
    """Take over a master secret that the brand brings: 64 hex characters, spaces allowed.

    Raises:
        Invalid: not 64 hex characters, obviously not random, or the brand has it already.
    """
    actor.require(Permission.BRAND_MANAGE)
    try:
        raw = bytes.fromhex(secret)
    except ValueError as error:
        raise Invalid(field="secret", rule="not_hex") from error
    if len(raw) != SECRET_BYTES:
        raise Invalid(field="secret", rule="not_64_hex_characters", length=len(raw) * 2)
    # 32 random bytes have fewer than 12 different values less than once in 10^20
    if len(set(raw)) < 12:
        raise Invalid(field="secret", rule="not_random")
    known = SealKey.objects.filter(brand_id=actor.own_brand())
    # a burned secret that came back under a new number would still be burned
    if any(key.secret == raw.hex() for key in known):
        raise Invalid(field="secret", rule="taken")
    return _add_key(actor, raw.hex(), imported=True, now=now)


def _add_key(actor: Actor, secret: str, *, imported: bool, now: datetime) -> SealKey:
    """Store under the next key id; two at a time try again (unique key on the id)."""
    keys = SealKey.objects.filter(brand_id=actor.own_brand())
    while True:
        newest: int = keys.aggregate(newest=Max("key_id"))["newest"] or 0
        try:
            with transaction.atomic():
                key = SealKey.objects.create(
                    brand_id=actor.own_brand(), key_id=newest + 1, secret=secret,
                    imported=imported, created_at=now,
                )  # fmt: skip
        except IntegrityError:
            continue
        record(actor, "identity.key_added", key, now=now, key_id=key.key_id, imported=imported)
        return key


@service
def burn_key(actor: Actor, *, key: SealKey, reason: str, now: datetime) -> SealKey:
    """Declare a key compromised: its batches' codes prove nothing from now on. Final.

    Raises:
        NotFound: another brand's.
        Invalid: no reason given.
    """
    actor.require(Permission.BRAND_MANAGE)
    if key.brand_id != actor.own_brand():
        raise NotFound
    reason = reason.strip()
    if not reason:
        raise Invalid(field="reason", rule="required")
    unburned = SealKey.objects.filter(pk=key.pk, burned_at=None)
    if unburned.update(burned_at=now, burned_reason=reason[:200]):
        batches = key.batches.count()
        transaction.on_commit(BOOK.clear)
        record(actor, "identity.key_burned", key, now=now, key_id=key.key_id, batches=batches)
    key.refresh_from_db()
    return key


@service
def newest_key(actor: Actor, *, now: datetime) -> SealKey:
    """Return the key for a new batch; a brand's first order makes its first key.

    Raises:
        NoSealKey: there were keys and all are burned: that a person must look at.
    """
    actor.require(Permission.ORDER_MANAGE)
    keys = SealKey.objects.filter(brand_id=actor.own_brand()).order_by("-key_id")
    key = keys.filter(burned_at=None).first()
    if key is not None:
        return key
    if keys.exists():
        raise NoSealKey
    return _add_key(actor, secrets.token_hex(SECRET_BYTES), imported=False, now=now)
