"""Taking part in a draw: one transaction takes the chance, decides it, and writes what it brought.

The draw's row is taken first, by the conditional UPDATE that also asks whether it is open; so the
entries of one draw are decided one after the other and stand in one chain. The unique keys on the
n-th entry of a person, device and code hold whatever happens.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.accounts.models import User
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.draw_law import NO_INSIDERS, in_force
from hefu.apps.campaigns.errors.draws import (
    DrawNotOpen,
    InsiderExcluded,
    NotEligible,
    TakenPartAlready,
)
from hefu.apps.campaigns.models.draws import (
    ENTERABLE,
    Chance,
    Draw,
    DrawEntry,
    DrawKind,
    DrawTerms,
    EntryBy,
    PrizeSlot,
    Win,
)
from hefu.apps.campaigns.selectors.draws import draw_by_id, pseudonym, table_of
from hefu.apps.identity.errors.life import InnerCodeNeeded
from hefu.apps.identity.events import UnitActivated
from hefu.apps.identity.models import Activation
from hefu.apps.identity.selectors.codes import Reading, UnitRef
from hefu.apps.identity.selectors.states import Asked, facts_for, states_of
from hefu.apps.identity.selectors.units import row_of
from hefu.apps.members.ages import Matter, check_age
from hefu.apps.members.models import Member
from hefu.core import draws as rules
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.privacy import mask_email, mask_phone

KEY_CHARS = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an entry brought; ``win`` is None for no prize and for a draw that is still to come."""

    entry: DrawEntry
    win: Win | None
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chance:
    """Who enters with what, as pseudonyms."""

    member: Member
    key: str
    person: str
    device: str
    code: str
    unit_id: int | None


@service
def enter_draw(
    actor: Actor, *, draw: Draw, key: str, adult: bool, unit: UnitRef | None = None,
    member_id: int | None = None, device: str = "", now: datetime,
) -> Outcome:  # fmt: skip
    """Take one chance: of an instant draw at once with its result. It costs nothing.

    Args:
        actor: the member; or a program of the brand that names the member in ``member_id``.
        draw: which.
        key: of the request: the same one again finds the entry it made.
        adult: said to be 18 or older (law L40).
        unit: the unit whose code or activation gives the chance.
        member_id: who takes part, if the actor is not the one.
        device: what tells devices apart, if they are limited; only a keyed mark of it is kept.
        now: when.

    Safe to race: prizes never exceed their units, caps hold exactly.

    Raises:
        NotFound: no such draw or member.
        Invalid: the key is missing, or nobody said to be 18.
        InsiderExcluded: employees and their families.
        TooYoung: they ticked the box, but said another year of birth before (law L40).
        NotEligible, InnerCodeNeeded: this code or activation gives no chance.
        DrawNotOpen: before the start, after the end, or stopped.
        TakenPartAlready: beyond a cap.
    """
    draw = draw_by_id(actor, draw.pk)
    member = _member(actor, member_id)
    if not (0 < len(key) <= KEY_CHARS and key.isascii() and key.isprintable()):
        raise Invalid(field="key", rule="printable_ascii", longest=KEY_CHARS)
    known = _known(draw, key, member)
    if known is not None:
        return known
    if not adult:
        raise Invalid(field="adult", rule="required")
    check_insider(member, now=now)
    check_age(member.pk, Matter.DRAW, now=now)
    unit_id = _eligible(draw, member, unit, now=now)
    code = pseudonym(draw, "code", f"{unit.batch_id}.{unit.serial}") if unit else ""
    chance = _Chance(
        member=member, key=key, person=pseudonym(draw, "person", member.pk), code=code,
        device=pseudonym(draw, "device", device) if device and draw.cap_device else "",
        unit_id=unit_id,
    )  # fmt: skip
    return _take(actor, draw, chance, now=now)


def _known(draw: Draw, key: str, member: Member) -> Outcome | None:
    entry = DrawEntry.objects.filter(draw=draw, key=key, member_id=member.pk).first()
    if entry is None:
        return None
    return Outcome(entry=entry, win=Win.objects.filter(entry=entry).first(), repeated=True)


