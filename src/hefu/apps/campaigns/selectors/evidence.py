"""What a second person wants to have seen (审批依据): backtests of the very rules asked for."""

from datetime import datetime

from django.db.models import QuerySet

from hefu.apps.campaigns.models import Backtest, PromotionVersion
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.selectors.backtests import backtests_for
from hefu.core.actor import Actor
from hefu.core.promotions import Promotion, RulesRefused, compile_rules, from_document


def backtests_of_version(
    actor: Actor, version: PromotionVersion, *, now: datetime
) -> QuerySet[Backtest]:
    """The finished backtests of what is in force now with this version of a promotion in it.

    The number of a version is no part of what it says: a backtest of an earlier one that said the
    same counts.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    rows = backtests_for(actor).exclude(result_hash="")
    same = [row for row in version.promotion.versions.all() if _says(row) == _says(version)]
    hashes = set()
    for row in same:
        promotion = from_document(Promotion, row.document)
        try:
            hashes.add(compile_rules(rules_with(actor, promotion, now=now)).content_hash)
        except RulesRefused:
            return rows.none()
    return rows.filter(tomorrow_hash__in=hashes)


def _says(version: PromotionVersion) -> dict[str, object]:
    return {name: value for name, value in version.document.items() if name != "version"}
