"""Activation (激活): a unit is bound to its buyer, once, by whoever is first.

All requests that wait are decided in one transaction whose statements do not depend on their
number. Nothing but the code (and the inner code, where there is one) is needed: a refused consent
or an unknown place changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.errors.life import (
    AlreadyActivated,
    CodeMistyped,
    CodeUnknown,
    InnerCodeNeeded,
    InnerCodeWrong,
    KeyReused,
    UnitStopped,
)
from hefu.apps.identity.events import UnitActivated
from hefu.apps.identity.models import Activation, WarrantyFact
from hefu.apps.identity.rows import execute, given, packed, stored
from hefu.apps.identity.selectors.codes import (
    Missed,
    MissReason,
    Reading,
    Resolved,
    UnitRef,
    resolve_many,
)
from hefu.apps.identity.selectors.states import (
    Asked,
    Key,
    UnitState,
    channel_of,
    facts_for,
    states_of,
)
from hefu.apps.identity.services import rewards
from hefu.apps.identity.services.units import touch
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, ActorKind
from hefu.core.codes import UnitFacts
from hefu.core.errors import DomainError, Invalid, NotAllowed, NotFound
from hefu.core.permissions import Permission
from hefu.core.regions import coarse

KEY_CHARS = 36
AGENT_CHARS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Where it happened, as far as told: a region, and a place only with consent.

    ``place`` is latitude and longitude in degrees; of it only tenths (about 10 km) are kept.

    Raises:
        ValueError: the region or the source is too long.
    """

    region: str = ""  # GB/T 2260, elsewhere ISO 3166-2
    source: str = ""  # "address" or "place"
    place: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if len(self.region) > 6 or len(self.source) > 8 or not self.region.isascii():
            raise ValueError(f"no region or no source: {self.region!r}, {self.source!r}")

    @property
    def rounded(self) -> str:
        """The place as it is stored: ``23.1,113.3``."""
        if self.place is None:
            return ""
        try:
            return str(coarse(*self.place))
        except Invalid:  # a phone that does not know where it is does not stop anything
            return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivationWish:
    """One request; the same ``key`` again is the same request and wins again.

    ``budget_id`` names the ledger's budget that the coins come from, if they are budgeted. ``by``
    is who asks, where a group of many is committed by one hand: it is he who must be allowed to,
    and whom the trail names.
    """

    key: str
    code: str
    member_id: int
    inner: str = ""
    where: Whereabouts = field(default_factory=Whereabouts)
    surface: str = "consumer"
    agent: str = ""  # browser family
    budget_id: int | None = None
    by: Actor | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivationOutcome:
    """The answer to one wish: an activation, or a refusal and its reason.

    ``coins`` came with this activation; ``coins_refused`` says why none did though some should.
    """

    unit: UnitRef | None
    unit_id: int | None = None
    activation_id: int | None = None
    at: datetime | None = None
    coins: int = 0
    coins_refused: str = ""
    repeated: bool = False
    refusal: DomainError | None = None


@dataclass(kw_only=True, slots=True)
class _Case:
    """A wish on its way through the group."""

    wish: ActivationWish
    unit: UnitRef
    unit_id: int = 0
    state: UnitState = field(default_factory=UnitState)
    refusal: DomainError | None = None
    activation_id: int | None = None
    at: datetime | None = None
    coins: int = 0
    coins_refused: str = ""
    repeated: bool = False

    @property
    def outcome(self) -> ActivationOutcome:
        return ActivationOutcome(
            unit=self.unit, unit_id=self.unit_id or None, activation_id=self.activation_id,
            at=self.at, coins=self.coins, coins_refused=self.coins_refused,
            repeated=self.repeated, refusal=self.refusal,
        )  # fmt: skip


@service
def activate(actor: Actor, *, wish: ActivationWish, now: datetime) -> ActivationOutcome:
    """Bind one unit: a group of one.

    Raises:
        NotAllowed: for somebody else.
        CodeUnknown, CodeMistyped, InnerCodeNeeded, InnerCodeWrong: which unit?
        UnitStopped, AlreadyActivated, KeyReused: not this unit, not now.
        NotFound: no such member of the unit's brand.
        Invalid: the key is empty or too long.
    """
    (outcome,) = activate_many(actor, wishes=[wish], now=now)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


