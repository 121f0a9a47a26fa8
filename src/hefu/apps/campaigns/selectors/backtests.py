"""Backtests as far as the reader may see them (回测), and the rules one may compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.campaigns.models import (
    Backtest,
    Promotion,
    PromotionState,
    PromotionVersion,
    RulesetVersion,
)
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.selectors.rules import NO_RULES, ruleset_at, ruleset_by_hash
from hefu.core import promotions as engine
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: Earlier rule sets that can be chosen, the newest ones.
_EARLIER = 20


def backtests_for(actor: Actor) -> QuerySet[Backtest]:
    """The brand's backtests, newest first, without their reports; partners see none.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Backtest.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    return rows.none() if actor.is_partner else rows.defer("result", "plan")


def backtests_with_state(actor: Actor) -> QuerySet[Backtest]:
    """The same with ``state`` of the job, ``orders``, ``currency`` and both discounts."""
    job = Job.objects.filter(pk=OuterRef("job_id")).values("state")[:1]
    return backtests_for(actor).annotate(
        state=Subquery(job),
        orders=F("result__orders"),
        currency=F("plan__currency"),
        taken_today=F("result__sides__today__discount"),
        taken_tomorrow=F("result__sides__tomorrow__discount"),
    )


def backtest_by_id(actor: Actor, pk: int) -> Backtest:
    """Return one backtest, whole.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = backtests_for(actor).defer(None).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def backtests_of(actor: Actor, tomorrow_hash: str) -> QuerySet[Backtest]:
    """The finished backtests of these very rules: what an approver wants to have seen."""
    return backtests_for(actor).exclude(result_hash="").filter(tomorrow_hash=tomorrow_hash)


def job_of(actor: Actor, backtest: Backtest) -> Job | None:
    """Return the job that runs a backtest."""
    return jobs_for(actor).filter(pk=backtest.job_id or 0).first()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleChoice:
    """Rules that can stand on a side; ``key`` chooses them."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ChosenRules:
    """Rules with the budgets declared for them, and the hold-out of their campaign, if any."""

    label: str
    rules: engine.Rules
    budgets: Mapping[str, int] = field(default_factory=dict)
    salt: str = ""
    hold_out_bp: int = 0


def rule_choices(actor: Actor, *, now: datetime) -> list[RuleChoice]:
    """List what may be compared: nothing, what is in force, each draft, earlier rule sets."""
    brand_id = actor.own_brand()
    actor.require(Permission.CAMPAIGN_VIEW)
    choices = [
        RuleChoice(key="none", label=_("No promotions at all")),
        RuleChoice(key="now", label=_("The rules in force now")),
    ]
    choices += [
        RuleChoice(
            key=f"with:{row.pk}",
            label=_('In force now, with "%(title)s", version %(number)s')
            % {"title": row.promotion.title, "number": row.number},
        )
        for row in _drafts(brand_id)
    ]
    in_force = ruleset_at(brand_id, now).content_hash
    earlier = RulesetVersion.objects.filter(brand_id=brand_id).exclude(content_hash=in_force)
    seen = set()
    for row in earlier.defer("document").order_by("-pk")[:_EARLIER]:
        if row.content_hash not in seen:
            seen.add(row.content_hash)
            label = _("In force from %(day)s (%(because)s)") % {
                "day": f"{row.from_at:%Y-%m-%d}", "because": row.because,
            }  # fmt: skip
            choices.append(RuleChoice(key=f"hash:{row.content_hash}", label=label))
    return choices


def _drafts(brand_id: int) -> QuerySet[PromotionVersion]:
    """The newest version of each promotion that is not approved yet, or differs from that."""
    rows = PromotionVersion.objects.filter(
        promotion__brand_id=brand_id, approved_at=None, withdrawn_at=None
    ).exclude(promotion__state=PromotionState.STOPPED)
    return rows.select_related("promotion__campaign").order_by("promotion__code", "-number")


def rules_chosen(actor: Actor, key: str, *, now: datetime) -> ChosenRules:
    """Return the rules behind a choice.

    Raises:
        NotFound: no such choice.
    """
    brand_id = actor.own_brand()
    actor.require(Permission.CAMPAIGN_VIEW)
    label = next((one.label for one in rule_choices(actor, now=now) if one.key == key), None)
    if label is None:
        raise NotFound(field="rules")
    kind, _colon, what = key.partition(":")
    if kind == "none":
        return ChosenRules(label=label, rules=NO_RULES.rules)
    if kind == "hash":
        rules = ruleset_by_hash(brand_id, what).rules
        return ChosenRules(label=label, rules=rules, budgets=_budgets(brand_id, rules))
    if kind == "now":
        rules = ruleset_at(brand_id, now).rules
        return ChosenRules(label=label, rules=rules, budgets=_budgets(brand_id, rules))
    return _with_draft(actor, int(what), label, now=now)


def _with_draft(actor: Actor, pk: int, label: str, *, now: datetime) -> ChosenRules:
    version = _drafts(actor.own_brand()).get(pk=pk)
    draft = engine.from_document(engine.Promotion, version.document)
    rules = rules_with(actor, draft, now=now)
    budgets = _budgets(actor.own_brand(), rules)
    if version.budget is not None:
        budgets[draft.id] = version.budget
    campaign = version.promotion.campaign
    return ChosenRules(
        label=label, rules=rules, budgets=budgets,
        salt=campaign.salt if campaign else "", hold_out_bp=campaign.hold_out_bp if campaign else 0,
    )  # fmt: skip


def _budgets(brand_id: int, rules: engine.Rules) -> dict[str, int]:
    """Return the declared budgets of the approved versions of these promotions."""
    rows = Promotion.objects.filter(
        brand_id=brand_id, code__in=[one.id for one in rules.promotions],
        versions__number=F("live_version"), versions__budget__isnull=False,
    )  # fmt: skip
    return {
        code: budget
        for code, budget in rows.values_list("code", "versions__budget")
        if budget is not None
    }
