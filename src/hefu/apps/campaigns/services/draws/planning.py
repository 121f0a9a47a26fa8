"""Planning a draw: what it says, whether the law allows it, and a second person's approval."""

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from hefu.apps.accounts import services as accounts
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.draw_law import NO_SALE, PRIZE_CAP, RETENTION, in_force
from hefu.apps.campaigns.errors.draws import (
    ChancesNotSold,
    DrawNotDraft,
    PrizesAddUp,
    RetentionHolds,
)
from hefu.apps.campaigns.models.draws import (
    Chance,
    Draw,
    DrawEntry,
    DrawKind,
    DrawPrize,
    DrawState,
    DrawTerms,
    EntryBy,
    PrizeSlot,
    Win,
)
from hefu.apps.campaigns.selectors.draws import draw_by_id, list_file
from hefu.apps.catalog.selectors import products_for
from hefu.core import draws as rules
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

#: Kind of ``accounts.Approval``.
APPROVAL = "campaigns.draw"
EDITABLE = (DrawState.DRAFT, DrawState.WAITING)
MOST_UNITS = 100_000
MOST_WEIGHT = 1_000_000_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class PrizePlan:
    """One prize as planned, the highest first; ``value_fen`` is the market price of one."""

    name: str
    kind: str = DrawPrize.Kind.GOODS
    value_fen: int
    valued_by: str = ""
    quantity: int
    weight: int = 1
    coins: int = 0
    terms: str = ""


@dataclass(frozen=True, kw_only=True)
class DrawPlan:
    """A draw as planned; the field names are the model's. Times count to the second.

    ``price_coins`` is what a chance costs: anything but nothing is refused with the rule of law.
    """

    slug: str
    title: str
    kind: str
    entry_by: str
    starts_at: datetime
    ends_at: datetime
    draw_at: datetime | None = None  # an instant draw has none
    claim_days: int = 30
    cap_person: int = 1
    cap_device: int = 0
    cap_code: int = 1
    blank_weight: int = 0
    fallback: str = Draw.Fallback.NEXT
    substitutes: int = 0
    forfeiture: str = Draw.Forfeiture.LAPSE
    conditions: str
    redemption: str
    delivery: str
    organiser: str
    contact: str
    tax_by: str = Draw.TaxBy.ORGANISER
    outside_source: str = ""
    products: Sequence[int] = ()
    prizes: Sequence[PrizePlan]
    price_coins: int = 0


@service
def create_draw(actor: Actor, *, plan: DrawPlan, now: datetime) -> Draw:
    """Save a draw as a draft.

    Raises:
        Invalid: a field that the law requires is missing, or one does not fit; or the short name
            is taken.
        PrizeTooValuable, PrizesAddUp: above the law's highest prize.
        ChancesNotSold: a chance would cost something.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    fields = _checked(actor, plan, now=now)
    try:
        with transaction.atomic():
            draw = Draw.objects.create(
                brand_id=actor.own_brand(), secret=secrets.token_hex(32),
                created_by_id=actor.user_id, created_at=now, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="slug", rule="taken", value=plan.slug) from error
    _write_prizes(draw, plan)
    record(actor, "campaigns.draw_created", draw, now=now, slug=draw.slug)
    return draw


@service
def edit_draw(actor: Actor, *, draw: Draw, plan: DrawPlan, now: datetime) -> Draw:
    """Change a draft; one that waits for approval is a draft again.

    Raises:
        NotFound: another brand's.
        DrawNotDraft: it was published.
        As ``create_draw``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    fields = _checked(actor, plan, now=now)
    mine = Draw.objects.filter(pk=draw_by_id(actor, draw.pk).pk)
    try:
        with transaction.atomic():
            won = mine.filter(state__in=EDITABLE).update(state=DrawState.DRAFT, **fields)
    except IntegrityError as error:
        raise Invalid(field="slug", rule="taken", value=plan.slug) from error
    draw = mine.get()
    if not won:
        raise DrawNotDraft(state=draw.state)
    draw.prizes.all().delete()
    _write_prizes(draw, plan)
    record(actor, "campaigns.draw_edited", draw, now=now, slug=draw.slug)
    return draw


