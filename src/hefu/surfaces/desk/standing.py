"""Where a unit stands now (当前状态): the verdict a buyer would get, its owner, its warranty.

Looking at the desk is no check: nothing is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.models import Brand
from hefu.apps.identity.selectors.activations import warranty_card_for
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.selectors.contents import contents_of, place_of
from hefu.apps.identity.selectors.states import (
    Asked,
    UnitState,
    facts_for,
    standings_of,
    states_of,
)
from hefu.apps.identity.selectors.story import Story
from hefu.apps.identity.services.scans import RECENT
from hefu.apps.members.selectors import MemberCard, cards_for
from hefu.core.actor import Actor
from hefu.core.clocks.warranty import Basis, Card, Status, Step, StepCode
from hefu.core.codes.verdict import DEFAULT_POLICY, Check, Verdict, judge
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.results import grouped_code, product_name
from hefu.surfaces.design.numbers import chart_language
from hefu.surfaces.design.parts import WarrantyCard
from hefu.surfaces.desk.shown import NOTHING, day


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A unit as the records have it at this moment; ``marks`` are the kinds of its live marks."""

    verdict: Verdict
    marks: frozenset[str]
    activation_id: int | None
    activated_at: datetime | None
    owner: MemberCard | None
    warranty: Card
    inside: UnitRef | None  # what it lies in
    contents: tuple[UnitRef, ...]

    @property
    def warranty_steps(self) -> list[str]:
        """How the warranty was reckoned, in words."""
        return [text for step in self.warranty.steps if (text := step_text(step, self.warranty))]


def standing_of(actor: Actor, story: Story, *, now: datetime) -> Standing:
    """Judge the unit of a story as of now and gather what stands beside it."""
    unit, row = story.unit, story.row
    checks = row.scan_count if row else 0
    asked = Asked(key=unit.key, unit_id=row.pk if row else 0, checked=checks > 0)
    state = states_of([asked], since=now - DEFAULT_POLICY.window, limit=RECENT)[unit.key]
    first = None
    if row is not None and row.first_scan_at is not None:
        first = Check(at=row.first_scan_at, region=row.first_scan_region)
    facts = replace(
        facts_for(unit.batch, unit.serial, state), first_check=first, earlier_checks=checks,
        recent=tuple(state.recent),
    )  # fmt: skip
    return Standing(
        verdict=judge(facts, now=now),
        marks=frozenset(mark.kind for mark in standings_of(unit.batch, unit.serial, state)),
        activation_id=state.activation_id, activated_at=state.activated_at,
        owner=_owner(actor, state),
        warranty=warranty_card_for(actor, unit, on=timezone.localdate(now)),
        inside=place_of(actor, unit), contents=tuple(contents_of(actor, unit)),
    )  # fmt: skip


def _owner(actor: Actor, state: UnitState) -> MemberCard | None:
    if state.member_id is None or not actor.may(Permission.MEMBER_VIEW):
        return None
    return cards_for(actor, [state.member_id]).get(state.member_id)


def drawn_warranty(brand: Brand, story: Story, standing: Standing) -> WarrantyCard:
    """The card as its owner has it in the hand, its holder masked."""
    card, batch = standing.warranty, story.unit.batch
    english = chart_language() == "en" and brand.name_en
    return WarrantyCard(
        brand=brand.name_en if english else brand.name,
        product=product_name(batch), model=batch.model, code=grouped_code(story.code),
        starts=day(card.starts_on), ends=day(card.ends_on), status=str(_STATUSES[card.status]),
        holder=standing.owner.masked if standing.owner else "",
    )  # fmt: skip


_STATUSES = {
    Status.ENDED: gettext_lazy("Warranty over"),
    Status.NOT_STARTED: gettext_lazy("Not yet in warranty"),
    Status.PAUSED: gettext_lazy("In repair, warranty paused"),
    Status.RUNNING: gettext_lazy("In warranty"),
    Status.UNKNOWN: gettext_lazy("No start known: the receipt counts"),
}
_STARTS = {
    Basis.ACTIVATION: gettext_lazy("activation, the latest day it can have begun"),
    Basis.DELIVERY: gettext_lazy("delivery"),
    Basis.INSTALLATION: gettext_lazy("installation"),
    Basis.REPLACEMENT: gettext_lazy("replacement"),
}


def step_text(step: Step, card: Card) -> str:
    """Say one step of the reckoning."""
    make = _STEPS.get(step.code)
    return make(step, card) if make else ""


def _on(value: date | None) -> str:
    return day(value) if value else NOTHING


def _started(step: Step, card: Card) -> str:
    basis = _STARTS[card.basis] if card.basis else NOTHING
    return _("Begins on %(day)s: %(basis)s.") % {"day": _on(step.on), "basis": basis}


_STEPS: dict[StepCode, Callable[[Step, Card], str]] = {
    StepCode.STARTED: _started,
    StepCode.TERM: lambda step, _card: (
        _("%(count)s months: until %(end)s.") % {"count": step.amount, "end": _on(step.ends_on)}
    ),
    StepCode.ACTIVATION_ADDED: lambda step, _card: (
        _("Activation added %(count)s months.") % {"count": step.amount}
    ),
    StepCode.ACTIVATION_TOO_LATE: lambda _step, _card: _(
        "Activated after the warranty was over: nothing to add to."
    ),
    StepCode.NOT_ACTIVATED: lambda step, _card: (
        _("Not activated: that takes nothing away; it would add %(count)s months.")
        % {"count": step.amount}
    ),
    StepCode.PAUSED: lambda step, _card: (
        _("%(count)s days in repair do not count.") % {"count": step.amount}
    ),
    StepCode.PAUSE_OPEN: lambda step, _card: (
        _("In repair since %(day)s: the clock stands still.") % {"day": _on(step.on)}
    ),
    StepCode.RESTARTED: lambda step, _card: (
        _("Replaced on %(day)s: a new term of %(count)s months.")
        % {"day": _on(step.on), "count": step.amount}
    ),
    StepCode.FORMER_END_KEPT: lambda step, _card: (
        _("The former end %(end)s was later and stays.") % {"end": _on(step.ends_on)}
    ),
    StepCode.MOVED_TO_WORKING_DAY: lambda step, _card: (
        _("Moved to the next working day: %(end)s.") % {"end": _on(step.ends_on)}
    ),
    StepCode.NO_START_KNOWN: lambda _step, _card: _(
        "Neither delivery, installation nor activation is on record."
    ),
    StepCode.REPAIR_AFTER_END: lambda step, _card: (
        _("A repair on %(day)s came after the end.") % {"day": _on(step.on)}
    ),
    StepCode.REPAIR_OUT_ALONE: lambda step, _card: (
        _("Back from repair on %(day)s, but never handed in: not counted.") % {"day": _on(step.on)}
    ),
    StepCode.REPLACEMENT_BEFORE_START: lambda step, _card: (
        _("A replacement on %(day)s lies before the start: not counted.") % {"day": _on(step.on)}
    ),
}