def _member(actor: Actor, member_id: int | None) -> Member:
    if actor.kind is ActorKind.CONSUMER:
        member_id = actor.member_id
    else:
        actor.require(Permission.CAMPAIGN_MANAGE)
    rows = Member.objects.filter(brand_id=actor.own_brand(), closed_at=None)
    member = rows.filter(pk=member_id or 0).first()
    if member is None:
        raise NotFound(field="member")
    return member


def check_insider(member: Member, *, now: datetime) -> None:
    """Refuse employees and their families: those marked so, and who has a log-in's address.

    Raises:
        InsiderExcluded: naming the rule.
    """
    staff = User.objects.filter(brand_id=member.brand_id, email__iexact=member.email)
    if member.is_insider or (member.email and staff.exists()):
        raise InsiderExcluded(rule=in_force(NO_INSIDERS, now=now).cited)


def _eligible(draw: Draw, member: Member, unit: UnitRef | None, *, now: datetime) -> int | None:
    """Check that the unit gives this member a chance; returns the row of a unit that has one."""
    if draw.entry_by == EntryBy.MEMBER:
        return None
    if unit is None:
        raise NotEligible(field="code", reason="no_code")
    if unit.brand_id != draw.brand_id:
        raise NotFound
    if draw.products and unit.product_id not in draw.products:
        raise NotEligible(field="code", reason="other_product")
    row = row_of(unit)
    if draw.entry_by == EntryBy.ACTIVATION:
        mine = Activation.objects.filter(
            unit_id=row.pk if row else 0, member_id=member.pk, ended_at=None
        ).first()
        if mine is None:
            raise NotEligible(field="code", reason="not_activated")
        if mine.at < draw.starts_at:
            raise NotEligible(field="code", reason="activated_before")
        return mine.unit_id
    if unit.batch.has_inner and unit.reading is not Reading.INNER:
        raise InnerCodeNeeded(field="code")  # whoever reads it in a shop has not bought it
    asked = Asked(key=unit.key, unit_id=row.pk if row else 0)
    facts = facts_for(unit.batch, unit.serial, states_of([asked])[unit.key])
    ended = (facts.recalled_at, facts.voided_at, facts.frozen_at, facts.lost_at)
    unsold = facts.commissioned_at is None or now < facts.commissioned_at
    if unsold or any(at is not None and at <= now for at in ended):
        raise NotEligible(field="code", reason="stopped")
    return row.pk if row else None


def _take(actor: Actor, draw: Draw, chance: _Chance, *, now: datetime) -> Outcome:
    """Take the draw's row, then the chance, the prize if it wins one, and write all of it."""
    now = now.replace(microsecond=0)
    won = Draw.objects.filter(
        pk=draw.pk, state__in=ENTERABLE, starts_at__lte=now, ends_at__gt=now
    ).update(entered=F("entered") + 1)
    draw.refresh_from_db()
    if not won:
        raise not_open(draw, now=now)
    known = _known(draw, chance.key, chance.member)
    if known is not None:  # sent twice, and the other one was first
        Draw.objects.filter(pk=draw.pk).update(entered=F("entered") - 1)
        return known
    terms = DrawTerms.objects.get(draw=draw, version=draw.version)
    entry = _entry(draw, terms, chance, now=now)
    told = rules.Entry(
        id=entry.name, at=int(now.timestamp()), person=entry.person, device=entry.device,
        code=entry.code,
    )  # fmt: skip
    slot = None
    if draw.kind == DrawKind.INSTANT:
        entry.got, slot = _decide(draw, terms, told, now=now)
    entry.hash = rules.chained(terms.head, told)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:  # another member's key
        raise Invalid(field="key", rule="taken") from error
    DrawTerms.objects.filter(pk=terms.pk).update(head=entry.hash, entries=F("entries") + 1)
    win = _win(draw, entry, slot, chance.member, now=now) if slot is not None else None
    Chance.objects.filter(draw=draw, unit_id=chance.unit_id or 0, used_at=None).update(used_at=now)
    record(
        actor, "campaigns.draw_entered", draw, now=now, slug=draw.slug, seq=entry.seq,
        got=entry.got,
    )  # fmt: skip
    return Outcome(entry=entry, win=win)


