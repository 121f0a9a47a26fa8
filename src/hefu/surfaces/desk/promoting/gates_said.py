"""What the gates before launch saw or refused (合规检查), in sentences that name the law."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.models import PromotionVersion
from hefu.core.errors import DomainError
from hefu.surfaces.desk.backtests.amounts import Amounts
from hefu.surfaces.desk.backtests.sentences import Said, finding_of
from hefu.surfaces.desk.promoting.boards import amount
from hefu.surfaces.desk.promoting.changed import field_words
from hefu.surfaces.desk.words import field_name, refusal_text, rule_text

#: What each rule of law wants, in one sentence; the numbers are those of the requirements.
_LAWS: Mapping[str, Promise] = {
    "L01": gettext_lazy("advertising may not use absolute words"),
    "L06": gettext_lazy("what was announced changes in the consumer's favour only"),
    "L07": gettext_lazy("who bears a discount is agreed openly, before the start"),
    "L08": gettext_lazy("a reduction is measured from the lowest price of the seven days before"),
    "L09": gettext_lazy("a list price raised within thirty days is no reference for a reduction"),
    "L10": gettext_lazy("a gift is named, with its quantity and its true value"),
    "L17": gettext_lazy("prices may not differ by facts that nobody published"),
    "L59": gettext_lazy("a reduction is measured from the lowest price of the thirty days before"),
}
_SAID: Mapping[str, Promise] = {
    "campaigns.rules_not_in_favour": gettext_lazy(
        "It has started, so %(field)s may change in the consumer's favour only (%(rule)s)."
    ),
}
_PLAN: Mapping[str, Promise] = {
    "title": gettext_lazy("the title"),
    "audience": gettext_lazy("the published audience"),
    "goal": gettext_lazy("the goal"),
    "publicity": gettext_lazy("where it is told"),
    "budget": gettext_lazy("the budget"),
    "starts_at": gettext_lazy("the start"),
    "ends_at": gettext_lazy("the end"),
}


def finding_said(found: Mapping[str, Any], titles: Mapping[str, str], currency: str) -> Said:
    """Say one finding of the static review."""
    told = {
        "code": found["fault"], "promotion": found["promotion"], "other": found.get("other", ""),
        "detail": found.get("sku", ""), "count": 0, "amount": found.get("amount", 0),
    }  # fmt: skip
    return finding_of(told, titles, Amounts(currency or "CNY"))


def refused(refusal: DomainError, titles: Mapping[str, str], currency: str) -> str:
    """Say why a promotion may not be submitted, approved or changed, and what helps."""
    about = refusal.details
    field, rule = str(about.get("field") or ""), str(about.get("rule") or "")
    if refusal.code == "campaigns.findings_stand":
        said = finding_said({**about, "fault": about["finding"]}, titles, currency).text
        return _("%(finding)s Change it, or state why it starts all the same.") % {"finding": said}
    if refusal.code == "campaigns.legal_gate":
        return _law(field, rule, about, currency)
    if refusal.code in _SAID:
        return str(_SAID[refusal.code]) % {"field": field_words(field), "rule": rule}
    if field in _PLAN and rule == "required":
        return _("%(field)s is missing from the plan.") % {"field": str(_PLAN[field])}
    broken = rule_text(rule)
    return f"{field_name(field)}: {broken}" if broken else refusal_text(refusal)


def _law(field: str, rule: str, about: Mapping[str, Any], currency: str) -> str:
    evidence, sku = about.get("evidence"), about.get("sku")
    filled = {
        "field": field_words(field), "rule": rule, "law": str(_LAWS.get(rule, rule)),
        "sku": sku or "", "evidence": evidence,
    }  # fmt: skip
    if sku and isinstance(evidence, int) and "listed" in about:
        filled["evidence"] = amount(evidence, currency)
        filled["listed"] = amount(int(about.get("listed") or 0), currency)
        return _(
            "%(rule)s: %(law)s. %(sku)s was dealt at %(evidence)s and is listed at %(listed)s: "
            "say what the reduced price is compared with."
        ) % filled  # fmt: skip
    if isinstance(evidence, int):
        filled["evidence"] = amount(evidence, currency)
    if rule == "L09":
        return _(
            "%(rule)s: %(law)s. %(sku)s was listed at %(evidence)s before: state why it rose."
        ) % filled  # fmt: skip
    return _("%(rule)s: %(law)s. Look at %(field)s (%(evidence)s).") % filled


def evidence_said(
    version: PromotionVersion, titles: Mapping[str, str], names: Mapping[str, str]
) -> list[Said]:
    """Say what the gates saw when a version was submitted; empty before that.

    ``names`` are the titles of articles by sku.
    """
    seen = version.evidence
    if not seen:
        return []
    currency = version.document.get("currency") or "CNY"
    said = [finding_said(one, titles, currency) for one in seen.get("findings", ())]
    if not said:
        text = _("The static review of this promotion with its neighbours found nothing.")
        said.append(Said(text=text, tone="good", icon="check"))
    if terms := seen.get("absolute_terms"):
        words = _("Absolute words are used, and a reason is stated: %(words)s.")
        text = words % {"words": _(", ").join(terms)}
        said.append(Said(text=text, tone="notice", icon="megaphone"))
    for sku, unit in list(seen.get("lowest_dealt", {}).items())[:_SHOWN]:
        text = _("%(name)s: lowest price dealt before, %(amount)s.") % {
            "name": names.get(sku, sku), "amount": amount(unit, currency),
        }  # fmt: skip
        said.append(Said(text=text, tone="info", icon="tag"))
    left = len(seen.get("lowest_dealt", {})) - _SHOWN
    if left > 0:
        said.append(Said(text=_("And %(count)s more articles.") % {"count": left}, tone="info"))
    return said


#: Lowest prices dealt that are listed one by one.
_SHOWN = 12
