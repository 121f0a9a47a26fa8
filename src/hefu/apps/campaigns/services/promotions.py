"""A promotion's life (促销活动的一生): drafted, submitted, agreed to by a second person, stopped.

What is signed is a version, bound to its content hash. After the start a version may follow only in
the consumer's favour (law L06); what ends a promotion before its time is the kill switch.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for, organisations_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.campaigns.errors.promotions import (
    LegalGate,
    NothingToApprove,
    NotInFavour,
    NotRunning,
)
from hefu.apps.campaigns.events import PromotionStopped
from hefu.apps.campaigns.models import (
    Campaign,
    CostShare,
    Counter,
    Promotion,
    PromotionState,
    PromotionVersion,
)
from hefu.apps.campaigns.selectors.coupons import outstanding
from hefu.apps.campaigns.selectors.gates import check_version
from hefu.apps.campaigns.selectors.promotions import (
    live_version,
    newest_version,
    promotion_by_code,
    shares_of,
    write_pages,
)
from hefu.apps.campaigns.services.rules import refresh_rules
from hefu.apps.campaigns.values import Draft, content_hash, offer_of, version_of
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.money import WHOLE_BP
from hefu.core.permissions import Permission
from hefu.core.promotions.favour import changes

#: Kind of the approval that makes a version live.
APPROVAL = "campaigns.promotion"
SUBJECT = "campaigns.promotion"

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST = {"goal": 200, "publicity": 200, "compared_with": 120, "override": 300}

State = PromotionState


@service
def open_campaign(
    actor: Actor, *, slug: str, title: str, purpose: str = "", hold_out_bp: int = 0,
    starts_at: datetime | None = None, ends_at: datetime | None = None, now: datetime,
) -> Campaign:  # fmt: skip
    """Begin a campaign; its hold-out share and who is held out never change afterwards.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid: a field cannot be accepted, or the short name is taken.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    _check_code("slug", slug)
    _check_title(title)
    if not 0 <= hold_out_bp < WHOLE_BP:
        raise Invalid(field="hold_out_bp", rule="out_of_range", value=hold_out_bp)
    if starts_at and ends_at and ends_at <= starts_at:
        raise Invalid(field="ends_at", rule="order")
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                brand_id=actor.own_brand(), slug=slug, title=title.strip(),
                purpose=purpose.strip()[:200], hold_out_bp=hold_out_bp,
                salt=secrets.token_hex(16), starts_at=starts_at, ends_at=ends_at, created_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="slug", rule="taken", value=slug) from error
    record(actor, "campaigns.campaign_opened", campaign, now=now, hold_out_bp=hold_out_bp)
    return campaign


@service
def draft(
    actor: Actor, *, draft: Draft, campaign: Campaign | None = None, now: datetime
) -> Promotion:
    """Write a new promotion; nobody sees it before a second person agrees.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid: a field cannot be accepted, or the short name is taken.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    _check_draft(actor, draft, campaign)
    try:
        with transaction.atomic():
            promotion = Promotion.objects.create(
                brand_id=actor.own_brand(), campaign=campaign, code=draft.promotion.id,
                title=draft.promotion.title.strip(), state=State.DRAFT, created_at=now,
                updated_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=draft.promotion.id) from error
    _write(actor, promotion, draft, number=1, now=now)
    record(actor, "campaigns.promotion_drafted", promotion, now=now, code=promotion.code)
    return promotion


@service
def edit(actor: Actor, *, promotion: Promotion, draft: Draft, now: datetime) -> PromotionVersion:
    """Write the next version; an earlier one that nobody agreed to is withdrawn.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's.
        Invalid: a field cannot be accepted, the short name differs, or somebody else wrote a
            version at the same moment.
        NotInFavour: it has started, and the change is not in the consumer's favour (law L06).
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    promotion = promotion_by_code(actor, promotion.code)
    _check_draft(actor, draft, promotion.campaign)
    if draft.promotion.id != promotion.code:
        raise Invalid(field="code", rule="fixed", value=promotion.code)
    newest = newest_version(promotion)
    unsigned = promotion.versions.filter(approved_at=None, withdrawn_at=None)
    unsigned.update(withdrawn_at=now)
    version = _write(actor, promotion, draft, number=newest.number + 1, now=now)
    _insist_on_favour(promotion, version, now=now)
    waiting = Promotion.objects.filter(pk=promotion.pk, state__in=(State.DRAFT, State.ASKED))
    waiting.update(state=State.DRAFT, title=draft.promotion.title.strip(), updated_at=now)
    record(
        actor, "campaigns.promotion_edited", promotion, now=now, version=version.number,
        hash=version.content_hash,
    )  # fmt: skip
    return version