def not_open(draw: Draw, *, now: datetime) -> DrawNotOpen:
    """Say why a draw takes no entries at ``now``."""
    if draw.killed_at is not None:
        return DrawNotOpen(reason="stopped", at=draw.killed_at.isoformat())
    if now < draw.starts_at:
        return DrawNotOpen(reason="before", at=draw.starts_at.isoformat())
    return DrawNotOpen(reason="ended", at=draw.ends_at.isoformat())


def _entry(draw: Draw, terms: DrawTerms, chance: _Chance, *, now: datetime) -> DrawEntry:
    """Number the entry within its caps.

    Raises:
        TakenPartAlready: beyond one of them.
    """
    person_n = _next(draw, "person", chance.person, draw.cap_person)
    code_n = _next(draw, "code", chance.code, draw.cap_code)
    device_n = _next(draw, "device", chance.device, draw.cap_device)
    stem, n = (chance.code, code_n) if chance.code else (chance.person, person_n)
    return DrawEntry(
        draw=draw, terms=terms, seq=draw.entered, name=stem if n == 1 else f"{stem}.{n}",
        key=chance.key, at=now, member_id=chance.member.pk, unit_id=chance.unit_id,
        person=chance.person, person_n=person_n or 1, device=chance.device, device_n=device_n,
        code=chance.code, code_n=code_n,
    )  # fmt: skip


def _next(draw: Draw, cap: str, value: str, limit: int) -> int | None:
    if not value:
        return None
    taken = DrawEntry.objects.filter(draw=draw, **{cap: value}).count()
    if limit and taken >= limit:
        raise TakenPartAlready(cap=cap, limit=limit)
    return taken + 1


def _decide(
    draw: Draw, terms: DrawTerms, entry: rules.Entry, *, now: datetime
) -> tuple[str, PrizeSlot | None]:
    """What the entry's number gives: a prize with a free unit, else the fallback, else nothing.

    The unit itself is taken, conditionally, when the win is written.
    """
    table = table_of(terms)
    if entry.person in table.excluded:
        return rules.Outcome.EXCLUDED, None
    prizes = rules.wanted(bytes.fromhex(draw.secret), table, entry.id)
    by_ident = {prize.ident: prize for prize in draw.prizes.all()} if prizes else {}
    for ident in prizes:
        free = PrizeSlot.objects.filter(
            prize=by_ident[ident], version=terms.version, entry=None, release_at__lte=now
        )
        slot = free.order_by("release_at", "unit").first()
        if slot is not None:
            slot.prize = by_ident[ident]
            return ident, slot
    return (rules.Outcome.GONE if prizes else rules.Outcome.BLANK), None


def _win(draw: Draw, entry: DrawEntry, slot: PrizeSlot, member: Member, *, now: datetime) -> Win:
    taken = PrizeSlot.objects.filter(pk=slot.pk, entry=None).update(entry=entry)
    if not taken:
        raise DrawNotOpen(reason="busy", at=now.isoformat())  # the row lock makes this impossible
    return Win.objects.create(
        draw=draw, entry=entry, prize=slot.prize, state=Win.State.OFFERED, member_id=member.pk,
        masked_name=masked_name(member), won_at=now,
        claim_by=now + timedelta(days=draw.claim_days),
    )  # fmt: skip


def masked_name(member: Member) -> str:
    """How a winner stands in public: the first character, or an address with its middle hidden."""
    if member.nickname:
        return member.nickname[:1] + "**"
    return mask_phone(member.phone) if member.phone else mask_email(member.email)


def offer_chances(event: UnitActivated, *, now: datetime) -> None:
    """Reaction to ``UnitActivated``: a chance in every draw that runs and counts activations."""
    activation = Activation.objects.filter(pk=event.activation_id).first()
    if activation is None:
        return
    running = Draw.objects.filter(
        brand_id=event.brand_id, entry_by=EntryBy.ACTIVATION, state__in=ENTERABLE,
        starts_at__lte=activation.at, ends_at__gt=activation.at,
    )  # fmt: skip
    Chance.objects.bulk_create(
        (
            Chance(
                draw=draw, unit_id=event.unit_id, member_id=event.member_id,
                activation_id=event.activation_id, given_at=now,
            )
            for draw in running
            if not draw.products or event.product_id in draw.products
        ),
        ignore_conflicts=True,
    )  # fmt: skip