@service
def activate_many(
    actor: Actor, *, wishes: Sequence[ActivationWish], now: datetime
) -> list[ActivationOutcome]:
    """Bind units to members, each whole or not at all; refusals are outcomes, not errors.

    Safe to race: of all that want one unit, in this group or in others, exactly one gets it; the
    unit's row lets one group at a time decide, and the unique key on live activations holds
    whatever happens. Coins come once per unit, for ever.

    Raises:
        NotAllowed: a wish for somebody else by an actor who may not.
    """
    for wish in wishes:
        _check_actor(wish.by or actor, wish)
    found = resolve_many(
        [text for wish in wishes for text in (wish.code, wish.inner)], brand_id=actor.brand_id
    )
    read = [
        _read(wish, outer, inner)
        for wish, outer, inner in zip(wishes, found[::2], found[1::2], strict=True)
    ]
    cases = [case for case in read if isinstance(case, _Case)]
    _check_members(cases)
    _decide([case for case in cases if case.refusal is None], now)
    won = [case for case in cases if case.activation_id and not case.repeated]
    _reward(won, now)
    brought = {case.activation_id: case.coins for case in won}
    for case in cases:  # the same request twice in one group
        case.coins = brought.get(case.activation_id, case.coins)
    _note(actor, won, now)
    return [case.outcome if isinstance(case, _Case) else case for case in read]


def _check_actor(actor: Actor, wish: ActivationWish) -> None:
    if actor.kind is ActorKind.CONSUMER and actor.member_id == wish.member_id:
        return
    if actor.is_partner:
        raise NotAllowed(permission=Permission.ACTIVATION_MANAGE.value)
    actor.require(Permission.ACTIVATION_MANAGE)


def _read(wish: ActivationWish, outer: Resolved, inner: Resolved) -> _Case | ActivationOutcome:
    """Find the unit of a wish and see whether its codes prove enough."""
    if isinstance(outer, Missed):
        slip = outer.reason is MissReason.TYPING_ERROR
        refusal = CodeMistyped(field="code", position=outer.position) if slip else CodeUnknown()
        return ActivationOutcome(unit=None, refusal=refusal)
    case = _Case(wish=wish, unit=outer)
    if not (0 < len(wish.key) <= KEY_CHARS and wish.key.isascii() and wish.key.isprintable()):
        case.refusal = Invalid(field="key", rule="printable_ascii", longest=KEY_CHARS)
    elif outer.batch.has_inner and outer.reading is not Reading.INNER:
        fits = isinstance(inner, UnitRef) and inner.key == outer.key
        if not wish.inner:
            case.refusal = InnerCodeNeeded(field="inner")
        elif not (fits and isinstance(inner, UnitRef) and inner.reading is Reading.INNER):
            case.refusal = InnerCodeWrong(field="inner")
    return case


def _check_members(cases: Sequence[_Case]) -> None:
    wanted = {case.wish.member_id for case in cases if case.refusal is None}
    members = Member.objects.filter(pk__in=wanted, closed_at=None)
    brands = dict(members.values_list("pk", "brand_id")) if wanted else {}
    for case in cases:
        if case.refusal is None and brands.get(case.wish.member_id) != case.unit.brand_id:
            case.refusal = NotFound(field="member")


def _decide(cases: Sequence[_Case], now: datetime) -> None:
    """Let each unit have the first eligible wish; all others are refused, or were heard before."""
    if not cases:
        return
    units = touch([case.unit for case in cases])
    states = states_of([Asked(key=key, unit_id=pk) for key, pk in units.items()])
    wanted: dict[Key, _Case] = {}
    keys: set[str] = set()
    behind: list[_Case] = []
    for case in cases:
        case.unit_id, case.state = units[case.unit.key], states[case.unit.key]
        facts = facts_for(case.unit.batch, case.unit.serial, case.state)
        case.refusal = _stop(facts, now)
        free = case.state.activation_id is None and case.refusal is None
        if free and case.unit.key not in wanted and case.wish.key not in keys:
            wanted[case.unit.key] = case
            keys.add(case.wish.key)
        else:
            behind.append(case)
    inserted = _insert(list(wanted.values()), now)
    for case in wanted.values():
        case.activation_id = inserted.get(case.unit_id)
        case.at = now if case.activation_id else None
    _answer([*behind, *(case for case in wanted.values() if not case.activation_id)])


def _stop(facts: UnitFacts, now: datetime) -> UnitStopped | None:
    """Why a unit may not be activated, the gravest reason first."""
    for reason, since in (
        ("recalled", facts.recalled_at),
        ("void", facts.voided_at),
        ("frozen", facts.frozen_at),
        ("lost", facts.lost_at),
    ):
        if since is not None and since <= now:
            return UnitStopped(reason=reason, since=since.isoformat())
    if facts.commissioned_at is None or now < facts.commissioned_at:
        return UnitStopped(reason="not_commissioned")
    return None


