"""A promotion as the desk shows it (促销详情): what it says, what it cost, what may be done now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for, organisations_for
from hefu.apps.campaigns.models import PromotionVersion
from hefu.apps.campaigns.selectors.backtests import backtests_for
from hefu.apps.campaigns.selectors.coupons import outstanding
from hefu.apps.campaigns.selectors.evidence import backtests_of_version
from hefu.apps.campaigns.selectors.promotions import (
    newest_version,
    promotions_for,
    shares_of,
    write_pages,
)
from hefu.apps.campaigns.selectors.shortages import run_out
from hefu.apps.campaigns.selectors.standings import (
    Annotated,
    Standing,
    running_promotions,
)
from hefu.apps.campaigns.services.promotions import APPROVAL
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.permissions import Permission
from hefu.core.promotions.rule_words import LANGUAGES
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.frame import DeskRequest
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.gates_said import evidence_said
from hefu.surfaces.desk.promoting.versions import Told, versions_told
from hefu.surfaces.desk.shown import NOTHING, when


def about_promotion(request: DeskRequest, found: Annotated, *, now: datetime) -> dict[str, Any]:
    """Everything the page of a promotion shows, forms aside."""
    newest = newest_version(found)
    pages = pages_of(request, newest)
    open_version = newest.approved_at is None and newest.withdrawn_at is None
    asked = open_approval(request, found) if open_version else None
    edit_url = boards.where("promotion_edit", found.pk)
    manage = request.actor.may(Permission.CAMPAIGN_MANAGE)
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    return {
        "promotion": found, "version": newest, "badge": boards.standing_badge(found.standing),
        "sections": sections(pages[reader_language()]), "page_hash": newest.page_hash,
        "facts": _facts(found, newest), "money": _money(request, found, now=now),
        "told": told(request, found), "asked": asked,
        "evidence": _evidence(request, newest), "gated_at": _gated_at(newest),
        "shares": _shares(request, newest), **_backtests(request, newest, now=now),
        "coupons": outstanding(found, now=now),
        "public_url": _public_url(request, found), "blocked": when(newest.blocked_at)
        if newest.blocked_at and open_version
        else "",
        "edit_url": edit_url if manage else "",
        "may_submit": manage and open_version and asked is None,
        "may_attach": manage and open_version and asked is None,
        "may_decide": request.actor.may(Permission.APPROVAL_DECIDE) and not own,
        "may_stop": manage and found.standing in (Standing.RUNNING, Standing.SCHEDULED),
        "stopped": found.standing == Standing.STOPPED,
    }  # fmt: skip


def _public_url(request: DeskRequest, found: Annotated) -> str:
    if found.live_version is None:
        return ""
    return reverse("consumer:promotion_of", args=[request.brand.slug, found.code])


def reader_language() -> str:
    """The language of rule pages that the reader wants."""
    return LANGUAGES[0] if (get_language() or "").startswith("zh") else LANGUAGES[1]


def pages_of(request: DeskRequest, version: PromotionVersion) -> Mapping[str, str]:
    """The rule page as published; of what is not published yet, as it will be."""
    if version.page:
        return {**dict.fromkeys(LANGUAGES, version.page[LANGUAGES[0]]), **version.page}
    return write_pages(request.brand, version)[0]


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Part a rule page's text into headings and sentences; its title comes first, alone."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.strip()]
    return [(block[0], block[1:]) for block in blocks[1:]]


def open_approval(request: DeskRequest, found: Annotated) -> Approval | None:
    """The question that waits for a second person, if one does."""
    return approvals_for(request.actor).filter(
        kind=APPROVAL, subject_id=found.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip


def titles_of(request: DeskRequest) -> dict[str, str]:
    """What the brand's promotions are called, by short name."""
    return dict(promotions_for(request.actor).values_list("code", "title"))


def told(request: DeskRequest, found: Annotated) -> list[Told]:
    """The versions, the newest first, each with what differs from the one before."""
    rows = list(found.versions.order_by("number"))
    texts = {row.number: pages_of(request, row)[reader_language()] for row in rows}
    return versions_told(rows, texts)


def _facts(found: Annotated, newest: PromotionVersion) -> list[Fact]:
    document = newest.document
    facts = [
        Fact(name=_("Short name"), value=found.code, code=True),
        Fact(name=_("Time"), value=boards.window(newest.starts_at, newest.ends_at)),
        Fact(name=_("Published audience"), value=document.get("audience") or NOTHING),
        Fact(name=_("Goal"), value=newest.goal or NOTHING),
        Fact(name=_("Told where"), value=newest.publicity or NOTHING),
    ]
    if found.campaign:
        facts.append(Fact(name=_("Campaign"), value=found.campaign.title))
        if found.campaign.hold_out_bp:
            facts.append(Fact(name=_("Held out"), value=boards.share(found.campaign.hold_out_bp)))
    if newest.compared_with:
        facts.append(Fact(name=_("Compared with"), value=newest.compared_with))
    if newest.override:
        facts.append(Fact(name=_("In spite of findings, because"), value=newest.override))
    facts.append(Fact(name=_("Version"), value=grouped(newest.number)))
    facts.append(Fact(name=_("Content hash"), value=newest.content_hash, code=True))
    if newest.page_hash:
        facts.append(Fact(name=_("Hash of the rule page"), value=newest.page_hash, code=True))
    return facts


