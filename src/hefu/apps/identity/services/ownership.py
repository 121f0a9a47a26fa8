"""A unit changes hands (转让、退货、更正): to another member, to the seller, to the right one."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.errors.life import NotActivated, OfferGone, OwnOffer
from hefu.apps.identity.events import UnitActivated, UnitReturned, UnitTransferred
from hefu.apps.identity.models import Activation, Appeal, TransferOffer, WarrantyFact
from hefu.apps.identity.services import rewards
from hefu.core.actor import Actor, ActorKind
from hefu.core.codes import CROCKFORD, normalise
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

OFFER_CHARS = 10  # of 32: one guess in 10^15
OFFER_OPEN = timedelta(days=2)

Ending = Activation.Ending


@service
def offer_transfer(actor: Actor, *, activation_id: int, now: datetime) -> tuple[TransferOffer, str]:
    """Offer one's unit to whoever shows the code in time; an earlier offer is void.

    Returns:
        The offer and its code, shown this once; only a keyed hash is kept.

    Raises:
        NotFound: not one's own activation.
        NotActivated: it ended.
    """
    activation = _own(actor, activation_id)
    if activation.ended_at is not None:
        raise NotActivated
    _close_offers(activation.pk, now)
    code = "".join(secrets.choice(CROCKFORD.chars) for _ in range(OFFER_CHARS))
    offer = TransferOffer.objects.create(
        activation=activation, code_key=_code_key(code, activation.brand_id), created_at=now,
        expires_at=now + OFFER_OPEN,
    )  # fmt: skip
    record(actor, "identity.transfer_offered", activation, now=now, offer=offer.pk)
    return offer, code


@service
def withdraw_transfer(actor: Actor, *, activation_id: int, now: datetime) -> bool:
    """Take back the open offer of one's unit; says whether there was one.

    Raises:
        NotFound: not one's own activation.
    """
    activation = _own(actor, activation_id)
    closed = _close_offers(activation.pk, now)
    if closed:
        record(actor, "identity.transfer_withdrawn", activation, now=now)
    return bool(closed)


@service
def accept_transfer(
    actor: Actor, *, code: str, now: datetime, surface: str = "consumer"
) -> Activation:
    """Become the owner of an offered unit; the warranty goes on, coins do not come again.

    Safe to race: one taker per offer. The same taker again gets the same activation.

    Raises:
        OfferGone: no open offer has this code.
        OwnOffer: it is one's own.
        NotFound: the actor is no signed-in member.
    """
    brand_id, member_id = actor.own_brand(), _member(actor)
    offers = TransferOffer.objects.select_related("activation")
    offer = offers.filter(code_key=_code_key(code, brand_id)).first()
    if offer is None:
        raise OfferGone
    former, key = offer.activation, f"transfer:{offer.pk}"
    if former.member_id == member_id:
        raise OwnOffer
    # the activation first, then its offers, as every service here: nobody waits in a circle
    if not _unbind(former, Ending.TRANSFERRED, now):
        mine = Activation.objects.filter(key=key, member_id=member_id, ended_at=None).first()
        if mine is None:
            raise OfferGone
        return mine
    opened = TransferOffer.objects.filter(pk=offer.pk, taken_at=None, expires_at__gt=now)
    if not opened.update(taken_at=now):
        raise OfferGone  # and the former owner keeps the unit
    _close_offers(former.pk, now)
    taken = Activation.objects.create(
        brand_id=former.brand_id, unit_id=former.unit_id, member_id=member_id,
        product_id=former.product_id, channel_id=former.channel_id, key=key, at=now,
        surface=surface[:12],
    )  # fmt: skip
    record(actor, "identity.unit_transferred", taken, now=now, unit=taken.unit_id, former=former.pk)
    publish(
        UnitTransferred(
            brand_id=taken.brand_id, activation_id=taken.pk, unit_id=taken.unit_id,
            from_member_id=former.member_id, member_id=member_id,
        ),
        now=now,
    )  # fmt: skip
    return taken


@service
def return_unit(actor: Actor, *, activation_id: int, now: datetime, reclaim: bool = True) -> int:
    """Un-bind a returned unit and take its coins back; it may be activated again, without coins.

    ``reclaim`` false leaves the coins where a brand's policy is generous.

    Returns:
        How many coins were taken back; what was spent is the ledger's shortfall.

    Raises:
        NotFound: another brand's.
        NotActivated: it ended already.
    """
    activation = _managed(actor, activation_id)
    if not _end(activation, Ending.RETURNED, now):
        raise NotActivated
    taken = 0
    if reclaim:
        taken = rewards.take_back(
            brand_id=activation.brand_id, unit_id=activation.unit_id, reason="returned", now=now
        )
    record(
        actor, "identity.unit_returned", activation, now=now, unit=activation.unit_id, coins=taken
    )
    publish(
        UnitReturned(
            brand_id=activation.brand_id, activation_id=activation.pk,
            unit_id=activation.unit_id, member_id=activation.member_id,
        ),
        now=now,
    )  # fmt: skip
    return taken


@service
def correct_owner(actor: Actor, *, appeal: Appeal, now: datetime) -> Activation:
    """Give a unit to the one who appealed: part of answering an appeal, inside its deed.

    The wrong activation ends and loses its coins, the right one gets the product's.

    Raises:
        NotActivated: nobody has the unit any more; it can simply be activated.
    """
    actor.require(Permission.ACTIVATION_MANAGE)
    wrong = Activation.objects.filter(unit_id=appeal.unit_id, ended_at=None).first()
    if wrong is None or not _end(wrong, Ending.CORRECTED, now):
        raise NotActivated
    rewards.take_back(brand_id=wrong.brand_id, unit_id=wrong.unit_id, reason="corrected", now=now)
    right = Activation.objects.create(
        brand_id=wrong.brand_id, unit_id=wrong.unit_id, member_id=appeal.member_id,
        product_id=wrong.product_id, channel_id=wrong.channel_id, key=f"appeal:{appeal.pk}",
        at=now, surface=actor.surface[:12],
    )  # fmt: skip
    WarrantyFact.objects.create(
        brand_id=right.brand_id, unit_id=right.unit_id, kind=WarrantyFact.Kind.ACTIVATED,
        on=timezone.localdate(appeal.created_at), evidence=rewards.subject_of(right.pk),
        recorded_at=now,
    )  # fmt: skip
    claim = rewards.Claim(
        brand_id=right.brand_id, key=rewards.key_after_appeal(appeal.pk), activation_id=right.pk,
        member_id=right.member_id, coins=right.product.coins,
    )  # fmt: skip
    rewards.grant([claim], now=now)
    record(
        actor, "identity.owner_corrected", right, now=now, unit=right.unit_id, former=wrong.pk,
        appeal=appeal.pk,
    )  # fmt: skip
    publish(
        UnitActivated(
            brand_id=right.brand_id, activation_id=right.pk, unit_id=right.unit_id,
            member_id=right.member_id, product_id=right.product_id, region="",
        ),
        now=now,
    )  # fmt: skip
    return right


def _end(activation: Activation, ending: Activation.Ending, now: datetime) -> bool:
    """End an activation once, and its open offers with it."""
    ended = _unbind(activation, ending, now)
    if ended:
        _close_offers(activation.pk, now)
    return ended


def _unbind(activation: Activation, ending: Activation.Ending, now: datetime) -> bool:
    live = Activation.objects.filter(pk=activation.pk, ended_at=None)
    return bool(live.update(ended_at=now, ending=ending))


def _close_offers(activation_id: int, now: datetime) -> int:
    opened = Q(activation_id=activation_id, taken_at=None, expires_at__gt=now)
    return TransferOffer.objects.filter(opened).update(expires_at=now)


def _code_key(code: str, brand_id: int) -> str:
    """The keyed hash of an offer's code, however it is typed."""
    folded = normalise(code).translate(str.maketrans("OIL", "011"))
    return lookup(folded, purpose="transfer", brand_id=brand_id)


def _member(actor: Actor) -> int:
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    return actor.member_id


def _own(actor: Actor, activation_id: int) -> Activation:
    own = Activation.objects.filter(brand_id=actor.own_brand(), member_id=_member(actor))
    activation = own.filter(pk=activation_id).first()
    if activation is None:
        raise NotFound
    return activation


def _managed(actor: Actor, activation_id: int) -> Activation:
    actor.require(Permission.ACTIVATION_MANAGE)
    rows = Activation.objects.filter(brand_id=actor.own_brand(), pk=activation_id)
    activation = rows.first()
    if activation is None:
        raise NotFound
    return activation