_INSERTED = {
    "brand_id": "bigint", "unit_id": "bigint", "member_id": "bigint", "product_id": "bigint",
    "channel_id": "bigint", "key": "text", "region": "text", "region_from": "text",
    "place": "text", "surface": "text", "agent": "text",
}  # fmt: skip


def _insert(cases: Sequence[_Case], now: datetime) -> dict[int, int]:
    """Write the activations that the unique keys admit; returns their rows by unit."""
    if not cases:
        return {}
    names = ", ".join(f'"{name}"' for name in _INSERTED)
    made = execute(
        f"""
        INSERT INTO identity_activation ({names}, at, ending)
        SELECT {names}, %s, '' FROM {given(_INSERTED)} WHERE true
        ON CONFLICT DO NOTHING RETURNING unit_id, id
        """,  # noqa: S608  (our own column names)
        [stored(now), packed(_row(case) for case in cases)],
    )
    return dict(made)


def _row(case: _Case) -> dict[str, int | str | None]:
    wish, unit = case.wish, case.unit
    return {
        "brand_id": unit.brand_id, "unit_id": case.unit_id, "member_id": wish.member_id,
        "product_id": unit.product_id,
        "channel_id": channel_of(unit.batch, unit.serial, case.state), "key": wish.key,
        "region": wish.where.region, "region_from": wish.where.source,
        "place": wish.where.rounded, "surface": wish.surface[:12],
        "agent": _family(wish.agent),
    }  # fmt: skip


def _family(agent: str) -> str:
    """The browser's family without its version, which would tell people apart."""
    name = agent.partition("/")[0].strip()
    return "".join(char for char in name if char.isascii() and char.isprintable())[:AGENT_CHARS]


def _answer(cases: Sequence[_Case]) -> None:
    """Tell those who got nothing why, or that they have it already."""
    if not cases:
        return
    keys = {case.wish.key for case in cases}
    units = {case.unit_id for case in cases}
    rows = Activation.objects.filter(Q(key__in=keys) | Q(unit_id__in=units, ended_at=None))
    by_key = {row.key: row for row in rows}
    live = {row.unit_id: row for row in by_key.values() if row.ended_at is None}
    coins = rewards.brought_by([row for row in by_key.values() if row.key in keys])
    for case in cases:
        same, owned = by_key.get(case.wish.key), live.get(case.unit_id)
        if same is not None and same == owned and same.member_id == case.wish.member_id:
            case.activation_id, case.at, case.repeated = same.pk, same.at, True
            case.coins, case.refusal = coins.get(same.pk, 0), None
        elif same is not None:
            case.refusal = KeyReused(field="key")
        elif case.refusal is None and owned is not None:
            case.refusal = AlreadyActivated(
                on=timezone.localdate(owned.at).isoformat(),
                yours=int(owned.member_id == case.wish.member_id),
            )


def _reward(cases: Sequence[_Case], now: datetime) -> None:
    claims = {
        case.activation_id: rewards.Claim(
            brand_id=case.unit.brand_id, key=rewards.key_of(case.unit_id),
            activation_id=case.activation_id, member_id=case.wish.member_id,
            coins=case.unit.batch.coins, budget_id=case.wish.budget_id,
        )
        for case in cases
        if case.activation_id is not None
    }  # fmt: skip
    rewarded = rewards.grant(list(claims.values()), now=now)
    for case in cases:
        case.coins, case.coins_refused = rewarded.get(case.activation_id or 0, (0, ""))


def _note(actor: Actor, cases: Sequence[_Case], now: datetime) -> None:
    """Start the warranty, write the trail, tell who reacts."""
    today = timezone.localdate(now)
    WarrantyFact.objects.bulk_create(
        WarrantyFact(
            brand_id=case.unit.brand_id, unit_id=case.unit_id, recorded_at=now, on=today,
            kind=WarrantyFact.Kind.ACTIVATED, evidence=rewards.subject_of(case.activation_id or 0),
        )
        for case in cases
    )  # fmt: skip
    for case in cases:
        activation_id = case.activation_id or 0
        owner = replace(case.wish.by or actor, brand_id=case.unit.brand_id)
        record(
            owner, "identity.unit_activated", rewards.subject_of(activation_id), now=now,
            unit=case.unit_id, region=case.wish.where.region, coins=case.coins,
        )  # fmt: skip
        publish(
            UnitActivated(
                brand_id=case.unit.brand_id, activation_id=activation_id, unit_id=case.unit_id,
                member_id=case.wish.member_id, product_id=case.unit.product_id,
                region=case.wish.where.region,
            ),
            now=now,
        )  # fmt: skip