@service
def submit_draw(actor: Actor, *, draw: Draw, now: datetime) -> Draw:
    """Ask a second person to approve the draw as it stands.

    Raises:
        NotFound: another brand's.
        DrawNotDraft: it was submitted or published.
        Invalid: its start has passed.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    if draw.starts_at <= now:
        raise Invalid(field="starts_at", rule="in_the_past")
    if not Draw.objects.filter(pk=draw.pk, state=DrawState.DRAFT).update(state=DrawState.WAITING):
        raise DrawNotDraft(state=draw.state)
    draw.refresh_from_db()
    accounts.ask_approval(
        actor, kind=APPROVAL, subject=draw, content_hash=content_hash_of(draw),
        summary=summary_of(draw), now=now,
    )  # fmt: skip
    record(actor, "campaigns.draw_submitted", draw, now=now, slug=draw.slug)
    return draw


@service
def delete_draw(actor: Actor, *, draw: Draw, now: datetime) -> None:
    """Delete a draft, or a draw whose file need not be kept any longer, with all its rows.

    Raises:
        NotFound: another brand's.
        RetentionHolds: it was published and the years of the law are not over.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    if draw.published_at is not None:
        rule = in_force(RETENTION, now=now)
        until = (draw.archived_at or draw.killed_at or draw.ends_at) + timedelta(
            days=366 * rule.value
        )
        if draw.archived_at is None or now < until:
            raise RetentionHolds(rule=rule.cited, until=f"{until:%Y-%m-%d}")
    Win.objects.filter(draw=draw).update(instead_of=None)
    for rows in (
        Win.objects.filter(draw=draw),
        PrizeSlot.objects.filter(prize__draw=draw),
        DrawEntry.objects.filter(draw=draw),
        DrawTerms.objects.filter(draw=draw),
        DrawPrize.objects.filter(draw=draw),
        Chance.objects.filter(draw=draw),
    ):
        rows.delete()
    record(actor, "campaigns.draw_deleted", draw, now=now, slug=draw.slug)
    folder = list_file(draw, 1).parent
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    draw.delete()


def rules_of(draw: Draw, *, version: int = 1) -> dict[str, Any]:
    """Return what a draw says, as plain JSON values: the content of its rule page."""
    who = system("draws", brand_id=draw.brand_id)
    names = dict(products_for(who).filter(pk__in=draw.products).values_list("pk", "name"))
    plain = (
        "title", "kind", "entry_by", "claim_days", "cap_person", "cap_device", "cap_code",
        "blank_weight", "fallback", "substitutes", "forfeiture", "conditions", "redemption",
        "delivery", "organiser", "contact", "tax_by", "outside_source",
    )  # fmt: skip
    return {
        **{name: getattr(draw, name) for name in plain},
        "version": version,
        "campaign": campaign_of(draw, version),
        "products": [names.get(pk, str(pk)) for pk in draw.products],
        "starts": draw.starts_at.isoformat(),
        "ends": draw.ends_at.isoformat(),
        "draw_at": draw.draw_at.isoformat(),
        "prizes": [
            {
                "id": prize.ident, "rank": prize.rank, "name": prize.name, "kind": prize.kind,
                "value_fen": prize.value_fen, "valued_by": prize.valued_by,
                "quantity": prize.quantity, "weight": prize.weight, "coins": prize.coins,
                "terms": prize.terms,
            }
            for prize in draw.prizes.order_by("rank")
        ],
    }  # fmt: skip


def campaign_of(draw: Draw, version: int) -> str:
    """The draw's name in published lists; a new version of the terms is a new name."""
    name = f"{draw.brand.slug}/{draw.slug}"
    return name if version == 1 else f"{name}@{version}"


def content_hash_of(draw: Draw) -> str:
    """What an approval is bound to: all that will be published, and which products count."""
    said = {**rules_of(draw), "products": draw.products}
    return sha256(rules.canonical(said)).hexdigest()


def summary_of(draw: Draw) -> dict[str, Any]:
    """What stands in the list of approvals."""
    return {
        "title": draw.title, "slug": draw.slug,
        "prizes": sum(prize.quantity for prize in draw.prizes.all()),
        "worst_yuan": worst_case_fen(draw) // 100,
    }  # fmt: skip


def worst_case_fen(draw: Draw) -> int:
    """What all prizes together are worth, in fen: the draw cannot cost more."""
    return sum(prize.value_fen * prize.quantity for prize in draw.prizes.all())


def worst_chance_fen(prizes: Sequence[PrizePlan | DrawPrize], *, chances: int) -> int:
    """What one code, or one person where no code is needed, can win at most, in fen.

    Several chances count together (规范促销行为暂行规定 §17): the dearest units, one per chance.
    """
    worst, left = 0, chances
    for prize in sorted(prizes, key=lambda one: -one.value_fen):
        taken = min(left, prize.quantity)
        worst += taken * prize.value_fen
        left -= taken
    return worst


def _checked(actor: Actor, plan: DrawPlan, *, now: datetime) -> dict[str, Any]:
    """Return the columns of a plan that may be saved."""
    if plan.price_coins:
        raise ChancesNotSold(field="price_coins", rule=in_force(NO_SALE, now=now).cited)
    fields = asdict(plan)
    del fields["prizes"], fields["price_coins"]
    for name, longest in (
        ("slug", 40), ("title", 80), ("conditions", 2000), ("redemption", 2000),
        ("delivery", 2000), ("organiser", 120), ("contact", 120),
    ):  # fmt: skip
        fields[name] = _text(name, fields[name], longest)
    if not _SLUG.fullmatch(plan.slug):
        raise Invalid(field="slug", rule="letters_digits_hyphens", value=plan.slug[:40])
    _check_choices(plan)
    _check_numbers(plan)
    _check_prizes(plan, now=now)
    for name in ("starts_at", "ends_at", "draw_at"):
        if fields[name] is not None:
            fields[name] = fields[name].replace(microsecond=0)
    _check_times(plan)
    if plan.kind == DrawKind.INSTANT or plan.draw_at is None:
        fields["draw_at"] = fields["ends_at"]
    fields["products"] = _products(actor, plan.products)
    fields["outside_source"] = plan.outside_source.strip()[:200]
    return fields