@service
def submit(actor: Actor, *, promotion: Promotion, now: datetime) -> Approval:
    """Ask a second person to agree to the newest version as it stands.

    Raises:
        NotAllowed, NotFound: as ``edit``.
        NothingToApprove: the newest version is approved or withdrawn already.
        Invalid, LegalGate, FindingsStand, RulesRefused: see ``selectors.gates.check_version``.
        NotInFavour: see ``edit``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    promotion = promotion_by_code(actor, promotion.code)
    version = _unsigned(promotion)
    _insist_on_favour(promotion, version, now=now)
    evidence = check_version(actor, version, now=now)
    PromotionVersion.objects.filter(pk=version.pk).update(evidence=evidence)
    Promotion.objects.filter(pk=promotion.pk, state=State.DRAFT).update(
        state=State.ASKED, updated_at=now
    )
    record(
        actor, "campaigns.promotion_submitted", promotion, now=now, version=version.number,
        findings=len(evidence["findings"]),
    )  # fmt: skip
    return accounts.ask_approval(
        actor, kind=APPROVAL, subject=promotion, content_hash=version.content_hash,
        summary=_summary(promotion, version, findings=len(evidence["findings"])), now=now,
    )  # fmt: skip


def _summary(
    promotion: Promotion, version: PromotionVersion, *, findings: int
) -> dict[str, str | int | None]:
    return {
        "number": promotion.code, "title": promotion.title, "version": version.number,
        "budget": version.budget, "goal": version.goal,
        "starts_at": version.starts_at.isoformat() if version.starts_at else None,
        "ends_at": version.ends_at.isoformat() if version.ends_at else None,
        "findings": findings, "override": version.override or None,
        "backtest": version.backtest_id,
    }  # fmt: skip


@service
def approve(
    actor: Actor, *, promotion: Promotion, seen: str | None = None, note: str = "", now: datetime
) -> Promotion:
    """Agree as the second person: the version is in force at once, within its window.

    Its public rule page is written and hashed in this moment. ``seen`` is the content hash of what
    was read; None: as it stands.

    Raises:
        NotFound: another brand's.
        NothingToApprove: nothing waits.
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
        NotInFavour: it started meanwhile, and the change is not in the consumer's favour.
        RulesRefused: it contradicts what was approved meanwhile.
    """
    promotion, version = _decide(actor, promotion, seen=seen, grant=True, note=note, now=now)
    _insist_on_favour(promotion, version, now=now)
    offer = offer_of(version)
    pages, page_hash = write_pages(promotion.brand, version)
    PromotionVersion.objects.filter(pk=version.pk).update(
        approved_at=now, page=pages, page_hash=page_hash
    )
    Promotion.objects.filter(pk=promotion.pk).update(
        state=State.LIVE, live_version=version.number, title=offer.promotion.title,
        stopped_at=None, stop_reason="", updated_at=now,
    )  # fmt: skip
    Counter.objects.update_or_create(
        promotion=promotion,
        defaults={"max_uses": offer.promotion.max_uses, "budget": version.budget},
    )
    record(
        actor, "campaigns.promotion_approved", promotion, now=now, version=version.number,
        hash=version.content_hash, page=page_hash,
    )  # fmt: skip
    refresh_rules(actor, because=f"promotion:{promotion.code}@{version.number} approved", now=now)
    promotion.refresh_from_db()
    return promotion


@service
def refuse(
    actor: Actor, *, promotion: Promotion, seen: str | None = None, note: str, now: datetime
) -> Promotion:
    """Refuse as the second person, with a reason that the author reads.

    Raises:
        Invalid: no reason is given.
        See ``approve``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    promotion, version = _decide(actor, promotion, seen=seen, grant=False, note=note, now=now)
    PromotionVersion.objects.filter(pk=version.pk).update(withdrawn_at=now)
    Promotion.objects.filter(pk=promotion.pk, state=State.ASKED).update(
        state=State.DRAFT, updated_at=now
    )
    record(actor, "campaigns.promotion_refused", promotion, now=now, version=version.number)
    promotion.refresh_from_db()
    return promotion