def _money(request: DeskRequest, found: Annotated, *, now: datetime) -> dict[str, Any]:
    """Uses, budget and when both are gone at the present rate."""
    currency = found.currency
    uses = grouped(found.used)
    if found.max_uses is not None:
        uses = _("%(used)s of %(most)s") % {"used": uses, "most": grouped(found.max_uses)}
    money = {
        "window": boards.window(found.starts_at, found.ends_at),
        "shown": found.live_version is not None,
        "of": _("of %(budget)s") % {"budget": boards.amount(found.budget, currency)}
        if found.budget is not None
        else "",
        "uses": uses, "spent": boards.amount(found.spent, currency),
        "bar": boards.budget_bar(found.spent, found.budget, currency) if found.budget else "",
        "runs_out": "", "rate": "",
    }  # fmt: skip
    if found.standing != Standing.RUNNING:
        return money
    pace = running_promotions(request.actor, now=now).filter(pk=found.pk).first()
    if pace is None:
        return money
    money["rate"] = ngettext(
        "%(hour)s use in the last hour, %(day)s in the last day",
        "%(hour)s uses in the last hour, %(day)s in the last day", pace.hour_uses,
    ) % {"hour": grouped(pace.hour_uses), "day": grouped(pace.day_uses)}  # fmt: skip
    money["runs_out"] = run_out_words(pace, now=now)
    return money


def run_out_words(pace: Annotated, *, now: datetime) -> str:
    """The same in words."""
    if pace.budget is None and pace.max_uses is None:
        return _("no limit")
    gone = run_out(pace, now=now)
    if gone is None:
        return _("lasts until the end") if pace.day_uses else _("nobody used it today")
    return _("used up") if gone <= now else when(gone)


def _gated_at(version: PromotionVersion) -> str:
    at = version.evidence.get("at") if version.evidence else None
    return when(datetime.fromisoformat(at)) if at else ""


def _evidence(request: DeskRequest, version: PromotionVersion) -> list[Any]:
    if not version.evidence:
        return []
    skus = list(version.evidence.get("lowest_dealt", {}))
    names = dict(articles_for(request.actor).filter(sku__in=skus).values_list("sku", "title"))
    return evidence_said(version, titles_of(request), names)


def _shares(request: DeskRequest, version: PromotionVersion) -> list[tuple[str, str]]:
    given = shares_of(version)
    if not given:
        return []
    names = dict(organisations_for(request.actor).values_list("pk", "name"))
    brand = 10_000 - sum(given.values())
    listed = [(names.get(one, str(one)), boards.share(bp)) for one, bp in given.items()]
    return [*listed, (str(request.brand), boards.share(brand))] if brand else listed


def _backtests(request: DeskRequest, version: PromotionVersion, *, now: datetime) -> dict[str, Any]:
    same = backtests_of_version(request.actor, version, now=now)
    attached = backtests_for(request.actor).filter(pk=version.backtest_id or 0).first()
    return {
        "attached": attached,
        "attached_fits": attached is not None and same.filter(pk=attached.pk).exists(),
        "choices": list(same.exclude(pk=version.backtest_id or 0)[:10]),
    }


def asked_facts(summary: Mapping[str, Any]) -> list[Fact]:
    """What a second person is asked about a promotion, in a few facts; its page has the rest."""
    ends = [datetime.fromisoformat(at) if at else None for at in (
        summary.get("starts_at"), summary.get("ends_at")
    )]  # fmt: skip
    facts = [
        Fact(name=_("Title"), value=str(summary.get("title") or NOTHING)),
        Fact(name=_("Short name"), value=str(summary.get("number") or NOTHING), code=True),
        Fact(name=_("Version"), value=grouped(summary.get("version") or 1)),
        Fact(name=_("Time"), value=boards.window(*ends)),
        Fact(name=_("Budget"), value=boards.amount(summary.get("budget"), "CNY")),
        Fact(name=_("Goal"), value=str(summary.get("goal") or NOTHING)),
        Fact(name=_("Findings"), value=grouped(summary.get("findings") or 0)),
    ]
    if summary.get("override"):
        why = str(summary["override"])
        facts.append(Fact(name=_("In spite of findings, because"), value=why))
    return facts