def _text(field: str, value: str, longest: int) -> str:
    text = value.strip()
    if not text:
        raise Invalid(field=field, rule="required")
    if len(text) > longest or "\0" in text:
        raise Invalid(field=field, rule="too_long", longest=longest)
    return text


def _check_choices(plan: DrawPlan) -> None:
    for field, choices in (
        ("kind", DrawKind.values), ("entry_by", EntryBy.values),
        ("fallback", Draw.Fallback.values), ("forfeiture", Draw.Forfeiture.values),
        ("tax_by", Draw.TaxBy.values),
    ):  # fmt: skip
        if getattr(plan, field) not in choices:
            raise Invalid(field=field, rule="not_a_choice", value=str(getattr(plan, field))[:20])
    later = plan.forfeiture == Draw.Forfeiture.SUBSTITUTE
    if later and plan.kind == DrawKind.INSTANT:
        raise Invalid(field="forfeiture", rule="substitutes_need_a_list")
    if later != (plan.substitutes > 0):
        raise Invalid(field="substitutes", rule="positive" if later else "not_a_choice")
    if plan.kind == DrawKind.INSTANT and plan.outside_source.strip():
        raise Invalid(field="outside_source", rule="not_a_choice")


def _check_numbers(plan: DrawPlan) -> None:
    for field, least, most in (
        ("claim_days", 1, 365), ("cap_person", 1, 1000), ("cap_device", 0, 1000),
        ("cap_code", 1, 1000), ("substitutes", 0, 1000), ("blank_weight", 0, MOST_WEIGHT),
    ):  # fmt: skip
        if not least <= getattr(plan, field) <= most:
            raise Invalid(field=field, rule="out_of_range", value=getattr(plan, field))


def _check_times(plan: DrawPlan) -> None:
    if plan.ends_at - plan.starts_at < timedelta(seconds=1):
        raise Invalid(field="ends_at", rule="before_start")
    if plan.draw_at is not None and plan.draw_at < plan.ends_at:
        raise Invalid(field="draw_at", rule="before_end")


def _check_prizes(plan: DrawPlan, *, now: datetime) -> None:
    if not plan.prizes:
        raise Invalid(field="prizes", rule="required")
    for prize in plan.prizes:
        _text("prizes", prize.name, 80)
        if prize.kind not in DrawPrize.Kind.values:
            raise Invalid(field="prizes", rule="not_a_choice", value=prize.kind[:20])
        if prize.value_fen < 1:
            raise Invalid(field="prizes", rule="market_price", value=prize.name)
        if not 1 <= prize.quantity <= MOST_UNITS or not 0 <= prize.weight <= MOST_WEIGHT:
            raise Invalid(field="prizes", rule="out_of_range", value=prize.name)
        if (prize.kind == DrawPrize.Kind.COINS) != (prize.coins > 0):
            raise Invalid(field="prizes", rule="coins", value=prize.name)
        if prize.kind != DrawPrize.Kind.GOODS and not prize.terms.strip():
            raise Invalid(field="prizes", rule="terms_of_exchange", value=prize.name)
    if sum(prize.quantity for prize in plan.prizes) > MOST_UNITS:
        raise Invalid(field="prizes", rule="too_large", value=MOST_UNITS)
    if plan.kind == DrawKind.INSTANT and not any(prize.weight for prize in plan.prizes):
        raise Invalid(field="prizes", rule="weights")
    check_worth(plan.prizes, draw=plan, now=now)


def check_worth(
    prizes: Sequence[PrizePlan | DrawPrize], *, draw: DrawPlan | Draw, now: datetime
) -> None:
    """Refuse prizes above what the law allows, singly and for all chances of one code or person.

    Raises:
        PrizeTooValuable, PrizesAddUp: naming the rule.
    """
    cap = in_force(PRIZE_CAP, now=now)
    named = [
        rules.Prize(id=prize.name, value_fen=prize.value_fen, quantity=prize.quantity)
        for prize in prizes
    ]
    rules.check_prizes(named, cap_fen=cap.value, rule=cap.cited)
    chances = draw.cap_person if draw.entry_by == EntryBy.MEMBER else draw.cap_code
    worst = worst_chance_fen(prizes, chances=chances)
    if worst > cap.value:
        raise PrizesAddUp(field="prizes", worst_fen=worst, cap_fen=cap.value, rule=cap.cited)


def _products(actor: Actor, wanted: Sequence[int]) -> list[int]:
    who = system("draws", brand_id=actor.own_brand())
    known = set(products_for(who).filter(pk__in=wanted).values_list("pk", flat=True))
    if known != set(wanted):
        raise Invalid(field="products", rule="not_a_choice")
    return sorted(known)


def _write_prizes(draw: Draw, plan: DrawPlan) -> None:
    DrawPrize.objects.bulk_create(
        DrawPrize(draw=draw, rank=rank, **{**asdict(prize), "name": prize.name.strip()})
        for rank, prize in enumerate(sorted(plan.prizes, key=lambda one: -one.value_fen), 1)
    )