def _decide(
    actor: Actor, promotion: Promotion, *, seen: str | None, grant: bool, note: str, now: datetime
) -> tuple[Promotion, PromotionVersion]:
    promotion = promotion_by_code(actor, promotion.code)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_kind=SUBJECT, subject_id=promotion.pk,
        decision=Approval.Decision.OPEN,
    ).first()  # fmt: skip
    if approval is None:
        raise NothingToApprove(promotion=promotion.code)
    version = newest_version(promotion)
    accounts.decide(
        actor, approval=approval, grant=grant, note=note, now=now, seen=seen,
        content_hash=content_hash(version, shares_of(version)),
    )  # fmt: skip
    return promotion, version


@service
def stop(actor: Actor, *, promotion: Promotion, reason: str, now: datetime) -> Promotion:
    """Stop a promotion at once: the next quote does not know it. Orders that hold it keep it.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's.
        Invalid: no reason is given, or it is too long.
        NotRunning: it is not approved, or was stopped already.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    promotion = promotion_by_code(actor, promotion.code)
    reason = reason.strip()
    if not reason:
        raise Invalid(field="reason", rule="required")
    if len(reason) > 200:
        raise Invalid(field="reason", rule="too_long", value=200)
    won = Promotion.objects.filter(pk=promotion.pk, state=State.LIVE).update(
        state=State.STOPPED, stopped_at=now, stop_reason=reason, updated_at=now
    )
    if not won:
        raise NotRunning(promotion=promotion.code)
    refresh_rules(actor, because=f"promotion:{promotion.code} stopped", now=now)
    record(
        actor, "campaigns.promotion_stopped", promotion, now=now, reason=reason,
        coupons_outstanding=outstanding(promotion, now=now),
    )  # fmt: skip
    publish(PromotionStopped(brand_id=promotion.brand_id, promotion_id=promotion.pk), now=now)
    promotion.refresh_from_db()
    return promotion


def _check_code(field: str, code: str) -> None:
    if not _CODE.fullmatch(code):
        raise Invalid(field=field, rule="not_a_name", value=code[:40])


def _check_title(title: str) -> None:
    if not title.strip():
        raise Invalid(field="title", rule="required")
    if len(title.strip()) > 80:
        raise Invalid(field="title", rule="too_long", value=80)


def _check_draft(actor: Actor, draft: Draft, campaign: Campaign | None) -> None:
    _check_code("code", draft.promotion.id)
    _check_title(draft.promotion.title)
    if campaign is not None and campaign.brand_id != actor.own_brand():
        raise Invalid(field="campaign", rule="not_a_choice")
    for field, longest in _LONGEST.items():
        if len(getattr(draft, field).strip()) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)
    if draft.budget is not None and draft.budget < 0:
        raise Invalid(field="budget", rule="out_of_range", value=draft.budget)
    _check_shares(actor, draft.shares)


def _check_shares(actor: Actor, shares: Mapping[int, int]) -> None:
    if not shares:
        return
    if min(shares.values()) < 0 or sum(shares.values()) > WHOLE_BP:
        raise Invalid(field="shares", rule="out_of_range", value=sum(shares.values()))
    known = organisations_for(actor).filter(pk__in=shares).count()
    if known != len(shares):
        raise Invalid(field="shares", rule="not_a_choice")


def _write(
    actor: Actor, promotion: Promotion, draft: Draft, *, number: int, now: datetime
) -> PromotionVersion:
    version = version_of(draft, number=number, campaign=promotion.campaign)
    version.promotion = promotion
    version.written_by, version.written_at = actor.label[:120], now
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise Invalid(field="version", rule="taken", value=number) from error
    CostShare.objects.bulk_create(
        CostShare(version=version, organisation_id=organisation, share_bp=share)
        for organisation, share in sorted(draft.shares.items())
    )
    return version


def _unsigned(promotion: Promotion) -> PromotionVersion:
    version = newest_version(promotion)
    if version.approved_at is not None or version.withdrawn_at is not None:
        raise NothingToApprove(promotion=promotion.code)
    return version


def _insist_on_favour(promotion: Promotion, version: PromotionVersion, *, now: datetime) -> None:
    """Law L06: what has started changes only in the consumer's favour; what is over starts anew."""
    before = live_version(promotion)
    if before is None or before.number == version.number:
        return
    if before.starts_at is not None and now < before.starts_at:
        return
    if before.ends_at is not None and before.ends_at <= now:
        raise LegalGate(field="ends_at", rule="L06", evidence=before.ends_at.isoformat())
    for change in changes(offer_of(before), offer_of(version)):
        if not change.in_favour:
            raise NotInFavour(field=change.field, rule="L06", version=before.number)
    if shares_of(before) != shares_of(version):
        raise NotInFavour(field="shares", rule="L07", version=before.number)
